-- A chunk counted in two ways, as queries see it and as its files have it: where they differ, something hides messages.
-- NULL in "stored" where it is compressed and the table of its compressed rows is not found.
CREATE OR REPLACE FUNCTION {{schema}}.chunk_witness(_chunk regclass, OUT seen bigint, OUT stored bigint)
LANGUAGE plpgsql VOLATILE
-- Without indexes, a damaged one of which hides rows as well; and where a policy on rows hides some, it fails.
SET search_path = pg_catalog, pg_temp SET row_security = off SET enable_indexscan = off SET enable_indexonlyscan = off
SET enable_bitmapscan = off AS $$
DECLARE
    _compressed text;
    _batches bigint := 0;
BEGIN
    SELECT coalesce(
               (SELECT to_jsonb(s) ->> 'compress_relid' FROM _timescaledb_catalog.compression_settings s
                 WHERE s.relid = _chunk),
               (SELECT format('%I.%I', to_jsonb(z) ->> 'schema_name', to_jsonb(z) ->> 'table_name')
                  FROM _timescaledb_catalog.chunk h
                  JOIN _timescaledb_catalog.chunk z ON z.id = (to_jsonb(h) ->> 'compressed_chunk_id')::int
                 WHERE h.id = _timescaledb_functions.chunk_id_from_relid(_chunk)))
      INTO _compressed;
    EXECUTE format('SELECT count(*) FROM %s', _chunk) INTO seen;
    EXECUTE format('SELECT count(*) FROM ONLY %s', _chunk) INTO stored;
    IF _compressed IS NOT NULL THEN
        EXECUTE format('SELECT coalesce(sum(_ts_meta_count), 0) FROM ONLY %s', _compressed::regclass) INTO _batches;
        stored := stored + _batches;
    ELSIF _timescaledb_functions.chunk_status(_chunk) & 1 <> 0 THEN
        stored := NULL;
    END IF;
END $$;
