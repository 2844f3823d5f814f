-- Object Lock: until when the store keeps an archive's objects from being deleted, and by which mode, as it was last seen there.
ALTER TABLE eventodb_store.archives
    ADD COLUMN locked_until timestamptz,
    ADD COLUMN lock_mode text CHECK (lock_mode IN ('governance', 'compliance')),
    ADD CONSTRAINT archives_lock CHECK ((locked_until IS NULL) = (lock_mode IS NULL));

-- Each copy in a further store has a lock of its own.
ALTER TABLE eventodb_store.copies
    ADD COLUMN locked_until timestamptz,
    ADD COLUMN lock_mode text CHECK (lock_mode IN ('governance', 'compliance')),
    ADD CONSTRAINT copies_lock CHECK ((locked_until IS NULL) = (lock_mode IS NULL));
GRANT UPDATE (locked_until, lock_mode) ON eventodb_store.copies TO PUBLIC;

ALTER TABLE eventodb_store.policies
    -- From when an archive's objects are written.
    ADD COLUMN lock_for interval CHECK (lock_for > interval '0'),
    ADD COLUMN lock_mode text CHECK (lock_mode IN ('governance', 'compliance')),
    -- Whether `lifecycle run` keeps archives locked for as long from each night on.
    ADD COLUMN lock_renew boolean NOT NULL DEFAULT false,
    -- From the end of an archive's range. Until then nobody prunes it, and it does not expire.
    ADD COLUMN keep_at_least interval CHECK (keep_at_least >= interval '0'),
    ADD CONSTRAINT policies_lock CHECK ((lock_for IS NULL) = (lock_mode IS NULL));
