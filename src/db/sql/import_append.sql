-- Messages without positions, appended to their streams in the order of their lines: how many, and the last global position.
WITH appended AS (
    INSERT INTO {{schema}}.messages ("time", global_position, "position", stream_name, "type", data, metadata, id)
    SELECT s."time", {{schema}}.next_global_position(),
           coalesce(h."position", -1) + s.nth, s.stream_name, s."type", s.data, s.metadata, s.id
      FROM (SELECT i.*, row_number() OVER (PARTITION BY i.stream_name ORDER BY i.number) AS nth
              FROM pg_temp.eventodb_import i) s
      LEFT JOIN {{schema}}.heads h USING (stream_name)
     ORDER BY s.number
    RETURNING global_position)
SELECT count(*), max(global_position) FROM appended
