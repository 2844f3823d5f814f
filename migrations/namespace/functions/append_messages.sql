-- As append_message, of a batch for one stream.
CREATE OR REPLACE FUNCTION {{schema}}.append_messages(
    stream_name varchar, ids uuid[], types varchar[], data jsonb[], metadata jsonb[], expected_version bigint DEFAULT NULL,
    OUT first_position bigint, OUT global_positions bigint[], OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _n bigint := cardinality(ids);
    _seen record;
    _stored bigint;
    _other bigint;
BEGIN
    IF coalesce(append_messages.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(_n, 0) = 0 OR (cardinality(types) = _n AND cardinality(append_messages.data) = _n
                               AND cardinality(append_messages.metadata) = _n) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'a batch has at least one message, and as many types, data and metadata as ids'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM {{schema}}.refuse_large(b."type", b.data, b.metadata)
       FROM unnest(types, append_messages.data, append_messages.metadata) AS b("type", data, metadata)
      WHERE coalesce(pg_column_size(b.data), 0) + coalesce(pg_column_size(b.metadata), 0) + coalesce(octet_length(b."type"), 0) > 4000;
    -- As append_message does, in the same order.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_messages.stream_name);

    -- As append_message; of a long batch the first in order, which another that has the same ids has as well.
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(u.id, '{{schema_text}}.messages'::regclass::oid::bigint))
       FROM (SELECT DISTINCT i.id FROM unnest(ids) i(id) WHERE i.id IS NOT NULL ORDER BY i.id LIMIT 200) u;
    -- Looked for first by a plan that has the chunks of these days only; the join has all.
    IF EXISTS (SELECT FROM {{schema}}.messages m WHERE m.id = ANY(ids) AND m."time" > now() - interval '7 days') THEN
        SELECT count(*) AS n, min(m.id::text) AS id, min(m."position") AS first_position,
               array_agg(m.global_position ORDER BY b.nth) AS global_positions,
               count(DISTINCT m."position" - b.nth) = 1
               AND bool_and(m.stream_name = append_messages.stream_name AND m."type" = b."type"
                            AND m.data IS NOT DISTINCT FROM b.data AND m.metadata IS NOT DISTINCT FROM b.metadata) AS same
          INTO _seen
          FROM unnest(ids, types, append_messages.data, append_messages.metadata)
               WITH ORDINALITY AS b(id, "type", data, metadata, nth)
          JOIN {{schema}}.messages m ON m.id = b.id AND m."time" > now() - interval '7 days';
        IF _seen.n = _n AND _seen.same THEN
            first_position := _seen.first_position;
            global_positions := _seen.global_positions;
            is_new := false;
            RETURN;
        ELSIF _seen.n > 0 THEN
            PERFORM {{schema}}.expect_version(append_messages.stream_name, append_messages.expected_version);
            RAISE EXCEPTION 'duplicate key value violates unique constraint "messages_id"'
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'messages_id',
                      DETAIL = format('id %s was used for another message, or a part of the batch was written before', _seen.id);
        END IF;
    END IF;

    PERFORM {{schema}}.announce_positions(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0));
    FOR _try IN 1..2 LOOP
        SELECT array_agg(nextval('{{schema_text}}.messages_given_out')), max(nextval('{{schema_text}}.messages_global_position_seq'))
          INTO global_positions, _other FROM generate_series(1, _n);
        -- Those of the second try are behind where the sequence was set to.
        EXIT WHEN _other = global_positions[_n] OR {{schema}}.even_out(global_positions[_n]) = global_positions[_n];
    END LOOP;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_messages.stream_name, _n - 1, global_positions[_n], now(), now(), now(), _n)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + _n, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + _n
    RETURNING h."position" - _n + 1 INTO first_position;

    IF append_messages.expected_version <> first_position - 1 THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_messages.expected_version, append_messages.stream_name, first_position - 1
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT now(), b.global_position, first_position + b.nth - 1, append_messages.stream_name, b."type", b.data, b.metadata, b.id
      FROM unnest(global_positions, ids, types, append_messages.data, append_messages.metadata)
           WITH ORDINALITY AS b(global_position, id, "type", data, metadata, nth);
    GET DIAGNOSTICS _stored = ROW_COUNT;
    PERFORM set_config('eventodb.heads_kept', '', true);
    IF _stored <> _n THEN
        RAISE EXCEPTION 'of % messages % are there: a trigger or a rule on messages lets rows go', _n, _stored
            USING ERRCODE = 'EV001';
    END IF;
    IF clock_timestamp() > now() + interval '10 minutes'
       OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_until > now())
    THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;
