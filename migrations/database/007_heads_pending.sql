-- Ranges that were copied and whose messages the heads do not know yet: where much is copied, heads are raised for many
-- ranges at once, before anything is archived and before the namespace opens.
ALTER TABLE eventodb_store.migration_ranges ADD COLUMN heads_pending boolean NOT NULL DEFAULT false;

CREATE INDEX migration_ranges_heads_pending ON eventodb_store.migration_ranges (migration, first_position)
 WHERE heads_pending;
