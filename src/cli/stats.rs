//! `stats`.

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};

use super::values;

/// `stats`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Stats {
    /// The verb.
    #[command(subcommand)]
    pub verb: Option<StatsVerb>,
    /// What is counted where there is no verb.
    #[command(flatten)]
    pub count: CountMessages,
}

/// Verbs on figures.
#[derive(Debug, Subcommand)]
pub enum StatsVerb {
    /// Count once what does not change any more, so that stats need not
    #[command(after_help = "Example: eventodb-admin stats refresh")]
    Refresh(RefreshStats),
}

/// What is counted.
#[derive(Debug, Args)]
pub struct CountMessages {
    /// Only this category
    #[arg(long, value_name = "C", allow_hyphen_values = true)]
    pub category: Option<String>,
    /// Only this type
    #[arg(long = "type", value_name = "T", allow_hyphen_values = true)]
    pub message_type: Option<String>,
    /// From this instant on, by whole hours
    #[arg(long, value_name = "T", value_parser = values::instant, allow_hyphen_values = true)]
    pub since: Option<DateTime<Utc>>,
    /// Before this instant, by whole hours
    #[arg(long, value_name = "T", value_parser = values::instant, allow_hyphen_values = true)]
    pub until: Option<DateTime<Utc>>,
    /// Span of time to count by, in UTC
    #[arg(long, value_name = "SPAN", value_enum, default_value_t = Span::Day)]
    pub by: Span,
    /// Count each category, each type, or each of both apart
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    pub per: Vec<Per>,
    /// What to do about archives that were never counted
    #[arg(long, value_name = "MODE", value_enum, default_value_t = UncountedMode::Auto)]
    pub archived: UncountedMode,
}

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Span {
    /// An hour
    Hour,
    /// A day
    Day,
    /// A week, from Monday on
    Week,
}

/// What to count apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Per {
    /// Each category
    Category,
    /// Each type
    Type,
}

/// What to do about archives that were never counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UncountedMode {
    /// Say so and exit 6
    Auto,
    /// Leave them out
    Skip,
}

/// `stats refresh`.
#[derive(Debug, Args)]
pub struct RefreshStats {
    /// Count all live chunks again
    #[arg(long)]
    pub again: bool,
}
