-- One look at each chunk's files: chunks_detailed_size() takes six, which is most of a second for a thousand chunks.
SELECT c.chunk_schema::text, c.chunk_name::text, k.oid, c.range_start, c.range_end, c.is_compressed,
       -- Unordered or partial, and not frozen.
       c.is_compressed AND _timescaledb_functions.chunk_status(k.oid) & 14 IN (2, 8, 10) AS is_partly_compressed,
       (coalesce(pg_total_relation_size(k.oid), 0)
        + coalesce(z.compressed_heap_size + z.compressed_toast_size + z.compressed_index_size, 0))::bigint AS size_bytes,
       -- Of a compressed chunk the rows that were compressed, which later rows and deletions do not change.
       coalesce(z.numrows_pre_compression, CASE WHEN k.reltuples > 0 THEN k.reltuples::float8::bigint END) AS estimate,
       c.range_end <= now() AS is_closed
  FROM timescaledb_information.chunks c
  JOIN pg_namespace s ON s.nspname = c.chunk_schema
  JOIN pg_class k ON k.relnamespace = s.oid AND k.relname = c.chunk_name
  LEFT JOIN _timescaledb_catalog.compression_chunk_size z
    ON c.is_compressed AND z.chunk_id = _timescaledb_functions.chunk_id_from_relid(k.oid)
 WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
 ORDER BY c.range_start, c.chunk_name
