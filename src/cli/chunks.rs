//! `chunks`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::known_value::KnownValue;
use super::lock::LockFlags;
use super::values;
use crate::archive::Aggregates;
use crate::chunks::ChunkState;

/// Verbs on chunks.
#[derive(Debug, Subcommand)]
pub enum ChunksVerb {
    /// List chunks, archived ranges included
    #[command(after_help = "Example: eventodb-admin chunks list --older-than 30d --state compressed")]
    List(ListChunks),
    /// Compress chunks
    Compress(Resize),
    /// Decompress chunks
    Decompress(Resize),
    /// Archive chunks: copy, upload, verify, drop
    #[command(
        after_help = "Example: eventodb-admin chunks archive --older-than 90d --store s3://archive/events --jobs 2"
    )]
    Archive(ArchiveChunks),
    /// Drop chunks whose archive is verified
    #[command(after_help = "Example: eventodb-admin chunks drop --older-than 90d")]
    Drop(DropChunks),
}

/// `chunks list`.
#[derive(Debug, Args)]
pub struct ListChunks {
    /// Only ranges that ended at least so long ago
    #[arg(long, value_name = "D", value_parser = values::duration, allow_hyphen_values = true)]
    pub older_than: Option<Duration>,
    /// Only open, closed, compressed, archived or rehydrated ones
    #[arg(long, value_name = "S", value_parser = state)]
    pub state: Option<ChunkState>,
    /// Count messages by reading the chunks
    #[arg(long)]
    pub exact: bool,
    /// A line with a strip of characters, a character a part of the time
    #[arg(long, conflicts_with_all = ["older_than", "state", "exact"])]
    pub timeline: bool,
    /// Of all namespaces, a line each
    #[arg(long, requires = "timeline")]
    pub all_namespaces: bool,
}

fn state(text: &str) -> Result<ChunkState, crate::Error> {
    text.parse()
}

/// Chunks by name or age.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// Chunks by name
    #[arg(value_name = "CHUNK", add = KnownValue::Chunk)]
    pub chunks: Vec<String>,
    /// All whose range ended at least so long ago; 0d: every closed one
    #[arg(long, value_name = "D", value_parser = values::duration, allow_hyphen_values = true)]
    pub older_than: Option<Duration>,
}

/// `chunks compress` and `chunks decompress`.
#[derive(Debug, Args)]
pub struct Resize {
    /// Which chunks.
    #[command(flatten)]
    pub which: Which,
}

/// How archived data is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Compression {
    /// zstd, levels 1 to 22
    Zstd,
    /// gzip, levels 1 to 9
    Gzip,
    /// Plain CSV
    None,
}

/// `chunks archive`.
#[derive(Debug, Args)]
pub struct ArchiveChunks {
    /// Which chunks.
    #[command(flatten)]
    pub which: Which,
    /// Stop before the drop
    #[arg(long)]
    pub keep: bool,
    /// Chunks at a time
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
    /// Compression of the data
    #[arg(long, value_name = "C", default_value = "zstd")]
    pub compression: Compression,
    /// Level of the compression
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub level: Option<i32>,
    /// Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)
    #[arg(long, value_name = "allow|refuse")]
    pub continuous_aggregates: Option<Aggregates>,
    /// Object Lock of the archives.
    #[command(flatten)]
    pub locking: LockFlags,
}

/// `chunks drop`.
#[derive(Debug, Args)]
pub struct DropChunks {
    /// Which chunks.
    #[command(flatten)]
    pub which: Which,
    /// Also drop what is in no archive: its messages are lost
    #[arg(long)]
    pub unarchived: bool,
    /// Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)
    #[arg(long, value_name = "allow|refuse")]
    pub continuous_aggregates: Option<Aggregates>,
}
