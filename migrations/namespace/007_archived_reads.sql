-- Reads that reach into archives can fail instead of leaving out what is not live: by a setting of the namespace, off at
-- first, so that whoever reads it goes on as before. `SET eventodb.archived_reads = 'skip'` (or 'fail') says otherwise for
-- a session. The SQLSTATE is VA001.
CREATE TABLE {{schema}}.settings (
    -- One row.
    only_row       boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    archived_reads text NOT NULL DEFAULT 'skip' CHECK (archived_reads IN ('skip', 'fail'))
);
INSERT INTO {{schema}}.settings DEFAULT VALUES;

CREATE FUNCTION {{schema}}.archived_reads() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _mode text := current_setting('eventodb.archived_reads', true);
BEGIN
    IF coalesce(_mode, '') = '' THEN
        SELECT s.archived_reads INTO _mode FROM {{schema}}.settings s;
    END IF;
    IF _mode NOT IN ('skip', 'fail') THEN
        RAISE EXCEPTION 'eventodb.archived_reads is skip or fail, not %', _mode USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN _mode;
END $$;

-- The archive with the first message of a category (any, where it is empty) at or after a global position, and where that
-- message lies at the earliest: by the figures kept of it, else by what the ledger says of the whole archive. With
-- _or_since also what came back since that time.
CREATE FUNCTION {{schema}}.archive_of_category(
    _category text, _from bigint, _or_since timestamptz, OUT archive_id bigint, OUT global_position bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _archive record;
    _at bigint;
BEGIN
    FOR _archive IN
        SELECT a.id, a.first_global_position, c.id AS counted_id
          FROM eventodb_store.archives a
          LEFT JOIN {{schema}}.counted c ON c.archive_id = a.id
         WHERE a.namespace = {{namespace_text}}
           AND (a.state = 'dropped' OR a.state = 'rehydrated' AND a.rehydrated_at >= _or_since)
           AND a.last_global_position >= _from
           AND (_category = '' OR a.category_counts IS NULL OR a.category_counts ? _category)
         ORDER BY a.first_global_position
    LOOP
        EXIT WHEN _archive.first_global_position >= global_position;
        IF _archive.counted_id IS NULL THEN
            _at := greatest(_archive.first_global_position, _from);
        ELSIF _category = '' THEN
            SELECT min(greatest(d.first_global_position, _from)) INTO _at FROM {{schema}}.counts d
             WHERE d.counted_id = _archive.counted_id AND d.last_global_position >= _from;
        ELSE
            SELECT min(greatest(d.first_global_position, _from)) INTO _at FROM {{schema}}.counts d
             WHERE d.counted_id = _archive.counted_id AND d.last_global_position >= _from
               AND "left"(d.category, 100) = "left"(_category, 100) COLLATE "C" AND d.category = _category COLLATE "C";
        END IF;
        IF _at < coalesce(global_position, 9223372036854775807) THEN
            archive_id := _archive.id;
            global_position := _at;
        END IF;
    END LOOP;
END $$;

-- An archive that may hold messages of a stream between two times, and of a type where one is given.
CREATE FUNCTION {{schema}}.archive_of_stream(
    _stream text, _type text, _first timestamptz, _last timestamptz, _or_since timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _category text := split_part(_stream, '-', 1);
    _found bigint;
BEGIN
    SELECT a.id INTO _found
      FROM eventodb_store.archives a
      LEFT JOIN {{schema}}.counted c ON c.archive_id = a.id
     WHERE a.namespace = {{namespace_text}}
       AND (a.state = 'dropped' OR a.state = 'rehydrated' AND a.rehydrated_at >= _or_since)
       AND a.range_end > _first AND a.range_start <= _last
       AND (a.category_counts IS NULL OR a.category_counts ? _category)
       AND (c.id IS NULL
            OR EXISTS (SELECT FROM {{schema}}.counts d
                        WHERE d.counted_id = c.id AND "left"(d.category, 100) = "left"(_category, 100) COLLATE "C"
                          AND d.category = _category COLLATE "C" AND (_type IS NULL OR d."type" = _type COLLATE "C")))
     ORDER BY a.range_start, a.id LIMIT 1;
    RETURN _found;
END $$;

CREATE FUNCTION {{schema}}.refuse_archived(_what text, _archive bigint) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _row record;
BEGIN
    SELECT a.range_start AT TIME ZONE 'UTC' AS "from", a.range_end AT TIME ZONE 'UTC' AS "to" INTO _row
      FROM eventodb_store.archives a WHERE a.id = _archive;
    RAISE EXCEPTION 'messages of % may lie in archive % (% to %)', _what, _archive,
        to_char(_row."from", 'YYYY-MM-DD HH24:MI'), to_char(_row."to", 'YYYY-MM-DD HH24:MI')
        USING ERRCODE = 'VA001',
              HINT = format('eventodb-admin -n %s archives rehydrate %s brings them back; SET eventodb.archived_reads = ''skip'' reads what is live.',
                            quote_ident({{namespace_text}}), _archive);
END $$;

-- A chunk that is dropped is gone for a reader whose snapshot is older, too, while the ledger still tells that reader that it
-- is there. So it is looked at once more after the read, by a snapshot of its own (that is what VOLATILE means here); where
-- the transaction has one snapshot for all, by which of its chunks are gone.
CREATE FUNCTION {{schema}}.refuse_archived_meanwhile(
    _category text, _from bigint, _before bigint, _stream text, _type text, _first timestamptz, _last timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _is_gone boolean;
    _highest record;
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        _is_gone := EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass
                               AND pg_table_is_visible(i.inhrelid) IS NULL);
    ELSIF _stream IS NULL THEN
        -- Bounds first, whose plan is made once: nearly always they are the end of it.
        SELECT (SELECT max(a.last_global_position) FROM eventodb_store.archives a
                 WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped') AS "position",
               (SELECT max(a.rehydrated_at) FROM eventodb_store.archives a
                 WHERE a.namespace = {{namespace_text}} AND a.state = 'rehydrated') AS back INTO _highest;
        IF (_highest."position" >= _from OR _highest.back >= now()) IS NOT TRUE THEN
            RETURN;
        END IF;
        SELECT a.global_position < coalesce(_before, 9223372036854775807) INTO _is_gone
          FROM {{schema}}.archive_of_category(_category, _from, now()) a;
    ELSE
        _is_gone := {{schema}}.archive_of_stream(_stream, _type, _first, _last, now()) IS NOT NULL;
    END IF;
    IF _is_gone THEN
        RAISE EXCEPTION 'messages were archived, or brought back, while they were read'
            USING ERRCODE = 'serialization_failure', HINT = 'Read again, in a new transaction.';
    END IF;
END $$;

-- Whether fewer messages of a stream are live than it has: a gap in its positions may be an archive's then.
CREATE FUNCTION {{schema}}.is_partly_archived(_stream text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
    _live bigint;
BEGIN
    SELECT h.messages, h.first_time, h.last_time INTO _head FROM {{schema}}.heads h WHERE h.stream_name = _stream;
    EXECUTE 'SELECT count(*) FROM {{schema_text}}.messages m WHERE m.stream_name = $1 AND m."time" BETWEEN $2 AND $3'
       INTO _live USING _stream, _head.first_time, _head.last_time;
    RETURN _live < _head.messages;
END $$;

-- As before, where nothing else is said.
CREATE OR REPLACE FUNCTION {{schema}}.get_stream_messages(
    stream_name varchar, "position" bigint DEFAULT 0, batch_size bigint DEFAULT 1000, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
    _from bigint := greatest(coalesce("position", 0), 0);
    _limit bigint := nullif(coalesce(batch_size, 1000), -1);
    _fails boolean := {{schema}}.archived_reads() = 'fail';
    -- Positions have no gaps but those that were imported: a page that is whole has so many messages.
    _expected bigint;
    _rows bigint;
    _archive bigint;
BEGIN
    SELECT h."position", h.messages, h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_stream_messages.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF NOT _fails OR condition IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 %s
              ORDER BY m."position" LIMIT $3', {{schema}}.sql_condition(condition))
        USING stream_name, coalesce("position", 0), _limit, _head.first_time, _head.last_time;
    ELSE
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 AND m."position" < $6
              ORDER BY m."position" LIMIT $3')
        USING stream_name, coalesce("position", 0), _limit, _head.first_time, _head.last_time,
              CASE WHEN _limit < 9223372036854775807 - _from THEN _from + _limit ELSE 9223372036854775807 END;
    END IF;
    IF NOT _fails THEN
        RETURN;
    END IF;
    GET DIAGNOSTICS _rows = ROW_COUNT;
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
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5
              ORDER BY m."position" LIMIT $3')
        USING stream_name, _from + _limit, _limit - _rows, _head.first_time, _head.last_time;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.get_category_messages(
    category varchar, "position" bigint DEFAULT 1, batch_size bigint DEFAULT 1000, correlation varchar DEFAULT NULL,
    consumer_group_member bigint DEFAULT NULL, consumer_group_size bigint DEFAULT NULL, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _where text := '';
    _limit bigint := nullif(coalesce(batch_size, 1000), -1);
    _fails boolean := {{schema}}.archived_reads() = 'fail';
    _archive record;
    _rows bigint;
    _floor bigint;
    _highest bigint;
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
    -- One probe, where nothing at or behind the position is archived.
    IF _fails THEN
        SELECT max(a.last_global_position) INTO _highest FROM eventodb_store.archives a
         WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped';
    END IF;
    IF _highest >= coalesce("position", 1) THEN
        SELECT a.archive_id, a.global_position INTO _archive
          FROM {{schema}}.archive_of_category(coalesce(category, ''), coalesce("position", 1), NULL) a;
        _floor := _archive.global_position;
        IF _floor IS NOT NULL THEN
            _where := _where || ' AND m.global_position < $7';
        END IF;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
           FROM {{schema_format}}.messages m
          WHERE m.global_position >= $2 %s %s
          ORDER BY m.global_position LIMIT $3', _where, {{schema}}.sql_condition(condition))
    USING category, coalesce("position", 1), _limit, correlation, consumer_group_member, consumer_group_size, _floor;
    IF _fails THEN
        GET DIAGNOSTICS _rows = ROW_COUNT;
        -- A full page ends before what is archived.
        IF _floor IS NOT NULL AND (_limit IS NULL OR _rows < _limit) THEN
            PERFORM {{schema}}.refuse_archived(
                CASE WHEN coalesce(category, '') = '' THEN format('all categories from global position %s on', _floor)
                     ELSE format('category %s from global position %s on', category, _floor) END, _archive.archive_id);
        END IF;
        PERFORM {{schema}}.refuse_archived_meanwhile(
            coalesce(category, ''), coalesce("position", 1), _floor, NULL, NULL, NULL, NULL);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.get_last_stream_message(stream_name varchar, "type" varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
    _last {{schema}}.message;
    _live bigint;
    _archive bigint;
BEGIN
    SELECT h."position", h.messages, h."time", h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_last_stream_message.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF "type" IS NULL THEN
        EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_text}}.messages m WHERE m.stream_name = $1 AND m."position" = $2 AND m."time" = $3'
        INTO _last USING stream_name, _head."position", _head."time";
    ELSE
        EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, (m."time" AT TIME ZONE ''UTC'')
               FROM {{schema_text}}.messages m
              WHERE m.stream_name = $1 AND m."type" = $2 AND m."time" BETWEEN $3 AND $4
              ORDER BY m."position" DESC LIMIT 1'
        INTO _last USING stream_name, "type", _head.first_time, _head.last_time;
    END IF;
    IF _head.messages > 0 AND (_last."position" IS NULL OR _last."position" < _head."position")
       AND {{schema}}.archived_reads() = 'fail'
    THEN
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
