-- Up to TimescaleDB 2.29 anybody may freeze and drop anybody's chunks. An update of the extension that makes these
-- functions anew gives the right back to everybody: run this again after one.
REVOKE EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), _timescaledb_functions.unfreeze_chunk(regclass),
    _timescaledb_functions.drop_chunk(regclass) FROM PUBLIC;
{{deprecated}}
