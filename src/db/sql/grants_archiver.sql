-- `lifecycle run` notes how it went, and changes no policy.
GRANT UPDATE (last_run_at, last_success_at, last_error) ON eventodb_store.policies TO {{role}};
-- Heads that a chunk should have raised are raised before it goes.
GRANT INSERT, UPDATE ON {{schema}}.heads TO {{role}};
-- What an archive holds is counted before its chunk goes.
GRANT INSERT, DELETE ON {{schema}}.counted, {{schema}}.counts, {{schema}}.recount, {{schema}}.spans, {{schema}}.unsettled
    TO {{role}};
GRANT UPDATE (settled_until, settled_position, chunk_interval, is_compressed) ON {{schema}}.settings TO {{role}};
-- INSERT brings archives back; without DELETE the server lets nobody lock a chunk against writers.
GRANT INSERT, DELETE ON {{schema}}.messages TO {{role}};
-- An archive that comes back moves the sequence forward.
GRANT SELECT, UPDATE ON SEQUENCE {{schema}}.messages_global_position_seq TO {{role}};
GRANT SELECT ON SEQUENCE {{schema}}.messages_given_out TO {{role}};
-- These do it with the owner's rights, on chunks of this namespace alone.
GRANT EXECUTE ON FUNCTION {{schema}}.freeze_chunk(regclass), {{schema}}.unfreeze_chunk(regclass),
    {{schema}}.drop_chunk(regclass), {{schema}}.announce_return(),
    {{schema}}.note_returned(), {{schema}}.note_dropped(timestamptz, bigint) TO {{role}};
