-- Message DB's. A page of which some is archived begins with what is live, and the far end is asked for what comes then. It sees
-- what its statement has written before (VOLATILE).
CREATE OR REPLACE FUNCTION {{schema}}.get_stream_messages(
    stream_name varchar, "position" bigint DEFAULT 0, batch_size bigint DEFAULT 1000, condition varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    -- Up to so many chunks all of them are asked, by the plan that is there: it takes 7 us a chunk (and two locks), a plan for
    -- the values 0.5 ms.
    _few bigint := 50;
    -- By a varchar that is made text, no batch of a compressed chunk is left out by a kept plan: all would be unpacked.
    _stream text := stream_name;
    _known record;
    _head record;
    _from bigint := greatest(coalesce("position", 0), 0);
    _limit bigint := nullif(coalesce(batch_size, 1000), -1);
    _mode text := current_setting('eventodb.archived_reads', true);
    _fails boolean;
    _serves boolean;
    -- Whether some of the stream may be archived.
    _is_aged boolean := false;
    -- Where the page ends, if positions have no gaps, and what it may not go beyond.
    _end bigint;
    _to bigint := 9223372036854775807;
    _window interval;
    _share float8;
    _is_wide boolean;
    _middle timestamptz;
    _next bigint;
    -- What is known of when its messages are of.
    _since timestamptz := '-infinity';
    _until timestamptz := 'infinity';
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
    SELECT s.archived_reads, s.chunk_interval, s.is_compressed, s.archived_until,
           (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = '{{schema_text}}.messages'::regclass) AS chunks,
           h."position", h.first_time, h.last_time
      INTO _known FROM {{schema}}.settings s
      -- The head in the same statement, where it is needed in any case. (Without OFFSET it would be looked up always.)
      LEFT JOIN LATERAL (SELECT h."position", h.first_time, h.last_time FROM {{schema}}.heads h
                          WHERE s.archived_reads = 'serve' AND h.stream_name = get_stream_messages.stream_name OFFSET 0) h ON true;
    _mode := CASE WHEN coalesce(_mode, '') = '' THEN _known.archived_reads ELSE {{schema}}.archived_reads() END;
    _fails := _mode = 'fail';
    _serves := _mode = 'serve';
    IF _serves THEN
        IF _known."position" IS NULL THEN
            RETURN;
        END IF;
        _head := _known;
        _expected := least(_limit - 1, _head."position" - _from, 9223372036854775806) + 1;
        IF condition IS NULL AND _expected < 1 THEN
            RETURN;
        END IF;
        -- Of a stream that is younger than all that is archived nobody need be asked.
        _is_aged := _head.first_time < _known.archived_until;
        IF _is_aged AND condition IS NOT NULL
           AND {{schema}}.archive_of_stream(stream_name, NULL, _head.first_time, _head.last_time, NULL) IS NOT NULL
        THEN
            RETURN QUERY SELECT * FROM {{schema}}.archived_stream_page(
                stream_name, _from, _limit, condition, _head."position", _head.first_time, _head.last_time);
            RETURN;
        END IF;
    END IF;
    -- Of a compressed chunk whole batches are unpacked: only those are looked into that have to be.
    IF _known.is_compressed OR _known.chunks > _few OR _fails OR condition IS NOT NULL THEN
        IF NOT _serves THEN
            SELECT h."position", h.first_time, h.last_time INTO _head
              FROM {{schema}}.heads h WHERE h.stream_name = _stream;
            IF NOT FOUND THEN
                RETURN;
            END IF;
        END IF;
        _since := _head.first_time;
        _until := _head.last_time;
        _expected := least(_limit - 1, _head."position" - _from, 9223372036854775806) + 1;
    END IF;
    IF _known.chunks <= _few AND NOT _fails AND condition IS NULL THEN
        IF _is_aged OR _known.is_compressed THEN
            -- What follows the position without a gap, which nearly always is all: positions are unique.
            RETURN QUERY
                SELECT p.id::varchar, p.stream_name::varchar, p."type"::varchar, p."position", p.global_position,
                       p.data::varchar, p.metadata::varchar, timezone(interval '0', p."time")
                  FROM (SELECT m.*, row_number() OVER (ORDER BY m."position") AS nth
                          FROM {{schema}}.messages m
                         WHERE m.stream_name = _stream
                           AND m."position" >= _from AND m."position" <= _from + (_expected - 1)
                           AND m."time" BETWEEN _since AND _until) p
                 WHERE p."position" = _from + (p.nth - 1)
                 ORDER BY p."position";
            GET DIAGNOSTICS _rows = ROW_COUNT;
            IF _rows >= _expected THEN
                RETURN;
            END IF;
            IF _is_aged
               AND {{schema}}.archive_of_stream(stream_name, NULL, _head.first_time, _head.last_time, NULL) IS NOT NULL
            THEN
                RETURN QUERY SELECT * FROM {{schema}}.archived_stream_page(
                    stream_name, _from + _rows, _limit - _rows, condition, _head."position", _head.first_time, _head.last_time);
                RETURN;
            END IF;
            -- The gaps are the stream's own.
        END IF;
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = _stream AND m."position" >= _from + _rows
             ORDER BY m."position" LIMIT _limit - _rows;
        IF _serves THEN
            GET DIAGNOSTICS _more = ROW_COUNT;
            IF _rows + _more < _expected THEN
                PERFORM {{schema}}.refuse_short_page(stream_name, _head.first_time, _head.last_time, _known.archived_until);
            END IF;
        END IF;
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
            _share := (_from::float8 + _end + 1) / 2 / (_head."position"::float8 + 1);
            _middle := _head.first_time + (_head.last_time - _head.first_time) * _share;
            _window := (_head.last_time - _head.first_time)
                       * ((_end::float8 - _from + 1) / 2 / (_head."position"::float8 + 1)) + _known.chunk_interval * 0.6;
            -- A plan for the values takes 0.15 ms for each chunk that it has; where those are many, the one that is there serves.
            _is_wide := extract(epoch FROM _window) > extract(epoch FROM _known.chunk_interval) * (1 + _known.chunks * 0.05);
            IF _is_wide AND _known.is_compressed THEN
                RETURN QUERY SELECT * FROM {{schema}}.live_stream_run(
                    stream_name, _next, _end, greatest(_middle - _window, _since), least(_middle + _window, _until));
                GET DIAGNOSTICS _more = ROW_COUNT;
                _rows := _rows + _more;
                -- Behind the last position that there can be there is no next one.
                _end := CASE WHEN _more > _end - _next THEN _next - 1 ELSE _end END;
                _next := CASE WHEN _end < _next THEN _next ELSE _next + _more END;
            END IF;
            FOR _try IN 1..CASE WHEN _is_wide THEN 0 ELSE 2 END LOOP
                RETURN QUERY EXECUTE
                    'SELECT n.id, n.stream_name, n."type", n."position", n.global_position, n.data, n.metadata, n."time"
                       FROM (SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time") AS "time",
                                    row_number() OVER (ORDER BY m."position") AS nth
                               FROM {{schema_text}}.messages m
                              WHERE m.stream_name = $1 AND m."position" BETWEEN $2 AND $3 AND m."time" BETWEEN $4 AND $5) n
                      WHERE n."position" = $2 + (n.nth - 1) ORDER BY n."position"'
                USING stream_name, _next, _end, greatest(_middle - _window, _since), least(_middle + _window, _until);
                GET DIAGNOSTICS _more = ROW_COUNT;
                _rows := _rows + _more;
                -- Behind the last position that there can be there is no next one.
                _end := CASE WHEN _more > _end - _next THEN _next - 1 ELSE _end END;
                _next := CASE WHEN _end < _next THEN _next ELSE _next + _more END;
                EXIT WHEN _next > _end;
                _window := _known.chunk_interval;
                _middle := CASE WHEN _share < 0.5 THEN _head.first_time ELSE _head.last_time END;
            END LOOP;
        END IF;
        IF _is_aged AND _next <= _end THEN
            RETURN QUERY SELECT * FROM {{schema}}.live_stream_run(stream_name, _next, _end, _head.first_time, _head.last_time);
            GET DIAGNOSTICS _more = ROW_COUNT;
            _rows := _rows + _more;
            -- Behind the last position that there can be there is no next one.
            _end := CASE WHEN _more > _end - _next THEN _next - 1 ELSE _end END;
            _next := CASE WHEN _end < _next THEN _next ELSE _next + _more END;
            IF _next <= _end
               AND {{schema}}.archive_of_stream(stream_name, NULL, _head.first_time, _head.last_time, NULL) IS NOT NULL
            THEN
                RETURN QUERY SELECT * FROM {{schema}}.archived_stream_page(
                    stream_name, _next, _limit - _rows, NULL, _head."position", _head.first_time, _head.last_time);
                RETURN;
            END IF;
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
                 WHERE m.stream_name = _stream AND m."position" >= _next AND m."position" <= _to
                 ORDER BY m."position" LIMIT _limit - _rows;
            GET DIAGNOSTICS _more = ROW_COUNT;
            _rows := _rows + _more;
        END IF;
    END IF;
    IF _serves AND (condition IS NOT NULL OR _rows < _expected) THEN
        PERFORM {{schema}}.refuse_short_page(stream_name, _head.first_time, _head.last_time, _known.archived_until);
    END IF;
    IF NOT _fails THEN
        RETURN;
    END IF;
    _expected := least(_limit - 1, _head."position" - _from, 9223372036854775806) + 1;
    IF condition IS NOT NULL THEN
        EXECUTE 'SELECT count(*) FROM {{schema_text}}.messages m
                  WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $3 AND $4'
           INTO _rows USING stream_name, _from, _head.first_time, _head.last_time;
        _expected := least(_head."position" - _from, 9223372036854775806) + 1;
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
    IF condition IS NULL AND _rows < _limit AND _limit < 9223372036854775807 - _from THEN
        RETURN QUERY EXECUTE
            'SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                    m.data::varchar, m.metadata::varchar, timezone(interval ''0'', m."time")
               FROM {{schema_text}}.messages m
              WHERE m.stream_name = $1 AND m."position" >= $2 AND m."time" BETWEEN $4 AND $5
              ORDER BY m."position" LIMIT $3'
        USING stream_name, _from + _limit, _limit - _rows, _head.first_time, _head.last_time;
    END IF;
END $$;
