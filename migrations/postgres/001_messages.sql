-- The messages of a namespace as EventoDB's Postgres driver keeps them: its columns, their order and types. Only the
-- primary key is here; the other indexes are cheaper to make once the messages are there.
CREATE SCHEMA IF NOT EXISTS {{schema}};

CREATE TABLE {{schema}}.messages (
    id              uuid NOT NULL DEFAULT gen_random_uuid(),
    stream_name     varchar NOT NULL,
    "type"          varchar NOT NULL,
    "position"      bigint NOT NULL,
    global_position bigserial PRIMARY KEY,
    data            jsonb,
    metadata        jsonb,
    "time"          timestamp without time zone NOT NULL DEFAULT (now() AT TIME ZONE 'utc')
);

-- EventoDB's server looks here for what it would still have to apply; empty until the copy is whole.
CREATE TABLE {{schema}}._schema_version (
    version    integer PRIMARY KEY,
    applied_at timestamp DEFAULT now()
);
