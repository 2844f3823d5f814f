//! Ranges of a migration, and what both sides hold in them.

use chrono::{DateTime, Utc};
use tokio_postgres::{GenericClient, Row};

use super::source::KEPT_TIME;
use crate::db::errors::explain;
use crate::db::queries::clock::time_of;
use crate::db::scope::Scope;
use crate::error::Result;

/// What a side holds in a range.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RangeFigures {
    /// Messages.
    pub messages: i64,
    /// The sum of the messages' hashes: whatever their order.
    pub hash_sum: String,
    /// A hash over the messages' hashes in order of global position.
    pub hash_chain: String,
    /// The earliest time.
    pub first_time: Option<DateTime<Utc>>,
    /// The latest time.
    pub last_time: Option<DateTime<Utc>>,
    /// Messages that no namespace can hold.
    pub invalid: i64,
    /// Where they were read at the source: the transaction below which none was open.
    pub horizon: Option<i64>,
}

impl RangeFigures {
    /// Whether two sides hold the same.
    pub fn agree(&self, other: &Self) -> bool {
        (self.messages, &self.hash_sum, &self.hash_chain) == (other.messages, &other.hash_sum, &other.hash_chain)
    }
}

/// A range, both positions inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeRow {
    /// Its first global position.
    pub first: i64,
    /// Its last global position.
    pub last: i64,
    /// What was proven to be in it; `None` while it is to be copied.
    pub copied: Option<RangeFigures>,
    /// Why it was not copied the last time.
    pub last_error: Option<String>,
}

/// A range that this transaction alone works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedRange {
    /// Its first global position.
    pub first: i64,
    /// Its last global position.
    pub last: i64,
}

fn range(r: &Row) -> Result<RangeRow> {
    let copied = match r.get::<_, &str>("state") {
        "copied" => Some(RangeFigures {
            messages: r.get("messages"),
            hash_sum: r.get("hash_sum"),
            hash_chain: r.get("hash_chain"),
            first_time: time_of(r, "first_time")?,
            last_time: time_of(r, "last_time")?,
            invalid: 0,
            horizon: r.get("source_horizon"),
        }),
        _ => None,
    };
    Ok(RangeRow {
        first: r.get("first_position"),
        last: r.get("last_position"),
        copied,
        last_error: r.get("last_error"),
    })
}

/// Claims the next range that is to be copied and that no other session works on, these left out.
///
/// # Errors
/// Where the query fails.
pub async fn claim(db: &impl GenericClient, migration: i64, but: &[i64]) -> Result<Option<ClaimedRange>> {
    let row = db
        .query_opt(
            "SELECT first_position, last_position FROM eventodb_store.migration_ranges
              WHERE migration = $1 AND state = 'pending' AND first_position <> ALL ($2)
              ORDER BY first_position LIMIT 1 FOR UPDATE SKIP LOCKED",
            &[&migration, &but],
        )
        .await
        .map_err(|e| explain("claiming a range", e))?;
    Ok(row.map(|r| ClaimedRange { first: r.get(0), last: r.get(1) }))
}

/// Cuts the next range: from where the last one ends to `last`. False where another session was faster.
///
/// # Errors
/// Where a statement fails.
pub async fn add_range(db: &impl GenericClient, migration: i64, first: i64, last: i64) -> Result<bool> {
    let row = db
        .query_opt(
            "WITH cut AS (
                 UPDATE eventodb_store.migrations
                    SET first_position = coalesce(first_position, $2::bigint), cut_to = $3::bigint
                  WHERE id = $1 AND (cut_to IS NULL OR cut_to = $2::bigint - 1)
                 RETURNING id)
             INSERT INTO eventodb_store.migration_ranges (migration, first_position, last_position)
             SELECT id, $2::bigint, $3::bigint FROM cut RETURNING first_position",
            &[&migration, &first, &last],
        )
        .await
        .map_err(|e| explain("cutting a range", e))?;
    Ok(row.is_some())
}

/// When the heads learn of a range's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadsUpdate {
    /// In the transaction that copies it.
    WithIt,
    /// Once for many ranges, by [`raise_pending_heads`](super::raise_pending_heads): a stream that is in many of them costs
    /// one row's change instead of one a range.
    Later,
}

/// Ends a range in the transaction that copied it.
///
/// # Errors
/// Where the statement fails.
pub async fn complete(
    db: &impl GenericClient,
    migration: i64,
    first: i64,
    figures: &RangeFigures,
    heads: HeadsUpdate,
) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.migration_ranges
            SET state = 'copied', messages = $3, hash_sum = $4::text::numeric, hash_chain = $5, first_time = $6,
                last_time = $7, heads_pending = $8, source_horizon = $9, copied_at = now(), attempts = attempts + 1, last_error = NULL
          WHERE migration = $1 AND first_position = $2",
        &[
            &migration,
            &first,
            &figures.messages,
            &figures.hash_sum,
            &figures.hash_chain,
            &figures.first_time,
            &figures.last_time,
            &(heads == HeadsUpdate::Later && figures.messages > 0),
            &figures.horizon,
        ],
    )
    .await
    .map_err(|e| explain("ending a range", e))?;
    Ok(())
}

/// Notes why a range was not copied.
///
/// # Errors
/// Where the statement fails.
pub async fn note_failure(db: &impl GenericClient, migration: i64, first: i64, error: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.migration_ranges SET attempts = attempts + 1, last_error = $3
          WHERE migration = $1 AND first_position = $2 AND state = 'pending'",
        &[&migration, &first, &error],
    )
    .await
    .map_err(|e| explain("noting why a range was not copied", e))?;
    Ok(())
}

/// Ranges in order, `limit` of them from the one that begins after `after`.
///
/// # Errors
/// Where the query fails.
pub async fn ranges_from(
    db: &impl GenericClient,
    migration: i64,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<RangeRow>> {
    let rows = db
        .query(
            "SELECT first_position, last_position, state, messages, hash_sum::text AS hash_sum, hash_chain, first_time,
                    last_time, last_error, source_horizon
               FROM eventodb_store.migration_ranges
              WHERE migration = $1 AND ($2::bigint IS NULL OR first_position > $2)
              ORDER BY first_position LIMIT $3",
            &[&migration, &after, &limit],
        )
        .await
        .map_err(|e| explain("reading the ranges of a migration", e))?;
    rows.iter().map(range).collect()
}

/// The last ranges, the last one first.
///
/// # Errors
/// Where the query fails.
pub async fn last_ranges(db: &impl GenericClient, migration: i64, limit: i64) -> Result<Vec<RangeRow>> {
    let rows = db
        .query(
            "SELECT first_position, last_position, CASE WHEN heads_pending THEN 'pending' ELSE state END AS state, messages,
                    hash_sum::text AS hash_sum, hash_chain, first_time, last_time, last_error, source_horizon
               FROM eventodb_store.migration_ranges WHERE migration = $1 ORDER BY first_position DESC LIMIT $2",
            &[&migration, &limit],
        )
        .await
        .map_err(|e| explain("reading the ranges of a migration", e))?;
    rows.iter().map(range).collect()
}

/// Has one range take the place of all that lie in it.
///
/// # Errors
/// Where a statement fails; run it in a transaction.
pub async fn replace_ranges(
    db: &impl GenericClient,
    migration: i64,
    range: ClaimedRange,
    figures: &RangeFigures,
) -> Result<()> {
    let doing = "making one range of many";
    db.execute(
        "DELETE FROM eventodb_store.migration_ranges WHERE migration = $1 AND first_position BETWEEN $2 AND $3",
        &[&migration, &range.first, &range.last],
    )
    .await
    .map_err(|e| explain(doing, e))?;
    db.execute(
        "INSERT INTO eventodb_store.migration_ranges (migration, first_position, last_position) VALUES ($1, $2, $3)",
        &[&migration, &range.first, &range.last],
    )
    .await
    .map_err(|e| explain(doing, e))?;
    complete(db, migration, range.first, figures, HeadsUpdate::WithIt).await
}

/// How far a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MigrationProgress {
    /// Ranges cut.
    pub ranges: i64,
    /// Of these, ranges copied.
    pub copied: i64,
    /// Of these, ranges that failed the last time.
    pub failed: i64,
    /// Messages copied.
    pub messages: i64,
}

/// How far a migration is.
///
/// # Errors
/// Where the query fails.
pub async fn counts(db: &impl GenericClient, migration: i64) -> Result<MigrationProgress> {
    let r = db
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE state = 'copied'),
                    count(*) FILTER (WHERE state <> 'copied' AND last_error IS NOT NULL),
                    coalesce(sum(messages), 0)::bigint
               FROM eventodb_store.migration_ranges WHERE migration = $1",
            &[&migration],
        )
        .await
        .map_err(|e| explain("counting the ranges of a migration", e))?;
    Ok(MigrationProgress { ranges: r.get(0), copied: r.get(1), failed: r.get(2), messages: r.get(3) })
}

/// The earliest time of the last range below which all is copied: chunks that end before it are done with, if times rise
/// with positions.
///
/// # Errors
/// Where the query fails.
pub async fn last_copied(db: &impl GenericClient, migration: i64) -> Result<Option<DateTime<Utc>>> {
    let row = db
        .query_opt(
            "SELECT r.first_time FROM eventodb_store.migration_ranges r
              WHERE r.migration = $1 AND r.state = 'copied' AND r.messages > 0
                AND r.first_position < coalesce((SELECT min(p.first_position) FROM eventodb_store.migration_ranges p
                                                  WHERE p.migration = $1 AND p.state = 'pending'), 9223372036854775807)
              ORDER BY r.first_position DESC LIMIT 1",
            &[&migration],
        )
        .await
        .map_err(|e| explain("looking how far a migration is", e))?;
    row.as_ref().map_or(Ok(None), |r| time_of(r, 0))
}

/// How a message is hashed; equal on both servers where every column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// Over the server's own bytes, which costs least: both databases keep UTF-8.
    Bytes,
    /// Over UTF-8, whatever a database keeps.
    Utf8,
}

impl Hash {
    /// NULL only for a message that no namespace can hold.
    fn sql(self) -> String {
        match self {
            // Each hash is the next one's seed. As text only what is text: a composite's text, in which every quote of JSON
            // is doubled, takes twice as long.
            Self::Bytes => [
                "hashint8extended(m.\"position\", {})",
                "timestamp_hash_extended(m.\"time\" AT TIME ZONE 'UTC', {})",
                "uuid_hash_extended(m.id, {})",
                "hashtextextended(m.stream_name, {})",
                "hashtextextended(m.\"type\", {})",
                // JSON is never empty.
                "hashtextextended(coalesce(m.data::text, ''), {})",
                "hashtextextended(coalesce(m.metadata::text, ''), {})",
            ]
            .into_iter()
            .fold("m.global_position".to_owned(), |seed, hash| hash.replace("{}", &seed)),
            Self::Utf8 => {
                // A composite's text keeps fields apart, and NULL from empty.
                let row = "ROW(m.global_position, m.\"position\", m.stream_name, m.\"type\",
                    m.\"time\" AT TIME ZONE 'UTC', m.data, m.metadata, m.id)::text";
                format!("('x' || left(md5(convert_to({row}, 'UTF8')), 16))::bit(64)::bigint")
            }
        }
    }
}

/// The messages of a side.
#[derive(Debug, Clone, Copy)]
pub struct MessageTable<'a> {
    /// A table, or a query in parentheses, with the namespace's columns.
    pub from: &'a str,
    /// How both sides hash.
    pub hash: Hash,
}

/// What a side holds in the ranges of a window, by the ranges' place in `firsts`; ranges without messages are left out.
/// `times`: where its messages lie, for chunks
/// to be left out.
///
/// # Errors
/// Where the query fails.
pub async fn figures(
    db: &impl GenericClient,
    rows: MessageTable<'_>,
    firsts: &[i64],
    last: i64,
    times: Option<(DateTime<Utc>, DateTime<Utc>)>,
) -> Result<Vec<(usize, RangeFigures)>> {
    let first = firsts.first().copied().unwrap_or(i64::MIN);
    let bound = if times.is_some() { "AND m.\"time\" BETWEEN $4 AND $5" } else { "" };
    let sql = include_str!("../../sql/migrate_figures.sql")
        .replace("{{rows}}", rows.from)
        .replace("{{hash}}", &rows.hash.sql())
        .replace("{{kept_time}}", KEPT_TIME)
        .replace("{{bound}}", bound);
    let doing = format!("hashing global positions {first} to {last}");
    let found = match &times {
        Some((from, to)) => db.query(&sql, &[&firsts, &first, &last, from, to]).await,
        None => db.query(&sql, &[&firsts, &first, &last]).await,
    };
    found
        .map_err(|e| explain(doing, e))?
        .iter()
        .map(|r| {
            let place = usize::try_from(r.get::<_, i32>("range")).unwrap_or_default().saturating_sub(1);
            let figures = RangeFigures {
                messages: r.get("messages"),
                hash_sum: r.get("hash_sum"),
                hash_chain: r.get("hash_chain"),
                first_time: time_of(r, "first_time")?,
                last_time: time_of(r, "last_time")?,
                invalid: r.get("invalid"),
                horizon: None,
            };
            Ok((place, figures))
        })
        .collect()
}

/// Each message of a range with its hash, in order: `global_position`, `hash`.
///
/// # Errors
/// Where the query fails.
pub async fn figures_of_messages(
    db: &impl GenericClient,
    rows: MessageTable<'_>,
    first: i64,
    last: i64,
) -> Result<tokio_postgres::RowStream> {
    let sql = format!(
        "SELECT m.global_position, coalesce({}, 0) AS hash, m.stream_name, m.\"position\" FROM {} m
          WHERE m.global_position BETWEEN $1 AND $2 ORDER BY m.global_position",
        rows.hash.sql(),
        rows.from
    );
    let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&first, &last];
    db.query_raw(&sql, parameters).await.map_err(|e| explain(format!("reading global positions {first} to {last}"), e))
}

/// How many messages a side holds in the ranges of a window, by the ranges' place in `firsts`.
///
/// # Errors
/// Where the query fails.
pub async fn messages_by_range(
    db: &impl GenericClient,
    table: &str,
    firsts: &[i64],
    last: i64,
) -> Result<Vec<(usize, i64)>> {
    let first = firsts.first().copied().unwrap_or(i64::MIN);
    let sql = format!(
        "SELECT width_bucket(m.global_position, $1::bigint[]), count(*) FROM {table} m
          WHERE m.global_position BETWEEN $2 AND $3 GROUP BY 1"
    );
    let rows = db
        .query(&sql, &[&firsts, &first, &last])
        .await
        .map_err(|e| explain(format!("counting global positions {first} to {last}"), e))?;
    Ok(rows
        .iter()
        .map(|r| (usize::try_from(r.get::<_, i32>(0)).unwrap_or_default().saturating_sub(1), r.get(1)))
        .collect())
}

/// Makes a table of the transaction's own for messages that came late.
///
/// # Errors
/// Where the statement fails.
pub async fn make_late(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    db.batch_execute(&format!("CREATE TEMPORARY TABLE eventodb_late (LIKE {}) ON COMMIT DROP", scope.messages()))
        .await
        .map_err(|e| explain("making a table for late messages", e))
}

/// Puts those of them into the namespace that it has not, past the trigger of the heads, which count them all the same.
///
/// # Errors
/// Where a statement fails.
pub async fn insert_late_counted(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let doing = "copying late messages";
    db.batch_execute("SET LOCAL eventodb.heads_kept = 'on'").await.map_err(|e| explain(doing, e))?;
    let sql = scope.render(include_str!("../../sql/migrate_late.sql"))?;
    db.execute(&sql, &[]).await.map_err(|e| explain(doing, e))?;
    let sql =
        scope.render("SELECT {{schema}}.count_again(min(l.\"time\"), max(l.\"time\")) FROM pg_temp.eventodb_late l")?;
    db.execute(&sql, &[]).await.map_err(|e| explain(doing, e))?;
    Ok(())
}

/// Puts those of them into the namespace that it has not.
///
/// # Errors
/// [`Kind::Conflict`](crate::error::Kind::Conflict) where a place is taken.
pub async fn insert_late(db: &impl GenericClient, scope: &Scope, columns: &str) -> Result<u64> {
    let messages = scope.messages();
    db.execute(
        &format!(
            "INSERT INTO {messages} ({columns}) SELECT {columns} FROM pg_temp.eventodb_late l
              WHERE NOT EXISTS (SELECT FROM {messages} m WHERE m.global_position = l.global_position)"
        ),
        &[],
    )
    .await
    .map_err(|e| explain("copying late messages", e))
}
