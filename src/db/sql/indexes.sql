-- The indexes that a namespace has, as its first migration makes them.
CREATE UNIQUE INDEX IF NOT EXISTS messages_stream_position_time ON {{schema}}.messages (stream_name, "position", "time");
CREATE UNIQUE INDEX IF NOT EXISTS messages_id_time ON {{schema}}.messages (id, "time");
CREATE INDEX IF NOT EXISTS messages_category_global
    ON {{schema}}.messages ((split_part(stream_name, '-', 1)), global_position);
CREATE INDEX IF NOT EXISTS messages_global_position ON {{schema}}.messages (global_position);
CREATE INDEX IF NOT EXISTS messages_correlation
    ON {{schema}}.messages ((metadata->>'correlationStreamName'), global_position)
    WHERE metadata->>'correlationStreamName' IS NOT NULL;
