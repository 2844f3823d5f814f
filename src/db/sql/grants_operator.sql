-- Makes schemas: a namespace each.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {{database}} TO {{role}};
GRANT USAGE ON SCHEMA eventodb_store TO {{role}};
GRANT SELECT, INSERT, UPDATE, DELETE ON eventodb_store.namespaces, eventodb_store.archives, eventodb_store.policies
    TO {{role}};
-- The record of erasures is added to, and never taken from.
GRANT SELECT, INSERT, UPDATE ON eventodb_store.erasures TO {{role}};
GRANT SELECT, INSERT, UPDATE ON eventodb_store.claims TO {{role}};
-- A new version's changes to registry and ledger are left to their owner: run its first `namespaces upgrade` as that one.
GRANT SELECT ON eventodb_store.admin_migrations TO {{role}};
GRANT EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass),
    _timescaledb_functions.drop_chunk(regclass) TO {{role}};
