//! `archives`.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::known_value::KnownValue;
use super::lock::LockFlags;
use super::values::{self, Share};
use crate::archive::Aggregates;

/// Verbs on archives.
#[derive(Debug, Subcommand)]
pub enum ArchivesVerb {
    /// List archives
    List(ListArchives),
    /// Show an archive: the ledger's row, its manifest, messages by category and type
    Show(ShowArchive),
    /// Find the archives that hold a stream, a category, a message or an instant
    #[command(
        after_help = "Example: eventodb-admin archives find --stream account-1\n\nAn id is looked for in the data, \
                            the archive of its own time first where it carries one (UUIDv7)."
    )]
    Find(FindArchives),
    /// Print an archive's messages as NDJSON, as messages export does
    #[command(after_help = "Example: eventodb-admin archives cat 28 | jq -r .type | sort | uniq -c")]
    Cat(ShowArchive),
    /// Print the statements by which a query engine reads the archives where they lie
    #[command(
        after_help = "Example: eventodb-admin archives sql --engine duckdb > archives.sql\n\nTests run the statements for \
                            DuckDB, ClickHouse and Spark; those for Athena and Trino are written by their manuals."
    )]
    Sql(SqlOfArchives),
    /// Read archives back and compare them with the ledger
    #[command(after_help = "Example: eventodb-admin archives verify --all --sample 10%")]
    Verify(Verify),
    /// Make copies of archives in further stores, each proven by its own read-back
    #[command(
        after_help = "Without --to it makes those that the policy wants and that are missing. Run again after an end of any                             kind, it goes on. Examples: eventodb-admin archives copy --all --to s3://elsewhere/events\n                                      eventodb-admin archives copy --all --move --to s3://new/events"
    )]
    Copy(CopyArchives),
    /// Bring archives back into the hypertable
    #[command(
        after_help = "Examples: eventodb-admin archives rehydrate --since 2013-06-01 --until 2013-07-01 --for 7d\n          \
                            eventodb-admin archives rehydrate --stream account-1 --into scratch --only-streams"
    )]
    Rehydrate(Rehydrate),
    /// Drop rehydrated archives from the hypertable again
    #[command(after_help = "What has not changed since goes without a new upload; what has becomes a new generation.")]
    Release(ReleaseArchives),
    /// Take data and metadata of a stream's messages out of the database and of every archive, for good
    #[command(
        after_help = "For data protection: places, types, times and ids of the messages stay, and so does the stream's \
                            name. Asks first. Example: eventodb-admin archives erase --stream customer-7 --reason 'request \
                            of 2 May' --dry-run"
    )]
    Erase(Erase),
    /// Encrypt archives again, to other age recipients
    #[command(
        after_help = "What archives hold stays the same. Each is read back before the old objects go, with all their \
                            versions; then the store is looked through for what others can still open. Without --add and \
                            --remove they are encrypted to the recipients that are configured. Example: eventodb-admin \
                            archives rekey --add age1new… --remove age1old… --age-identity-file both.txt --dry-run"
    )]
    Rekey(Rekey),
    /// Remove archives past their time from the store, for good
    #[command(
        after_help = "Asks first. What is live loses its copy only. Newest generations of a range go only with --yes \
                            and their number, typed or as --confirm-count. Example: eventodb-admin archives prune \
                            --older-than 10y --yes --confirm-count 12"
    )]
    Prune(Prune),
    /// Remove what failed attempts have left in the store: uploads never ended, objects of no use
    #[command(after_help = "What may be the only copy of a message stays, and so does what the ledger does not know.")]
    Sweep(Sweep),
    /// Enter archives in the ledger that only the store knows: after the database was lost, or restored from a backup
    #[command(
        after_help = "Example, on a new database: eventodb-admin namespaces create shop && eventodb-admin -n shop \
                            archives sync --store s3://bucket/prefix\n\nArchives of another database are named and left \
                            out, unless the namespace is empty and they all have one owner, or --from names \
                            theirs.\n\nAttempts that failed are entered too, where they are whole, their messages are \
                            nowhere else and the namespace still counts on them: somebody else has dropped the chunk."
    )]
    Sync(SyncArchives),
    /// Take over the store's archives of the namespace: from another database, or from an earlier self of this one
    #[command(
        after_help = "For a database that was lost and made again, restored from an older backup, moved to another cluster, \
                            or promoted beside its original. Asks first. From then on the database that had them before \
                            reads them and changes nothing (exit 4). Example: eventodb-admin -n shop archives claim --store \
                            s3://bucket/prefix"
    )]
    Claim,
}

/// `archives erase`.
#[derive(Debug, Args)]
pub struct Erase {
    /// The stream; may be given several times
    #[arg(long = "stream", value_name = "S", required = true)]
    pub streams: Vec<String>,
    /// Why: kept in the database and in the manifests of the archives
    #[arg(long, value_name = "T")]
    pub reason: String,
    /// A store that was taken out of service and is gone for good: what it held counts as erased; may be given several times
    #[arg(long, value_name = "URL")]
    pub gone: Vec<String>,
    /// Object Lock of the archives that are written again.
    #[command(flatten)]
    pub locking: LockFlags,
}

/// `archives rekey`.
#[derive(Debug, Args)]
pub struct Rekey {
    /// Numbers of archives; all that are kept, where none is given
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive)]
    pub ids: Vec<i64>,
    /// All archives of the namespace, as without a number
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    /// A recipient (age1…) whose identity opens them from now on, beside those that they have; may be given several times
    #[arg(long = "add", value_name = "RECIPIENT", value_parser = values::recipient)]
    pub added: Vec<String>,
    /// A recipient whose identity is not to open them any more; may be given several times
    #[arg(long = "remove", value_name = "RECIPIENT", value_parser = values::recipient)]
    pub removed: Vec<String>,
}

/// `archives prune`.
#[derive(Debug, Args)]
pub struct Prune {
    /// Archives whose range ended at least so long ago
    #[arg(long, value_name = "D", value_parser = values::duration)]
    pub older_than: Duration,
    /// Only generations that others have taken the place of
    #[arg(long)]
    pub superseded: bool,
    /// With --yes and without a terminal: how many newest generations may go. With --superseded: how many that others have taken
    /// the place of and that alone have what messages were before they changed
    #[arg(long, value_name = "N")]
    pub confirm_count: Option<usize>,
}

/// `archives sync`.
#[derive(Debug, Args)]
pub struct SyncArchives {
    /// Also archives that the ledger gave up and whose messages are nowhere else: after a TRUNCATE by accident. Their places
    /// must be free
    #[arg(long)]
    pub expired: bool,
    /// Enter the archives of this database as well, or of this lineage: as the findings name them; may be given several
    /// times
    #[arg(long, value_name = "SYSTEM_IDENTIFIER/DATABASE|CLAIM_ID")]
    pub from: Vec<String>,
    /// Enter nothing (exit 5) unless the store's newest manifest has this SHA-256, as the last run printed it, and each other
    /// one that the ledger does not know comes before it; may be given several times
    #[arg(long = "expect-manifest", value_name = "SHA256", value_parser = values::sha256)]
    pub expected: Vec<String>,
    /// Also archives that are not encrypted, though age keys are given: from the time before there were keys
    #[arg(long)]
    pub allow_unencrypted: bool,
}

/// `archives sweep`.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Only uploads begun at least so long ago: a younger one may be at work
    #[arg(long, value_name = "D", value_parser = values::duration, default_value = "1d")]
    pub older_than: Duration,
}

/// `archives release`.
#[derive(Debug, Args)]
pub struct ReleaseArchives {
    /// Numbers of archives
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive, required = true)]
    pub ids: Vec<i64>,
    /// Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)
    #[arg(long, value_name = "allow|refuse")]
    pub continuous_aggregates: Option<Aggregates>,
    /// Object Lock of archives that take the place of changed ones.
    #[command(flatten)]
    pub locking: LockFlags,
}

/// `archives list`.
#[derive(Debug, Args)]
pub struct ListArchives {
    /// Failed and expired ones as well
    #[arg(long)]
    pub all: bool,
}

/// `archives show`.
#[derive(Debug, Args)]
pub struct ShowArchive {
    /// Number of the archive
    #[arg(allow_hyphen_values = true, value_parser = values::archive, add = KnownValue::Archive)]
    pub id: i64,
}

/// `archives find`.
#[derive(Debug, Args)]
#[command(
    override_usage = "eventodb-admin archives find [OPTIONS] <--stream S|--category C|--id ID|--global-position N|--time T>"
)]
#[command(group = ArgGroup::new("what").args(["stream", "category", "id", "global_position", "time"]).required(true))]
pub struct FindArchives {
    /// A stream
    #[arg(long, value_name = "S")]
    pub stream: Option<String>,
    /// A category
    #[arg(long, value_name = "C")]
    pub category: Option<String>,
    /// A message, by its id: looked for in the data, at its own time first where it carries one
    #[arg(long, value_name = "UUID")]
    pub id: Option<Uuid>,
    /// A message, by its global position
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(0..))]
    pub global_position: Option<i64>,
    /// The range that this instant is in
    #[arg(long, value_name = "T", value_parser = values::instant)]
    pub time: Option<DateTime<Utc>>,
}

/// `archives sql`.
#[derive(Debug, Args)]
pub struct SqlOfArchives {
    /// The engine
    #[arg(long, value_name = "ENGINE")]
    pub engine: SqlEngine,
    /// Name of the view [default: NAMESPACE_archive]
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
}

/// A query engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlEngine {
    /// DuckDB
    Duckdb,
    /// Amazon Athena
    Athena,
    /// Trino, with the Hive connector
    Trino,
    /// ClickHouse, chDB
    Clickhouse,
    /// Apache Spark
    Spark,
}

/// `archives verify`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").args(["ids", "all"]).required(true))]
pub struct Verify {
    /// Numbers of archives
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive)]
    pub ids: Vec<i64>,
    /// All archives of the namespace
    #[arg(long)]
    pub all: bool,
    /// A random part of them, at least one
    #[arg(long, value_name = "P", value_parser = values::share, allow_hyphen_values = true)]
    pub sample: Option<Share>,
    /// Make what is damaged or missing again, from a copy in another store that is whole
    #[arg(long)]
    pub repair: bool,
    /// Archives at a time
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
}

/// `coverage`.
#[derive(Debug, Args)]
pub struct ProveCoverage {
    /// Prove as well that each archive that is the only place of its messages lies in so many stores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub copies: Option<u8>,
}

/// `archives copy`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").args(["ids", "all"]).required(true))]
pub struct CopyArchives {
    /// Numbers of archives
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive)]
    pub ids: Vec<i64>,
    /// All archives of the namespace
    #[arg(long)]
    pub all: bool,
    /// The store that they are copied to; may be given several times
    #[arg(long = "to", value_name = "URL")]
    pub to: Vec<String>,
    /// Remove them from the stores that they were in, once their copies are proven (destructive)
    #[arg(long = "move", requires = "to")]
    pub moves: bool,
    /// Archives at a time
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
}

/// `archives rehydrate`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").args(["ids", "from", "to", "streams", "chunks"]).required(true).multiple(true))]
pub struct Rehydrate {
    /// Numbers of archives
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive, conflicts_with_all = ["from", "to", "streams", "chunks"])]
    pub ids: Vec<i64>,
    /// Ranges from this instant on
    #[arg(long = "since", alias = "from", value_name = "T", value_parser = values::instant, conflicts_with = "streams")]
    pub from: Option<DateTime<Utc>>,
    /// Ranges before this instant
    #[arg(long = "until", alias = "to", value_name = "T", value_parser = values::instant, conflicts_with = "streams")]
    pub to: Option<DateTime<Utc>>,
    /// All that may hold messages of this stream; may be given several times
    #[arg(long = "stream", value_name = "S")]
    pub streams: Vec<String>,
    /// All that were made from this chunk; may be given several times
    #[arg(long = "chunk", value_name = "CHUNK", add = KnownValue::Chunk, conflicts_with_all = ["from", "to", "streams"])]
    pub chunks: Vec<String>,
    /// Stay in the hypertable so long at least: until then no run by age drops it, then lifecycle run does
    #[arg(long = "for", value_name = "D", value_parser = values::duration)]
    pub lease: Option<Duration>,
    /// Copy into this namespace instead, which must be there: archives and their chunks stay as they are
    #[arg(long, value_name = "NAMESPACE", add = KnownValue::Namespace, conflicts_with = "lease")]
    pub into: Option<String>,
    /// With --into: only the messages of the streams given by --stream
    #[arg(long, requires = "into", requires = "streams")]
    pub only_streams: bool,
}
