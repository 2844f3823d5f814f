-- Which transaction brought an archive's messages back is noted in the ledger: who serves archived messages has to know, and asks
-- nothing that the owner of a namespace could have made (a function, a view, a table with policies on rows) as its own role.
ALTER TABLE eventodb_store.archives
    ADD COLUMN returned_in xid8,
    -- When that transaction was known to be over: whoever begins later sees what it brought.
    ADD COLUMN return_seen_at timestamptz CONSTRAINT archives_return_readable
        CHECK (return_seen_at BETWEEN timestamptz '2000-01-01 00:00:00+00' AND timestamptz '262000-01-01 00:00:00+00');

-- Those that are back now, as if this transaction had brought them: nothing is noted of the one that did. And values that rows
-- of other tables had before they were looked at (step 23), and that no program reads, become the nearest that one can. What
-- such a row of the ledger holds is for a person to judge.
DO $$
DECLARE
    _table record;
    _readable text;
BEGIN
    FOR _table IN
        SELECT c.oid, c.relname, format('eventodb_store.%I', c.relname) AS name,
               string_agg(format('%1$I = CASE WHEN %1$I < %2$s THEN %2$s WHEN %1$I > %3$s THEN %3$s ELSE %1$I END',
                                 a.attname, t.least, t.most), ', ') AS changes,
               string_agg(format('%I NOT BETWEEN %s AND %s', a.attname, t.least, t.most), ' OR ') AS terms
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN (VALUES ('timestamp with time zone', 'timestamptz ''4714-11-24 00:00:00+00 BC''', 'timestamptz ''262000-01-01 00:00:00+00'''),
                       ('bigint', '-1000000000000000', '1000000000000000'),
                       ('double precision', '0', '1000000000000000'),
                       ('interval', 'interval ''0''', 'interval ''100000 years''')) t (type, least, most)
            ON t.type = format_type(a.atttypid, NULL)
           -- Of whole numbers those that are added up; the room that a policy keeps free may be larger.
           AND (t.type <> 'bigint' OR c.relname = 'runs'
                OR c.relname <> 'policies' AND (a.attname LIKE '%\_bytes' OR a.attname IN
                    ('message_count', 'messages', 'live_messages', 'archived_messages', 'loading_messages')))
         WHERE c.relnamespace = 'eventodb_store'::regnamespace AND c.relkind = 'r'
           AND c.relname IN ('archives', 'claims', 'copies', 'drilled', 'drills', 'erasures', 'holds', 'policies', 'runs')
         GROUP BY c.oid, c.relname
    LOOP
        SELECT pg_get_constraintdef(k.oid) INTO STRICT _readable FROM pg_constraint k
         WHERE k.conrelid = _table.oid AND k.conname = _table.relname || '_readable';
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, DISABLE TRIGGER USER', _table.name, _table.relname || '_readable');
        IF _table.relname = 'archives' THEN
            UPDATE eventodb_store.archives SET returned_in = pg_current_xact_id() WHERE state = 'rehydrated';
        ELSE
            EXECUTE format('UPDATE %s SET %s WHERE %s', _table.name, _table.changes, _table.terms);
        END IF;
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER, ADD CONSTRAINT %I %s', _table.name, _table.relname || '_readable',
                       _readable);
    END LOOP;
END $$;

CREATE INDEX archives_returned ON eventodb_store.archives (namespace) WHERE returned_in IS NOT NULL;

CREATE FUNCTION eventodb_store.archives_note_return() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.state = 'dropped' THEN
        NEW.returned_in := pg_current_xact_id();
        NEW.return_seen_at := NULL;
    -- Whoever changes a row sees it, so the transaction that wrote it is over.
    ELSIF NEW.returned_in <> pg_current_xact_id() THEN
        NEW.return_seen_at := coalesce(NEW.return_seen_at, clock_timestamp());
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER archives_note_return BEFORE UPDATE ON eventodb_store.archives
    FOR EACH ROW WHEN (NEW.state = 'rehydrated' AND OLD.state IN ('dropped', 'rehydrated'))
    EXECUTE FUNCTION eventodb_store.archives_note_return();
