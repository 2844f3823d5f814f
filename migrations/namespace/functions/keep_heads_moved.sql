-- Messages that somebody moves by UPDATE to another stream, position or global position: the heads follow, so that the
-- position is given to no other message, and what is taken already is refused as it is for an INSERT.
CREATE OR REPLACE FUNCTION {{schema}}.keep_heads_moved() RETURNS trigger
-- As the owner: whoever may change messages need not have rights on heads and ledger.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _head record;
    _moved text[] := coalesce(nullif(current_setting('eventodb.moved', true), '')::text[], '{}');
BEGIN
    IF TG_RELID <> '{{schema_text}}.messages'::regclass
       AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = TG_RELID AND i.inhparent = '{{schema_text}}.messages'::regclass)
    THEN
        RAISE EXCEPTION 'keep_heads_moved is for the messages of its own namespace' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW."position" < 0 THEN
        RAISE EXCEPTION 'position % of stream % is below 0', NEW."position", NEW.stream_name USING ERRCODE = 'unique_violation';
    END IF;
    IF NEW.global_position <> OLD.global_position
       AND EXISTS (SELECT FROM {{schema}}.messages m
                    WHERE m.global_position = NEW.global_position
                      AND (m.stream_name, m."position") <> (NEW.stream_name, NEW."position"))
    THEN
        RAISE EXCEPTION 'global position % is taken', NEW.global_position USING ERRCODE = 'unique_violation';
    END IF;
    IF (OLD.stream_name, OLD."position") = (NEW.stream_name, NEW."position") THEN
        UPDATE {{schema}}.heads SET global_position = NEW.global_position
         WHERE stream_name = NEW.stream_name AND "position" = NEW."position";
        RETURN NULL;
    END IF;
    -- Both heads in one order for everybody.
    INSERT INTO {{schema}}.heads (stream_name, "position", global_position, "time", first_time, last_time, messages)
    VALUES (NEW.stream_name, -1, 0, NEW."time", NEW."time", NEW."time", 0)
    ON CONFLICT DO NOTHING;
    PERFORM FROM {{schema}}.heads h WHERE h.stream_name IN (OLD.stream_name, NEW.stream_name) ORDER BY h.stream_name FOR UPDATE;
    UPDATE {{schema}}.heads SET messages = messages - 1 WHERE stream_name = OLD.stream_name;
    SELECT * INTO _head FROM {{schema}}.heads h WHERE h.stream_name = NEW.stream_name;
    IF NEW."position" <= _head."position" THEN
        -- The unique index sees only the message's own chunk.
        IF EXISTS (SELECT FROM {{schema}}.messages m
                    WHERE m.stream_name = NEW.stream_name AND m."position" = NEW."position" AND m."time" <> NEW."time")
        THEN
            RAISE EXCEPTION 'stream % has a message at position % already', NEW.stream_name, NEW."position"
                USING ERRCODE = 'unique_violation';
        END IF;
        -- Whether some of its messages are archived can be told when all rows of the statement are counted.
        IF EXISTS (SELECT FROM eventodb_store.archives a WHERE a.namespace = {{namespace_text}} AND a.state = 'dropped')
           AND NOT NEW.stream_name = ANY (_moved)
        THEN
            PERFORM set_config('eventodb.moved', (_moved || NEW.stream_name::text)::text, true);
        END IF;
    END IF;
    UPDATE {{schema}}.heads h
       SET "position" = greatest(h."position", NEW."position"),
           global_position = CASE WHEN NEW."position" > h."position" THEN NEW.global_position ELSE h.global_position END,
           "time" = CASE WHEN NEW."position" > h."position" THEN NEW."time" ELSE h."time" END,
           first_time = least(h.first_time, NEW."time"),
           last_time = greatest(h.last_time, NEW."time"),
           messages = h.messages + 1
     WHERE h.stream_name = NEW.stream_name;
    RETURN NULL;
END $$;
