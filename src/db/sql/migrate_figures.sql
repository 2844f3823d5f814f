-- What the ranges of a window hold: counted, hashed whatever the order, hashed in order, with their bounds. Both servers
-- answer this; `{{rows}}` is the table with the columns as the namespace has them. $1: the ranges' first positions,
-- ascending; $2, $3: the window, inclusive.
SELECT width_bucket(r.global_position, $1::bigint[]) AS range,
       count(*) AS messages,
       coalesce(sum(r.hash), 0)::text AS hash_sum,
       md5(coalesce(string_agg(int8send(r.hash), '' ORDER BY r.global_position), '')) AS hash_chain,
       min(r."time") FILTER (WHERE r.is_kept) AS first_time,
       max(r."time") FILTER (WHERE r.is_kept) AS last_time,
       count(*) FILTER (WHERE r.stream_name IS NULL OR r.stream_name = '' OR r."type" IS NULL OR r."position" IS NULL
                           OR r."position" < 0 OR r.id IS NULL OR r."time" IS NULL OR NOT r.is_kept) AS invalid
  FROM (SELECT m.global_position, m."time", m.stream_name, m."type", m."position", m.id,
               {{hash}} AS hash, {{kept_time}} AS is_kept
          FROM {{rows}} m
         WHERE m.global_position BETWEEN $2 AND $3 {{bound}}
        -- Kept apart, or the hash would be computed once for each time it is named above.
        OFFSET 0) r
 GROUP BY 1 ORDER BY 1
