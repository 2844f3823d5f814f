-- Of a stream's name, what comes before the first dash.
CREATE OR REPLACE FUNCTION {{schema}}.category(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN split_part(stream_name, '-', 1);
