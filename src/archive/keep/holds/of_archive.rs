//! Which archives a hold is on.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::super::whereabouts::is_untold;
use super::{HeldBy, Holds};
use crate::archive::format::copy_binary::TimeReader;
use crate::archive::format::csv::{CsvFields, RowSplitter};
use crate::archive::format::manifest::Manifest;
use crate::archive::read::verify::{Expected, read_manifest, read_through};
use crate::db::queries::holds::{self as queries, Hold};
use crate::db::queries::ledger::ArchiveRow;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};
use crate::stream_name::category_of;

/// Says that no hold is on an archive: without one, nothing gives its messages up.
#[derive(Debug)]
pub struct Unheld {
    known: HashSet<Uuid>,
}

/// Asks whether a hold is on an archive that is about to go.
///
/// # Errors
/// [`Kind::Conflict`] where one is, or may be; where database or store cannot be asked.
pub async fn unheld(db: &Db, scope: &Scope, store: &Store, archive: &ArchiveRow, stop: &Stop) -> Result<Unheld> {
    let holds = Holds::of(db, scope).await?.and_in(store, scope).await?;
    match holds.on_archive(store, archive, None, stop).await? {
        Some(held) => Err(held.refusal(format!("giving up archive {} ({})", archive.id, archive.extent()))),
        None => Ok(Unheld { known: holds.0.iter().map(|hold| hold.id).collect() }),
    }
}

impl Unheld {
    /// Asks again in the transaction that gives the archive up: nobody places a hold from here to its end.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where one was placed since.
    pub async fn still(&self, tx: &Transaction<'_>, scope: &Scope) -> Result<()> {
        let now = queries::fence(tx, scope.namespace()).await?;
        let Some(new) = now.iter().find(|hold| !self.known.contains(&hold.id)) else { return Ok(()) };
        Err(Error::new(Kind::Conflict, "looking for holds once again")
            .because(format!("case {} has placed one meanwhile ({})", new.case, new.scope))
            .hint("nothing was changed; run the same command again: it sees what is held now"))
    }
}

impl Holds {
    /// The hold that is on some of an archive's messages, or may be; of these streams' alone, where some are named.
    ///
    /// # Errors
    /// Where the store cannot be asked. What says only that the archive cannot be read makes it held.
    pub(in crate::archive) async fn on_archive(
        &self,
        store: &Store,
        archive: &ArchiveRow,
        only: Option<&[String]>,
        stop: &Stop,
    ) -> Result<Option<HeldBy>> {
        if archive.message_count == Some(0) {
            return Ok(None);
        }
        let first = archive.first_time.unwrap_or(archive.range_start);
        let last = archive.last_time.unwrap_or(archive.range_end);
        let is_meant = |hold: &&Hold| {
            hold.scope.meets(first, last)
                && only.is_none_or(|streams| streams.iter().any(|s| hold.scope.is_on_stream(s)))
        };
        let near: Vec<Hold> = self.0.iter().filter(is_meant).cloned().collect();
        let Some(one) = near.first() else { return Ok(None) };
        // No need to look into it: whatever streams it has, they are held.
        if only.is_none()
            && let Some(hold) = near.iter().find(|hold| hold.scope.is_on_all_streams())
        {
            return Ok(Some(HeldBy::new(hold)));
        }
        match listed(store, archive, near.clone(), only, stop).await {
            Err(e) if is_untold(&e) => Ok(Some(HeldBy::untold(one, e))),
            found => Ok(found?.as_ref().map(HeldBy::new)),
        }
    }
}

/// By what the archive says itself: its counts by category, and its stream list.
async fn listed(
    store: &Store,
    archive: &ArchiveRow,
    mut near: Vec<Hold>,
    only: Option<&[String]>,
    stop: &Stop,
) -> Result<Option<Hold>> {
    let manifest = match (&archive.manifest_sha256, &archive.manifest_key) {
        // An attempt that failed has nothing to prove it by.
        (None, Some(key)) => Manifest::read_unproven(store, &ObjectKey::new(key)?).await?.0,
        _ => read_manifest(store, archive).await?,
    };
    if let Some(counts) = &manifest.categories {
        let has = |hold: &Hold| match (&hold.scope.stream, &hold.scope.category) {
            (Some(stream), _) => counts.contains_key(category_of(stream)),
            (None, Some(category)) => counts.contains_key(category),
            (None, None) => true,
        };
        near.retain(has);
        let is_told = |hold: &&Hold| hold.scope.category.is_some() && hold.scope.is_on_all_times();
        match near.iter().find(is_told) {
            Some(hold) if only.is_none() => return Ok(Some(hold.clone())),
            _ if near.is_empty() => return Ok(None),
            _ => {}
        }
    }
    by_list(store, &manifest, near, only, stop).await
}

/// Looks through an archive's stream list.
struct ListLooker {
    near: Vec<Hold>,
    only: Option<HashSet<String>>,
    columns: [usize; 3],
    splitter: RowSplitter,
    times: TimeReader,
    rows: u64,
    found: Option<Hold>,
}

async fn by_list(
    store: &Store,
    manifest: &Manifest,
    near: Vec<Hold>,
    only: Option<&[String]>,
    stop: &Stop,
) -> Result<Option<Hold>> {
    let key = ObjectKey::new(&manifest.heads.object)?;
    let column = |name: &str| manifest.heads.columns.iter().position(|c| c == name);
    let (Some(name), Some(first), Some(last)) = (column("stream_name"), column("first_time"), column("last_time"))
    else {
        return Err(Error::new(Kind::Verification, format!("reading the stream list {}", store.describe(&key)))
            .because("it is of another form"));
    };
    let looker = Arc::new(Mutex::new(ListLooker {
        near,
        only: only.map(|streams| streams.iter().cloned().collect()),
        columns: [name, first, last],
        splitter: RowSplitter::default(),
        times: TimeReader::default(),
        rows: 0,
        found: None,
    }));
    let shared = Arc::clone(&looker);
    read_through(store, &key, Expected::heads(manifest), None, stop, move |piece| {
        shared.lock().map_err(|_| Error::failed("a reader has panicked"))?.add(piece);
        Ok(())
    })
    .await?;
    // What a list said that differs in the end counts for nothing.
    looker.lock().map(|looker| looker.found.clone()).map_err(|_| Error::failed("a reader has panicked"))
}

impl ListLooker {
    fn add(&mut self, piece: &[u8]) {
        let mut splitter = std::mem::take(&mut self.splitter);
        let added = splitter.add(piece, |row| {
            self.row(row);
            Ok::<_, std::convert::Infallible>(())
        });
        let Ok(()) = added;
        self.splitter = splitter;
    }

    fn row(&mut self, row: &[u8]) {
        self.rows += 1;
        // The first line names the columns.
        if self.rows == 1 || self.found.is_some() {
            return;
        }
        let field = |n: usize| CsvFields(row).nth(n).unwrap_or_default();
        let [name, first, last] = self.columns.map(field);
        let name = String::from_utf8_lossy(&name);
        if self.only.as_ref().is_some_and(|only| !only.contains(name.as_ref())) {
            return;
        }
        let (first, last) = (self.instant(&first), self.instant(&last));
        let is_on = |hold: &&Hold| {
            // Times that cannot be read may be any.
            let meets = first.zip(last).is_none_or(|(first, last)| hold.scope.meets(first, last));
            meets && hold.scope.is_on_stream(&name)
        };
        self.found = self.near.iter().find(is_on).cloned();
    }

    fn instant(&mut self, text: &[u8]) -> Option<DateTime<Utc>> {
        // Microseconds since 2000-01-01.
        let micros = self.times.read(text)?.checked_add(946_684_800_000_000)?;
        DateTime::from_timestamp_micros(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::holds::HoldScope;

    fn found(scope: HoldScope, only: Option<&str>, rows: &[&str]) -> bool {
        let hold = Hold {
            id: Uuid::nil(),
            case: "c".to_owned(),
            scope,
            note: None,
            placed_at: DateTime::UNIX_EPOCH,
            placed_by: "x".to_owned(),
        };
        let mut looker = ListLooker {
            near: vec![hold],
            only: only.map(|stream| HashSet::from([stream.to_owned()])),
            columns: [0, 1, 2],
            splitter: RowSplitter::default(),
            times: TimeReader::default(),
            rows: 0,
            found: None,
        };
        looker.add(b"stream_name,first_time,last_time\n");
        for row in rows {
            looker.add(row.as_bytes());
        }
        looker.found.is_some()
    }

    #[test]
    fn a_stream_list_tells_each_stream_with_its_times() {
        let rows = [
            "a-1,2013-01-03 00:00:00+00,2013-01-04 12:00:00.5+00\n",
            "\"b,\"\"2\",2013-01-05 00:00:00+00,2013-01-05 00:00:00+00\n",
        ];
        let stream = |name: &str| HoldScope { stream: Some(name.to_owned()), ..HoldScope::default() };
        assert!(found(stream("a-1"), None, &rows) && found(stream("b,\"2"), None, &rows));
        // The line that names the columns is no stream.
        assert!(!found(stream("a-2"), None, &rows) && !found(stream("stream_name"), None, &rows));
        let category = HoldScope { category: Some("a".to_owned()), ..HoldScope::default() };
        assert!(found(category.clone(), None, &rows) && !found(category, Some("b,\"2"), &rows));
        let from = |day: &str| HoldScope { from: Some(format!("{day}Z").parse().unwrap()), ..HoldScope::default() };
        assert!(found(from("2013-01-04T12:00:00"), Some("a-1"), &rows));
        assert!(!found(from("2013-01-04T12:00:01"), Some("a-1"), &rows));
        assert!(found(from("2013-01-04T12:00:01"), None, &rows));
        assert!(found(from("2020-01-01T00:00:00"), None, &["c-1,x,y\n"]), "times that cannot be read may be any");
    }
}
