-- Heads that rows of this chunk should have raised and did not (rows written with triggers switched off).
INSERT INTO {{schema}}.heads AS h
       (stream_name, "position", global_position, "time", first_time, last_time, messages)
-- The streams' names are made anew, because rows of compressed chunks that TimescaleDB has merged do not come in the order that its
-- plans count on, and a stream would be told of twice.
-- Two messages can have one position, in namespaces that were adopted.
SELECT DISTINCT ON (s.stream_name) s.stream_name, s.last_position, l.global_position, l."time", s.first_time, s.last_time, s.messages
  FROM (SELECT m.stream_name || '' AS stream_name, max(m."position") AS last_position, min(m."time") AS first_time,
               max(m."time") AS last_time, count(*) AS messages
          FROM {{chunk}} m GROUP BY 1) s
  LEFT JOIN {{schema}}.heads k ON k.stream_name = s.stream_name
  JOIN {{chunk}} l ON l.stream_name = s.stream_name AND l."position" = s.last_position
 WHERE k.stream_name IS NULL OR k."position" < s.last_position
 ORDER BY s.stream_name, l.global_position DESC
ON CONFLICT (stream_name) DO UPDATE
   SET "position" = greatest(h."position", excluded."position"),
       global_position = CASE WHEN excluded."position" > h."position" THEN excluded.global_position ELSE h.global_position END,
       "time" = CASE WHEN excluded."position" > h."position" THEN excluded."time" ELSE h."time" END,
       first_time = least(h.first_time, excluded.first_time),
       last_time = greatest(h.last_time, excluded.last_time)
