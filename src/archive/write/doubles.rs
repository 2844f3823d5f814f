//! Global positions that two messages have: noted with an archive, so that it can come back beside the others.

mod archived;
mod refusal;

use archived::OnlyCopies;
use refusal::{MAX_OTHERS, refused};
use tokio::sync::OnceCell;
use tokio_postgres::Transaction;

use crate::archive::format::doubled::{Doubled, MAX_RANGES};
use crate::chunks::ChunkRow;
use crate::db::Scope;
use crate::db::queries::chunks;
use crate::db::queries::doubles::{self as queries, Extent};
use crate::db::savepoint;
use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::Store;

/// Where the namespace's other messages have their global positions, those of live chunks and those of archives: found out
/// once a run.
#[derive(Debug, Default)]
pub struct Others {
    live: OnceCell<Vec<Extent>>,
    archived: OnceCell<OnlyCopies>,
}

impl Others {
    /// Looks at all live chunks and at the ledger, on the first call. Outside the transaction of an export: it holds no lock
    /// on them.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn look(&self, db: &tokio_postgres::Client, scope: &Scope, store: &Store, stop: &Stop) -> Result<()> {
        let find = async { queries::extents(db, scope, &chunks::list(db, scope).await?).await };
        self.live.get_or_try_init(|| find).await?;
        self.archived.get_or_try_init(|| OnlyCopies::look(db, scope, store, stop)).await.map(|_| ())
    }

    /// Adds to the doubles `within` a chunk those that it has with another one, or with an archive.
    ///
    /// # Errors
    /// [`Kind::Verification`] where a message is there twice, with its stream and position: it could never come back.
    pub async fn complete(
        &self,
        tx: &Transaction<'_>,
        chunk: &ChunkRow,
        bounds: (Option<i64>, Option<i64>),
        within: Doubled,
        progress: &dyn Progress,
    ) -> Result<Doubled> {
        let (Some(first), Some(last)) = bounds else { return Ok(within) };
        if within.count > 0 && queries::is_twice(tx, &chunk.table, &chunk.table, (first, last)).await? {
            return Err(refused(chunk, "in this chunk"));
        }
        let mut all = within;
        let overlapping = self
            .live
            .get()
            .into_iter()
            .flatten()
            .filter(|other| other.oid != chunk.oid && other.first <= last && first <= other.last);
        for other in overlapping.take(MAX_OTHERS) {
            let span = (first.max(other.first), last.min(other.last));
            let Some((shared, is_twice)) = shared_with(tx, chunk, other, span).await? else { continue };
            if is_twice {
                return Err(refused(chunk, &format!("in chunk {}", other.table.name.as_str())));
            }
            all = all.with(&shared);
        }
        match self.archived.get() {
            Some(archives) => Ok(all.with(&archives.shared_with(tx, chunk, (first, last), progress).await?)),
            None => Ok(all),
        }
    }
}

/// The global positions within a span that two chunks have, and whether a message is in both of them. `None` where the other
/// chunk is gone: whoever archived it has noted what it shared with this one. It may go at any moment, because nothing here
/// holds it for longer than a look takes: another job of the same run drops it when it is done.
async fn shared_with(
    tx: &Transaction<'_>,
    chunk: &ChunkRow,
    other: &Extent,
    span: (i64, i64),
) -> Result<Option<(Doubled, bool)>> {
    if !chunks::is_there(tx, &other.table).await? {
        return Ok(None);
    }
    let compare = async {
        let limit = i64::try_from(MAX_RANGES).unwrap_or(i64::MAX);
        let mut ranges = queries::shared(tx, &chunk.table, &other.table, span, limit).await?;
        if ranges.len() == MAX_RANGES
            && let Some(widest) = ranges.last_mut()
        {
            widest.1 = span.1;
        }
        let count = ranges.iter().map(|(first, last)| last.abs_diff(*first).saturating_add(1)).sum();
        let is_twice = count > 0 && queries::is_twice(tx, &chunk.table, &other.table, span).await?;
        Ok::<_, Error>((Doubled { count, ranges }, is_twice))
    };
    match savepoint::look(tx, "comparing two chunks' global positions", compare).await {
        Err(_) if !chunks::is_there(tx, &other.table).await? => Ok(None),
        compared => compared.map(Some),
    }
}
