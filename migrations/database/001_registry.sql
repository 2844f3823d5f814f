-- What EventoDB's server keeps once a database: the schema, the registry of namespaces, its columns unchanged,
-- so that either program can make a namespace and the other one serves it.
CREATE SCHEMA IF NOT EXISTS eventodb_store;

CREATE TABLE IF NOT EXISTS eventodb_store.namespaces (
    id          text PRIMARY KEY,
    token_hash  text NOT NULL UNIQUE,
    schema_name text NOT NULL UNIQUE,
    description text,
    created_at  bigint NOT NULL,
    metadata    jsonb
);

CREATE INDEX IF NOT EXISTS idx_namespaces_token_hash ON eventodb_store.namespaces (token_hash);
