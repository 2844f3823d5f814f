-- When an archive was last read back from the store, whole and equal: a drop that SQL alone decides needs a proof of today.
ALTER TABLE eventodb_store.archives ADD COLUMN read_back_at timestamptz;

-- Global positions in it that another message had as well, in the same chunk or elsewhere, when it was exported: it comes
-- back beside those, and beside no others.
ALTER TABLE eventodb_store.archives ADD COLUMN doubled_global_positions int8multirange;
