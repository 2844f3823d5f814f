-- Compresses chunks of that age, and the rest of a chunk that late rows have come into since it was compressed.
CREATE OR REPLACE FUNCTION {{schema}}.compress_chunks_older_than(_interval interval)
RETURNS TABLE (chunk_name text, compressed boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _chunk record;
    _name regclass;
BEGIN
    FOR _chunk IN
        SELECT c.chunk_schema, c.chunk_name, c.is_compressed FROM timescaledb_information.chunks c
         WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
           AND c.range_end <= now() - _interval
         ORDER BY c.range_start
    LOOP
        _name := format('%I.%I', _chunk.chunk_schema, _chunk.chunk_name)::regclass;
        -- Unordered or partial, and not frozen.
        CONTINUE WHEN _chunk.is_compressed AND _timescaledb_functions.chunk_status(_name) & 14 NOT IN (2, 8, 10);
        PERFORM {{extension}}.compress_chunk(_name, true, false);
        chunk_name := _chunk.chunk_name;
        compressed := true;
        RETURN NEXT;
    END LOOP;
END $$;
