SELECT c.chunk_schema::text, c.chunk_name::text, c.range_start, c.range_end, c.is_compressed,
       coalesce(d.total_bytes, 0)::bigint AS size_bytes,
       -- Of a compressed chunk the server's own estimate, from the statistics of its batches.
       CASE WHEN c.is_compressed THEN nullif({{extension}}.approximate_row_count(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass), 0)
            WHEN k.reltuples > 0 THEN k.reltuples::float8::bigint END AS estimate,
       c.range_end <= now() AS is_closed
  FROM timescaledb_information.chunks c
  JOIN pg_namespace s ON s.nspname = c.chunk_schema
  JOIN pg_class k ON k.relnamespace = s.oid AND k.relname = c.chunk_name
  LEFT JOIN {{extension}}.chunks_detailed_size('{{schema_text}}.messages'::regclass) d
    ON (d.chunk_schema, d.chunk_name) = (c.chunk_schema, c.chunk_name)
 WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
 ORDER BY c.range_start, c.chunk_name
