-- Whether whoever asks reads pages as text. A policy on rows of the messages holds for the table of archived ones alone, which
-- is a part of them.
CREATE OR REPLACE FUNCTION {{schema}}.reads_archived_text() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_foreign_table t JOIN pg_foreign_table a ON a.ftserver = t.ftserver
                    WHERE t.ftrelid = to_regclass('{{schema_text}}.archived_text') AND a.ftrelid = to_regclass('{{schema_text}}.archived')
                      AND has_table_privilege(t.ftrelid, 'SELECT'))
           AND NOT row_security_active('{{schema_text}}.messages'::regclass)
$$;
