-- Archived messages in plain SQL: a foreign table, whose far end is `eventodb-admin serve`, stands beside the chunks, and a query
-- of messages asks it, too. What means live messages goes on as before: it leaves the foreign table out of its plans.

ALTER TABLE {{schema}}.settings DROP CONSTRAINT IF EXISTS settings_archived_reads_check;
ALTER TABLE {{schema}}.settings ADD CONSTRAINT settings_archived_reads_check CHECK (archived_reads IN ('skip', 'fail', 'serve'));

-- Transactions that brought archived messages back, and when one was known to be over. What an older one has to tell, the newer
-- one tells, too.
CREATE TABLE {{schema}}.returned (
    xid        xid8 PRIMARY KEY,
    visible_at timestamptz
);

-- Whether the foreign table of archived messages is a part of the messages.
CREATE FUNCTION {{schema}}.is_served() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = '{{schema_text}}.messages'::regclass AND c.relkind = 'f'
                      AND c.relname = 'archived' AND c.relnamespace = '{{schema_text}}'::regnamespace)
$$;

-- For a transaction that brings archived messages back, before it commits. A reader whose plan has not the chunk that comes
-- back asks the far end, which finds the messages archived no more: it would miss them. Such a reader holds the foreign table
-- until it ends, and no other takes it meanwhile. One that has planned before and takes it after, or has an older snapshot, is told
-- by the note.
CREATE FUNCTION {{schema}}.announce_return() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM {{schema}}.returned r WHERE r.xid = pg_current_xact_id()) THEN
        RETURN;
    END IF;
    IF {{schema}}.is_served() THEN
        -- LOCK TABLE is for other tables. This takes ACCESS EXCLUSIVE, and leaves the option as it is.
        ALTER FOREIGN TABLE {{schema}}.archived OPTIONS (SET table_name 'messages');
    END IF;
    DELETE FROM {{schema}}.returned r
     WHERE r.xid IN (SELECT o.xid FROM {{schema}}.returned o WHERE o.xid < pg_current_xact_id() FOR UPDATE SKIP LOCKED);
    INSERT INTO {{schema}}.returned (xid) VALUES (pg_current_xact_id());
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.announce_return() FROM PUBLIC;

-- Once that transaction is over: whoever begins from now on sees all of it.
CREATE FUNCTION {{schema}}.note_returned() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE {{schema}}.returned SET visible_at = clock_timestamp() WHERE visible_at IS NULL
$$;

REVOKE EXECUTE ON FUNCTION {{schema}}.note_returned() FROM PUBLIC;

-- The far end asks: whether a session, which is asking it for archived messages, surely finds all that came back among the live
-- ones. Its snapshot has to see the transactions that brought them; and its transaction has to be younger, because a statement
-- may have looked for its chunks before and have its snapshot from after. The far end reads the ledger before this, or in
-- one statement with it. A session that is not here, as it is of a copy of this database, gets no for an answer: the ledger of the
-- copy may be another by now. So does one whose snapshot this role may not see (pg_read_all_stats). _session is what PostgreSQL
-- calls a session (%c in a log's prefix), by which one of this server is told from one of another.
CREATE FUNCTION {{schema}}.archived_moment(pid integer, _session text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _returned record;
    _seen text;
    _name text := 'eventodb.returned_' || '{{schema_text}}.messages'::regclass::oid;
    -- Transaction numbers of 32 bits are of this round of 64 bits or of the one before.
    _next numeric := pg_snapshot_xmax(pg_current_snapshot())::text::numeric;
    _asking record;
BEGIN
    SELECT a.xact_start, div(_next, 4294967296) * 4294967296 + a.backend_xmin::text::numeric AS xmin,
           format('%s.%s', to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint), to_hex(a.pid)) AS session
      INTO _asking FROM pg_stat_activity a WHERE a.pid = archived_moment.pid AND a.datname = current_database();
    -- What is not told is not compared.
    IF NOT FOUND OR coalesce(_asking.session <> _session, false) THEN
        RETURN false;
    END IF;
    SELECT max(r.xid::text::numeric) AS newest, string_agg(r.xid::text, ' ' ORDER BY r.xid) AS xids, max(r.visible_at) AS visible_at,
           -- The primary's clock tells nothing of when a standby has got that far.
           bool_or(r.visible_at IS NULL) OR pg_is_in_recovery() AS is_open
      INTO _returned FROM {{schema}}.returned r
     -- One of the future was restored from another cluster's dump.
     WHERE r.xid < pg_snapshot_xmax(pg_current_snapshot());
    IF _returned.newest IS NULL THEN
        RETURN true;
    END IF;
    IF _returned.is_open THEN
        -- Nobody has noted it: they are over since this session has first seen them, or longer.
        _seen := current_setting(_name, true);
        IF split_part(_seen, '|', 1) IS DISTINCT FROM _returned.xids THEN
            _seen := set_config(_name, _returned.xids || '|' || clock_timestamp(), false);
        END IF;
        _returned.visible_at := split_part(_seen, '|', 2)::timestamptz;
    END IF;
    RETURN coalesce(_asking.xact_start > _returned.visible_at
                    AND _asking.xmin - CASE WHEN _asking.xmin > _next THEN 4294967296 ELSE 0 END > _returned.newest, false);
END $$;

CREATE FUNCTION {{schema}}.archived_moment(pid integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN {{schema}}.archived_moment(pid, NULL);
END $$;

CREATE OR REPLACE FUNCTION {{schema}}.archived_reads() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _set text := (SELECT s.archived_reads FROM {{schema}}.settings s);
    _mode text := coalesce(nullif(current_setting('eventodb.archived_reads', true), ''), _set);
BEGIN
    -- All of it, or an error.
    IF _mode = 'complete' THEN
        _mode := CASE WHEN _set = 'serve' THEN 'serve' ELSE 'fail' END;
    END IF;
    IF _mode NOT IN ('skip', 'fail', 'serve') THEN
        RAISE EXCEPTION 'eventodb.archived_reads is skip, fail, serve or complete, not %', _mode USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF _mode = 'serve' AND _set <> 'serve' THEN
        RAISE EXCEPTION 'archived messages of namespace % are not served', {{namespace_text}}
            USING ERRCODE = 'VA001',
                  HINT = format('eventodb-admin namespaces set %s --archived-reads serve sets it up.', quote_ident({{namespace_text}}));
    END IF;
    RETURN _mode;
END $$;

-- Fails where the setting says that archived messages are served and the foreign table is gone: the answer would be short.
CREATE FUNCTION {{schema}}.require_served() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT {{schema}}.is_served() THEN
        RAISE EXCEPTION 'archived messages of namespace % are to be served, and their foreign table is no part of its messages',
            {{namespace_text}}
            USING ERRCODE = 'VA001',
                  HINT = format('eventodb-admin namespaces set %s --archived-reads serve sets it up again.', quote_ident({{namespace_text}}));
    END IF;
END $$;

-- A page of a stream of which some is archived.
CREATE FUNCTION {{schema}}.archived_stream_page(
    stream_name varchar, _from bigint, _limit bigint, condition varchar, _last bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_sort = off AS $$
DECLARE
    -- Positions have no gaps but those that were imported: the far end is asked for so many at first.
    _end bigint := CASE WHEN _limit - 1 < _last - _from THEN _from + _limit - 1 ELSE 9223372036854775807 END;
    _rows bigint;
BEGIN
    PERFORM {{schema}}.require_served();
    IF condition IS NOT NULL THEN
        RETURN QUERY EXECUTE format(
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_format}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5 %s
              ORDER BY m."position" LIMIT $3', {{schema}}.sql_condition(condition))
        USING stream_name, _from, _limit, _first_time, _last_time;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          FROM {{schema}}.messages m
         WHERE m.stream_name = archived_stream_page.stream_name AND m."position" BETWEEN _from AND _end
           AND m."time" BETWEEN _first_time AND _last_time
         ORDER BY m."position" LIMIT _limit;
    GET DIAGNOSTICS _rows = ROW_COUNT;
    IF _end < _last AND _rows < _limit THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = archived_stream_page.stream_name AND m."position" > _end
               AND m."time" BETWEEN _first_time AND _last_time
             ORDER BY m."position" LIMIT _limit - _rows;
    END IF;
END $$;

-- A page of a category (any, where it is empty) of which some is archived.
CREATE FUNCTION {{schema}}.archived_category_page(
    category varchar, _at bigint, _limit bigint, correlation varchar,
    consumer_group_member bigint, consumer_group_size bigint, condition varchar)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    SET random_page_cost = 0.1 SET enable_sort = off AS $$
DECLARE
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
             WHERE split_part(m.stream_name, '-', 1) = archived_category_page.category
               AND m.stream_name COLLATE "C" >= archived_category_page.category
               AND m.stream_name COLLATE "C" < archived_category_page.category || '.'
               AND m.global_position >= _at
               AND (consumer_group_size IS NULL
                    OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), consumer_group_size) = consumer_group_member)
             ORDER BY m.global_position LIMIT _limit;
    END IF;
END $$;

-- The last message of a stream, of a type where one is given, behind a position.
CREATE FUNCTION {{schema}}.archived_last_message(
    stream_name varchar, "type" varchar, _behind bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_sort = off AS $$
BEGIN
    PERFORM {{schema}}.require_served();
    RETURN QUERY
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          FROM {{schema}}.messages m
         WHERE m.stream_name = archived_last_message.stream_name AND m."position" > _behind
           AND m."time" BETWEEN _first_time AND _last_time
           AND (archived_last_message."type" IS NULL OR m."type" = archived_last_message."type")
         ORDER BY m."position" DESC LIMIT 1;
END $$;

-- A page of a stream as it is live.
CREATE FUNCTION {{schema}}.live_stream_page(stream_name varchar, "position" bigint, batch_size bigint)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _mode text := coalesce(current_setting('eventodb.archived_reads', true), '');
BEGIN
    -- Not as a setting of the function: a role that is no superuser may not make one of a parameter that the server does not know.
    PERFORM set_config('eventodb.archived_reads', 'skip', true);
    RETURN QUERY SELECT * FROM {{schema}}.get_stream_messages(stream_name, "position", batch_size);
    PERFORM set_config('eventodb.archived_reads', _mode, true);
END $$;

-- A page of a stream whose archived messages are served: what is live alone, where that is all.
CREATE FUNCTION {{schema}}.served_stream_page(
    stream_name varchar, _from bigint, _limit bigint, condition varchar, _last bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _whole bigint := least(_limit, _last - _from + 1);
    _page {{schema}}.message[];
BEGIN
    IF condition IS NULL THEN
        IF _whole < 1 THEN
            RETURN;
        END IF;
        -- Not more of it than a page that is held in memory may have.
        IF _whole <= 10000 THEN
            _page := ARRAY(SELECT p FROM {{schema}}.live_stream_page(stream_name, _from, _whole) p);
            IF cardinality(_page) = _whole AND (_page[_whole])."position" = _from + _whole - 1 THEN
                RETURN QUERY SELECT * FROM unnest(_page);
                RETURN;
            END IF;
        END IF;
    END IF;
    RETURN QUERY SELECT * FROM {{schema}}.archived_stream_page(
        stream_name, _from, _limit, condition, _last, _first_time, _last_time);
END $$;

-- As before, and where archived messages are served, a page that has some is read by a plan that asks for them.
CREATE OR REPLACE FUNCTION {{schema}}.get_stream_messages(
    stream_name varchar, "position" bigint DEFAULT 0, batch_size bigint DEFAULT 1000, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
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
    _serves boolean;
    _is_tried boolean;
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
    -- What is wrong about the call is wrong of a stream that is not there, too.
    IF condition IS NOT NULL THEN
        PERFORM {{schema}}.sql_condition(condition);
    END IF;
    IF _limit < 0 THEN
        RAISE EXCEPTION 'LIMIT must not be negative' USING ERRCODE = 'invalid_row_count_in_limit_clause';
    END IF;
    SELECT s.archived_reads, s.chunk_interval, s.is_compressed,
           (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _mode := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END;
    _fails := _mode = 'fail';
    _serves := _mode = 'serve';
    -- Of a compressed chunk whole batches are unpacked: only those are looked into that have to be.
    _few := CASE WHEN _known.is_compressed THEN 0 ELSE _few END;
    IF _serves THEN
        _is_tried := condition IS NULL AND _known.chunks <= _few;
        IF _is_tried THEN
            -- All of the page, or nothing: nearly always it is live, and nobody need be asked.
            RETURN QUERY
                SELECT p.id, p.stream_name, p."type", p."position", p.global_position, p.data, p.metadata, p."time"
                  FROM (SELECT q.*, count(*) OVER () AS n, max(q."position") OVER () AS last
                          FROM (SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                                       m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time") AS "time"
                                  FROM {{schema}}.messages m
                                 WHERE m.stream_name = get_stream_messages.stream_name AND m."position" >= _from
                                 ORDER BY m."position" LIMIT _limit) q) p
                 WHERE p.last = _from + p.n - 1
                   AND p.n = least(_limit, (SELECT h."position" FROM {{schema}}.heads h
                                             WHERE h.stream_name = get_stream_messages.stream_name) - _from + 1)
                 ORDER BY p."position";
            IF FOUND THEN
                RETURN;
            END IF;
        END IF;
        SELECT h."position", h.first_time, h.last_time
          INTO _head FROM {{schema}}.heads h WHERE h.stream_name = get_stream_messages.stream_name;
        IF NOT FOUND THEN
            RETURN;
        END IF;
        _expected := least(_limit, _head."position" - _from + 1);
        IF condition IS NULL AND _expected < 1 THEN
            RETURN;
        END IF;
        IF {{schema}}.archive_of_stream(stream_name, NULL, _head.first_time, _head.last_time, NULL) IS NOT NULL THEN
            IF _is_tried THEN
                RETURN QUERY SELECT * FROM {{schema}}.archived_stream_page(
                    stream_name, _from, _limit, condition, _head."position", _head.first_time, _head.last_time);
            ELSE
                RETURN QUERY SELECT * FROM {{schema}}.served_stream_page(
                    stream_name, _from, _limit, condition, _head."position", _head.first_time, _head.last_time);
            END IF;
            RETURN;
        END IF;
    END IF;
    IF _known.chunks <= _few AND NOT _fails AND condition IS NULL THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = get_stream_messages.stream_name AND m."position" >= _from
             ORDER BY m."position" LIMIT _limit;
        IF _serves THEN
            GET DIAGNOSTICS _rows = ROW_COUNT;
            IF _rows < _expected THEN
                PERFORM {{schema}}.refuse_archived_meanwhile(
                    NULL, NULL, NULL, stream_name, NULL, _head.first_time, _head.last_time);
            END IF;
        END IF;
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
    IF _serves AND (condition IS NOT NULL OR _rows < _expected) THEN
        PERFORM {{schema}}.refuse_archived_meanwhile(
            NULL, NULL, NULL, stream_name, NULL, _head.first_time, _head.last_time);
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

-- As before, and where archived messages are served, what is archived of a page is asked for.
CREATE OR REPLACE FUNCTION {{schema}}.category_page(
    category varchar, "position" bigint, batch_size bigint, correlation varchar,
    consumer_group_member bigint, consumer_group_size bigint, condition varchar)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
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
    _mode := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END;
    _fails := _mode = 'fail';
    _serves := _mode = 'serve';
    -- Of a compressed chunk all of a category is unpacked: only those are looked into that have to be.
    _few := CASE WHEN _known.is_compressed THEN 1 ELSE _few END;
    -- One probe, where nothing at or behind the position is archived.
    IF _fails OR _serves THEN
        SELECT max(a.last_global_position) INTO _highest FROM eventodb_store.archives a
         WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped';
    END IF;
    IF _highest >= _at THEN
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
        -- A chunk that is dropped is gone whatever the snapshot says, and the ledger of this snapshot has it live.
        IF EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass
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

-- As before, and where archived messages are served, the last one is asked for where it is not live.
CREATE OR REPLACE FUNCTION {{schema}}.get_last_stream_message(stream_name varchar, "type" varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    -- Up to so many chunks all of them are asked, by a plan that is kept.
    _few bigint := 40;
    _known record;
    _mode text := current_setting('eventodb.archived_reads', true);
    _fails boolean;
    _serves boolean;
    _head record;
    _last {{schema}}.message;
    _live bigint;
    _archive bigint;
BEGIN
    SELECT s.archived_reads, s.is_compressed, (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks
      INTO _known FROM {{schema}}.settings s;
    _mode := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END;
    _fails := _mode = 'fail';
    _serves := _mode = 'serve';
    SELECT h."position", h.messages, h."time", h.first_time, h.last_time INTO _head
      FROM {{schema}}.heads h WHERE h.stream_name = get_last_stream_message.stream_name;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF _known.chunks <= _few AND NOT _fails AND "type" IS NULL AND NOT _known.is_compressed THEN
        -- By order, which is half the work of a condition; an earlier message is not the last one.
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          INTO _last
          FROM {{schema}}.messages m
         WHERE m.stream_name = get_last_stream_message.stream_name
         ORDER BY m."position" DESC LIMIT 1;
        IF _last."position" >= _head."position" THEN
            RETURN NEXT _last;
            RETURN;
        END IF;
        IF NOT _serves THEN
            RETURN;
        END IF;
        _last := NULL;
    ELSIF _known.chunks <= 15 AND NOT _fails AND "type" IS NULL THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = get_last_stream_message.stream_name AND m."position" = _head."position"
             ORDER BY m."time" DESC LIMIT 1;
        IF FOUND OR NOT _serves THEN
            RETURN;
        END IF;
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
    IF _head.messages > 0 AND (_last."position" IS NULL OR _last."position" < _head."position") AND (_fails OR _serves) THEN
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
            IF _archive IS NOT NULL AND _serves THEN
                RETURN QUERY SELECT * FROM {{schema}}.archived_last_message(
                    stream_name, "type", coalesce(_last."position", -1), _head.first_time, _head.last_time);
                IF FOUND THEN
                    RETURN;
                END IF;
            ELSIF _archive IS NULL THEN
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

-- What means live messages leaves the foreign table out of its plans; what asks for archived ones has it, whatever the session or
-- its role is set to. A plan that is kept stays as it was made: so each function says for itself which it is.
DO $$
DECLARE
    _function text;
BEGIN
    -- A server that does not know the setting has no such tables.
    IF current_setting('timescaledb.enable_tiered_reads', true) IS NULL THEN
        RETURN;
    END IF;
    FOREACH _function IN ARRAY ARRAY['keep_heads', 'keep_heads_moved', 'end_of_move', 'count_all_again', 'append_message',
                                     'append_messages', 'is_partly_archived', 'get_stream_messages', 'category_page', 'get_last_stream_message']
    LOOP
        EXECUTE format('ALTER FUNCTION {{schema_format}}.%I SET timescaledb.enable_tiered_reads = off', _function);
    END LOOP;
    FOREACH _function IN ARRAY ARRAY['archived_stream_page', 'archived_category_page', 'archived_last_message']
    LOOP
        EXECUTE format('ALTER FUNCTION {{schema_format}}.%I SET timescaledb.enable_tiered_reads = on', _function);
    END LOOP;
END $$;

-- Whoever may call the one may call the others, and whoever may read the settings may read the note.
DO $$
DECLARE
    _grantee text;
BEGIN
    IF EXISTS (SELECT FROM pg_proc p WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND p.proacl IS NOT NULL) THEN
        REVOKE EXECUTE ON FUNCTION {{schema}}.is_served, {{schema}}.require_served,
            {{schema}}.archived_moment(integer), {{schema}}.archived_moment(integer, text),
            {{schema}}.archived_stream_page, {{schema}}.archived_category_page, {{schema}}.archived_last_message,
            {{schema}}.live_stream_page, {{schema}}.served_stream_page FROM PUBLIC;
    END IF;
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_proc p, aclexplode(p.proacl) a
         WHERE p.oid = '{{schema_text}}.get_category_messages'::regproc AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
    LOOP
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION {{schema_format}}.is_served, {{schema_format}}.require_served,
                {{schema_format}}.archived_moment(integer), {{schema_format}}.archived_moment(integer, text),
                {{schema_format}}.archived_stream_page, {{schema_format}}.archived_category_page, {{schema_format}}.archived_last_message,
                {{schema_format}}.live_stream_page, {{schema_format}}.served_stream_page TO %s', _grantee);
    END LOOP;
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = '{{schema_text}}.settings'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT SELECT ON {{schema_format}}.returned TO %s', _grantee);
    END LOOP;
    -- Whoever drops chunks brings them back.
    FOR _grantee IN
        SELECT DISTINCT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_proc p, aclexplode(p.proacl) a
         WHERE p.oid = '{{schema_text}}.drop_chunk'::regproc AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION {{schema_format}}.announce_return(), {{schema_format}}.note_returned() TO %s', _grantee);
    END LOOP;
END $$;
