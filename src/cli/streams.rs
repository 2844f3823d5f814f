//! `streams` and `categories`.

use clap::{Args, Subcommand};

/// Verbs on streams.
#[derive(Debug, Subcommand)]
pub enum StreamsVerb {
    /// List streams by name, archived ones included
    List(ListStreams),
    /// Print the version of a stream: the position of its last message
    Version(StreamVersion),
}

/// `streams list`.
#[derive(Debug, Args)]
pub struct ListStreams {
    /// Only names that start so
    #[arg(long, value_name = "P", default_value = "", allow_hyphen_values = true)]
    pub prefix: String,
    /// At most so many
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = clap::value_parser!(i64).range(1..))]
    pub limit: Option<i64>,
}

/// `streams version`.
#[derive(Debug, Args)]
pub struct StreamVersion {
    /// Stream
    pub stream: String,
}

/// Verbs on categories.
#[derive(Debug, Subcommand)]
pub enum CategoriesVerb {
    /// List categories with their streams and messages
    List,
}
