-- A transaction is about to bring archived messages back among the live ones: readers of the tables of archived messages are kept
-- away until it is over, and it is noted for those whose snapshot is older.
CREATE OR REPLACE FUNCTION {{schema}}.announce_return() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM {{schema}}.returned r WHERE r.xid = pg_current_xact_id()) THEN
        RETURN;
    END IF;
    IF {{schema}}.is_served() THEN
        -- LOCK TABLE is for other tables. This takes ACCESS EXCLUSIVE, and leaves the option as it is.
        ALTER FOREIGN TABLE {{schema}}.archived OPTIONS (SET table_name 'messages');
    END IF;
    IF to_regclass('{{schema_text}}.archived_text') IS NOT NULL THEN
        ALTER FOREIGN TABLE {{schema}}.archived_text OPTIONS (SET table_name 'messages');
    END IF;
    DELETE FROM {{schema}}.returned r
     WHERE r.xid IN (SELECT o.xid FROM {{schema}}.returned o WHERE o.xid < pg_current_xact_id() FOR UPDATE SKIP LOCKED);
    INSERT INTO {{schema}}.returned (xid) VALUES (pg_current_xact_id());
END $$;
