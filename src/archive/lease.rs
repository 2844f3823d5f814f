//! Leases: chunks that came back for a while are left alone until it is over.

use chrono::{DateTime, Utc};

use crate::db::queries::chunks::ChunkRow;
use crate::db::queries::clock;
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::{Db, Scope};
use crate::error::Result;

/// Until when a chunk is to stay, where an archive of it has a lease that runs at `now`.
pub fn leased_until(chunk: &ChunkRow, archives: &[ArchiveRow], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let is_in = |a: &&ArchiveRow| match a.state {
        State::Rehydrated => a.range_start < chunk.range_end && chunk.range_start < a.range_end,
        State::Verified => a.chunk_name == chunk.name(),
        _ => false,
    };
    archives.iter().filter(is_in).filter_map(|a| a.lease_until).filter(|until| *until > now).max()
}

/// Chunks that a run by age may take, and those whose lease runs, with its end.
#[derive(Debug, Default)]
pub struct ByLease {
    /// Without one, or with one that is over.
    pub free: Vec<ChunkRow>,
    /// With one.
    pub leased: Vec<(ChunkRow, DateTime<Utc>)>,
}

/// Sets the chunks aside whose lease runs, by the server's clock.
///
/// # Errors
/// Where a query fails.
pub async fn by_lease(db: &Db, scope: &Scope, chunks: Vec<ChunkRow>) -> Result<ByLease> {
    let now = clock::now(db.client()).await?;
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let mut found = ByLease::default();
    for chunk in chunks {
        match leased_until(&chunk, &archives, now) {
            Some(until) => found.leased.push((chunk, until)),
            None => found.free.push(chunk),
        }
    }
    Ok(found)
}
