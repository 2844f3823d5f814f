SELECT current_database()::text AS database, o.rolname::text AS owner, o.rolsuper AS is_superuser,
       -- Quoted by the server: the search_path has nothing of the namespace's.
       ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = c.relnamespace ORDER BY 1) AS functions,
       -- Under their old names the same functions stand here as well.
       ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p
              WHERE p.pronamespace = '_timescaledb_internal'::regnamespace
                AND p.proname IN ('freeze_chunk', 'unfreeze_chunk', 'drop_chunk') ORDER BY 1) AS deprecated,
       -- As whom the functions of all namespaces call the server's.
       ARRAY(SELECT DISTINCT w.rolname::text
               FROM eventodb_store.namespaces n
               JOIN pg_namespace s ON s.nspname = n.schema_name
               JOIN pg_class m ON m.relnamespace = s.oid AND m.relname = 'messages'
               JOIN pg_roles w ON w.oid = m.relowner
              WHERE NOT w.rolsuper ORDER BY 1) AS chunk_owners,
       -- To whom earlier versions, or others, gave the server's functions by name.
       ARRAY(SELECT DISTINCT g.rolname::text
               FROM pg_proc p, aclexplode(p.proacl) a, pg_roles g
              WHERE p.pronamespace IN ('_timescaledb_functions'::regnamespace, '_timescaledb_internal'::regnamespace)
                AND p.proname IN ('freeze_chunk', 'unfreeze_chunk', 'drop_chunk')
                AND g.oid = a.grantee AND g.oid <> p.proowner AND NOT g.rolsuper ORDER BY 1) AS chunk_callers,
       -- What else a member of the namespace's owner may do.
       (SELECT count(*) FROM eventodb_store.namespaces n JOIN pg_namespace s ON s.nspname = n.schema_name
         WHERE s.nspowner = c.relowner AND s.oid <> c.relnamespace) AS owners_others,
       EXISTS (SELECT FROM pg_class l WHERE l.oid = 'eventodb_store.archives'::regclass AND l.relowner = c.relowner)
           AS owns_ledger
  FROM pg_class c
  JOIN pg_roles o ON o.oid = c.relowner
 WHERE c.oid = '{{schema_text}}.messages'::regclass
