-- What was changed at a source after a range was copied shows by the transaction that wrote it: none of those below this one, in the
-- source's cluster, was open any more when the range was read. A range that an earlier version copied has none.
ALTER TABLE eventodb_store.migration_ranges ADD COLUMN source_horizon bigint;
