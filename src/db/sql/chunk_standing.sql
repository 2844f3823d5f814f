-- A chunk as it stands now, and the table of its compressed rows. Where the catalog has that depends on the version: columns
-- that another one lacks are asked for by way of jsonb.
SELECT k.oid, c.range_start, c.range_end, c.is_compressed,
       -- Of its own, or the hypertable's: the role would not see every row.
       row_security_active(k.oid) AS is_filtered,
       coalesce(
           (SELECT to_jsonb(s) ->> 'compress_relid' FROM _timescaledb_catalog.compression_settings s WHERE s.relid = k.oid),
           (SELECT format('%I.%I', to_jsonb(z) ->> 'schema_name', to_jsonb(z) ->> 'table_name')
              FROM _timescaledb_catalog.chunk h
              JOIN _timescaledb_catalog.chunk z ON z.id = (to_jsonb(h) ->> 'compressed_chunk_id')::int
             WHERE h.id = _timescaledb_functions.chunk_id_from_relid(k.oid))) AS compressed
  FROM timescaledb_information.chunks c
  JOIN pg_namespace n ON n.nspname = c.chunk_schema
  JOIN pg_class k ON k.relnamespace = n.oid AND k.relname = c.chunk_name
 WHERE c.hypertable_schema = $1 AND c.hypertable_name = 'messages' AND c.chunk_schema = $2 AND c.chunk_name = $3
