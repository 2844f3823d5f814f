-- Where there is no TimescaleDB.
SELECT n.id, n.schema_name, left(n.description, 10000) AS description, n.created_at,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE s.nspname = n.schema_name AND c.relname = 'messages') AS has_table,
       false AS is_hypertable, false AS has_heads, 0::bigint AS chunks, false AS compression_enabled,
       NULL::text AS chunk_interval
  FROM eventodb_store.namespaces n
 WHERE $1::text IS NULL OR n.id = $1
 ORDER BY n.id
