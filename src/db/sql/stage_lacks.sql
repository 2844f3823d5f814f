-- Whether the chunk of $1 to $2 lacks a trigger for rows, or a foreign key, that the hypertable has.
WITH k AS (
    SELECT format('%I.%I', chunk_schema, chunk_name)::regclass AS chunk FROM timescaledb_information.chunks
     WHERE hypertable_schema = {{schema_name_text}} AND hypertable_name = 'messages'
       AND range_start < $2 AND range_end > $1
)
SELECT EXISTS (SELECT FROM k, pg_trigger t
                WHERE t.tgrelid = '{{schema_text}}.messages'::regclass AND NOT t.tgisinternal AND t.tgtype & 1 = 1
                  AND t.tgname <> 'ts_insert_blocker'
                  AND NOT EXISTS (SELECT FROM pg_trigger c
                                   WHERE c.tgrelid = k.chunk AND (c.tgname, c.tgtype) = (t.tgname, t.tgtype)))
    OR EXISTS (SELECT FROM k, pg_constraint r
                WHERE r.conrelid = '{{schema_text}}.messages'::regclass AND r.contype = 'f'
                  AND NOT EXISTS (SELECT FROM pg_constraint c
                                   WHERE c.conrelid = k.chunk AND c.contype = 'f' AND c.confrelid = r.confrelid
                                     AND c.confkey = r.confkey))
