-- What is live of a stream from a position on, up to another or the first gap.
CREATE OR REPLACE FUNCTION {{schema}}.live_stream_run(
    stream_name varchar, _from bigint, _to bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    -- By a varchar that is made text, no batch of a compressed chunk is left out by a kept plan.
    _stream text := stream_name;
BEGIN
    RETURN QUERY
        SELECT n.id, n.stream_name, n."type", n."position", n.global_position, n.data, n.metadata, n."time"
          FROM (SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
                       m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time") AS "time",
                       row_number() OVER (ORDER BY m."position") AS nth
                  FROM {{schema}}.messages m
                 WHERE m.stream_name = _stream AND m."position" BETWEEN _from AND _to
                   AND m."time" BETWEEN _first_time AND _last_time) n
         WHERE n."position" = _from + (n.nth - 1)
         ORDER BY n."position";
END $$;
