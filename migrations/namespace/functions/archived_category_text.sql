-- Live and archived messages of a category (any, where it is empty), from a global position on.
CREATE OR REPLACE FUNCTION {{schema}}.archived_category_text(
    category varchar, _at bigint, _limit bigint, consumer_group_member bigint, consumer_group_size bigint)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
    SET random_page_cost = 0.1 SET enable_sort = off AS $$
DECLARE
    _category text COLLATE "default" := category;
BEGIN
    IF category = '' THEN
        RETURN QUERY
            SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
                   u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
              FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                       FROM {{schema}}.messages m
                      WHERE m.global_position >= _at
                        AND (consumer_group_size IS NULL
                             OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                      ORDER BY m.global_position LIMIT _limit)
                    UNION ALL
                    (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                       FROM {{schema}}.archived_text a
                      WHERE a.global_position >= _at
                        AND (consumer_group_size IS NULL
                             OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(a.stream_name))), consumer_group_size) = consumer_group_member)
                      ORDER BY a.global_position LIMIT _limit)) u
             ORDER BY u.global_position LIMIT _limit;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
               u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
          FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                   FROM {{schema}}.messages m
                  -- The range of names says the same as the first condition, in a form that compressed batches are skipped by.
                  WHERE split_part(m.stream_name, '-', 1) = _category
                    AND m.stream_name COLLATE "C" >= _category AND m.stream_name COLLATE "C" < _category || '.'
                    AND m.global_position >= _at
                    AND (consumer_group_size IS NULL
                         OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                  ORDER BY m.global_position LIMIT _limit)
                UNION ALL
                (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                   FROM {{schema}}.archived_text a
                  WHERE split_part(a.stream_name, '-', 1) = _category AND a.global_position >= _at
                    AND (consumer_group_size IS NULL
                         OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(a.stream_name))), consumer_group_size) = consumer_group_member)
                  ORDER BY a.global_position LIMIT _limit)) u
         ORDER BY u.global_position LIMIT _limit;
END $$;
