-- Of a stream's name, what comes behind the first dash.
CREATE OR REPLACE FUNCTION {{schema}}.id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(stream_name, '-') = 0 THEN NULL ELSE substr(stream_name, strpos(stream_name, '-') + 1) END;
