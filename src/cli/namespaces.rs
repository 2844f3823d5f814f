//! `namespaces`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::known_value::KnownValue;
use super::values::{self, AgeOrNever};
use crate::db::conninfo::Secret;

/// Verbs on namespaces.
#[derive(Debug, Subcommand)]
pub enum NamespacesVerb {
    /// Make a namespace and print its token, once
    #[command(after_help = "Example: eventodb-admin namespaces create orders --chunk-interval 7d --compress-after 30d")]
    Create(Create),
    /// List namespaces
    List,
    /// Show one namespace
    Show(Show),
    /// Change a setting of a namespace
    #[command(
        after_help = "Examples:\n  eventodb-admin namespaces set orders --archived-reads fail\n  eventodb-admin namespaces set orders \
                            --archived-reads serve --serve-url postgres://eventodb@127.0.0.1:5433/events"
    )]
    Set(SetNamespace),
    /// Bring a namespace up to date, or adopt one that EventoDB made
    Upgrade(Upgrade),
    /// Print the SQL that gives a role its rights, and run nothing
    #[command(after_help = "Example: eventodb-admin namespaces grants orders --role backup --as archiver > grants.sql")]
    Grants(PrintGrants),
    /// Rebuild heads, counts and ranges of positions from messages and archives
    #[command(after_help = "Example: eventodb-admin namespaces recount orders --dry-run")]
    Recount(RecountNamespace),
    /// Delete a namespace with all its live messages (destructive)
    Delete(Delete),
}

/// `namespaces create`.
#[derive(Debug, Args)]
pub struct Create {
    /// Letters, digits, '_', '-' and '.'
    pub name: String,
    /// What it is for
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub description: String,
    /// Token to use, @FILE to read it from, - for standard input; without it one is made
    ///
    /// Arguments are seen by all users of the machine: a file is not.
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub token: Option<Secret>,
    /// Time that a chunk spans
    #[arg(long, value_name = "D", default_value = "7d", value_parser = values::duration, allow_hyphen_values = true)]
    pub chunk_interval: Duration,
    /// Age at which chunks are compressed, or never
    #[arg(long, value_name = "D", default_value = "7d", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub compress_after: AgeOrNever,
}

/// `namespaces show`.
#[derive(Debug, Args)]
pub struct Show {
    /// Name [default: the one of --namespace]
    #[arg(add = KnownValue::Namespace)]
    pub name: Option<String>,
}

/// What the functions that servers call do where a read reaches into archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ArchivedReadsMode {
    /// Leave out what is archived, as EventoDB has it
    Skip,
    /// Fail with SQLSTATE VA001
    Fail,
    /// Ask `eventodb-admin serve`, as every query of messages does then
    Serve,
}

/// What the functions that servers call answer where a category is asked for by a name that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NotACategoryMode {
    /// An error, as in Message DB
    Fail,
    /// No messages, as EventoDB's own functions and clients have it
    Nothing,
}

/// `namespaces set`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("setting").required(true).multiple(true).args(["archived_reads", "not_a_category"]))]
pub struct SetNamespace {
    /// Name [default: the one of --namespace]
    #[arg(add = KnownValue::Namespace)]
    pub name: Option<String>,
    /// What get_stream_messages and its kin do where a read reaches into archives
    #[arg(long, value_name = "MODE", value_enum)]
    pub archived_reads: Option<ArchivedReadsMode>,
    /// What get_category_messages does where a category is asked for by a name with '-' in it
    #[arg(long, value_name = "ANSWER", value_enum)]
    pub not_a_category: Option<NotACategoryMode>,
    /// Where eventodb-admin serve answers, as the database's server reaches it: postgres://user@host:port/database
    ///
    /// Without the password: arguments are seen by all users of the machine. It comes from --serve-password-file, PGPASSFILE or
    /// ~/.pgpass.
    #[arg(long, value_name = "URL", required_if_eq("archived_reads", "serve"))]
    pub serve_url: Option<String>,
    /// File with the password to log in there with
    #[arg(long, value_name = "FILE", requires = "serve_url")]
    pub serve_password_file: Option<PathBuf>,
}

/// `namespaces upgrade`.
#[derive(Debug, Args)]
pub struct Upgrade {
    /// Name [default: the one of --namespace]
    #[arg(add = KnownValue::Namespace)]
    pub name: Option<String>,
    /// All namespaces of the database
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
}

/// `namespaces recount`.
#[derive(Debug, Args)]
pub struct RecountNamespace {
    /// Name [default: the one of --namespace]
    #[arg(add = KnownValue::Namespace)]
    pub name: Option<String>,
    /// Take messages that are neither live nor archived for lost, and count them no longer (destructive)
    ///
    /// Their count is the only proof that there was something: without this it stays, and the command names them.
    #[arg(long)]
    pub accept_missing: bool,
}

/// `namespaces delete`.
#[derive(Debug, Args)]
pub struct Delete {
    /// Name
    #[arg(add = KnownValue::Namespace)]
    pub name: String,
}

/// What a role is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RolePurpose {
    /// Read messages, chunks, archives, coverage
    Reader,
    /// Read, and write messages
    Writer,
    /// Read, archive chunks, drop what is archived, bring it back
    Archiver,
    /// Make and upgrade namespaces; all that their owner can
    Operator,
    /// Read, and answer archived reads (serve); also what setting them up takes of a superuser
    Server,
}

/// `namespaces grants`.
#[derive(Debug, Args)]
pub struct PrintGrants {
    /// Name [default: the one of --namespace]
    #[arg(add = KnownValue::Namespace)]
    pub name: Option<String>,
    /// Role of the database
    #[arg(long, value_name = "ROLE")]
    pub role: String,
    /// What the role is for
    #[arg(long = "as", value_name = "PURPOSE")]
    pub purpose: RolePurpose,
    /// Take freezing and dropping chunks away from everybody else
    #[arg(long)]
    pub restrict_chunk_functions: bool,
}
