-- What reads do where they need archived messages, in this session: the namespace's setting, unless the session says otherwise.
CREATE OR REPLACE FUNCTION {{schema}}.archived_reads() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _set text := (SELECT s.archived_reads FROM {{schema}}.settings s);
    _mode text := coalesce(nullif(current_setting('eventodb.archived_reads', true), ''), _set);
BEGIN
    -- All of it, or an error.
    IF _mode = 'complete' THEN
        _mode := CASE WHEN _set = 'serve' THEN 'serve' ELSE 'fail' END;
    END IF;
    IF _mode NOT IN ('skip', 'fail', 'serve') THEN
        RAISE EXCEPTION 'eventodb.archived_reads is skip, fail, serve or complete, not %', _mode USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF _mode = 'serve' AND _set <> 'serve' THEN
        RAISE EXCEPTION 'archived messages of namespace % are not served', {{namespace_text}}
            USING ERRCODE = 'VA001',
                  HINT = format('eventodb-admin namespaces set %s --archived-reads serve sets it up.', quote_ident({{namespace_text}}));
    END IF;
    RETURN _mode;
END $$;
