-- What is applied behind the functions (functions/NAME.sql), whenever they are.

-- What means live messages leaves the foreign table out of its plans; what asks for archived ones has it, whatever the session or
-- its role is set to. A plan that is kept stays as it was made: so each function says for itself which it is.
DO $$
DECLARE
    _function text;
BEGIN
    -- A server that does not know the setting has no such tables.
    IF current_setting('timescaledb.enable_tiered_reads', true) IS NULL THEN
        RETURN;
    END IF;
    FOREACH _function IN ARRAY ARRAY['keep_heads', 'keep_heads_moved', 'end_of_move', 'count_all_again', 'append_message',
                                     'append_messages', 'is_partly_archived', 'get_stream_messages', 'live_stream_run', 'category_page',
                                     'get_last_stream_message', 'archived_stream_text', 'archived_category_text']
    LOOP
        EXECUTE format('ALTER FUNCTION {{schema_format}}.%I SET timescaledb.enable_tiered_reads = off', _function);
    END LOOP;
    FOREACH _function IN ARRAY ARRAY['archived_stream_page', 'archived_category_page', 'archived_last_message']
    LOOP
        EXECUTE format('ALTER FUNCTION {{schema_format}}.%I SET timescaledb.enable_tiered_reads = on', _function);
    END LOOP;
END $$;

-- What no step has made is for whoever may call get_category_messages.
DO $$
DECLARE
    _grantee text;
    _function text;
BEGIN
    FOREACH _function IN ARRAY ARRAY['live_stream_run']
    LOOP
        IF EXISTS (SELECT FROM pg_proc p WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND p.proacl IS NOT NULL) THEN
            EXECUTE format('REVOKE EXECUTE ON FUNCTION {{schema_format}}.%I FROM PUBLIC', _function);
        END IF;
        FOR _grantee IN
            SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_proc p, aclexplode(p.proacl) a
             WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.%I TO %s', _function, _grantee);
        END LOOP;
    END LOOP;
END $$;
