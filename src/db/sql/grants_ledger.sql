-- The ledger: of this namespace's rows what a run writes, and never which archive of which range a row is, or where it lies.
-- (Its policies on rows say which are the namespace's. Earlier versions gave rights on whole rows.)
REVOKE INSERT, UPDATE, DELETE ON eventodb_store.archives FROM {{role}};
GRANT INSERT (namespace, range_start, range_end, generation, chunk_name, state, protocol, store_url, object_key,
    manifest_key, heads_key, codec, message_count, first_global_position, last_global_position, global_position_sum,
    first_time, last_time, csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256, previous_manifest_sha256,
    category_counts, doubled_global_positions, frozen_chunk, attempts, created_at, dropped_at),
    UPDATE (state, message_count, first_global_position, last_global_position, global_position_sum, first_time, last_time,
    csv_bytes, csv_sha256, stored_bytes, stored_sha256, manifest_sha256, previous_manifest_sha256, category_counts,
    doubled_global_positions, content_digest, frozen_chunk, superseded_by, last_error, verified_at, read_back_at, dropped_at,
    rehydrated_at, lease_until, objects, locked_until, lock_mode)
    ON eventodb_store.archives TO {{role}};
-- Which stores are this database's: each run that changes something moves the mark on.
REVOKE UPDATE ON eventodb_store.claims FROM {{role}};
GRANT INSERT, UPDATE (claim_id, epoch, mark, next_mark, system_identifier, database_oid, database, timeline, sources,
    changed_at) ON eventodb_store.claims TO {{role}};
