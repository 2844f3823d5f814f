//! What the report says, in typed rows. As JSON it is what `report -o json` prints.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::instant::{instant, instant_or_null};
use super::strip::StripCell;
use crate::db::queries::history::{FailureText, RunFigures, RunResult};
use crate::db::queries::policies::Policy;

/// How much something wants somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// All is as it should be.
    #[default]
    Good,
    /// This role may not look.
    Unknown,
    /// Somebody should look at it some time.
    Attention,
    /// Somebody should look at it now.
    Alarm,
}

impl Level {
    /// From bad to good.
    pub const ALL: [Self; 4] = [Self::Alarm, Self::Attention, Self::Unknown, Self::Good];

    /// The name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Attention => "attention",
            Self::Alarm => "alarm",
        }
    }
}

/// Something that somebody should know, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How much.
    pub level: Level,
    /// What, in a sentence.
    pub text: String,
    /// The command that the hint begins with, where it does, as it is typed.
    pub command: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
}

/// A chapter of the report that is made elsewhere: what it comes to, and its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chapter {
    /// What it comes to.
    pub level: Level,
    /// What there is to say, a sentence a line.
    pub lines: Vec<String>,
    /// How sizes will go, where that is told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sizes: Vec<SizePoint>,
}

/// What kind of namespace it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceKind {
    /// A hypertable: it has chunks.
    Hypertable,
    /// A plain table, as `EventoDB`'s Postgres schemas have it.
    Plain,
    /// The registry has it, and the database has no table of it.
    Missing,
    /// This role may not read it.
    Hidden,
}

/// Chunks of one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StateTotal {
    /// How many.
    pub chunks: i64,
    /// Their bytes: in the database, or of archived ones in the store.
    pub bytes: i64,
    /// Their messages, as far as numbers are known.
    pub messages: i64,
}

/// What the policy asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicySummary {
    /// Age in seconds at which chunks are compressed.
    pub compress_after_seconds: Option<u64>,
    /// Age in seconds at which chunks are archived.
    pub archive_after_seconds: Option<u64>,
    /// Age in seconds at which archives are deleted.
    pub expire_archives_after_seconds: Option<u64>,
    /// Bytes that the chunks take at most.
    pub keep_at_most_bytes: Option<u64>,
    /// Percent of the disk that stay free.
    pub keep_free_percent: Option<f64>,
    /// Bytes of the disk that stay free.
    pub keep_free_bytes: Option<u64>,
    /// Age in seconds below which no chunk leaves.
    pub keep_live_at_least_seconds: Option<u64>,
    /// The stores that archives are kept in.
    pub stores: Vec<String>,
}

/// What is held for cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HoldSummary {
    /// Holds in force.
    pub holds: i64,
    /// The first few of their cases.
    pub cases: Vec<String>,
}

/// A run of a namespace.
#[derive(Debug, Clone, Serialize)]
pub struct RunSummary {
    /// The process.
    pub run_id: Uuid,
    /// When it began.
    #[serde(serialize_with = "instant")]
    pub began_at: DateTime<Utc>,
    /// When it ended.
    #[serde(serialize_with = "instant_or_null")]
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub result: RunResult,
    /// The exit code that it would have had alone.
    pub exit_code: Option<u8>,
    /// What it did.
    #[serde(flatten)]
    pub figures: RunFigures,
    /// The first steps that failed.
    pub failures: Vec<FailureText>,
}

/// Sizes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SizePoint {
    /// When.
    #[serde(serialize_with = "instant")]
    pub at: DateTime<Utc>,
    /// Bytes of chunks in the database.
    pub database_bytes: i64,
    /// Bytes of archives in the store, copies left out.
    pub archive_bytes: i64,
}

/// What coverage was told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Checked {
    /// By the ledger alone: nothing was counted, and no store was asked.
    Ledger,
    /// By `coverage`: messages were counted, and stores were asked.
    Proof,
}

/// Whether every message is somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverageSummary {
    /// How it was looked at.
    pub checked: Checked,
    /// Of a proof `complete`, `incomplete` or `unproven`; by the ledger `consistent` or `inconsistent`;
    /// `unknown` where there is nothing to look at, or this role may not look.
    pub verdict: &'static str,
    /// What was found, the first few.
    pub findings: Vec<String>,
    /// What to do about it.
    pub hint: Option<String>,
    /// When the archive was last read back that waits the longest for it.
    #[serde(serialize_with = "instant_or_null")]
    pub oldest_read_back_at: Option<DateTime<Utc>>,
}

/// A namespace.
#[derive(Debug, Clone, Serialize)]
pub struct NamespaceReport {
    /// Its name.
    pub name: String,
    /// What it comes to.
    pub level: Level,
    /// What it is.
    pub kind: NamespaceKind,
    /// What somebody should know, the worst first.
    pub notices: Vec<Notice>,
    /// What its policy asks for, where it has one.
    pub policy: Option<PolicySummary>,
    /// Chunks by state.
    pub chunks: BTreeMap<&'static str, StateTotal>,
    /// Bytes of its chunks in the database.
    pub database_bytes: i64,
    /// Archives that are kept.
    pub archives: i64,
    /// Bytes stored for them, copies left out.
    pub archive_bytes: i64,
    /// Copies of archives that the policy wants and that are not there.
    pub missing_copies: i64,
    /// Copies that were found damaged or missing, and not made again.
    pub damaged_copies: i64,
    /// What is held for cases.
    pub holds: HoldSummary,
    /// Whether every message is somewhere.
    pub coverage: CoverageSummary,
    /// Its last run.
    pub last_run: Option<RunSummary>,
    /// When the last run ended that did all it had to.
    #[serde(serialize_with = "instant_or_null")]
    pub last_success_at: Option<DateTime<Utc>>,
    /// Its chunks, oldest first; neighbours of one state may be joined.
    pub strip: Vec<StripCell>,
    /// How its sizes went.
    pub sizes: Vec<SizePoint>,
    /// Restores that were tried; absent where nobody tries any.
    pub drills: Option<Chapter>,
    /// How sizes will go; absent where that is not told.
    pub forecast: Option<Chapter>,
    /// What else it is judged by.
    #[serde(skip)]
    pub(super) facts: NamespaceFacts,
}

/// What a namespace is judged by and that is not shown.
#[derive(Debug, Clone, Default)]
pub(super) struct NamespaceFacts {
    /// Since when the policy is what it is.
    pub policy_set_at: Option<DateTime<Utc>>,
    /// When the range of the oldest chunk ended that has ended and is in no archive.
    pub oldest_unarchived: Option<DateTime<Utc>>,
    /// Whether the server drops chunks by itself.
    pub has_retention: bool,
    /// Whether this program's migrations have not been there.
    pub lacks_upgrade: bool,
    /// The namespace's schema.
    pub schema: String,
    /// The policy, whole.
    pub policy: Option<Policy>,
    /// What drills and the forecast come to.
    pub notices: Vec<Notice>,
}

/// Namespaces by level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LevelCounts {
    /// All of them.
    pub namespaces: usize,
    /// Those that want somebody now.
    pub alarm: usize,
    /// Those that want somebody some time.
    pub attention: usize,
    /// Those that this role may not read.
    pub unknown: usize,
    /// Those where all is as it should be.
    pub good: usize,
}

/// All namespaces together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Chunks by state.
    pub chunks: BTreeMap<&'static str, StateTotal>,
    /// Bytes of chunks in the database.
    pub database_bytes: i64,
    /// Archives that are kept.
    pub archives: i64,
    /// Bytes stored for them.
    pub archive_bytes: i64,
    /// Copies that are missing.
    pub missing_copies: i64,
    /// Holds in force.
    pub holds: i64,
}

/// The last run of each namespace, together.
#[derive(Debug, Clone, Serialize)]
pub struct LastRuns {
    /// The newest of them.
    pub run_id: Uuid,
    /// When the first of them began.
    #[serde(serialize_with = "instant")]
    pub began_at: DateTime<Utc>,
    /// When the last of them ended.
    #[serde(serialize_with = "instant_or_null")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Namespaces by result.
    pub results: BTreeMap<&'static str, usize>,
    /// What they did, in sum.
    #[serde(flatten)]
    pub figures: RunFigures,
}

/// The report.
#[derive(Debug, Clone, Serialize)]
pub struct MorningReport {
    /// When it was made, by the server's clock.
    #[serde(serialize_with = "instant")]
    pub made_at: DateTime<Utc>,
    /// This program's version.
    pub version: &'static str,
    /// The database.
    pub database: String,
    /// What it all comes to.
    pub level: Level,
    /// The same, in a sentence.
    pub verdict: String,
    /// Namespaces by level.
    pub counts: LevelCounts,
    /// All namespaces together.
    pub sums: Sums,
    /// Their last runs together.
    pub last_runs: Option<LastRuns>,
    /// How the sizes of all went, in sum.
    pub sizes: Vec<SizePoint>,
    /// Restores that were tried, over all namespaces; absent where nobody tries any.
    pub drills: Option<Chapter>,
    /// How sizes will go, over all namespaces; absent where that is not told.
    pub forecast: Option<Chapter>,
    /// The namespaces, the worst first.
    pub namespaces: Vec<NamespaceReport>,
}
