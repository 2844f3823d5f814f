-- A page of a stream of which nothing was known to be archived has fewer messages than positions. It is right where the stream
-- has gaps.
CREATE OR REPLACE FUNCTION {{schema}}.refuse_short_page(
    stream_name varchar, _first_time timestamptz, _last_time timestamptz, _archived_until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM {{schema}}.refuse_archived_meanwhile(NULL, NULL, NULL, stream_name, NULL, _first_time, _last_time);
    IF _first_time >= _archived_until
       AND {{schema}}.archive_of_stream(stream_name, NULL, _first_time, _last_time, NULL) IS NOT NULL
    THEN
        RAISE EXCEPTION 'messages were archived while they were read'
            USING ERRCODE = 'serialization_failure', HINT = 'Read again, in a new transaction.';
    END IF;
END $$;
