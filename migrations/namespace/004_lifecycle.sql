-- What EventoDB's server and its operators call on chunks.

-- message_count is an estimate (the planner's), because counting would read every chunk.
CREATE FUNCTION {{schema}}.get_chunks()
RETURNS TABLE (chunk_name text, range_start timestamptz, range_end timestamptz, is_compressed boolean,
               size_bytes bigint, message_count bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.chunk_name::text, c.range_start, c.range_end, c.is_compressed,
           d.total_bytes::bigint, greatest(k.reltuples, 0)::bigint
      FROM timescaledb_information.chunks c
      JOIN {{extension}}.chunks_detailed_size('{{schema_text}}.messages'::regclass) d
        ON (d.chunk_schema, d.chunk_name) = (c.chunk_schema, c.chunk_name)
      JOIN pg_class k ON k.oid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass
     WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
     ORDER BY c.range_start DESC
$$;

CREATE FUNCTION {{schema}}.compress_chunks_older_than(_interval interval)
RETURNS TABLE (chunk_name text, compressed boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _chunk record;
BEGIN
    FOR _chunk IN
        SELECT c.chunk_schema, c.chunk_name FROM timescaledb_information.chunks c
         WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
           AND NOT c.is_compressed AND c.range_end <= now() - _interval
         ORDER BY c.range_start
    LOOP
        PERFORM {{extension}}.compress_chunk(format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name)::regclass, true, false);
        chunk_name := _chunk.chunk_name;
        compressed := true;
        RETURN NEXT;
    END LOOP;
END $$;

-- What a chunk holds, in a number that does not depend on the order or on compression: equal digests and counts mean
-- that no row was added, removed or changed.
CREATE FUNCTION {{schema}}.chunk_digest(_chunk regclass, OUT message_count bigint, OUT digest text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
BEGIN
    EXECUTE format('SELECT count(*), coalesce(sum(hashtextextended(m::text, 0)), 0)::text FROM %s m', _chunk)
       INTO message_count, digest;
END $$;

-- Drops only chunks whose archive was verified in the store and which still hold exactly what was archived; every other
-- one stays, with a notice. (The function of this name that EventoDB's server makes drops whatever is old enough.)
CREATE FUNCTION {{schema}}.drop_chunks_older_than(_interval interval) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _chunk record;
    _name regclass;
    _archive record;
    _now record;
BEGIN
    -- An older snapshot would not see what was written while this waited for the chunk.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'chunks are dropped in READ COMMITTED transactions only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('eventodb-admin/lifecycle/' || {{namespace_text}}, 0)) THEN
        RAISE EXCEPTION 'another run holds the lifecycle lock of namespace %', {{namespace_text}}
            USING ERRCODE = 'lock_not_available';
    END IF;
    FOR _chunk IN
        SELECT c.chunk_schema, c.chunk_name, c.range_start, c.range_end FROM timescaledb_information.chunks c
         WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
           AND c.range_end <= now() - _interval
         ORDER BY c.range_start
    LOOP
        _name := format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name)::regclass;
        SELECT a.id, a.message_count, a.content_digest INTO _archive
          FROM eventodb_store.archives a
         WHERE a.namespace = {{namespace_text}} AND a.chunk_name = _chunk.chunk_name
           AND a.state = 'verified' AND a.content_digest IS NOT NULL
         ORDER BY a.generation DESC LIMIT 1;
        IF NOT FOUND THEN
            RAISE NOTICE 'chunk % is kept: it is not verified in the store', _chunk.chunk_name;
            CONTINUE;
        END IF;
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', _name);
        IF _timescaledb_functions.chunk_status(_name) & 4 <> 0 THEN
            RAISE NOTICE 'chunk % is kept: it is frozen', _chunk.chunk_name;
            CONTINUE;
        END IF;
        SELECT * INTO _now FROM {{schema}}.chunk_digest(_name);
        IF (_now.message_count, _now.digest) IS DISTINCT FROM (_archive.message_count, _archive.content_digest) THEN
            RAISE NOTICE 'chunk % is kept: it has changed since archive % was made', _chunk.chunk_name, _archive.id;
            CONTINUE;
        END IF;
        UPDATE eventodb_store.archives SET state = 'dropped', dropped_at = now()
         WHERE id = _archive.id AND state = 'verified';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'archive % was changed by somebody else', _archive.id USING ERRCODE = 'serialization_failure';
        END IF;
        PERFORM _timescaledb_functions.drop_chunk(_name);
        RETURN NEXT format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name);
    END LOOP;
END $$;
