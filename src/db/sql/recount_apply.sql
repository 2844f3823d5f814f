-- Raises the heads by what came past them; what has come by them since the snapshot stays counted. In one order for
-- everybody, so that two wait for each other and do not deadlock.
INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
SELECT r.stream_name, r.last, r.global_position, r."time", r.first_time, r.last_time,
       greatest(0, r.live + r.archived - r.counted)
  FROM pg_temp.eventodb_recount r WHERE r.is_behind ORDER BY r.stream_name
ON CONFLICT (stream_name) DO UPDATE
   SET "position" = greatest(h."position", excluded."position"),
       global_position = CASE WHEN excluded."position" > h."position" THEN excluded.global_position ELSE h.global_position END,
       "time" = CASE WHEN excluded."position" > h."position" THEN excluded."time" ELSE h."time" END,
       first_time = least(h.first_time, excluded.first_time),
       last_time = greatest(h.last_time, excluded.last_time),
       messages = h.messages + excluded.messages
