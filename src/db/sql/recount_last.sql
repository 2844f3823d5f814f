-- The last message of each stream that was found, and how many of its live positions an archive holds as well. An archive's
-- list tells the bounds of a stream's positions and how many they are: where they have no gap, each between is taken.
UPDATE pg_temp.eventodb_recount r
   SET global_position = coalesce(l.global_position, a.last_global_position, 0),
       "time" = coalesce(l."time", a.last_position_time, r.last_time),
       in_both = b.n
  FROM pg_temp.eventodb_recount s
  LEFT JOIN LATERAL (SELECT m.global_position, m."time" FROM {{schema}}.messages m
                      WHERE m.stream_name = s.stream_name AND m."position" = s.last
                      ORDER BY m.global_position DESC LIMIT 1) l ON true
  LEFT JOIN LATERAL (SELECT t.last_global_position, t.last_position_time FROM pg_temp.eventodb_archived t
                      WHERE t.stream_name = s.stream_name AND t.last_position = s.last LIMIT 1) a ON true
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM {{schema}}.messages m
                       WHERE s.live_first <= s.archived_last AND m.stream_name = s.stream_name
                         AND EXISTS (SELECT FROM pg_temp.eventodb_archived t
                                      WHERE t.stream_name = s.stream_name
                                        AND m."position" BETWEEN t.first_position AND t.last_position
                                        AND t.messages - 1 = t.last_position - t.first_position)) b
 WHERE s.stream_name = r.stream_name
