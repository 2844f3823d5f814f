-- The functions of Message DB, with its arguments, column types and error texts
-- (https://docs.eventide-project.org/user-guide/message-db/server-functions.html), as EventoDB's server calls them.
-- Where the two differ, the comment says which one is followed.

-- A namespace that EventoDB's server made has functions of these names with other arguments or result types: a second
-- one beside them would make calls ambiguous.
DO $$
DECLARE
    _old regprocedure;
BEGIN
    FOR _old IN
        SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = '{{schema_text}}'::regnamespace
           AND p.proname IN ('write_message', 'get_stream_messages', 'get_category_messages', 'get_last_stream_message',
                             'stream_version', 'category', 'id', 'cardinal_id', 'is_category', 'hash_64',
                             'acquire_lock', 'get_chunks', 'compress_chunks_older_than', 'drop_chunks_older_than')
    LOOP
        EXECUTE format('DROP FUNCTION %s', _old);
    END LOOP;
END $$;

CREATE TYPE {{schema}}.message AS (
    id varchar, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
    data varchar, metadata varchar, "time" timestamp
);

-- A category read calls these once a row. A search_path of their own would keep them from being inlined; a body without
-- quotes is resolved here and now instead, whatever the caller's search_path is.
CREATE FUNCTION {{schema}}.hash_64(value varchar) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(value), 16))::bit(64)::bigint;

CREATE FUNCTION {{schema}}.category(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN split_part(stream_name, '-', 1);

CREATE FUNCTION {{schema}}.is_category(stream_name varchar) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN strpos(stream_name, '-') = 0;

CREATE FUNCTION {{schema}}.id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(stream_name, '-') = 0 THEN NULL ELSE substr(stream_name, strpos(stream_name, '-') + 1) END;

CREATE FUNCTION {{schema}}.cardinal_id(stream_name varchar) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(stream_name, '-') = 0 THEN NULL
            ELSE split_part(substr(stream_name, strpos(stream_name, '-') + 1), '+', 1) END;

-- Global positions within a category become visible in their own order: readers never skip one. The key has the schema
-- in it, so that namespaces do not wait for each other; the value returned is Message DB's.
CREATE FUNCTION {{schema}}.acquire_lock(stream_name varchar) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(('x' || left(md5({{schema_name_text}} || '/' || split_part(stream_name, '-', 1)), 16))::bit(64)::bigint);
    RETURN {{schema}}.hash_64(split_part(stream_name, '-', 1));
END $$;

-- -1 where there is no such stream: EventoDB's drivers read a number here, Message DB answers NULL.
CREATE FUNCTION {{schema}}.stream_version(stream_name varchar) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT h."position" FROM {{schema}}.heads h WHERE h.stream_name = $1), -1)
$$;

-- write_message, telling all it knows. It runs with the owner's rights: whoever may call it needs none on messages and
-- heads, and can change neither by hand. A message that is written again (same id, stream, type and content) keeps its
-- first place; the same id with other content is refused. An id is known for 7 days: a retry comes within minutes, older
-- chunks may be compressed or archived, and asking each of them would make every write cost more with every week kept.
CREATE FUNCTION {{schema}}.append_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL,
    OUT "position" bigint, OUT global_position bigint, OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _id uuid := append_message.id::uuid;
    _seen record;
BEGIN
    IF coalesce(append_message.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Everybody takes the table before a head: an import that holds the table would deadlock with us otherwise.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_message.stream_name);

    SELECT m.stream_name, m."type", m.data, m.metadata, m."position", m.global_position INTO _seen
      FROM {{schema}}.messages m WHERE m.id = _id AND m."time" > now() - interval '7 days';
    IF FOUND THEN
        IF (_seen.stream_name, _seen."type") = (append_message.stream_name, append_message."type")
           AND _seen.data IS NOT DISTINCT FROM append_message.data
           AND _seen.metadata IS NOT DISTINCT FROM append_message.metadata
        THEN
            append_message."position" := _seen."position";
            append_message.global_position := _seen.global_position;
            is_new := false;
            RETURN;
        END IF;
        RAISE EXCEPTION 'id % was used for another message (Stream: %, Position: %)',
            _id, _seen.stream_name, _seen."position" USING ERRCODE = 'unique_violation';
    END IF;

    append_message.global_position := nextval('{{schema_text}}.messages_global_position_seq');
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_message.stream_name, 0, append_message.global_position, now(), now(), now(), 1)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + 1, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + 1
    RETURNING h."position" INTO append_message."position";

    IF append_message.expected_version <> append_message."position" - 1 THEN
        -- EventoDB's server and Message DB's clients match on this text.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_message.expected_version, append_message.stream_name, append_message."position" - 1
            USING ERRCODE = 'P0003';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    VALUES (now(), append_message.global_position, append_message."position", append_message.stream_name,
            append_message."type", append_message.data, append_message.metadata, _id);
    PERFORM set_config('eventodb.heads_kept', '', true);
    is_new := true;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.append_message FROM PUBLIC;

CREATE FUNCTION {{schema}}.write_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL) RETURNS bigint
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT a."position" FROM {{schema}}.append_message($1, $2, $3, $4, $5, $6) a
$$;

REVOKE EXECUTE ON FUNCTION {{schema}}.write_message FROM PUBLIC;

-- Reads plan with the values at hand (EXECUTE … USING), so that chunks outside the stream's time are never opened.
-- EventoDB keeps streams without '-' and reads them here; Message DB refuses such a name.
CREATE FUNCTION {{schema}}.get_stream_messages(
    stream_name varchar, "position" bigint DEFAULT 0, batch_size bigint DEFAULT 1000, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
BEGIN
    SELECT h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_stream_messages.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
           FROM {{schema_format}}.messages m
          WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 %s
          ORDER BY m."position" LIMIT $3', {{schema}}.sql_condition(condition))
    USING stream_name, coalesce("position", 0), nullif(coalesce(batch_size, 1000), -1), _head.first_time, _head.last_time;
END $$;

-- An empty or missing category reads all of them, as EventoDB's export does.
CREATE FUNCTION {{schema}}.get_category_messages(
    category varchar, "position" bigint DEFAULT 1, batch_size bigint DEFAULT 1000, correlation varchar DEFAULT NULL,
    consumer_group_member bigint DEFAULT NULL, consumer_group_size bigint DEFAULT NULL, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _where text := '';
BEGIN
    IF strpos(category, '-') > 0 THEN
        RAISE EXCEPTION 'Must be a category: %', category;
    END IF;
    IF coalesce(category, '') <> '' THEN
        -- The range of names says the same as the first condition, in a form that compressed batches are skipped by.
        _where := ' AND split_part(m.stream_name, ''-'', 1) = $1 AND m.stream_name COLLATE "C" >= $1'
               || ' AND m.stream_name COLLATE "C" < $1 || ''.''';
    END IF;
    IF correlation IS NOT NULL THEN
        IF strpos(correlation, '-') > 0 THEN
            RAISE EXCEPTION 'Correlation must be a category (Correlation: %)', correlation;
        END IF;
        _where := _where || ' AND split_part(m.metadata->>''correlationStreamName'', ''-'', 1) = $4';
    END IF;
    IF (consumer_group_member IS NULL) <> (consumer_group_size IS NULL) THEN
        RAISE EXCEPTION 'Consumer group member and size must be specified (Consumer Group Member: %, Consumer Group Size: %)',
            consumer_group_member, consumer_group_size;
    END IF;
    IF consumer_group_size IS NOT NULL THEN
        IF consumer_group_size < 1 THEN
            RAISE EXCEPTION 'Consumer group size must not be less than 1 (Consumer Group Member: %, Consumer Group Size: %)',
                consumer_group_member, consumer_group_size;
        ELSIF consumer_group_member < 0 THEN
            RAISE EXCEPTION 'Consumer group member must not be less than 0 (Consumer Group Member: %, Consumer Group Size: %)',
                consumer_group_member, consumer_group_size;
        ELSIF consumer_group_member >= consumer_group_size THEN
            RAISE EXCEPTION 'Consumer group member must be less than the group size (Consumer Group Member: %, Consumer Group Size: %)',
                consumer_group_member, consumer_group_size;
        END IF;
        _where := _where || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(m.stream_name))), $6) = $5';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
           FROM {{schema_format}}.messages m
          WHERE m.global_position >= $2 %s %s
          ORDER BY m.global_position LIMIT $3', _where, {{schema}}.sql_condition(condition))
    USING category, coalesce("position", 1), nullif(coalesce(batch_size, 1000), -1), correlation,
          consumer_group_member, consumer_group_size;
END $$;

-- Message DB's retrieval with a condition of the caller's: only where the server's owner has switched it on.
CREATE FUNCTION {{schema}}.sql_condition(condition varchar) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF condition IS NULL THEN
        RETURN '';
    END IF;
    IF coalesce(current_setting('message_store.sql_condition', true), 'off') <> 'on' THEN
        RAISE EXCEPTION 'Retrieval with SQL condition is not activated';
    END IF;
    RETURN ' AND (' || condition || ')';
END $$;

-- Nothing where the last message is archived: an earlier one would not be the last.
CREATE FUNCTION {{schema}}.get_last_stream_message(stream_name varchar, "type" varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
BEGIN
    SELECT h."position", h."time", h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_last_stream_message.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF "type" IS NULL THEN
        RETURN QUERY EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_text}}.messages m WHERE m.stream_name = $1 AND m."position" = $2 AND m."time" = $3'
        USING stream_name, _head."position", _head."time";
    ELSE
        RETURN QUERY EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_text}}.messages m
              WHERE m.stream_name = $1 AND m."type" = $2 AND m."time" BETWEEN $3 AND $4
              ORDER BY m."position" DESC LIMIT 1'
        USING stream_name, "type", _head.first_time, _head.last_time;
    END IF;
END $$;
