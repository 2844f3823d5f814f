-- The buckets of an aggregate that messages of $3 to $4 are counted in, from the first instant to the one after the last.
WITH b AS (
    SELECT f.bucket_width::interval AS width, coalesce(nullif(f.bucket_timezone, ''), 'UTC') AS zone,
           nullif(f.bucket_origin, '')::timestamptz AS origin, nullif(f.bucket_offset, '')::interval AS "offset"
      FROM _timescaledb_catalog.continuous_agg c
     CROSS JOIN LATERAL _timescaledb_functions.cagg_get_bucket_function_info(c.mat_hypertable_id) f
     WHERE c.user_view_schema = $1::text AND c.user_view_name = $2::text
), w AS (
    SELECT b.*, {{extension}}.time_bucket(b.width, $3::timestamptz, b.zone, b.origin, b."offset") AS first,
           {{extension}}.time_bucket(b.width, $4::timestamptz - interval '1 microsecond', b.zone, b.origin, b."offset") AS last
      FROM b
)
SELECT w.first, (w.last AT TIME ZONE w.zone + w.width) AT TIME ZONE w.zone FROM w
