-- Settles up to the first chunk of which no figures are kept, in a transaction that keeps writers out. Not beyond an hour
-- ago: a transaction that is younger writes to the present without a note. `false` where somebody has written to what was
-- counted since. The rows that are to come have positions behind the counter's, or are noted.
WITH live AS (
    SELECT i.range_start, i.range_end, i.is_compressed,
           i.range_end <= now() - interval '1 hour'
           AND EXISTS (SELECT FROM {{schema}}.counted c
                        WHERE c.chunk_name = i.chunk_name AND (c.range_start, c.range_end) = (i.range_start, i.range_end)
                          AND (c.messages = 0
                               OR EXISTS (SELECT FROM {{schema}}.spans s
                                           WHERE (s.range_start, s.range_end) = (i.range_start, i.range_end)))) AS is_counted
      FROM timescaledb_information.chunks i
     WHERE i.hypertable_schema = {{schema_name_text}} AND i.hypertable_name = 'messages'
), bound AS (
    SELECT least(now() - interval '1 hour', min(l.range_start) FILTER (WHERE NOT l.is_counted)) AS until FROM live l
), gone AS (
    DELETE FROM {{schema}}.spans s
     WHERE NOT EXISTS (SELECT FROM live l WHERE (l.range_start, l.range_end) = (s.range_start, s.range_end))
)
UPDATE {{schema}}.settings t
   SET settled_until = b.until,
       settled_position = least(
           (SELECT min(m.global_position) FROM {{schema}}.messages m WHERE m."time" >= b.until),
           -- Behind the last that there can be nothing comes.
           least(coalesce(pg_sequence_last_value('{{schema_text}}.messages_given_out'), 0), 9223372036854775806) + 1),
       is_compressed = coalesce((SELECT bool_or(l.is_compressed) FROM live l), false),
       chunk_interval = greatest(interval '1 second', coalesce(
           (SELECT d.time_interval FROM timescaledb_information.dimensions d
             WHERE d.hypertable_schema = {{schema_name_text}} AND d.hypertable_name = 'messages'), t.chunk_interval))
  FROM bound b
 WHERE NOT EXISTS (SELECT FROM {{schema}}.unsettled) AND NOT EXISTS (SELECT FROM {{schema}}.recount)
