//! `archives verify`.

use std::collections::BTreeMap;
use std::iter;

use futures::{StreamExt, stream};
use tokio::sync::Mutex;

use crate::archive::{self, ArchiveRow, ClaimStores, CopyRow, CopyState, LifecycleLock, Making};
use crate::cli::Verify;
use crate::cli::values::Share;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, thawing};
use crate::db::queries::{archive_copies, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::Store;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// An archive that was read back.
    VerifiedRecord {
        /// The archive.
        archive_id: i64,
        /// `ok`, `failed`, `repaired`, or `unknown` where the store could not be asked.
        result: &'static str,
        /// The store that was asked.
        store_url: Option<String>,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages in it.
        messages: Option<i64>,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        last_global_position: Option<i64>,
        /// Bytes stored.
        stored_bytes: Option<i64>,
        /// What is wrong.
        error: Option<String>,
    }
}

impl Tabular for VerifiedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("RESULT"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Left("GLOBAL POSITIONS"),
        TableColumn::Right("STORED"),
        TableColumn::Left("STORE"),
        TableColumn::Left("ERROR"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            self.result.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.first_global_position.zip(self.last_global_position), |(f, l)| format!("{f} – {l}")),
            human::or_dash(self.stored_bytes, human::bytes),
            human::or_dash(self.store_url.clone(), |url| url),
            human::or_dash(self.error.clone(), |e| e),
        ]
    }
}

/// A random part of the archives, at least one.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share of a count
fn sample(rows: Vec<ArchiveRow>, share: Share) -> Vec<ArchiveRow> {
    let amount = ((rows.len() as f64 * share.0).ceil() as usize).clamp(usize::from(!rows.is_empty()), rows.len());
    let mut picked = rand::seq::index::sample(&mut rand::rng(), rows.len(), amount).into_vec();
    picked.sort_unstable();
    let mut picked = picked.into_iter().peekable();
    rows.into_iter().enumerate().filter(|(n, _)| picked.next_if_eq(n).is_some()).map(|(_, row)| row).collect()
}

async fn to_verify(db: &Db, namespace: &str, args: &Verify) -> Result<Vec<ArchiveRow>> {
    let mut rows = Vec::new();
    if args.all {
        rows = ledger::list(db.client(), namespace).await?;
        rows.retain(|a| a.state.is_kept());
    }
    for id in &args.ids {
        let row = ledger::get(db.client(), namespace, *id).await?;
        if !row.state.is_kept() {
            return Err(Error::failed(format!("verifying archive {id}"))
                .because(format!("it is {}: the store holds no proven copy", row.state))
                .hint(archive::not_kept(&row, "eventodb-admin archives list shows those that can be verified")));
        }
        if rows.iter().all(|r: &ArchiveRow| r.id != *id) {
            rows.push(row);
        }
    }
    Ok(match args.sample {
        Some(share) => sample(rows, share),
        None => rows,
    })
}

/// What to do about a damaged copy where another is there.
const REPAIR: &str =
    "eventodb-admin archives verify --all --repair makes it again from a copy in another store that is whole";

/// An archive in one of its stores.
struct ArchiveInStore {
    archive: ArchiveRow,
    /// The store's address; none where the ledger names none.
    url: Option<String>,
    is_first: bool,
}

/// Each archive in each of its stores, or in the one that was asked for.
async fn places(db: &Db, namespace: &str, rows: Vec<ArchiveRow>, given: Option<String>) -> Result<Vec<ArchiveInStore>> {
    let copies = if given.is_some() { Vec::new() } else { archive::list_copies(db.client(), namespace, None).await? };
    let mut all = Vec::with_capacity(rows.len());
    for archive in rows {
        let counts = |c: &&CopyRow| matches!(c.state, CopyState::Verified | CopyState::Damaged);
        let of_it: Vec<String> =
            copies.iter().filter(|c| c.archive == archive.id).filter(counts).map(|c| c.store_url.clone()).collect();
        let url = given.clone().or_else(|| archive.store_url.clone());
        all.push(ArchiveInStore { archive: archive.clone(), url, is_first: true });
        all.extend(of_it.into_iter().map(|url| ArchiveInStore {
            archive: archive.clone(),
            url: Some(url),
            is_first: false,
        }));
    }
    Ok(all)
}

impl VerifiedRecord {
    fn new(place: &ArchiveInStore, result: &'static str, error: Option<&Error>) -> Self {
        let row = &place.archive;
        Self {
            archive_id: row.id,
            result,
            store_url: place.url.clone(),
            range_start: row.range_start.into(),
            range_end: row.range_end.into(),
            messages: row.message_count,
            first_global_position: row.first_global_position,
            last_global_position: row.last_global_position,
            stored_bytes: row.stored_bytes,
            error: error.map(ToString::to_string),
        }
    }
}

pub(super) async fn run(context: &Context, args: Verify) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = to_verify(&db, scope.namespace(), &args).await?;
    if rows.is_empty() {
        context.ui.note("no archives to verify");
    }
    let given = context.settings.reading_store()?.map(|url| url.to_string());
    let places = places(&db, scope.namespace(), rows, given).await?;
    let run = VerifyRun { context, stores: Mutex::new(context.stores().await?), silent: Mutex::new(BTreeMap::new()) };
    let mut failures = Failures::new(&context.ui);
    let (mut done, mut succeeded, mut damaged) = (Vec::new(), 0, Vec::new());
    let run = &run;
    let mut results = stream::iter(&places)
        .map(|place| async move { (place, run.one(place).await) })
        .buffered(usize::from(args.jobs));
    while let Some((place, outcome)) = results.next().await {
        let id = place.archive.id;
        match outcome {
            VerifyOutcome::Ok => {
                succeeded += 1;
                note(context, &db, place, None).await?;
                done.push(VerifiedRecord::new(place, "ok", None));
            }
            VerifyOutcome::Failed(e) => {
                note(context, &db, place, Some(&e)).await?;
                let has_others = !place.archive.copies.is_empty() && !args.repair;
                let e = if has_others { e.hint(REPAIR) } else { e };
                damaged.push((done.len(), place, e));
                done.push(VerifiedRecord::new(place, "failed", None));
            }
            VerifyOutcome::Unknown(e) => {
                done.push(VerifiedRecord::new(place, "unknown", Some(&e)));
                failures.add("archive", &id.to_string(), e);
            }
            VerifyOutcome::Stopped(e) => {
                failures.add("archive", &id.to_string(), e);
                break;
            }
        }
    }
    drop(results);
    let repaired = if args.repair && context.is_plan() {
        return plan_repairs(context, &damaged);
    } else if args.repair {
        repair(context, db, scope, &damaged).await?
    } else {
        Vec::new()
    };
    let mut repaired = repaired.into_iter();
    for (at, place, e) in damaged {
        let repair = repaired.next();
        if let Some(Ok(())) = repair {
            context.ui.warn(&format!("{e}; it was made again"));
            done[at] = VerifiedRecord::new(place, "repaired", Some(&e));
            succeeded += 1;
            continue;
        }
        done[at] = VerifiedRecord::new(place, "failed", Some(&e));
        for e in iter::once(e).chain(repair.and_then(Result::err)) {
            failures.add("archive", &place.archive.id.to_string(), e);
        }
    }
    context.ui.list(done)?;
    Ok(failures.end("archive", succeeded))
}

/// Shows what would be made anew. That something is damaged is a failure all the same.
fn plan_repairs(context: &Context, damaged: &[(usize, &ArchiveInStore, Error)]) -> Result<CommandOutcome> {
    let repair = |(_, place, _): &(usize, &ArchiveInStore, Error)| {
        let lies_elsewhere = !place.archive.copies.is_empty() || !place.is_first;
        let what = if lies_elsewhere {
            "make again from another copy"
        } else {
            "write manifest and stream list from the data"
        };
        PlannedStep::on_archive(what, &place.archive)
    };
    context.plan(damaged.iter().map(repair).collect())?;
    Ok(if damaged.is_empty() { CommandOutcome::Done } else { CommandOutcome::Failed(Kind::Verification) })
}

/// The ledger is told how a copy was found, where the role may tell it, and unless nothing is to be changed.
async fn note(context: &Context, db: &Db, place: &ArchiveInStore, fault: Option<&Error>) -> Result<()> {
    if context.is_plan() {
        return Ok(());
    }
    let id = place.archive.id;
    match (place.is_first, place.url.as_deref(), fault) {
        (true, _, None) => ledger::note_read_back(db.client(), id).await,
        (true, _, Some(_)) => ledger::note_not_read_back(db.client(), id).await,
        (false, Some(url), fault) => {
            let state = if fault.is_some() { CopyState::Damaged } else { CopyState::Verified };
            let why = fault.map(ToString::to_string);
            archive_copies::note(db.client(), id, url, state, why.as_deref()).await
        }
        (false, None, _) => Ok(()),
    }
}

/// Makes each damaged place anew from the stores in which the archive is whole.
async fn repair(
    context: &Context,
    db: Db,
    scope: &Scope,
    damaged: &[(usize, &ArchiveInStore, Error)],
) -> Result<Vec<Result<()>>> {
    if damaged.is_empty() {
        return Ok(Vec::new());
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let mut stores = context.stores().await?;
    let mut repaired = Vec::with_capacity(damaged.len());
    for (_, place, _) in damaged {
        repaired.push(repair_one(context, &mut lock, scope, &mut stores, place).await);
    }
    stores.end(&mut lock, scope).await;
    Ok(repaired)
}

async fn repair_one(
    context: &Context,
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut ArchiveStores<'_>,
    place: &ArchiveInStore,
) -> Result<()> {
    context.stop.check()?;
    let row = ledger::get(lock.db().client(), scope.namespace(), place.archive.id).await?;
    let doing = || format!("repairing archive {}", row.id);
    let url = place.url.as_deref().unwrap_or_default();
    let others = row.store_url.iter().chain(&row.copies).filter(|other| other.as_str() != url);
    let (mut from, mut is_asked) = (Vec::new(), true);
    for other in others {
        let store = stores.at(other).await;
        if let Err(e) = &store {
            context.ui.warn(&e.to_string());
            is_asked = false;
        }
        from.push(store);
    }
    let to = stores.claimed_at(lock, scope, url).await?;
    let (progress, stop) = (&context.ui, &context.stop);
    let is_first = row.store_url.as_deref() == Some(url);
    let made = match Store::together(from) {
        Ok(from) => {
            let making = Making { db: lock.db().client(), from: &from, progress, stop };
            if is_first {
                archive::repair_first(&making, &to, &row).await
            } else {
                archive::make_copy(&making, &to, &row).await
            }
        }
        Err(_) => Err(Error::new(Kind::Verification, doing())
            .because("no other store has a verified copy of it")
            .hint("keep the chunk if it is still there; put the object back from an earlier version in the bucket or a backup of the folder")),
    };
    match made {
        // No copy is left that could be whole: what can be made is made of the data.
        Err(e) if is_first && is_asked && e.kind() == Kind::Verification => {
            tracing::debug!("{e}");
            archive::describe_again(lock, scope, &to, &row, (progress, stop)).await
        }
        made => made.map_err(|e| e.while_doing(doing())),
    }
}

/// How it went with an archive in one of its stores.
enum VerifyOutcome {
    Ok,
    /// Something is wrong with it.
    Failed(Error),
    /// Its store cannot be asked: that says nothing about the archive, but is a failure.
    Unknown(Error),
    /// A stop was asked for.
    Stopped(Error),
}

/// What archives that are read at the same time share.
struct VerifyRun<'a> {
    context: &'a Context,
    stores: Mutex<ArchiveStores<'a>>,
    /// Stores that give no answers, and why: what lies in them is not asked for one by one.
    silent: Mutex<BTreeMap<Option<&'a str>, String>>,
}

impl<'a> VerifyRun<'a> {
    async fn one(&self, place: &'a ArchiveInStore) -> VerifyOutcome {
        let (row, url) = (&place.archive, place.url.as_deref());
        if let Some(why) = self.silent.lock().await.get(&url) {
            return VerifyOutcome::Unknown(Error::failed(doing(row)).because(why.clone()));
        }
        let store = self.store(place).await;
        // Of a copy whose store is away nothing is known: the others are there.
        let away = match &store {
            Err(e) if !place.is_first => Some(e.to_string()),
            Ok(store) if !place.is_first => store.check().await.err().map(|e| e.to_string()),
            _ => None,
        };
        if let Some(why) = away {
            self.silent.lock().await.insert(url, why.clone());
            return VerifyOutcome::Unknown(Error::failed(doing(row)).because(why));
        }
        let Err(e) = read(self.context, store, place).await else { return VerifyOutcome::Ok };
        match e.kind() {
            Kind::Interrupted | Kind::Terminated => return VerifyOutcome::Stopped(e),
            Kind::Verification => return VerifyOutcome::Failed(e),
            _ => {}
        }
        if let Ok(store) = self.store(place).await
            && let Err(why) = store.check().await
        {
            self.silent.lock().await.insert(url, why.to_string());
        }
        VerifyOutcome::Unknown(e)
    }

    /// The one store that is asked, and no other in its place.
    async fn store(&self, place: &ArchiveInStore) -> Result<Store> {
        let mut stores = self.stores.lock().await;
        match &place.url {
            Some(url) if !stores.is_given() => stores.at(url).await,
            _ => stores.of(&place.archive).await,
        }
    }
}

fn doing(row: &ArchiveRow) -> String {
    format!("verifying archive {} ({})", row.id, row.extent())
}

async fn read(context: &Context, store: Result<Store>, place: &ArchiveInStore) -> Result<()> {
    context.stop.check()?;
    let row = &place.archive;
    let store = store.map_err(|e| e.while_doing(doing(row)))?;
    let read = if place.is_first {
        archive::verify(&store, row, &context.ui, &context.stop).await.map(|_| ())
    } else {
        // What the first copy unpacks to was proven: the others are the same bytes.
        archive::prove_copy(&store, row, &context.stop).await.map(|_| ()).map_err(|e| e.while_doing(doing(row)))
    };
    thawing(&store, row, read).await
}
