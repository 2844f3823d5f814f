-- What each run of `lifecycle run` did to each namespace. A row is entered when a run has the lifecycle lock, and completed when
-- it ends: one that died leaves a row without an end. Rows older than 400 days go, and so do those beyond the newest 5,000 of a
-- namespace; what is in a row is bounded as well.
CREATE TABLE eventodb_store.runs (
    -- Not a foreign key: EventoDB's server deletes namespaces, too. `namespaces delete` takes its history with it.
    namespace        text NOT NULL,
    -- The process: one of all namespaces has a row for each.
    run_id           uuid NOT NULL,
    began_at         timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz,
    -- The session that works: while it holds the lifecycle lock, the run is under way.
    pid              integer NOT NULL DEFAULT pg_backend_pid(),
    -- The program's.
    version          text NOT NULL CHECK (octet_length(version) <= 64),
    result           text CHECK (result IN ('done', 'left', 'failed', 'busy', 'stopped')),
    exit_code        smallint,
    compressed       bigint NOT NULL DEFAULT 0,
    archived         bigint NOT NULL DEFAULT 0,
    waiting          bigint NOT NULL DEFAULT 0,
    copied           bigint NOT NULL DEFAULT 0,
    released         bigint NOT NULL DEFAULT 0,
    expired          bigint NOT NULL DEFAULT 0,
    held             bigint NOT NULL DEFAULT 0,
    swept            bigint NOT NULL DEFAULT 0,
    renewed          bigint NOT NULL DEFAULT 0,
    messages         bigint NOT NULL DEFAULT 0,
    csv_bytes        bigint NOT NULL DEFAULT 0,
    stored_bytes     bigint NOT NULL DEFAULT 0,
    freed_bytes      bigint NOT NULL DEFAULT 0,
    left_steps       bigint NOT NULL DEFAULT 0,
    -- How many steps failed, and the first few: target, error and hint.
    failed           bigint NOT NULL DEFAULT 0,
    failures         jsonb NOT NULL DEFAULT '[]'
        CHECK (jsonb_typeof(failures) = 'array' AND octet_length(failures::text) <= 16384),
    -- At the end: chunks and their bytes by state, and what the store holds of the namespace, copies left out.
    chunks           jsonb CHECK (jsonb_typeof(chunks) = 'object' AND octet_length(chunks::text) <= 2048),
    database_bytes   bigint,
    archives         bigint,
    archive_bytes    bigint,
    PRIMARY KEY (namespace, run_id),
    CHECK ((ended_at IS NULL) = (result IS NULL))
);

CREATE INDEX runs_by_time ON eventodb_store.runs (namespace, began_at, run_id);
CREATE INDEX runs_by_id ON eventodb_store.runs (run_id);

-- It runs as its owner: a role that runs nights adds to the history, and takes nothing from it.
CREATE FUNCTION eventodb_store.runs_keep_bounded() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_RELID <> 'eventodb_store.runs'::regclass THEN
        RAISE EXCEPTION 'this trigger is of eventodb_store.runs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM eventodb_store.runs r
     USING (SELECT n.namespace, l.began_at, l.run_id
              FROM (SELECT DISTINCT e.namespace FROM entered e) n
              LEFT JOIN LATERAL (SELECT o.began_at, o.run_id FROM eventodb_store.runs o WHERE o.namespace = n.namespace
                                  ORDER BY o.began_at DESC, o.run_id DESC OFFSET 5000 LIMIT 1) l ON true) first_to_go
     WHERE r.namespace = first_to_go.namespace
       AND (r.began_at < now() - interval '400 days'
            OR (r.began_at, r.run_id) <= (first_to_go.began_at, first_to_go.run_id));
    RETURN NULL;
END $$;

CREATE TRIGGER runs_keep_bounded AFTER INSERT ON eventodb_store.runs
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION eventodb_store.runs_keep_bounded();
REVOKE EXECUTE ON FUNCTION eventodb_store.runs_keep_bounded() FROM PUBLIC;

ALTER TABLE eventodb_store.runs ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading ON eventodb_store.runs FOR SELECT
    USING (eventodb_store.may(CURRENT_USER, 'read', namespace));
CREATE POLICY entering ON eventodb_store.runs FOR INSERT
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
-- What has ended stays as it was written.
CREATE POLICY changing ON eventodb_store.runs FOR UPDATE
    USING (eventodb_store.may(CURRENT_USER, 'archive', namespace) AND ended_at IS NULL)
    WITH CHECK (eventodb_store.may(CURRENT_USER, 'archive', namespace));
-- With its namespace.
CREATE POLICY removing ON eventodb_store.runs FOR DELETE
    USING (eventodb_store.may(CURRENT_USER, 'own', namespace));

-- The policies decide: a role that runs nights on a namespace needs no grant for its history.
GRANT SELECT, DELETE,
    INSERT (namespace, run_id, began_at, ended_at, version, result, exit_code, compressed, archived, waiting, copied, released,
        expired, held, swept, renewed, messages, csv_bytes, stored_bytes, freed_bytes, left_steps, failed, failures, chunks,
        database_bytes, archives, archive_bytes),
    UPDATE (ended_at, result, exit_code, compressed, archived, waiting, copied, released, expired, held, swept, renewed,
        messages, csv_bytes, stored_bytes, freed_bytes, left_steps, failed, failures, chunks, database_bytes, archives,
        archive_bytes)
    ON eventodb_store.runs TO PUBLIC;
