-- The design that this store began as, for comparison: no heads, no time bounds. A write asks every chunk for the stream's
-- version; reads go by position alone.
CREATE SCHEMA rival;
CREATE SEQUENCE rival.messages_global_position_seq;
CREATE TABLE rival.messages (
    "time" timestamptz NOT NULL DEFAULT now(),
    global_position bigint NOT NULL DEFAULT nextval('rival.messages_global_position_seq'),
    "position" bigint NOT NULL, stream_name text NOT NULL, "type" text NOT NULL, data jsonb, metadata jsonb,
    id uuid NOT NULL DEFAULT gen_random_uuid());
SELECT create_hypertable('rival.messages', 'time', chunk_time_interval => interval '7 days');
CREATE UNIQUE INDEX ON rival.messages (stream_name, "position", "time");
CREATE UNIQUE INDEX ON rival.messages (id, "time");
CREATE INDEX ON rival.messages (stream_name, "position");
CREATE INDEX ON rival.messages (split_part(stream_name, '-', 1), global_position);
CREATE INDEX ON rival.messages (global_position);
CREATE INDEX ON rival.messages ((metadata->>'correlationStreamName'), global_position)
    WHERE metadata->>'correlationStreamName' IS NOT NULL;

CREATE FUNCTION rival.write_message(_id varchar, _stream text, _type text, _data jsonb, _metadata jsonb DEFAULT NULL,
                                    _expected bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(('x' || left(md5(split_part(_stream, '-', 1)), 16))::bit(64)::bigint);
    SELECT coalesce(max(m."position"), -1) INTO _version FROM rival.messages m WHERE m.stream_name = _stream;
    IF _expected <> _version THEN
        RAISE EXCEPTION 'Wrong expected version' USING ERRCODE = 'P0003';
    END IF;
    INSERT INTO rival.messages (id, stream_name, "type", "position", data, metadata)
    VALUES (_id::uuid, _stream, _type, _version + 1, _data, _metadata);
    RETURN _version + 1;
END $$;

CREATE FUNCTION rival.get_stream_messages(_stream text, _from bigint, _batch bigint) RETURNS SETOF rival.messages
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m WHERE m.stream_name = _stream AND m."position" >= _from
                  ORDER BY m."position" LIMIT _batch;
END $$;

CREATE FUNCTION rival.get_category_messages(_category text, _from bigint, _batch bigint) RETURNS SETOF rival.messages
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m
                  WHERE split_part(m.stream_name, '-', 1) = _category AND m.global_position >= _from
                  ORDER BY m.global_position LIMIT _batch;
END $$;

CREATE FUNCTION rival.get_last_stream_message(_stream text) RETURNS SETOF rival.messages LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m WHERE m.stream_name = _stream ORDER BY m."position" DESC LIMIT 1;
END $$;
