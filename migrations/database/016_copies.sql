-- Copies of archives in further stores: the same objects under the same names, each copy proven by its own read-back. The store
-- that the archive's own row names is the first copy, and has no row here.
CREATE TABLE eventodb_store.copies (
    archive      bigint NOT NULL REFERENCES eventodb_store.archives (id) ON DELETE CASCADE,
    namespace    text NOT NULL,
    store_url    text NOT NULL,
    -- planned: a run has begun to make it. verified: read back and equal. damaged: it was not found whole; it is made anew from
    -- another copy. deleting: the archive's objects are gone, and the copy's are to go. erasing: with all their versions.
    -- deleted: gone. abandoned: the store was taken out of service, and nobody looks there any more.
    state        text NOT NULL DEFAULT 'planned' CHECK (state IN
        ('planned', 'verified', 'damaged', 'deleting', 'erasing', 'deleted', 'abandoned')),
    verified_at  timestamptz,
    -- When it was last read back from its store, whole and equal.
    read_back_at timestamptz,
    last_error   text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (archive, store_url)
);
CREATE INDEX copies_to_go ON eventodb_store.copies (namespace) WHERE state IN ('deleting', 'erasing');

-- Where verified copies lie, in the archive's row: whoever may read the ledger finds them, by rights given before there were any.
ALTER TABLE eventodb_store.archives ADD COLUMN copies text[] NOT NULL DEFAULT '{}';

-- In which stores a namespace's archives are kept beside the policy's own, and in how many an archive must lie before its
-- chunk is dropped; NULL: in all of them.
ALTER TABLE eventodb_store.policies ADD COLUMN copies text[] NOT NULL DEFAULT '{}',
    ADD COLUMN drop_after_copies integer CHECK (drop_after_copies > 0);

-- The state machine, kept by the database. A copy that is to go never counts again, and one is verified only from where it is
-- made or was damaged. One that is only moved away may be made again.
CREATE FUNCTION eventodb_store.copies_check_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := now();
    IF OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('planned', 'verified'), ('planned', 'damaged'), ('planned', 'deleting'), ('planned', 'erasing'),
        ('planned', 'abandoned'),
        ('verified', 'damaged'), ('verified', 'deleting'), ('verified', 'erasing'), ('verified', 'abandoned'),
        ('damaged', 'verified'), ('damaged', 'planned'), ('damaged', 'deleting'), ('damaged', 'erasing'),
        ('damaged', 'abandoned'),
        ('deleting', 'deleted'), ('deleting', 'erasing'), ('deleting', 'abandoned'),
        ('erasing', 'deleted'), ('erasing', 'abandoned'),
        -- Versions that the bucket has hidden go as well.
        ('deleted', 'erasing'),
        -- The store is in service again, and has what should be gone by now.
        ('abandoned', 'deleting'), ('abandoned', 'erasing'),
        ('deleted', 'planned'), ('abandoned', 'planned'))
        -- What was to be moved away, and is wanted again.
        OR (OLD.state = 'deleting' AND NEW.state = 'planned'
            AND EXISTS (SELECT FROM eventodb_store.archives a WHERE a.id = NEW.archive AND a.objects = 'kept'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the copy of archive % in % cannot go from % to %', OLD.archive, OLD.store_url, OLD.state, NEW.state
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER copies_check_transition BEFORE UPDATE ON eventodb_store.copies
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.copies_check_transition();

-- It runs as its owner: the archive's row is not one that a role may say where its copies lie.
CREATE FUNCTION eventodb_store.copies_tell_archive() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _archive bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.archive ELSE NEW.archive END;
BEGIN
    IF TG_RELID <> 'eventodb_store.copies'::regclass THEN
        RAISE EXCEPTION 'this trigger is of eventodb_store.copies' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE eventodb_store.archives a
       SET copies = ARRAY(SELECT c.store_url FROM eventodb_store.copies c
                           WHERE c.archive = _archive AND c.state = 'verified' AND c.store_url IS DISTINCT FROM a.store_url
                           ORDER BY c.created_at, c.store_url)
     WHERE a.id = _archive;
    RETURN NULL;
END $$;

CREATE TRIGGER copies_tell_archive AFTER INSERT OR DELETE OR UPDATE OF state ON eventodb_store.copies
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.copies_tell_archive();

-- Whatever has an archive's objects removed has those of its copies removed as well: nothing can leave it out. As the owner:
-- roles that were given rights before there were copies do so, too.
CREATE FUNCTION eventodb_store.archives_let_copies_go() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_RELID <> 'eventodb_store.archives'::regclass THEN
        RAISE EXCEPTION 'this trigger is of eventodb_store.archives' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE eventodb_store.copies c
       SET state = CASE WHEN NEW.objects = 'erasing' THEN 'erasing' ELSE 'deleting' END
     WHERE c.archive = NEW.id
       AND (c.state IN ('planned', 'verified', 'damaged')
            OR c.state IN ('deleting', 'deleted') AND NEW.objects = 'erasing');
    RETURN NULL;
END $$;

CREATE TRIGGER archives_let_copies_go AFTER UPDATE OF objects ON eventodb_store.archives
    FOR EACH ROW WHEN (NEW.objects IN ('erasing', 'deleted') AND OLD.objects IS DISTINCT FROM NEW.objects)
    EXECUTE FUNCTION eventodb_store.archives_let_copies_go();

-- A copy takes the place of the one that the archive's row names, whose store is away or is given up: that becomes one of the
-- copies, each with the lock that its store has on it (018). Roles may not say where an archive lies: they may say which of its
-- verified copies is the first.
CREATE FUNCTION eventodb_store.use_copy(_archive bigint, _from text, _to text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    _first eventodb_store.archives;
    _copy eventodb_store.copies;
BEGIN
    SELECT a.* INTO _first FROM eventodb_store.archives a
     WHERE a.id = _archive AND a.store_url = _from AND a.objects = 'kept'
       AND a.state IN ('verified', 'dropped', 'rehydrated', 'expired')
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Who asks, and not whom this runs as.
    IF NOT eventodb_store.may(coalesce(nullif(current_setting('role', true), 'none'), session_user)::name, 'archive', _first.namespace)
    THEN
        RAISE EXCEPTION 'archive % is not this role''s to change', _archive USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM eventodb_store.copies c WHERE c.archive = _archive AND c.store_url = _to AND c.state = 'verified'
      RETURNING c.* INTO _copy;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE eventodb_store.archives a
       SET store_url = _to, locked_until = _copy.locked_until, lock_mode = _copy.lock_mode
     WHERE a.id = _archive;
    -- What is known of the other one is what was known of the archive.
    INSERT INTO eventodb_store.copies (archive, namespace, store_url, state, verified_at, locked_until, lock_mode)
         VALUES (_archive, _first.namespace, _from, 'verified', now(), _first.locked_until, _first.lock_mode)
    ON CONFLICT (archive, store_url) DO UPDATE
       SET state = 'verified', locked_until = excluded.locked_until, lock_mode = excluded.lock_mode;
    RETURN true;
END $$;

-- Nobody hangs them on a table of their own.
REVOKE EXECUTE ON FUNCTION eventodb_store.copies_tell_archive(), eventodb_store.archives_let_copies_go() FROM PUBLIC;

ALTER TABLE eventodb_store.copies ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.copies FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.copies FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace)
                AND EXISTS (SELECT FROM eventodb_store.archives a WHERE a.id = archive AND a.namespace = copies.namespace));
CREATE POLICY changing ON eventodb_store.copies FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
-- The policies decide: whoever may read or archive a namespace needs no grant for the copies of its archives.
GRANT SELECT, INSERT (archive, namespace, store_url), UPDATE (state, verified_at, read_back_at, last_error)
    ON eventodb_store.copies TO PUBLIC;
