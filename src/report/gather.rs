//! The report made of the database: a few queries over all namespaces, and one a batch of them for the ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{
    Checked, CoverageSummary, HoldSummary, LastRuns, Level, LevelCounts, MorningReport, NamespaceFacts, NamespaceKind,
    NamespaceReport, PolicySummary, RunSummary, SizePoint, StateTotal, Sums,
};
use super::strip::{StripCell, StripState, joined, lacks, strip_of};
use super::{chapters, judge};
use crate::archive::{State, WantedCopies};
use crate::chunks::ChunkRow;
use crate::db::Db;
use crate::db::queries::chunks::{self, ChunksOf};
use crate::db::queries::clock;
use crate::db::queries::history::{self, RunFigures, RunRow};
use crate::db::queries::policies::{self, KeepFree, Policy, Runs};
use crate::db::queries::report::{
    self as queries, ArchiveLine, HeldCases, MessagesTable, NamespaceLine, OddCopies, SizeLine,
};
use crate::error::{Error, Result};

/// The ledger is read for so many namespaces at a time.
const BATCH: usize = 50;
/// Cells of all strips together, and of one at least and at most.
const CELLS: (usize, usize, usize) = (16_000, 12, 1200);
/// Points of all charts together, and of one at least and at most.
const POINTS: (usize, usize, usize) = (12_000, 8, 90);

/// Runs that begin within so long are of one night.
const A_NIGHT: TimeDelta = TimeDelta::hours(12);

/// What one has of something that all share.
fn share((all, least, most): (usize, usize, usize), among: usize) -> usize {
    (all / among.max(1)).clamp(least, most)
}

/// What is known of all namespaces before the ledger is read.
struct DatabaseFacts {
    chunks: HashMap<String, Vec<ChunkRow>>,
    policies: HashMap<String, (Policy, Runs)>,
    holds: HashMap<String, HeldCases>,
    copies: HashMap<String, OddCopies>,
    runs: HashMap<String, RunRow>,
    sizes: HashMap<String, Vec<SizeLine>>,
    retained: HashSet<String>,
    now: DateTime<Utc>,
    cells: usize,
}

/// Makes the report of all namespaces, or of one. Nothing is counted, and no store is asked.
///
/// # Errors
/// Where a query fails.
pub async fn make(db: &Db, namespace: Option<&str>) -> Result<MorningReport> {
    if !history::is_kept(db.client()).await? {
        return Err(Error::failed("looking at namespaces, their chunks and their history")
            .because("this database was made by an earlier version")
            .hint("eventodb-admin namespaces upgrade --all brings it up to date"));
    }
    let rows = queries::namespaces(db.client(), namespace).await?;
    let mut known = know(db, namespace, rows.len()).await?;
    let mut reports = Vec::with_capacity(rows.len());
    for batch in rows.chunks(BATCH) {
        let names: Vec<&str> = batch.iter().map(|row| row.name.as_str()).collect();
        let mut archives = queries::archives(db.client(), &names).await?;
        for row in batch {
            reports.push(of_namespace(row, &mut known, &archives.remove(&row.name).unwrap_or_default()));
        }
    }
    let mut report = MorningReport {
        made_at: known.now,
        version: env!("CARGO_PKG_VERSION"),
        database: db.server.database.clone(),
        level: Level::Good,
        verdict: String::new(),
        counts: LevelCounts::default(),
        sums: sums(&reports),
        last_runs: last_runs(&reports),
        sizes: added_up(&reports),
        drills: None,
        forecast: None,
        namespaces: reports,
    };
    chapters::add(db, &mut report, namespace).await?;
    judge::judge(&mut report);
    Ok(report)
}

/// The strips of all namespaces, or of one, by name.
///
/// # Errors
/// Where a query fails.
pub async fn strips(db: &Db, namespace: Option<&str>) -> Result<Vec<(String, Vec<StripCell>)>> {
    let client = db.client();
    let rows = queries::namespaces(client, namespace).await?;
    let mut chunks = chunks::list_all(client, namespace.map_or(ChunksOf::All, ChunksOf::One)).await?;
    let policies: HashMap<_, _> =
        policies::list(client, namespace).await?.into_iter().map(|(n, p, _)| (n, p)).collect();
    let (mut strips, most) = (Vec::with_capacity(rows.len()), share(CELLS, rows.len()));
    for batch in rows.chunks(BATCH) {
        let names: Vec<&str> = batch.iter().map(|row| row.name.as_str()).collect();
        let archives = queries::archives(client, &names).await?;
        for row in batch {
            let live = chunks.remove(&row.name).filter(|_| row.is_readable).unwrap_or_default();
            let wanted = wanted(policies.get(&row.name));
            let archives = archives.get(&row.name).map_or(&[][..], Vec::as_slice);
            strips.push((row.name.clone(), joined(&strip_of(&live, archives, &wanted), most)));
        }
    }
    Ok(strips)
}

fn wanted(policy: Option<&Policy>) -> WantedCopies {
    WantedCopies::by(policy, policy.and_then(|policy| policy.store_url.as_deref()))
}

async fn know(db: &Db, namespace: Option<&str>, among: usize) -> Result<DatabaseFacts> {
    let client = db.client();
    let points = i64::try_from(share(POINTS, among)).unwrap_or(1);
    Ok(DatabaseFacts {
        chunks: chunks::list_all(client, namespace.map_or(ChunksOf::All, ChunksOf::One)).await?,
        policies: policies::list(client, namespace).await?.into_iter().map(|(n, p, r)| (n, (p, r))).collect(),
        holds: queries::holds(client, namespace).await?,
        copies: queries::odd_copies(client, namespace).await?,
        runs: queries::last_runs(client, namespace).await?,
        sizes: queries::sizes(client, namespace, points).await?,
        retained: policies::retained(client).await?,
        now: clock::now(client).await?,
        cells: share(CELLS, among),
    })
}

fn of_namespace(row: &NamespaceLine, known: &mut DatabaseFacts, archives: &[ArchiveLine]) -> NamespaceReport {
    let name = row.name.as_str();
    let kind = match (row.is_readable, row.messages) {
        (false, _) => NamespaceKind::Hidden,
        (true, MessagesTable::Missing) => NamespaceKind::Missing,
        (true, MessagesTable::Hypertable) => NamespaceKind::Hypertable,
        (true, MessagesTable::Plain) => NamespaceKind::Plain,
    };
    // Sizes of chunks are in the catalog, which everybody reads: what is not this role's to read is not shown.
    let live = known.chunks.remove(name).filter(|_| kind != NamespaceKind::Hidden).unwrap_or_default();
    let (policy, runs) = known.policies.remove(name).map_or((None, Runs::default()), |(p, r)| (Some(p), r));
    let wanted = wanted(policy.as_ref());
    let cells = strip_of(&live, archives, &wanted);
    let held = known.holds.remove(name).unwrap_or_default();
    let kept = || archives.iter().filter(|a| a.state.is_kept());
    let chunks = by_state(&cells);
    let database_bytes = live.iter().map(|c| c.size_bytes).sum();
    let archive_bytes = kept().map(|a| a.stored_bytes).sum();
    let mut sizes: Vec<_> = known.sizes.remove(name).unwrap_or_default().into_iter().map(point).collect();
    if kind == NamespaceKind::Hypertable {
        sizes.push(SizePoint { at: known.now, database_bytes, archive_bytes });
    }
    NamespaceReport {
        name: name.to_owned(),
        level: Level::Good,
        kind,
        notices: Vec::new(),
        policy: policy.as_ref().map(summary),
        chunks,
        database_bytes,
        archives: count(kept().count()),
        archive_bytes,
        missing_copies: kept().map(|a| lacks(a, &wanted)).sum(),
        damaged_copies: known.copies.remove(name).unwrap_or_default().damaged,
        holds: HoldSummary { holds: held.holds, cases: held.cases },
        coverage: coverage(kind, &live, archives),
        last_run: known.runs.remove(name).map(last_run),
        last_success_at: runs.last_success_at,
        strip: joined(&cells, known.cells),
        sizes,
        drills: None,
        forecast: None,
        facts: NamespaceFacts {
            policy_set_at: runs.policy_set_at.filter(|_| policy.is_some()),
            oldest_unarchived: oldest_unarchived(&cells, known.now),
            has_retention: known.retained.contains(name),
            lacks_upgrade: kind == NamespaceKind::Hypertable && !row.has_heads,
            schema: row.schema.clone(),
            policy,
            notices: Vec::new(),
        },
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn point(line: SizeLine) -> SizePoint {
    SizePoint { at: line.at, database_bytes: line.database_bytes, archive_bytes: line.archive_bytes }
}

fn summary(policy: &Policy) -> PolicySummary {
    let free = policy.space.keep_free;
    PolicySummary {
        compress_after_seconds: policy.compress_after.map(|age| age.as_secs()),
        archive_after_seconds: policy.archive_after.map(|age| age.as_secs()),
        expire_archives_after_seconds: policy.expire_archives_after.map(|age| age.as_secs()),
        keep_at_most_bytes: policy.space.keep_at_most,
        keep_free_percent: free.and_then(|free| if let KeepFree::Percent(n) = free { Some(n) } else { None }),
        keep_free_bytes: free.and_then(|free| if let KeepFree::Bytes(n) = free { Some(n) } else { None }),
        keep_live_at_least_seconds: policy.space.keep_live_at_least.map(|age| age.as_secs()),
        stores: policy.stores().cloned().collect(),
    }
}

fn by_state(cells: &[StripCell]) -> BTreeMap<&'static str, StateTotal> {
    let mut totals: BTreeMap<_, StateTotal> = BTreeMap::new();
    for cell in cells {
        let total = totals.entry(cell.state.as_str()).or_default();
        total.chunks += cell.chunks;
        total.bytes += cell.bytes;
        total.messages += cell.messages;
    }
    totals
}

/// An archive that was kept beside its chunk, and whose chunk is gone: the ledger does not know that it is the only copy.
fn lost(live: &[ChunkRow], archives: &[ArchiveLine]) -> Option<(i64, String)> {
    let names: HashSet<&str> = live.iter().map(ChunkRow::name).collect();
    let gone = |a: &&ArchiveLine| match a.state {
        State::Verified => !names.contains(a.chunk_name.as_str()),
        State::Rehydrated => !live.iter().any(|c| c.range_start < a.range_end && a.range_start < c.range_end),
        _ => false,
    };
    archives.iter().find(gone).map(|a| (a.id, a.chunk_name.clone()))
}

fn oldest_unarchived(cells: &[StripCell], now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let is_live = |cell: &&StripCell| !matches!(cell.state, StripState::Archived | StripState::Discarded);
    let unarchived = cells.iter().filter(is_live).filter(|cell| cell.archives.is_none());
    unarchived.map(|cell| cell.range_end).filter(|end| *end <= now).min()
}

fn coverage(kind: NamespaceKind, live: &[ChunkRow], archives: &[ArchiveLine]) -> CoverageSummary {
    match kind {
        NamespaceKind::Hypertable | NamespaceKind::Plain => by_ledger(live, archives),
        // That nothing contradicts what is not there, or may not be read, says nothing.
        NamespaceKind::Missing | NamespaceKind::Hidden => CoverageSummary {
            checked: Checked::Ledger,
            verdict: "unknown",
            findings: Vec::new(),
            hint: None,
            oldest_read_back_at: None,
        },
    }
}

fn by_ledger(live: &[ChunkRow], archives: &[ArchiveLine]) -> CoverageSummary {
    let lost = lost(live, archives);
    CoverageSummary {
        checked: Checked::Ledger,
        verdict: if lost.is_some() { "inconsistent" } else { "consistent" },
        findings: lost
            .iter()
            .map(|(id, chunk)| format!("somebody has dropped chunk {chunk}; archive {id} is the only copy"))
            .collect(),
        hint: lost.map(|(id, _)| {
            format!(
                "eventodb-admin archives rehydrate {id} brings it back, archives release {id} tells the ledger that the archive \
                 is the only copy"
            )
        }),
        oldest_read_back_at: archives.iter().filter(|a| a.state.is_kept()).filter_map(|a| a.read_back_at).min(),
    }
}

fn last_run(run: RunRow) -> RunSummary {
    RunSummary {
        run_id: run.run_id,
        began_at: run.began_at,
        ended_at: run.ended_at,
        result: run.result,
        exit_code: run.exit_code,
        figures: run.figures,
        failures: run.failures,
    }
}

fn sums(reports: &[NamespaceReport]) -> Sums {
    let mut sums = Sums::default();
    for report in reports {
        for (state, total) in &report.chunks {
            let sum = sums.chunks.entry(state).or_default();
            sum.chunks += total.chunks;
            sum.bytes += total.bytes;
            sum.messages += total.messages;
        }
        sums.database_bytes += report.database_bytes;
        sums.archives += report.archives;
        sums.archive_bytes += report.archive_bytes;
        sums.missing_copies += report.missing_copies;
        sums.holds += report.holds.holds;
    }
    sums
}

/// What the runs of the last night did together: a namespace that last ran before is none of it.
fn last_runs(reports: &[NamespaceReport]) -> Option<LastRuns> {
    let all = || reports.iter().filter_map(|r| r.last_run.as_ref());
    let newest = all().max_by_key(|run| run.began_at)?;
    let runs = || all().filter(|run| newest.began_at - run.began_at < A_NIGHT);
    let mut results = BTreeMap::new();
    let mut figures = RunFigures::default();
    for run in runs() {
        *results.entry(run.result.as_str()).or_default() += 1;
        figures.add(&run.figures);
    }
    Some(LastRuns {
        run_id: newest.run_id,
        began_at: runs().map(|run| run.began_at).min()?,
        ended_at: runs().filter_map(|run| run.ended_at).max(),
        results,
        figures,
    })
}

/// How the sizes of all went: at each time what was known of each namespace by then. Before the first of its sizes a namespace has
/// that one: a history that begins later is no growth.
fn added_up(reports: &[NamespaceReport]) -> Vec<SizePoint> {
    let mut changes: Vec<(DateTime<Utc>, usize, SizePoint)> = Vec::new();
    for (n, report) in reports.iter().enumerate() {
        changes.extend(report.sizes.iter().map(|point| (point.at, n, *point)));
    }
    changes.sort_by_key(|(at, n, _)| (*at, *n));
    let end = changes.last().map(|(at, ..)| *at);
    let first =
        |of: &NamespaceReport| of.sizes.first().map_or((0, 0), |size| (size.database_bytes, size.archive_bytes));
    let mut now: Vec<(i64, i64)> = reports.iter().map(first).collect();
    let (mut database, mut archive) = now.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    let mut points: Vec<SizePoint> = Vec::new();
    for (at, n, point) in changes {
        database += point.database_bytes - now[n].0;
        archive += point.archive_bytes - now[n].1;
        now[n] = (point.database_bytes, point.archive_bytes);
        let sum = SizePoint { at, database_bytes: database, archive_bytes: archive };
        // Runs of one night are one point.
        match points.last_mut() {
            Some(last) if at - last.at < A_NIGHT && Some(at) != end => {
                *last = SizePoint { at: last.at, ..sum };
            }
            Some(last) if last.at == at => *last = sum,
            _ => points.push(sum),
        }
    }
    thinned(points, share(POINTS, 1))
}

/// So many of them at most, with the first and the last.
fn thinned(points: Vec<SizePoint>, most: usize) -> Vec<SizePoint> {
    let step = points.len().div_ceil(most.max(1)).max(1);
    let last = points.len().saturating_sub(1);
    points.into_iter().enumerate().filter(|(n, _)| n % step == 0 || *n == last).map(|(_, p)| p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_bounded_below_and_above() {
        assert_eq!([1, 50, 1000, 100_000].map(|n| share(CELLS, n)), [1200, 320, 16, 12]);
    }

    #[test]
    fn a_chart_of_many_points_keeps_its_first_and_its_last() {
        let point =
            |n: i64| SizePoint { at: DateTime::from_timestamp(n, 0).unwrap(), database_bytes: n, archive_bytes: 0 };
        let made = thinned((0..1000).map(point).collect(), 90);
        assert!(made.len() <= 92, "{}", made.len());
        assert_eq!((made[0].database_bytes, made[made.len() - 1].database_bytes), (0, 999));
    }
}
