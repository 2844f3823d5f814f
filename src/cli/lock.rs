//! Object Lock of what a verb writes.

use clap::Args;

use super::values::{self, AgeOrNever};
use crate::store::RetentionMode;

/// Object Lock of the archives that a verb writes, or that a policy asks for.
#[derive(Debug, Clone, Default, Args)]
pub struct LockFlags {
    /// Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]
    #[arg(long, value_name = "D", value_parser = values::age_or_never, allow_hyphen_values = true)]
    pub lock: Option<AgeOrNever>,
    /// Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]
    #[arg(long, value_name = "governance|compliance", hide_short_help = true)]
    pub lock_mode: Option<RetentionMode>,
    /// Answer the confirmation of compliance mode, with the namespace's name
    #[arg(long, value_name = "NAMESPACE", hide_short_help = true)]
    pub confirm_compliance: Option<String>,
}

impl LockFlags {
    /// Whether none of them is given.
    pub const fn is_empty(&self) -> bool {
        let Self { lock, lock_mode, confirm_compliance: _ } = self;
        lock.is_none() && lock_mode.is_none()
    }
}
