-- message_count is an estimate (the planner's), because counting would read every chunk.
CREATE OR REPLACE FUNCTION {{schema}}.get_chunks()
RETURNS TABLE (chunk_name text, range_start timestamptz, range_end timestamptz, is_compressed boolean,
               size_bytes bigint, message_count bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.chunk_name::text, c.range_start, c.range_end, c.is_compressed,
           d.total_bytes::bigint, greatest(k.reltuples, 0)::bigint
      FROM timescaledb_information.chunks c
      JOIN {{extension}}.chunks_detailed_size('{{schema_text}}.messages'::regclass) d
        ON (d.chunk_schema, d.chunk_name) = (c.chunk_schema, c.chunk_name)
      JOIN pg_class k ON k.oid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass
     WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
     ORDER BY c.range_start DESC
$$;
