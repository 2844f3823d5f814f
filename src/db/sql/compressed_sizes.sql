-- What the namespace's compressed chunks took before, and what they took then.
SELECT c.chunk_name::text,
       (z.uncompressed_heap_size + z.uncompressed_toast_size + z.uncompressed_index_size)::bigint AS before_bytes,
       (z.compressed_heap_size + z.compressed_toast_size + z.compressed_index_size)::bigint AS after_bytes
  FROM timescaledb_information.chunks c
  JOIN pg_namespace s ON s.nspname = c.chunk_schema
  JOIN pg_class k ON k.relnamespace = s.oid AND k.relname = c.chunk_name
  JOIN _timescaledb_catalog.compression_chunk_size z ON z.chunk_id = _timescaledb_functions.chunk_id_from_relid(k.oid)
 WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages' AND c.is_compressed
