//! `migrate`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::values::{self, AgeOrNever};

/// Verbs on migrations.
#[derive(Debug, Subcommand)]
pub enum MigrateVerb {
    /// Copy a plain Postgres schema, of EventoDB or Message DB, into a new namespace; run again, it goes on
    #[command(
        after_help = "Example: eventodb-admin -n orders migrate postgres --from-url postgres://ro@old.example.org/events \
                      --from-schema eventodb_orders --jobs 2 --follow"
    )]
    Postgres(MigratePostgres),
    /// How far it is, and what is wrong
    Status(MigrateFrom),
    /// Compare source and namespace: counts, then content, down to the message
    Verify(VerifyMigration),
    /// Stop writes to the source, copy the rest, verify, and let the namespace take over
    #[command(
        after_help = "Example: eventodb-admin -n orders migrate cutover --from-url postgres://owner@old.example.org/events"
    )]
    Cutover(CutOverMigration),
    /// Give a migration up: the namespace's copy is deleted, the source takes writes as before (destructive)
    Abandon(MigrateFrom),
    /// This database goes on with a source that the database it is a copy of has cut over (destructive)
    #[command(
        long_about = "This database goes on with a source that the database it is a copy of has cut over (destructive)\n\nA source \
                      that was cut over belongs to one database. A copy of that database (a clone, a dump or a backup that was \
                      restored elsewhere) changes nothing there (exit 4), until it takes the original's place. Example: \
                      eventodb-admin -n orders migrate claim --from-url postgres://owner@old.example.org/events"
    )]
    Claim(MigrateFrom),
    /// Copy a namespace into a plain Postgres schema as EventoDB's Postgres driver has it
    #[command(
        after_help = "Example: eventodb-admin -n orders migrate to-postgres --to-url postgres://events@new.example.org/events"
    )]
    ToPostgres(MigrateToPostgres),
}

/// Where the messages come from.
#[derive(Debug, Args)]
pub struct MigrateFrom {
    /// The source's database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it
    #[arg(long, value_name = "URL")]
    pub from_url: Option<String>,
}

/// `migrate postgres`.
#[derive(Debug, Args)]
pub struct MigratePostgres {
    /// Where from.
    #[command(flatten)]
    pub from: MigrateFrom,
    /// The source's schema, such as eventodb_orders or message_store
    #[arg(long, value_name = "S")]
    pub from_schema: Option<String>,
    /// Leave a column of the source behind that a namespace has no place for
    #[arg(long = "ignore-column", value_name = "COLUMN")]
    pub ignore_columns: Vec<String>,
    /// Go on copying what is written, until a signal or the cutover ends it
    #[arg(long)]
    pub follow: bool,
    /// Messages a range: what is copied, proven and committed at a time
    #[arg(long, value_name = "N", default_value = "50000", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub batch: u32,
    /// Ranges at a time
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
    /// At most so many messages a second
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_rate: Option<u32>,
    /// Time that a chunk of the new namespace spans
    #[arg(long, value_name = "D", default_value = "7d", value_parser = values::duration)]
    pub chunk_interval: Duration,
    /// Compress chunks whose range ended so long ago behind the copy, or never
    #[arg(long, value_name = "D", default_value = "7d", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub compress_after: AgeOrNever,
    /// Archive and drop chunks whose range ended so long ago behind the copy; needs a store
    #[arg(long, value_name = "D", value_parser = values::duration, allow_hyphen_values = true)]
    pub archive_older_than: Option<Duration>,
}

/// `migrate verify`.
#[derive(Debug, Args)]
pub struct VerifyMigration {
    /// Where from.
    #[command(flatten)]
    pub from: MigrateFrom,
    /// Compare counts only
    #[arg(long)]
    pub counts: bool,
}

/// `migrate cutover`.
#[derive(Debug, Args)]
pub struct CutOverMigration {
    /// Where from.
    #[command(flatten)]
    pub from: MigrateFrom,
    /// Compare the content of every message again while writes are stopped, and not only of the last ones
    #[arg(long)]
    pub verify_all: bool,
    /// Put everything back if writes were stopped for so long
    #[arg(long, value_name = "D", default_value = "10m", value_parser = values::duration)]
    pub max_downtime: Duration,
}

/// `migrate to-postgres`.
#[derive(Debug, Args)]
pub struct MigrateToPostgres {
    /// The target's database; better EVENTODB_TO_URL or ~/.pgpass where there is a password in it
    #[arg(long, value_name = "URL")]
    pub to_url: Option<String>,
    /// The target's schema; EventoDB's own name for the namespace where it is left out
    #[arg(long, value_name = "S")]
    pub to_schema: Option<String>,
    /// Messages a range: what is copied and committed at a time
    #[arg(long, value_name = "N", default_value = "50000", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub batch: u32,
}
