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
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    _clash record;
BEGIN
    -- New streams first, in one order for everybody: two imports wait for each other and do not deadlock.
    INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
    SELECT n.stream_name, -1, 0, min(n."time"), min(n."time"), max(n."time"), 0
      FROM new_rows n GROUP BY n.stream_name ORDER BY n.stream_name
    ON CONFLICT DO NOTHING;

    -- Locks the heads, then looks: rows at or below a head may be there already, in another chunk or in an archive.
    FOR _clash IN
        SELECT h.stream_name, h."position" AS head
          FROM {{schema}}.heads h
          JOIN (SELECT n.stream_name, min(n."position") AS lo, count(*) <> count(DISTINCT n."position") AS doubled
                  FROM new_rows n GROUP BY n.stream_name) a USING (stream_name)
         WHERE a.lo <= h."position" OR a.doubled OR a.lo < 0
         ORDER BY h.stream_name FOR UPDATE OF h
    LOOP
        PERFORM {{schema}}.refuse_doubles(_clash.stream_name, _clash.head,
            ARRAY(SELECT n."position" FROM new_rows n WHERE n.stream_name = _clash.stream_name),
            ARRAY(SELECT n."time" FROM new_rows n WHERE n.stream_name = _clash.stream_name),
            ARRAY(SELECT n.global_position FROM new_rows n WHERE n.stream_name = _clash.stream_name));
    END LOOP;

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

-- Refuses rows whose place in the stream is taken: in a live chunk, within the same statement, or, as far as the ledger
-- can tell, in an archive.
CREATE FUNCTION {{schema}}.refuse_doubles(_stream_name text, _head bigint, _positions bigint[], _times timestamptz[],
                                          _global_positions bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    _double record;
BEGIN
    IF EXISTS (SELECT FROM unnest(_positions) p WHERE p < 0) THEN
        RAISE EXCEPTION 'position below 0 in stream %', _stream_name USING ERRCODE = 'check_violation';
    END IF;
    SELECT n.p INTO _double
      FROM unnest(_positions, _times) AS n(p, t)
      JOIN {{schema}}.messages m ON m.stream_name = _stream_name AND m."position" = n.p AND m."time" <> n.t
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'stream % already has a message at position %', _stream_name, _double.p
            USING ERRCODE = 'unique_violation';
    END IF;
    SELECT n.p, a.id INTO _double
      FROM unnest(_positions, _times, _global_positions) AS n(p, t, g)
      JOIN eventodb_store.archives a
        ON a.namespace = {{namespace_text}} AND a.state = 'dropped'
       AND n.t >= a.range_start AND n.t < a.range_end
       AND n.g BETWEEN a.first_global_position AND a.last_global_position
     WHERE n.p <= _head
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'position % of stream % lies in archive %', _double.p, _stream_name, _double.id
            USING ERRCODE = 'unique_violation', HINT = 'Rehydrate the archive instead.';
    END IF;
END $$;

CREATE TRIGGER keep_heads AFTER INSERT ON {{schema}}.messages
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (current_setting('eventodb.heads_kept', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION {{schema}}.keep_heads();

-- TRUNCATE is how EventoDB's server clears a namespace: streams start anew, and what was archived belongs to a life
-- that is over. The objects stay where they are.
CREATE FUNCTION {{schema}}.forget_heads() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    TRUNCATE {{schema}}.heads;
    UPDATE eventodb_store.archives
       SET state = 'expired', last_error = 'the namespace was cleared with TRUNCATE'
     WHERE namespace = {{namespace_text}} AND state IN ('verified', 'dropped', 'rehydrated');
    RETURN NULL;
END $$;

CREATE TRIGGER forget_heads AFTER TRUNCATE ON {{schema}}.messages
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.forget_heads();

-- A namespace that EventoDB's server made has messages already.
INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
SELECT DISTINCT ON (m.stream_name) m.stream_name, m."position", m.global_position, m."time",
       min(m."time") OVER s, max(m."time") OVER s, count(*) OVER s
  FROM {{schema}}.messages m
WINDOW s AS (PARTITION BY m.stream_name)
 ORDER BY m.stream_name, m."position" DESC, m.global_position DESC;
