//! Where the messages of an archive are now: live, in other archives that read back, or nowhere else. Told message by
//! message, by the archive's own data; what the ledger says of it counts for nothing.

use std::future::Future;

use tokio_postgres::Transaction;

use crate::archive::format::codec::Codec;
use crate::archive::format::csv::column_list;
use crate::archive::format::manifest::Manifest;
use crate::archive::format::object_names::Names;
use crate::archive::read::load;
use crate::archive::read::verify::{Expected, read_manifest};
use crate::db::errors::{explain, sqlstate_of};
use crate::db::ident::Qualified;
use crate::db::queries::coverage as loaded;
use crate::db::queries::ledger::{self, ArchiveRow, Objects};
use crate::db::queries::rehydrate;
use crate::db::queries::whereabouts::{self as queries, LIVE, Likeness, OTHER, RemainingMessages};
use crate::db::savepoint;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{CannotOpen, ObjectKey, Store, StoreUrl};

/// Opens the stores that archives are in.
pub trait OpenStores {
    /// Whether this store is the one that was asked for, or one is asked for in the place of all that the ledger names.
    fn trusts(&self, url: &StoreUrl) -> bool;

    /// The store that an archive is in.
    fn open(&mut self, archive: &ArchiveRow) -> impl Future<Output = Result<Store>>;
}

/// Where an archive's messages are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Its messages.
    pub messages: i64,
    /// Those that the hypertable has, equal in everything.
    pub live: i64,
    /// Other archives that were read back, and how many of the rest each holds.
    pub elsewhere: Vec<(i64, i64)>,
    /// Those whose content has changed since, in the hypertable or in an archive that was made later.
    pub changed: i64,
    /// Those that are nowhere else.
    pub alone: i64,
}

impl Whereabouts {
    /// The archives that hold some of them.
    pub fn holders(&self) -> Vec<i64> {
        self.elsewhere.iter().map(|(id, _)| *id).collect()
    }
}

/// Whether an archive's messages could be counted as archived again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::archive) enum PlaceState {
    /// Nobody has asked.
    NotAsked,
    /// The heads still know all of them.
    Expected,
    /// Their places are free, but the heads do not know them: the namespace was cleared.
    Free,
    /// Another message has this place.
    Taken(String),
}

/// What is read of an archive.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) enum ArchiveData<'a> {
    /// What its manifest describes.
    Described(&'a Manifest),
    /// An object that no manifest tells of.
    Bare(&'a ObjectKey, Codec),
}

/// An archive whose messages are looked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) struct SoughtArchive<'a> {
    /// Its number in the ledger; 0 where it has none. What was made later may hold other content.
    pub id: i64,
    /// Its objects' stem: an archive of the same objects is no other.
    pub stem: &'a str,
    /// Where it is.
    pub store: &'a Store,
    /// What is read of it.
    pub data: ArchiveData<'a>,
}

/// Compares an archive's messages with those that are live, then with those in the other archives of the ledger that are
/// kept and read back. Changes nothing. With `asks_place`, tells whether they could be counted again.
///
/// # Errors
/// Where the archive's data cannot be read; [`is_untold`] says whether that says something about the archive.
pub(in crate::archive) async fn whereabouts(
    db: &mut Db,
    scope: &Scope,
    sought: SoughtArchive<'_>,
    stores: &mut impl OpenStores,
    (asks_place, stop): (bool, &Stop),
) -> Result<(Whereabouts, PlaceState)> {
    let doing = "looking for an archive's messages";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    fill(&tx, sought, stop).await?;
    let mut rest = queries::rest(&tx).await?;
    let mut found = Whereabouts { messages: rest.messages, ..Whereabouts::default() };
    let mut place = match (asks_place, queries::taken_place(&tx, scope, LIVE).await?) {
        (false, _) => PlaceState::NotAsked,
        (true, Some(taken)) => PlaceState::Taken(taken),
        (true, None) if queries::are_expected(&tx, scope).await? => PlaceState::Expected,
        (true, None) => PlaceState::Free,
    };
    found.live = queries::take_live(&tx, scope, &rest, Likeness::Equal).await?;
    found.changed = queries::take_live(&tx, scope, &rest, Likeness::SamePlace).await?;
    for other in ledger::list(&tx, scope.namespace()).await? {
        rest = queries::rest(&tx).await?;
        if rest.messages == 0 {
            break;
        }
        if !may_hold(scope, &other, sought.stem, &rest) || !fill_other(&tx, &other, stores, stop).await? {
            continue;
        }
        if matches!(place, PlaceState::Expected | PlaceState::Free)
            && let Some(taken) = queries::taken_place(&tx, scope, OTHER).await?
        {
            place = PlaceState::Taken(format!("{taken} (in archive {})", other.id));
        }
        let held = queries::take_other(&tx, scope, &rest, Likeness::Equal).await?;
        if held > 0 {
            found.elsewhere.push((other.id, held));
        }
        if other.id > sought.id {
            found.changed += queries::take_other(&tx, scope, &rest, Likeness::SamePlace).await?;
        }
    }
    found.alone = queries::rest(&tx).await?.messages;
    tx.rollback().await.map_err(|e| explain(doing, e))?;
    Ok((found, place))
}

/// Loads the archive's messages into the transaction's table.
pub(in crate::archive) async fn fill(tx: &Transaction<'_>, sought: SoughtArchive<'_>, stop: &Stop) -> Result<()> {
    match sought.data {
        ArchiveData::Described(manifest) => load::messages(tx, sought.store, manifest, stop).await,
        ArchiveData::Bare(key, codec) => {
            loaded::make_loaded(tx).await?;
            let expected = Expected::as_it_is(sought.store, key, codec, stop).await?;
            let target = format!("pg_temp.eventodb_loaded ({})", column_list());
            load::copy_in(tx, &target, sought.store, key, expected, None, stop).await.map(|_| ())
        }
    }
}

/// Whether an archive of the ledger may hold some of what is left.
pub(in crate::archive) fn may_hold(scope: &Scope, other: &ArchiveRow, stem: &str, rest: &RemainingMessages) -> bool {
    let (Some(data), Some(heads), Some(manifest)) = (&other.object_key, &other.heads_key, &other.manifest_key) else {
        return false;
    };
    other.state.is_kept()
        && other.objects == Objects::Kept
        && Names::own_stem(scope.namespace(), data, heads, manifest).is_some_and(|own| own != stem)
        && rest.meets(other.first_global_position, other.last_global_position)
}

/// Loads another archive's messages. `false` where it does not read back: it holds nothing then.
pub(in crate::archive) async fn fill_other(
    tx: &Transaction<'_>,
    other: &ArchiveRow,
    stores: &mut impl OpenStores,
    stop: &Stop,
) -> Result<bool> {
    let filled = async {
        let store = stores.open(other).await?;
        let manifest = read_manifest(&store, other).await?;
        queries::make_other(tx).await?;
        load::copy_data_in(tx, OTHER, &store, &manifest, None, stop).await
    };
    match savepoint::attempt(tx, "looking into another archive", filled).await? {
        Err(e) if is_untold(&e) => {
            tracing::info!("archive {} does not read back, so it counts for nothing: {e}", other.id);
            Ok(false)
        }
        filled => filled.map(|()| true),
    }
}

/// Whether an error says that this run has no key to what is encrypted.
pub(in crate::archive) fn cannot_open(e: &Error) -> bool {
    let is_locked =
        |io: &std::io::Error| io.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<CannotOpen>);
    e.causes().any(|c| c.is::<CannotOpen>() || c.downcast_ref::<std::io::Error>().is_some_and(is_locked))
}

/// Whether an error says that this archive cannot be read by this run, rather than that nothing can be found out now.
pub(in crate::archive) fn is_untold(e: &Error) -> bool {
    if cannot_open(e) {
        return true;
    }
    // Rows that are no messages.
    let is_data = sqlstate_of(e).is_some_and(|state| state.code().starts_with("22"));
    is_data || matches!(e.kind(), Kind::Verification | Kind::NotFound | Kind::Unsupported | Kind::Usage)
}

/// Whether a table holds what a manifest describes, without reading its data: as many messages within its range and global
/// positions, of the same sum, and each stream with as many, from and to the same positions.
///
/// # Errors
/// Where a query fails. A stream list that cannot be read proves nothing.
pub(in crate::archive) async fn is_all_in(
    tx: &Transaction<'_>,
    table: &Qualified,
    store: &Store,
    manifest: &Manifest,
    stop: &Stop,
) -> Result<bool> {
    let doing = "comparing streams with an archive's";
    let range = (manifest.range_start, manifest.range_end);
    let positions = (manifest.first_global_position, manifest.last_global_position);
    let here = rehydrate::live_within(tx, table, range, positions).await?;
    if i64::try_from(manifest.messages).ok() != Some(here.messages)
        || here.global_position_sum != manifest.global_position_sum
    {
        return Ok(false);
    }
    let compared = async {
        loaded::make_archived(tx).await?;
        load::streams(tx, store, manifest, stop).await?;
        queries::has_streams(tx, table, range, positions).await
    };
    or_untold(tx, doing, compared).await
}

/// Compares, and leaves no table behind. What cannot be read holds nothing.
async fn or_untold(tx: &Transaction<'_>, doing: &str, compared: impl Future<Output = Result<bool>>) -> Result<bool> {
    tx.batch_execute("SAVEPOINT compared").await.map_err(|e| explain(doing, e))?;
    let holds = match compared.await {
        Err(e) if is_untold(&e) => {
            tracing::info!("{doing}: {e}");
            false
        }
        holds => holds?,
    };
    tx.batch_execute("ROLLBACK TO SAVEPOINT compared").await.map_err(|e| explain(doing, e))?;
    Ok(holds)
}

/// Whether a table holds every message of an archive, whatever else it holds beside them and whatever their content is now:
/// told by its data. One that cannot be read is held by nothing.
///
/// # Errors
/// Where a query fails or a store cannot be asked.
pub(in crate::archive) async fn is_held_by(
    tx: &Transaction<'_>,
    table: &Qualified,
    store: &Store,
    manifest: &Manifest,
    stop: &Stop,
) -> Result<bool> {
    let doing = "comparing a chunk with an archive";
    let compared = async {
        load::messages(tx, store, manifest, stop).await?;
        let all = queries::rest(tx).await?;
        Ok::<_, Error>(queries::take_from(tx, table, &all).await? == all.messages)
    };
    or_untold(tx, doing, compared).await
}

#[cfg(test)]
mod tests;
