-- Restore drills: archives come back from a store into a throw-away namespace, are compared, and are gone again. A row a drill,
-- with its report as it also lies in the store. The newest 400 of a namespace are kept here; those in the store stay.
CREATE TABLE eventodb_store.drills (
    id             uuid PRIMARY KEY,
    namespace      text NOT NULL,
    -- The role of the session, and who ran the program on which machine.
    begun_by       text NOT NULL,
    began_at       timestamptz NOT NULL DEFAULT now(),
    -- The throw-away namespace, and its schema by name and number: by these, and by the drill's number in the registry, it is
    -- known as this drill's. Nothing else is ever dropped.
    scratch        text NOT NULL,
    scratch_schema text NOT NULL,
    scratch_oid    oid NOT NULL,
    -- What the archive holds that is brought into it: other messages in it are somebody's, and it stays.
    loading_messages bigint,
    loading_first  bigint,
    loading_last   bigint,
    -- When the throw-away namespace was gone.
    cleared_at     timestamptz,
    ended_at       timestamptz,
    -- 'killed': it has no end of its own, and a later drill has cleared up after it.
    verdict        text CHECK (verdict IN ('ok', 'failed', 'unknown', 'stopped', 'killed')),
    archives       integer,
    failed         integer,
    -- As it is stored, byte by byte.
    report         text,
    report_sha256  text,
    object_key     text,
    -- In which stores the report is wanted, and in which it is.
    stores         text[] NOT NULL DEFAULT '{}',
    stored         text[] NOT NULL DEFAULT '{}',
    CHECK ((ended_at IS NULL) = (verdict IS NULL))
);
CREATE INDEX drills_of_namespace ON eventodb_store.drills (namespace, began_at);

-- When an archive was last brought back from a store, and how long that took: a row for each store of an archive.
CREATE TABLE eventodb_store.drilled (
    archive         bigint NOT NULL REFERENCES eventodb_store.archives (id) ON DELETE CASCADE,
    namespace       text NOT NULL,
    store_url       text NOT NULL,
    drill           uuid NOT NULL,
    drilled_at      timestamptz NOT NULL DEFAULT now(),
    result          text NOT NULL CHECK (result IN ('ok', 'failed', 'unknown')),
    -- When it last came back as it was stored.
    last_ok_at      timestamptz,
    -- Of that time: reading and loading, without comparing.
    restore_seconds double precision,
    messages        bigint,
    csv_bytes       bigint,
    PRIMARY KEY (archive, store_url)
);
CREATE INDEX drilled_of_namespace ON eventodb_store.drilled (namespace);

-- A report that was written stays as it is: only what becomes of the scratch and of its copies in stores is noted later.
CREATE FUNCTION eventodb_store.drills_check_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       AND (NEW.ended_at, NEW.verdict, NEW.archives, NEW.failed, NEW.report, NEW.report_sha256, NEW.object_key, NEW.stores)
           IS DISTINCT FROM
           (OLD.ended_at, OLD.verdict, OLD.archives, OLD.failed, OLD.report, OLD.report_sha256, OLD.object_key, OLD.stores)
    THEN
        RAISE EXCEPTION 'drill % has ended, and its report stays as it is', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER drills_check_change BEFORE UPDATE ON eventodb_store.drills
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.drills_check_change();

-- Nobody may delete a drill; the oldest make room for new ones.
CREATE FUNCTION eventodb_store.drills_make_room() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM eventodb_store.drills d
     WHERE d.namespace = NEW.namespace AND d.cleared_at IS NOT NULL AND d.ended_at IS NOT NULL
       AND d.began_at < (SELECT n.began_at FROM eventodb_store.drills n WHERE n.namespace = NEW.namespace
                          ORDER BY n.began_at DESC OFFSET 399 LIMIT 1);
    RETURN NULL;
END $$;

CREATE TRIGGER drills_make_room AFTER INSERT ON eventodb_store.drills
    FOR EACH ROW EXECUTE FUNCTION eventodb_store.drills_make_room();

-- Nobody hangs them on a table of their own.
REVOKE EXECUTE ON FUNCTION eventodb_store.drills_check_change(), eventodb_store.drills_make_room() FROM PUBLIC;

ALTER TABLE eventodb_store.drills ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.drills FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.drills FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace) AND ended_at IS NULL);
CREATE POLICY changing ON eventodb_store.drills FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));

ALTER TABLE eventodb_store.drilled ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.drilled FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.drilled FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace)
                AND EXISTS (SELECT FROM eventodb_store.archives a WHERE a.id = archive AND a.namespace = drilled.namespace));
CREATE POLICY changing ON eventodb_store.drilled FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace))
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'own', namespace));

-- The policies decide: whoever owns a namespace drills it, and whoever may read it sees its drills.
GRANT SELECT, INSERT (id, namespace, begun_by, scratch, scratch_schema, scratch_oid),
    UPDATE (loading_messages, loading_first, loading_last, cleared_at, ended_at, verdict, archives, failed, report,
            report_sha256, object_key, stores, stored)
    ON eventodb_store.drills TO PUBLIC;
GRANT SELECT, INSERT (archive, namespace, store_url, drill, drilled_at, result, last_ok_at, restore_seconds, messages, csv_bytes),
    UPDATE (drill, drilled_at, result, last_ok_at, restore_seconds, messages, csv_bytes)
    ON eventodb_store.drilled TO PUBLIC;
