-- Rows that come by COPY or plain INSERT (EventoDB's import, psql) reach heads once a statement. append_message and rehydrate
-- write heads themselves and set eventodb.heads_kept meanwhile. What a row takes that is taken is refused: a position of its
-- stream, a global position, be it live, compressed or archived. A message that was deleted and comes back is not counted a
-- second time: a row at or below the head's position fills a gap that was never filled, of which there are as many as positions
-- that were not counted; what goes beyond them has been counted before. In a stream that has such gaps and lost messages as
-- well, it cannot be told which of them a row fills: the row counts as new, so that a loss is never hidden. The figures of the
-- head are asked for this, and not a query for the live messages: what hides messages from a query must not change the count
-- that it is compared with.
CREATE OR REPLACE FUNCTION {{schema}}.keep_heads() RETURNS trigger
-- As the owner: whoever may insert messages need not have rights on heads and ledger.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _double record;
    _span record;
    _chunk text;
    _own record;
    _known record;
    _range record;
    _given bigint := nullif(current_setting('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, true), '')::bigint;
BEGIN
    -- Hung on another table, this would write heads for messages that are not there.
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'keep_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM {{schema}}.note_given_out((SELECT min(n.global_position) FROM new_rows n));
    IF EXISTS (SELECT FROM new_rows n WHERE (n.global_position > _given) IS NOT TRUE) THEN
        SELECT n.global_position INTO _double FROM new_rows n GROUP BY 1 HAVING count(*) > 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'global position % is given twice', _double.global_position USING ERRCODE = 'unique_violation';
        END IF;
        SELECT {{schema}}.take_positions(array_agg(n.global_position), array_agg(DISTINCT split_part(n.stream_name, '-', 1))) AS last,
               min(n.global_position) AS lowest, max(n.global_position) AS highest
          INTO _own FROM new_rows n WHERE (n.global_position > _given) IS NOT TRUE;
        IF _own.lowest <= _own.last THEN
            -- Where chunks are compressed, the last days first; further back one is unpacked only where it may have them.
            SELECT s.is_compressed, coalesce(s.settled_until, '-infinity') AS settled_until,
                   CASE WHEN s.is_compressed THEN now() - interval '7 days' ELSE '-infinity' END AS recent
              INTO _known FROM {{schema}}.settings s;
            FOR _range IN
                SELECT _known.recent AS first_time, timestamptz 'infinity' AS end_time
                UNION ALL
                SELECT least(_known.settled_until, _known.recent), _known.recent WHERE _known.settled_until < _known.recent
                UNION ALL
                SELECT s.range_start, least(s.range_end, _known.recent)
                  FROM {{schema}}.spans s
                 WHERE _known.is_compressed AND s.category IS NULL AND s.range_start < _known.recent
                   AND s.first_global_position <= least(_own.highest, _own.last) AND s.last_global_position >= _own.lowest
                UNION ALL
                SELECT u.first_time, least(u.last_time + interval '1 microsecond', _known.recent)
                  FROM {{schema}}.unsettled u WHERE _known.is_compressed AND u.first_time < _known.recent
            LOOP
                SELECT n.global_position INTO _double
                  FROM new_rows n
                  JOIN {{schema}}.messages m ON m.global_position = n.global_position
                                            AND (m.stream_name, m."position") <> (n.stream_name, n."position")
                 WHERE m.global_position BETWEEN _own.lowest AND least(_own.highest, _own.last)
                   AND m."time" >= _range.first_time AND (m."time" < _range.end_time OR _range.end_time = 'infinity')
                   AND (n.global_position > _given) IS NOT TRUE
                 LIMIT 1;
                IF FOUND THEN
                    RAISE EXCEPTION 'global position % is taken', _double.global_position USING ERRCODE = 'unique_violation';
                END IF;
            END LOOP;
            -- An archive that has as many messages as positions has each of them. In another one there may be a gap.
            SELECT n.global_position, a.id INTO _double
              FROM new_rows n
              JOIN eventodb_store.archives a
                ON a.namespace = {{namespace_text}} AND a.state = 'dropped'
               AND n.global_position BETWEEN a.first_global_position AND a.last_global_position
               AND a.message_count - 1 = a.last_global_position - a.first_global_position
             WHERE (n.global_position > _given) IS NOT TRUE
             LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'global position % may lie in archive %', _double.global_position, _double.id
                    USING ERRCODE = 'unique_violation', HINT = 'Rehydrate that archive instead.';
            END IF;
        END IF;
    END IF;
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
        -- In another chunk (the unique index sees only its own) ...
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
        -- ... or in a compressed one that this statement has written to. For a row that goes into it the server takes the batches
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
        -- ... or, as far as the ledger can tell, in an archive.
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
           -- Of a head at the last position that there can be the gaps below it are told one too few, which no stream fills.
           messages = h.messages + a.n
                      - greatest(0, a.low - greatest(0, least(h."position", 9223372036854775806) + 1 - h.messages))
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
