-- The last run of each part of the time that the history goes back, by namespace; $2 parts.
WITH r AS (
    SELECT namespace, ended_at, database_bytes, archive_bytes, extract(epoch FROM ended_at)::float8 AS seconds
      FROM eventodb_store.runs
     WHERE database_bytes IS NOT NULL AND archive_bytes IS NOT NULL AND ended_at > now() - interval '400 days'
       AND ($1::text IS NULL OR namespace = $1)
), span AS (
    SELECT min(seconds) AS first, greatest(max(seconds) - min(seconds), 1) AS length FROM r
)
SELECT DISTINCT ON (r.namespace, part) r.namespace, r.ended_at, r.database_bytes, r.archive_bytes,
       least(floor((r.seconds - s.first) * $2::bigint / s.length), $2 - 1) AS part
  FROM r, span s
 ORDER BY r.namespace, part, r.ended_at DESC
