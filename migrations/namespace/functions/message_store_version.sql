-- The Message DB whose functions these are.
CREATE OR REPLACE FUNCTION {{schema}}.message_store_version() RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '1.3.0'::varchar;
