-- Puts the late messages that are missing into the namespace, and has its heads count them.
WITH missing AS (
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT l."time", l.global_position, l."position", l.stream_name, l."type", l.data, l.metadata, l.id
      FROM pg_temp.eventodb_late l
     WHERE NOT EXISTS (SELECT FROM {{schema}}.messages m WHERE m.global_position = l.global_position)
    RETURNING stream_name, "position", global_position, "time"
)
INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
SELECT s.stream_name, s."position", s.global_position, s."time", s.first_time, s.last_time, s.messages
  FROM (SELECT m.stream_name, max(m."position") AS "position",
               (max(array[m."position", m.global_position]))[2] AS global_position,
               (array_agg(m."time" ORDER BY m."position" DESC))[1] AS "time",
               min(m."time") AS first_time, max(m."time") AS last_time, count(*) AS messages
          FROM missing m GROUP BY m.stream_name) s
 ORDER BY s.stream_name
ON CONFLICT (stream_name) DO UPDATE
   SET "position" = greatest(h."position", excluded."position"),
       global_position = CASE WHEN excluded."position" > h."position" THEN excluded.global_position ELSE h.global_position END,
       "time" = CASE WHEN excluded."position" > h."position" THEN excluded."time" ELSE h."time" END,
       first_time = least(h.first_time, excluded.first_time),
       last_time = greatest(h.last_time, excluded.last_time),
       messages = h.messages + excluded.messages
