-- What Message DB refuses is refused here, too, in its words; what it filters by is filtered by. EventoDB's own functions of
-- these names ask for nothing of it, and a server that replaces them with its own is served as before. EXECUTE has the
-- planner see only the conditions that were asked for, so that an index is taken.
CREATE FUNCTION {{schema}}.message_store_version() RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '1.3.0'::varchar
$$;

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

CREATE OR REPLACE FUNCTION {{schema}}.get_stream_messages(
    _stream_name varchar, _position bigint DEFAULT 0, _batch_size bigint DEFAULT 1000, _condition varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT messages.id, messages.stream_name, messages."type", messages."position", messages.global_position,
                messages.data, messages.metadata, messages."time"
           FROM {{schema_format}}.messages
          WHERE messages.stream_name = $1 AND messages."position" >= $2 %s
          ORDER BY messages."position" LIMIT $3', {{schema}}.sql_condition(_condition))
    USING _stream_name, coalesce(_position, 0), nullif(coalesce(_batch_size, 1000), -1);
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.get_category_messages(
    _category_name varchar, _position bigint DEFAULT 1, _batch_size bigint DEFAULT 1000,
    _correlation varchar DEFAULT NULL, _consumer_group_member bigint DEFAULT NULL,
    _consumer_group_size bigint DEFAULT NULL, _condition varchar DEFAULT NULL)
RETURNS TABLE (id uuid, stream_name varchar, "type" varchar, "position" bigint, global_position bigint,
               data jsonb, metadata jsonb, "time" timestamp)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _where text := '';
BEGIN
    IF strpos(_category_name, '-') > 0 THEN
        RAISE EXCEPTION 'Must be a category: %', _category_name;
    END IF;
    IF coalesce(_category_name, '') <> '' THEN
        _where := ' AND split_part(messages.stream_name, ''-'', 1) = $1';
    END IF;
    IF _correlation IS NOT NULL THEN
        IF strpos(_correlation, '-') > 0 THEN
            RAISE EXCEPTION 'Correlation must be a category (Correlation: %)', _correlation;
        END IF;
        _where := _where || ' AND split_part(messages.metadata->>''correlationStreamName'', ''-'', 1) = $4';
    END IF;
    IF (_consumer_group_member IS NULL) <> (_consumer_group_size IS NULL) THEN
        RAISE EXCEPTION 'Consumer group member and size must be specified (Consumer Group Member: %, Consumer Group Size: %)',
            _consumer_group_member, _consumer_group_size;
    END IF;
    IF _consumer_group_size IS NOT NULL THEN
        IF _consumer_group_size < 1 THEN
            RAISE EXCEPTION 'Consumer group size must not be less than 1 (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        ELSIF _consumer_group_member < 0 THEN
            RAISE EXCEPTION 'Consumer group member must not be less than 0 (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        ELSIF _consumer_group_member >= _consumer_group_size THEN
            RAISE EXCEPTION 'Consumer group member must be less than the group size (Consumer Group Member: %, Consumer Group Size: %)',
                _consumer_group_member, _consumer_group_size;
        END IF;
        _where := _where
            || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(messages.stream_name))), $6) = $5';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT messages.id, messages.stream_name, messages."type", messages."position", messages.global_position,
                messages.data, messages.metadata, messages."time"
           FROM {{schema_format}}.messages
          WHERE messages.global_position >= $2 %s %s
          ORDER BY messages.global_position LIMIT $3', _where, {{schema}}.sql_condition(_condition))
    USING _category_name, coalesce(_position, 1), nullif(coalesce(_batch_size, 1000), -1), _correlation,
          _consumer_group_member, _consumer_group_size;
END $$;
