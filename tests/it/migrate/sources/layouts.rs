//! The shapes of tables that messages are kept in, and what may be wrong with them. All SQL is ours; names, types and the
//! order of columns are those of the programs that made the originals.

use sha2::{Digest, Sha256};

/// Whose table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Message DB 1.0 and 1.1.
    MessageDb10,
    /// Message DB 1.2 and 1.3, whose columns stand in another order.
    MessageDb12,
    /// EventoDB's Postgres driver.
    EventoDb,
    /// EventoDB's TimescaleDB driver before this program: a hypertable without heads.
    OldTimescale,
}

/// The type of data and metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Json {
    /// What all programs make.
    #[default]
    Binary,
    /// Text, which may hold what `jsonb` does not take: `\u0000`, a key twice.
    Text,
}

/// What is wrong with a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trouble {
    /// Nothing keeps ids, positions and global positions from being there twice.
    pub doubles: bool,
    /// Columns may be NULL.
    pub nulls: bool,
    /// The type of data and metadata.
    pub json: Json,
    /// Columns, indexes and a trigger of somebody else's.
    pub extras: bool,
}

impl Layout {
    pub const ALL: [Self; 4] = [Self::MessageDb10, Self::MessageDb12, Self::EventoDb, Self::OldTimescale];

    pub fn schema(self, namespace: &str) -> String {
        match self {
            Self::MessageDb10 | Self::MessageDb12 => "message_store".to_owned(),
            Self::EventoDb => format!("eventodb_{namespace}"),
            Self::OldTimescale => format!("tsdb_{namespace}"),
        }
    }

    pub const fn has_registry(self) -> bool {
        matches!(self, Self::EventoDb | Self::OldTimescale)
    }

    /// The SQL that makes it.
    pub fn make(self, schema: &str, trouble: Trouble) -> String {
        let not_null = if trouble.nulls { "" } else { "NOT NULL" };
        let json = match trouble.json {
            Json::Binary => "jsonb",
            Json::Text => "json",
        };
        let text = if self == Self::MessageDb10 || self == Self::EventoDb { "varchar" } else { "text" };
        let time = match self {
            Self::OldTimescale => format!("\"time\" timestamptz {} DEFAULT now()", "NOT NULL"),
            _ => format!("\"time\" timestamp {not_null} DEFAULT (now() AT TIME ZONE 'utc')"),
        };
        let global_position = match self {
            Self::OldTimescale => {
                "global_position bigint NOT NULL DEFAULT nextval('{schema}.messages_global_position_seq')".to_owned()
            }
            _ => "global_position bigserial NOT NULL".to_owned(),
        };
        let (id, stream) = (
            format!("id uuid {not_null} DEFAULT gen_random_uuid()"),
            format!("stream_name {text} {not_null}, type {text} {not_null}"),
        );
        let position = format!("position bigint {not_null}");
        let data = format!("data {json}, metadata {json}");
        let columns = match self {
            Self::MessageDb10 | Self::EventoDb => [id, stream, position, global_position, data, time],
            Self::MessageDb12 => [global_position, position, time, stream, data, id],
            Self::OldTimescale => [time, global_position, position, stream, data, id],
        }
        .join(", ");
        let extras = if trouble.extras { EXTRAS } else { "" };
        let extra_columns =
            if trouble.extras { ", tenant text DEFAULT 'ours', \"odd \"\"name\" int DEFAULT 7" } else { "" };
        let indexes = match (self, trouble.doubles) {
            (_, true) => "",
            (Self::OldTimescale, _) => UNIQUE_IN_CHUNKS,
            _ => UNIQUE,
        };
        let before = match self {
            Self::OldTimescale => "CREATE SEQUENCE {schema}.messages_global_position_seq;",
            Self::MessageDb10 | Self::MessageDb12 => ROLE,
            Self::EventoDb => "",
        };
        let after = match self {
            Self::OldTimescale => HYPERTABLE,
            Self::MessageDb10 | Self::MessageDb12 => GRANTS,
            Self::EventoDb => "",
        };
        let versions = if self.has_registry() { VERSIONS } else { "" };
        format!(
            "CREATE SCHEMA {{schema}}; {before} CREATE TABLE {{schema}}.messages ({columns}{extra_columns}); {indexes} {after}
             {FUNCTIONS} {versions} {extras}"
        )
        .replace("{schema}", &format!("\"{schema}\""))
    }
}

const UNIQUE: &str = "
ALTER TABLE {schema}.messages ADD PRIMARY KEY (global_position);
CREATE UNIQUE INDEX messages_id ON {schema}.messages (id);
CREATE UNIQUE INDEX messages_stream ON {schema}.messages (stream_name, position);
CREATE INDEX messages_category ON {schema}.messages
    (split_part(stream_name, '-', 1), global_position, (metadata->>'correlationStreamName'));";

const UNIQUE_IN_CHUNKS: &str = "
CREATE UNIQUE INDEX messages_stream_position_time ON {schema}.messages (stream_name, position, \"time\");
CREATE UNIQUE INDEX messages_id_time ON {schema}.messages (id, \"time\");
CREATE INDEX messages_global_position ON {schema}.messages (global_position);";

const HYPERTABLE: &str = "
SELECT public.create_hypertable('{schema}.messages'::regclass, public.by_range('time', interval '7 days'));
DO $$ BEGIN
    ALTER TABLE {schema}.messages SET (timescaledb.compress, timescaledb.compress_segmentby = 'stream_name',
        timescaledb.compress_orderby = 'position ASC, global_position ASC, time DESC');
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL; -- not in this edition
END $$;";

/// The role is the cluster's: another test may be making it.
const ROLE: &str = "
DO $$ BEGIN
    CREATE ROLE message_store LOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;";

const GRANTS: &str = "
GRANT USAGE ON SCHEMA {schema} TO message_store;
GRANT SELECT, INSERT ON {schema}.messages TO message_store;
GRANT USAGE ON SEQUENCE {schema}.messages_global_position_seq TO message_store;";

/// What a writer needs: positions without gaps in a stream, one writer a category at a time.
const FUNCTIONS: &str = "
CREATE FUNCTION {schema}.write_message(_id varchar, _stream_name varchar, _type varchar, _data jsonb,
    _metadata jsonb DEFAULT NULL, _expected_version bigint DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    _version bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(('x' || left(md5(split_part(_stream_name, '-', 1)), 16))::bit(64)::bigint);
    SELECT coalesce(max(m.position), -1) INTO _version FROM {schema}.messages m WHERE m.stream_name = _stream_name;
    IF _expected_version <> _version THEN
        RAISE EXCEPTION 'Wrong expected version: % (Stream: %, Stream Version: %)', _expected_version, _stream_name, _version;
    END IF;
    INSERT INTO {schema}.messages (id, stream_name, type, position, data, metadata)
    VALUES (_id::uuid, _stream_name, _type, _version + 1, _data, _metadata);
    RETURN _version + 1;
END $$;";

const VERSIONS: &str = "
CREATE TABLE {schema}._schema_version (version integer PRIMARY KEY, applied_at timestamp DEFAULT now());
INSERT INTO {schema}._schema_version (version) VALUES (1), (2);";

const EXTRAS: &str = "
CREATE INDEX ours_by_tenant ON {schema}.messages (tenant, \"time\");
CREATE TABLE {schema}.seen (id uuid);
CREATE FUNCTION {schema}.note_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {schema}.seen VALUES (NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER ours AFTER INSERT ON {schema}.messages FOR EACH ROW EXECUTE FUNCTION {schema}.note_insert();";

/// The registry, and the namespace in it.
pub fn registered(namespace: &str, schema: &str, token: &str) -> String {
    let hash = hex::encode(Sha256::digest(token.as_bytes()));
    format!(
        "{}; INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at, metadata)
             VALUES ('{namespace}', '{hash}', '{schema}', 'What was ordered', 1700000000, '{{}}')",
        include_str!("../../../../migrations/database/001_registry.sql").trim_end().trim_end_matches(';')
    )
}

/// Data and metadata in turn: what is usual, and what is not. `i` counts the messages.
const DATA: &str = r#"CASE i % 9
    WHEN 0 THEN '{}'
    WHEN 1 THEN NULL
    WHEN 2 THEN '{"n": 12345678901234567890.123456789, "small": 1e-20, "large": 123e100, "minus": -0.0}'
    WHEN 3 THEN '{"ü☃🦀": "\u00e9 \"quoted\" \\ back\nnew\ttab", "": " "}'
    WHEN 4 THEN repeat('{"a":', 60) || 'null' || repeat('}', 60)
    WHEN 5 THEN (ARRAY['[]', 'null', 'true', '"text"', '0'])[i / 9 % 5 + 1]
    WHEN 6 THEN '[' || repeat('[1,"zwei",{"drei":3}],', 40) || 'null]'
    WHEN 7 THEN '{"text": "' || repeat(md5(i::text), 20) || '", "n": ' || i || '}'
    ELSE '{"account": ' || i % 97 || ', "amount": ' || i || '.50, "currency": "EUR", "tags": ["a", "b"]}'
END"#;

const METADATA: &str = r#"CASE i % 4
    WHEN 0 THEN NULL
    WHEN 1 THEN '{"correlationStreamName": "command-' || i % 11 || '", "properties": {}}'
    WHEN 2 THEN '{}'
    ELSE '{"causationMessagePosition": ' || i || ', "userId": "ä-' || i % 3 || '"}'
END"#;

pub fn filler(layout: Layout, trouble: Trouble, first: i64, messages: i64, streams: i64) -> String {
    let json = if trouble.json == Json::Text { "json" } else { "jsonb" };
    let zone = if layout == Layout::OldTimescale { " AT TIME ZONE 'UTC'" } else { "" };
    format!(
        "INSERT INTO {{schema}}.messages (id, stream_name, type, position, global_position, data, metadata, time)
         SELECT md5('message ' || i)::uuid,
                (ARRAY['account', 'order', 'überweisung', 'plain'])[i % {streams} % 4 + 1] || '-' || i % {streams},
                (ARRAY['Opened', 'Changed', 'Closed for good', 'Größer'])[i % 4 + 1],
                (i - 1) / {streams}, i, ({DATA})::{json}, ({METADATA})::{json},
                ('2024-01-01'::timestamp + i * interval '1 minute' + i % 7 * interval '1 microsecond'){zone}
           FROM generate_series({first}::bigint, {first} + {messages} - 1) i;
         SELECT setval('{{schema}}.messages_global_position_seq', {first} + {messages} - 1)"
    )
}
