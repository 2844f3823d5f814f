-- Up to TimescaleDB 2.29.0 whoever may call these freezes and drops anybody's chunks; who archives calls the functions of a
-- namespace instead, which call these as its owner. An update of the extension that makes them anew gives the right back to
-- everybody: run this again after one.
REVOKE EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass),
    _timescaledb_functions.drop_chunk(regclass) FROM PUBLIC;
{{chunk_functions}}
{{deprecated}}
