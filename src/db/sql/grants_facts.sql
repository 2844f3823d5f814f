SELECT current_database()::text AS database, o.rolname::text AS owner, o.rolsuper AS is_superuser,
       -- Quoted by the server: the search_path has nothing of the namespace's.
       ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = c.relnamespace ORDER BY 1) AS functions,
       -- Under their old names the same functions stand here as well.
       ARRAY(SELECT p.oid::regprocedure::text FROM pg_proc p
              WHERE p.pronamespace = '_timescaledb_internal'::regnamespace
                AND p.proname IN ('freeze_chunk', 'unfreeze_chunk', 'drop_chunk') ORDER BY 1) AS deprecated
  FROM pg_class c
  JOIN pg_roles o ON o.oid = c.relowner
 WHERE c.oid = '{{schema_text}}.messages'::regclass
