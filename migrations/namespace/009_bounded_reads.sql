-- Reads look into the chunks that they need, however many there are. What that takes: where the messages of a time have their
-- global positions. Of chunks whose time is over it is noted here, as `stats refresh` and every lifecycle run find it, and
-- holds until somebody writes to such a time; until it is noted again, reads look everywhere, as they did before.

-- All live messages of a category in a range of time that has a chunk (category NULL: of all of them) lie between these global positions.
CREATE TABLE {{schema}}.spans (
    range_start           timestamptz NOT NULL,
    range_end             timestamptz NOT NULL,
    category              text COLLATE "C",
    first_global_position bigint NOT NULL,
    last_global_position  bigint NOT NULL,
    -- Of all messages: whether there is a row for each category as well.
    is_told               boolean,
    CHECK ((category IS NULL) = (is_told IS NOT NULL)),
    CHECK (range_start < range_end AND first_global_position <= last_global_position)
);
CREATE INDEX spans_range ON {{schema}}.spans (range_start);
-- A name can be longer than an index takes.
CREATE INDEX spans_category ON {{schema}}.spans ("left"(category, 100), last_global_position);

-- Every live message before that time lies in a range of spans; none from that time on lies before that global position.
ALTER TABLE {{schema}}.settings
    ADD COLUMN settled_until timestamptz,
    ADD COLUMN settled_position bigint,
    -- How long a chunk is, and whether one is compressed: nothing depends on it but speed.
    ADD COLUMN chunk_interval interval NOT NULL DEFAULT interval '7 days',
    ADD COLUMN is_compressed boolean NOT NULL DEFAULT false;
UPDATE {{schema}}.settings SET chunk_interval = greatest(d.time_interval, interval '1 second'),
       is_compressed = EXISTS (SELECT FROM timescaledb_information.chunks c
                                WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages' AND c.is_compressed)
  FROM timescaledb_information.dimensions d
 WHERE d.hypertable_schema = {{schema_name_text}} AND d.hypertable_name = 'messages' AND d.time_interval IS NOT NULL;

-- Times of which that does not hold any more.
CREATE TABLE {{schema}}.unsettled (
    first_time timestamptz NOT NULL,
    last_time  timestamptz NOT NULL
);

-- As before, and for spans as well. Whoever settles them keeps all writers out for a moment: it is done and seen here, or
-- waits for us.
CREATE OR REPLACE FUNCTION {{schema}}.count_again(_first timestamptz, _last timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _is_old_snapshot boolean := current_setting('transaction_isolation') <> 'read committed';
BEGIN
    IF _is_old_snapshot
       OR EXISTS (SELECT FROM {{schema}}.counted c
                   WHERE c.chunk_name IS NOT NULL AND c.range_start <= _last AND c.range_end > _first)
    THEN
        INSERT INTO {{schema}}.recount (first_time, last_time) VALUES (_first, _last);
    END IF;
    IF _is_old_snapshot OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_until > _first) THEN
        INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES (_first, _last);
    END IF;
END $$;

-- As before, and notes a global position that lies before those of its time.
CREATE OR REPLACE FUNCTION {{schema}}.note_given_out(_lowest bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _last bigint := pg_sequence_last_value('{{schema_text}}.messages_global_position_seq');
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed'
       OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_position > _lowest)
    THEN
        INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES ('-infinity', 'infinity');
    END IF;
    -- Not for rows that follow the sequence.
    IF _lowest >= coalesce(_last, 0) OR _last <= pg_sequence_last_value('{{schema_text}}.messages_given_out') THEN
        RETURN;
    END IF;
    -- One import at a time, so that it only rises.
    PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/given out/' || {{schema_name_text}}, 0));
    IF _last > coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0) THEN
        PERFORM setval('{{schema_text}}.messages_given_out', _last);
    END IF;
END $$;

-- Plans here are made once a session (force_generic_plan), which pays as long as there are few chunks. A statement that is
-- EXECUTEd is planned for its values: its time bounds leave it few chunks.
CREATE OR REPLACE FUNCTION {{schema}}.get_stream_messages(
    stream_name varchar, "position" bigint DEFAULT 0, batch_size bigint DEFAULT 1000, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    -- Up to so many chunks all of them are asked, by the plan that is there: it takes 7 us a chunk (and two locks), a plan for
    -- the values 0.5 ms.
    _few bigint := 50;
    _known record;
    _head record;
    _from bigint := greatest(coalesce("position", 0), 0);
    _limit bigint := nullif(coalesce(batch_size, 1000), -1);
    _mode text := current_setting('eventodb.archived_reads', true);
    _fails boolean;
    -- Where the page ends, if positions have no gaps, and what it may not go beyond.
    _end bigint;
    _to bigint := 9223372036854775807;
    _window interval;
    _share float8;
    _middle timestamptz;
    _next bigint;
    -- Positions have no gaps but those that were imported: a page that is whole has so many messages.
    _expected bigint;
    _rows bigint := 0;
    _more bigint;
    _archive bigint;
BEGIN
    SELECT s.archived_reads, s.chunk_interval, s.is_compressed,
           (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _fails := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END = 'fail';
    -- Of a compressed chunk whole batches are unpacked: only those are looked into that have to be.
    _few := CASE WHEN _known.is_compressed THEN 0 ELSE _few END;
    IF _known.chunks <= _few AND NOT _fails AND condition IS NULL THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = get_stream_messages.stream_name AND m."position" >= _from
             ORDER BY m."position" LIMIT _limit;
        RETURN;
    END IF;
    SELECT h."position", h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_stream_messages.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF condition IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 %s
              ORDER BY m."position" LIMIT $3', {{schema}}.sql_condition(condition))
        USING stream_name, coalesce("position", 0), _limit, _head.first_time, _head.last_time;
    ELSIF _from <= _head."position" THEN
        _next := _from;
        _end := CASE WHEN _limit - 1 < _head."position" - _from THEN _from + _limit - 1 ELSE _head."position" END;
        _to := CASE WHEN _fails THEN _end ELSE _to END;
        IF _known.chunks > _few AND _limit > 0 THEN
            -- Where the page should lie, if the stream grew evenly; else near the end of it that is closer. Positions are
            -- unique and are given out from here only in one row without a gap: whatever comes so is all there is.
            _share := (_from + _end + 1)::float8 / 2 / (_head."position" + 1);
            _middle := _head.first_time + (_head.last_time - _head.first_time) * _share;
            _window := (_head.last_time - _head.first_time)
                       * ((_end - _from + 1)::float8 / 2 / (_head."position" + 1)) + _known.chunk_interval * 0.6;
            FOR _try IN 1..2 LOOP
                EXIT WHEN extract(epoch FROM _window) > extract(epoch FROM _known.chunk_interval) * (1 + _known.chunks * 0.05);
                RETURN QUERY EXECUTE
                    'SELECT n.id, n.stream_name, n."type", n."position", n.global_position, n.data, n.metadata, n."time"
                       FROM (SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time") AS "time",
                                    row_number() OVER (ORDER BY m."position") AS nth
                               FROM {{schema_text}}.messages m
                              WHERE m.stream_name = $1 AND m."position" BETWEEN $2 AND $3 AND m."time" BETWEEN $4 AND $5) n
                      WHERE n."position" = $2 + n.nth - 1 ORDER BY n."position"'
                USING stream_name, _next, _end, greatest(_middle - _window, _head.first_time), least(_middle + _window, _head.last_time);
                GET DIAGNOSTICS _more = ROW_COUNT;
                _next := _next + _more;
                EXIT WHEN _next > _end;
                _window := _known.chunk_interval;
                _middle := CASE WHEN _share < 0.5 THEN _head.first_time ELSE _head.last_time END;
            END LOOP;
            _rows := _next - _from;
        END IF;
        IF _next <= _end AND _known.chunks > _few
           AND extract(epoch FROM _head.last_time - _head.first_time) < extract(epoch FROM _known.chunk_interval) * (1 + _known.chunks * 0.1)
        THEN
            RETURN QUERY EXECUTE
                'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                        m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
                   FROM {{schema_text}}.messages m
                  WHERE m.stream_name = $1 AND m."position" BETWEEN $2 AND $3 AND m."time" BETWEEN $4 AND $5
                  ORDER BY m."position" LIMIT $6'
            USING stream_name, _next, _to,
                  _head.first_time, _head.last_time, _limit - _rows;
            GET DIAGNOSTICS _more = ROW_COUNT;
            _rows := _rows + _more;
        ELSIF _next <= _end OR _limit < 1 THEN
            RETURN QUERY
                SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                       m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
                  FROM {{schema}}.messages m
                 WHERE m.stream_name = get_stream_messages.stream_name AND m."position" >= _next
                   AND m."position" <= _to
                 ORDER BY m."position" LIMIT _limit - _rows;
            GET DIAGNOSTICS _more = ROW_COUNT;
            _rows := _rows + _more;
        END IF;
    END IF;
    IF NOT _fails THEN
        RETURN;
    END IF;
    _expected := least(_limit, _head."position" - _from + 1);
    IF condition IS NOT NULL THEN
        EXECUTE 'SELECT count(*) FROM {{schema_text}}.messages m
                  WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $3 AND $4'
           INTO _rows USING stream_name, _from, _head.first_time, _head.last_time;
        _expected := _head."position" - _from + 1;
    END IF;
    IF _rows >= _expected THEN
        RETURN;
    END IF;
    _archive := {{schema}}.archive_of_stream(stream_name, NULL, _head.first_time, _head.last_time, NULL);
    IF _archive IS NOT NULL AND {{schema}}.is_partly_archived(stream_name) THEN
        PERFORM {{schema}}.refuse_archived(format('stream %s from position %s on', stream_name, _from), _archive);
    END IF;
    IF _archive IS NULL THEN
        PERFORM {{schema}}.refuse_archived_meanwhile(
            NULL, NULL, NULL, stream_name, NULL, _head.first_time, _head.last_time);
    END IF;
    -- The gaps are the stream's own: the page goes on behind them.
    IF condition IS NULL AND _rows < _limit THEN
        RETURN QUERY EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_text}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5
              ORDER BY m."position" LIMIT $3'
        USING stream_name, _from + _limit, _limit - _rows, _head.first_time, _head.last_time;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.get_last_stream_message(stream_name varchar, "type" varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    _few CONSTANT bigint := 15;
    _known record;
    _mode text := current_setting('eventodb.archived_reads', true);
    _fails boolean;
    _head record;
    _last {{schema}}.message;
    _live bigint;
    _archive bigint;
BEGIN
    SELECT s.archived_reads, (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _fails := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END = 'fail';
    SELECT h."position", h.messages, h."time", h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_last_stream_message.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF _known.chunks <= _few AND NOT _fails AND "type" IS NULL THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = get_last_stream_message.stream_name AND m."position" = _head."position"
             ORDER BY m."time" DESC LIMIT 1;
        RETURN;
    ELSIF "type" IS NOT NULL THEN
        EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_text}}.messages m
              WHERE m.stream_name = $1 AND m."type" = $2 AND m."time" BETWEEN $3 AND $4
              ORDER BY m."position" DESC LIMIT 1'
        INTO _last USING stream_name, "type", _head.first_time, _head.last_time;
    ELSE
        EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_text}}.messages m WHERE m.stream_name = $1 AND m."position" = $2 AND m."time" = $3'
        INTO _last USING stream_name, _head."position", _head."time";
    END IF;
    IF _head.messages > 0 AND (_last."position" IS NULL OR _last."position" < _head."position") AND _fails THEN
        IF "type" IS NULL THEN
            _head.first_time := _head."time";
            _head.last_time := _head."time";
            _live := CASE WHEN _last."position" IS NULL THEN 0 ELSE 1 END;
            _head."position" := 1;
        ELSE
            -- Behind the one that was found any could be of the type, where it is not there to be looked at.
            EXECUTE 'SELECT count(*) FROM {{schema_text}}.messages m
                      WHERE m.stream_name = $1 AND m."position" > $2 AND m."time" BETWEEN $3 AND $4'
               INTO _live
              USING stream_name, coalesce(_last."position", -1), _head.first_time, _head.last_time;
            _head."position" := _head."position" - coalesce(_last."position", -1);
        END IF;
        IF _live < _head."position" THEN
            _archive := {{schema}}.archive_of_stream(stream_name, "type", _head.first_time, _head.last_time, NULL);
            IF _archive IS NULL THEN
                PERFORM {{schema}}.refuse_archived_meanwhile(
                    NULL, NULL, NULL, stream_name, "type", _head.first_time, _head.last_time);
            ELSIF {{schema}}.is_partly_archived(stream_name) THEN
                PERFORM {{schema}}.refuse_archived(
                    format('stream %s, its last%s among them,', stream_name, ' of type ' || "type"), _archive);
            END IF;
        END IF;
    END IF;
    IF _last."position" IS NOT NULL THEN
        RETURN NEXT _last;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.get_category_messages(
    category varchar, "position" bigint DEFAULT 1, batch_size bigint DEFAULT 1000, correlation varchar DEFAULT NULL,
    consumer_group_member bigint DEFAULT NULL, consumer_group_size bigint DEFAULT NULL, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
    _archive record;
    _rows bigint := 0;
    _more bigint;
    _floor bigint;
    _highest bigint;
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
    SELECT s.archived_reads, s.chunk_interval, s.is_compressed, s.settled_until, s.settled_position,
           (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _fails := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END = 'fail';
    -- Of a compressed chunk all of a category is unpacked: only those are looked into that have to be.
    _few := CASE WHEN _known.is_compressed THEN 1 ELSE _few END;
    -- One probe, where nothing at or behind the position is archived.
    IF _fails THEN
        SELECT max(a.last_global_position) INTO _highest FROM eventodb_store.archives a
         WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped';
    END IF;
    IF _highest >= _at THEN
        SELECT a.archive_id, a.global_position INTO _archive
          FROM {{schema}}.archive_of_category(coalesce(category, ''), _at, NULL) a;
        _floor := _archive.global_position;
        _to := coalesce(_floor - 1, _to);
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
                 WHERE NOT _is_all AND "left"(s.category, 100) = "left"(get_category_messages.category, 100) COLLATE "C"
                   AND s.category = get_category_messages.category COLLATE "C" AND s.last_global_position >= _at
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
                 WHERE split_part(m.stream_name, '-', 1) = get_category_messages.category
                   AND m.stream_name COLLATE "C" >= get_category_messages.category
                   AND m.stream_name COLLATE "C" < get_category_messages.category || '.'
                   AND m.global_position >= _at AND m.global_position <= _to
                   AND (consumer_group_size IS NULL
                        OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
                 ORDER BY m.global_position LIMIT _limit - _rows;
        END IF;
        GET DIAGNOSTICS _more = ROW_COUNT;
        _rows := _rows + _more;
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

-- As before, and at the same cost whatever lies behind it.
CREATE OR REPLACE FUNCTION {{schema}}.append_messages(
    stream_name varchar, ids uuid[], types varchar[], data jsonb[], metadata jsonb[], expected_version bigint DEFAULT NULL,
    OUT first_position bigint, OUT global_positions bigint[], OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _n bigint := cardinality(ids);
    _seen record;
BEGIN
    IF coalesce(append_messages.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(_n, 0) = 0 OR (cardinality(types) = _n AND cardinality(append_messages.data) = _n
                               AND cardinality(append_messages.metadata) = _n) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'a batch has at least one message, and as many types, data and metadata as ids'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- As append_message does, in the same order.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_messages.stream_name);

    -- Looked for first by a plan that has the chunks of these days only; the join has all.
    IF EXISTS (SELECT FROM {{schema}}.messages m WHERE m.id = ANY(ids) AND m."time" > now() - interval '7 days') THEN
        SELECT count(*) AS n, min(m.id::text) AS id, min(m."position") AS first_position,
               array_agg(m.global_position ORDER BY b.nth) AS global_positions,
               count(DISTINCT m."position" - b.nth) = 1
               AND bool_and(m.stream_name = append_messages.stream_name AND m."type" = b."type"
                            AND m.data IS NOT DISTINCT FROM b.data AND m.metadata IS NOT DISTINCT FROM b.metadata) AS same
          INTO _seen
          FROM unnest(ids, types, append_messages.data, append_messages.metadata)
               WITH ORDINALITY AS b(id, "type", data, metadata, nth)
          JOIN {{schema}}.messages m ON m.id = b.id AND m."time" > now() - interval '7 days';
        IF _seen.n = _n AND _seen.same THEN
            first_position := _seen.first_position;
            global_positions := _seen.global_positions;
            is_new := false;
            RETURN;
        ELSIF _seen.n > 0 THEN
            RAISE EXCEPTION 'id % was used for another message, or a part of the batch was written before', _seen.id
                USING ERRCODE = 'unique_violation';
        END IF;
    END IF;

    SELECT array_agg(nextval('{{schema_text}}.messages_global_position_seq')) INTO global_positions
      FROM generate_series(1, _n);
    IF global_positions[1] <= pg_sequence_last_value('{{schema_text}}.messages_given_out') THEN
        PERFORM {{schema}}.next_global_position();
        SELECT array_agg(nextval('{{schema_text}}.messages_global_position_seq')) INTO global_positions
          FROM generate_series(1, _n);
    END IF;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_messages.stream_name, _n - 1, global_positions[_n], now(), now(), now(), _n)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + _n, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + _n
    RETURNING h."position" - _n + 1 INTO first_position;

    IF append_messages.expected_version <> first_position - 1 THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_messages.expected_version, append_messages.stream_name, first_position - 1
            USING ERRCODE = 'P0003';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT now(), b.global_position, first_position + b.nth - 1, append_messages.stream_name, b."type", b.data, b.metadata, b.id
      FROM unnest(global_positions, ids, types, append_messages.data, append_messages.metadata)
           WITH ORDINALITY AS b(global_position, id, "type", data, metadata, nth);
    PERFORM set_config('eventodb.heads_kept', '', true);
    IF clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;
