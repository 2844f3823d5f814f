SELECT n.id, n.schema_name, n.description, n.created_at, n.metadata,
       h.hypertable_name IS NOT NULL AS is_hypertable,
       to_regclass(format('%I.heads', n.schema_name)) IS NOT NULL AS has_heads,
       coalesce(h.num_chunks, 0)::bigint AS chunks,
       coalesce(h.compression_enabled, false) AS compression_enabled,
       d.time_interval::text AS chunk_interval
  FROM eventodb_store.namespaces n
  LEFT JOIN timescaledb_information.hypertables h
    ON h.hypertable_schema = n.schema_name AND h.hypertable_name = 'messages'
  LEFT JOIN timescaledb_information.dimensions d
    ON d.hypertable_schema = n.schema_name AND d.hypertable_name = 'messages' AND d.dimension_number = 1
 WHERE $1::text IS NULL OR n.id = $1
 ORDER BY n.id
