//! `drill`.

use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand};

use super::known_value::KnownValue;
use super::values;
use crate::db::conninfo::Secret;

/// Verbs on drills.
#[derive(Debug, Subcommand)]
pub enum DrillVerb {
    /// Bring archives back from the store alone into a throw-away namespace, compare them, and remove it again
    #[command(
        after_help = "Those come first whose last drill is longest ago. Live messages stay as they are. The report is kept in the \
                            database and in the store. Examples:\n  eventodb-admin drill run\n  eventodb-admin drill run --each-within 90d \
                            --max-duration 1h\n  eventodb-admin drill run --all --from s3://elsewhere/events"
    )]
    Run(RunDrill),
    /// List the drills, the newest first
    List(ListDrills),
    /// Show the report of a drill
    #[command(after_help = "Example: eventodb-admin drill show 4fd3 -o json")]
    Show(ShowDrill),
    /// Forget what a drill that was killed has left in another database, which is gone
    Forget(ShowDrill),
}

/// `drill run`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").args(["ids", "archives", "all", "each_within"]))]
pub struct RunDrill {
    /// Numbers of archives; else those come whose turn it is
    #[arg(value_name = "ID", value_parser = values::archive, add = KnownValue::Archive)]
    pub ids: Vec<i64>,
    /// So many archives [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub archives: Option<u32>,
    /// All archives of the namespace
    #[arg(long)]
    pub all: bool,
    /// As many as it takes for each to have its turn within this time, where drills are run as often as they are
    #[arg(long, value_name = "D", value_parser = values::duration)]
    pub each_within: Option<Duration>,
    /// The throw-away namespace, which must not be there yet [default: the namespace's name with -drill behind it]
    #[arg(long, value_name = "NAMESPACE")]
    pub into: Option<String>,
    /// Make it in this other database; better EVENTODB_DRILL_URL where there is a password in it
    #[arg(long, value_name = "URL")]
    pub into_url: Option<Secret>,
    /// Bring them back from this store; else the stores of each archive take turns
    #[arg(long, value_name = "URL")]
    pub from: Option<String>,
    /// Begin no archive after this time; the next drill goes on
    #[arg(long, value_name = "D", value_parser = values::duration, allow_hyphen_values = true)]
    pub max_duration: Option<Duration>,
}

/// `drill list`.
#[derive(Debug, Args)]
pub struct ListDrills {
    /// So many at most
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// Those of deleted namespaces of this name
    #[arg(long)]
    pub former: bool,
}

/// `drill show`, `drill forget`.
#[derive(Debug, Args)]
pub struct ShowDrill {
    /// Number of the drill, or the first digits of it
    #[arg(value_name = "ID")]
    pub id: String,
}
