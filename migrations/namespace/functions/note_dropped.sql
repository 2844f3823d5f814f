-- The ledger says that a chunk was dropped (trigger `archives_note_dropped`): how far archives reach, and how many were dropped,
-- in the snapshot and past it. The row is locked until the transaction is over, so that the two numbers differ where the
-- snapshot is older than a drop, and else only where the last one was undone.
CREATE OR REPLACE FUNCTION {{schema}}.note_dropped(_until timestamptz, _position bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH noted AS (
        UPDATE {{schema}}.settings s
           SET archived_until = greatest(s.archived_until, _until), archived_position = greatest(s.archived_position, _position),
               chunk_drops = s.chunk_drops + 1
        RETURNING s.chunk_drops)
    SELECT setval('{{schema_text}}.messages_chunk_drops', n.chunk_drops) FROM noted n
$$;
