-- One row a stream: where it stands. It makes the version check one index probe however many chunks there are, lives on
-- when the chunk with the stream's last message is dropped, and counts what was ever stored, so that a loss shows.
CREATE TABLE {{schema}}.heads (
    stream_name     text COLLATE "C" PRIMARY KEY,
    "position"      bigint NOT NULL,
    -- Of the message at "position".
    global_position bigint NOT NULL,
    "time"          timestamptz NOT NULL,
    -- Of all messages of the stream: which chunks a read has to look into.
    first_time      timestamptz NOT NULL,
    last_time       timestamptz NOT NULL,
    messages        bigint NOT NULL CHECK (messages >= 0)
) WITH (fillfactor = 70);

-- Rows that come by COPY or plain INSERT (EventoDB's import, psql) reach heads once a statement. write_message and
-- rehydrate write heads themselves and set eventodb.heads_kept meanwhile.
CREATE FUNCTION {{schema}}.keep_heads() RETURNS trigger
-- As the owner: whoever may insert messages need not have rights on heads and ledger.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _double record;
BEGIN
    -- Hung on another table, this would write heads for messages that are not there.
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'keep_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
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
           messages = h.messages + a.n
      FROM (SELECT n.stream_name, max(n."position") AS hi, min(n."time") AS first_time, max(n."time") AS last_time,
                   count(*) AS n
              FROM new_rows n GROUP BY n.stream_name) a
      JOIN new_rows l ON l.stream_name = a.stream_name AND l."position" = a.hi
     WHERE h.stream_name = a.stream_name;
    RETURN NULL;
END $$;

-- It runs with the owner's rights: nobody else may make a trigger of it.
REVOKE EXECUTE ON FUNCTION {{schema}}.keep_heads() FROM PUBLIC;

CREATE TRIGGER keep_heads AFTER INSERT ON {{schema}}.messages
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    -- Whoever may not write heads cannot leave this out either.
    WHEN (current_setting('eventodb.heads_kept', true) IS DISTINCT FROM 'on'
          OR NOT has_table_privilege('{{schema_text}}.heads', 'UPDATE'))
    EXECUTE FUNCTION {{schema}}.keep_heads();

-- TRUNCATE is how EventoDB's server clears a namespace: streams start anew, and what was archived belongs to a life
-- that is over. The objects stay where they are.
CREATE FUNCTION {{schema}}.forget_heads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass THEN
        RAISE EXCEPTION 'forget_heads is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    TRUNCATE {{schema}}.heads;
    UPDATE eventodb_store.archives
       SET state = 'failed', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('planned', 'exported', 'uploaded');
    UPDATE eventodb_store.archives
       SET state = 'expired', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('verified', 'dropped', 'rehydrated');
    RETURN NULL;
END $$;

REVOKE EXECUTE ON FUNCTION {{schema}}.forget_heads() FROM PUBLIC;

CREATE TRIGGER forget_heads AFTER TRUNCATE ON {{schema}}.messages
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.forget_heads();

-- A namespace that EventoDB's server made has messages already.
INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
SELECT DISTINCT ON (m.stream_name) m.stream_name, m."position", m.global_position, m."time",
       min(m."time") OVER s, max(m."time") OVER s, count(*) OVER s
  FROM {{schema}}.messages m
WINDOW s AS (PARTITION BY m.stream_name)
 ORDER BY m.stream_name, m."position" DESC, m.global_position DESC;
