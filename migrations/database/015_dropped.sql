-- How far archives reach is noted in the namespace, at the end of the transaction in which a chunk is dropped: reads behind it
-- need not look into the ledger.
CREATE FUNCTION eventodb_store.archives_note_dropped() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _schema text;
BEGIN
    SELECT n.schema_name INTO _schema FROM eventodb_store.namespaces n WHERE n.id = NEW.namespace;
    -- A namespace that is being migrated is in no registry yet.
    IF _schema IS NULL THEN
        RETURN NULL;
    END IF;
    -- One that an earlier version made has nothing to note it in: it looks when it is upgraded.
    IF to_regprocedure(format('%I.note_dropped(timestamptz, bigint)', _schema)) IS NOT NULL THEN
        EXECUTE format('SELECT %I.note_dropped($1, $2)', _schema)
          USING NEW.range_end, coalesce(NEW.last_global_position, CASE WHEN NEW.message_count > 0 THEN 9223372036854775807 END);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER archives_note_dropped
    AFTER INSERT OR UPDATE OF state, range_end, last_global_position ON eventodb_store.archives
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'dropped')
    EXECUTE FUNCTION eventodb_store.archives_note_dropped();
