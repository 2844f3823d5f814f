-- What archived reads by a foreign table need, and how they stand.
SELECT EXISTS (SELECT FROM pg_extension x WHERE x.extname = 'postgres_fdw') AS has_extension,
       coalesce((SELECT has_foreign_data_wrapper_privilege(w.oid, 'USAGE') FROM pg_foreign_data_wrapper w
                  WHERE w.fdwname = 'postgres_fdw'), false) AS may_use_it,
       to_regprocedure('_timescaledb_functions.attach_osm_table_chunk(regclass,regclass)') IS NOT NULL
           AND current_setting('timescaledb.enable_tiered_reads', true) IS NOT NULL
           AND NOT EXISTS (SELECT FROM pg_proc p
                            WHERE p.pronamespace = c.relnamespace AND p.proname IN ('append_message', 'archived_stream_page')
                              AND NOT coalesce(array_to_string(p.proconfig, ' ') ~ 'timescaledb\.enable_tiered_reads', false))
           AS has_tiers,
       current_setting('server_version_num')::integer >= 150000 AS names_its_sessions,
       o.rolname::text AS owner,
       (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = session_user) AS is_superuser,
       {{schema}}.is_served() AS is_attached,
       EXISTS (SELECT FROM pg_class t WHERE t.relnamespace = c.relnamespace AND t.relname = 'archived' AND t.relkind = 'f') AS has_table,
       -- The entry outlives a table that was dropped by DROP. From TimescaleDB 2.29 on it has the table's number in place of its name.
       EXISTS (SELECT FROM _timescaledb_catalog.chunk k JOIN _timescaledb_catalog.hypertable h ON h.id = k.hypertable_id
                WHERE h.schema_name = s.nspname AND h.table_name = 'messages' AND k.osm_chunk
                  AND (to_jsonb(k) ->> 'table_name' = 'archived' AND to_jsonb(k) ->> 'schema_name' = s.nspname
                       OR to_jsonb(k) ? 'relid'
                          AND coalesce(to_regclass(to_jsonb(k) ->> 'relid') = to_regclass('{{schema_text}}.archived'), true)))
           AS is_in_catalog,
       (SELECT pg_has_role(s.srvowner, 'USAGE') FROM pg_foreign_server s WHERE s.srvname = $1) AS owns_server,
       (SELECT array_agg(format('%s %s%s', a.attname, format_type(a.atttypid, NULL),
                                CASE WHEN a.attname = 'stream_name' THEN (SELECT ' ' || l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END))
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
           @> ARRAY['time timestamp with time zone', 'global_position bigint', 'position bigint', 'stream_name text C',
                    'type text', 'data jsonb', 'metadata jsonb', 'id uuid']
           AND (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) = 8
           AS has_own_columns,
       (SELECT string_agg(format('%I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                                 CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE "C"' ELSE '' END,
                                 CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum)
          FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM pg_class c
  JOIN pg_namespace s ON s.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
 WHERE c.oid = '{{schema_text}}.messages'::regclass
