-- Tables with rows of every namespace that nothing keeps a role of one namespace from.
SELECT c.oid::regclass::text
  FROM pg_class c
 WHERE c.relnamespace = 'eventodb_store'::regnamespace AND c.relkind = 'r'
   AND (c.relname IN ('archives', 'policies', 'erasures', 'claims', 'copies', 'lifecycle_locks', 'holds', 'drills', 'drilled',
                         'runs') AND NOT c.relrowsecurity
        OR c.relname = 'namespaces'
           AND NOT EXISTS (SELECT FROM pg_trigger t
                            WHERE t.tgrelid = c.oid AND t.tgname = 'namespaces_check_rights' AND t.tgenabled IN ('O', 'A')))
 ORDER BY 1
