-- Forgets what holds no longer, where somebody has written to what was settled. In one statement: what is noted as unsettled
-- meanwhile stays noted, and nothing is settled until settle.sql has run again. The same where chunks are to be counted again.
WITH u AS (
    DELETE FROM {{schema}}.unsettled RETURNING first_time, last_time
), gone AS (
    DELETE FROM {{schema}}.spans s
     WHERE EXISTS (SELECT FROM u WHERE u.first_time < s.range_end AND u.last_time >= s.range_start)
)
UPDATE {{schema}}.settings
   SET settled_until = NULL, settled_position = NULL
 WHERE settled_until IS NOT NULL AND (EXISTS (SELECT FROM u) OR EXISTS (SELECT FROM {{schema}}.recount))
