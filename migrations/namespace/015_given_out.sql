-- Global positions come from one counter that nobody else sets, and it is known which of them may still come.

-- Until here messages_given_out was a note that an import made. Now it is the counter itself: what is written here goes by it, and
-- messages_global_position_seq follows it step by step, for those who look there or take their positions from it. Whoever
-- sets that one back takes nothing back that was given out; whoever sets it ahead is followed at the next write.
SELECT setval('{{schema_text}}.messages_given_out', n.highest), setval('{{schema_text}}.messages_global_position_seq', n.highest)
  FROM (SELECT greatest(pg_sequence_last_value('{{schema_text}}.messages_given_out'),
                        pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'),
                        (SELECT max(m.global_position) FROM {{schema}}.messages m),
                        (SELECT max(a.last_global_position) FROM eventodb_store.archives a
                          WHERE a.namespace = {{namespace_text}} AND a.state IN ('verified', 'dropped', 'rehydrated'))) AS highest) n
 WHERE n.highest > 0;

-- TRUNCATE … RESTART IDENTITY restarts it, as Message DB's script for clearing does. (Both must belong to one role.)
DO $$
BEGIN
    IF (SELECT count(DISTINCT c.relowner) FROM pg_class c
         WHERE c.oid IN ('{{schema_text}}.messages'::regclass, '{{schema_text}}.messages_global_position_seq'::regclass)) = 1
       AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = '{{schema_text}}.messages'::regclass
                          AND a.attname = 'global_position' AND a.attidentity <> '')
    THEN
        ALTER SEQUENCE {{schema}}.messages_global_position_seq OWNED BY {{schema}}.messages.global_position;
    END IF;
END $$;

-- A transaction announces, before it takes its first global position, what was given out last: all that it takes is higher. The
-- announcement is a lock that nobody waits for, and is gone when the transaction is over and seen. (An advisory lock of two
-- numbers: of the table, and the lower half of the position.)
CREATE FUNCTION {{schema}}.announce_positions(_after bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared('{{schema_text}}.messages'::regclass::oid::bigint::bit(32)::int, _after::bit(32)::int);
    PERFORM set_config('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, _after::text, true);
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.announce_positions FROM PUBLIC;

-- How many global positions up to this one may be of transactions of others that are not over.
CREATE FUNCTION {{schema}}.still_open(_last bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(max(o.behind), 0)
              FROM (SELECT (_last - l.objid::bigint) & 4294967295 AS behind
                      FROM pg_locks l
                     WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = '{{schema_text}}.messages'::regclass::oid
                       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
                       AND l.mode = 'ShareLock' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()) o
             -- Whoever has begun since _last was looked at takes higher ones: it is ahead of it, not nearly 2^32 behind.
             WHERE o.behind < 2147483648);
END $$;

-- The highest global position that was given out; behind it are only messages that came past the triggers. As the owner:
-- readers have no right on sequences.
CREATE FUNCTION {{schema}}.last_given_out() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN greatest(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0),
                    coalesce(pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'), 0));
END $$;

-- For whoever reads all categories: all messages up to this global position are there, or never will be. Those behind it may
-- be those of a transaction that began later and ended earlier than one with a lower position. It has to be asked in a
-- statement before the one that reads, and of no use is it to a transaction whose snapshot is older. What is imported at
-- positions of its own below what was given out comes late whoever asks, once its import is over.
CREATE FUNCTION {{schema}}.global_horizon() RETURNS bigint
-- As the owner: readers have no right on sequences.
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- First what was given out, then who has not ended: who took a position up to it has announced that before.
    _last bigint := {{schema}}.last_given_out();
BEGIN
    -- Its locks are not known there.
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'the horizon is not known at a standby'
            USING ERRCODE = 'feature_not_supported', HINT = 'Read all categories at the primary, or each category alone.';
    END IF;
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the horizon is newer than the snapshot of this transaction'
            USING ERRCODE = 'active_sql_transaction', HINT = 'Ask for it in a READ COMMITTED transaction, and read after that.';
    END IF;
    RETURN greatest(0, _last - {{schema}}.still_open(_last));
END $$;

-- What nextval of both sequences gave is not the same number: others were at it at this moment, or somebody has set
-- messages_global_position_seq. Gives the global position that is to be taken.
CREATE FUNCTION {{schema}}.even_out(_given bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _at bigint := _given;
    -- In this order: the other one is never ahead of ours, unless somebody has set it.
    _other bigint := coalesce(pg_sequence_last_value('{{schema_text}}.messages_global_position_seq'), 0);
    _ours bigint := pg_sequence_last_value('{{schema_text}}.messages_given_out');
BEGIN
    IF _other = _ours THEN
        RETURN _at;
    END IF;
    IF _other > _ours THEN
        -- It has been asked for this position already.
        PERFORM {{schema}}.raise_given_out(_other - 1);
        _at := nextval('{{schema_text}}.messages_given_out');
        RETURN _at;
    END IF;
    -- Set back. It is of no account for what is given out; it follows again.
    IF pg_try_advisory_xact_lock(hashtextextended('eventodb-admin/next global position/' || {{schema_name_text}}, 0)) THEN
        IF _ours - _other > 10000 THEN
            PERFORM setval('{{schema_text}}.messages_global_position_seq', _ours - 5000);
        END IF;
        WHILE pg_sequence_last_value('{{schema_text}}.messages_global_position_seq')
              < pg_sequence_last_value('{{schema_text}}.messages_given_out')
        LOOP
            PERFORM nextval('{{schema_text}}.messages_global_position_seq');
        END LOOP;
    END IF;
    RETURN _at;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.even_out FROM PUBLIC;

-- Has nothing given out up to a global position any more. A sequence cannot be told to rise: it is set short of it where that
-- is far, as others may be taking positions meanwhile, and the rest of the way is taken step by step. Gives what others took
-- since the counter stood at _from, as long as that is near.
CREATE FUNCTION {{schema}}.raise_given_out(_to bigint, _from bigint DEFAULT NULL) RETURNS int8multirange
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _at bigint := coalesce(_from, pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
    _next bigint;
    _taken int8multirange := '{}';
BEGIN
    IF _to - _at > 20000 THEN
        -- One at a time: the second one would set it back.
        PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/raising/' || {{schema_name_text}}, 0));
        _at := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
        IF _to - _at > 20000 THEN
            PERFORM setval('{{schema_text}}.messages_given_out', _to - 10000);
            _at := _to - 10000;
        END IF;
    END IF;
    WHILE _at < _to LOOP
        _next := nextval('{{schema_text}}.messages_given_out');
        IF _next > _at + 1 THEN
            _taken := _taken + int8multirange(int8range(_at + 1, _next));
        END IF;
        _at := _next;
    END LOOP;
    RETURN _taken;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.raise_given_out FROM PUBLIC;

-- The global position of a row that is given none. As the owner: who may insert messages has no right on the counter.
CREATE OR REPLACE FUNCTION {{schema}}.next_global_position() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _after bigint;
    _at bigint;
    _other bigint;
BEGIN
    IF coalesce(current_setting('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, true), '') = '' THEN
        _after := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
        IF coalesce(current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true), '') = '' THEN
            PERFORM {{schema}}.announce_positions(_after);
        END IF;
        PERFORM set_config('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, _after::text, true);
    END IF;
    _at := nextval('{{schema_text}}.messages_given_out');
    _other := nextval('{{schema_text}}.messages_global_position_seq');
    IF _other <> _at THEN
        RETURN {{schema}}.even_out(_at);
    END IF;
    RETURN _at;
END $$;

-- Whoever may insert needs it, and nobody is harmed by a position that is left out.
GRANT EXECUTE ON FUNCTION {{schema}}.next_global_position() TO PUBLIC;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = '{{schema_text}}.messages'::regclass
                      AND a.attname = 'global_position' AND a.attidentity <> '')
    THEN
        ALTER TABLE {{schema}}.messages ALTER COLUMN global_position SET DEFAULT {{schema}}.next_global_position();
    END IF;
END $$;

-- Rows with global positions of their own: of the statement of a trigger, those that this transaction was not given. What was
-- given out is known to nobody else yet; so nothing that they have, and nothing below it, is given out from here on. Where it
-- cannot be told whether a writer has one of them already, they are refused.
CREATE FUNCTION {{schema}}.take_positions(_positions bigint[], _categories text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _lowest bigint := (SELECT min(p) FROM unnest(_positions) p);
    _highest bigint := (SELECT max(p) FROM unnest(_positions) p);
    _last bigint;
    _behind bigint;
    _taken bigint;
    _announced text := current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true);
BEGIN
    -- As writers do, so that readers of a category find these before what is written after them.
    IF cardinality(_categories) > 100 THEN
        LOCK TABLE ONLY {{schema}}.messages IN SHARE ROW EXCLUSIVE MODE;
    ELSE
        PERFORM {{schema}}.acquire_lock(c) FROM (SELECT c FROM unnest(_categories) c ORDER BY c) c;
    END IF;
    -- One at a time: two could have the same ones.
    PERFORM pg_advisory_xact_lock(hashtextextended('eventodb-admin/given out/' || {{schema_name_text}}, 0));
    _last := coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0);
    IF coalesce(_announced, '') = '' THEN
        PERFORM {{schema}}.announce_positions(least(_lowest - 1, _last));
    ELSIF _announced::bigint > _lowest - 1 THEN
        -- Again, and further down, so that rows in falling order do not fill the table of locks.
        PERFORM {{schema}}.announce_positions(greatest(0, _lowest - 1 - 10 * (_announced::bigint - _lowest + 1)));
    END IF;
    IF _lowest <= _last THEN
        _behind := {{schema}}.still_open(_last);
        SELECT min(p) INTO _taken FROM unnest(_positions) p WHERE p > _last - _behind AND p <= _last;
        IF _taken IS NOT NULL THEN
            RAISE EXCEPTION 'global position % may be that of a message that is being written', _taken
                USING ERRCODE = 'lock_not_available', HINT = 'Import again, once that transaction has ended.';
        END IF;
    END IF;
    IF _highest > _last THEN
        DECLARE
            _others int8multirange := {{schema}}.raise_given_out(_highest, _last);
        BEGIN
            SELECT min(p) INTO _taken FROM unnest(_positions) p WHERE p <@ _others;
        END;
        IF _taken IS NOT NULL THEN
            RAISE EXCEPTION 'global position % was given to a message that is being written', _taken
                USING ERRCODE = 'lock_not_available', HINT = 'Import again: above the positions that were given out.';
        END IF;
        -- The other one follows.
        PERFORM {{schema}}.even_out(_highest);
    END IF;
    RETURN _last;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.take_positions FROM PUBLIC;

-- As before, but that what was given out needs no note any more.
CREATE OR REPLACE FUNCTION {{schema}}.note_given_out(_lowest bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed'
       OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_position > _lowest)
    THEN
        INSERT INTO {{schema}}.unsettled (first_time, last_time) VALUES ('-infinity', 'infinity');
    END IF;
END $$;

-- As before, and sees to it that global positions of the rows' own are given out to nobody else.
CREATE OR REPLACE FUNCTION {{schema}}.keep_heads() RETURNS trigger
-- As the owner: whoever may insert messages need not have rights on heads and ledger.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _double record;
    _span record;
    _chunk text;
    _own record;
    _given bigint := nullif(current_setting('eventodb.given_' || '{{schema_text}}.messages'::regclass::oid, true), '')::bigint;
BEGIN
    -- Hung on another table, this would write heads for messages that are not there.
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'keep_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM {{schema}}.note_given_out((SELECT min(n.global_position) FROM new_rows n));
    IF EXISTS (SELECT FROM new_rows n WHERE (n.global_position > _given) IS NOT TRUE) THEN
        SELECT n.global_position INTO _double FROM new_rows n GROUP BY 1 HAVING count(*) > 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'global position % is given twice', _double.global_position USING ERRCODE = 'unique_violation';
        END IF;
        SELECT {{schema}}.take_positions(array_agg(n.global_position), array_agg(DISTINCT split_part(n.stream_name, '-', 1))) AS last,
               min(n.global_position) AS lowest, max(n.global_position) AS highest
          INTO _own FROM new_rows n WHERE (n.global_position > _given) IS NOT TRUE;
        IF _own.lowest <= _own.last THEN
            -- Where chunks are compressed, those of the last days, as with ids: each older one would have to be unpacked.
            SELECT n.global_position INTO _double
              FROM new_rows n
              JOIN {{schema}}.messages m ON m.global_position = n.global_position
                                        AND (m.stream_name, m."position") <> (n.stream_name, n."position")
             WHERE m.global_position BETWEEN _own.lowest AND least(_own.highest, _own.last)
               AND m."time" > (SELECT CASE WHEN s.is_compressed THEN now() - interval '7 days' ELSE '-infinity' END
                                 FROM {{schema}}.settings s)
               AND (n.global_position > _given) IS NOT TRUE
             LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'global position % is taken', _double.global_position USING ERRCODE = 'unique_violation';
            END IF;
        END IF;
    END IF;
    -- New streams first, in one order for everybody: two imports wait for each other and do not deadlock.
    INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
    SELECT n.stream_name, -1, 0, min(n."time"), min(n."time"), max(n."time"), 0
      FROM new_rows n GROUP BY n.stream_name ORDER BY n.stream_name
    ON CONFLICT DO NOTHING;

    -- Locks the heads, then looks: a row at or below its head may be there already.
    PERFORM FROM {{schema}}.heads h
      WHERE h.stream_name IN (SELECT n.stream_name FROM new_rows n)
      ORDER BY h.stream_name FOR UPDATE;
    SELECT n.stream_name, n."position" INTO _double
      FROM new_rows n GROUP BY 1, 2 HAVING count(*) > 1 OR n."position" < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'position % of stream % is given twice or below 0', _double."position", _double.stream_name
            USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM new_rows n JOIN {{schema}}.heads h USING (stream_name) WHERE n."position" <= h."position") THEN
        -- In another chunk (the unique index sees only its own) …
        SELECT n.stream_name, n."position" INTO _double
          FROM new_rows n
          JOIN {{schema}}.heads h USING (stream_name)
          JOIN {{schema}}.messages m
            ON m.stream_name = n.stream_name AND m."position" = n."position" AND m."time" <> n."time"
         WHERE n."position" <= h."position"
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'stream % has a message at position % already', _double.stream_name, _double."position"
                USING ERRCODE = 'unique_violation';
        END IF;
        -- … or in a compressed one that this statement has written to. For a row that goes into it the server takes the batches
        -- that may have the same key out of the compressed part, and no query of the hypertable sees them before the statement
        -- has ended: only the chunk's own table shows them. Another row of the statement may be the one that they made way for.
        FOR _chunk IN
            SELECT format('%I.%I', c.chunk_schema, c.chunk_name)
              FROM timescaledb_information.chunks c
             WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages' AND c.is_compressed
               AND EXISTS (SELECT FROM new_rows n WHERE n."time" >= c.range_start AND n."time" < c.range_end)
        LOOP
            EXECUTE format(
                'SELECT n.stream_name, n."position" FROM new_rows n
                   JOIN ONLY %s m ON m.stream_name = n.stream_name AND m."position" = n."position" AND m."time" <> n."time"
                  LIMIT 1', _chunk) INTO _double;
            IF _double.stream_name IS NOT NULL THEN
                RAISE EXCEPTION 'stream % has a message at position % already', _double.stream_name, _double."position"
                    USING ERRCODE = 'unique_violation';
            END IF;
        END LOOP;
        -- … or, as far as the ledger can tell, in an archive.
        SELECT n.stream_name, n."position", a.id INTO _double
          FROM new_rows n
          JOIN {{schema}}.heads h USING (stream_name)
          JOIN eventodb_store.archives a
            ON a.namespace = {{namespace_text}} AND a.state = 'dropped'
           AND n.global_position BETWEEN a.first_global_position AND a.last_global_position
         WHERE n."position" <= h."position"
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'position % of stream % may lie in archive %', _double."position", _double.stream_name, _double.id
                USING ERRCODE = 'unique_violation', HINT = 'Rehydrate that archive instead.';
        END IF;
        -- A stream with fewer live messages than were ever stored has some in archives: any position up to its head may
        -- be among them.
        IF EXISTS (SELECT FROM eventodb_store.archives a
                    WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped')
        THEN
            SELECT s.stream_name, s."position" INTO _double
              FROM (SELECT n.stream_name, min(n."position") AS "position", count(*) AS new, h.messages
                      FROM new_rows n JOIN {{schema}}.heads h USING (stream_name)
                     GROUP BY n.stream_name, h.messages, h."position" HAVING min(n."position") <= h."position") s
             WHERE (SELECT count(*) FROM {{schema}}.messages m WHERE m.stream_name = s.stream_name) - s.new < s.messages
             LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'position % of stream % may be archived', _double."position", _double.stream_name
                    USING ERRCODE = 'unique_violation', HINT = 'Rehydrate the archives of the stream first.';
            END IF;
        END IF;
    END IF;

    UPDATE {{schema}}.heads h
       SET "position" = greatest(h."position", a.hi),
           global_position = CASE WHEN a.hi > h."position" THEN l.global_position ELSE h.global_position END,
           "time" = CASE WHEN a.hi > h."position" THEN l."time" ELSE h."time" END,
           first_time = least(h.first_time, a.first_time),
           last_time = greatest(h.last_time, a.last_time),
           messages = h.messages + a.n - greatest(0, a.low - greatest(0, h."position" + 1 - h.messages))
      FROM (SELECT n.stream_name, max(n."position") AS hi, min(n."time") AS first_time, max(n."time") AS last_time,
                   count(*) AS n, count(*) FILTER (WHERE n."position" <= o."position") AS low
              FROM new_rows n JOIN {{schema}}.heads o USING (stream_name) GROUP BY n.stream_name) a
      JOIN new_rows l ON l.stream_name = a.stream_name AND l."position" = a.hi
     WHERE h.stream_name = a.stream_name;

    SELECT min(n."time"), max(n."time") INTO _span FROM new_rows n;
    IF FOUND AND _span.min IS NOT NULL THEN
        PERFORM {{schema}}.count_again(_span.min, _span.max);
    END IF;
    RETURN NULL;
END $$;

-- As before, and gives nothing out that a message was given by hand.
CREATE OR REPLACE FUNCTION {{schema}}.count_all_again() RETURNS trigger
-- As the owner: whoever may change messages need not have rights on the figures.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _highest bigint;
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'count_all_again is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM {{schema}}.count_again('-infinity', 'infinity');
    IF TG_OP = 'UPDATE' THEN
        SELECT max(m.global_position) INTO _highest FROM {{schema}}.messages m;
        IF _highest > coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0) THEN
            PERFORM {{schema}}.raise_given_out(_highest);
            PERFORM {{schema}}.even_out(_highest);
        END IF;
    END IF;
    RETURN NULL;
END $$;

-- As before, and forgets where the messages were that are gone: reads would look for the new ones there.
CREATE OR REPLACE FUNCTION {{schema}}.forget_heads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'forget_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    TRUNCATE {{schema}}.heads;
    UPDATE {{schema}}.settings SET settled_until = NULL, settled_position = NULL, is_compressed = false;
    DELETE FROM {{schema}}.spans;
    DELETE FROM {{schema}}.unsettled;
    DELETE FROM {{schema}}.recount;
    DELETE FROM {{schema}}.counted;
    -- Undone with the rest, where the transaction is.
    ALTER SEQUENCE {{schema}}.messages_given_out RESTART;
    UPDATE eventodb_store.archives
       SET state = 'failed', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('planned', 'exported', 'uploaded');
    UPDATE eventodb_store.archives
       SET state = 'expired', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('verified', 'dropped', 'rehydrated');
    RETURN NULL;
END $$;

-- Another version than the one expected is an error before all others, as in Message DB.
CREATE FUNCTION {{schema}}.expect_version(_stream varchar, _expected bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _version bigint := {{schema}}.stream_version(_stream);
BEGIN
    IF _expected <> _version THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)', _expected, _stream, _version
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.expect_version FROM PUBLIC;

-- As before, by the counter; an id is taken once in whatever categories two writers write it at the same time.
CREATE OR REPLACE FUNCTION {{schema}}.append_message(
    id varchar, stream_name varchar, "type" varchar, data jsonb,
    metadata jsonb DEFAULT NULL, expected_version bigint DEFAULT NULL,
    OUT "position" bigint, OUT global_position bigint, OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _id uuid;
    _seen record;
    _time timestamptz;
    _other bigint;
    _is_before boolean;
BEGIN
    IF coalesce(append_message.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Everybody takes the table before a head: an import that holds the table would deadlock with us otherwise.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_message.stream_name);

    IF length(append_message.id) <> 36 OR translate(append_message.id, '0123456789abcdefABCDEF-', '') <> '' THEN
        -- Perhaps no id; another version is told of first, as in Message DB.
        PERFORM {{schema}}.expect_version(append_message.stream_name, append_message.expected_version);
    END IF;
    _id := append_message.id::uuid;
    -- Of two that write the same id to two categories one waits, and then finds it.
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(_id, '{{schema_text}}.messages'::regclass::oid::bigint));
    SELECT m.stream_name, m."type", m.data, m.metadata, m."position", m.global_position INTO _seen
      FROM {{schema}}.messages m WHERE m.id = _id AND m."time" > now() - interval '7 days';
    IF FOUND THEN
        IF (_seen.stream_name, _seen."type") = (append_message.stream_name, append_message."type")
           AND _seen.data IS NOT DISTINCT FROM append_message.data
           AND _seen.metadata IS NOT DISTINCT FROM append_message.metadata
        THEN
            append_message."position" := _seen."position";
            append_message.global_position := _seen.global_position;
            is_new := false;
            RETURN;
        END IF;
        PERFORM {{schema}}.expect_version(append_message.stream_name, append_message.expected_version);
        -- In the words that clients of Message DB look for.
        RAISE EXCEPTION 'duplicate key value violates unique constraint "messages_id"'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'messages_id',
                  DETAIL = format('id %s was used for another message (Stream: %s, Position: %s)', _id, _seen.stream_name, _seen."position");
    END IF;

    IF coalesce(current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true), '') = '' THEN
        PERFORM {{schema}}.announce_positions(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0));
    END IF;
    append_message.global_position := nextval('{{schema_text}}.messages_given_out');
    _other := nextval('{{schema_text}}.messages_global_position_seq');
    IF _other <> append_message.global_position THEN
        append_message.global_position := {{schema}}.even_out(append_message.global_position);
    END IF;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_message.stream_name, 0, append_message.global_position, now(), now(), now(), 1)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + 1, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + 1
    RETURNING h."position" INTO append_message."position";

    IF append_message.expected_version <> append_message."position" - 1 THEN
        -- EventoDB's server and Message DB's clients match on this text, and some of them rescue P0001 alone.
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_message.expected_version, append_message.stream_name, append_message."position" - 1
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    VALUES (now(), append_message.global_position, append_message."position", append_message.stream_name,
            append_message."type", append_message.data, append_message.metadata, _id)
    RETURNING "time" INTO _time;
    PERFORM set_config('eventodb.heads_kept', '', true);
    -- The present time is in no chunk that was counted: they are counted an hour after their end. Only a transaction that has
    -- stayed open for long is late, and one on a server whose clock was set back.
    SELECT s.settled_until > now(),
           _time IS NULL OR NOT EXISTS (SELECT FROM {{schema}}.messages m
                                         WHERE m.stream_name = append_message.stream_name AND m."position" = append_message."position"
                                           AND m.global_position = append_message.global_position AND m."time" = _time)
      INTO _is_before, is_new FROM {{schema}}.settings s;
    IF is_new THEN
        RAISE EXCEPTION 'the message was taken and is not there: a trigger or a rule on messages lets rows go'
            USING ERRCODE = 'EV001';
    END IF;
    IF _is_before OR clock_timestamp() > now() + interval '10 minutes' THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;

-- As append_message.
CREATE OR REPLACE FUNCTION {{schema}}.append_messages(
    stream_name varchar, ids uuid[], types varchar[], data jsonb[], metadata jsonb[], expected_version bigint DEFAULT NULL,
    OUT first_position bigint, OUT global_positions bigint[], OUT is_new boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _n bigint := cardinality(ids);
    _seen record;
    _stored bigint;
    _other bigint;
BEGIN
    IF coalesce(append_messages.stream_name, '') = '' THEN
        RAISE EXCEPTION 'stream name must not be empty' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(_n, 0) = 0 OR (cardinality(types) = _n AND cardinality(append_messages.data) = _n
                               AND cardinality(append_messages.metadata) = _n) IS NOT TRUE
    THEN
        RAISE EXCEPTION 'a batch has at least one message, and as many types, data and metadata as ids'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- As append_message does, in the same order.
    LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE;
    PERFORM {{schema}}.acquire_lock(append_messages.stream_name);

    -- As append_message; of a long batch the first in order, which another that has the same ids has as well.
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(u.id, '{{schema_text}}.messages'::regclass::oid::bigint))
       FROM (SELECT DISTINCT i.id FROM unnest(ids) i(id) WHERE i.id IS NOT NULL ORDER BY i.id LIMIT 200) u;
    -- Looked for first by a plan that has the chunks of these days only; the join has all.
    IF EXISTS (SELECT FROM {{schema}}.messages m WHERE m.id = ANY(ids) AND m."time" > now() - interval '7 days') THEN
        SELECT count(*) AS n, min(m.id::text) AS id, min(m."position") AS first_position,
               array_agg(m.global_position ORDER BY b.nth) AS global_positions,
               count(DISTINCT m."position" - b.nth) = 1
               AND bool_and(m.stream_name = append_messages.stream_name AND m."type" = b."type"
                            AND m.data IS NOT DISTINCT FROM b.data AND m.metadata IS NOT DISTINCT FROM b.metadata) AS same
          INTO _seen
          FROM unnest(ids, types, append_messages.data, append_messages.metadata)
               WITH ORDINALITY AS b(id, "type", data, metadata, nth)
          JOIN {{schema}}.messages m ON m.id = b.id AND m."time" > now() - interval '7 days';
        IF _seen.n = _n AND _seen.same THEN
            first_position := _seen.first_position;
            global_positions := _seen.global_positions;
            is_new := false;
            RETURN;
        ELSIF _seen.n > 0 THEN
            PERFORM {{schema}}.expect_version(append_messages.stream_name, append_messages.expected_version);
            RAISE EXCEPTION 'duplicate key value violates unique constraint "messages_id"'
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'messages_id',
                      DETAIL = format('id %s was used for another message, or a part of the batch was written before', _seen.id);
        END IF;
    END IF;

    IF coalesce(current_setting('eventodb.announced_' || '{{schema_text}}.messages'::regclass::oid, true), '') = '' THEN
        PERFORM {{schema}}.announce_positions(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0));
    END IF;
    FOR _try IN 1..2 LOOP
        SELECT array_agg(nextval('{{schema_text}}.messages_given_out')), max(nextval('{{schema_text}}.messages_global_position_seq'))
          INTO global_positions, _other FROM generate_series(1, _n);
        -- Those of the second try are behind where the sequence was set to.
        EXIT WHEN _other = global_positions[_n] OR {{schema}}.even_out(global_positions[_n]) = global_positions[_n];
    END LOOP;
    INSERT INTO {{schema}}.heads AS h (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (append_messages.stream_name, _n - 1, global_positions[_n], now(), now(), now(), _n)
    ON CONFLICT ON CONSTRAINT heads_pkey DO UPDATE
       SET "position" = h."position" + _n, global_position = excluded.global_position, "time" = excluded."time",
           first_time = least(h.first_time, excluded."time"), last_time = greatest(h.last_time, excluded."time"),
           messages = h.messages + _n
    RETURNING h."position" - _n + 1 INTO first_position;

    IF append_messages.expected_version <> first_position - 1 THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)',
            append_messages.expected_version, append_messages.stream_name, first_position - 1
            USING ERRCODE = 'raise_exception', CONSTRAINT = 'expected_version';
    END IF;

    PERFORM set_config('eventodb.heads_kept', 'on', true);
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT now(), b.global_position, first_position + b.nth - 1, append_messages.stream_name, b."type", b.data, b.metadata, b.id
      FROM unnest(global_positions, ids, types, append_messages.data, append_messages.metadata)
           WITH ORDINALITY AS b(global_position, id, "type", data, metadata, nth);
    GET DIAGNOSTICS _stored = ROW_COUNT;
    PERFORM set_config('eventodb.heads_kept', '', true);
    IF _stored <> _n THEN
        RAISE EXCEPTION 'of % messages % are there: a trigger or a rule on messages lets rows go', _n, _stored
            USING ERRCODE = 'EV001';
    END IF;
    IF clock_timestamp() > now() + interval '10 minutes'
       OR EXISTS (SELECT FROM {{schema}}.settings s WHERE s.settled_until > now())
    THEN
        PERFORM {{schema}}.count_again(now(), now());
    END IF;
    is_new := true;
END $$;
