-- Change data capture: in a publication of all tables, or of a schema, the server refuses UPDATE and DELETE on a table
-- without a key. These tables have none, because a name can be longer than an index takes; the whole row tells them apart.
ALTER TABLE {{schema}}.counts REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}.recount REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}.spans REPLICA IDENTITY FULL;
ALTER TABLE {{schema}}.unsettled REPLICA IDENTITY FULL;

-- The same for messages, by id and time: the change stream then has the key of a row and not its old content, which an
-- erasure takes away. Somebody's own choice stays. Chunks follow their hypertable. False where the index is not there or
-- cannot serve (a namespace that EventoDB's server made may have another one): all is then as it was.
CREATE FUNCTION {{schema}}.identify_messages() RETURNS boolean
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class c
                    WHERE c.oid = '{{schema_text}}.messages'::regclass
                      AND (c.relreplident = 'd'
                           AND NOT EXISTS (SELECT FROM pg_index p WHERE p.indrelid = c.oid AND p.indisprimary)
                           -- The index was dropped while much was copied, or a chunk was made without a key, as some
                           -- versions of TimescaleDB do now and then (seen with 2.19.3).
                           OR c.relreplident = 'i'
                           AND NOT EXISTS (SELECT FROM pg_index p JOIN pg_class x ON x.oid = p.indexrelid
                                            WHERE p.indrelid = c.oid AND p.indisreplident AND x.relname <> 'messages_id_time')
                           AND EXISTS (SELECT FROM (SELECT c.oid AS relid
                                                    UNION ALL SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = c.oid) t
                                         JOIN pg_class k ON k.oid = t.relid AND k.relkind = 'r'
                                        WHERE NOT EXISTS (SELECT FROM pg_index p
                                                           WHERE p.indrelid = t.relid AND p.indisreplident))))
       OR NOT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
                       WHERE i.indrelid = '{{schema_text}}.messages'::regclass AND x.relname = 'messages_id_time'
                         AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
                         AND NOT EXISTS (SELECT FROM pg_attribute a
                                          WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull))
    THEN
        RETURN false;
    END IF;
    ALTER TABLE {{schema}}.messages REPLICA IDENTITY USING INDEX messages_id_time;
    RETURN true;
EXCEPTION
    -- A chunk lacks the index: somebody has dropped it there.
    WHEN internal_error THEN
        RETURN false;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.identify_messages() FROM PUBLIC;

SELECT {{schema}}.identify_messages();

-- As before, and compresses the rest of a chunk that late rows have come into since it was compressed.
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
