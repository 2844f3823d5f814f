//! Whether chunks may go that continuous aggregates are made from: by the flag, else by the policy, else not.

use crate::archive::{self, Aggregates};
use crate::db::queries::policies;
use crate::db::{Db, Scope};
use crate::error::Result;

/// Fails where they may not, and there are such aggregates.
///
/// # Errors
/// As [`archive::may_drop`].
pub async fn may_drop(db: &Db, scope: &Scope, flag: Option<Aggregates>) -> Result<()> {
    let told = if let Some(told) = flag {
        told
    } else {
        let policy = policies::of(db.client(), scope.namespace()).await?;
        policy.and_then(|policy| policy.continuous_aggregates).unwrap_or_default()
    };
    archive::may_drop(db, scope, told).await
}
