-- What this transaction has announced is noted in a setting, which anybody may change: whoever wrote one there that is not, or that
-- nobody was given yet, would be passed by readers. So the lock is taken again, which costs nothing where it is held, and an
-- announcement that is none is made anew.
CREATE OR REPLACE FUNCTION {{schema}}.announce_again() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _announced text := current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true);
    _last bigint := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
BEGIN
    -- What is further behind than half of the numbers that a lock has is ahead, as readers see it.
    IF _announced ~ '^[0-9]{1,18}$' AND _announced::bigint BETWEEN _last - 2147483000 AND _last THEN
        PERFORM pg_advisory_xact_lock_shared('{{schema_text}}.messages'::regclass::oid::bigint::bit(32)::int,
                                             _announced::bigint::bit(32)::int);
    ELSE
        PERFORM {{schema}}.announce_positions(_last);
    END IF;
END $$;
