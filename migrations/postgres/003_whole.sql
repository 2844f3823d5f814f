-- Once all messages are there: what keeps them unique and finds them, and the versions that EventoDB's server looks for.
CREATE UNIQUE INDEX IF NOT EXISTS messages_id ON {{schema}}.messages (id);
CREATE UNIQUE INDEX IF NOT EXISTS messages_stream ON {{schema}}.messages (stream_name, "position");
CREATE INDEX IF NOT EXISTS messages_category ON {{schema}}.messages (
    (split_part(stream_name, '-', 1)), global_position, ((metadata->>'correlationStreamName')));

INSERT INTO {{schema}}._schema_version (version) VALUES (1), (2) ON CONFLICT DO NOTHING;
