//! What a policy asks for now. Changes nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::archive::{
    ArchiveRow, CopyRow, State, WantedCopies, due_for_lock, in_each_store, leased_until, missing_copies,
};
use crate::chunks::{ChunkRow, Direction};
use crate::db::queries::policies::{self, Policy, ServerJob, ServerPolicy};
use crate::db::queries::{archive_copies, chunks, clock, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::namespace;
use crate::store::LockedUntil;

/// One thing to do.
#[derive(Debug, Clone)]
pub enum Step {
    /// Archive the chunk and drop it.
    Archive(ChunkRow),
    /// Drop a chunk that came back; its archives are these.
    Release(ChunkRow, Vec<i64>),
    /// Tell the ledger that none of the archive's messages is live, though it says so: others have dropped the chunk.
    Tell(Box<ArchiveRow>),
    /// Compress the chunk.
    Compress(ChunkRow),
    /// Delete the archive, for good.
    Expire(Box<ArchiveRow>),
    /// Copy the archive to this store, which lacks it.
    Copy(Box<ArchiveRow>, String),
    /// Have the archive locked until then in the store that its row names here.
    Renew(Box<ArchiveRow>, LockedUntil),
}

/// What a policy asks for, the most useful first: what the ledger has wrong, then what leaves the disk, then copies that are missing,
/// then what takes less of it, then what expires, then locks; each oldest first.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

fn until(now: DateTime<Utc>, age: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age)).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Plans a run, by the server's clock.
///
/// # Errors
/// Where a query fails.
pub async fn plan(db: &Db, scope: &Scope, policy: &Policy) -> Result<Plan> {
    let now = clock::now(db.client()).await?;
    let live = chunks::list(db.client(), scope).await?;
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let copies = locked_copies(db, scope.namespace(), policy).await?;
    of(db, policy, now, live, (&archives, &copies))
}

/// Plans runs of many namespaces by a few queries over all of them. An inner error is of one namespace.
///
/// # Errors
/// Where a query fails.
pub async fn plan_all(db: &Db, chosen: Vec<(String, Policy)>) -> Result<Vec<(String, Result<Plan>)>> {
    let now = clock::now(db.client()).await?;
    let mut live = chunks::list_all(db.client()).await?;
    let retained = policies::retained(db.client()).await?;
    let with_archives = policies::with_archives(db.client()).await?;
    let mut plans = Vec::with_capacity(chosen.len());
    for (name, policy) in chosen {
        let planned = async {
            if retained.contains(&name) {
                refuse_retention(db, &namespace::open(db, &name).await?.scope, &policy).await?;
            }
            let archives =
                if with_archives.contains(&name) { ledger::list(db.client(), &name).await? } else { Vec::new() };
            let copies = locked_copies(db, &name, &policy).await?;
            of(db, &policy, now, live.remove(&name).unwrap_or_default(), (&archives, &copies))
        };
        let planned = planned.await;
        plans.push((name, planned));
    }
    Ok(plans)
}

/// Copies whose locks the policy renews.
async fn locked_copies(db: &Db, namespace: &str, policy: &Policy) -> Result<Vec<CopyRow>> {
    if !policy.safeguards.lock_renew {
        return Ok(Vec::new());
    }
    archive_copies::list(db.client(), namespace, None).await
}

fn of(
    db: &Db,
    policy: &Policy,
    now: DateTime<Utc>,
    live: Vec<ChunkRow>,
    (archives, copied): (&[ArchiveRow], &[CopyRow]),
) -> Result<Plan> {
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
            && leased_until(&chunk, archives, now).is_none()
        {
            leaving.push(Step::Archive(chunk));
        } else if !Direction::Compress.is_done_with(&chunk)
            && older(chunk.range_end, policy.compress_after)
            && db.server.supports_compression()
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
    for archive in archives.iter().flat_map(|archive| in_each_store(archive, copied)) {
        if let Some(to) = due_for_lock(&archive, policy, now)? {
            steps.push(Step::Renew(Box::new(archive), to));
        }
    }
    Ok(Plan { steps })
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
