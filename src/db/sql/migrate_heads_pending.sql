-- The next ranges of migration $1 whose messages the heads do not know, about $2 messages in all. No range lies between
-- them that the heads know already: its messages would be counted twice.
WITH pending AS (
    SELECT r.first_position, r.last_position, r.messages, r.first_time, r.last_time
      FROM eventodb_store.migration_ranges r
     WHERE r.migration = $1 AND r.heads_pending
     ORDER BY r.first_position LIMIT 10000
), ahead AS (
    SELECT p.*, sum(p.messages) OVER (ORDER BY p.first_position) - p.messages AS before
      FROM pending p
     WHERE p.first_position < coalesce(
               (SELECT min(k.first_position) FROM eventodb_store.migration_ranges k
                 WHERE k.migration = $1 AND k.state = 'copied' AND NOT k.heads_pending AND k.messages > 0
                   AND k.first_position > (SELECT min(first_position) FROM pending)),
               9223372036854775807)
)
SELECT min(first_position) AS first_position, max(last_position) AS last_position, min(first_time) AS first_time,
       max(last_time) AS last_time, coalesce(sum(messages), 0)::bigint AS messages
  FROM ahead WHERE before < $2::bigint
