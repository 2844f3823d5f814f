-- Whether fewer messages of a stream are live than it has: a gap in its positions may be an archive's then.
CREATE OR REPLACE FUNCTION {{schema}}.is_partly_archived(_stream text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
    _live bigint;
BEGIN
    SELECT h.messages, h.first_time, h.last_time INTO _head FROM {{schema}}.heads h WHERE h.stream_name = _stream;
    EXECUTE 'SELECT count(*) FROM {{schema_text}}.messages m WHERE m.stream_name = $1 AND m."time" BETWEEN $2 AND $3'
       INTO _live USING _stream, _head.first_time, _head.last_time;
    RETURN _live < _head.messages;
END $$;
