-- A transaction announces, before it takes its first global position, what was given out last: all that it takes is higher. The
-- announcement is a lock that nobody waits for, and is gone when the transaction is over and seen. (An advisory lock of two
-- numbers: of the table, and the lower half of the position.)
CREATE OR REPLACE FUNCTION {{schema}}.announce_positions(_after bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared('{{schema_text}}.messages'::regclass::oid::bigint::bit(32)::int, _after::bit(32)::int);
    PERFORM set_config('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, _after::text, true);
END $$;
