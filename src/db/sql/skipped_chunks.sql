-- A column of the messages by whose ranges chunks are left out of queries, where not every chunk has a range, and how many have
-- none: one that was attached, or that a session without the setting made. (One row more is the column's own.)
SELECT s.column_name::text, k.chunks - (count(*) - 1) AS without
  FROM _timescaledb_catalog.hypertable h
  JOIN _timescaledb_catalog.chunk_column_stats s ON s.hypertable_id = h.id
 CROSS JOIN LATERAL (SELECT count(*) AS chunks
                       FROM pg_namespace n
                       JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
                       JOIN pg_inherits i ON i.inhparent = c.oid
                       JOIN pg_class p ON p.oid = i.inhrelid AND p.relkind = 'r'
                      WHERE n.nspname = h.schema_name) k
 WHERE h.schema_name = $1 AND h.table_name = 'messages'
 GROUP BY s.column_name, k.chunks
HAVING k.chunks > count(*) - 1
 ORDER BY 1 LIMIT 1
