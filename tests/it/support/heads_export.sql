-- What an archive's stream list must be: another way to the same rows.
SELECT h.stream_name, h.first_position, h.last_position, h.last_global_position, h.last_position_time, h.first_time,
       h.last_time, h.messages, s.spans
  FROM (SELECT DISTINCT ON (m.stream_name) m.stream_name, min(m."position") OVER s AS first_position,
               m."position" AS last_position, m.global_position AS last_global_position,
               m."time" AS last_position_time, min(m."time") OVER s AS first_time, max(m."time") OVER s AS last_time,
               count(*) OVER s AS messages
          FROM {{chunk}} m WINDOW s AS (PARTITION BY m.stream_name) ORDER BY m.stream_name, m."position" DESC) h
  JOIN (SELECT r.stream_name,
               string_agg(CASE WHEN r.lo = r.hi THEN r.lo::text ELSE r.lo || ':' || r.hi END, ' ' ORDER BY r.lo) AS spans
          FROM (SELECT f.stream_name, min(f.lo) AS lo, max(f.hi) AS hi
                  FROM (SELECT b.stream_name, b.lo, b.hi,
                               b.frame - row_number() OVER (PARTITION BY b.stream_name ORDER BY b.frame) AS run
                          FROM (SELECT m.stream_name,
                                       width_bucket(m.global_position, '{{{bounds}}}'::bigint[]) AS frame,
                                       min(m.global_position) AS lo, max(m.global_position) AS hi
                                  FROM {{chunk}} m GROUP BY 1, 2) b) f
                 GROUP BY f.stream_name, f.run) r
         GROUP BY r.stream_name) s USING (stream_name)
 ORDER BY h.stream_name COLLATE "C"
