-- All messages are gone (TRUNCATE): so are heads and figures, and where the messages were; what is archived is left to who has it.
CREATE OR REPLACE FUNCTION {{schema}}.forget_heads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _case text;
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'forget_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- With the messages the archives would be given up.
    SELECT h.case_name INTO _case FROM eventodb_store.holds h
     WHERE h.namespace = {{namespace_text}} AND h.released_at IS NULL ORDER BY h.id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'case % holds messages of namespace %', _case, {{namespace_text}}
            USING ERRCODE = 'VA002', HINT = 'eventodb-admin holds list shows what is held';
    END IF;
    TRUNCATE {{schema}}.heads;
    UPDATE {{schema}}.settings SET settled_until = NULL, settled_position = NULL, is_compressed = false;
    DELETE FROM {{schema}}.spans;
    DELETE FROM {{schema}}.unsettled;
    DELETE FROM {{schema}}.recount;
    DELETE FROM {{schema}}.counted;
    -- Undone with the rest, where the transaction is.
    ALTER SEQUENCE {{schema}}.messages_given_out RESTART;
    UPDATE eventodb_store.archives
       SET state = 'failed', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('planned', 'exported', 'uploaded');
    UPDATE eventodb_store.archives
       SET state = 'expired', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('verified', 'dropped', 'rehydrated');
    RETURN NULL;
END $$;
