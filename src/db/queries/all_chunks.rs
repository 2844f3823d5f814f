//! Chunks of all namespaces by one query, which takes little longer than that of one.

use std::collections::HashMap;

use futures::TryStreamExt;
use tokio_postgres::GenericClient;
use tokio_postgres::types::ToSql;

use super::chunks::{ChunkRow, chunk};
use crate::db::errors::explain;
use crate::error::Result;

/// Whose chunks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChunksOf<'a> {
    /// Of the namespaces that have a policy; of their sizes only what is compressed. [`add_sizes`] adds the rest.
    WithPolicy,
    /// Of all namespaces.
    All,
    /// Of this one.
    One(&'a str),
}

/// All live chunks by namespace, oldest first. Sizes of compressed chunks are of when they were compressed.
///
/// # Errors
/// Where the query fails.
pub async fn list_all(db: &impl GenericClient, of: ChunksOf<'_>) -> Result<HashMap<String, Vec<ChunkRow>>> {
    let one = if let ChunksOf::One(name) = of { Some(name) } else { None };
    let (doing, with_policy) = ("listing the chunks of all namespaces", of == ChunksOf::WithPolicy);
    let asked: [&(dyn ToSql + Sync); 3] = [&with_policy, &one, &!with_policy];
    let rows = db.query_raw(include_str!("../sql/chunks_all.sql"), asked).await.map_err(|e| explain(doing, e))?;
    let mut rows = std::pin::pin!(rows);
    let mut all: HashMap<String, Vec<ChunkRow>> = HashMap::new();
    while let Some(r) = rows.try_next().await.map_err(|e| explain(doing, e))? {
        all.entry(r.get("namespace")).or_default().push(chunk(&r)?);
    }
    Ok(all)
}

/// Adds to chunks of [`ChunksOf::WithPolicy`] what their tables and indexes take now.
///
/// # Errors
/// Where the query fails.
pub async fn add_sizes(db: &impl GenericClient, chunks: &mut [&mut ChunkRow]) -> Result<()> {
    let tables: Vec<u32> = chunks.iter().map(|chunk| chunk.oid).collect();
    let rows = db
        .query("SELECT t, coalesce(pg_total_relation_size(t), 0) FROM unnest($1::oid[]) t", &[&tables])
        .await
        .map_err(|e| explain("measuring chunks", e))?;
    let sizes: HashMap<u32, i64> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
    for chunk in chunks {
        chunk.size_bytes += sizes.get(&chunk.oid).copied().unwrap_or_default();
    }
    Ok(())
}
