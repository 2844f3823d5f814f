-- Heads of archived streams, from the archives' stream lists and the live messages.
INSERT INTO {{schema}}.heads AS h
       (stream_name, "position", global_position, "time", first_time, last_time, messages)
SELECT a.stream_name, l.last_position, l.last_global_position, l.last_position_time, a.first_time, a.last_time,
       a.messages + coalesce(s.messages, 0)
  FROM (SELECT t.stream_name, min(t.first_time) AS first_time, max(t.last_time) AS last_time,
               sum(t.messages)::bigint AS messages
          FROM pg_temp.eventodb_archived t GROUP BY t.stream_name) a
  JOIN (SELECT DISTINCT ON (t.stream_name) t.stream_name, t.last_position, t.last_global_position, t.last_position_time
          FROM pg_temp.eventodb_archived t ORDER BY t.stream_name, t.last_position DESC) l USING (stream_name)
  LEFT JOIN (SELECT m.stream_name || '' AS stream_name, count(*) AS messages FROM {{schema}}.messages m GROUP BY 1) s USING (stream_name)
ON CONFLICT (stream_name) DO UPDATE
   SET "position" = greatest(h."position", excluded."position"),
       global_position = CASE WHEN excluded."position" > h."position" THEN excluded.global_position ELSE h.global_position END,
       "time" = CASE WHEN excluded."position" > h."position" THEN excluded."time" ELSE h."time" END,
       first_time = least(h.first_time, excluded.first_time),
       last_time = greatest(h.last_time, excluded.last_time),
       messages = greatest(h.messages, excluded.messages)
