-- Drops only chunks whose archive was read back from the store within the last day and which still hold exactly what was
-- archived, and only where the archive lies in as many stores as the policy asks for; every other one stays, with a notice. It takes the lock that the program has. (The function of this name that
-- EventoDB's server makes drops whatever is old enough.)
CREATE OR REPLACE FUNCTION {{schema}}.drop_chunks_older_than(_interval interval) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _chunk record;
    _name regclass;
    _archive record;
    _now record;
    _range record;
    _witness record;
BEGIN
    -- An older snapshot would not see what was written while this waited for the chunk.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'chunks are dropped in READ COMMITTED transactions only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    IF current_setting('timescaledb.restoring', true) = 'on' THEN
        RAISE EXCEPTION 'a dump is being restored: compressed messages cannot be seen'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Once it is done: SELECT timescaledb_post_restore().';
    END IF;
    IF eventodb_store.take_lifecycle_lock({{namespace_text}}, false) = 'busy' THEN
        RAISE EXCEPTION 'another run holds the lifecycle lock of namespace %', {{namespace_text}}
            USING ERRCODE = 'lock_not_available';
    END IF;
    FOR _chunk IN
        SELECT c.chunk_schema, c.chunk_name, c.range_start, c.range_end FROM timescaledb_information.chunks c
         WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
           AND c.range_end <= now() - _interval
         ORDER BY c.range_start
    LOOP
        -- Gone since it was listed: merged, or dropped by somebody else.
        _name := to_regclass(format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name));
        CONTINUE WHEN _name IS NULL;
        SELECT a.id, a.message_count, a.content_digest, a.range_start, a.range_end,
               coalesce(a.read_back_at > now() - interval '24 hours', false) AS is_proven,
               1 + (SELECT count(*) FROM eventodb_store.copies c
                     WHERE c.archive = a.id AND c.state = 'verified' AND c.read_back_at > now() - interval '24 hours') AS stores,
               coalesce(p.drop_after_copies, 1 + coalesce(cardinality(p.copies), 0)) AS wanted
          INTO _archive
          FROM eventodb_store.archives a
          LEFT JOIN eventodb_store.policies p ON p.namespace = a.namespace
         WHERE a.namespace = {{namespace_text}} AND a.chunk_name = _chunk.chunk_name
           AND a.state = 'verified' AND a.content_digest IS NOT NULL
         ORDER BY a.generation DESC LIMIT 1;
        IF NOT FOUND THEN
            RAISE NOTICE 'chunk % is kept: it is not verified in the store', _chunk.chunk_name;
            CONTINUE;
        END IF;
        IF NOT _archive.is_proven THEN
            RAISE NOTICE 'chunk % is kept: archive % was not read back within the last 24 hours; eventodb-admin chunks drop '
                         'reads it back and drops the chunk, eventodb-admin archives verify % reads it back',
                         _chunk.chunk_name, _archive.id, _archive.id;
            CONTINUE;
        END IF;
        IF _archive.stores < _archive.wanted THEN
            RAISE NOTICE 'chunk % is kept: archive % was read back within the last 24 hours in % of the % stores that it must lie in; '
                         'eventodb-admin archives copy % makes its copies, archives verify % reads them back',
                         _chunk.chunk_name, _archive.id, _archive.stores, _archive.wanted, _archive.id, _archive.id;
            CONTINUE;
        END IF;
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', _name);
        IF _timescaledb_functions.chunk_status(_name) & 4 <> 0 THEN
            RAISE NOTICE 'chunk % is kept: it is frozen', _chunk.chunk_name;
            CONTINUE;
        END IF;
        -- Nobody merges or splits it from here on.
        SELECT c.range_start, c.range_end INTO _range FROM timescaledb_information.chunks c
         WHERE c.chunk_schema = _chunk.chunk_schema AND c.chunk_name = _chunk.chunk_name;
        IF (_range.range_start, _range.range_end) IS DISTINCT FROM (_archive.range_start, _archive.range_end) THEN
            RAISE NOTICE 'chunk % is kept: its range is another than that of archive %', _chunk.chunk_name, _archive.id;
            CONTINUE;
        END IF;
        -- It fails where a policy on rows hides messages from this role.
        SELECT * INTO _witness FROM {{schema}}.chunk_witness(_name);
        IF _witness.stored IS DISTINCT FROM _witness.seen OR _witness.seen IS DISTINCT FROM _archive.message_count THEN
            RAISE NOTICE 'chunk % is kept: a query sees % messages, its files hold %, archive % has %',
                         _chunk.chunk_name, _witness.seen, _witness.stored, _archive.id, _archive.message_count;
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
        PERFORM {{schema}}.drop_chunk(_name);
        RETURN NEXT format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name);
    END LOOP;
END $$;
