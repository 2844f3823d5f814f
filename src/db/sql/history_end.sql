-- A run that could not begin has no row yet.
INSERT INTO eventodb_store.runs AS r (namespace, run_id, version, began_at, ended_at, result, exit_code, compressed, archived,
       waiting, copied, released, expired, held, swept, renewed, messages, csv_bytes, stored_bytes, freed_bytes, left_steps, failed,
       failures, chunks, database_bytes, archives, archive_bytes)
SELECT $1::text, $2::uuid, $3::text, now() - make_interval(secs => $4), now(), $5::text, $6::smallint, $7::bigint,
       $8::bigint, $9::bigint, $10::bigint, $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::bigint, $16::bigint,
       $17::bigint, $18::bigint, $19::bigint, $20::bigint, $21::bigint, $22::jsonb, $23::jsonb, $24::bigint,
       CASE WHEN $24 IS NOT NULL THEN a.archives END, CASE WHEN $24 IS NOT NULL THEN a.bytes END
  FROM (SELECT count(*) AS archives, coalesce(sum(stored_bytes), 0)::bigint AS bytes FROM eventodb_store.archives
         WHERE namespace = $1 AND state IN ('verified', 'dropped', 'rehydrated')) a
ON CONFLICT (namespace, run_id) DO UPDATE
   SET ended_at = excluded.ended_at, result = excluded.result, exit_code = excluded.exit_code, compressed = excluded.compressed,
       archived = excluded.archived, waiting = excluded.waiting, copied = excluded.copied, released = excluded.released,
       expired = excluded.expired, held = excluded.held, swept = excluded.swept, renewed = excluded.renewed,
       messages = excluded.messages, csv_bytes = excluded.csv_bytes, stored_bytes = excluded.stored_bytes,
       freed_bytes = excluded.freed_bytes, left_steps = excluded.left_steps, failed = excluded.failed,
       failures = excluded.failures, chunks = excluded.chunks, database_bytes = excluded.database_bytes,
       archives = excluded.archives, archive_bytes = excluded.archive_bytes
