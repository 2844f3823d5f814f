-- What nextval of both sequences gave is not the same number: others were at it at this moment, or somebody has set
-- messages_global_position_seq. Gives the global position that is to be taken.
CREATE OR REPLACE FUNCTION {{schema}}.even_out(_given bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _at bigint := _given;
    -- In this order: the other one is never ahead of ours, unless somebody has set it.
    _other bigint := coalesce(pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'), 0);
    _ours bigint := pg_sequence_last_value('{{schema_text}}.messages_given_out');
BEGIN
    IF _other = _ours THEN
        RETURN _at;
    END IF;
    IF _other > _ours THEN
        -- It has been asked for this position already.
        PERFORM {{schema}}.raise_given_out(_other - 1);
        _at := nextval('{{schema_text}}.messages_given_out');
        RETURN _at;
    END IF;
    -- Set back. It is of no account for what is given out; it follows again.
    IF pg_try_advisory_xact_lock(hashtextextended('eventodb-admin/next global position/' || {{schema_name_text}}, 0)) THEN
        IF _ours - _other > 10000 THEN
            PERFORM setval('{{schema_text}}.messages_global_position_seq', _ours - 5000);
        END IF;
        WHILE pg_sequence_last_value('{{schema_text}}.messages_global_position_seq')
              < pg_sequence_last_value('{{schema_text}}.messages_given_out')
        LOOP
            PERFORM nextval('{{schema_text}}.messages_global_position_seq');
        END LOOP;
    END IF;
    RETURN _at;
END $$;
