-- Notes where the messages of a chunk have their global positions, by the figures that were just made of it. Beyond so many
-- categories they are not told apart: a read would have to go through them all.
WITH f AS (
    SELECT d.category, min(d.first_global_position) AS first, max(d.last_global_position) AS last
      FROM {{schema}}.counts d JOIN {{schema}}.counted c ON c.id = d.counted_id
     WHERE c.chunk_name = $1 GROUP BY d.category
), n AS (
    SELECT count(*) <= 500 AS is_told FROM f
), gone AS (
    DELETE FROM {{schema}}.spans s WHERE s.range_start < $3 AND s.range_end > $2
)
INSERT INTO {{schema}}.spans (range_start, range_end, category, is_told, first_global_position, last_global_position)
SELECT $2::timestamptz, $3::timestamptz, NULL, (SELECT n.is_told FROM n), min(f.first), max(f.last) FROM f HAVING count(*) > 0
UNION ALL
SELECT $2, $3, f.category, NULL, f.first, f.last FROM f, n WHERE n.is_told
