-- Figures of messages between two times are not right any more, by chunk and by span. Whoever settles them keeps all writers out
-- for a moment: it is done and seen here, or waits for us.
CREATE OR REPLACE FUNCTION {{schema}}.count_again(_first timestamptz, _last timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _is_old_snapshot boolean := current_setting('transaction_isolation') <> 'read committed';
BEGIN
    IF _is_old_snapshot
       OR EXISTS (SELECT FROM {{schema}}.counted c
                   WHERE c.chunk_name IS NOT NULL AND c.range_start <= _last AND c.range_end > _first)
    THEN
        INSERT INTO {{schema}}.recount (first_time, last_time) VALUES (_first, _last);
    END IF;
    IF _is_old_snapshot OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_until > _first) THEN
        INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES (_first, _last);
    END IF;
END $$;
