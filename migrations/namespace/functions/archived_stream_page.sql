-- A page of a stream of which some is archived: as text where that may be. What is given from a column of another collation than
-- the database's, as stream names have, would not be asked of the far end: all that is archived would come, to be looked through
-- here.
CREATE OR REPLACE FUNCTION {{schema}}.archived_stream_page(
    stream_name varchar, _from bigint, _limit bigint, condition varchar, _last bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_sort = off AS $$
DECLARE
    _stream text COLLATE "default" := stream_name;
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
    IF {{schema}}.reads_archived_text() THEN
        RETURN QUERY SELECT * FROM {{schema}}.archived_stream_text(stream_name, _from, _end, _limit, _first_time, _last_time);
        GET DIAGNOSTICS _rows = ROW_COUNT;
        IF _end < _last AND _rows < _limit THEN
            RETURN QUERY SELECT * FROM {{schema}}.archived_stream_text(
                stream_name, _end + 1, 9223372036854775807, _limit - _rows, _first_time, _last_time);
        END IF;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          FROM {{schema}}.messages m
         WHERE m.stream_name = _stream AND m."position" BETWEEN _from AND _end
           AND m."time" BETWEEN _first_time AND _last_time
         ORDER BY m."position" LIMIT _limit;
    GET DIAGNOSTICS _rows = ROW_COUNT;
    IF _end < _last AND _rows < _limit THEN
        RETURN QUERY
            SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                   m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
              FROM {{schema}}.messages m
             WHERE m.stream_name = _stream AND m."position" > _end
               AND m."time" BETWEEN _first_time AND _last_time
             ORDER BY m."position" LIMIT _limit - _rows;
    END IF;
END $$;
