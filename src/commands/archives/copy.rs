//! `archives copy`: copies of archives in further stores.

use std::collections::HashSet;

use futures::{StreamExt, stream};

use crate::archive::{
    self, ArchiveRow, ClaimStores, ClaimedStore, LifecycleLock, Making, Objects, State, WantedCopies,
};
use crate::cli::CopyArchives;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep};
use crate::db::queries::{archive_copies, ledger, policies};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{Store, StoreUrl};
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A copy that was made, or proven.
    CopiedRecord {
        /// The archive.
        archive_id: i64,
        /// The store that has the copy.
        store_url: String,
        /// The first instant of the archive's range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages in it.
        messages: Option<i64>,
        /// Bytes stored.
        stored_bytes: Option<i64>,
        /// `verified`, or `moved` where it has taken the place of the one that was there.
        result: &'static str,
    }
}

impl Tabular for CopiedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("RESULT"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("STORED"),
        TableColumn::Left("STORE"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            self.result.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.stored_bytes, human::bytes),
            self.store_url.clone(),
        ]
    }
}

impl CopiedRecord {
    fn new(archive: &ArchiveRow, url: &str, result: &'static str) -> Self {
        Self {
            archive_id: archive.id,
            store_url: url.to_owned(),
            range_start: archive.range_start.into(),
            range_end: archive.range_end.into(),
            messages: archive.message_count,
            stored_bytes: archive.stored_bytes,
            result,
        }
    }
}

const DOING: &str = "copying archives";

/// The archives meant.
async fn meant(db: &Db, namespace: &str, args: &CopyArchives) -> Result<Vec<ArchiveRow>> {
    if args.all {
        let mut rows = ledger::list(db.client(), namespace).await?;
        rows.retain(|a| a.state.is_kept());
        return Ok(rows);
    }
    let mut rows: Vec<ArchiveRow> = Vec::new();
    for id in &args.ids {
        let row = ledger::get(db.client(), namespace, *id).await?;
        if !row.state.is_kept() {
            return Err(Error::failed(format!("copying archive {id}"))
                .because(format!("it is {}: the store holds no proven copy", row.state))
                .hint(archive::not_kept(&row, "eventodb-admin archives list shows those that can be copied")));
        }
        if rows.iter().all(|r| r.id != *id) {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Where archives are to lie.
struct CopyPlaces {
    /// Where they are copied to.
    to: WantedCopies,
    /// Where they stay when they are moved.
    stay: Vec<String>,
}

/// The stores that they are to lie in: those that are named, or those of the policy.
async fn wanted(db: &Db, scope: &Scope, args: &CopyArchives) -> Result<CopyPlaces> {
    let policy = policies::of(db.client(), scope.namespace()).await?;
    let of_policy = policy.iter().flat_map(policies::Policy::stores).cloned();
    if !args.to.is_empty() {
        let urls: Vec<StoreUrl> = args.to.iter().map(|url| url.parse()).collect::<Result<_>>()?;
        let stores: Vec<String> = urls.iter().map(ToString::to_string).collect();
        if args.moves {
            check_move(&stores, &of_policy.clone().collect::<Vec<_>>())?;
        }
        let stay = of_policy.chain(stores.iter().cloned()).collect();
        return Ok(CopyPlaces { to: WantedCopies { before_drop: stores.len(), stores }, stay });
    }
    let to = WantedCopies::by(policy.as_ref(), policy.as_ref().and_then(|p| p.store_url.as_deref()));
    if to.stores.len() < 2 {
        return Err(Error::usage(DOING).because("the policy names no further store, and no --to is given").hint(
            "eventodb-admin policy set --copy s3://bucket/prefix has every archive copied from now on; archives copy --to \
             copies those that there are",
        ));
    }
    Ok(CopyPlaces { to, stay: of_policy.collect() })
}

/// What is moved goes to one store, and the nights must not bring it back.
fn check_move(stores: &[String], of_policy: &[String]) -> Result<()> {
    let doing = "moving archives";
    let [to] = stores else {
        return Err(Error::usage(doing).because("--move takes one --to"));
    };
    if of_policy.is_empty() || of_policy.contains(to) {
        return Ok(());
    }
    Err(Error::usage(doing)
        .because(format!("the policy does not name {to}: new archives would go where they went before"))
        .hint(format!(
            "eventodb-admin policy set --store {}, then the same command again",
            crate::text::shell_url(&to)
        )))
}

/// One archive, and a store that lacks it.
struct CopyTask<'a> {
    archive: &'a ArchiveRow,
    from: Store,
    to: ClaimedStore,
}

/// What a run would do.
fn steps(rows: &[ArchiveRow], places: &CopyPlaces, moves: bool) -> Vec<PlannedStep> {
    let lacking = |row: &&ArchiveRow| !archive::missing_copies(&places.to, row).is_empty();
    let copied = rows.iter().filter(lacking).map(|row| PlannedStep::on_archive("copy to another store", row));
    let others = rows.iter().filter(|row| moves && !left_behind(row, places).is_empty());
    copied.chain(others.map(|row| PlannedStep::on_archive("remove the copy elsewhere of", row))).collect()
}

pub(super) async fn run(context: &Context, args: CopyArchives) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let places = wanted(&db, scope, &args).await?;
    let wanted = &places.to;
    let rows = meant(&db, scope.namespace(), &args).await?;
    if context.is_plan() {
        return context.plan(steps(&rows, &places, args.moves));
    }
    if args.moves {
        let name = scope.namespace().to_owned();
        let doing = format!("moving {} to {}", human::plural(rows.len(), "archive"), wanted.stores.join(", "));
        context.confirm(doing, name).await?;
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let mut stores = context.stores().await?;
    let mut failures = Failures::new(&context.ui);
    let targets = open_targets(&mut lock, scope, &mut stores, wanted, &mut failures).await?;
    let (mut tasks, mut done) = (Vec::new(), Vec::new());
    for row in &rows {
        let lacking = archive::missing_copies(wanted, row);
        for to in targets.iter().filter(|to| lacking.iter().any(|url| to.url().to_string() == *url)) {
            match stores.of(row).await {
                Ok(from) => tasks.push(CopyTask { archive: row, from, to: to.clone() }),
                Err(e) => failures.add("archive", &row.id.to_string(), e),
            }
        }
    }
    if rows.is_empty() {
        context.ui.note("no archives to copy");
    } else if tasks.is_empty() && !args.moves && failures.is_empty() {
        context.ui.note(
            "nothing to copy: by the ledger every archive has a verified copy there; archives verify --all --repair looks into the \
             stores",
        );
    }
    copy_all(context, &mut lock, tasks, usize::from(args.jobs), &mut failures, &mut done).await?;
    if args.moves && context.stop.check().is_ok() {
        let made: HashSet<i64> = done.iter().map(|copied| copied.archive_id).collect();
        for row in &rows {
            let proof = if made.contains(&row.id) { Proof::Fresh } else { Proof::Due };
            match move_one(context, &mut lock, (&mut stores, &places), row, proof).await {
                Ok(Some(url)) => done.push(CopiedRecord::new(row, &url, "moved")),
                Ok(None) => {}
                Err(e) => failures.add("archive", &row.id.to_string(), e),
            }
        }
        let cleared = archive::clear_copies(&mut lock, scope, &mut stores, &context.stop).await?;
        for (url, e) in cleared.by_store() {
            failures.add("store", &url, e);
        }
    }
    if args.all && failures.is_empty() && context.stop.check().is_ok() {
        copy_tombstones(context, &mut lock, scope, &mut stores, &targets).await?;
    }
    if args.moves && done.is_empty() && failures.is_empty() {
        context.ui.note("nothing to move: every archive lies there, and nowhere else");
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    if args.all {
        context.warn_of_unplaced(lock.db(), scope, None).await?;
    }
    stores.end(&mut lock, scope).await;
    context.stop.check()?;
    Ok(failures.end("archive", succeeded))
}

async fn open_targets(
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut ArchiveStores<'_>,
    wanted: &WantedCopies,
    failures: &mut Failures<'_>,
) -> Result<Vec<ClaimedStore>> {
    let mut targets = Vec::with_capacity(wanted.stores.len());
    for url in &wanted.stores {
        match stores.made_at(lock, scope, url).await {
            Ok(store) => targets.push(store),
            Err(e) if e.kind() == Kind::Conflict && !archive::is_away(&e) => return Err(e),
            Err(e) => failures.add("store", url, e),
        }
    }
    Ok(targets)
}

async fn copy_all(
    context: &Context,
    lock: &mut LifecycleLock,
    tasks: Vec<CopyTask<'_>>,
    jobs: usize,
    failures: &mut Failures<'_>,
    done: &mut Vec<CopiedRecord>,
) -> Result<()> {
    let (db, progress, stop) = (lock.db().client(), &context.ui, &context.stop);
    let mut results = stream::iter(tasks)
        .map(|task| async move {
            let copied = async {
                stop.check()?;
                let making = Making { db, from: &task.from, progress, stop };
                archive::make_copy(&making, &task.to, task.archive).await
            };
            let copied = copied.await;
            (task, copied)
        })
        .buffered(jobs);
    while let Some((task, copied)) = results.next().await {
        match copied {
            Ok(()) => done.push(CopiedRecord::new(task.archive, &task.to.url().to_string(), "verified")),
            Err(e) if e.kind().is_stop() => {}
            Err(e) => failures.add("archive", &task.archive.id.to_string(), e),
        }
    }
    Ok(())
}

/// What stays of archives that were deleted: whoever has only the new store knows by it that nothing is missing.
async fn copy_tombstones(
    context: &Context,
    lock: &mut LifecycleLock,
    scope: &Scope,
    stores: &mut ArchiveStores<'_>,
    targets: &[ClaimedStore],
) -> Result<()> {
    let known = ledger::list(lock.db().client(), scope.namespace()).await?;
    let gone = known.iter().filter(|a| a.state == State::Expired && a.objects == Objects::Deleted);
    for archive in gone {
        for to in targets.iter().filter(|to| archive.store_url.as_deref() != Some(to.url().to_string().as_str())) {
            let copied = async {
                let from = stores.at(archive.store_url.as_deref().unwrap_or_default()).await?;
                archive::copy_tombstone(&from, to, archive).await
            };
            if let Err(e) = copied.await {
                context.ui.warn(&format!("what is left of archive {} was not copied to {}: {e}", archive.id, to.url()));
            }
        }
    }
    Ok(())
}

/// The stores that an archive is moved out of.
fn left_behind(row: &ArchiveRow, places: &CopyPlaces) -> Vec<String> {
    let all = row.store_url.iter().chain(&row.copies);
    all.filter(|url| !places.stay.contains(url)).cloned().collect()
}

/// When a copy was read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    /// By this run.
    Fresh,
    /// By another one.
    Due,
}

/// Has an archive's first copy be the one that it was moved to, and marks the others as ones that are to go: that one is read
/// back once more before they do. `None` where it lies nowhere else.
async fn move_one(
    context: &Context,
    lock: &mut LifecycleLock,
    (stores, places): (&mut ArchiveStores<'_>, &CopyPlaces),
    row: &ArchiveRow,
    proof: Proof,
) -> Result<Option<String>> {
    context.stop.check()?;
    let row = ledger::get(lock.db().client(), &row.namespace, row.id).await?;
    let (Some(to), others) = (places.to.stores.first(), left_behind(&row, places)) else { return Ok(None) };
    let is_there = row.store_url.as_ref() == Some(to) || row.copies.contains(to);
    if others.is_empty() || !is_there {
        return Ok(None);
    }
    if proof == Proof::Due {
        let proven = async { archive::prove_copy(&stores.at(to).await?, &row, &context.stop).await };
        proven.await.map_err(|e| {
            let doing = format!("moving archive {} to {to}", row.id);
            let hint = format!(
                "nothing of it was moved; eventodb-admin archives verify {} --repair makes that copy again",
                row.id
            );
            if e.kind() == Kind::Verification { e.while_doing(doing).hint(hint) } else { e.while_doing(doing) }
        })?;
    }
    if let Some(from) = row.store_url.as_ref().filter(|from| *from != to) {
        archive_copies::use_first(lock.db().client(), row.id, from, to).await?;
    }
    for url in &others {
        archive_copies::retire_moved(lock.db().client(), row.id, url).await?;
    }
    Ok(Some(to.clone()))
}
