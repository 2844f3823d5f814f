-- Counts a table of messages by hour, category and type, and keeps the figures.
WITH c AS (
    SELECT date_trunc('hour', m."time", 'UTC') AS "hour", split_part(m.stream_name, '-', 1) AS category, m."type",
           count(*) AS messages, min(m.global_position) AS first_global_position, max(m.global_position) AS last_global_position
      FROM {{source}} m GROUP BY 1, 2, 3
), h AS (
    INSERT INTO {{schema}}.counted (archive_id, chunk_name, range_start, range_end, messages)
    SELECT $1::bigint, $2::text, $3::timestamptz, $4::timestamptz, coalesce(sum(c.messages), 0)::bigint FROM c
    ON CONFLICT DO NOTHING RETURNING id, messages
), d AS (
    INSERT INTO {{schema}}.counts (counted_id, "hour", category, "type", messages, first_global_position, last_global_position)
    SELECT h.id, c."hour", c.category, c."type", c.messages, c.first_global_position, c.last_global_position FROM h, c
)
SELECT messages FROM h
