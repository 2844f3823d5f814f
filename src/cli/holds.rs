//! `holds`.

use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args, Subcommand};

use super::values;

/// Verbs on holds.
#[derive(Debug, Subcommand)]
pub enum HoldsVerb {
    /// Have a stream, a category, a time or all of the namespace kept until the case is released
    #[command(
        after_help = "What is held is neither pruned, expired, erased nor discarded (exit 4); it is archived and brought back as \
                            ever. Placing the same again changes nothing. Examples:\n  eventodb-admin holds place --case '7 O \
                            12/26' --stream customer-7\n  eventodb-admin holds place --case audit-2013 --since 2013-01-01 --until \
                            2014-01-01"
    )]
    Place(PlaceHold),
    /// List the holds in force, as the database and the stores have them
    List(ListHolds),
    /// Release all holds of a case: what was held may go again
    #[command(after_help = "Asks first. Example: eventodb-admin holds release --case audit-2013")]
    Release(ReleaseHold),
}

/// `holds place`.
#[derive(Debug, Args)]
#[command(
    override_usage = "eventodb-admin holds place [OPTIONS] --case CASE <--stream S|--category C|--since T|--whole-namespace>"
)]
#[command(group = ArgGroup::new("what").args(["stream", "category", "from", "whole_namespace"]).required(true).multiple(true))]
pub struct PlaceHold {
    /// The case, as whoever asks for the hold calls it
    #[arg(long, value_name = "CASE")]
    pub case: String,
    /// A stream
    #[arg(long, value_name = "S", conflicts_with_all = ["category", "whole_namespace"])]
    pub stream: Option<String>,
    /// A category
    #[arg(long, value_name = "C", conflicts_with = "whole_namespace")]
    pub category: Option<String>,
    /// Messages from this instant on: of the stream or category, where one is named
    #[arg(long = "since", alias = "from", value_name = "T", value_parser = values::instant, conflicts_with = "whole_namespace")]
    pub from: Option<DateTime<Utc>>,
    /// Messages before this instant
    #[arg(long = "until", alias = "to", value_name = "T", value_parser = values::instant, requires = "from")]
    pub to: Option<DateTime<Utc>>,
    /// All messages of the namespace
    #[arg(long)]
    pub whole_namespace: bool,
    /// Kept beside it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// `holds list`.
#[derive(Debug, Args)]
pub struct ListHolds {
    /// Released ones as well
    #[arg(long)]
    pub all: bool,
}

/// `holds release`.
#[derive(Debug, Args)]
pub struct ReleaseHold {
    /// The case
    #[arg(long, value_name = "CASE")]
    pub case: String,
}
