-- What a new namespace has behind its tables and functions: triggers, rights, and what archives of its name say.

ALTER TABLE {{schema}}.messages ALTER COLUMN global_position SET DEFAULT {{schema}}.next_global_position();

-- Rows that come by COPY or plain INSERT (EventoDB's import, psql) reach heads once a statement. write_message and
-- rehydrate write heads themselves and set eventodb.heads_kept meanwhile.
CREATE TRIGGER keep_heads AFTER INSERT ON {{schema}}.messages
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    -- Whoever may not write heads cannot leave this out either.
    WHEN (current_setting('eventodb.heads_kept', true) IS DISTINCT FROM 'on'
          OR NOT has_table_privilege('{{schema_text}}.heads', 'UPDATE'))
    EXECUTE FUNCTION {{schema}}.keep_heads();
CREATE TRIGGER count_all_again_deleted AFTER DELETE ON {{schema}}.messages
    FOR EACH STATEMENT
    WHEN (current_setting('eventodb.heads_kept', true) IS DISTINCT FROM 'on'
          OR NOT has_table_privilege('{{schema_text}}.heads', 'UPDATE'))
    EXECUTE FUNCTION {{schema}}.count_all_again();
CREATE TRIGGER count_all_again_updated AFTER UPDATE OF "time", stream_name, "type", global_position ON {{schema}}.messages
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.count_all_again();
CREATE TRIGGER keep_heads_moved AFTER UPDATE OF stream_name, "position", global_position ON {{schema}}.messages
    FOR EACH ROW
    WHEN ((OLD.stream_name, OLD."position", OLD.global_position)
          IS DISTINCT FROM (NEW.stream_name, NEW."position", NEW.global_position))
    EXECUTE FUNCTION {{schema}}.keep_heads_moved();
CREATE TRIGGER end_of_move AFTER UPDATE OF stream_name, "position" ON {{schema}}.messages
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.end_of_move();
-- TRUNCATE is how EventoDB's server clears a namespace: streams start anew.
CREATE TRIGGER forget_heads AFTER TRUNCATE ON {{schema}}.messages
    FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.forget_heads();

-- For who is granted them alone: writers, archivers, triggers.
REVOKE EXECUTE ON FUNCTION
    {{schema}}.keep_heads, {{schema}}.forget_heads, {{schema}}.keep_heads_moved, {{schema}}.end_of_move,
    {{schema}}.count_again, {{schema}}.count_all_again,
    {{schema}}.write_message, {{schema}}.append_message, {{schema}}.append_messages, {{schema}}.expect_version,
    {{schema}}.announce_positions, {{schema}}.even_out, {{schema}}.next_global_position, {{schema}}.note_given_out,
    {{schema}}.raise_given_out, {{schema}}.take_positions,
    {{schema}}.freeze_chunk, {{schema}}.unfreeze_chunk, {{schema}}.drop_chunk, {{schema}}.note_dropped,
    {{schema}}.announce_return, {{schema}}.note_returned,
    {{schema}}.identify_messages, {{schema}}.make_archived_text
FROM PUBLIC;
-- Whoever may insert needs it, and nobody is harmed by a position that is left out.
GRANT EXECUTE ON FUNCTION {{schema}}.next_global_position() TO PUBLIC;

-- Change data capture tells messages by id and time.
DO $$ BEGIN PERFORM {{schema}}.identify_messages(); END $$;

INSERT INTO {{schema}}.settings (chunk_interval)
SELECT greatest(d.time_interval, interval '1 second') FROM timescaledb_information.dimensions d
 WHERE d.hypertable_schema = {{schema_name_text}} AND d.hypertable_name = 'messages';

-- A namespace of this name may have been here before, whose archives are still in the ledger: nothing that they have is given out
-- again, and reads know how far they reach.
DO $$
DECLARE
    _highest bigint := (SELECT max(a.last_global_position) FROM eventodb_store.archives a
                         WHERE a.namespace = {{namespace_text}} AND a.state IN ('verified', 'dropped', 'rehydrated'));
BEGIN
    IF _highest > 0 THEN
        PERFORM setval('{{schema_text}}.messages_given_out', _highest), setval('{{schema_text}}.messages_global_position_seq', _highest);
    END IF;
    PERFORM setval('{{schema_text}}.messages_chunk_drops', 0);
END $$;

UPDATE {{schema}}.settings s
   SET archived_until = greatest(s.archived_until, d.until), archived_position = greatest(s.archived_position, d."position")
  FROM (SELECT max(a.range_end) AS until,
               max(coalesce(a.last_global_position, CASE WHEN a.message_count > 0 THEN 9223372036854775807 END)) AS "position"
          FROM eventodb_store.archives a
         WHERE a.namespace = {{namespace_text}} AND a.state NOT IN ('failed', 'expired', 'discarded')) d
 WHERE d.until IS NOT NULL;
