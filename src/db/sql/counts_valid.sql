-- Live chunks, oldest first, and the figures kept of each that still hold.
SELECT i.chunk_schema::text, i.chunk_name::text, i.range_start, i.range_end,
       i.range_end <= now() - interval '1 hour' AS is_over,
       (SELECT c.id FROM {{schema}}.counted c
         WHERE c.chunk_name = i.chunk_name AND (c.range_start, c.range_end) = (i.range_start, i.range_end)
           AND NOT EXISTS (SELECT FROM {{schema}}.recount r
                            WHERE r.first_time < i.range_end AND r.last_time >= i.range_start)) AS counted_id
  FROM timescaledb_information.chunks i
 WHERE i.hypertable_schema = {{schema_name_text}} AND i.hypertable_name = 'messages'
 ORDER BY i.range_start, i.chunk_name
