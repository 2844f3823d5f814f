-- write_message, telling all it knows. It runs with the owner's rights: whoever may call it needs none on messages and heads. An id
-- is taken once in whatever categories two writers write it at the same time.
CREATE OR REPLACE FUNCTION {{schema}}.append_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL,
    OUT "position" bigint, OUT global_position bigint, OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _id uuid;
    _seen record;
    _time timestamptz;
    _other bigint;
    _is_before boolean;
BEGIN
    IF coalesce(append_message.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(pg_column_size(append_message.data), 0) + coalesce(pg_column_size(append_message.metadata), 0)
       + coalesce(octet_length(append_message."type"), 0) > 4000
       OR coalesce(pg_column_compression(append_message.data), pg_column_compression(append_message.metadata)) IS NOT NULL
    THEN
        PERFORM {{schema}}.refuse_large(append_message."type", append_message.data, append_message.metadata);
    END IF;
    -- Everybody takes the table before a head: an import that holds the table would deadlock with us otherwise.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_message.stream_name);

    IF length(append_message.id) <> 36 OR translate(append_message.id, '0123456789abcdefABCDEF-', '') <> '' THEN
        -- Perhaps no id; another version is told of first, as in Message DB.
        PERFORM {{schema}}.expect_version(append_message.stream_name, append_message.expected_version);
    END IF;
    _id := append_message.id::uuid;
    -- Of two that write the same id to two categories one waits, and then finds it.
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(_id, '{{schema_text}}.messages'::regclass::oid::bigint));
    SELECT m.stream_name, m."type", m.data, m.metadata, m."position", m.global_position INTO _seen
      FROM {{schema}}.messages m WHERE m.id = _id AND m."time" > now() - interval '7 days';
    IF FOUND THEN
        IF (_seen.stream_name, _seen."type") = (append_message.stream_name, append_message."type")
           AND _seen.data IS NOT DISTINCT FROM append_message.data
           AND _seen.metadata IS NOT DISTINCT FROM append_message.metadata
        THEN
            append_message."position" := _seen."position";
            append_message.global_position := _seen.global_position;
            is_new := false;
            RETURN;
        END IF;
        PERFORM {{schema}}.expect_version(append_message.stream_name, append_message.expected_version);
        -- In the words that clients of Message DB look for.
        RAISE EXCEPTION 'duplicate key value violates unique constraint "messages_id"'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'messages_id',
                  DETAIL = format('id %s was used for another message (Stream: %s, Position: %s)', _id, _seen.stream_name, _seen."position");
    END IF;

    PERFORM {{schema}}.announce_positions(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0));
    append_message.global_position := nextval('{{schema_text}}.messages_given_out');
    _other := nextval('{{schema_text}}.messages_global_position_seq');
    IF _other <> append_message.global_position THEN
        append_message.global_position := {{schema}}.even_out(append_message.global_position);
    END IF;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_message.stream_name, 0, append_message.global_position, now(), now(), now(), 1)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + 1, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + 1
    RETURNING h."position" INTO append_message."position";

    IF append_message.expected_version <> append_message."position" - 1 THEN
        -- EventoDB's server and Message DB's clients match on this text, and some of them rescue P0001 alone.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_message.expected_version, append_message.stream_name, append_message."position" - 1
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    VALUES (now(), append_message.global_position, append_message."position", append_message.stream_name,
            append_message."type", append_message.data, append_message.metadata, _id)
    RETURNING "time" INTO _time;
    PERFORM set_config('eventodb.heads_kept', '', true);
    -- The present time is in no chunk that was counted: they are counted an hour after their end. Only a transaction that has
    -- stayed open for long is late, and one on a server whose clock was set back.
    SELECT s.settled_until > now(),
           _time IS NULL OR NOT EXISTS (SELECT FROM {{schema}}.messages m
                                         WHERE m.stream_name = append_message.stream_name AND m."position" = append_message."position"
                                           AND m.global_position = append_message.global_position AND m."time" = _time)
      INTO _is_before, is_new FROM {{schema}}.settings s;
    IF is_new THEN
        RAISE EXCEPTION 'the message was taken and is not there: a trigger or a rule on messages lets rows go'
            USING ERRCODE = 'EV001';
    END IF;
    IF _is_before OR clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;
