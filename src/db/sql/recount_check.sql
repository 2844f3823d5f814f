-- Whether heads that were raised or lowered are now what messages and archives make them. Their rows are locked: who
-- writes to these streams has been seen, or waits for us.
SELECT count(*)
  FROM pg_temp.eventodb_recount r
  JOIN {{schema}}.heads h ON h.stream_name = r.stream_name
  CROSS JOIN LATERAL (SELECT count(*) AS messages, max(m."position") AS last FROM {{schema}}.messages m
                       WHERE m.stream_name = r.stream_name) l
 WHERE (r.is_behind OR $1 AND r.counted > r.live + r.archived)
   AND (h."position" < greatest(l.last, r.archived_last)
        OR h.messages <> l.messages + r.archived AND ($1 OR r.counted <= r.live + r.archived))
