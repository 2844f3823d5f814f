//! What each run of `lifecycle run` did: a row a run and namespace, entered when it has the lock, completed when it ends.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::error::SqlState;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use crate::db::errors::explain;
use crate::error::{Error, Result};

/// How a run of a namespace ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RunResult {
    /// It did all that it had to.
    Done,
    /// It is under way.
    Running,
    /// Time was too short for all.
    Left,
    /// A stop was asked for.
    Stopped,
    /// Another run held the namespace's lock.
    Busy,
    /// It began, and nothing of it is there any more: no end, and no session.
    Died,
    /// Something failed.
    Failed,
}

impl RunResult {
    /// From good to bad.
    const ALL: [(Self, &'static str); 7] = [
        (Self::Done, "done"),
        (Self::Running, "running"),
        (Self::Left, "left"),
        (Self::Stopped, "stopped"),
        (Self::Busy, "busy"),
        (Self::Died, "died"),
        (Self::Failed, "failed"),
    ];

    /// The name in the database and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(r, _)| *r == self).map_or("", |(_, name)| name)
    }

    /// How bad it is beside others.
    pub fn rank(self) -> usize {
        Self::ALL.iter().position(|(r, _)| *r == self).unwrap_or_default()
    }

    /// Whether somebody should look at it.
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Busy | Self::Died | Self::Failed)
    }

    fn of(row: &Row) -> Result<Self> {
        let text: &str = row.get("state");
        let known = Self::ALL.iter().find(|(_, name)| *name == text).map(|(result, _)| *result);
        known.ok_or_else(|| Error::failed(READING).because(format!("it has a result {text:?}")))
    }
}

/// What a run did, in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RunFigures {
    /// Chunks compressed.
    pub compressed: i64,
    /// Chunks archived and dropped.
    pub archived: i64,
    /// Chunks archived that stay until their archives lie in as many stores as the policy asks for.
    pub waiting: i64,
    /// Copies of archives made in further stores.
    pub copied: i64,
    /// Chunks that had come back, dropped again.
    pub released: i64,
    /// Archives deleted.
    pub expired: i64,
    /// Archives past their time that a hold keeps.
    pub held: i64,
    /// Leftovers of failed attempts removed from the store.
    pub swept: i64,
    /// Archives whose lock was renewed.
    pub renewed: i64,
    /// Messages archived.
    pub messages: i64,
    /// Bytes of CSV archived.
    pub csv_bytes: i64,
    /// Bytes stored for them.
    pub stored_bytes: i64,
    /// Bytes that the database has no longer.
    pub freed_bytes: i64,
    /// Steps that were not begun.
    pub left: i64,
    /// Steps that failed.
    pub failed: i64,
}

impl RunFigures {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        let Self { compressed, archived, waiting, copied, released, expired, held, swept, .. } = other;
        self.compressed += compressed;
        self.archived += archived;
        self.waiting += waiting;
        self.copied += copied;
        self.released += released;
        self.expired += expired;
        self.held += held;
        self.swept += swept;
        let Self { renewed, messages, csv_bytes, stored_bytes, freed_bytes, left, failed, .. } = other;
        self.renewed += renewed;
        self.messages += messages;
        self.csv_bytes += csv_bytes;
        self.stored_bytes += stored_bytes;
        self.freed_bytes += freed_bytes;
        self.left += left;
        self.failed += failed;
    }
}

/// A step that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureText {
    /// The chunk, the archive, or the store; none where the run could not begin.
    pub target: Option<String>,
    /// Why.
    pub error: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// What a namespace is made of at the end of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SizesAfterRun {
    /// Chunks and bytes by state, an object.
    pub chunks: Value,
    /// Bytes of its chunks in the database.
    pub database_bytes: i64,
}

/// How a run of a namespace ended, to be written.
#[derive(Debug)]
pub struct RunEnding<'a> {
    /// The process.
    pub run_id: Uuid,
    /// This program's version.
    pub version: &'a str,
    /// How it ended.
    pub result: RunResult,
    /// The exit code that it would have had alone.
    pub exit_code: u8,
    /// How long it took.
    pub took: Duration,
    /// What it did.
    pub figures: RunFigures,
    /// The first steps that failed.
    pub failures: &'a [FailureText],
    /// What the namespace is made of now, where that is known.
    pub sizes: Option<SizesAfterRun>,
}

/// Enters that a run of a namespace has begun. The session holds its lifecycle lock.
///
/// # Errors
/// Where the statement fails.
pub async fn begin(db: &impl GenericClient, namespace: &str, run_id: Uuid, version: &str) -> Result<()> {
    db.execute(
        "INSERT INTO eventodb_store.runs (namespace, run_id, version) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        &[&namespace, &run_id, &version],
    )
    .await
    .map(drop)
    .map_err(|e| explain(format!("entering the run on namespace {namespace} in its history"), e))
}

/// Completes the row of a run, or enters one that could not begin. A database of an earlier version keeps no history.
///
/// # Errors
/// Where the statement fails.
pub async fn end(db: &impl GenericClient, namespace: &str, ending: &RunEnding<'_>) -> Result<()> {
    let RunEnding { run_id, version, result, exit_code, took, figures: f, failures, sizes } = ending;
    let failures = serde_json::to_value(failures).unwrap_or_default();
    let (chunks, bytes) = (sizes.as_ref().map(|s| &s.chunks), sizes.as_ref().map(|s| s.database_bytes));
    let done = db
        .execute(
            include_str!("../sql/history_end.sql"),
            &[
                &namespace,
                &run_id,
                &version,
                &took.as_secs_f64(),
                &result.as_str(),
                &i16::from(*exit_code),
                &f.compressed,
                &f.archived,
                &f.waiting,
                &f.copied,
                &f.released,
                &f.expired,
                &f.held,
                &f.swept,
                &f.renewed,
                &f.messages,
                &f.csv_bytes,
                &f.stored_bytes,
                &f.freed_bytes,
                &f.left,
                &f.failed,
                &failures,
                &chunks,
                &bytes,
            ],
        )
        .await;
    match done {
        Err(e) if e.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(()),
        done => done.map(drop).map_err(|e| explain(format!("writing the history of namespace {namespace}"), e)),
    }
}

/// A run of a namespace.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// The namespace.
    pub namespace: String,
    /// The process.
    pub run_id: Uuid,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The program's version.
    pub version: String,
    /// How it ended, or whether it is under way.
    pub result: RunResult,
    /// The exit code that it would have had alone.
    pub exit_code: Option<u8>,
    /// What it did.
    pub figures: RunFigures,
    /// The first steps that failed.
    pub failures: Vec<FailureText>,
    /// Chunks and bytes by state at its end.
    pub chunks: Option<Value>,
    /// Bytes of the namespace's chunks in the database at its end.
    pub database_bytes: Option<i64>,
    /// Archives in the store at its end.
    pub archives: Option<i64>,
    /// Bytes stored for them, copies left out.
    pub archive_bytes: Option<i64>,
}

/// A run over all its namespaces.
#[derive(Debug, Clone)]
pub struct RunTotals {
    /// The process.
    pub run_id: Uuid,
    /// Its namespaces.
    pub namespaces: i64,
    /// Those in which something failed.
    pub failed_namespaces: i64,
    /// When the first of them began.
    pub began_at: DateTime<Utc>,
    /// When the last of them ended; none where one has no end.
    pub ended_at: Option<DateTime<Utc>>,
    /// The worst result.
    pub result: RunResult,
    /// The exit codes of its namespaces.
    pub exit_codes: Vec<i16>,
    /// The sums of what it did.
    pub figures: RunFigures,
    /// The first failure.
    pub error: Option<String>,
    /// The program's version.
    pub version: String,
}

/// Which runs are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunFilter<'a> {
    /// Of this namespace alone.
    pub namespace: Option<&'a str>,
    /// Begun so long ago at most.
    pub since: Option<Duration>,
    /// Only those in which something failed.
    pub failures_only: bool,
    /// So many at most.
    pub limit: i64,
}

const READING: &str = "reading the history of runs";

fn figures(row: &Row) -> RunFigures {
    RunFigures {
        compressed: row.get("compressed"),
        archived: row.get("archived"),
        waiting: row.get("waiting"),
        copied: row.get("copied"),
        released: row.get("released"),
        expired: row.get("expired"),
        held: row.get("held"),
        swept: row.get("swept"),
        renewed: row.get("renewed"),
        messages: row.get("messages"),
        csv_bytes: row.get("csv_bytes"),
        stored_bytes: row.get("stored_bytes"),
        freed_bytes: row.get("freed_bytes"),
        left: row.get("left_steps"),
        failed: row.get("failed"),
    }
}

/// Whether the database keeps a history: one of an earlier version has no table for it.
///
/// # Errors
/// Where the query fails.
pub async fn is_kept(db: &impl GenericClient) -> Result<bool> {
    let sql = "SELECT to_regclass('eventodb_store.runs') IS NOT NULL";
    Ok(db.query_one(sql, &[]).await.map_err(|e| explain(READING, e))?.get(0))
}

/// Runs, the newest first, each in sum over its namespaces.
///
/// # Errors
/// Where the query fails.
pub async fn totals(db: &impl GenericClient, asked: RunFilter<'_>) -> Result<Vec<RunTotals>> {
    let since = asked.since.map(|age| age.as_secs_f64());
    let rows = db
        .query(
            include_str!("../sql/history_totals.sql"),
            &[&asked.namespace, &since, &asked.failures_only, &asked.limit],
        )
        .await
        .map_err(|e| explain(READING, e))?;
    rows.iter()
        .map(|row| {
            Ok(RunTotals {
                run_id: row.get("run_id"),
                namespaces: row.get("namespaces"),
                failed_namespaces: row.get("failed_namespaces"),
                began_at: row.get("began_at"),
                ended_at: row.get("ended_at"),
                result: RunResult::of(row)?,
                exit_codes: row.get::<_, Option<Vec<i16>>>("exit_codes").unwrap_or_default(),
                figures: figures(row),
                error: row.get("error"),
                version: row.get("version"),
            })
        })
        .collect()
}

pub(super) fn run(row: &Row) -> Result<RunRow> {
    let failures: Value = row.get("failures");
    Ok(RunRow {
        namespace: row.get("namespace"),
        run_id: row.get("run_id"),
        began_at: row.get("began_at"),
        ended_at: row.get("ended_at"),
        version: row.get("version"),
        result: RunResult::of(row)?,
        exit_code: row.get::<_, Option<i16>>("exit_code").and_then(|code| u8::try_from(code).ok()),
        figures: figures(row),
        // Others may have written another form.
        failures: serde_json::from_value(failures).unwrap_or_default(),
        chunks: row.get("chunks"),
        database_bytes: row.get("database_bytes"),
        archives: row.get("archives"),
        archive_bytes: row.get("archive_bytes"),
    })
}

/// The columns of `r`, and what has become of a run without an end.
pub(super) const SELECT: &str = "r.*, CASE WHEN r.result IS NOT NULL THEN r.result
             WHEN EXISTS (SELECT FROM eventodb_store.lifecycle_holders(r.namespace, eventodb_store.lifecycle_key(r.namespace)) h
                           WHERE h.pid = r.pid) THEN 'running'
             ELSE 'died' END AS state";

/// A run as each of its namespaces has it: all whose number is between these two.
///
/// # Errors
/// Where the query fails.
pub async fn of_run(db: &impl GenericClient, first: Uuid, last: Uuid) -> Result<Vec<RunRow>> {
    let sql =
        format!("SELECT {SELECT} FROM eventodb_store.runs r WHERE r.run_id BETWEEN $1 AND $2 ORDER BY r.namespace");
    let rows = db.query(&sql, &[&first, &last]).await.map_err(|e| explain(READING, e))?;
    rows.iter().map(run).collect()
}
