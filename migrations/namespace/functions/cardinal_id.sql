-- What consumer groups share streams by: the id up to its first '+'.
CREATE OR REPLACE FUNCTION {{schema}}.cardinal_id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(stream_name, '-') = 0 THEN NULL
            ELSE split_part(substr(stream_name, strpos(stream_name, '-') + 1), '+', 1) END;
