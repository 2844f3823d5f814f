-- -1 where there is no such stream: EventoDB's drivers read a number here, Message DB answers NULL. As there, it sees
-- what its statement has written before (VOLATILE).
CREATE OR REPLACE FUNCTION {{schema}}.stream_version(stream_name varchar) RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT h."position" FROM {{schema}}.heads h WHERE h.stream_name = $1), -1)
$$;
