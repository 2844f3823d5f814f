-- Makes the second foreign table beside that of archived messages, where that is there. Whoever may read messages may read it.
CREATE OR REPLACE FUNCTION {{schema}}.make_archived_text() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _server name := (SELECT s.srvname FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver
                      WHERE t.ftrelid = to_regclass('{{schema_text}}.archived'));
    _grantee text;
BEGIN
    IF _server IS NULL OR to_regclass('{{schema_text}}.archived_text') IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE FOREIGN TABLE {{schema_format}}.archived_text (
             "time" timestamptz NOT NULL, global_position bigint NOT NULL, "position" bigint NOT NULL,
             stream_name text COLLATE "C" NOT NULL, "type" text NOT NULL, data text, metadata text, id text NOT NULL)
         SERVER %I OPTIONS (schema_name %L, table_name ''messages'')',
        _server, (SELECT n.nspname FROM pg_namespace n WHERE n.oid = '{{schema_text}}'::regnamespace));
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = '{{schema_text}}.messages'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT ON {{schema_format}}.archived_text TO %s', _grantee);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    -- The server is another role's. Pages come by the other table then.
    NULL;
END $$;
