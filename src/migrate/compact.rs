//! Ranges of a source that is followed: many small ones become one.

use super::job::Job;
use super::verify;
use crate::db::Db;
use crate::db::errors::explain;
use crate::db::queries::migrations::{self as queries, ClaimedRange, RangeRow};
use crate::error::Result;
use crate::failpoint::effect;

/// So many small ranges are looked at together.
pub(super) const TOGETHER: usize = 100;

/// Makes one range of the last ones, as many as hold no more messages than a range should. A source that is followed for weeks
/// gives a range every half a second; each of them costs at every look at how far the migration is.
///
/// # Errors
/// Where a query fails. Ranges that are not as they were copied stay as they are: the cutover looks at them.
pub(super) async fn compact(job: &Job<'_>, db: &mut Db, from: &Db) -> Result<()> {
    let doing = "making one range of many";
    let small = small(
        queries::last_ranges(db.client(), job.migration.id, i64::try_from(TOGETHER).unwrap_or(i64::MAX)).await?,
        i64::from(job.options.batch),
    );
    let (Some(first), Some(last)) = (small.last().map(|r| r.first), small.first().map(|r| r.last)) else {
        return Ok(());
    };
    if small.len() < 2 {
        return Ok(());
    }
    let proven: i64 = small.iter().filter_map(|r| r.copied.as_ref()).map(|f| f.messages).sum();
    let (messages, firsts) = (job.scope.messages().to_string(), [first]);
    // Before the messages are read: what is written meanwhile is newer.
    let horizon = Some(queries::horizon(from.client()).await?);
    let (theirs, ours) = tokio::join!(
        queries::figures(from.client(), job.source.rows(), &firsts, last, None),
        queries::figures(db.client(), job.source.rows_of(&messages), &firsts, last, None)
    );
    let one =
        |found: Vec<(usize, queries::RangeFigures)>| found.into_iter().next().map_or_else(verify::nothing, |(_, f)| f);
    let (theirs, ours) = (one(theirs?), one(ours?));
    if !theirs.agree(&ours) || ours.messages != proven {
        return Ok(());
    }
    let ours = queries::RangeFigures { horizon, ..ours };
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    queries::replace_ranges(&tx, job.migration.id, ClaimedRange { first, last }, &ours).await?;
    effect!("migrate.compact", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(())
}

/// Of ranges, the last one first, those that are copied and fit into one.
fn small(ranges: Vec<RangeRow>, batch: i64) -> Vec<RangeRow> {
    let mut sum = 0;
    ranges
        .into_iter()
        .take_while(|r| {
            sum += r.copied.as_ref().map_or(i64::MAX / 2, |f| f.messages);
            sum <= batch
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::queries::migrations::RangeFigures;

    fn range(first: i64, messages: Option<i64>) -> RangeRow {
        let copied = messages.map(|messages| RangeFigures { messages, ..RangeFigures::default() });
        RangeRow { first, last: first, copied, last_error: None }
    }

    #[test]
    fn only_ranges_that_are_copied_and_fit_into_one_are_taken() {
        let firsts = |ranges, batch| small(ranges, batch).iter().map(|r| r.first).collect::<Vec<_>>();
        assert_eq!(firsts(vec![range(9, Some(3)), range(8, Some(2)), range(7, Some(90))], 10), [9, 8]);
        assert_eq!(firsts(vec![range(9, Some(3)), range(8, None), range(7, Some(1))], 10), [9]);
        assert_eq!(firsts(vec![range(9, None)], 10), [0_i64; 0]);
    }
}
