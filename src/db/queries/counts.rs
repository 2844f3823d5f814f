//! Messages by hour, category and type: the figures that are kept, and those that are counted when asked for.

use chrono::{DateTime, Utc};
use tokio_postgres::types::ToSql;
use tokio_postgres::{GenericClient, RowStream};

use super::clock::time_of;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// What figures are kept of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsOwner<'a> {
    /// An archive, by its number.
    Archive(i64),
    /// A chunk, by its bare name.
    Chunk(&'a str),
}

/// Counts a table of messages and keeps the figures. `None` where they are kept already.
///
/// # Errors
/// Where the statement fails.
pub async fn keep(
    db: &impl GenericClient,
    scope: &Scope,
    source: &Qualified,
    of: CountsOwner<'_>,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<i64>> {
    let sql = scope.render_with(include_str!("../sql/count.sql"), &[("source", &source.to_string())])?;
    let (archive, chunk) = match of {
        CountsOwner::Archive(id) => (Some(id), None),
        CountsOwner::Chunk(name) => (None, Some(name)),
    };
    let row = db
        .query_opt(&sql, &[&archive, &chunk, &range.0, &range.1])
        .await
        .map_err(|e| explain(format!("counting {source} by hour"), e))?;
    Ok(row.map(|r| r.get(0)))
}

/// Figures by hour, category and type, a column each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HourlyCountColumns {
    /// The hours' first instants, as texts that the server reads.
    pub hours: Vec<String>,
    /// Categories.
    pub categories: Vec<String>,
    /// Types.
    pub types: Vec<String>,
    /// Messages.
    pub messages: Vec<i64>,
    /// Their lowest global positions.
    pub first_global_positions: Vec<i64>,
    /// Their highest global positions.
    pub last_global_positions: Vec<i64>,
}

/// Keeps figures of an archive that were counted elsewhere, as [`keep`] does those that it counts.
///
/// # Errors
/// Where the statement fails.
pub async fn keep_counted(
    db: &impl GenericClient,
    scope: &Scope,
    archive_id: i64,
    range: (DateTime<Utc>, DateTime<Utc>),
    counted: &HourlyCountColumns,
) -> Result<()> {
    let sql = scope.render(
        "WITH h AS (
             INSERT INTO {{schema}}.counted (archive_id, range_start, range_end, messages)
             SELECT $1, $2, $3, coalesce(sum(m), 0)::bigint FROM unnest($7::bigint[]) m
             ON CONFLICT DO NOTHING RETURNING id
         )
         INSERT INTO {{schema}}.counts
                (counted_id, \"hour\", category, \"type\", messages, first_global_position, last_global_position)
         SELECT h.id, c.\"hour\"::timestamptz, c.category, c.\"type\", c.messages, c.first_global_position,
                c.last_global_position
           FROM h, unnest($4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])
                c (\"hour\", category, \"type\", messages, first_global_position, last_global_position)",
    )?;
    let HourlyCountColumns { hours, categories, types, messages, first_global_positions, last_global_positions } =
        counted;
    db.execute(
        &sql,
        &[
            &archive_id,
            &range.0,
            &range.1,
            hours,
            categories,
            types,
            messages,
            first_global_positions,
            last_global_positions,
        ],
    )
    .await
    .map_err(|e| explain(format!("keeping the figures of archive {archive_id}"), e))?;
    Ok(())
}

/// Keeps the figures of an archive for another one that holds the same, where there are any. The transaction tells the ledger
/// of it, too.
///
/// # Errors
/// Where the statement fails.
pub async fn copy_archive(db: &impl GenericClient, scope: &Scope, from: i64, to: i64) -> Result<()> {
    let sql = scope.render(
        "WITH n AS (
             INSERT INTO {{schema}}.counted (archive_id, range_start, range_end, messages)
             SELECT $2, range_start, range_end, messages FROM {{schema}}.counted WHERE archive_id = $1
             ON CONFLICT DO NOTHING RETURNING id
         )
         INSERT INTO {{schema}}.counts
                (counted_id, \"hour\", category, \"type\", messages, first_global_position, last_global_position)
         SELECT n.id, d.\"hour\", d.category, d.\"type\", d.messages, d.first_global_position, d.last_global_position
           FROM n, {{schema}}.counts d JOIN {{schema}}.counted c ON c.id = d.counted_id WHERE c.archive_id = $1",
    )?;
    db.execute(&sql, &[&from, &to])
        .await
        .map_err(|e| explain(format!("keeping the figures of archive {from} for archive {to}"), e))?;
    Ok(())
}

/// Whether figures of an archive are kept.
///
/// # Errors
/// Where the query fails.
pub async fn has_archive(db: &impl GenericClient, scope: &Scope, id: i64) -> Result<bool> {
    let sql = scope.render("SELECT EXISTS (SELECT FROM {{schema}}.counted WHERE archive_id = $1)")?;
    let row = db.query_one(&sql, &[&id]).await.map_err(|e| explain("looking for an archive's figures", e))?;
    Ok(row.get(0))
}

/// Has chunks counted again that share some of a range: messages came into it without their triggers. The transaction has
/// written them before.
///
/// # Errors
/// Where the statement fails.
pub async fn mark(db: &impl GenericClient, scope: &Scope, range: (DateTime<Utc>, DateTime<Utc>)) -> Result<()> {
    let sql = scope.render(
        "INSERT INTO {{schema}}.recount (first_time, last_time)
         SELECT $1, $2 WHERE EXISTS (SELECT FROM {{schema}}.counted c
                                      WHERE c.chunk_name IS NOT NULL AND c.range_start < $2 AND c.range_end > $1)",
    )?;
    db.execute(&sql, &[&range.0, &range.1]).await.map_err(|e| explain("noting what is to be counted again", e))?;
    Ok(())
}

/// Forgets figures that hold no longer: of chunks that were written to or are gone, of archives that are not kept.
///
/// # Errors
/// Where a statement fails; run it in a transaction, under the lifecycle lock.
pub async fn forget_stale(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(
        "WITH r AS (DELETE FROM {{schema}}.recount RETURNING first_time, last_time)
         DELETE FROM {{schema}}.counted c
          WHERE c.chunk_name IS NOT NULL
            AND (EXISTS (SELECT FROM r WHERE r.first_time < c.range_end AND r.last_time >= c.range_start)
                 OR NOT EXISTS (SELECT FROM timescaledb_information.chunks i
                                 WHERE i.hypertable_schema = {{schema_name_text}} AND i.hypertable_name = 'messages'
                                   AND i.chunk_name = c.chunk_name
                                   AND (i.range_start, i.range_end) = (c.range_start, c.range_end)))
             OR c.archive_id IS NOT NULL
            AND NOT EXISTS (SELECT FROM eventodb_store.archives a
                             WHERE a.id = c.archive_id AND a.namespace = {{namespace_text}}
                               AND a.state NOT IN ('failed', 'expired', 'discarded'))",
    )?;
    db.execute(&sql, &[]).await.map_err(|e| explain("forgetting figures that hold no longer", e))?;
    Ok(())
}

/// Forgets the figures of all live chunks, and those of archives that cannot be right.
///
/// # Errors
/// Where the statement fails.
pub async fn forget_chunks(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let sql = scope.render(
        "DELETE FROM {{schema}}.counted c
          WHERE c.chunk_name IS NOT NULL
             OR EXISTS (SELECT FROM eventodb_store.archives a
                         WHERE a.id = c.archive_id AND a.message_count IS DISTINCT FROM
                               (SELECT sum(d.messages) FROM {{schema}}.counts d WHERE d.counted_id = c.id))",
    )?;
    db.execute(&sql, &[]).await.map_err(|e| explain("forgetting the figures of chunks", e))?;
    Ok(())
}

/// A live chunk, and whether it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveChunk {
    /// Its table.
    pub table: Qualified,
    /// The first instant of its range.
    pub range_start: DateTime<Utc>,
    /// The instant after its range.
    pub range_end: DateTime<Utc>,
    /// Whether its range has ended an hour ago: nothing comes into it unnoticed any more.
    pub is_over: bool,
    /// The figures kept of it, where they still hold.
    pub counted_id: Option<i64>,
}

/// All live chunks, oldest first.
///
/// # Errors
/// Where the query fails.
pub async fn live(db: &impl GenericClient, scope: &Scope) -> Result<Vec<LiveChunk>> {
    let sql = scope.render(include_str!("../sql/counts_valid.sql"))?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("looking for chunks that are counted", e))?;
    rows.iter()
        .map(|r| {
            Ok(LiveChunk {
                table: Qualified::new(r.get::<_, String>("chunk_schema"), r.get::<_, String>("chunk_name")),
                range_start: time_of(r, "range_start")?,
                range_end: time_of(r, "range_end")?,
                is_over: r.get("is_over"),
                counted_id: r.get("counted_id"),
            })
        })
        .collect()
}

/// Archives that figures are kept of, with the messages counted.
///
/// # Errors
/// Where the query fails.
pub async fn archives(db: &impl GenericClient, scope: &Scope) -> Result<Vec<(i64, i64)>> {
    let sql = scope.render(
        "SELECT c.archive_id, (SELECT coalesce(sum(d.messages), 0) FROM {{schema}}.counts d WHERE d.counted_id = c.id)::bigint
           FROM {{schema}}.counted c WHERE c.archive_id IS NOT NULL",
    )?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("looking for archives that are counted", e))?;
    Ok(rows.iter().map(|r| (r.get(0), r.get(1))).collect())
}

/// Archives that figures are kept of.
///
/// # Errors
/// Where the query fails.
pub async fn archive_ids(db: &impl GenericClient, scope: &Scope) -> Result<Vec<i64>> {
    let sql = scope.render("SELECT archive_id FROM {{schema}}.counted WHERE archive_id IS NOT NULL")?;
    let rows = db.query(&sql, &[]).await.map_err(|e| explain("looking for archives that are counted", e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Messages by the figures of a chunk.
///
/// # Errors
/// Where the query fails.
pub async fn messages_of(db: &impl GenericClient, scope: &Scope, counted_id: i64) -> Result<i64> {
    let sql = scope.render("SELECT coalesce(sum(messages), 0)::bigint FROM {{schema}}.counts WHERE counted_id = $1")?;
    let row = db.query_one(&sql, &[&counted_id]).await.map_err(|e| explain("adding up the figures of a chunk", e))?;
    Ok(row.get(0))
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The unit of time, as `date_trunc` has it.
    pub unit: &'static str,
    /// By category.
    pub by_category: bool,
    /// By type.
    pub by_type: bool,
    /// Of this category only.
    pub category: Option<&'a str>,
    /// Of this type only.
    pub message_type: Option<&'a str>,
    /// From this hour on.
    pub since: Option<DateTime<Utc>>,
    /// Before this hour.
    pub until: Option<DateTime<Utc>>,
}

/// Streams the figures: those kept of dropped archives and of `counted`, and those of `uncounted` chunks as they are now.
/// Columns: `bucket`, `category`, `type`, `messages`.
///
/// # Errors
/// Where the query fails.
pub async fn read(
    db: &impl GenericClient,
    scope: &Scope,
    question: &Question<'_>,
    counted: &[i64],
    uncounted: &[&Qualified],
) -> Result<RowStream> {
    const FIGURES: &str =
        "($2::timestamptz IS NULL OR d.\"hour\" >= $2) AND ($3::timestamptz IS NULL OR d.\"hour\" < $3)
           AND ($4::text IS NULL OR d.category = $4) AND ($5::text IS NULL OR d.\"type\" = $5)";
    const MESSAGES: &str =
        "($2::timestamptz IS NULL OR m.\"time\" >= $2) AND ($3::timestamptz IS NULL OR m.\"time\" < $3)
           AND ($4::text IS NULL OR split_part(m.stream_name, '-', 1) = $4) AND ($5::text IS NULL OR m.\"type\" = $5)";
    let column = |asked: bool, name: &str| if asked { format!("f.\"{name}\"") } else { "NULL::text".to_owned() };
    let mut parts = vec![
        format!(
            "SELECT d.\"hour\", d.category, d.\"type\", d.messages FROM {{{{schema}}}}.counts d
               JOIN {{{{schema}}}}.counted c ON c.id = d.counted_id
               JOIN eventodb_store.archives a
                 ON a.id = c.archive_id AND a.namespace = {{{{namespace_text}}}} AND a.state = 'dropped'
              WHERE ($2::timestamptz IS NULL OR c.range_end > $2) AND ($3::timestamptz IS NULL OR c.range_start < $3)
                AND {FIGURES}"
        ),
        format!(
            "SELECT d.\"hour\", d.category, d.\"type\", d.messages FROM {{{{schema}}}}.counts d
              WHERE d.counted_id = ANY($1::bigint[]) AND {FIGURES}"
        ),
    ];
    // The tables' names are no part of the template: one may look like a placeholder.
    let tables: Vec<(String, String)> =
        uncounted.iter().enumerate().map(|(n, table)| (format!("chunk{n}"), table.to_string())).collect();
    parts.extend(tables.iter().map(|(name, _)| {
        format!(
            "SELECT date_trunc('hour', m.\"time\", 'UTC'), split_part(m.stream_name, '-', 1), m.\"type\", count(*)
               FROM {{{{{name}}}}} m WHERE {MESSAGES} GROUP BY 1, 2, 3"
        )
    }));
    let more: Vec<(&str, &str)> = tables.iter().map(|(name, table)| (name.as_str(), table.as_str())).collect();
    let sql = scope.render_with(
        &format!(
            "SELECT date_trunc('{}', f.\"hour\", 'UTC') AS bucket, {} AS category, {} AS \"type\", sum(f.messages)::bigint AS messages
               FROM ({}) AS f (\"hour\", category, \"type\", messages) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            question.unit,
            column(question.by_category, "category"),
            column(question.by_type, "type"),
            parts.join(" UNION ALL ")
        ),
        &more,
    )?;
    let params: [&(dyn ToSql + Sync); 5] =
        [&counted, &question.since, &question.until, &question.category, &question.message_type];
    db.query_raw(&sql, params).await.map_err(|e| explain("adding up the figures", e))
}
