-- A page of a category, or of all where none is given. As get_category_messages says, but in one snapshot.
CREATE OR REPLACE FUNCTION {{schema}}.category_page(
    category varchar, "position" bigint, batch_size bigint, correlation varchar,
    consumer_group_member bigint, consumer_group_size bigint, condition varchar)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off
    SET random_page_cost = 0.1 AS $$
DECLARE
    _few bigint := 15;
    _is_all boolean := coalesce(category, '') = '';
    _where text := '';
    -- The page begins at this global position and does not go beyond the other.
    _at bigint := coalesce("position", 1);
    _to bigint := 9223372036854775807;
    _limit bigint := nullif(coalesce(batch_size, 1000), -1);
    _known record;
    _mode text := current_setting('eventodb.archived_reads', true);
    _fails boolean;
    _serves boolean;
    _archive record;
    _rows bigint := 0;
    _more bigint;
    _floor bigint;
    -- Where the category lies, by the first global position; not more than so many.
    _most CONSTANT bigint := 100;
    _firsts bigint[];
    _lasts bigint[];
    _starts timestamptz[];
    _ends timestamptz[];
    -- The next one of them; how many are to be read at once, and are; times that they are in.
    _next integer := 1;
    _wanted integer := 1;
    _size integer;
    _start timestamptz;
    _end timestamptz;
    _groups integer := 0;
    _is_bounded boolean := false;
    _is_done boolean := false;
BEGIN
    IF strpos(category, '-') > 0 THEN
        RAISE EXCEPTION 'Must be a category: %', category;
    END IF;
    IF correlation IS NOT NULL AND strpos(correlation, '-') > 0 THEN
        RAISE EXCEPTION 'Correlation must be a category (Correlation: %)', correlation;
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
    END IF;
    SELECT s.archived_reads, s.chunk_interval, s.is_compressed, s.settled_until, s.settled_position, s.archived_position, s.chunk_drops,
           (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _mode := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END;
    _fails := _mode = 'fail';
    _serves := _mode = 'serve';
    -- Of a compressed chunk all of a category is unpacked: only those are looked into that have to be.
    _few := CASE WHEN _known.is_compressed THEN 1 ELSE _few END;
    IF (_fails OR _serves) AND _known.archived_position >= _at THEN
        SELECT a.archive_id, a.global_position INTO _archive
          FROM {{schema}}.archive_of_category(coalesce(category, ''), _at, NULL) a;
        _floor := _archive.global_position;
        _to := coalesce(_floor - 1, _to);
        IF _serves AND _floor <= _at THEN
            RETURN QUERY SELECT * FROM {{schema}}.archived_category_page(
                coalesce(category, ''), _at, _limit, correlation, consumer_group_member, consumer_group_size, condition);
            RETURN;
        END IF;
    END IF;

    -- What is planned for its values: with many chunks, or for what no plan is kept.
    IF _known.chunks > _few OR correlation IS NOT NULL OR condition IS NOT NULL THEN
        _is_bounded := _known.chunks > _few AND _known.settled_until IS NOT NULL
                       AND NOT EXISTS (SELECT FROM {{schema}}.unsettled u);
        IF NOT _is_all THEN
            -- The range of names says the same as the first condition, in a form that compressed batches are skipped by.
            _where := ' AND split_part(m.stream_name, ''-'', 1) = $1 AND m.stream_name COLLATE "C" >= $1'
                   || ' AND m.stream_name COLLATE "C" < $1 || ''.''';
        END IF;
        IF correlation IS NOT NULL THEN
            _where := _where || ' AND split_part(m.metadata->>''correlationStreamName'', ''-'', 1) = $4';
        END IF;
        IF consumer_group_size IS NOT NULL THEN
            _where := _where || ' AND mod(abs({{schema_text}}.hash_64({{schema_text}}.cardinal_id(m.stream_name))), $6) = $5';
        END IF;
        _where := format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.global_position BETWEEN $2 AND $7 AND m."time" >= $8 AND (m."time" < $9 OR $9 = ''infinity'') %s %s
              ORDER BY m.global_position LIMIT $3', _where, {{schema}}.sql_condition(condition));
    END IF;
    IF _is_bounded THEN
        SELECT array_agg(c.first), array_agg(c.last), array_agg(c.range_start), array_agg(c.range_end)
          INTO _firsts, _lasts, _starts, _ends
          FROM (SELECT s.first_global_position AS first, s.last_global_position AS last, s.range_start, s.range_end
                  FROM {{schema}}.spans s
                 WHERE _is_all AND s.category IS NULL AND s.last_global_position >= _at
                UNION ALL
                SELECT s.first_global_position, s.last_global_position, s.range_start, s.range_end
                  FROM {{schema}}.spans s
                 WHERE NOT _is_all AND "left"(s.category, 100) = "left"(category_page.category, 100) COLLATE "C"
                   AND s.category = category_page.category COLLATE "C" AND s.last_global_position >= _at
                UNION ALL
                SELECT s.first_global_position, s.last_global_position, s.range_start, s.range_end
                  FROM {{schema}}.spans s
                 WHERE NOT _is_all AND s.category IS NULL AND NOT s.is_told AND s.last_global_position >= _at
                UNION ALL
                SELECT _known.settled_position, 9223372036854775807, _known.settled_until, 'infinity'
                 ORDER BY 1 LIMIT _most) c;
        -- From where the page begins to where the next span does, and so on: of what does not fill it, more and more at once.
        WHILE NOT _is_done AND _groups < 6 LOOP
            _size := 0;
            _start := 'infinity';
            _end := '-infinity';
            _at := greatest(_at, _firsts[1]);
            FOR _i IN 1.._next - 1 LOOP
                IF _lasts[_i] >= _at THEN
                    _start := least(_start, _starts[_i]);
                    _end := greatest(_end, _ends[_i]);
                END IF;
            END LOOP;
            WHILE _firsts[_next] IS NOT NULL
                  AND (_firsts[_next] <= _at
                       OR _size < _wanted
                          AND (_size = 0 OR _end < 'infinity' AND _ends[_next] < 'infinity'
                                            AND greatest(_end, _ends[_next]) - least(_start, _starts[_next]) <= _known.chunk_interval * (2 * _wanted)))
            LOOP
                _start := least(_start, _starts[_next]);
                _end := greatest(_end, _ends[_next]);
                _size := _size + 1;
                _next := _next + 1;
            END LOOP;
            -- Too many of them: the plan that is there for all chunks is cheaper.
            EXIT WHEN _size > 20 OR _firsts[_next] IS NULL AND cardinality(_firsts) = _most;
            RETURN QUERY EXECUTE _where
              USING category, _at, _limit - _rows, correlation, consumer_group_member, consumer_group_size,
                    least(coalesce(_firsts[_next] - 1, 9223372036854775807), _to), _start, _end;
            GET DIAGNOSTICS _more = ROW_COUNT;
            _rows := _rows + _more;
            _is_done := coalesce(_rows >= _limit, false) OR _firsts[_next] IS NULL OR _firsts[_next] > _to;
            _at := _firsts[_next];
            _groups := _groups + 1;
            _wanted := _wanted * CASE WHEN _groups > 1 THEN 2 ELSE 1 END;
        END LOOP;
    END IF;
    IF NOT _is_done THEN
        IF correlation IS NOT NULL OR condition IS NOT NULL OR _known.is_compressed AND _known.chunks > _few THEN
            RETURN QUERY EXECUTE _where
              USING category, _at, _limit - _rows, correlation, consumer_group_member, consumer_group_size, _to,
                    '-infinity'::timestamptz, 'infinity'::timestamptz;
        ELSIF _is_all THEN
            RETURN QUERY
                SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                       m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
                  FROM {{schema}}.messages m
                 WHERE m.global_position >= _at AND m.global_position <= _to
                   AND (consumer_group_size IS NULL
                        OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                 ORDER BY m.global_position LIMIT _limit - _rows;
        ELSE
            RETURN QUERY
                SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                       m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
                  FROM {{schema}}.messages m
                 WHERE split_part(m.stream_name, '-', 1) = category_page.category
                   AND m.stream_name COLLATE "C" >= category_page.category
                   AND m.stream_name COLLATE "C" < category_page.category || '.'
                   AND m.global_position >= _at AND m.global_position <= _to
                   AND (consumer_group_size IS NULL
                        OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                 ORDER BY m.global_position LIMIT _limit - _rows;
        END IF;
        GET DIAGNOSTICS _more = ROW_COUNT;
        _rows := _rows + _more;
    END IF;
    IF _serves THEN
        IF _floor IS NOT NULL AND (_limit IS NULL OR _rows < _limit) THEN
            RETURN QUERY SELECT * FROM {{schema}}.archived_category_page(
                coalesce(category, ''), _floor, _limit - _rows, correlation, consumer_group_member, consumer_group_size, condition);
        END IF;
        -- A chunk that is dropped is gone whatever the snapshot says, and the ledger of this snapshot has it live. A sequence
        -- has no snapshot: where none was dropped since, the chunks need not be looked at one by one.
        IF (SELECT d.last_value FROM {{schema}}.messages_chunk_drops d) <> _known.chunk_drops
           AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass
                      AND pg_table_is_visible(i.inhrelid) IS NULL)
        THEN
            RAISE EXCEPTION 'messages were archived while they were read'
                USING ERRCODE = 'serialization_failure', HINT = 'Read again, in a new transaction.';
        END IF;
    END IF;
    IF _fails THEN
        -- A full page ends before what is archived.
        IF _floor IS NOT NULL AND (_limit IS NULL OR _rows < _limit) THEN
            PERFORM {{schema}}.refuse_archived(
                CASE WHEN _is_all THEN format('all categories from global position %s on', _floor)
                     ELSE format('category %s from global position %s on', category, _floor) END, _archive.archive_id);
        END IF;
        PERFORM {{schema}}.refuse_archived_meanwhile(
            coalesce(category, ''), coalesce("position", 1), _floor, NULL, NULL, NULL, NULL);
    END IF;
END $$;
