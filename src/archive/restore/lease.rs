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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::db::ident::Qualified;

    #[test]
    fn a_lease_holds_the_chunks_that_its_archive_is_in_and_no_others_until_it_is_over() {
        let now = DateTime::from_timestamp(1_770_000_000, 0).unwrap();
        let hour = TimeDelta::hours(1);
        let mut archive = ArchiveRow::sample(1, State::Rehydrated);
        archive.lease_until = Some(now + hour);
        let chunk = |name: &str, start, end| ChunkRow {
            table: Qualified::new("s", name),
            oid: 1,
            range_start: start,
            range_end: end,
            is_compressed: false,
            is_partly_compressed: false,
            size_bytes: 0,
            estimate: None,
            is_closed: true,
        };
        let (start, end) = (archive.range_start, archive.range_end);
        let until = |chunk: &ChunkRow, archives: &[ArchiveRow]| leased_until(chunk, archives, now);
        let leased = std::slice::from_ref(&archive);
        for (from, to) in [(start, end), (start - hour, start + hour), (end - hour, end + hour)] {
            assert_eq!(until(&chunk("c", from, to), leased), Some(now + hour), "{from} {to}");
        }
        // Neighbours begin where it ends, and end where it begins.
        assert_eq!(until(&chunk("c", end, end + hour), leased), None);
        assert_eq!(until(&chunk("c", start - hour, start), leased), None);
        // One that was never dropped is in the chunk that it was made of, whatever the range is.
        let kept = ArchiveRow { state: State::Verified, ..archive.clone() };
        assert_eq!(until(&chunk("chunk_1", end, end + hour), std::slice::from_ref(&kept)), Some(now + hour));
        assert_eq!(until(&chunk("c", start, end), std::slice::from_ref(&kept)), None);
        for state in [State::Dropped, State::Expired, State::Failed] {
            let gone = ArchiveRow { state, ..archive.clone() };
            assert_eq!(until(&chunk("chunk_1", start, end), &[gone]), None, "{state}");
        }
        let over = ArchiveRow { lease_until: Some(now), ..archive.clone() };
        assert_eq!(until(&chunk("c", start, end), std::slice::from_ref(&over)), None);
        let longer = ArchiveRow { lease_until: Some(now + hour + hour), ..archive.clone() };
        assert_eq!(until(&chunk("c", start, end), &[over, longer, archive]), Some(now + hour + hour));
    }
}
