//! Whose turn it is: the archive that was not drilled for the longest time, from the store that was not for the longest time.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::predict::Speed;
use crate::db::queries::clock;
use crate::db::queries::drills::{self as queries, DrilledRow};
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// How many archives a drill takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Budget {
    /// So many.
    Archives(usize),
    /// All.
    All,
    /// As many as it takes for each to have its turn within this time, where drills go on as often as they do.
    EachWithin(Duration),
    /// These.
    Ids(Vec<i64>),
}

/// An archive whose turn it is.
#[derive(Debug, Clone)]
pub struct DrillTurn {
    /// The archive.
    pub archive: ArchiveRow,
    /// The store that it is brought back from; none where the ledger names none.
    pub store_url: Option<String>,
    /// When a drill took it last, from any store.
    pub last: Option<DateTime<Utc>>,
    /// How long that is likely to take, in seconds.
    pub seconds: Option<f64>,
}

/// The archives whose turn it is, those first whose last turn is longest ago. With `from` they come from that store.
///
/// # Errors
/// [`Kind::NotFound`] for an archive that is not there; where a query fails.
pub async fn turns(db: &Db, scope: &Scope, budget: &Budget, from: Option<&str>) -> Result<Vec<DrillTurn>> {
    let mut kept = ledger::list(db.client(), scope.namespace()).await?;
    kept.retain(|archive| archive.state.is_kept());
    // One that many archives are known to be in has its own; of a store that the ledger does not know all are expected.
    let is_in = |archive: &ArchiveRow, url: &str| {
        archive.store_url.as_deref() == Some(url) || archive.copies.iter().any(|copy| copy == url)
    };
    if let Some(url) = from.filter(|url| kept.iter().any(|archive| is_in(archive, url))) {
        kept.retain(|archive| is_in(archive, url));
    }
    let drilled = queries::drilled(db.client(), scope.namespace()).await?;
    let all = kept.len();
    if let Budget::Ids(ids) = budget {
        for id in ids {
            let row = ledger::get(db.client(), scope.namespace(), *id).await?;
            if kept.iter().all(|archive| archive.id != *id) {
                return Err(Error::new(Kind::NotFound, format!("choosing archive {id} for a drill"))
                    .because(format!("it is {}: the store meant holds no proven copy", row.state))
                    .hint("eventodb-admin archives list shows those that can be drilled"));
            }
        }
        kept.retain(|archive| ids.contains(&archive.id));
    }
    let mut turns = in_turn(kept, &drilled, from);
    let most = match budget {
        Budget::Archives(n) => *n,
        Budget::All | Budget::Ids(_) => all,
        Budget::EachWithin(time) => {
            let last = queries::latest(db.client(), scope.namespace()).await?.last.map(|(at, _)| at);
            let now = clock::now(db.client()).await?;
            let since = |at: DateTime<Utc>| (now - at).to_std().unwrap_or_default();
            // What drills that were cut short have left.
            let late = turns.iter().filter(|turn| turn.last.is_some_and(|at| since(at) > *time)).count();
            share(all, *time, last.map(since)).max(late)
        }
    };
    turns.truncate(most);
    Ok(turns)
}

/// Whether the ledger still has an archive as it had when its turn was chosen: others may have deleted it, moved it, or written it
/// anew.
///
/// # Errors
/// Where the query fails.
pub async fn is_as_it_was(db: &Db, scope: &Scope, turn: &DrillTurn) -> Result<bool> {
    let now = ledger::get(db.client(), scope.namespace(), turn.archive.id).await?;
    let is_there = turn.store_url.as_ref().is_none_or(|url| {
        let was_there = |a: &ArchiveRow| a.store_url.as_ref() == Some(url) || a.copies.contains(url);
        was_there(&now) || !was_there(&turn.archive)
    });
    Ok(now.state.is_kept() && now.manifest_sha256 == turn.archive.manifest_sha256 && is_there)
}

/// A drill a day is expected where there was none yet.
const A_DAY: Duration = Duration::from_hours(24);

/// How many of `all` archives are due after this time since the last drill, where each is to have its turn within `time`.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
fn share(all: usize, time: Duration, since: Option<Duration>) -> usize {
    let part = since.unwrap_or(A_DAY).as_secs_f64() / time.as_secs_f64().max(1.0);
    ((all as f64 * part.min(1.0)).ceil() as usize).clamp(1, all.max(1))
}

fn in_turn(kept: Vec<ArchiveRow>, drilled: &[DrilledRow], from: Option<&str>) -> Vec<DrillTurn> {
    let last_of = |id: i64| drilled.iter().filter(|row| row.archive == id).map(|row| row.drilled_at).max();
    let speed = Speed::of(drilled);
    let mut kept: Vec<_> = kept.into_iter().map(|archive| (last_of(archive.id), archive)).collect();
    // None is before all others.
    kept.sort_by_key(|(last, archive)| (*last, archive.range_start, archive.id));
    let mut places = StoreTurns::of(drilled);
    kept.into_iter()
        .map(|(last, archive)| {
            let store_url = from.map(str::to_owned).or_else(|| places.next(&archive));
            let seconds = speed.map(|speed| speed.seconds_of([&archive]));
            DrillTurn { archive, store_url, last, seconds }
        })
        .collect()
}

/// Which stores have had their turn.
struct StoreTurns<'a> {
    /// When an archive came from a store.
    of_archive: HashMap<(i64, &'a str), DateTime<Utc>>,
    /// When a store last had its turn, and how often it has in this drill.
    of_store: HashMap<String, (u32, Option<DateTime<Utc>>)>,
}

impl<'a> StoreTurns<'a> {
    fn of(drilled: &'a [DrilledRow]) -> Self {
        let (mut of_archive, mut of_store) = (HashMap::new(), HashMap::<_, (u32, Option<_>)>::new());
        for row in drilled {
            of_archive.insert((row.archive, row.store_url.as_str()), row.drilled_at);
            let last = &mut of_store.entry(row.store_url.clone()).or_default().1;
            *last = (*last).max(Some(row.drilled_at));
        }
        Self { of_archive, of_store }
    }

    /// The store that an archive comes from: the one that it did not come from for the longest time; of several that are alike in
    /// that the one that had fewer turns.
    fn next(&mut self, archive: &ArchiveRow) -> Option<String> {
        let stores = archive.store_url.iter().chain(&archive.copies);
        let next = stores.min_by_key(|url| {
            let of_archive = self.of_archive.get(&(archive.id, url.as_str())).copied();
            (of_archive, self.of_store.get(*url).copied().unwrap_or_default())
        })?;
        self.of_store.entry(next.clone()).or_default().0 += 1;
        Some(next.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::ledger::State;

    fn archive(id: i64, stores: &[&str]) -> ArchiveRow {
        let (first, copies) = stores.split_first().unwrap();
        let copies = copies.iter().map(|url| (*url).to_owned()).collect();
        ArchiveRow { store_url: Some((*first).to_owned()), copies, ..ArchiveRow::sample(id, State::Dropped) }
    }

    fn drilled(archive: i64, store_url: &str, at: i64) -> DrilledRow {
        let drilled_at = DateTime::from_timestamp(at, 0).unwrap();
        let (last_ok_at, restore_seconds, messages, csv_bytes) = (Some(drilled_at), Some(1.0), Some(1), Some(1));
        DrilledRow {
            archive,
            store_url: store_url.to_owned(),
            drilled_at,
            has_failed: false,
            last_ok_at,
            restore_seconds,
            fixed_seconds: None,
            messages,
            csv_bytes,
        }
    }

    fn order(kept: Vec<ArchiveRow>, drilled: &[DrilledRow], from: Option<&str>) -> Vec<(i64, String)> {
        in_turn(kept, drilled, from).into_iter().map(|turn| (turn.archive.id, turn.store_url.unwrap())).collect()
    }

    #[test]
    fn what_was_never_drilled_comes_first_then_what_was_longest_ago() {
        let kept = || (1..=4).map(|id| archive(id, &["a"])).collect::<Vec<_>>();
        let before = [drilled(1, "a", 30), drilled(2, "a", 10), drilled(3, "a", 20)];
        let ids: Vec<_> = order(kept(), &before, None).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, [4, 2, 3, 1]);
        assert!(order(kept(), &before, Some("z")).iter().all(|(_, url)| url == "z"));
    }

    #[test]
    fn the_stores_of_archives_take_turns_within_a_drill_and_from_one_to_the_next() {
        let kept = || (1..=4).map(|id| archive(id, &["a", "b"])).collect::<Vec<_>>();
        let of = |order: Vec<(i64, String)>| order.into_iter().map(|(_, url)| url).collect::<String>();
        assert_eq!(of(order(kept(), &[], None)), "abab");
        let before = [drilled(1, "a", 1), drilled(2, "b", 2), drilled(3, "a", 3), drilled(4, "b", 4)];
        assert_eq!(of(order(kept(), &before, None)), "baba", "each from its other store");
    }

    #[test]
    fn as_many_are_due_as_it_takes_for_each_to_have_its_turn_in_time() {
        let days = |n: u64| Duration::from_hours(24 * n);
        assert_eq!(share(300, days(90), Some(days(1))), 4);
        assert_eq!(share(300, days(90), Some(days(30))), 100);
        assert_eq!(share(300, days(90), Some(days(900))), 300);
        assert_eq!(share(300, days(90), None), 4);
        assert_eq!((share(2, days(90), Some(Duration::ZERO)), share(0, days(90), None)), (1, 1));
    }
}
