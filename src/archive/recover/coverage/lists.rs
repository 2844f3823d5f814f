//! The stream lists of archives, loaded to be compared with the heads.

use std::collections::HashSet;

use tokio_postgres::Transaction;

use super::finding::{CoverageFinding, of_archive};
use super::places::CoverageStores;
use crate::archive::format::manifest::{DAMAGED, Manifest};
use crate::archive::read::load;
use crate::archive::read::verify::read_manifest;
use crate::db::Scope;
use crate::db::queries::coverage as queries;
use crate::db::queries::ledger::{ArchiveRow, State};
use crate::db::savepoint;
use crate::error::{Error, Kind, Result};
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// What was found on the way.
#[derive(Debug, Default)]
pub(super) struct LoadedLists {
    /// Archives that are missing or damaged, or that no store could be asked for.
    pub findings: Vec<CoverageFinding>,
    /// The hint of the first.
    pub hint: Option<String>,
}

impl LoadedLists {
    /// That the manifest of an archive names one before it that the ledger does not have.
    fn tell_of_the_one_before(&mut self, id: i64) {
        let text = format!(
            "the manifest of archive {id} follows one that the ledger does not have: an archive before it is missing"
        );
        self.findings.push(CoverageFinding { kind: "archive", text });
        let hint = "where that one is in another store, eventodb-admin archives sync --store … enters it";
        self.hint.get_or_insert_with(|| hint.to_owned());
    }
}

/// Loads the stream lists of all archives that are the only copy, and finds those that are missing or damaged, or that
/// their stores cannot be asked for.
pub(super) async fn load_all(
    tx: &Transaction<'_>,
    scope: &Scope,
    places: &mut CoverageStores,
    archives: &[ArchiveRow],
    watched: (&dyn Progress, &Stop),
) -> Result<LoadedLists> {
    let (progress, stop) = watched;
    let known: HashSet<_> = archives.iter().filter_map(|a| a.manifest_sha256.as_deref()).collect();
    let mut loaded = LoadedLists::default();
    // Of what is live as well, too: what came before it can be in the store alone.
    for id in queries::live_without_the_one_before(tx, scope).await? {
        loaded.tell_of_the_one_before(id);
    }
    let archives: Vec<_> = archives.iter().filter(|a| a.state == State::Dropped).collect();
    let task = progress.begin("read archives' stream lists", Some(archives.len() as u64), Unit::Items);
    for archive in archives {
        stop.check()?;
        match from_places(tx, places, archive, stop).await? {
            Ok(manifest) => {
                let previous = manifest.previous_manifest_sha256;
                if previous.as_deref().is_some_and(|previous| !known.contains(previous)) {
                    loaded.tell_of_the_one_before(archive.id);
                }
            }
            Err(e) => {
                loaded.findings.push(of_archive(archive, &e));
                loaded.hint = loaded.hint.or_else(|| e.hint_text().map(str::to_owned));
            }
        }
        task.advance(1);
    }
    Ok(loaded)
}

/// Loads an archive's list from the first store that has it. Where none does, it is lost only if every store that it may be
/// in has said so: that one could not be asked counts for more.
async fn from_places(
    tx: &Transaction<'_>,
    places: &mut CoverageStores,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<Result<Manifest, Error>> {
    let mut why: Option<Error> = None;
    for url in places.of(archive) {
        let found = match places.open(&url).await {
            Ok(store) => match undone_where_it_fails(tx, &store, archive, stop).await? {
                Ok(manifest) => return Ok(Ok(manifest)),
                Err(e) => {
                    if !is_lost(&e)
                        && let Err(silent) = store.check().await
                    {
                        places.fall_silent(&url, silent);
                    }
                    e
                }
            },
            Err(e) => e,
        };
        if why.as_ref().is_none_or(|before| is_lost(before) || !is_lost(&found)) {
            why = Some(found);
        }
    }
    Ok(Err(
        why.unwrap_or_else(|| Error::failed("opening its store").because("the ledger names none").hint("add --store"))
    ))
}

fn is_lost(e: &Error) -> bool {
    e.kind() == Kind::Verification
}

async fn undone_where_it_fails(
    tx: &Transaction<'_>,
    store: &Store,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<Result<Manifest, Error>> {
    // A session that is lost is the outer error: it is no finding.
    match savepoint::attempt(tx, "loading a stream list", load_one(tx, store, archive, stop)).await? {
        Err(e) if e.kind().is_stop() => Err(e),
        loaded => Ok(loaded),
    }
}

async fn load_one(tx: &Transaction<'_>, store: &Store, archive: &ArchiveRow, stop: &Stop) -> Result<Manifest> {
    let manifest = read_manifest(store, archive).await?;
    let data = ObjectKey::new(&manifest.data.object)?;
    let refuse = |why: String| {
        Err(Error::new(Kind::Verification, format!("looking for {}", store.describe(&data))).because(why).hint(DAMAGED))
    };
    match store.head(&data).await? {
        None => return refuse("it is not in the store".into()),
        Some(found) if found.size != manifest.data.stored.bytes => {
            return refuse(format!("it has {} bytes, {} were stored", found.size, manifest.data.stored.bytes));
        }
        Some(_) => {}
    }
    load::streams(tx, store, &manifest, stop).await?;
    Ok(manifest)
}
