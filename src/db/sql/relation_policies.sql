-- A table of the namespace, or a chunk, of which a policy on rows hides some from this role.
SELECT k.oid::regclass::text
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
  JOIN LATERAL (SELECT c.oid
                UNION ALL
                SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid AND c.relname = 'messages') r ON true
  JOIN pg_class k ON k.oid = r.oid
 WHERE n.nspname = $1
   AND c.relname IN ('messages', 'heads', 'counted', 'counts', 'recount', 'settings', 'spans', 'unsettled',
                     '_admin_migrations')
   AND k.relrowsecurity AND row_security_active(k.oid)
 LIMIT 1
