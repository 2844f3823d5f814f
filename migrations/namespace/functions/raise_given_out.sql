-- Has nothing given out up to a global position any more. A sequence cannot be told to rise: it is set short of it where that
-- is far, as others may be taking positions meanwhile, and the rest of the way is taken step by step. Gives what others took
-- since the counter stood at _from, as long as that is near.
CREATE OR REPLACE FUNCTION {{schema}}.raise_given_out(_to bigint, _from bigint DEFAULT NULL) RETURNS int8multirange
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _at bigint := coalesce(_from, pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
    _next bigint;
    _taken int8multirange := '{}';
BEGIN
    IF _to - _at > 20000 THEN
        -- One at a time: the second one would set it back.
        PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/raising/' || {{schema_name_text}}, 0));
        _at := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
        IF _to - _at > 20000 THEN
            PERFORM setval('{{schema_text}}.messages_given_out', _to - 10000);
            _at := _to - 10000;
        END IF;
    END IF;
    WHILE _at < _to LOOP
        _next := nextval('{{schema_text}}.messages_given_out');
        IF _next > _at + 1 THEN
            _taken := _taken + int8multirange(int8range(_at + 1, _next));
        END IF;
        _at := _next;
    END LOOP;
    RETURN _taken;
END $$;
