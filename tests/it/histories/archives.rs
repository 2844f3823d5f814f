//! The ledger and the archives, read without the product.

use std::io::Read;
use std::path::Path;

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use chrono::DateTime;
use uuid::Uuid;

use crate::histories::model::{Event, compact};
use crate::histories::server::{Sql, quoted};
use crate::histories::servers::var;
use crate::histories::stores;

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    pub state: String,
    pub chunk: String,
    pub store: String,
    /// Further stores that have a proven copy.
    pub copies: Vec<String>,
    pub object: String,
    pub codec: String,
    pub messages: Option<i64>,
    pub global_positions: Option<(i64, i64)>,
    pub frozen: Option<String>,
}

pub fn ledger(sql: &Sql, namespace: &str) -> Vec<Row> {
    let rows = sql.rows(&format!(
        "SELECT id, state, chunk_name, coalesce(store_url, ''), coalesce(object_key, ''), coalesce(codec, ''),
                message_count, first_global_position, last_global_position, frozen_chunk, array_to_string(copies, E'\\n')
           FROM eventodb_store.archives WHERE namespace = {} ORDER BY id",
        quoted(namespace)
    ));
    let number = |field: &Option<String>| field.as_ref().map(|n| n.parse::<i64>().unwrap());
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    rows.iter()
        .map(|r| Row {
            id: number(&r[0]).unwrap(),
            state: text(&r[1]),
            chunk: text(&r[2]),
            store: text(&r[3]),
            object: text(&r[4]),
            codec: text(&r[5]),
            messages: number(&r[6]),
            global_positions: number(&r[7]).zip(number(&r[8])),
            frozen: r[9].clone(),
            copies: text(&r[10]).lines().map(str::to_owned).collect(),
        })
        .collect()
}

/// What a history's archives are kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Folder,
    S3,
    /// Two folders, each of which may be away for a while.
    Two,
}

/// Where a history's archives go.
pub enum Place {
    Folder(tempfile::TempDir),
    Two(tempfile::TempDir),
    S3 { client: Box<aws_sdk_s3::Client>, bucket: String, prefix: String },
}

impl Place {
    pub fn s3(prefix: &str) -> Self {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(var("AWS_ENDPOINT_URL_S3"))
            .region(Region::new(std::env::var("AWS_REGION").unwrap_or_else(|_| "us-east-1".into())))
            .credentials_provider(Credentials::new(
                var("AWS_ACCESS_KEY_ID"),
                var("AWS_SECRET_ACCESS_KEY"),
                None,
                None,
                "tests",
            ))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .force_path_style(true)
            .build();
        let client = Box::new(aws_sdk_s3::Client::from_conf(config));
        Self::S3 { client, bucket: var("EVENTODB_TEST_S3_BUCKET"), prefix: prefix.to_owned() }
    }

    /// The store's address.
    pub fn url(&self) -> String {
        match self {
            Self::Folder(dir) => format!("file://{}", dir.path().display()),
            Self::Two(dir) => stores::url(dir, stores::NAMES[0]),
            Self::S3 { bucket, prefix, .. } => format!("s3://{bucket}/{prefix}"),
        }
    }

    fn read(&self, sql: &Sql, row: &Row) -> Result<Vec<u8>, String> {
        let failed = |e: &dyn std::fmt::Debug| format!("archive {} cannot be read: {e:?}", row.id);
        match self {
            Self::Folder(_) => {
                let folder = row.store.strip_prefix("file://").ok_or_else(|| failed(&row.store))?;
                std::fs::read(Path::new(folder).join(&row.object)).map_err(|e| failed(&e))
            }
            Self::Two(_) => stores::read_everywhere(row),
            Self::S3 { client, bucket, .. } => {
                let prefix = row.store.strip_prefix(&format!("s3://{bucket}/")).ok_or_else(|| failed(&row.store))?;
                let key = format!("{}/{}", prefix.trim_end_matches('/'), row.object);
                sql.runtime().block_on(async {
                    let object = client.get_object().bucket(bucket).key(&key).send().await.map_err(|e| failed(&e))?;
                    Ok(object.body.collect().await.map_err(|e| failed(&e))?.to_vec())
                })
            }
        }
    }

    /// The keys, or files, of all that is there.
    pub fn entries(&self, sql: &Sql) -> Vec<String> {
        match self {
            Self::Folder(dir) | Self::Two(dir) => {
                let mut files = Vec::new();
                walk(dir.path(), dir.path(), &mut files);
                files
            }
            Self::S3 { client, bucket, prefix } => sql.runtime().block_on(async {
                let begin = format!("{prefix}/");
                // Fewer than a page.
                let listed = client.list_objects_v2().bucket(bucket).prefix(&begin).send().await.unwrap();
                listed.contents().iter().map(|o| o.key().unwrap()[begin.len()..].to_owned()).collect()
            }),
        }
    }

    /// What a file holds; nothing on S3.
    pub fn bytes(&self, entry: &str) -> Vec<u8> {
        match self {
            Self::Folder(dir) | Self::Two(dir) => std::fs::read(dir.path().join(entry)).unwrap_or_default(),
            Self::S3 { .. } => Vec::new(),
        }
    }

    /// Removes what an S3 store keeps of a history; a folder goes by itself.
    pub fn clear(&self, sql: &Sql) {
        let entries = self.entries(sql);
        if let Self::S3 { client, bucket, prefix } = self {
            sql.runtime().block_on(async {
                for entry in entries {
                    let _ = client.delete_object().bucket(bucket).key(format!("{prefix}/{entry}")).send().await;
                }
            });
        }
    }
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            files.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}

/// The events in an archive.
pub fn events(sql: &Sql, place: &Place, row: &Row) -> Result<Vec<Event>, String> {
    let failed = |e: &dyn std::fmt::Debug| format!("archive {} is not what it should be: {e:?}", row.id);
    let stored = place.read(sql, row)?;
    let plain = match row.codec.as_str() {
        "zstd" => zstd::decode_all(stored.as_slice()).map_err(|e| failed(&e))?,
        "gzip" => {
            let mut plain = Vec::new();
            flate2::read::MultiGzDecoder::new(stored.as_slice()).read_to_end(&mut plain).map_err(|e| failed(&e))?;
            plain
        }
        "none" => stored,
        other => return Err(failed(&other)),
    };
    let mut reader = csv::Reader::from_reader(plain.as_slice());
    let names = reader.headers().map_err(|e| failed(&e))?.clone();
    let column = |name: &str| names.iter().position(|n| n == name).ok_or_else(|| failed(&names));
    let columns = ["id", "stream_name", "type", "position", "global_position", "data", "metadata", "time"];
    let [id, stream, kind, position, global_position, data, metadata, time] = columns.map(column);
    let (id, stream, kind, position) = (id?, stream?, kind?, position?);
    let (global_position, data, metadata, time) = (global_position?, data?, metadata?, time?);
    let json = |text: &str| (!text.is_empty()).then(|| compact(text));
    let mut events = Vec::new();
    for record in reader.records() {
        let r = record.map_err(|e| failed(&e))?;
        let instant = DateTime::parse_from_str(&r[time], "%Y-%m-%d %H:%M:%S%.f%#z").map_err(|e| failed(&e))?;
        events.push(Event {
            id: r[id].parse::<Uuid>().map_err(|e| failed(&e))?,
            stream: r[stream].to_owned(),
            kind: r[kind].to_owned(),
            position: r[position].parse().map_err(|e| failed(&e))?,
            global_position: r[global_position].parse().map_err(|e| failed(&e))?,
            data: json(&r[data]),
            metadata: json(&r[metadata]),
            time: instant.timestamp_micros(),
        });
    }
    if row.messages != i64::try_from(events.len()).ok() {
        return Err(failed(&(row.messages, events.len())));
    }
    Ok(events)
}
