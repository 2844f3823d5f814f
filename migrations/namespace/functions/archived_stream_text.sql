-- Live and archived messages of a stream, between two positions.
CREATE OR REPLACE FUNCTION {{schema}}.archived_stream_text(
    stream_name varchar, _from bigint, _to bigint, _limit bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_sort = off AS $$
DECLARE
    -- A column's collation of its own is not sent.
    _stream text COLLATE "default" := stream_name;
BEGIN
    RETURN QUERY
        SELECT u.id::varchar, u.stream_name::varchar, u."type"::varchar, u."position", u.global_position,
               u.data::varchar, u.metadata::varchar, timezone(interval '0', u."time")
          FROM ((SELECT m.id::text, m.stream_name, m."type", m."position", m.global_position, m.data::text, m.metadata::text, m."time"
                   FROM {{schema}}.messages m
                  WHERE m.stream_name = _stream AND m."position" BETWEEN _from AND _to
                    AND m."time" BETWEEN _first_time AND _last_time
                  ORDER BY m."position" LIMIT _limit)
                UNION ALL
                (SELECT a.id, a.stream_name, a."type", a."position", a.global_position, a.data, a.metadata, a."time"
                   FROM {{schema}}.archived_text a
                  WHERE a.stream_name = _stream AND a."position" BETWEEN _from AND _to
                    AND a."time" BETWEEN _first_time AND _last_time
                  ORDER BY a."position" LIMIT _limit)) u
         ORDER BY u."position" LIMIT _limit;
END $$;
