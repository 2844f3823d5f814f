-- Global positions within a category become visible in their own order: readers never skip one. The key has the schema
-- in it, so that namespaces do not wait for each other; the value returned is Message DB's.
CREATE OR REPLACE FUNCTION {{schema}}.acquire_lock(stream_name varchar) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(('x' || left(md5({{schema_name_text}} || '/' || split_part(stream_name, '-', 1)), 16))::bit(64)::bigint);
    RETURN {{schema}}.hash_64(split_part(stream_name, '-', 1));
END $$;
