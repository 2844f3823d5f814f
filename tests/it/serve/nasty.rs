//! Messages of every kind that a column can hold, archived; the same rows in a plain table, and a foreign table over the server.

use tokio_postgres::Client;

use super::cli::{Cli, var};
use super::far_end::{FarEnd, PASSWORD, database, schema};

/// An archive and its twin.
pub struct Twins {
    pub cli: Cli,
    pub far_end: FarEnd,
    pub db: Client,
    /// The archived table, as the server names it.
    pub archived: String,
    /// The same rows in a plain table.
    pub plain: String,
    /// The archived table by way of `postgres_fdw`.
    pub foreign: String,
}

pub const TIMES: [&str; 9] = [
    "0044-03-15 12:00:00+00 BC",
    "0001-01-01 00:00:00+00",
    "1890-06-01 00:53:28.000001+00",
    "1969-12-31 23:59:59.999999+00",
    "2000-02-29 00:00:00+00",
    "2013-01-03 10:15:00.5+00",
    "2013-01-03 10:15:00.25+00",
    "2013-01-10 00:00:00+00",
    "12013-01-01 01:02:03.4+00",
];
pub const STREAMS: [&str; 12] = [
    "account-1",
    "account-2",
    "account-10",
    "account",
    "order-1",
    "order-x-y",
    "a'b-1",
    "a\\b-1",
    "ünï-1",
    "-1",
    "%_-1",
    "A-1",
];
pub const TYPES: [&str; 8] = ["Opened", "opened", "Closed", "It's", "back\\slash", "ünï🦀", "", "per%cent_x"];
pub const JSON: [&str; 22] = [
    "null",
    "true",
    "1",
    "1.0",
    "1.50",
    "1e2",
    "100",
    "1e400",
    "-0.001",
    "12345678901234567890.5",
    "\"a\"",
    "\"\"",
    "\"quote \\\" back \\\\ é 🦀 \\n\"",
    "[]",
    "{}",
    "[1, 2, 3]",
    "[1.0, [2, {\"a\": null}]]",
    "{\"a\": 1, \"b\": [1, 2]}",
    "{\"a\": 1.0}",
    "{\"a\": {\"b\": {\"c\": [true, false, null]}}, \"d\": \"x\"}",
    "{\"correlationStreamName\": \"order-7\"}",
    "{\"n\": 7, \"text\": \"quote \\\" comma , newline \\n\"}",
];

/// With the archive in a folder.
pub async fn twins(more: &[&str]) -> Twins {
    let cli = Cli::new();
    let store = cli.store();
    archived(cli.with("EVENTODB_STORE", &store), more).await
}

/// With the archive on S3, below a prefix of its own, by the service that answers at `endpoint`.
pub async fn twins_on_s3(endpoint: &str, more: &[&str]) -> Twins {
    let mut cli = Cli::new().with("AWS_ENDPOINT_URL_S3", endpoint);
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"] {
        cli = cli.with(name, &var(name));
    }
    let store = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), cli.namespace);
    archived(cli.with("EVENTODB_STORE", &store), more).await
}

async fn archived(cli: Cli, more: &[&str]) -> Twins {
    let db = database(&cli).await;
    let schema = schema(&cli, &db).await;
    let plain = format!("{}_twin", cli.namespace);
    db.batch_execute(&format!(
        "SET timezone = 'UTC'; SET extra_float_digits = 3; CREATE SCHEMA {plain};
         CREATE TABLE {plain}.messages (\"time\" timestamptz NOT NULL, global_position bigint NOT NULL, \"position\" bigint NOT NULL,
             stream_name text COLLATE \"C\" NOT NULL, \"type\" text NOT NULL, data jsonb, metadata jsonb, id uuid NOT NULL)"
    ))
    .await
    .unwrap();
    let (mut positions, mut rows) = (std::collections::HashMap::new(), Vec::new());
    for at in 0..240_usize {
        let stream = STREAMS[at * 7 % STREAMS.len()];
        let position = positions.entry(stream).or_insert(0_i64);
        let json = |n: usize| if n % 9 == 8 { None } else { Some(JSON[n % JSON.len()]) };
        let id = uuid::Uuid::from_u128(at as u128 * 0x0101_0101_0101 + 5);
        let row = format!(
            "('{}', {}, {position}, {}, {}, {}, {}, '{id}')",
            TIMES[at * 5 % TIMES.len()],
            at + 1,
            literal(Some(stream)),
            literal(Some(TYPES[at * 11 % TYPES.len()])),
            literal(json(at * 13)),
            literal(json(at * 17 + 3)),
        );
        *position += 1;
        rows.push(row);
    }
    let columns = "(\"time\", global_position, \"position\", stream_name, \"type\", data, metadata, id)";
    for table in [format!("{schema}.messages"), format!("{plain}.messages")] {
        db.batch_execute(&format!("INSERT INTO {table} {columns} VALUES {}", rows.join(", "))).await.unwrap();
    }
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]);
    // The chunk of the year 12013 is not over: it is archived by its name.
    let listed = cli.run(&["chunks", "list", "-o", "json"]).json();
    for chunk in listed.as_array().unwrap().iter().filter(|c| c["state"] != "archived") {
        cli.run(&["chunks", "archive", chunk["chunk_name"].as_str().unwrap(), "--yes"]).succeeds();
    }
    let far_end = FarEnd::start_with(&cli, more);
    let server = format!("{}_cold", cli.namespace);
    let (port, archived) = (far_end.port, format!("{schema}.messages"));
    db.batch_execute(&format!(
        "CREATE EXTENSION IF NOT EXISTS postgres_fdw;
         CREATE SERVER {server} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{port}', dbname 'archived');
         CREATE USER MAPPING FOR CURRENT_USER SERVER {server} OPTIONS (user 'eventodb', password '{}');
         CREATE FOREIGN TABLE {plain}.cold (\"time\" timestamptz NOT NULL, global_position bigint NOT NULL, \"position\" bigint NOT NULL,
             stream_name text COLLATE \"C\" NOT NULL, \"type\" text NOT NULL, data jsonb, metadata jsonb, id uuid NOT NULL)
             SERVER {server} OPTIONS (schema_name {}, table_name 'messages')",
        PASSWORD.replace('\'', "''"),
        literal(Some(&schema)),
    ))
    .await
    .unwrap();
    let foreign = format!("{plain}.cold");
    Twins { cli, far_end, db, archived, plain: format!("{plain}.messages"), foreign }
}

/// A text as SQL has it.
pub fn literal(text: Option<&str>) -> String {
    text.map_or_else(|| "NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
}
