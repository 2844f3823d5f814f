//! Aims by space.

use clap::Args;

use super::values::{self, AgeOrNever, Free, Size};

/// How much room a namespace's chunks have.
#[derive(Debug, Clone, Default, Args)]
pub struct SpaceFlags {
    /// Archive and drop the oldest closed chunks each night until all take so many bytes at most, or never
    #[arg(long, value_name = "SIZE", value_parser = values::room, allow_hyphen_values = true)]
    pub keep_at_most: Option<Size>,
    /// Archive and drop the oldest closed chunks each night until so much of the database's disk is free, or never
    #[arg(long, value_name = "PERCENT|SIZE", value_parser = values::free, allow_hyphen_values = true)]
    pub keep_free: Option<Free>,
    /// Let no chunk leave the database before its range ended so long ago, or never
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub keep_live_at_least: Option<AgeOrNever>,
    /// The size of the database's disk, where it cannot be seen from here, or never
    #[arg(long, value_name = "SIZE", value_parser = values::room, allow_hyphen_values = true, hide_short_help = true)]
    pub disk_size: Option<Size>,
}

impl SpaceFlags {
    /// Whether none of them is given.
    pub const fn is_empty(&self) -> bool {
        let Self { keep_at_most, keep_free, keep_live_at_least, disk_size } = self;
        keep_at_most.is_none() && keep_free.is_none() && keep_live_at_least.is_none() && disk_size.is_none()
    }
}
