//! `policy` and `lifecycle`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::lock::LockFlags;
use super::space::SpaceFlags;
use super::values::{self, AgeOrNever, Copies, RunId, Since, Size};
use crate::archive::Aggregates;

/// Verbs on policies.
#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Show a namespace's policy, and the server's own policies on it
    Show(ShowPolicy),
    /// Change a namespace's policy; what is not named stays as it is
    #[command(after_help = "Example: eventodb-admin policy set --compress-after 7d --archive-after 90d --store \
                            s3://bucket/prefix")]
    Set(Box<SetPolicy>),
    /// Forecast what the nights to come will do, how large database and store become, and what that costs
    #[command(after_help = "Example: eventodb-admin policy plan --days 90 --prices prices.toml")]
    Plan(PlanPolicy),
    /// Remove a namespace's policy: lifecycle run leaves it alone
    Clear,
}

/// `policy show`.
#[derive(Debug, Args)]
pub struct ShowPolicy {
    /// Of all namespaces
    #[arg(long)]
    pub all_namespaces: bool,
}

/// `policy plan`.
#[derive(Debug, Args)]
pub struct PlanPolicy {
    /// Nights to forecast
    #[arg(long, value_name = "N", default_value = "90", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub days: u32,
    /// Your store's prices, a TOML file
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// The size of the database's disk, where the policy names none and it cannot be seen from here
    #[arg(long, value_name = "SIZE", value_parser = values::room)]
    pub disk_size: Option<Size>,
    /// All namespaces that have a policy
    #[arg(long)]
    pub all_namespaces: bool,
}

/// `policy set`. The store is the one of `--store`.
#[derive(Debug, Args)]
pub struct SetPolicy {
    /// Compress chunks whose range ended so long ago, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub compress_after: Option<AgeOrNever>,
    /// Archive and drop chunks whose range ended so long ago, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub archive_after: Option<AgeOrNever>,
    /// Drop archives that came back so long ago again, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub drop_rehydrated_after: Option<AgeOrNever>,
    /// Delete archives whose range ended so long ago, for good, or never (destructive)
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub expire_archives_after: Option<AgeOrNever>,
    /// Have the server itself compress chunks of this age, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true, hide_short_help = true)]
    pub server_compress_after: Option<AgeOrNever>,
    /// Have the server itself drop chunks of this age, archived or not, or never (destructive)
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true, hide_short_help = true)]
    pub server_drop_after: Option<AgeOrNever>,
    /// Keep archives in this store as well; may be given several times
    #[arg(long = "copy", value_name = "URL")]
    pub copies: Vec<String>,
    /// Take this store out of service, where every archive lies in another one
    #[arg(long = "remove-copy", value_name = "URL")]
    pub remove_copies: Vec<String>,
    /// Drop a chunk once its archive lies in so many stores, or in all of them
    #[arg(long, value_name = "N|all", value_parser = values::copies)]
    pub drop_after_copies: Option<Copies>,
    /// Whether chunks may go that continuous aggregates are made from: allow or refuse
    #[arg(long, value_name = "allow|refuse", hide_short_help = true)]
    pub continuous_aggregates: Option<Aggregates>,
    /// Object Lock of archives.
    #[command(flatten)]
    pub locking: LockFlags,
    /// Whether lifecycle run keeps archives locked for as long, night after night
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_short_help = true)]
    pub lock_renew: Option<bool>,
    /// Neither prune archives nor have them expire before their range ended so long ago, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub keep_at_least: Option<AgeOrNever>,
    /// Aims by space.
    #[command(flatten)]
    pub space: SpaceFlags,
}

impl SetPolicy {
    /// Whether no flag of its own is given.
    pub const fn is_empty(&self) -> bool {
        let Self {
            compress_after,
            archive_after,
            drop_rehydrated_after,
            expire_archives_after,
            server_compress_after,
            server_drop_after,
            copies,
            remove_copies,
            drop_after_copies,
            continuous_aggregates,
            locking,
            lock_renew,
            keep_at_least,
            space,
        } = self;
        compress_after.is_none()
            && archive_after.is_none()
            && drop_rehydrated_after.is_none()
            && expire_archives_after.is_none()
            && server_compress_after.is_none()
            && server_drop_after.is_none()
            && copies.is_empty()
            && remove_copies.is_empty()
            && drop_after_copies.is_none()
            && continuous_aggregates.is_none()
            && locking.is_empty()
            && lock_renew.is_none()
            && keep_at_least.is_none()
            && space.is_empty()
    }
}

/// Verbs on what runs by itself.
#[derive(Debug, Subcommand)]
pub enum LifecycleVerb {
    /// Do what the policies say: compress, archive and drop, release, expire
    #[command(after_help = "Example: eventodb-admin lifecycle run --all-namespaces --max-duration 4h --metrics-file \
                            /var/lib/node_exporter/eventodb.prom")]
    Run(RunLifecycle),
    /// What the runs of the last months did, the newest first
    #[command(after_help = "Examples:\n  eventodb-admin lifecycle history --all-namespaces --since 30d --failures\n  \
                      eventodb-admin lifecycle history --run 019ade0c-35f1")]
    History(LifecycleHistory),
}

/// `lifecycle history`.
#[derive(Debug, Args)]
pub struct LifecycleHistory {
    /// Of all namespaces, each run in sum
    #[arg(long, conflicts_with = "run")]
    pub all_namespaces: bool,
    /// So many runs at most
    #[arg(long, value_name = "N", default_value = "30", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Only runs that began so long ago at most, or at this instant and later
    #[arg(long, value_name = "D|T", value_parser = values::since, allow_hyphen_values = true, conflicts_with = "run")]
    pub since: Option<Since>,
    /// Only runs in which something failed
    #[arg(long, conflicts_with = "run")]
    pub failures: bool,
    /// All of one run: each namespace with its failures, and what to do; the beginning of its number is enough
    #[arg(long, value_name = "ID", value_parser = values::run_id, conflicts_with = "limit")]
    pub run: Option<RunId>,
}

/// `lifecycle run`.
#[derive(Debug, Args)]
pub struct RunLifecycle {
    /// All namespaces that have a policy
    #[arg(long)]
    pub all_namespaces: bool,
    /// Begin nothing more after this time; the next run goes on
    #[arg(long, value_name = "D", value_parser = values::duration, allow_hyphen_values = true)]
    pub max_duration: Option<Duration>,
    /// Chunks at a time, over all namespaces [default: 1; 4 with --all-namespaces]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: Option<u8>,
    /// Write how it went for Prometheus
    #[arg(long, value_name = "F")]
    pub metrics_file: Option<PathBuf>,
}
