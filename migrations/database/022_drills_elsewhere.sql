-- Drills into another database. The row here is entered first and says where; a row there, in the throw-away namespace's own
-- database, has its marks.
ALTER TABLE eventodb_store.drills
    -- host:port/database, without a user; none where the throw-away namespace is in this database.
    ADD COLUMN place text,
    -- The cluster there, where the role could read it, and the database's number in it.
    ADD COLUMN place_system text,
    ADD COLUMN place_database bigint,
    -- It is of a namespace of this name that was deleted: a later one has no part in it.
    ADD COLUMN former boolean NOT NULL DEFAULT false,
    ALTER COLUMN scratch_oid DROP NOT NULL,
    ADD CONSTRAINT drills_place CHECK ((place IS NULL) = (scratch_oid IS NOT NULL) AND (place IS NULL) = (place_database IS NULL));

ALTER TABLE eventodb_store.drilled
    ADD COLUMN former boolean NOT NULL DEFAULT false,
    -- Of `restore_seconds`: what an archive of any size takes.
    ADD COLUMN fixed_seconds double precision;

GRANT INSERT (place, place_system, place_database), UPDATE (former) ON eventodb_store.drills TO PUBLIC;
GRANT INSERT (fixed_seconds), UPDATE (fixed_seconds, former) ON eventodb_store.drilled TO PUBLIC;
