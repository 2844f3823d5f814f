-- Rows with global positions of their own: of the statement of a trigger, those that this transaction was not given. What was
-- given out is known to nobody else yet; so nothing that they have, and nothing below it, is given out from here on. Where it
-- cannot be told whether a writer has one of them already, they are refused.
CREATE OR REPLACE FUNCTION {{schema}}.take_positions(_positions bigint[], _categories text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _lowest bigint := (SELECT min(p) FROM unnest(_positions) p);
    _highest bigint := (SELECT max(p) FROM unnest(_positions) p);
    _last bigint;
    _behind bigint;
    _taken bigint;
    _announced text := current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true);
BEGIN
    -- As writers do, so that readers of a category find these before what is written after them.
    IF cardinality(_categories) > 100 THEN
        LOCK TABLE ONLY {{schema}}.messages IN SHARE ROW EXCLUSIVE MODE;
    ELSE
        PERFORM {{schema}}.acquire_lock(c) FROM (SELECT c FROM unnest(_categories) c ORDER BY c) c;
    END IF;
    -- One at a time: two could have the same ones.
    PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/given out/' || {{schema_name_text}}, 0));
    _last := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
    IF _announced ~ '^[0-9]{1,18}$' AND _announced::bigint BETWEEN _lowest AND _last THEN
        -- Again, and further down, so that rows in falling order do not fill the table of locks.
        PERFORM {{schema}}.announce_positions(greatest(0, _lowest - 1 - 10 * (_announced::bigint - _lowest + 1)));
    ELSE
        PERFORM {{schema}}.announce_positions(least(_lowest - 1, _last));
    END IF;
    IF _lowest <= _last THEN
        _behind := {{schema}}.still_open(_last);
        SELECT min(p) INTO _taken FROM unnest(_positions) p WHERE p > _last - _behind AND p <= _last;
        IF _taken IS NOT NULL THEN
            RAISE EXCEPTION 'global position % may be that of a message that is being written', _taken
                USING ERRCODE = 'lock_not_available', HINT = 'Import again, once that transaction has ended.';
        END IF;
    END IF;
    IF _highest > _last THEN
        DECLARE
            _others int8multirange := {{schema}}.raise_given_out(_highest, _last);
        BEGIN
            SELECT min(p) INTO _taken FROM unnest(_positions) p WHERE p <@ _others;
        END;
        IF _taken IS NOT NULL THEN
            RAISE EXCEPTION 'global position % was given to a message that is being written', _taken
                USING ERRCODE = 'lock_not_available', HINT = 'Import again: above the positions that were given out.';
        END IF;
        -- The other one follows.
        PERFORM {{schema}}.even_out(_highest);
    END IF;
    RETURN _last;
END $$;
