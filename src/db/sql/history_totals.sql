-- Runs, the newest first, each in sum over its namespaces. Who is under way is asked only of rows without an end.
WITH chosen AS (
    SELECT r.run_id, min(r.began_at) AS began_at
      FROM eventodb_store.runs r
     WHERE ($1::text IS NULL OR r.namespace = $1)
       AND ($2::float8 IS NULL OR r.began_at >= now() - make_interval(secs => $2))
     GROUP BY r.run_id
    HAVING NOT $3::boolean OR bool_or(r.failed > 0 OR r.result IN ('failed', 'busy')
           OR r.result IS NULL AND NOT EXISTS (
              SELECT FROM eventodb_store.lifecycle_holders(r.namespace, eventodb_store.lifecycle_key(r.namespace)) h
               WHERE h.pid = r.pid))
     ORDER BY 2 DESC, 1 DESC LIMIT $4
), found AS (
    SELECT r.*, CASE WHEN r.result IS NOT NULL THEN r.result
                     WHEN EXISTS (SELECT FROM eventodb_store.lifecycle_holders(r.namespace,
                                         eventodb_store.lifecycle_key(r.namespace)) h
                                   WHERE h.pid = r.pid) THEN 'running'
                     ELSE 'died' END AS state
      FROM eventodb_store.runs r
      JOIN chosen c USING (run_id)
     WHERE $1::text IS NULL OR r.namespace = $1
)
SELECT f.run_id, count(*) AS namespaces,
       count(*) FILTER (WHERE f.failed > 0 OR f.state IN ('failed', 'busy', 'died')) AS failed_namespaces,
       min(f.began_at) AS began_at, CASE WHEN count(*) = count(f.ended_at) THEN max(f.ended_at) END AS ended_at,
       -- From good to bad.
       (ARRAY['done', 'running', 'left', 'stopped', 'busy', 'died', 'failed'])
           [max(array_position(ARRAY['done', 'running', 'left', 'stopped', 'busy', 'died', 'failed'], f.state))] AS state,
       array_agg(DISTINCT f.exit_code) FILTER (WHERE f.exit_code IS NOT NULL) AS exit_codes,
       sum(f.compressed)::bigint AS compressed, sum(f.archived)::bigint AS archived, sum(f.waiting)::bigint AS waiting,
       sum(f.copied)::bigint AS copied, sum(f.released)::bigint AS released, sum(f.expired)::bigint AS expired,
       sum(f.held)::bigint AS held, sum(f.swept)::bigint AS swept, sum(f.renewed)::bigint AS renewed,
       sum(f.messages)::bigint AS messages, sum(f.csv_bytes)::bigint AS csv_bytes,
       sum(f.stored_bytes)::bigint AS stored_bytes, sum(f.freed_bytes)::bigint AS freed_bytes,
       sum(f.left_steps)::bigint AS left_steps, sum(f.failed)::bigint AS failed,
       (array_agg(f.failures -> 0 ->> 'error' ORDER BY f.namespace) FILTER (WHERE f.failures -> 0 ->> 'error' IS NOT NULL))[1]
           AS error,
       max(f.version) AS version
  FROM found f
 GROUP BY f.run_id
 ORDER BY began_at DESC, f.run_id DESC
