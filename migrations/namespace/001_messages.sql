-- The messages of a namespace. Columns and their order are EventoDB's own; where its server made the table already,
-- this adds nothing to it.
CREATE SCHEMA IF NOT EXISTS {{schema}};

CREATE SEQUENCE IF NOT EXISTS {{schema}}.messages_global_position_seq;

CREATE TABLE IF NOT EXISTS {{schema}}.messages (
    "time"          timestamptz NOT NULL DEFAULT now(),
    global_position bigint NOT NULL DEFAULT nextval('{{schema_text}}.messages_global_position_seq'),
    "position"      bigint NOT NULL,
    -- "C": the order of bytes. A category is then one range of names, which compressed batches can be skipped by.
    stream_name     text COLLATE "C" NOT NULL,
    "type"          text NOT NULL,
    data            jsonb,
    metadata        jsonb,
    id              uuid NOT NULL DEFAULT gen_random_uuid()
);

SELECT {{extension}}.create_hypertable('{{schema_text}}.messages'::regclass, {{extension}}.by_range('time', interval '{{chunk_interval}}'),
                                       if_not_exists => true, migrate_data => true, create_default_indexes => false);

-- Uniqueness across chunks is the work of heads; a hypertable's index can only see one range of time.
CREATE UNIQUE INDEX IF NOT EXISTS messages_stream_position_time ON {{schema}}.messages (stream_name, "position", "time");
CREATE UNIQUE INDEX IF NOT EXISTS messages_id_time ON {{schema}}.messages (id, "time");
CREATE INDEX IF NOT EXISTS messages_category_global
    ON {{schema}}.messages ((split_part(stream_name, '-', 1)), global_position);
CREATE INDEX IF NOT EXISTS messages_global_position ON {{schema}}.messages (global_position);
CREATE INDEX IF NOT EXISTS messages_correlation
    ON {{schema}}.messages ((metadata->>'correlationStreamName'), global_position)
    WHERE metadata->>'correlationStreamName' IS NOT NULL;

-- EventoDB's server looks here for what it would still have to apply. Version 2 is where its own migrations stand;
-- its second one would add a get_category_messages that makes calls ambiguous.
CREATE TABLE IF NOT EXISTS {{schema}}._schema_version (
    version    integer PRIMARY KEY,
    applied_at timestamp DEFAULT now()
);
INSERT INTO {{schema}}._schema_version (version) VALUES (1), (2) ON CONFLICT DO NOTHING;
