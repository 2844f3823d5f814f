-- The global position of a row that is given none. As the owner: who may insert messages has no right on the counter.
CREATE OR REPLACE FUNCTION {{schema}}.next_global_position() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _after bigint := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
    _at bigint;
    _other bigint;
BEGIN
    PERFORM {{schema}}.announce_positions(_after);
    IF coalesce(current_setting('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, true), '') = '' THEN
        PERFORM set_config('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, _after::text, true);
    END IF;
    _at := nextval('{{schema_text}}.messages_given_out');
    _other := nextval('{{schema_text}}.messages_global_position_seq');
    IF _other <> _at THEN
        RETURN {{schema}}.even_out(_at);
    END IF;
    RETURN _at;
END $$;
