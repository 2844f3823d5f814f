//! The command line as clap reads it: names, flags and help, no logic.

#![allow(clippy::doc_markdown)] // the comments are the help texts

mod archives;
mod chunks;
mod drill;
mod global;
mod holds;
mod known_value;
mod lock;
mod messages;
mod migrate;
mod namespaces;
mod policy;
mod report;
mod serve;
mod space;
pub mod stats;
mod streams;
pub mod values;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueHint};

pub use archives::{
    ArchivesVerb, CopyArchives, Erase, FindArchives, ListArchives, ProveCoverage, Prune, Rehydrate, Rekey,
    ReleaseArchives, ShowArchive, SqlEngine, SqlOfArchives, SyncArchives, Verify,
};
pub use chunks::{ArchiveChunks, ChunksVerb, Compression, DropChunks, ListChunks, Resize, Which};
pub use drill::{DrillVerb, ListDrills, RunDrill, ShowDrill};
pub use global::{ColorMode, DbType, Global, LogFormat, OutputFormat, SseMode, ThawTier};
pub use holds::{HoldsVerb, ListHolds, PlaceHold, ReleaseHold};
pub use known_value::KnownValue;
pub use lock::LockFlags;
pub use messages::{ArchivedMode, Export, FollowMessages, Import, LastMessage, MessagesVerb, Read, WriteMessage};
pub use migrate::{CutOverMigration, MigrateFrom, MigratePostgres, MigrateToPostgres, MigrateVerb, VerifyMigration};
pub use namespaces::{
    ArchivedReadsMode, Create, Delete, NamespacesVerb, NotACategoryMode, PrintGrants, RecountNamespace, RolePurpose,
    SetNamespace, Show, Upgrade,
};
pub use policy::{LifecycleHistory, LifecycleVerb, PlanPolicy, PolicyVerb, RunLifecycle, SetPolicy, ShowPolicy};
pub use report::MakeReport;
pub use serve::Serve;
pub use space::SpaceFlags;
pub use streams::{CategoriesVerb, ListStreams, StreamVersion, StreamsVerb};

/// Operate an EventoDB event store on TimescaleDB.
#[derive(Debug, Parser)]
#[command(
    name = "eventodb-admin",
    bin_name = "eventodb-admin",
    version,
    about = "Operate an EventoDB event store on TimescaleDB",
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done · 1 failed · 2 usage · 3 not found · 4 conflict · 5 verification failed · \
                  6 archived · 7 busy · 8 not supported here · 130/143 stopped"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
}

/// The nouns.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Namespaces: a schema of messages each
    #[command(visible_alias = "namespace", subcommand_required = true, arg_required_else_help = true)]
    Namespaces {
        /// The verb.
        #[command(subcommand)]
        verb: NamespacesVerb,
    },
    /// Messages: write, read, import, export
    #[command(visible_alias = "message", subcommand_required = true, arg_required_else_help = true)]
    Messages {
        /// The verb.
        #[command(subcommand)]
        verb: MessagesVerb,
    },
    /// Streams and their versions
    #[command(visible_alias = "stream", subcommand_required = true, arg_required_else_help = true)]
    Streams {
        /// The verb.
        #[command(subcommand)]
        verb: StreamsVerb,
    },
    /// Categories of streams
    #[command(visible_alias = "category", subcommand_required = true, arg_required_else_help = true)]
    Categories {
        /// The verb.
        #[command(subcommand)]
        verb: CategoriesVerb,
    },
    /// How many messages there are by time, category and type, archived ones included
    #[command(after_help = "Example: eventodb-admin stats --since 2013-07-01 --until 2013-08-01 --per category")]
    Stats(stats::Stats),
    /// Chunks: list, compress, archive, drop
    #[command(visible_alias = "chunk", subcommand_required = true, arg_required_else_help = true)]
    Chunks {
        /// The verb.
        #[command(subcommand)]
        verb: ChunksVerb,
    },
    /// Archives in the store: list, verify, bring back
    #[command(visible_alias = "archive", subcommand_required = true, arg_required_else_help = true)]
    Archives {
        /// The verb.
        #[command(subcommand)]
        verb: ArchivesVerb,
    },
    /// Keep messages for a case, whatever their age: a court order, an audit
    #[command(visible_alias = "hold", subcommand_required = true, arg_required_else_help = true)]
    Holds {
        /// The verb.
        #[command(subcommand)]
        verb: HoldsVerb,
    },
    /// Prove that archives come back: bring some back, and compare them
    #[command(visible_alias = "drills", subcommand_required = true, arg_required_else_help = true)]
    Drill {
        /// The verb.
        #[command(subcommand)]
        verb: DrillVerb,
    },
    /// Prove that every message is live or archived, and once
    #[command(after_help = "Example: eventodb-admin coverage --copies 2")]
    Coverage(ProveCoverage),
    /// What is to be done by age, kept in the database
    #[command(visible_alias = "policies", subcommand_required = true, arg_required_else_help = true)]
    Policy {
        /// The verb.
        #[command(subcommand)]
        verb: PolicyVerb,
    },
    /// What cron calls: do what the policies say
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Lifecycle {
        /// The verb.
        #[command(subcommand)]
        verb: LifecycleVerb,
    },
    /// What the nights left: each namespace in a line, or on a page, worst first
    #[command(
        after_help = "Example: eventodb-admin report --all-namespaces --html /var/lib/eventodb-admin/report.html"
    )]
    Report(MakeReport),
    /// Move plain Postgres schemas onto TimescaleDB, once, and back
    #[command(visible_alias = "migrations", subcommand_required = true, arg_required_else_help = true)]
    Migrate {
        /// The verb.
        #[command(subcommand)]
        verb: MigrateVerb,
    },
    /// Answer SQL over archived messages: the far end of a foreign table, or psql's
    #[command(
        after_help = "Example: eventodb-admin serve --listen unix:/run/eventodb\n         psql -h /run/eventodb -p 5433 -c 'SELECT count(*) FROM tsdb_default.messages'"
    )]
    Serve(Serve),
    /// Check server, namespace and store: one line a check, with the fix
    Doctor,
    /// The settings, and where each comes from
    #[command(subcommand_required = true, arg_required_else_help = true)]
    Config {
        /// The verb.
        #[command(subcommand)]
        verb: ConfigVerb,
    },
    /// Print the script by which a shell asks this program for completions
    #[command(
        after_help = "Examples: source <(eventodb-admin completions bash)    # in ~/.bashrc; zsh: in ~/.zshrc\n          \
                            eventodb-admin completions fish > ~/.config/fish/completions/eventodb-admin.fish"
    )]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write a page a command
    #[command(hide = true)]
    Man {
        /// Folder to write the pages to
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
    /// Print the version
    #[command(hide = true)]
    Version,
}

/// What can be asked about settings.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum ConfigVerb {
    /// Each setting, its value and where it comes from; secrets are masked
    #[command(after_help = "Example: eventodb-admin --profile prod config show")]
    Show,
}
