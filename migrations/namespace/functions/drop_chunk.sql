-- Drops a chunk of this namespace (check_own_chunk). Where a hold is on messages in it, it goes only in the transaction in which an
-- archive becomes their only copy.
CREATE OR REPLACE FUNCTION {{schema}}.drop_chunk(_chunk regclass) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _hold record;
    _is_held boolean;
BEGIN
    PERFORM {{schema}}.check_own_chunk(_chunk);
    FOR _hold IN
        SELECT h.case_name, h.stream_name, h.category, h.from_time, h.to_time FROM eventodb_store.holds h
         WHERE h.namespace = {{namespace_text}} AND h.released_at IS NULL
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s m
                                        WHERE ($1 IS NULL OR m.stream_name = $1)
                                          AND ($2 IS NULL OR split_part(m.stream_name, ''-'', 1) = $2)
                                          AND ($3 IS NULL OR m."time" >= $3) AND ($4 IS NULL OR m."time" < $4))', _chunk)
           INTO _is_held USING _hold.stream_name, _hold.category, _hold.from_time, _hold.to_time;
        IF _is_held AND NOT EXISTS (
            SELECT FROM pg_class k
              JOIN pg_namespace s ON s.oid = k.relnamespace
              JOIN timescaledb_information.chunks c ON c.chunk_schema = s.nspname AND c.chunk_name = k.relname
              JOIN eventodb_store.archives a ON a.range_start < c.range_end AND c.range_start < a.range_end
             WHERE k.oid = _chunk AND a.namespace = {{namespace_text}} AND a.state = 'dropped' AND a.dropped_at = now())
        THEN
            RAISE EXCEPTION 'case % holds messages in chunk %, and no archive takes them over', _hold.case_name, _chunk
                USING ERRCODE = 'VA002', HINT = 'eventodb-admin chunks archive keeps them in the store and drops the chunk';
        END IF;
    END LOOP;
    PERFORM _timescaledb_functions.drop_chunk(_chunk);
END $$;
