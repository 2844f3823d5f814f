-- Archived messages that come back are announced before the transaction commits: readers of the namespace who ask for archived
-- messages have ended, and those that come are told by a note whether they see them. This is for whoever does it in another way
-- than the program, which waits in short turns before; nobody can leave it out.
CREATE FUNCTION eventodb_store.archives_announce_return() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _schema text;
BEGIN
    SELECT n.schema_name INTO _schema FROM eventodb_store.namespaces n WHERE n.id = NEW.namespace;
    -- A namespace that is being migrated is in no registry yet, and nobody reads it.
    IF _schema IS NULL THEN
        RETURN NULL;
    END IF;
    IF to_regprocedure(format('%I.announce_return()', _schema)) IS NOT NULL THEN
        EXECUTE format('SELECT %I.announce_return()', _schema);
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER archives_announce_return AFTER UPDATE ON eventodb_store.archives
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state = 'dropped' AND NEW.state = 'rehydrated')
    EXECUTE FUNCTION eventodb_store.archives_announce_return();
