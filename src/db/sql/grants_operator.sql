-- Makes schemas: a namespace each.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {{database}} TO {{role}};
GRANT USAGE ON SCHEMA eventodb_store TO {{role}};
-- Enters and removes namespaces, its own alone (a trigger looks), and sees the hashes of no tokens.
REVOKE SELECT, UPDATE ON eventodb_store.namespaces FROM {{role}};
GRANT SELECT (id, schema_name, description, created_at, metadata), INSERT, DELETE ON eventodb_store.namespaces TO {{role}};
GRANT SELECT ON eventodb_store.archives TO {{role}};
GRANT SELECT, INSERT, UPDATE, DELETE ON eventodb_store.policies TO {{role}};
-- The record of erasures is added to, and never taken from.
REVOKE INSERT, UPDATE ON eventodb_store.erasures FROM {{role}};
GRANT SELECT, INSERT (namespace, stream_name, reason, erased_by),
    UPDATE (finished_at, last_error, live_messages, archived_messages, archives, decompressed_chunk) ON eventodb_store.erasures TO {{role}};
GRANT SELECT ON eventodb_store.claims TO {{role}};
-- A new version's changes to registry and ledger are left to their owner: run its first `namespaces upgrade` as that one.
GRANT SELECT ON eventodb_store.admin_migrations TO {{role}};
-- The namespace's own functions call these as its owner.
GRANT EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass),
    _timescaledb_functions.drop_chunk(regclass) TO {{chunk_owner}};
