-- Message DB's, of a cardinal id. A category read calls these once a row. A search_path of their own would keep them from being
-- inlined; a body without quotes is resolved when they are made instead, whatever the caller's search_path is.
CREATE OR REPLACE FUNCTION {{schema}}.hash_64(value varchar) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(value), 16))::bit(64)::bigint;
