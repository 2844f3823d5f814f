//! Heads, counts and ranges of positions made anew from messages and archives: for rows that came past the triggers, as
//! with `session_replication_role = replica`, straight into a chunk, or by a dump restored with triggers off.
//!
//! Writers go on meanwhile. A message and its head are written together, so that within one snapshot the difference between
//! them is what came past the heads; that much is added afterwards, and looked at once more while the heads that were
//! changed are locked.

use super::coverage::CoverageFinding;
use crate::archive::format::manifest::Manifest;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load;
use crate::archive::read::verify::read_manifest;
use crate::db::errors::{self, explain};
use crate::db::queries::chunks::{self, LockMode};
use crate::db::queries::ledger::{self, ArchiveRow, State};
use crate::db::queries::recount::{self as queries, Lacks, OddStream, Sequence};
use crate::db::queries::{coverage, heads, rehydrate, sync};
use crate::db::savepoint;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Unit};
use crate::stop::Stop;
use crate::store::Store;
use crate::text;

/// Messages can come past the heads again while they are counted: so often it is tried before that is an error.
const TRIES: usize = 3;

/// What to do about messages that were counted and are nowhere any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingMessages {
    /// Says so: the heads' counts are the only proof that there was something.
    Tell,
    /// Takes them out of the counts. Positions stay.
    Accept,
}

/// What was found, and what was or would be done.
#[derive(Debug, Clone)]
pub struct Recount {
    /// What heads lacked.
    pub lacks: Lacks,
    /// The sequence of global positions as it was.
    pub sequence: Sequence,
    /// What counting does not mend.
    pub findings: Vec<CoverageFinding>,
}

impl Recount {
    /// Whether anything about heads and sequence was not as it should be and can be mended.
    pub const fn is_change(&self) -> bool {
        self.lacks.new > 0 || self.lacks.behind > 0 || self.sequence.last < self.sequence.highest
    }
}

/// An archive that is the only copy of its messages, and the store that it is in.
#[derive(Debug)]
pub struct OnlyCopy {
    /// The archive.
    pub archive: ArchiveRow,
    /// Its store.
    pub store: Store,
}

/// Finds out what heads lack. Changes nothing; the comparison stays in a table of the session.
///
/// # Errors
/// Where an archive's streams cannot be read: without them a head could end up below what the archive holds.
pub async fn survey_heads(
    db: &mut Db,
    scope: &Scope,
    only_copies: &[OnlyCopy],
    missing: MissingMessages,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Recount> {
    let doing = "comparing heads with messages";
    let before = chunks::list(db.client(), scope).await?;
    let tx = db
        .client_mut()
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .start()
        .await
        .map_err(|e| explain(doing, e))?;
    // The locks first, the snapshot after: a chunk that is compressed in between would read short.
    for chunk in &before {
        chunks::lock(&tx, &chunk.table, LockMode::AccessShare).await.map_err(|e| explain(doing, e))?;
    }
    coverage::make_archived(&tx).await?;
    let task = progress.begin("read archives' stream lists", Some(only_copies.len() as u64), Unit::Items);
    for OnlyCopy { archive, store } in only_copies {
        stop.check()?;
        load_streams(&tx, store, archive, stop).await.map_err(|e| {
            e.while_doing(format!("reading the streams of archive {}, which is the only copy", archive.id))
        })?;
        task.advance(1);
    }
    drop(task);
    stop.check()?;
    queries::compare(&tx, scope).await?;
    let lacks = queries::lacks(&tx).await?;
    let odd = queries::odd(&tx).await?;
    let sequence = queries::sequence(&tx, scope).await?;
    let doubled = coverage::doubled_global_positions(&tx, scope).await?;
    tx.commit().await.map_err(|e| explain(doing, e))?;
    let mut findings = findings(&odd, doubled, missing);
    if lacks.missing > 0 {
        let held = held_and_not_live(db, scope).await?;
        if missing == MissingMessages::Accept && !held.is_empty() {
            return Err(Error::new(Kind::Verification, "looking for messages that were counted")
                .because(format!("{} missing messages may be in: {}", lacks.missing, held.join("; ")))
                .hint("nothing was changed; eventodb-admin archives rehydrate brings them back, or release tells the ledger"));
        }
        findings.extend(held.into_iter().map(|text| CoverageFinding { kind: "archive", text }));
    }
    Ok(Recount { lacks, sequence, findings })
}

/// Archives that the ledger takes for copies of live messages, and some of whose messages are not live.
async fn held_and_not_live(db: &Db, scope: &Scope) -> Result<Vec<String>> {
    let mut held = Vec::new();
    for archive in ledger::list(db.client(), scope.namespace()).await? {
        if !matches!(archive.state, State::Verified | State::Rehydrated) {
            continue;
        }
        let live = rehydrate::live(db.client(), scope, &archive).await?.messages;
        let all = archive.message_count.unwrap_or_default();
        if live < all {
            let id = archive.id;
            held.push(format!(
                "archive {id} has {}, of which {live} {} live: eventodb-admin archives rehydrate {id}, or release {id}",
                text::counted(all, "message"),
                text::are(live)
            ));
        }
    }
    Ok(held)
}

/// By the archive's stream list, or by its data where that is lost.
async fn load_streams(
    tx: &tokio_postgres::Transaction<'_>,
    store: &Store,
    archive: &ArchiveRow,
    stop: &Stop,
) -> Result<()> {
    let manifest: Manifest = read_manifest(store, archive).await?;
    match savepoint::attempt(tx, "loading a stream list", load::streams(tx, store, &manifest, stop)).await? {
        Err(e) if e.kind() == Kind::Verification => load::streams_from_data(tx, store, &manifest, stop).await,
        other => other,
    }
}

fn findings(odd: &[OddStream], doubled: i64, missing: MissingMessages) -> Vec<CoverageFinding> {
    let mut all = Vec::new();
    let mut tell = |kind, text| all.push(CoverageFinding { kind, text });
    for OddStream { stream, doubled, in_both, crowded, missing: gone, .. } in odd {
        if *doubled > 0 {
            tell("overlap", format!("stream {stream}: {doubled} of its live messages share a position with another"));
        } else if *in_both > 0 {
            tell(
                "overlap",
                format!("stream {stream}: {in_both} of its live messages have positions that an archive holds"),
            );
        } else if *crowded > 0 {
            tell("overlap", format!("stream {stream}: it has {crowded} messages more than positions"));
        }
        if *gone > 0 && missing == MissingMessages::Tell {
            tell("hole", format!("stream {stream}: {gone} messages that were stored are neither live nor archived"));
        }
    }
    let told = i64::try_from(odd.len()).unwrap_or(i64::MAX);
    if let Some(more) = odd.first().map(|o| o.streams - told).filter(|more| *more > 0) {
        tell("hole", format!("{more} more streams do not add up"));
    }
    if doubled > 0 {
        tell("overlap", format!("{doubled} live messages share a global position with another"));
    }
    all
}

/// Makes heads and sequence what messages and archives say: all or nothing of the heads. Never lowers a position.
///
/// # Errors
/// As [`survey_heads`]; where messages come past the heads each time it is tried. Nothing has changed then.
pub async fn recount(
    lock: &mut LifecycleLock,
    scope: &Scope,
    only_copies: &[OnlyCopy],
    missing: MissingMessages,
    progress: &dyn Progress,
    stop: &Stop,
) -> Result<Recount> {
    for _ in 0..TRIES {
        let found = survey_heads(lock.db(), scope, only_copies, missing, progress, stop).await?;
        stop.check()?;
        let done = apply(lock, scope, &found, missing).await;
        queries::forget(lock.db().client()).await?;
        match done {
            Ok(true) => return Ok(found),
            Ok(false) => {}
            Err(e) if errors::is_worth_another_try(&e) => tracing::info!("{e}"),
            Err(e) => return Err(e),
        }
    }
    Err(Error::failed(format!("counting namespace {} again", scope.namespace()))
        .because(
            "messages come past its heads, or somebody writes for long, each time it is tried; no head was changed",
        )
        .hint(
            "end the sessions that write with triggers off (session_replication_role), then run the same command again",
        ))
}

/// False where the heads are not what they should be afterwards: all is then as it was.
async fn apply(lock: &mut LifecycleLock, scope: &Scope, found: &Recount, missing: MissingMessages) -> Result<bool> {
    let doing = "raising heads";
    let Sequence { last, highest } = found.sequence;
    if last < highest {
        // First and by itself: it does no harm, and writers wait for a moment only.
        let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        effect!("recount.lock", sync::keep_writers_out(&tx, scope).await?);
        effect!("recount.sequence", heads::raise_sequence(&tx, scope, highest).await?);
        tx.commit().await.map_err(|e| explain(doing, e))?;
    }
    let accepts = missing == MissingMessages::Accept;
    if found.lacks.new + found.lacks.behind == 0 && !(accepts && found.lacks.missing > 0) {
        return Ok(true);
    }
    let tx = lock.db().client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    effect!("recount.raise", queries::raise(&tx, scope).await?);
    if accepts {
        effect!("recount.accept", queries::accept_missing(&tx, scope).await?);
    }
    if queries::unequal(&tx, scope, accepts).await? > 0 {
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        return Ok(false);
    }
    effect!("recount.commit", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_a_sequence_that_lack_nothing_are_no_change() {
        let change = |new, behind, last, highest| {
            let lacks = Lacks { new, behind, uncounted: 0, missing: 0 };
            Recount { lacks, sequence: Sequence { last, highest }, findings: Vec::new() }.is_change()
        };
        assert!(!change(0, 0, 9, 9) && !change(0, 0, 10, 9));
        assert!(change(1, 0, 9, 9) && change(0, 1, 9, 9) && change(0, 0, 8, 9));
    }

    fn told(odd: (i64, i64, i64, i64), doubled: i64, missing: MissingMessages) -> Vec<String> {
        let odd = OddStream {
            stream: "s-1".to_owned(),
            doubled: odd.0,
            in_both: odd.1,
            crowded: odd.2,
            missing: odd.3,
            streams: 3,
        };
        findings(&[odd], doubled, missing).into_iter().map(|f| format!("{}: {}", f.kind, f.text)).collect()
    }

    #[test]
    fn each_thing_that_counting_does_not_mend_is_told_once() {
        let more = "hole: 2 more streams do not add up";
        for (odd, text) in [
            ((1, 1, 1, 0), "overlap: stream s-1: 1 of its live messages share a position with another"),
            ((0, 1, 1, 0), "overlap: stream s-1: 1 of its live messages have positions that an archive holds"),
            ((0, 0, 1, 0), "overlap: stream s-1: it has 1 messages more than positions"),
            ((0, 0, 0, 1), "hole: stream s-1: 1 messages that were stored are neither live nor archived"),
        ] {
            assert_eq!(told(odd, 0, MissingMessages::Tell), [text, more]);
        }
        assert_eq!(told((0, 0, 0, 1), 0, MissingMessages::Accept), [more]);
        assert_eq!(
            told((0, 0, 0, 0), 1, MissingMessages::Tell),
            [more, "overlap: 1 live messages share a global position with another"]
        );
        assert!(findings(&[], 0, MissingMessages::Tell).is_empty());
        let one = OddStream { stream: "s-1".to_owned(), doubled: 0, in_both: 0, crowded: 0, missing: 0, streams: 1 };
        assert!(findings(&[one], 0, MissingMessages::Tell).is_empty(), "there are no more");
    }
}
