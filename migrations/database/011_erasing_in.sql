-- The compressed chunk that an erasure is at work in: it is decompressed for it. Whoever takes the lifecycle lock after a run
-- that ended early compresses it again.
ALTER TABLE eventodb_store.erasures ADD COLUMN decompressed_chunk text;
