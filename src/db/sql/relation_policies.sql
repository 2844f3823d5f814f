-- A table of the namespace, or a chunk, of which a policy on rows hides some from this role; or a foreign table among the chunks
-- that is not the one of archived messages.
SELECT k.oid::regclass::text, false AS is_foreign
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
  JOIN LATERAL (SELECT c.oid
                UNION ALL
                SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid AND c.relname = 'messages') r ON true
  JOIN pg_class k ON k.oid = r.oid
 WHERE n.nspname = $1
   AND c.relname IN ('messages', 'heads', 'counted', 'counts', 'recount', 'settings', 'returned', 'spans', 'unsettled',
                     '_admin_migrations')
   AND k.relrowsecurity AND row_security_active(k.oid)
UNION ALL
SELECT k.oid::regclass::text, true
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'messages'
  JOIN pg_inherits i ON i.inhparent = c.oid
  JOIN pg_class k ON k.oid = i.inhrelid AND k.relkind = 'f'
  LEFT JOIN pg_foreign_table t ON t.ftrelid = k.oid
  LEFT JOIN pg_foreign_server s ON s.oid = t.ftserver
  LEFT JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 WHERE n.nspname = $1
   AND (k.relname = 'archived' AND k.relnamespace = n.oid AND w.fdwname = 'postgres_fdw'
        AND t.ftoptions @> ARRAY['schema_name=' || n.nspname, 'table_name=messages']) IS NOT TRUE
 LIMIT 1
