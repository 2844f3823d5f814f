-- Fails where the setting says that archived messages are served and the foreign table is gone: the answer would be short.
CREATE OR REPLACE FUNCTION {{schema}}.require_served() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT {{schema}}.is_served() THEN
        RAISE EXCEPTION 'archived messages of namespace % are to be served, and their foreign table is no part of its messages',
            {{namespace_text}}
            USING ERRCODE = 'VA001',
                  HINT = format('eventodb-admin namespaces set %s --archived-reads serve sets it up again.', quote_ident({{namespace_text}}));
    END IF;
END $$;
