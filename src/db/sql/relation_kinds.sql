-- One of this program's relations that is not what it should be, and what it is.
SELECT c.relname::text,
       CASE WHEN k.kind <> ALL (ARRAY['r', 'p', 'S']) OR (k.kind = 'S') <> e.is_sequence
            THEN CASE k.kind WHEN 'v' THEN 'is a view' WHEN 'm' THEN 'is a materialized view' WHEN 'f' THEN 'is a foreign table'
                             ELSE 'is no table' END
            ELSE format('has a column of type %s', t.type) END
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid
 CROSS JOIN LATERAL (SELECT c.relkind::text AS kind) k
  JOIN (VALUES ('messages', false), ('heads', false), ('counted', false), ('counts', false), ('recount', false),
               ('settings', false), ('returned', false), ('spans', false), ('unsettled', false), ('_admin_migrations', false),
               ('_schema_version', false), ('namespaces', false), ('archives', false), ('policies', false),
               ('erasures', false), ('claims', false), ('copies', false), ('admin_migrations', false), ('migrations', false),
               ('migration_ranges', false), ('lifecycle_locks', false), ('holds', false), ('drills', false), ('drilled', false),
               ('runs', false),
               ('messages_global_position_seq', true),
               ('messages_given_out', true), ('messages_chunk_drops', true)) e (name, is_sequence) ON e.name = c.relname
  LEFT JOIN LATERAL (
       -- Columns that somebody has added to the messages are not read.
       SELECT format_type(a.atttypid, NULL) AS type
         FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND y.typnamespace <> 'pg_catalog'::regnamespace
          AND (c.relname <> 'messages' OR a.attname IN
               ('id', 'stream_name', 'type', 'position', 'global_position', 'data', 'metadata', 'time'))
        LIMIT 1) t ON true
 WHERE n.nspname = $1
   AND (k.kind <> ALL (ARRAY['r', 'p', 'S']) OR (k.kind = 'S') <> e.is_sequence OR t.type IS NOT NULL)
 LIMIT 1
