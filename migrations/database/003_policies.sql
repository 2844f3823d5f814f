-- What `lifecycle run` does with a namespace, and how its last runs went. An age that is NULL means: never.
CREATE TABLE eventodb_store.policies (
    namespace              text PRIMARY KEY,
    compress_after         interval CHECK (compress_after >= interval '0'),
    archive_after          interval CHECK (archive_after >= interval '0'),
    -- From when an archive came back; one with a lease waits for the end of that.
    drop_rehydrated_after  interval CHECK (drop_rehydrated_after >= interval '0'),
    -- From the end of an archive's range. What expires is gone for good.
    expire_archives_after  interval CHECK (expire_archives_after >= interval '0'),
    store_url              text,
    last_run_at            timestamptz,
    last_success_at        timestamptz,
    last_error             text,
    updated_at             timestamptz NOT NULL DEFAULT now()
);
