-- Streams whose heads are not what messages and archives make them, into a table of the session. One snapshot for all: a
-- writer raises a head together with its message, so that the difference is what came past the heads, however many write.
-- The streams' names are made anew, because rows of compressed chunks that TimescaleDB has merged do not come in the order that its
-- plans count on, and a stream would be told of twice.
CREATE TEMPORARY TABLE eventodb_recount ON COMMIT PRESERVE ROWS AS
WITH live AS (
    SELECT (m.stream_name || '') COLLATE "C" AS stream_name, count(*) AS messages, count(DISTINCT m."position") AS positions,
           min(m."position") AS first, max(m."position") AS last, min(m."time") AS first_time, max(m."time") AS last_time
      FROM {{schema}}.messages m GROUP BY 1
), archived AS (
    SELECT t.stream_name, sum(t.messages)::bigint AS messages, max(t.last_position) AS last,
           min(t.first_time) AS first_time, max(t.last_time) AS last_time
      FROM pg_temp.eventodb_archived t GROUP BY 1
)
SELECT coalesce(l.stream_name, a.stream_name, h.stream_name) AS stream_name,
       coalesce(l.messages, 0)::bigint AS live, coalesce(l.positions, 0)::bigint AS live_positions,
       coalesce(a.messages, 0)::bigint AS archived, coalesce(h.messages, 0)::bigint AS counted,
       greatest(l.last, a.last) AS last, least(l.first_time, a.first_time) AS first_time,
       greatest(l.last_time, a.last_time) AS last_time, l.first AS live_first, a.last AS archived_last,
       h."position" AS head, 0::bigint AS global_position, NULL::timestamptz AS "time", 0::bigint AS in_both,
       -- What is done about it: nothing for a stream that is only to be told of.
       h.stream_name IS NULL OR coalesce(l.messages, 0) + coalesce(a.messages, 0) > h.messages
       OR greatest(l.last, a.last) > h."position" OR least(l.first_time, a.first_time) < h.first_time
       OR greatest(l.last_time, a.last_time) > h.last_time AS is_behind
  FROM live l
  FULL JOIN archived a ON a.stream_name = l.stream_name
  FULL JOIN {{schema}}.heads h ON h.stream_name = coalesce(l.stream_name, a.stream_name)
 WHERE h.stream_name IS NULL OR coalesce(l.messages, 0) + coalesce(a.messages, 0) <> h.messages
    OR greatest(l.last, a.last) > h."position" OR least(l.first_time, a.first_time) < h.first_time
    OR greatest(l.last_time, a.last_time) > h.last_time
    OR l.messages <> l.positions OR l.first <= a.last
