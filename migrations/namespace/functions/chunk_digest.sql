-- What a chunk holds, in a number that does not depend on the order or on compression: equal digests and counts mean
-- that no row was added, removed or changed.
CREATE OR REPLACE FUNCTION {{schema}}.chunk_digest(_chunk regclass, OUT message_count bigint, OUT digest text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
BEGIN
    EXECUTE format('SELECT count(*), coalesce(sum(hashtextextended(m::text, 0)), 0)::text FROM %s m', _chunk)
       INTO message_count, digest;
END $$;
