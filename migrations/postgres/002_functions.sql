-- What EventoDB's server calls on its Postgres schemas: names, arguments (a later CREATE OR REPLACE of its own keeps them
-- by name) and result types are its own. The bodies are plain SQL where they can be: the planner looks into them.

CREATE FUNCTION {{schema}}.hash_64(value varchar) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || left(md5(value), 16))::bit(64)::bigint
$$;

CREATE FUNCTION {{schema}}.category(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT split_part(stream_name, '-', 1)
$$;

CREATE FUNCTION {{schema}}.is_category(stream_name varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT strpos(stream_name, '-') = 0
$$;

CREATE FUNCTION {{schema}}.id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN strpos(stream_name, '-') > 0 THEN substr(stream_name, strpos(stream_name, '-') + 1) END
$$;

CREATE FUNCTION {{schema}}.cardinal_id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN strpos(stream_name, '-') > 0
                THEN split_part(substr(stream_name, strpos(stream_name, '-') + 1), '+', 1) END
$$;

-- Held to the end of the transaction: within a category, messages become visible in the order of their positions.
CREATE FUNCTION {{schema}}.acquire_lock(stream_name varchar) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    _key bigint := {{schema}}.hash_64({{schema}}.category(acquire_lock.stream_name));
BEGIN
    PERFORM pg_advisory_xact_lock(_key);
    RETURN _key;
END $$;

CREATE FUNCTION {{schema}}.stream_version(_stream_name varchar) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(m."position"), -1) FROM {{schema}}.messages m WHERE m.stream_name = _stream_name
$$;

CREATE FUNCTION {{schema}}.write_message(
    _id varchar, _stream_name varchar, _type varchar, _data jsonb,
    _metadata jsonb DEFAULT NULL, _expected_version bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    _version bigint;
BEGIN
    PERFORM {{schema}}.acquire_lock(_stream_name);
    -- A statement of its own, after the lock: it sees what the last holder wrote.
    _version := {{schema}}.stream_version(_stream_name);
    IF _expected_version <> _version THEN
        -- EventoDB's server matches on this text.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            _expected_version, _stream_name, _version USING ERRCODE = 'P0003';
    END IF;
    INSERT INTO {{schema}}.messages (id, stream_name, "type", "position", data, metadata)
    VALUES (_id::uuid, _stream_name, _type, _version + 1, _data, _metadata);
    RETURN _version + 1;
END $$;

CREATE FUNCTION {{schema}}.get_stream_messages(
    _stream_name varchar, _position bigint DEFAULT 0, _batch_size bigint DEFAULT 1000, _condition varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE sql STABLE AS $$
    SELECT m.id, m.stream_name, m."type", m."position", m.global_position, m.data, m.metadata, m."time"
      FROM {{schema}}.messages m
     WHERE m.stream_name = _stream_name AND m."position" >= _position
     ORDER BY m."position" LIMIT nullif(_batch_size, -1)
$$;

-- An empty category, or none, reads all of them.
CREATE FUNCTION {{schema}}.get_category_messages(
    _category_name varchar, _position bigint DEFAULT 1, _batch_size bigint DEFAULT 1000,
    _correlation varchar DEFAULT NULL, _consumer_group_member bigint DEFAULT NULL,
    _consumer_group_size bigint DEFAULT NULL, _condition varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE sql STABLE AS $$
    SELECT m.id, m.stream_name, m."type", m."position", m.global_position, m.data, m.metadata, m."time"
      FROM {{schema}}.messages m
     WHERE m.global_position >= _position
       AND (coalesce(_category_name, '') = '' OR split_part(m.stream_name, '-', 1) = _category_name)
       AND (_correlation IS NULL OR split_part(m.metadata->>'correlationStreamName', '-', 1) = _correlation)
       AND (_consumer_group_member IS NULL OR _consumer_group_size IS NULL
            OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), _consumer_group_size)
               = _consumer_group_member)
     ORDER BY m.global_position LIMIT nullif(_batch_size, -1)
$$;

CREATE FUNCTION {{schema}}.get_last_stream_message(_stream_name varchar, _type varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE sql STABLE AS $$
    SELECT m.id, m.stream_name, m."type", m."position", m.global_position, m.data, m.metadata, m."time"
      FROM {{schema}}.messages m
     WHERE m.stream_name = _stream_name AND (_type IS NULL OR m."type" = _type)
     ORDER BY m."position" DESC LIMIT 1
$$;
