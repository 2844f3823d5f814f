-- Where messages were moved to other streams or positions: a stream with fewer live messages than were ever stored has some in
-- archives, and any position up to its head may be among them.
CREATE OR REPLACE FUNCTION {{schema}}.end_of_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _moved text[] := coalesce(nullif(current_setting('eventodb.moved', true), '')::text[], '{}');
    _stream text;
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'end_of_move is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('eventodb.moved', '', true);
    SELECT h.stream_name INTO _stream
      FROM {{schema}}.heads h
     WHERE h.stream_name = ANY (_moved)
       AND (SELECT count(*) FROM {{schema}}.messages m WHERE m.stream_name = h.stream_name) < h.messages
     ORDER BY 1 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a position that messages were moved to may be archived: stream %', _stream
            USING ERRCODE = 'unique_violation', HINT = 'Rehydrate the archives of the stream first.';
    END IF;
    RETURN NULL;
END $$;
