-- A page of a category (any, where it is empty) of which some is archived: as text where that may be.
CREATE OR REPLACE FUNCTION {{schema}}.archived_category_page(
    category varchar, _at bigint, _limit bigint, correlation varchar,
    consumer_group_member bigint, consumer_group_size bigint, condition varchar)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
    SET random_page_cost = 0.1 SET enable_sort = off AS $$
DECLARE
    _category text COLLATE "default" := category;
    _where text := '';
BEGIN
    PERFORM {{schema}}.require_served();
    IF correlation IS NOT NULL OR condition IS NOT NULL THEN
        IF category <> '' THEN
            _where := ' AND split_part(m.stream_name, ''-'', 1) = $1 AND m.stream_name COLLATE "C" >= $1'
                   || ' AND m.stream_name COLLATE "C" < $1 || ''.''';
        END IF;
        IF correlation IS NOT NULL THEN
            _where := _where || ' AND split_part(m.metadata->>''correlationStreamName'', ''-'', 1) = $4';
        END IF;
        IF consumer_group_size IS NOT NULL THEN
            _where := _where || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(m.stream_name))), $6) = $5';
        END IF;
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.global_position >= $2 %s %s
              ORDER BY m.global_position LIMIT $3', _where, {{schema}}.sql_condition(condition))
        USING category, _at, _limit, correlation, consumer_group_member, consumer_group_size;
    ELSIF {{schema}}.reads_archived_text() THEN
        RETURN QUERY SELECT * FROM {{schema}}.archived_category_text(category, _at, _limit, consumer_group_member, consumer_group_size);
    ELSIF category = '' THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.global_position >= _at
               AND (consumer_group_size IS NULL
                    OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
             ORDER BY m.global_position LIMIT _limit;
    ELSE
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE split_part(m.stream_name, '-', 1) = _category
               AND m.stream_name COLLATE "C" >= _category
               AND m.stream_name COLLATE "C" < _category || '.'
               AND m.global_position >= _at
               AND (consumer_group_size IS NULL
                    OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
             ORDER BY m.global_position LIMIT _limit;
    END IF;
END $$;
