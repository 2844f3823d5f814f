-- A transaction announces, before it takes a global position, what was given out last: all that it takes is higher. The announcement
-- is a lock that nobody waits for, and is gone when the transaction is over and seen. (An advisory lock of two numbers: of the
-- table, and the lower half of the position.) What was announced is noted in a setting, and one that was lower counts. But anybody
-- may change a setting: so the lock is taken again, which costs nothing where it is held.
CREATE OR REPLACE FUNCTION {{schema}}.announce_positions(_after bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _announced text := current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true);
BEGIN
    -- Readers see the lower half of the number alone: one that is more than 2147483647 behind looks to them as if it were ahead.
    IF _announced ~ '^[0-9]{1,18}$' AND _announced::bigint BETWEEN _after - 2147483000 AND _after THEN
        _after := _announced::bigint;
    END IF;
    PERFORM pg_advisory_xact_lock_shared('{{schema_text}}.messages'::regclass::oid::bigint::bit(32)::int, _after::bit(32)::int);
    PERFORM set_config('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, _after::text, true);
END $$;
