//! Which chunks runs have frozen: each name is in the row of an archive that the run is about, from before the freeze until the
//! chunk takes writers again. A row may have the names of several chunks, one a line: halves of an archive are compared with it
//! side by side.

use tokio_postgres::GenericClient;

use super::ArchiveRow;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::Result;

impl ArchiveRow {
    /// The chunks that runs about this archive have frozen and nobody has unfrozen yet.
    pub fn frozen_chunks(&self) -> impl Iterator<Item = &str> {
        self.frozen_chunk.iter().flat_map(|names| names.lines())
    }
}

/// Notes that a run about this archive is about to freeze a chunk: whatever happens, the next run finds it.
///
/// # Errors
/// Where the statement fails.
pub async fn mark_frozen(db: &impl GenericClient, id: i64, chunk_name: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.archives
            SET frozen_chunk = array_to_string(array_remove(string_to_array(frozen_chunk, chr(10)), $2::text) || $2::text, chr(10))
          WHERE id = $1",
        &[&id, &chunk_name],
    )
    .await
    .map_err(|e| explain(format!("noting that chunk {chunk_name} is frozen"), e))?;
    Ok(())
}

/// Forgets that a run about this archive has frozen the chunk, and no other chunk.
///
/// # Errors
/// Where the statement fails.
pub async fn clear_frozen(db: &impl GenericClient, id: i64, chunk_name: &str) -> Result<()> {
    db.execute(
        "UPDATE eventodb_store.archives
            SET frozen_chunk = nullif(array_to_string(array_remove(string_to_array(frozen_chunk, chr(10)), $2::text), chr(10)), '')
          WHERE id = $1 AND $2 = ANY (string_to_array(frozen_chunk, chr(10)))",
        &[&id, &chunk_name],
    )
    .await
    .map_err(|e| explain(format!("noting that chunk {chunk_name} is no longer frozen"), e))?;
    Ok(())
}

/// Forgets the freeze of a chunk that is dropped, in whichever row it is noted.
///
/// # Errors
/// Where a statement fails.
pub async fn forget_frozen(db: &impl GenericClient, namespace: &str, chunk_name: &str) -> Result<()> {
    for id in frozen_by(db, namespace, chunk_name).await? {
        clear_frozen(db, id, chunk_name).await?;
    }
    Ok(())
}

/// The archives in whose rows it is noted that the chunk is frozen.
///
/// # Errors
/// Where the query fails.
pub async fn frozen_by(db: &impl GenericClient, namespace: &str, chunk_name: &str) -> Result<Vec<i64>> {
    let rows = db
        .query(
            "SELECT id FROM eventodb_store.archives
              WHERE namespace = $1 AND $2 = ANY (string_to_array(frozen_chunk, chr(10))) ORDER BY id",
            &[&namespace, &chunk_name],
        )
        .await
        .map_err(|e| explain(format!("looking for who has frozen chunk {chunk_name}"), e))?;
    Ok(rows.iter().map(|r| r.get(0)).collect())
}

/// Chunks that are frozen and in nobody's row: they refuse writers, and no run will unfreeze them. Runs that are at work note
/// what they freeze, which this query may see too late: the caller holds the lifecycle lock, or knows that nobody does.
///
/// # Errors
/// Where the query fails.
pub async fn frozen_by_nobody(db: &impl GenericClient, scope: &Scope) -> Result<Vec<Qualified>> {
    let sql = scope.render(
        "SELECT c.chunk_schema::text, c.chunk_name::text
           FROM timescaledb_information.chunks c
           JOIN pg_namespace s ON s.nspname = c.chunk_schema
           JOIN pg_class k ON k.relnamespace = s.oid AND k.relname = c.chunk_name
          WHERE c.hypertable_schema = {{schema_name_text}} AND c.hypertable_name = 'messages'
            AND _timescaledb_functions.chunk_status(k.oid) & 4 <> 0
            AND NOT EXISTS (SELECT FROM eventodb_store.archives a
                             WHERE a.namespace = $1
                               AND c.chunk_name::text = ANY (string_to_array(a.frozen_chunk, chr(10))))
          ORDER BY c.range_start, c.chunk_name",
    )?;
    let rows =
        db.query(&sql, &[&scope.namespace()]).await.map_err(|e| explain("looking for chunks that are frozen", e))?;
    Ok(rows.iter().map(|r| Qualified::new(r.get::<_, String>(0), r.get::<_, String>(1))).collect())
}
