-- Live chunks of all namespaces that have a policy, of all namespaces, or of one, in one pass: the view below reads the whole
-- catalog however few are asked for. Sizes of compressed data are those of when it was compressed. Other sizes are left out unless
-- $3 says so: the server opens a table and each of its indexes to measure them, which takes ten times as long as all the rest.
WITH c AS MATERIALIZED (
    SELECT i.*, k.oid AS relid, k.reltuples
      FROM timescaledb_information.chunks i
      JOIN pg_namespace s ON s.nspname = i.chunk_schema
      JOIN pg_class k ON k.relnamespace = s.oid AND k.relname = i.chunk_name
     WHERE i.hypertable_name = 'messages'
)
SELECT n.id AS namespace, c.chunk_schema::text, c.chunk_name::text, c.relid AS oid, c.range_start, c.range_end, c.is_compressed,
       -- Unordered or partial, and not frozen.
       c.is_compressed AND _timescaledb_functions.chunk_status(c.relid) & 14 IN (2, 8, 10) AS is_partly_compressed,
       (CASE WHEN $3::boolean THEN coalesce(pg_total_relation_size(c.relid), 0) ELSE 0 END
        + coalesce(z.compressed_heap_size + z.compressed_toast_size + z.compressed_index_size, 0))::bigint AS size_bytes,
       coalesce(z.numrows_pre_compression, CASE WHEN c.reltuples > 0 THEN c.reltuples::float8::bigint END) AS estimate,
       c.range_end <= now() AS is_closed
  FROM c
  JOIN eventodb_store.namespaces n ON n.schema_name = c.hypertable_schema
  LEFT JOIN eventodb_store.policies p ON p.namespace = n.id
  LEFT JOIN _timescaledb_catalog.compression_chunk_size z
    ON c.is_compressed AND z.chunk_id = _timescaledb_functions.chunk_id_from_relid(c.relid)
 WHERE (p.namespace IS NOT NULL OR NOT $1::boolean) AND ($2::text IS NULL OR n.id = $2)
 ORDER BY c.range_start, c.chunk_name
