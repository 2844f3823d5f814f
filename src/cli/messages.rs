//! `messages`.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::values;
use crate::db::queries::messages::ConsumerGroup;

/// Verbs on messages.
#[derive(Debug, Subcommand)]
pub enum MessagesVerb {
    /// Write one message
    #[command(
        after_help = "Example: eventodb-admin messages write account-1 Opened --data '{\"by\":\"ann\"}' --expected-version -1"
    )]
    Write(WriteMessage),
    /// Read a stream or a category
    #[command(
        after_help = "Example: eventodb-admin messages read --category account --from-global-position 1 --limit 100 -o json"
    )]
    Read(Read),
    /// Read the last message of a stream
    Last(LastMessage),
    /// Import NDJSON, all of it or nothing
    #[command(
        after_help = "A line: {\"id\",\"stream\",\"type\",\"pos\",\"gpos\",\"data\",\"meta\",\"time\"}; without pos and gpos it is appended"
    )]
    Import(Import),
    /// Export NDJSON by global position
    #[command(
        after_help = "Example: eventodb-admin messages export --category account --since 2013-07-01 --file july.ndjson.zst"
    )]
    Export(Export),
    /// Follow messages by global position as NDJSON: archived ones, live ones, then new ones as they come
    #[command(
        after_help = "To go on later, give the last line's gpos + 1. Example: eventodb-admin messages follow --category account --from-global-position 1"
    )]
    Follow(FollowMessages),
}

/// `messages write`.
#[derive(Debug, Args)]
pub struct WriteMessage {
    /// Stream
    pub stream: String,
    /// Type of the message
    #[arg(value_name = "TYPE")]
    pub message_type: String,
    /// Data: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub data: Option<String>,
    /// Metadata: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON", allow_hyphen_values = true)]
    pub metadata: Option<String>,
    /// Id; writing the same message with the same id again changes nothing
    #[arg(long, value_name = "UUID")]
    pub id: Option<Uuid>,
    /// Version the stream must have; -1: it must not exist
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(-1..))]
    pub expected_version: Option<i64>,
}

/// What to do about archived messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ArchivedMode {
    /// Read them from the store; where none can be asked, say what is missing, and exit 6
    Auto,
    /// Leave them out
    Skip,
    /// Read nothing else
    Only,
}

/// `messages read`.
#[derive(Debug, Args)]
pub struct Read {
    /// Stream
    #[arg(required_unless_present = "category", conflicts_with = "category")]
    pub stream: Option<String>,
    /// Category instead of a stream
    #[arg(long, value_name = "C")]
    pub category: Option<String>,
    /// First position of the stream
    #[arg(long, value_name = "N", default_value = "0", conflicts_with = "category", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(0..))]
    pub from_position: i64,
    /// First global position of the category
    #[arg(long, value_name = "N", default_value = "1", requires = "category", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(0..))]
    pub from_global_position: i64,
    /// Only the streams of this member
    #[arg(long, value_name = "MEMBER/SIZE", requires = "category", allow_hyphen_values = true, value_parser = values::consumer_group)]
    pub consumer_group: Option<ConsumerGroup>,
    /// Only messages whose correlation stream is in this category
    #[arg(long, value_name = "C", requires = "category")]
    pub correlation: Option<String>,
    /// At most so many messages
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: Option<i64>,
    /// What to do about archived messages
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub archived: ArchivedMode,
}

/// `messages last`.
#[derive(Debug, Args)]
pub struct LastMessage {
    /// Stream
    pub stream: String,
    /// Only messages of this type
    #[arg(long = "type", value_name = "T")]
    pub message_type: Option<String>,
    /// What to do about archived messages
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub archived: ArchivedMode,
}

/// `messages import`.
#[derive(Debug, Args)]
pub struct Import {
    /// NDJSON, plain, .gz or .zst; - for standard input
    #[arg(default_value = "-")]
    pub file: PathBuf,
}

/// `messages export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Only this category; may be given several times
    #[arg(long, value_name = "C")]
    pub category: Vec<String>,
    /// From this instant on
    #[arg(long, value_name = "T", value_parser = values::instant)]
    pub since: Option<DateTime<Utc>>,
    /// Before this instant
    #[arg(long, value_name = "T", value_parser = values::instant)]
    pub until: Option<DateTime<Utc>>,
    /// File to write; .gz and .zst compress
    #[arg(long, value_name = "F")]
    pub file: Option<PathBuf>,
    /// What to do about archived messages
    #[arg(long, value_name = "MODE", default_value = "auto")]
    pub archived: ArchivedMode,
}

/// `messages follow`.
#[derive(Debug, Args)]
pub struct FollowMessages {
    /// What cannot be followed; named only to say so
    #[arg(hide = true)]
    pub stream: Option<String>,
    /// Only this category; may be given several times
    #[arg(long, value_name = "C")]
    pub category: Vec<String>,
    /// First global position
    #[arg(long, value_name = "N", default_value = "1", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(0..))]
    pub from_global_position: i64,
    /// Only the streams of this member
    #[arg(long, value_name = "MEMBER/SIZE", requires = "category", allow_hyphen_values = true, value_parser = values::consumer_group)]
    pub consumer_group: Option<ConsumerGroup>,
    /// End where there is nothing more, instead of waiting for new messages
    #[arg(long, alias = "until-caught-up")]
    pub no_wait: bool,
}
