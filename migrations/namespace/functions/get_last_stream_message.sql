-- Message DB's, with a type where one is given. Where it is archived, the setting says what happens. It sees what its statement has
-- written before (VOLATILE).
CREATE OR REPLACE FUNCTION {{schema}}.get_last_stream_message(stream_name varchar, "type" varchar DEFAULT NULL)
RETURNS SETOF {{schema}}.message
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET jit = off AS $$
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
    -- By a varchar that is made text, no batch of a compressed chunk is left out by a kept plan.
    _stream text := stream_name;
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
         WHERE m.stream_name = _stream
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
             WHERE m.stream_name = _stream AND m."position" = _head."position"
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
