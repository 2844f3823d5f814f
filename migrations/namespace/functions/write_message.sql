-- Message DB's.
CREATE OR REPLACE FUNCTION {{schema}}.write_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL) RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a."position" FROM {{schema}}.append_message($1, $2, $3, $4, $5, $6) a
$$;
