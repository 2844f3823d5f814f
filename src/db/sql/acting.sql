-- The owner of the messages, whether this role is a superuser and that one is not, and whether that one has what
-- `namespaces grants --as operator` gives.
SELECT o.rolname::text, r.rolsuper AND NOT o.rolsuper,
       coalesce(has_schema_privilege(o.oid, l.schema, 'USAGE')
                AND has_database_privilege(o.oid, current_database(), 'TEMPORARY')
                AND has_any_column_privilege(o.oid, l.namespaces, 'SELECT')
                AND has_any_column_privilege(o.oid, l.archives, 'SELECT') AND has_any_column_privilege(o.oid, l.archives, 'INSERT')
                AND has_any_column_privilege(o.oid, l.archives, 'UPDATE') AND has_table_privilege(o.oid, l.claims, 'INSERT')
                AND has_table_privilege(o.oid, l.policies, 'INSERT') AND has_any_column_privilege(o.oid, l.erasures, 'INSERT')
                AND has_table_privilege(o.oid, l.admin_migrations, 'SELECT')
                AND has_function_privilege(o.oid, l.drop_chunk, 'EXECUTE'), false)
  FROM pg_namespace n
  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'messages'
  JOIN pg_roles o ON o.oid = c.relowner
  JOIN pg_roles r ON r.rolname = CURRENT_USER
 CROSS JOIN (SELECT to_regnamespace('eventodb_store')::oid AS schema,
                    to_regclass('eventodb_store.namespaces')::oid AS namespaces,
                    to_regclass('eventodb_store.archives')::oid AS archives,
                    to_regclass('eventodb_store.claims')::oid AS claims,
                    to_regclass('eventodb_store.policies')::oid AS policies,
                    to_regclass('eventodb_store.erasures')::oid AS erasures,
                    to_regclass('eventodb_store.admin_migrations')::oid AS admin_migrations,
                    to_regprocedure('_timescaledb_functions.drop_chunk(regclass)')::oid AS drop_chunk) l
 WHERE n.nspname = $1
