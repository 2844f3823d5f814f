-- What an upgrade makes must belong to whoever the namespace belongs to: EventoDB's server goes on as its own role.
DO $$
DECLARE
    _messages regclass := '{{schema_text}}.messages'::regclass;
    _owner name;
    _thing text;
    _grantee text;
BEGIN
    SELECT pg_get_userbyid(c.relowner) INTO _owner FROM pg_class c WHERE c.oid = _messages;
    -- One counter for everybody, whatever the column's default was.
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = _messages AND a.attname = 'global_position' AND a.attidentity <> '') THEN
        ALTER TABLE {{schema}}.messages ALTER COLUMN global_position
            SET DEFAULT {{schema}}.next_global_position();
    END IF;
    FOR _thing IN
        SELECT format('TABLE %s', c.oid::regclass) FROM pg_class c
         WHERE c.relnamespace = '{{schema_text}}'::regnamespace AND c.relname IN ('heads', 'counted', 'counts', 'recount', 'settings', 'returned', 'spans', 'unsettled', 'archived_text', '_admin_migrations', '_schema_version')
           AND pg_get_userbyid(c.relowner) <> _owner
        UNION ALL
        SELECT format('SEQUENCE %s', c.oid::regclass) FROM pg_class c
         WHERE c.oid IN ('{{schema_text}}.messages_global_position_seq'::regclass, '{{schema_text}}.messages_given_out'::regclass,
                         '{{schema_text}}.messages_chunk_drops'::regclass)
           AND pg_get_userbyid(c.relowner) <> _owner
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
        UNION ALL
        SELECT format('FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
         WHERE p.pronamespace = '{{schema_text}}'::regnamespace AND pg_get_userbyid(p.proowner) <> _owner
        UNION ALL
        SELECT format('TYPE %s', t.oid::regtype) FROM pg_type t
         WHERE t.typnamespace = '{{schema_text}}'::regnamespace AND t.typname = 'message' AND pg_get_userbyid(t.typowner) <> _owner
    LOOP
        EXECUTE format('ALTER %s OWNER TO %I', _thing, _owner);
    END LOOP;
    -- The owner's triggers look into the ledger. Two upgrades that give rights on it at the same time would not wait for each other, and
    -- the second one would fail.
    PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/rights on the ledger', 0));
    EXECUTE format('GRANT USAGE ON SCHEMA eventodb_store TO %I', _owner);
    EXECUTE format('GRANT SELECT, UPDATE (state, last_error, dropped_at) ON eventodb_store.archives TO %I', _owner);
    -- Its functions on chunks call the server's as the owner. Who may not give that right leaves it to whoever may: `doctor`
    -- tells.
    IF NOT has_function_privilege(_owner, '_timescaledb_functions.drop_chunk(regclass)', 'EXECUTE') THEN
        BEGIN
            EXECUTE format('GRANT EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass), _timescaledb_functions.drop_chunk(regclass) TO %I', _owner);
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END IF;
    -- Whoever reads messages through the functions reads heads and settings; whoever may insert messages may call what writes both.
    FOR _grantee, _thing IN
        SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.privilege_type
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = _messages AND a.privilege_type IN ('INSERT', 'SELECT', 'DELETE')
    LOOP
        EXECUTE format('GRANT SELECT ON {{schema_format}}.heads, {{schema_format}}.counted, {{schema_format}}.counts, {{schema_format}}.recount, {{schema_format}}.settings, {{schema_format}}.returned, {{schema_format}}.spans, {{schema_format}}.unsettled, {{schema_format}}.messages_chunk_drops TO %s', _grantee);
        IF _thing = 'DELETE' THEN
            -- Whoever may delete messages may drop a chunk of them: an archiver goes on as before.
            EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.freeze_chunk(regclass), {{schema_format}}.unfreeze_chunk(regclass), {{schema_format}}.drop_chunk(regclass), {{schema_format}}.announce_return(), {{schema_format}}.note_returned(), {{schema_format}}.note_dropped(timestamptz, bigint) TO %s', _grantee);
        END IF;
        IF _thing = 'INSERT' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.append_message, {{schema_format}}.append_messages, {{schema_format}}.write_message TO %s', _grantee);
        END IF;
    END LOOP;
END $$;
