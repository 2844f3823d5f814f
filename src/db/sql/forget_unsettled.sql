WITH u AS (DELETE FROM {{schema}}.unsettled RETURNING first_time, last_time)
DELETE FROM {{schema}}.spans s
 WHERE EXISTS (SELECT FROM u WHERE u.first_time < s.range_end AND u.last_time >= s.range_start)
