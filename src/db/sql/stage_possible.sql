-- Whether a table can be filled aside and then become the chunk of $1 to $2: the server has the function for it and finds a
-- chunk's indexes by what they are, the range has no chunk, the role is the owner, and the hypertable has nothing that a
-- new chunk would take over from it and that is not taken over here.
SELECT EXISTS (
    SELECT FROM pg_class c
     WHERE c.oid = '{{schema_text}}.messages'::regclass
       AND to_regprocedure('_timescaledb_functions.create_chunk(regclass,jsonb,name,name,regclass)') IS NOT NULL
       AND to_regclass('_timescaledb_catalog.chunk_index') IS NULL
       AND NOT EXISTS (SELECT FROM timescaledb_information.chunks k
                        WHERE k.hypertable_schema = {{schema_name_text}} AND k.hypertable_name = 'messages'
                          AND k.range_start < $2 AND k.range_end > $1)
       AND pg_has_role(c.relowner, 'USAGE') AND has_schema_privilege({{schema_name_text}}, 'CREATE')
       AND has_schema_privilege(c.relowner, {{schema_name_text}}, 'CREATE')
       AND c.reloptions IS NULL AND c.reltablespace = 0
       -- A key by an index is given to the new chunk by the server.
       AND c.relreplident IN ('d', 'i') AND NOT c.relrowsecurity
       -- Triggers and foreign keys are made by the server, and do not fire for what is there. A check would stay on the chunk
       -- when it is dropped from the hypertable: it would be the table's own.
       AND NOT EXISTS (SELECT FROM pg_constraint r WHERE r.conrelid = c.oid AND r.contype NOT IN ('n', 'f', 't'))
       AND NOT EXISTS (SELECT FROM pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                          AND (array_to_string(a.attoptions, ',') LIKE '%n_distinct%' OR a.attacl IS NOT NULL OR a.attgenerated <> ''))
       -- Of an attached chunk the server notes no ranges, and queries by a column that has them would not see it.
       AND NOT EXISTS (SELECT FROM _timescaledb_catalog.chunk_column_stats s
                         JOIN _timescaledb_catalog.hypertable h ON h.id = s.hypertable_id
                        WHERE h.schema_name = {{schema_name_text}} AND h.table_name = 'messages')
       AND NOT EXISTS (SELECT FROM {{extension}}.show_tablespaces('{{schema_text}}.messages'::regclass))
       AND NOT EXISTS (SELECT FROM pg_index i
                        WHERE i.indrelid = c.oid AND (i.indisclustered OR NOT i.indisvalid)))
