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

-- Three statements a write: the lock, the version, the row.
CREATE FUNCTION rival.category(_stream text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT split_part(_stream, '-', 1) $$;
CREATE FUNCTION rival.hash_64(_value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || left(md5(_value), 16))::bit(64)::bigint $$;
CREATE FUNCTION rival.cardinal_id(_stream text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT split_part(CASE WHEN strpos(_stream, '-') > 0 THEN substr(_stream, strpos(_stream, '-') + 1) END, '+', 1) $$;
CREATE FUNCTION rival.stream_version(_stream text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(m."position"), -1) FROM rival.messages m WHERE m.stream_name = _stream $$;

CREATE FUNCTION rival.write_message(_id varchar, _stream text, _type text, _data jsonb, _metadata jsonb DEFAULT NULL,
                                    _expected bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(rival.hash_64(rival.category(_stream)));
    _version := rival.stream_version(_stream);
    IF _expected <> _version THEN
        RAISE EXCEPTION 'Wrong expected version' USING ERRCODE = 'P0003';
    END IF;
    INSERT INTO rival.messages (id, stream_name, "type", "position", data, metadata)
    VALUES (_id::uuid, _stream, _type, _version + 1, _data, _metadata);
    RETURN _version + 1;
END $$;

-- Optional arguments are conditions that hold where there is no argument.
CREATE FUNCTION rival.get_stream_messages(_stream text, _from bigint DEFAULT 0, _batch bigint DEFAULT 1000)
RETURNS SETOF rival.messages LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m WHERE m.stream_name = _stream AND m."position" >= _from
                  ORDER BY m."position" LIMIT CASE WHEN _batch = -1 THEN NULL ELSE _batch END;
END $$;

CREATE FUNCTION rival.get_category_messages(
    _category text, _from bigint DEFAULT 1, _batch bigint DEFAULT 1000, _correlation text DEFAULT NULL,
    _member bigint DEFAULT NULL, _size bigint DEFAULT NULL)
RETURNS SETOF rival.messages LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m
                  WHERE (_category IS NULL OR _category = '' OR rival.category(m.stream_name) = _category)
                    AND m.global_position >= _from
                    AND (_correlation IS NULL OR rival.category(m.metadata->>'correlationStreamName') = _correlation)
                    AND (_member IS NULL OR _size IS NULL
                         OR mod(abs(rival.hash_64(rival.cardinal_id(m.stream_name))), _size) = _member)
                  ORDER BY m.global_position LIMIT CASE WHEN _batch = -1 THEN NULL ELSE _batch END;
END $$;

CREATE FUNCTION rival.get_last_stream_message(_stream text, _type text DEFAULT NULL)
RETURNS SETOF rival.messages LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT * FROM rival.messages m WHERE m.stream_name = _stream AND (_type IS NULL OR m."type" = _type)
                  ORDER BY m."position" DESC LIMIT 1;
END $$;
