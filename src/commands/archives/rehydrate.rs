//! `archives rehydrate`: back into the hypertable, for good or for a while, or into another namespace.

use std::time::Duration;

use crate::archive::{
    self, ArchiveRow, CopyFilter, LifecycleLock, Proofs, RehydrateFilter, RehydrateOutcome, Rehydrated, RemovalCheck,
    State, Wanted,
};
use crate::cli::Rehydrate;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, thawing, turn_to_next_copy};
use crate::db::queries::{rehydrate as queries, roles};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::messages::StreamName;
use crate::namespace;
use crate::text;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// An archive that is back.
    RehydratedRecord {
        /// The archive.
        archive_id: i64,
        /// The chunk that holds its messages now.
        chunk_name: String,
        /// Messages.
        messages: i64,
        /// How long it took.
        seconds: f64,
        /// Where it stands.
        state: &'static str,
        /// Until when it is to stay, where it has a lease.
        lease_until: Option<Time>,
    }
}

impl Tabular for RehydratedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("CHUNK"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("SECONDS"),
        TableColumn::Left("STATE"),
        TableColumn::Left("LEASE"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            self.chunk_name.clone(),
            human::count(self.messages),
            format!("{:.1}", self.seconds),
            self.state.to_owned(),
            human::or_dash(self.lease_until, |t| human::time(t.0)),
        ]
    }
}

record! {
    /// An archive that was copied into another namespace.
    CopiedArchiveRecord {
        /// The archive.
        archive_id: i64,
        /// The namespace that has its messages as well now.
        namespace: String,
        /// Messages of the archive that were meant.
        messages: i64,
        /// Those of them that were not there before.
        inserted: i64,
        /// How long it took.
        seconds: f64,
    }
}

impl Tabular for CopiedArchiveRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("INTO"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("INSERTED"),
        TableColumn::Right("SECONDS"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            self.namespace.clone(),
            human::count(self.messages),
            human::count(self.inserted),
            format!("{:.1}", self.seconds),
        ]
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn filter(args: &Rehydrate, streams: &[StreamName]) -> Result<RehydrateFilter> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from >= to
    {
        return Err(Error::usage("rehydrating archives").because("--since is not before --until"));
    }
    Ok(if !streams.is_empty() {
        RehydrateFilter::Streams(streams.to_vec())
    } else if !args.chunks.is_empty() {
        RehydrateFilter::Chunks(args.chunks.clone())
    } else if args.ids.is_empty() {
        RehydrateFilter::Range { from: args.from, to: args.to }
    } else {
        RehydrateFilter::Ids(args.ids.clone())
    })
}

pub(super) async fn run(context: &Context, args: Rehydrate) -> Result<CommandOutcome> {
    let streams: Vec<StreamName> = args.streams.iter().map(|s| s.parse()).collect::<Result<_>>()?;
    let filter = filter(&args, &streams)?;
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if let Some(target) = &args.into {
        let rows = if args.only_streams { CopyFilter::Of(&streams) } else { CopyFilter::All };
        return into(context, db, scope, &filter, target, rows).await;
    }
    // A lease is for what is back already as well.
    let wanted = if args.lease.is_some() { Wanted::Kept } else { Wanted::Dropped };
    if context.is_plan() {
        return plan(context, db, scope, (&filter, wanted)).await;
    }
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let rows = archive::choose(lock.db(), scope, &filter, wanted).await?;
    if rows.is_empty() {
        context.ui.note("nothing to rehydrate");
    }
    let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for row in &rows {
        match back(context, &mut lock, scope, (&mut stores, &mut proofs), (row, args.lease)).await {
            Ok(back) => {
                match back.outcome {
                    RehydrateOutcome::WasThere if !row.state.is_kept() => {
                        context.ui.note(&format!("nothing of archive {} is missing", back.archive_id));
                    }
                    RehydrateOutcome::WasThere if args.lease.is_none() => {
                        context.ui.note(&format!("archive {} was back already", back.archive_id));
                    }
                    RehydrateOutcome::Completed(missing) => context.ui.note(&format!(
                        "{} of archive {} {} missing and {} back now; what was live stays as it was",
                        text::counted(missing, "message"),
                        back.archive_id,
                        if missing == 1 { "was" } else { "were" },
                        text::are(missing)
                    )),
                    _ => {}
                }
                done.push(RehydratedRecord {
                    archive_id: back.archive_id,
                    chunk_name: back.chunk_name,
                    messages: back.messages,
                    seconds: rounded(back.seconds),
                    // What the ledger has given up stays so: its messages count where they are.
                    state: if row.state.is_kept() { State::Rehydrated } else { row.state }.as_str(),
                    lease_until: back.lease_until.map(Time),
                });
            }
            Err(e) => failures.add("archive", &row.id.to_string(), e),
        }
    }
    if args.ids.is_empty() {
        for row in archive::choose(lock.db(), scope, &filter, Wanted::Kept).await? {
            if rows.iter().all(|r| r.id != row.id)
                && let Some(e) = short(lock.db(), scope, &row).await?
            {
                failures.add("archive", &row.id.to_string(), e);
            }
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    Ok(failures.end("archive", succeeded))
}

/// That an archive which counts as live has fewer live messages than it holds: somebody has dropped or deleted them.
async fn short(db: &Db, scope: &Scope, row: &ArchiveRow) -> Result<Option<Error>> {
    let range = (row.range_start, row.range_end);
    let positions = (row.first_global_position, row.last_global_position);
    let live = queries::live_within(db.client(), &scope.messages(), range, positions).await?.messages;
    let lacks = row.message_count.filter(|held| *held > live);
    Ok(lacks.map(|held| {
        Error::new(Kind::Verification, format!("looking for what came back from archive {}", row.id))
            .because(format!("of its {held} messages {live} are live, and the ledger counts all of them as that"))
            .hint(format!("eventodb-admin archives rehydrate {} puts in what is missing", row.id))
    }))
}

async fn plan(
    context: &Context,
    mut db: Db,
    scope: &Scope,
    (filter, wanted): (&RehydrateFilter, Wanted),
) -> Result<CommandOutcome> {
    let rows = archive::choose(&db, scope, filter, wanted).await?;
    let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
    let mut steps = Vec::new();
    for row in &rows {
        let (progress, stop) = (&context.ui, &context.stop);
        let mut looking = RemovalCheck { db: &mut db, scope, stores: &mut stores, proofs: &mut proofs, progress, stop };
        let action = match row.state {
            State::Dropped => "rehydrate",
            _ if archive::is_partly_there(&mut looking, row).await? => "put in what is missing",
            State::Rehydrated | State::Verified if wanted == Wanted::Kept => "extend the lease",
            _ => continue,
        };
        steps.push(PlannedStep::on_archive(action, row));
    }
    context.plan(steps)
}

/// Brings one archive back: into a chunk of its own, or what is missing of it beside what is there.
async fn back(
    context: &Context,
    lock: &mut LifecycleLock,
    scope: &Scope,
    (stores, proofs): (&mut ArchiveStores<'_>, &mut Proofs),
    (row, lease): (&ArchiveRow, Option<Duration>),
) -> Result<Rehydrated> {
    context.stop.check()?;
    let (progress, stop) = (&context.ui, &context.stop);
    let mut looking = RemovalCheck { db: lock.db(), scope, stores: &mut *stores, proofs: &mut *proofs, progress, stop };
    let is_partly_there = archive::is_partly_there(&mut looking, row).await?;
    let store = looking.stores.of(row).await?;
    loop {
        let back = if is_partly_there {
            let mut looking =
                RemovalCheck { db: lock.db(), scope, stores: &mut *stores, proofs: &mut *proofs, progress, stop };
            Box::pin(archive::put_back(&mut looking, &store, row, lease)).await
        } else {
            Box::pin(archive::rehydrate(lock, scope, &store, row, lease, progress, stop)).await
        };
        match back {
            Err(e) if turn_to_next_copy(&store, row, &e)? => {
                context.ui.warn(&format!("{e}; another copy is read"));
            }
            back => return thawing(&store, row, back).await,
        }
    }
}

/// Into another namespace: it is that one that changes, so its lock is taken.
async fn into(
    context: &Context,
    db: Db,
    source: &Scope,
    filter: &RehydrateFilter,
    target: &str,
    rows: CopyFilter<'_>,
) -> Result<CommandOutcome> {
    let doing = format!("copying archives into namespace {target}");
    if target == source.namespace() {
        return Err(Error::usage(doing).because("it is the namespace that they are of").hint(
            "without --into they come back where they were; eventodb-admin namespaces create makes a scratch one",
        ));
    }
    // The target may be another owner's, and both are worked on by this session.
    roles::act_as_oneself(db.client()).await?;
    let target = namespace::open(&db, target).await.map_err(|e| e.while_doing(&doing))?.scope;
    let archives = archive::choose(&db, source, filter, Wanted::Kept).await?;
    if context.is_plan() {
        let steps = archives
            .iter()
            .map(|a| PlannedStep { namespace: target.namespace().to_owned(), ..PlannedStep::on_archive("copy", a) });
        return context.plan(steps.collect());
    }
    if archives.is_empty() {
        context.ui.note("nothing to copy");
    }
    let mut lock = LifecycleLock::take(db, &target, &context.ui).await?;
    let mut stores = context.stores().await?;
    let mut failures = Failures::new(&context.ui);
    let mut done = Vec::new();
    for archive in &archives {
        let copied = async {
            context.stop.check()?;
            let store = stores.of(archive).await?;
            let (ui, stop) = (&context.ui, &context.stop);
            loop {
                match archive::copy_into(&mut lock, &target, &store, archive, rows, ui, stop).await {
                    Err(e) if turn_to_next_copy(&store, archive, &e)? => {
                        ui.warn(&format!("{e}; another copy is read"));
                    }
                    copied => break thawing(&store, archive, copied).await,
                }
            }
        };
        match copied.await {
            Ok(copied) => done.push(CopiedArchiveRecord {
                archive_id: copied.archive_id,
                namespace: target.namespace().to_owned(),
                messages: copied.messages,
                inserted: copied.inserted,
                seconds: rounded(copied.seconds),
            }),
            Err(e) => failures.add("archive", &archive.id.to_string(), e),
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    Ok(failures.end("archive", succeeded))
}
