-- Another version than the one expected is an error before all others, as in Message DB.
CREATE OR REPLACE FUNCTION {{schema}}.expect_version(_stream varchar, _expected bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _version bigint := {{schema}}.stream_version(_stream);
BEGIN
    IF _expected <> _version THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)', _expected, _stream, _version
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;
END $$;
