-- TimescaleDB's functions that freeze, thaw and drop a chunk ask for no right on it up to 2.29.0, and from then on for its
-- owner's. These do it for whoever may call them, with the rights of the namespace's owner, and on no other chunk than the
-- namespace's own: a role that archives needs no right on the server's.
CREATE OR REPLACE FUNCTION {{schema}}.check_own_chunk(_chunk regclass) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = _chunk) THEN
        RAISE EXCEPTION 'the chunk is gone' USING ERRCODE = 'undefined_table';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_inherits i
                    WHERE i.inhrelid = _chunk AND i.inhparent = '{{schema_text}}.messages'::regclass)
    THEN
        RAISE EXCEPTION '% is no chunk of namespace %', _chunk, {{namespace_text}} USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;
