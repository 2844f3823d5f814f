//! The report of a drill: one JSON object, in the ledger and, under a name of its own, in the stores that archives came from. It
//! is written once and never again. It names no stream: where archives are encrypted, the report is not.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::drill::Drill;
use super::measured::{ArchivePart, MeasuredArchive, Unlike};
use super::summary::summary_of;
use super::turns::DrillTurn;
use super::verdict::DrillVerdict;
use crate::archive::claim::{self, Ownership};
use crate::archive::format::object_names::Names;
use crate::db::errors::sqlstate_of;
use crate::db::queries::drills::{self as queries, DrillEnding, DrillNote, DrillRow, NotedMeasures};
use crate::db::queries::{clock, ledger};
use crate::db::server::ServerInfo;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::{ObjectKey, Store};

/// Rises when a reader of an older format would go wrong.
const FORMAT_VERSION: u32 = 1;

/// A report of ten thousand archives has less.
const MAX_BYTES: u64 = 64 << 20;

/// The report of a drill.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrillReport {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    pub format_version: u32,
    /// Program and version.
    pub writer: String,
    /// The drill.
    pub drill_id: Uuid,
    /// The namespace whose archives came back.
    pub namespace: String,
    /// How it went with all of them: the worst of the archives' results.
    pub verdict: DrillVerdict,
    /// When it began and ended, by the server's clock.
    pub began_at: DateTime<Utc>,
    /// As above.
    pub ended_at: DateTime<Utc>,
    /// How long it took.
    pub seconds: f64,
    /// Who.
    pub by: DrillOperator,
    /// Where to.
    pub place: DrillPlace,
    /// Where the live namespace is; none in reports of versions that drilled in the same database alone.
    #[serde(default)]
    pub live: Option<LiveDatabase>,
    /// What came back, in the order in which it did.
    pub archives: Vec<DrilledArchive>,
    /// Archives whose turn it was and that were not begun: time was too short, or a stop was asked for.
    pub not_begun: u64,
    /// Archives of the namespace that the store holds a proven copy of.
    pub all_archives: u64,
    /// Those of them that never came back in a drill as they were stored, this one included.
    pub never_drilled: u64,
    /// How long bringing all of them back would take, one after the other, by what drills have measured.
    pub predicted_seconds: Option<f64>,
}

/// Who ran a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillOperator {
    /// The database's role.
    pub role: String,
    /// The user of the machine.
    pub user: String,
    /// The machine.
    pub machine: String,
}

/// Where archives came back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillPlace {
    /// The throw-away namespace.
    pub namespace: String,
    /// The server, `host:port`, where it is another database than the live one.
    #[serde(default)]
    pub server: Option<String>,
    /// The database.
    pub database: String,
    /// The cluster, where the role could read it.
    pub system_identifier: Option<String>,
    /// The server's version.
    pub postgres: String,
    /// The extension's version and edition.
    pub timescaledb: String,
}

/// The database that the archives are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveDatabase {
    /// The database.
    pub database: String,
    /// The cluster, where the role could read it.
    pub system_identifier: Option<String>,
    /// The server's version.
    pub postgres: String,
    /// The extension's version and edition.
    pub timescaledb: String,
}

fn timescale(server: &ServerInfo) -> String {
    server.timescale.as_ref().map_or_else(String::new, ToString::to_string)
}

impl From<&ServerInfo> for LiveDatabase {
    fn from(server: &ServerInfo) -> Self {
        Self {
            database: server.database.clone(),
            system_identifier: server.system_identifier.clone(),
            postgres: server.server_version.clone(),
            timescaledb: timescale(server),
        }
    }
}

/// An archive of a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrilledArchive {
    /// Its number.
    pub archive_id: i64,
    /// How it went.
    pub result: DrillVerdict,
    /// The store that it came from.
    pub store_url: String,
    /// The manifest's key.
    pub manifest_object: Option<String>,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Messages: those that came back, else those that the ledger knows of.
    pub messages: Option<i64>,
    /// Streams that came back.
    pub streams: Option<u64>,
    /// Bytes of CSV.
    pub csv_bytes: Option<i64>,
    /// Bytes as stored.
    pub stored_bytes: Option<i64>,
    /// The lowest global position.
    pub first_global_position: Option<i64>,
    /// The highest global position.
    pub last_global_position: Option<i64>,
    /// SHA-256 of the manifest as it was read, in hex.
    pub manifest_sha256: Option<String>,
    /// SHA-256 of the data object as it was read, in hex.
    pub stored_sha256: Option<String>,
    /// SHA-256 of the messages as the database gave them back as CSV, in hex.
    pub csv_sha256: Option<String>,
    /// Time for reading: manifest, stream list, and waits for the data.
    pub read_seconds: Option<f64>,
    /// Time for bringing it in, beside that.
    pub load_seconds: Option<f64>,
    /// Time for comparing.
    pub compare_seconds: Option<f64>,
    /// The part of the time for reading and bringing in that an archive of any size takes.
    #[serde(default)]
    pub fixed_seconds: Option<f64>,
    /// What was looked at where that failed.
    pub part: Option<ArchivePart>,
    /// What was found there.
    pub error: Option<String>,
}

/// An archive that a drill has dealt with, and how.
#[derive(Debug)]
pub struct Drilled<'a> {
    /// Its turn.
    pub turn: &'a DrillTurn,
    /// What became of it.
    pub outcome: Result<MeasuredArchive, Unlike>,
}

/// Who runs this program, and on which machine.
pub fn by(role: &str) -> DrillOperator {
    let unknown = || "unknown".to_owned();
    DrillOperator {
        role: role.to_owned(),
        user: whoami::username().unwrap_or_else(|_| unknown()),
        machine: whoami::hostname().unwrap_or_else(|_| unknown()),
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

impl DrilledArchive {
    /// What the report says of an archive.
    pub fn new(drilled: &Drilled<'_>) -> Self {
        let DrillTurn { archive, store_url, .. } = drilled.turn;
        let of_ledger = Self {
            archive_id: archive.id,
            result: DrillVerdict::Unknown,
            store_url: store_url.clone().unwrap_or_default(),
            manifest_object: archive.manifest_key.clone(),
            range_start: archive.range_start,
            range_end: archive.range_end,
            messages: archive.message_count,
            streams: None,
            csv_bytes: archive.csv_bytes,
            stored_bytes: archive.stored_bytes,
            first_global_position: archive.first_global_position,
            last_global_position: archive.last_global_position,
            manifest_sha256: None,
            stored_sha256: None,
            csv_sha256: None,
            read_seconds: None,
            load_seconds: None,
            compare_seconds: None,
            fixed_seconds: None,
            part: None,
            error: None,
        };
        let signed = |n: u64| i64::try_from(n).ok();
        match &drilled.outcome {
            Ok(measured) => Self {
                result: DrillVerdict::Ok,
                messages: signed(measured.messages),
                streams: Some(measured.streams),
                csv_bytes: signed(measured.csv.0),
                stored_bytes: signed(measured.stored_bytes),
                manifest_sha256: Some(measured.manifest_sha256.clone()),
                stored_sha256: Some(measured.stored_sha256.clone()),
                csv_sha256: Some(measured.csv.1.clone()),
                read_seconds: Some(rounded(measured.read.as_secs_f64())),
                load_seconds: Some(rounded(measured.load.as_secs_f64())),
                compare_seconds: Some(rounded(measured.compare.as_secs_f64())),
                fixed_seconds: Some(rounded(measured.fixed.as_secs_f64())),
                ..of_ledger
            },
            Err(Unlike { part, error }) => Self {
                result: if error.kind() == Kind::Verification { DrillVerdict::Failed } else { DrillVerdict::Unknown },
                part: Some(*part),
                error: Some(said(error)),
                ..of_ledger
            },
        }
    }
}

/// An error as a report has it: the server's own words can hold names and data of messages.
fn said(e: &Error) -> String {
    match sqlstate_of(e) {
        Some(state) => format!("the server refused what was done (SQLSTATE {})", state.code()),
        None => e.to_string(),
    }
}

impl Drill {
    /// Notes in the ledger that an archive has had its turn.
    ///
    /// # Errors
    /// Where the statement fails.
    pub async fn note(&self, live: &Scope, drilled: &DrilledArchive) -> Result<()> {
        let measured = (|| {
            Some(NotedMeasures {
                seconds: drilled.read_seconds? + drilled.load_seconds?,
                fixed_seconds: drilled.fixed_seconds?,
                messages: drilled.messages?,
                csv_bytes: drilled.csv_bytes?,
            })
        })();
        let noted = DrillNote {
            drill: self.id,
            archive: drilled.archive_id,
            store_url: &drilled.store_url,
            result: drilled.result.as_str(),
            measured,
        };
        effect!("drill.note", queries::note(self.live_db().client(), live.namespace(), noted).await?);
        Ok(())
    }

    /// What this drill says in the end.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn report(
        &self,
        live: &Scope,
        archives: Vec<DrilledArchive>,
        (verdict, not_begun): (DrillVerdict, usize),
        by: DrillOperator,
    ) -> Result<DrillReport> {
        let (server, db) = (&self.db.server, self.live_db());
        let ledger = ledger::list(db.client(), live.namespace()).await?;
        let summary = summary_of(db, live, ledger.iter().filter(|a| a.state.is_kept())).await?;
        let ended_at = clock::now(db.client()).await?;
        Ok(DrillReport {
            format_version: FORMAT_VERSION,
            writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
            drill_id: self.id,
            namespace: live.namespace().to_owned(),
            verdict,
            began_at: self.began_at,
            ended_at,
            seconds: rounded((ended_at - self.began_at).to_std().unwrap_or_default().as_secs_f64()),
            by,
            place: DrillPlace {
                namespace: self.scratch.namespace().to_owned(),
                server: self.place().map(|_| self.db.endpoint().to_owned()),
                database: server.database.clone(),
                system_identifier: server.system_identifier.clone(),
                postgres: server.server_version.clone(),
                timescaledb: timescale(server),
            },
            live: Some(LiveDatabase::from(&db.server)),
            archives,
            not_begun: not_begun as u64,
            all_archives: summary.archives,
            never_drilled: summary.never_drilled,
            predicted_seconds: summary.predicted_seconds.map(rounded),
        })
    }
}

impl DrillReport {
    /// The name of its object.
    ///
    /// # Errors
    /// Where it would not be an object key.
    pub fn key(&self) -> Result<ObjectKey> {
        Names::drill(&self.namespace, self.began_at, self.drill_id)
    }

    /// The stores that it belongs into: those that archives came from.
    pub fn stores(&self) -> Vec<String> {
        let mut stores: Vec<String> =
            self.archives.iter().map(|a| a.store_url.clone()).filter(|u| !u.is_empty()).collect();
        stores.sort_unstable();
        stores.dedup();
        stores
    }

    fn text(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::failed("writing the report").because(e))?;
        Ok(text + "\n")
    }

    /// Enters it in the ledger, as it is to be stored.
    pub(super) async fn enter(&self, tx: &Transaction<'_>) -> Result<()> {
        let (text, key, stores) = (self.text()?, self.key()?, self.stores());
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let ending = DrillEnding {
            ended_at: self.ended_at,
            verdict: self.verdict.as_str(),
            archives: count(self.archives.len()),
            failed: count(self.archives.iter().filter(|a| a.result == DrillVerdict::Failed).count()),
            report: (&text, &hex::encode(Sha256::digest(text.as_bytes()))),
            object_key: key.as_str(),
            stores: &stores,
        };
        queries::end(tx, self.drill_id, ending).await
    }
}

/// Puts the report of a drill that has ended into a store, as the ledger has it. Where it is there already it must be the same.
///
/// # Errors
/// [`Kind::Conflict`] where the store is not this database's; [`Kind::Verification`] where another object has the name; where the
/// store cannot be asked.
pub async fn put(db: &Db, live: &Scope, drill: &DrillRow, store: &Store) -> Result<()> {
    let (Some(text), Some(key)) = (&drill.report, &drill.object_key) else { return Ok(()) };
    let key = ObjectKey::new(key)?;
    let store = store.first();
    // A copy of the database reads what the original has stored, and writes nothing beside it.
    match claim::look(db, live, store).await? {
        Ownership::Ours(_) | Ownership::First(_) => {}
    }
    let put = effect!("drill.put", store.put(&key, Bytes::from(text.clone().into_bytes())).await);
    match put {
        // A run that ended before it noted it.
        Err(e) if e.kind() == Kind::Conflict => {}
        put => drop(put?),
    }
    let there = store.read_all(&key, MAX_BYTES).await?;
    if there != text.as_bytes() {
        return Err(Error::new(Kind::Verification, format!("reading {} back", store.describe(&key)))
            .because("it is not the report that the ledger has")
            .hint("it stays as it is: find out who has written it"));
    }
    effect!("drill.note-stored", queries::note_stored(db.client(), drill.id, &store.url().to_string()).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_of_the_servers_words_their_code_alone() {
        let e = Error::new(Kind::Verification, "reading x").because("it is gone");
        assert_eq!(said(&e), "reading x: it is gone");
    }

    #[test]
    fn a_report_belongs_where_its_archives_came_from() {
        let key = Names::drill("a b", "2026-12-01T15:04:05Z".parse().unwrap(), Uuid::nil()).unwrap();
        assert_eq!(key.as_str(), "a%20b/drills/20261201T150405Z.00000000-0000-0000-0000-000000000000.json");
        assert!(!key.as_str().starts_with(&Names::prefix("a b")));
    }
}
