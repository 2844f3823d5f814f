//! A time before which nobody removes archives: the least that a policy keeps them.

use chrono::{DateTime, Utc};

use super::object_lock::{later, shown};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::queries::policies::Safeguards;
use crate::db::queries::{clock, policies};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// Until when the policy of its namespace keeps an archive from being removed; nothing where it may go.
fn kept_until(archive: &ArchiveRow, safeguards: &Safeguards, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let until = later(archive.range_end, safeguards.keep_at_least?);
    Some(until).filter(|until| *until > now)
}

/// Refuses to remove an archive that the namespace's policy still keeps. This is the one place that decides it.
///
/// # Errors
/// [`Kind::Conflict`] with the date from which on it may go.
pub async fn refuse_young(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<()> {
    let Some(policy) = policies::of(db.client(), scope.namespace()).await? else {
        return Ok(());
    };
    let now = clock::now(db.client()).await?;
    let Some(until) = kept_until(archive, &policy.safeguards, now) else { return Ok(()) };
    Err(Error::new(Kind::Conflict, format!("removing archive {}", archive.id))
        .because(format!("the policy keeps it until {} at least", shown(until)))
        .hint("nothing was removed; policy show tells keep_at_least, and policy set --keep-at-least changes it"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::db::queries::ledger::State;

    #[test]
    fn an_archive_is_kept_until_its_range_is_old_enough() {
        const DAY: Duration = Duration::from_hours(24);
        let keeps = |keep_at_least| Safeguards { keep_at_least, ..Safeguards::default() };
        let row = ArchiveRow::sample(7, State::Dropped);
        let now = row.range_end;
        assert_eq!(kept_until(&row, &keeps(None), now), None);
        assert_eq!(kept_until(&row, &keeps(Some(DAY)), now), Some(now + DAY));
        assert_eq!(kept_until(&row, &keeps(Some(DAY)), now + DAY), None);
        assert!(kept_until(&row, &keeps(Some(Duration::MAX)), now + DAY * 365_000).is_some());
    }
}
