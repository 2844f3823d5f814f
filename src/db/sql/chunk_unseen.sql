-- Whether nothing sees a row of messages that comes and goes within a transaction.
SELECT NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 12 <> 0 AND t.tgname <> 'ts_insert_blocker'
                      AND NOT (p.pronamespace = c.relnamespace
                               AND p.proname IN ({{own_triggers}})))
       AND NOT EXISTS (SELECT FROM pg_constraint r WHERE r.conrelid = c.oid AND r.contype NOT IN ('n', 't'))
       AND NOT EXISTS (SELECT FROM pg_constraint r WHERE r.confrelid = c.oid)
       AND NOT EXISTS (SELECT FROM pg_publication u
                        WHERE u.puballtables
                           OR EXISTS (SELECT FROM pg_publication_tables t
                                       WHERE t.pubname = u.pubname AND t.schemaname = {{schema_name_text}}
                                         AND t.tablename = 'messages'))
       AND NOT EXISTS (SELECT FROM pg_replication_slots s WHERE s.slot_type = 'logical' AND s.database = current_database())
  FROM pg_class c WHERE c.oid = '{{schema_text}}.messages'::regclass
