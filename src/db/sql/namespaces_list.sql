-- By the catalog's own tables: the views of hypertables and of dimensions walk through all of them, however few are asked for, and a
-- night asks for each namespace several times.
SELECT n.id, n.schema_name, left(n.description, 10000) AS description, n.created_at,
       h.id IS NOT NULL AS is_hypertable,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE s.nspname = n.schema_name AND c.relname = 'messages') AS has_table,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE s.nspname = n.schema_name AND c.relname = 'heads') AS has_heads,
       -- Versions before 2.27 keep some rows of chunks that were dropped.
       (SELECT count(*) FROM _timescaledb_catalog.chunk k
         WHERE k.hypertable_id = h.id AND NOT k.osm_chunk AND coalesce(to_jsonb(k) ->> 'dropped', 'false') = 'false') AS chunks,
       -- From 2.29 on a bit of the status; before, a column of its own, and no status had that bit.
       coalesce(to_jsonb(h) ->> 'compression_state' = '1' OR h.status & 4 = 4, false) AS compression_enabled,
       (SELECT _timescaledb_functions.to_interval(d.interval_length) FROM _timescaledb_catalog.dimension d
         WHERE d.hypertable_id = h.id AND d.interval_length IS NOT NULL ORDER BY d.id LIMIT 1)::text AS chunk_interval
  FROM eventodb_store.namespaces n
  LEFT JOIN _timescaledb_catalog.hypertable h ON h.schema_name = n.schema_name AND h.table_name = 'messages'
 WHERE $1::text IS NULL OR n.id = $1
 ORDER BY n.id
