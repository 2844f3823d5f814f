//! What a policy asks for now. Changes nothing.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::disk::Disk;
use super::space::{self, MeasuredSpace};
use super::step::{Situation, Step, until};
use crate::archive::{
    ArchiveRow, CopyRow, State, WantedCopies, due_for_lock, in_each_store, leased_until, missing_copies,
};
use crate::chunks::{ChunkRow, Direction};
use crate::db::queries::chunks::ChunksOf;
use crate::db::queries::policies::{self, Policy, ServerJob, ServerPolicy};
use crate::db::queries::{archive_copies, chunks, clock, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::namespace;

/// What a policy asks for, the most useful first: what the ledger has wrong, then what leaves the disk, then copies that are missing,
/// then what takes less of it, then what expires, then locks; each oldest first.
#[derive(Debug, Clone, Default)]
pub struct LifecyclePlan {
    /// The steps.
    pub steps: Vec<Step>,
    /// What leaves the database for room, after them, and not by age.
    pub for_space: ForSpace,
}

/// What an aim by space asks for.
#[derive(Debug, Clone, Default)]
pub struct ForSpace {
    /// The steps.
    pub steps: Vec<Step>,
    /// The bytes that the aim is missed by before them.
    pub too_much: i64,
    /// And after them.
    pub still_too_much: i64,
    /// Why the free share of the disk could not be looked at.
    pub unseen: Option<String>,
}

/// What a plan is made from.
#[derive(Debug, Clone)]
pub(super) struct PlanInput {
    /// By the server's clock.
    pub now: DateTime<Utc>,
    /// Live chunks, oldest first.
    pub live: Vec<ChunkRow>,
    /// The ledger.
    pub archives: Vec<ArchiveRow>,
    copied: Vec<CopyRow>,
    can_compress: bool,
}

impl PlanInput {
    /// Looks at a namespace.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn of(db: &Db, scope: &Scope, policy: &Policy) -> Result<Self> {
        Ok(Self {
            now: clock::now(db.client()).await?,
            live: chunks::list(db.client(), scope).await?,
            archives: ledger::list(db.client(), scope.namespace()).await?,
            copied: locked_copies(db, scope.namespace(), policy).await?,
            can_compress: db.server.supports_compression(),
        })
    }

    /// Looks at a namespace of which the time and whether it has archives are known, but for its chunks.
    async fn by_ledger(
        db: &Db,
        name: &str,
        policy: &Policy,
        (now, has_archives): (DateTime<Utc>, bool),
    ) -> Result<Self> {
        let archives = if has_archives { ledger::list(db.client(), name).await? } else { Vec::new() };
        let copied = locked_copies(db, name, policy).await?;
        Ok(Self { now, live: Vec::new(), archives, copied, can_compress: db.server.supports_compression() })
    }

    pub fn situation(&self) -> Situation<'_> {
        let Self { now, live: _, archives, copied, can_compress } = self;
        Situation { now: *now, can_compress: *can_compress, archives, copied }
    }
}

/// Plans a run by age, by the server's clock.
///
/// # Errors
/// Where a query fails.
pub async fn plan(db: &Db, scope: &Scope, policy: &Policy) -> Result<LifecyclePlan> {
    let known = PlanInput::of(db, scope, policy).await?;
    of(policy, known.live.clone(), &known.situation())
}

/// Plans runs of many namespaces by a few queries over all of them. An inner error is of one namespace.
///
/// # Errors
/// Where a query fails.
pub async fn plan_all(db: &Db, chosen: Vec<(String, Policy)>) -> Result<Vec<(String, Result<LifecyclePlan>)>> {
    let now = clock::now(db.client()).await?;
    let mut live = chunks::list_all(db.client(), ChunksOf::WithPolicy).await?;
    let retained = policies::retained(db.client()).await?;
    let with_archives = policies::with_archives(db.client()).await?;
    let mut plans = Vec::with_capacity(chosen.len());
    for (name, policy) in &chosen {
        let of_it = live.get(name).map(Vec::as_slice).unwrap_or_default();
        let planned = async {
            if retained.contains(name) {
                refuse_retention(db, &namespace::open(db, name).await?.scope, policy).await?;
            }
            let known = (now, with_archives.contains(name));
            of(policy, of_it.to_vec(), &PlanInput::by_ledger(db, name, policy, known).await?.situation())
        };
        plans.push((name.clone(), planned.await));
    }
    measure(db, &chosen, &mut live, &mut plans).await?;
    // What the plans before free on the disk, which is taken for one.
    let mut freed = 0_i64;
    for ((name, planned), (_, policy)) in plans.iter_mut().zip(&chosen) {
        let Ok(plan) = planned else { continue };
        if policy.space.has_aim() {
            let of_it = live.remove(name).unwrap_or_default();
            let known = (now, with_archives.contains(name));
            match aimed(db, (name, policy), known, (of_it, freed), &plan.steps).await {
                Ok(for_space) => plan.for_space = for_space,
                Err(e) => {
                    *planned = Err(e);
                    continue;
                }
            }
        }
        let leaving = plan.steps.iter().chain(&plan.for_space.steps).filter_map(Step::leaves);
        freed = leaving.fold(freed, |sum, chunk| sum.saturating_add(chunk.size_bytes));
    }
    Ok(plans)
}

/// Measures the chunks that something is planned for, and all of a namespace whose policy has an aim by space.
async fn measure(
    db: &Db,
    chosen: &[(String, Policy)],
    live: &mut HashMap<String, Vec<ChunkRow>>,
    plans: &mut [(String, Result<LifecyclePlan>)],
) -> Result<()> {
    let has_aim: HashSet<_> = chosen.iter().filter(|(_, p)| p.space.has_aim()).map(|(name, _)| name).collect();
    let aimed = live.iter_mut().filter(|(name, _)| has_aim.contains(name)).flat_map(|(_, chunks)| chunks);
    let planned = plans.iter_mut().filter_map(|(_, plan)| plan.as_mut().ok()).flat_map(|plan| &mut plan.steps);
    let mut chunks: Vec<_> = planned.filter_map(Step::chunk_mut).chain(aimed).collect();
    chunks::add_sizes(db.client(), &mut chunks).await
}

/// Plans what an aim by space asks for beside what was planned by age.
async fn aimed(
    db: &Db,
    (name, policy): (&str, &Policy),
    known: (DateTime<Utc>, bool),
    (live, freed): (Vec<ChunkRow>, i64),
    by_age: &[Step],
) -> Result<ForSpace> {
    let known = PlanInput::by_ledger(db, name, policy, known).await?;
    let scope = namespace::open(db, name).await?.scope;
    let (mut measured, unseen) = measured(db, &scope, policy, &live).await?;
    if let Some(disk) = &mut measured.disk {
        disk.free_bytes = disk.free_bytes.saturating_add(freed);
    }
    Ok(ForSpace { unseen, ..for_space(policy, by_age, (live, measured), &known.situation()) })
}

/// Measures what a namespace's aims are about; and says why the disk cannot be measured, where one is about that.
async fn measured(
    db: &Db,
    scope: &Scope,
    policy: &Policy,
    live: &[ChunkRow],
) -> Result<(MeasuredSpace, Option<String>)> {
    let mut measured = MeasuredSpace { live_bytes: space::live_bytes(live), disk: None };
    if policy.space.keep_free.is_none() {
        return Ok((measured, None));
    }
    match Disk::of(db, scope, &policy.space).await? {
        Some(disk) => measured.disk = Some(disk.space(db).await?),
        None => return Ok((measured, Some("the server's disk cannot be seen from here".to_owned()))),
    }
    Ok((measured, None))
}

/// Plans what leaves for room after what is done by age. Chunks that are compressed first count as they are now.
pub(super) fn for_space(
    policy: &Policy,
    by_age: &[Step],
    (mut live, mut measured): (Vec<ChunkRow>, MeasuredSpace),
    at: &Situation<'_>,
) -> ForSpace {
    let leaving: HashSet<_> = by_age.iter().filter_map(Step::leaves).map(|c| c.name().to_owned()).collect();
    live.retain(|chunk| !leaving.contains(chunk.name()));
    let freed = |measured: &mut MeasuredSpace, bytes: i64| {
        measured.live_bytes = measured.live_bytes.saturating_sub(bytes);
        if let Some(disk) = &mut measured.disk {
            disk.free_bytes = disk.free_bytes.saturating_add(bytes);
        }
    };
    freed(&mut measured, by_age.iter().filter_map(Step::leaves).map(|c| c.size_bytes).sum());
    let too_much = space::missed(&policy.space, &measured).bytes();
    let steps = space::choose(&policy.space, &live, at, &HashSet::new(), too_much);
    freed(&mut measured, steps.iter().filter_map(Step::leaves).map(|c| c.size_bytes).sum());
    let still_too_much = space::missed(&policy.space, &measured).bytes();
    ForSpace { steps, too_much, still_too_much, unseen: None }
}

/// Copies whose locks the policy renews.
async fn locked_copies(db: &Db, namespace: &str, policy: &Policy) -> Result<Vec<CopyRow>> {
    if !policy.safeguards.lock_renew {
        return Ok(Vec::new());
    }
    archive_copies::list(db.client(), namespace, None).await
}

/// Plans what is done by age in a situation, which may be one of the future.
pub(super) fn of(policy: &Policy, live: Vec<ChunkRow>, at: &Situation<'_>) -> Result<LifecyclePlan> {
    let Situation { now, archives, .. } = *at;
    let back: Vec<_> = archives.iter().filter(|a| a.state == State::Rehydrated).collect();
    let is_due = |archive: &ArchiveRow| match (archive.lease_until, policy.drop_rehydrated_after) {
        (Some(lease), _) => lease <= now,
        (None, Some(age)) => archive.rehydrated_at.is_some_and(|at| at <= until(now, age)),
        (None, None) => false,
    };
    let older = |end: DateTime<Utc>, age: Option<Duration>| age.is_some_and(|age| end <= until(now, age));
    let gone = |a: &ArchiveRow| !live.iter().any(|c| a.range_start < c.range_end && c.range_start < a.range_end);
    // Of an archive whose chunk was kept, others have dropped that chunk; or merged it, which is looked at then.
    let lost = |a: &&ArchiveRow| a.state == State::Verified && !live.iter().any(|c| c.name() == a.chunk_name);
    let told: Vec<_> = back.iter().copied().filter(|a| gone(a)).chain(archives.iter().filter(lost)).collect();
    let told: Vec<_> = told.into_iter().map(|a| Step::Tell(Box::new(a.clone()))).collect();
    let (mut leaving, mut compressed) = (Vec::new(), Vec::new());
    for chunk in live.into_iter().filter(|c| c.is_closed) {
        let of_chunk: Vec<_> =
            back.iter().filter(|a| a.range_start < chunk.range_end && chunk.range_start < a.range_end).collect();
        if !of_chunk.is_empty() && of_chunk.iter().all(|a| is_due(a)) {
            leaving.push(Step::Release(chunk, of_chunk.iter().map(|a| a.id).collect()));
        } else if of_chunk.is_empty()
            && older(chunk.range_end, policy.archive_after)
            && space::is_old_enough(policy.space.keep_live_at_least, chunk.range_end, now)
            && leased_until(&chunk, archives, now).is_none()
        {
            leaving.push(Step::Archive(chunk));
        } else if !Direction::Compress.is_done_with(&chunk)
            && older(chunk.range_end, policy.compress_after)
            && at.can_compress
        {
            compressed.push(Step::Compress(chunk));
        }
    }
    // What is locked expires in the night after its lock has ended.
    let is_unlocked = |a: &ArchiveRow| a.locked_until.is_none_or(|until| until <= now);
    let is_expired = |a: &ArchiveRow| {
        a.state == State::Dropped && older(a.range_end, policy.expire_archives_after) && is_unlocked(a)
    };
    let expired = archives.iter().filter(|a| is_expired(a)).map(|a| Step::Expire(Box::new(a.clone())));
    let mut steps = told;
    steps.append(&mut leaving);
    steps.extend(copies(policy, archives.iter().filter(|a| !is_expired(a))));
    steps.append(&mut compressed);
    steps.extend(expired);
    for archive in archives.iter().flat_map(|archive| in_each_store(archive, at.copied)) {
        if let Some(to) = due_for_lock(&archive, policy, now)? {
            steps.push(Step::Renew(Box::new(archive), to));
        }
    }
    Ok(LifecyclePlan { steps, for_space: ForSpace::default() })
}

/// Copies that the policy wants and that are not there; those of archives whose chunk is still live come with its drop.
fn copies<'a>(policy: &Policy, archives: impl Iterator<Item = &'a ArchiveRow>) -> Vec<Step> {
    if policy.copies.is_empty() {
        return Vec::new();
    }
    let wanted = WantedCopies::by(Some(policy), policy.store_url.as_deref());
    let kept = archives.filter(|a| a.state.is_kept());
    kept.flat_map(|a| missing_copies(&wanted, a).into_iter().map(|url| Step::Copy(Box::new(a.clone()), url.to_owned())))
        .collect()
}

/// Between two nights, and some time for the night itself.
const NIGHT: Duration = Duration::from_hours(26);

/// How a retention policy of the server stands to what is archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retention {
    /// There is none.
    None,
    /// It drops nothing that the policy has not archived the night before.
    Later(ServerPolicy),
    /// It drops, or may drop, what is in no archive.
    Drops(ServerPolicy),
}

/// Compares the server's retention policy with a policy of ours: by the shortest that the server's can be on any day, as it
/// goes by the calendar, and a night later than ours.
///
/// # Errors
/// Where a query fails.
pub async fn retention(db: &Db, scope: &Scope, policy: Option<&Policy>) -> Result<Retention> {
    let Some(found) = policies::server_policy(db.client(), scope.schema(), ServerJob::Retention).await? else {
        return Ok(Retention::None);
    };
    let archived = policy.and_then(|p| p.archive_after).and_then(|age| age.checked_add(NIGHT));
    let (Some(archived), Some(dropped), false) = (archived, found.at_least, found.is_since_creation) else {
        return Ok(Retention::Drops(found));
    };
    if archived > dropped {
        return Ok(Retention::Drops(found));
    }
    // What should have been archived, and was not, goes before this night does it.
    let late = until(clock::now(db.client()).await?, dropped);
    let is_late = chunks::list(db.client(), scope).await?.iter().any(|c| c.range_end <= late);
    Ok(if is_late { Retention::Drops(found) } else { Retention::Later(found) })
}

/// Refuses to go on beside a policy of the server that would drop what is in no archive.
///
/// # Errors
/// Where there is such a policy, with the command that ends it.
pub async fn refuse_retention(db: &Db, scope: &Scope, policy: &Policy) -> Result<()> {
    let Retention::Drops(found) = retention(db, scope, Some(policy)).await? else { return Ok(()) };
    let namespace = scope.namespace();
    Err(Error::failed(format!("looking at the server's policies on namespace {namespace}"))
        .because(format!("a retention policy drops chunks older than {}, archived or not", found.after))
        .hint(format!("eventodb-admin -n {namespace} policy set --server-drop-after never removes it")))
}
