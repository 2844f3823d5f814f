//! Archives that hold the same messages though no manifest says so: a chunk was split, merged or released in parts, and each
//! part only knew of itself. Which archives are needed is told message by message, by the archives' own data, where ranges,
//! times and global positions leave it open. One archive at a time is in a table of the server.

use futures::FutureExt;
use tokio_postgres::Transaction;

use super::entry::{FoundManifest, ManifestStatus, Survey, finding};
use crate::archive::format::manifest::Manifest;
use crate::archive::keep::removable::RemovalCheck;
use crate::archive::keep::whereabouts::{OpenStores, is_all_in, is_untold};
use crate::archive::read::load;
use crate::db::Scope;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::queries::coverage as loaded;
use crate::db::queries::ledger::State;
use crate::db::queries::whereabouts::{self as queries, LIVE, Likeness, OTHER};
use crate::db::savepoint;
use crate::error::Result;
use crate::stop::Stop;
use crate::store::Store;

const DOING: &str = "comparing archives with each other";

/// What is asked of while archives are compared.
#[derive(Clone, Copy)]
pub(super) struct Compared<'a> {
    pub scope: &'a Scope,
    pub store: &'a Store,
    pub entries: &'a [FoundManifest],
    pub stop: &'a Stop,
}

/// Sets archives aside all of whose messages others hold: the older first, as later ones know the later content. Of what is
/// left, one that shares some messages with others goes into the ledger as one that does not count as a whole.
///
/// # Errors
/// Where a query fails, the store cannot be asked, or a stop is asked for.
pub(super) async fn set_contained_aside<S: OpenStores>(
    look: &mut RemovalCheck<'_, S>,
    store: &Store,
    survey: &mut Survey,
) -> Result<()> {
    let (scope, stop) = (look.scope, look.stop);
    let meeting: Vec<usize> = (0..survey.entries.len())
        .filter(|n| !met(&survey.entries, *n).is_empty() || is_partly(&survey.entries[*n]))
        .collect();
    if meeting.is_empty() {
        return Ok(());
    }
    let tx = look.db.client_mut().transaction().await.map_err(|e| explain(DOING, e))?;
    for n in &meeting {
        let compared = Compared { scope, store, entries: &survey.entries, stop };
        if let Some(holders) = compared.holders(&tx, *n).await? {
            let held_by = holders.iter().map(|m| survey.entries[*m].key.clone()).collect();
            let entry = &mut survey.entries[*n];
            entry.held_by = held_by;
            entry.standing = match entry.standing {
                ManifestStatus::Known(state) => ManifestStatus::Overtaken(state),
                _ => ManifestStatus::Replaced,
            };
        }
    }
    let mut left_out = Vec::new();
    for n in meeting.into_iter().rev() {
        let compared = Compared { scope, store, entries: &survey.entries, stop };
        let entry = &compared.entries[n];
        let is_new = matches!(entry.standing, ManifestStatus::OnlyCopy | ManifestStatus::Partly { .. });
        if !is_new || compared.before(n).is_empty() && !is_partly(entry) {
            continue;
        }
        survey.entries[n].standing = match compared.rest(&tx, n).await? {
            None if is_partly(entry) => {
                left_out.push(entry.key.clone());
                continue;
            }
            None => continue,
            Some(rest) if rest.alone == rest.messages => ManifestStatus::OnlyCopy,
            Some(rest) if rest.live == rest.messages => ManifestStatus::Live,
            Some(rest) => ManifestStatus::Partly { alone: rest.alone },
        };
    }
    tx.rollback().await.map_err(|e| explain(DOING, e))?;
    for entry in survey.entries.extract_if(.., |e| left_out.contains(&e.key)) {
        let Manifest { messages, range_start, range_end, .. } = &entry.manifest;
        survey.findings.push(finding(
            &entry.key,
            format!(
                "some of its {messages} messages, between {range_start} and {range_end}, or others in their place are live, and \
                 it does not read back or another message has one of its places: it is left out of the ledger"
            ),
        ));
    }
    Ok(())
}

/// How many of an archive's messages are only in it.
pub(super) struct MessageShare {
    messages: i64,
    live: i64,
    alone: i64,
}

const fn counts(entry: &FoundManifest) -> bool {
    matches!(
        entry.standing,
        ManifestStatus::OnlyCopy | ManifestStatus::Known(State::Dropped) | ManifestStatus::Partly { .. }
    )
}

const fn is_partly(entry: &FoundManifest) -> bool {
    matches!(entry.standing, ManifestStatus::Partly { .. })
}

const fn is_known(entry: &FoundManifest) -> bool {
    matches!(entry.standing, ManifestStatus::Known(_))
}

/// Others that may hold some of an archive's messages, the newest first. Between two that the ledger knows it has decided.
fn met(entries: &[FoundManifest], n: usize) -> Vec<usize> {
    let entry = &entries[n];
    if !counts(entry) {
        return Vec::new();
    }
    let meets = |m: &usize| {
        let other = &entries[*m];
        *m != n && counts(other) && !(is_known(entry) && is_known(other)) && may_share(&entry.manifest, &other.manifest)
    };
    (0..entries.len()).rev().filter(meets).collect()
}

fn may_share(a: &Manifest, b: &Manifest) -> bool {
    a.range_start < b.range_end
        && b.range_start < a.range_end
        && a.first_time <= b.last_time
        && b.first_time <= a.last_time
        && a.first_global_position <= b.last_global_position
        && b.first_global_position <= a.last_global_position
}

impl Compared<'_> {
    /// Others that count as a whole before this one does: what was made later, and what the ledger knows.
    fn before(&self, n: usize) -> Vec<usize> {
        let mut others = met(self.entries, n);
        others.retain(|m| *m > n || is_known(&self.entries[*m]));
        others
    }

    /// The archives that hold all of one's messages together. Later ones may hold them with other content.
    async fn holders(&self, tx: &Transaction<'_>, n: usize) -> Result<Option<Vec<usize>>> {
        let mut others = met(self.entries, n);
        others.retain(|m| !is_partly(&self.entries[*m]));
        if others.is_empty() {
            return Ok(None);
        }
        if !self.fill(tx, "pg_temp.eventodb_loaded", n).await? {
            return self.holders_of_unread(tx, n, others).await;
        }
        let mut holders = Vec::new();
        for m in others {
            let rest = queries::rest(tx).await?;
            if rest.messages == 0 {
                break;
            }
            if !self.fill(tx, OTHER, m).await? {
                continue;
            }
            let mut held = queries::take_other(tx, self.scope, &rest, Likeness::Equal).await?;
            if m > n {
                held += queries::take_other(tx, self.scope, &rest, Likeness::SamePlace).await?;
            }
            if held > 0 {
                holders.push(m);
            }
        }
        Ok((queries::rest(tx).await?.messages == 0).then_some(holders))
    }

    /// Of an archive whose data does not read back: whether others have just the streams that its list tells.
    async fn holders_of_unread(
        &self,
        tx: &Transaction<'_>,
        n: usize,
        others: Vec<usize>,
    ) -> Result<Option<Vec<usize>>> {
        loaded::make_loaded(tx).await?;
        let mut holders = Vec::new();
        for m in others {
            if self.add(tx, "pg_temp.eventodb_loaded", m).await? {
                holders.push(m);
            }
        }
        let all = Qualified::new("pg_temp", "eventodb_loaded");
        let holds = is_all_in(tx, &all, self.store, &self.entries[n].manifest, self.stop).await?;
        Ok(holds.then_some(holders))
    }

    /// Leaves in the table of loaded messages what is only in this archive: neither live nor in others that count before it.
    /// `None` where that cannot be told: its data does not read back, or another message has one of its places.
    pub async fn rest(&self, tx: &Transaction<'_>, n: usize) -> Result<Option<MessageShare>> {
        if !self.fill(tx, "pg_temp.eventodb_loaded", n).await?
            || queries::taken_place(tx, self.scope, LIVE).await?.is_some()
        {
            return Ok(None);
        }
        let mut rest = queries::rest(tx).await?;
        let messages = rest.messages;
        let mut live = 0;
        for likeness in [Likeness::Equal, Likeness::SamePlace] {
            live += queries::take_live(tx, self.scope, &rest, likeness).await?;
        }
        for m in self.before(n) {
            rest = queries::rest(tx).await?;
            if rest.messages == 0 {
                break;
            }
            if !self.fill(tx, OTHER, m).await? {
                continue;
            }
            if queries::taken_place(tx, self.scope, OTHER).await?.is_some() {
                return Ok(None);
            }
            queries::take_other(tx, self.scope, &rest, Likeness::SamePlace).await?;
        }
        Ok(Some(MessageShare { messages, live, alone: queries::rest(tx).await?.messages }))
    }

    /// Loads an archive's messages into a table that is made for them. `false` where it does not read back.
    async fn fill(&self, tx: &Transaction<'_>, table: &str, n: usize) -> Result<bool> {
        if table == OTHER {
            queries::make_other(tx).await?;
        } else {
            loaded::make_loaded(tx).await?;
        }
        self.add(tx, table, n).await
    }

    async fn add(&self, tx: &Transaction<'_>, table: &str, n: usize) -> Result<bool> {
        self.stop.check()?;
        let entry = &self.entries[n];
        // Both hashes are proven by it.
        let adding = load::copy_data_in(tx, table, self.store, &entry.manifest, None, self.stop).boxed();
        match savepoint::attempt(tx, DOING, adding).await? {
            Err(e) if is_untold(&e) => {
                tracing::info!("{} does not read back, so it holds nothing: {e}", entry.key);
                Ok(false)
            }
            added => added.map(|()| true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;
    use crate::archive::format::manifest::sample;
    use crate::store::{StoreSettings, StoreUrl};

    #[test]
    fn archives_that_no_bound_keeps_apart_may_share_messages() {
        let at = |text: &str| Some(text.parse().unwrap());
        let mut a = sample();
        (a.first_time, a.last_time) = (at("2013-01-04T00:00:00Z"), at("2013-01-06T00:00:00Z"));
        assert!(may_share(&a, &a));
        // Each bound touches, and then no longer does.
        let mut next = a.clone();
        (next.range_start, next.range_end) = (a.range_end, a.range_end + chrono::TimeDelta::days(7));
        assert!(!may_share(&a, &next) && !may_share(&next, &a));
        next.range_start -= chrono::TimeDelta::seconds(1);
        assert!(may_share(&a, &next) && may_share(&next, &a));
        let mut later = a.clone();
        (later.first_time, later.last_time) = (a.last_time, at("2013-01-07T00:00:00Z"));
        assert!(may_share(&a, &later) && may_share(&later, &a));
        later.first_time = at("2013-01-06T00:00:01Z");
        assert!(!may_share(&a, &later) && !may_share(&later, &a));
        let mut higher = a.clone();
        (higher.first_global_position, higher.last_global_position) = (a.last_global_position, Some(30));
        assert!(may_share(&a, &higher) && may_share(&higher, &a));
        higher.first_global_position = Some(10);
        assert!(!may_share(&a, &higher) && !may_share(&higher, &a));
    }

    #[test]
    fn only_archives_that_count_meet_and_of_two_that_the_ledger_knows_it_has_decided() {
        let (known, partly) = (ManifestStatus::Known(State::Dropped), ManifestStatus::Partly { alone: 1 });
        let all = [
            ManifestStatus::OnlyCopy,
            known,
            partly,
            ManifestStatus::Live,
            ManifestStatus::Replaced,
            known,
            ManifestStatus::OnlyCopy,
        ];
        let entries: Vec<FoundManifest> = (0..).zip(all).map(|(id, standing)| entry(id, standing)).collect();
        assert_eq!(met(&entries, 0), [6, 5, 2, 1]);
        assert_eq!(met(&entries, 1), [6, 2, 0], "not with the other one that is known");
        assert_eq!(met(&entries, 2), [6, 5, 1, 0]);
        assert!(met(&entries, 3).is_empty() && met(&entries, 4).is_empty());
        let alone =
            [ManifestStatus::Known(State::Rehydrated), ManifestStatus::Overtaken(State::Dropped)].map(|s| entry(9, s));
        assert!(met(&alone, 0).is_empty() && met(&alone, 1).is_empty());
    }

    #[tokio::test]
    async fn what_was_made_later_and_what_is_known_count_before_an_archive_does() {
        let (stop, folder) = (Stop::default(), tempfile::tempdir().unwrap());
        let url = StoreUrl::File { dir: folder.path().into() };
        let store = Store::open(&url, &StoreSettings::default()).await.unwrap();
        let scope = Scope::new("orders", "tsdb", "public");
        let all = [
            ManifestStatus::OnlyCopy,
            ManifestStatus::Known(State::Dropped),
            ManifestStatus::OnlyCopy,
            ManifestStatus::OnlyCopy,
        ];
        let entries: Vec<FoundManifest> = (0..).zip(all).map(|(id, standing)| entry(id, standing)).collect();
        let compared = Compared { scope: &scope, store: &store, entries: &entries, stop: &stop };
        assert_eq!(compared.before(0), [3, 2, 1]);
        assert_eq!(compared.before(2), [3, 1]);
        assert_eq!(compared.before(3), [1]);
    }
}
