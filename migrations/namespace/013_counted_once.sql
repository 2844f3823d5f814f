-- As before, but a message that was deleted and comes back is not counted a second time. A head counts what was ever stored:
-- a deletion does not take its messages out, so that a loss shows. A row at or below the head's position can fill a gap that
-- was never filled, of which there are as many as positions that were not counted; what goes beyond them has been counted
-- before. In a stream that has such gaps and lost messages as well, it cannot be told which of them a row fills: the row counts
-- as new, so that a loss is never hidden. The figures of the head are asked for this, and not a query for the live messages: what
-- hides messages from a query must not change the count that it is compared with.
CREATE OR REPLACE FUNCTION {{schema}}.keep_heads() RETURNS trigger
-- As the owner: whoever may insert messages need not have rights on heads and ledger.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _double record;
    _span record;
    _chunk text;
BEGIN
    -- Hung on another table, this would write heads for messages that are not there.
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'keep_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM {{schema}}.note_given_out((SELECT min(n.global_position) FROM new_rows n));
    -- New streams first, in one order for everybody: two imports wait for each other and do not deadlock.
    INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
    SELECT n.stream_name, -1, 0, min(n."time"), min(n."time"), max(n."time"), 0
      FROM new_rows n GROUP BY n.stream_name ORDER BY n.stream_name
    ON CONFLICT DO NOTHING;

    -- Locks the heads, then looks: a row at or below its head may be there already.
    PERFORM FROM {{schema}}.heads h
      WHERE h.stream_name IN (SELECT n.stream_name FROM new_rows n)
      ORDER BY h.stream_name FOR UPDATE;
    SELECT n.stream_name, n."position" INTO _double
      FROM new_rows n GROUP BY 1, 2 HAVING count(*) > 1 OR n."position" < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'position % of stream % is given twice or below 0', _double."position", _double.stream_name
            USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN {{schema}}.heads h USING (stream_name) WHERE n."position" <= h."position") THEN
        -- In another chunk (the unique index sees only its own) …
        SELECT n.stream_name, n."position" INTO _double
          FROM new_rows n
          JOIN {{schema}}.heads h USING (stream_name)
          JOIN {{schema}}.messages m
            ON m.stream_name = n.stream_name AND m."position" = n."position" AND m."time" <> n."time"
         WHERE n."position" <= h."position"
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'stream % has a message at position % already', _double.stream_name, _double."position"
                USING ERRCODE = 'unique_violation';
        END IF;
        -- … or in a compressed one that this statement has written to. For a row that goes into it the server takes the batches
        -- that may have the same key out of the compressed part, and no query of the hypertable sees them before the statement
        -- has ended: only the chunk's own table shows them. Another row of the statement may be the one that they made way for.
        FOR _chunk IN
            SELECT format('%I.%I', c.chunk_schema, c.chunk_name)
              FROM timescaledb_information.chunks c
             WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages' AND c.is_compressed
               AND EXISTS (SELECT FROM new_rows n WHERE n."time" >= c.range_start AND n."time" < c.range_end)
        LOOP
            EXECUTE format(
                'SELECT n.stream_name, n."position" FROM new_rows n
                   JOIN ONLY %s m ON m.stream_name = n.stream_name AND m."position" = n."position" AND m."time" <> n."time"
                  LIMIT 1', _chunk) INTO _double;
            IF _double.stream_name IS NOT NULL THEN
                RAISE EXCEPTION 'stream % has a message at position % already', _double.stream_name, _double."position"
                    USING ERRCODE = 'unique_violation';
            END IF;
        END LOOP;
        -- … or, as far as the ledger can tell, in an archive.
        SELECT n.stream_name, n."position", a.id INTO _double
          FROM new_rows n
          JOIN {{schema}}.heads h USING (stream_name)
          JOIN eventodb_store.archives a
            ON a.namespace = {{namespace_text}} AND a.state = 'dropped'
           AND n.global_position BETWEEN a.first_global_position AND a.last_global_position
         WHERE n."position" <= h."position"
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'position % of stream % may lie in archive %', _double."position", _double.stream_name, _double.id
                USING ERRCODE = 'unique_violation', HINT = 'Rehydrate that archive instead.';
        END IF;
        -- A stream with fewer live messages than were ever stored has some in archives: any position up to its head may
        -- be among them.
        IF EXISTS (SELECT FROM eventodb_store.archives a
                    WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped')
        THEN
            SELECT s.stream_name, s."position" INTO _double
              FROM (SELECT n.stream_name, min(n."position") AS "position", count(*) AS new, h.messages
                      FROM new_rows n JOIN {{schema}}.heads h USING (stream_name)
                     GROUP BY n.stream_name, h.messages, h."position" HAVING min(n."position") <= h."position") s
             WHERE (SELECT count(*) FROM {{schema}}.messages m WHERE m.stream_name = s.stream_name) - s.new < s.messages
             LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'position % of stream % may be archived', _double."position", _double.stream_name
                    USING ERRCODE = 'unique_violation', HINT = 'Rehydrate the archives of the stream first.';
            END IF;
        END IF;
    END IF;

    UPDATE {{schema}}.heads h
       SET "position" = greatest(h."position", a.hi),
           global_position = CASE WHEN a.hi > h."position" THEN l.global_position ELSE h.global_position END,
           "time" = CASE WHEN a.hi > h."position" THEN l."time" ELSE h."time" END,
           first_time = least(h.first_time, a.first_time),
           last_time = greatest(h.last_time, a.last_time),
           messages = h.messages + a.n - greatest(0, a.low - greatest(0, h."position" + 1 - h.messages))
      FROM (SELECT n.stream_name, max(n."position") AS hi, min(n."time") AS first_time, max(n."time") AS last_time,
                   count(*) AS n, count(*) FILTER (WHERE n."position" <= o."position") AS low
              FROM new_rows n JOIN {{schema}}.heads o USING (stream_name) GROUP BY n.stream_name) a
      JOIN new_rows l ON l.stream_name = a.stream_name AND l."position" = a.hi
     WHERE h.stream_name = a.stream_name;

    SELECT min(n."time"), max(n."time") INTO _span FROM new_rows n;
    IF FOUND AND _span.min IS NOT NULL THEN
        PERFORM {{schema}}.count_again(_span.min, _span.max);
    END IF;
    RETURN NULL;
END $$;

-- As before, and looks whether the message is there. Whoever writes by this function needs no second statement for it.
CREATE OR REPLACE FUNCTION {{schema}}.append_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL,
    OUT "position" bigint, OUT global_position bigint, OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _id uuid := append_message.id::uuid;
    _seen record;
    _time timestamptz;
BEGIN
    IF coalesce(append_message.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Everybody takes the table before a head: an import that holds the table would deadlock with us otherwise.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_message.stream_name);

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
        RAISE EXCEPTION 'id % was used for another message (Stream: %, Position: %)',
            _id, _seen.stream_name, _seen."position" USING ERRCODE = 'unique_violation';
    END IF;

    append_message.global_position := nextval('{{schema_text}}.messages_global_position_seq');
    IF append_message.global_position <= pg_sequence_last_value('{{schema_text}}.messages_given_out') THEN
        append_message.global_position := {{schema}}.next_global_position();
    END IF;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_message.stream_name, 0, append_message.global_position, now(), now(), now(), 1)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + 1, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + 1
    RETURNING h."position" INTO append_message."position";

    IF append_message.expected_version <> append_message."position" - 1 THEN
        -- EventoDB's server and Message DB's clients match on this text.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_message.expected_version, append_message.stream_name, append_message."position" - 1
            USING ERRCODE = 'P0003';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    VALUES (now(), append_message.global_position, append_message."position", append_message.stream_name,
            append_message."type", append_message.data, append_message.metadata, _id)
    RETURNING "time" INTO _time;
    PERFORM set_config('eventodb.heads_kept', '', true);
    IF _time IS NULL OR NOT EXISTS (SELECT FROM {{schema}}.messages m
                                 WHERE m.stream_name = append_message.stream_name AND m."position" = append_message."position"
                                   AND m.global_position = append_message.global_position AND m."time" = _time)
    THEN
        RAISE EXCEPTION 'the message was taken and is not there: a trigger or a rule on messages lets rows go'
            USING ERRCODE = 'EV001';
    END IF;
    -- The present time is in no chunk that was counted: they are counted an hour after their end. Only a transaction that has
    -- stayed open for long is late.
    IF clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;

-- As before, and looks how many messages were taken.
CREATE OR REPLACE FUNCTION {{schema}}.append_messages(
    stream_name varchar, ids uuid[], types varchar[], data jsonb[], metadata jsonb[], expected_version bigint DEFAULT NULL,
    OUT first_position bigint, OUT global_positions bigint[], OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _n bigint := cardinality(ids);
    _seen record;
    _stored bigint;
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
    -- As append_message does, in the same order.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_messages.stream_name);

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
            RAISE EXCEPTION 'id % was used for another message, or a part of the batch was written before', _seen.id
                USING ERRCODE = 'unique_violation';
        END IF;
    END IF;

    SELECT array_agg(nextval('{{schema_text}}.messages_global_position_seq')) INTO global_positions
      FROM generate_series(1, _n);
    IF global_positions[1] <= pg_sequence_last_value('{{schema_text}}.messages_given_out') THEN
        PERFORM {{schema}}.next_global_position();
        SELECT array_agg(nextval('{{schema_text}}.messages_global_position_seq')) INTO global_positions
          FROM generate_series(1, _n);
    END IF;
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
            USING ERRCODE = 'P0003';
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
    IF clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;
