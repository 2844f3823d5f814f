-- Roles that have rights on whole rows of registry and ledger, or on the server's functions for any chunk, as scripts of
-- earlier versions gave them; and what each is, by its rights on a namespace.
WITH held AS (
    SELECT DISTINCT a.grantee
      FROM pg_class c, aclexplode(c.relacl) a
     WHERE a.grantee <> c.relowner
       AND (c.oid = 'eventodb_store.archives'::regclass AND a.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
            OR c.oid = 'eventodb_store.namespaces'::regclass AND a.privilege_type = 'UPDATE'
            OR c.oid = 'eventodb_store.erasures'::regclass AND a.privilege_type IN ('INSERT', 'UPDATE')))
SELECT DISTINCT ON (g.rolname) g.rolname::text AS role, n.id AS namespace,
       CASE WHEN pg_has_role(g.oid, s.nspowner, 'USAGE') THEN 'operator' ELSE 'archiver' END AS purpose
  FROM held h
  JOIN pg_roles g ON g.oid = h.grantee AND NOT g.rolsuper
  JOIN eventodb_store.namespaces n ON true
  JOIN pg_namespace s ON s.nspname = n.schema_name
  JOIN pg_class m ON m.relnamespace = s.oid AND m.relname = 'messages'
 WHERE NOT pg_has_role(g.oid, (SELECT l.relowner FROM pg_class l WHERE l.oid = 'eventodb_store.archives'::regclass), 'USAGE')
   AND (pg_has_role(g.oid, s.nspowner, 'USAGE') OR has_table_privilege(g.oid, m.oid, 'DELETE'))
 ORDER BY g.rolname, purpose DESC, n.id
