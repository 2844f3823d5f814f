-- Change data capture tells messages by id and time: the change stream then has the key of a row and not its old content, which
-- an erasure takes away. Somebody's own choice stays. Chunks follow their hypertable. False where the index is not there or
-- cannot serve (a namespace that EventoDB's server made may have another one): all is then as it was.
CREATE OR REPLACE FUNCTION {{schema}}.identify_messages() RETURNS boolean
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
