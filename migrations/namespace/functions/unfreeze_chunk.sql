-- Thaws a chunk of this namespace (check_own_chunk).
CREATE OR REPLACE FUNCTION {{schema}}.unfreeze_chunk(_chunk regclass) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM {{schema}}.check_own_chunk(_chunk);
    PERFORM _timescaledb_functions.unfreeze_chunk(_chunk);
END $$;
