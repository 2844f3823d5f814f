-- Aims by space: how much room a namespace's chunks may take after a night, how much of the disk stays free, and since when at
-- least the range of a chunk must have ended before it leaves the database.
ALTER TABLE eventodb_store.policies
    ADD COLUMN keep_at_most bigint CHECK (keep_at_most > 0),
    -- The disk that the database lies on: a part of it in percent, or bytes.
    ADD COLUMN keep_free_percent double precision CHECK (keep_free_percent > 0 AND keep_free_percent < 100),
    ADD COLUMN keep_free_bytes bigint CHECK (keep_free_bytes > 0),
    -- Not `keep_at_least`, which keeps archives from going (018): this keeps chunks in the database.
    ADD COLUMN keep_live_at_least interval CHECK (keep_live_at_least >= interval '0'),
    -- Where the program cannot see the disk.
    ADD COLUMN disk_size bigint CHECK (disk_size > 0),
    ADD CONSTRAINT policies_keep_free CHECK (keep_free_percent IS NULL OR keep_free_bytes IS NULL);
