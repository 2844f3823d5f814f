-- Compressing, policies and migrations are the owner's alone, and the owner is a superuser, which nobody should become
-- for that: the namespace becomes this role's own. Its chunks follow the hypertable.
ALTER SCHEMA {{schema}} OWNER TO {{role}};
ALTER TABLE {{schema}}.messages OWNER TO {{role}};
ALTER TABLE {{schema}}.heads OWNER TO {{role}};
ALTER TABLE {{schema}}.counted OWNER TO {{role}};
ALTER TABLE {{schema}}.counts OWNER TO {{role}};
ALTER TABLE {{schema}}.recount OWNER TO {{role}};
ALTER TABLE {{schema}}.settings OWNER TO {{role}};
ALTER TABLE {{schema}}.returned OWNER TO {{role}};
ALTER TABLE {{schema}}.spans OWNER TO {{role}};
ALTER TABLE {{schema}}.unsettled OWNER TO {{role}};
ALTER TABLE {{schema}}._admin_migrations OWNER TO {{role}};
ALTER TABLE {{schema}}._schema_version OWNER TO {{role}};
ALTER SEQUENCE {{schema}}.messages_global_position_seq OWNER TO {{role}};
ALTER SEQUENCE {{schema}}.messages_given_out OWNER TO {{role}};
ALTER SEQUENCE {{schema}}.messages_chunk_drops OWNER TO {{role}};
-- Archived messages in SQL.
DO $$
DECLARE
    _server text := (SELECT s.srvname FROM pg_foreign_table t JOIN pg_foreign_server s ON s.oid = t.ftserver
                      WHERE t.ftrelid = to_regclass('{{schema_text}}.archived'));
BEGIN
    IF _server IS NOT NULL THEN
        ALTER FOREIGN TABLE {{schema}}.archived OWNER TO {{role}};
        ALTER FOREIGN TABLE IF EXISTS {{schema}}.archived_text OWNER TO {{role}};
        GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {{role}};
        EXECUTE format('ALTER SERVER %I OWNER TO {{role_format}}', _server);
    END IF;
END $$;
ALTER TYPE {{schema}}.message OWNER TO {{role}};
{{functions}}
