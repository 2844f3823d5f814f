-- Streams whose messages do not add up: hot and archived against what the head has counted.
-- The streams' names are made anew, because rows of compressed chunks that TimescaleDB has merged do not come in the order that its
-- plans count on, and a stream would be told of twice.
SELECT coalesce(h.stream_name, s.stream_name, a.stream_name) AS stream_name,
       coalesce(h.messages, 0)::bigint AS expected, coalesce(h."position", -1)::bigint AS head,
       coalesce(s.messages, 0)::bigint AS hot, coalesce(s.positions, 0)::bigint AS hot_positions,
       coalesce(a.messages, 0)::bigint AS archived, coalesce(greatest(s.last, a.last), -1)::bigint AS last,
       count(*) OVER () AS streams
  FROM {{schema}}.heads h
  FULL JOIN (SELECT m.stream_name || '' AS stream_name, count(*) AS messages, count(DISTINCT m."position") AS positions,
                    max(m."position") AS last
               FROM {{schema}}.messages m GROUP BY 1) s USING (stream_name)
  FULL JOIN (SELECT t.stream_name, sum(t.messages)::bigint AS messages, max(t.last_position) AS last
               FROM pg_temp.eventodb_archived t GROUP BY 1) a
    ON a.stream_name = coalesce(h.stream_name, s.stream_name)
 WHERE coalesce(s.messages, 0) <> coalesce(s.positions, 0)
    -- More messages than places: some place was given twice, wherever the messages are.
    OR h.messages - 1 > h."position"
    OR ($1 AND (coalesce(h.messages, 0) <> coalesce(s.messages, 0) + coalesce(a.messages, 0)
                OR h.messages > 0 AND h."position" IS DISTINCT FROM greatest(s.last, a.last) AND h.messages - 1 = h."position"))
 ORDER BY 1
 LIMIT 20
