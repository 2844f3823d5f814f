-- For reads that ask whether they go below what is archived: one that does not finds nothing here, in one probe.
CREATE INDEX archives_dropped_last ON eventodb_store.archives (namespace, last_global_position) WHERE state = 'dropped';
CREATE INDEX archives_dropped_end ON eventodb_store.archives (namespace, range_end) WHERE state = 'dropped';
CREATE INDEX archives_rehydrated ON eventodb_store.archives (namespace, rehydrated_at) WHERE state = 'rehydrated';
