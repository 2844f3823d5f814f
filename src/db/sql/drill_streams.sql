-- Streams of a namespace that are not as an archive's list has them, one way or the other.
WITH found AS (
    SELECT DISTINCT ON (m.stream_name) m.stream_name, min(m."position") OVER s AS first_position,
           m."position" AS last_position, m.global_position AS last_global_position, m."time" AS last_position_time,
           min(m."time") OVER s AS first_time, max(m."time") OVER s AS last_time, count(*) OVER s AS messages
      FROM {{schema}}.messages m WINDOW s AS (PARTITION BY m.stream_name) ORDER BY m.stream_name, m."position" DESC)
SELECT count(*)
  FROM found f
  FULL JOIN pg_temp.eventodb_listed l ON l.stream_name = f.stream_name
 WHERE (f.stream_name, f.first_position, f.last_position, f.last_global_position, f.last_position_time, f.first_time,
        f.last_time, f.messages)
       IS DISTINCT FROM
       (l.stream_name, l.first_position, l.last_position, l.last_global_position, l.last_position_time, l.first_time,
        l.last_time, l.messages)
