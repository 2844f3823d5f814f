//! Chunks that are made before rows come: empty ones, of exactly a range.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, GenericClient, Transaction};

use crate::db::errors::{explain, sqlstate};
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

/// `TimescaleDB`'s code where a range has a chunk already.
pub(super) const COLLISION: &str = "TS503";

/// Whether the server has the function that makes an empty chunk.
///
/// # Errors
/// Where the query fails.
pub async fn can_create(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one(
            "SELECT to_regprocedure('_timescaledb_functions.create_chunk(regclass,jsonb,name,name,regclass)') IS NOT NULL",
            &[],
        )
        .await
        .map_err(|e| explain("looking for a function that makes chunks", e))?;
    Ok(row.get(0))
}

/// Makes an empty chunk of exactly this range; false where some of it has one already. Until the commit nobody else can
/// make a chunk.
///
/// # Errors
/// 0A000 on the Apache-2 edition.
pub async fn create(tx: &mut Transaction<'_>, scope: &Scope, range: (DateTime<Utc>, DateTime<Utc>)) -> Result<bool> {
    let doing = format!("making the chunk of {}", range.0);
    let fail = |e| explain(doing.clone(), e);
    // As microseconds, which is what the slices are in.
    let slices = serde_json::json!({ "time": [range.0.timestamp_micros(), range.1.timestamp_micros()] });
    let inner = tx.savepoint("make_chunk").await.map_err(fail)?;
    let made = inner
        .execute(
            "SELECT FROM _timescaledb_functions.create_chunk($1::text::regclass, $2, NULL, NULL, NULL)",
            &[&scope.messages().to_string(), &slices],
        )
        .await;
    match made {
        Ok(_) => {
            inner.commit().await.map_err(fail)?;
            Ok(true)
        }
        Err(e) if sqlstate(&e).is_some_and(|code| code.code() == COLLISION) => {
            inner.rollback().await.map_err(fail)?;
            Ok(false)
        }
        Err(e) => Err(fail(e)),
    }
}

/// Deletes all rows of a chunk that the transaction has made; false where some stay.
///
/// # Errors
/// Where a statement fails.
pub async fn empty(tx: &Transaction<'_>, chunk: &Qualified) -> Result<bool> {
    let doing = || format!("emptying chunk {}", chunk.name.as_str());
    tx.execute(&format!("DELETE FROM ONLY {chunk}"), &[]).await.map_err(|e| explain(doing(), e))?;
    let row = tx
        .query_one(&format!("SELECT NOT EXISTS (SELECT FROM ONLY {chunk})"), &[])
        .await
        .map_err(|e| explain(doing(), e))?;
    Ok(row.get(0))
}

/// Makes the chunk of a time by a row that is gone before anybody can see it, in a short transaction. Only where truly
/// nothing sees it: with a trigger of others, a check, a foreign key or logical decoding, nothing is made.
///
/// # Errors
/// Where a statement fails.
pub async fn make_unseen(db: &mut Client, scope: &Scope, time: DateTime<Utc>) -> Result<bool> {
    let doing = format!("making the chunk of {time}");
    let fail = |e| explain(doing.clone(), e);
    let is_unseen = scope.render(include_str!("../sql/chunk_unseen.sql"))?;
    let insert = scope.render(
        "WITH made AS (INSERT INTO {{schema}}.messages (time, global_position, position, stream_name, type)
                       VALUES ($1, 0, -1, '', '') RETURNING 1)
         SELECT FROM made",
    )?;
    let delete =
        scope.render("DELETE FROM {{schema}}.messages WHERE time = $1 AND stream_name = '' AND position = -1")?;
    let tx = db.transaction().await.map_err(fail)?;
    // Whoever would put a trigger on it waits until this is over.
    let lock = scope
        .render("SET LOCAL eventodb.heads_kept = 'on'; LOCK TABLE ONLY {{schema}}.messages IN ROW EXCLUSIVE MODE")?;
    tx.batch_execute(&lock).await.map_err(fail)?;
    if !tx.query_one(&is_unseen, &[]).await.map_err(fail)?.get::<_, bool>(0) {
        return Ok(false);
    }
    // As a parameter: not every year of PostgreSQL's calendar can be read as text.
    tx.execute(&insert, &[&time]).await.map_err(fail)?;
    if tx.execute(&delete, &[&time]).await.map_err(fail)? != 1 {
        return Ok(false);
    }
    tx.commit().await.map_err(fail)?;
    Ok(true)
}
