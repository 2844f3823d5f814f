-- The last message of a stream, of a type where one is given, behind a position.
CREATE OR REPLACE FUNCTION {{schema}}.archived_last_message(
    stream_name varchar, "type" varchar, _behind bigint, _first_time timestamptz, _last_time timestamptz)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off SET enable_sort = off AS $$
DECLARE
    _stream text COLLATE "default" := stream_name;
    _type text COLLATE "default" := "type";
BEGIN
    PERFORM {{schema}}.require_served();
    RETURN QUERY
        SELECT m.id::varchar, m.stream_name::varchar, m."type"::varchar, m."position", m.global_position,
               m.data::varchar, m.metadata::varchar, timezone(interval '0', m."time")
          FROM {{schema}}.messages m
         WHERE m.stream_name = _stream AND m."position" > _behind
           AND m."time" BETWEEN _first_time AND _last_time
           AND (_type IS NULL OR m."type" = _type)
         ORDER BY m."position" DESC LIMIT 1;
END $$;
