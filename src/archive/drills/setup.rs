//! How long an archive without messages would take where the work on the messages is not to be told from what comes before it: the
//! statements that make indexes, and those that raise heads.

use std::time::{Duration, Instant};

use crate::archive::restore::rehydrate::drilled_table;
use crate::db::errors::explain;
use crate::db::queries::{coverage as streams, stage, sync as raised};
use crate::db::{Db, Scope};
use crate::error::Result;

/// Runs them on nothing, twice, as the first time is that of empty caches, and undoes them. What fails here fails again, and is told, with an archive.
pub(super) async fn time_of_nothing(db: &mut Db, scratch: &Scope) -> Duration {
    let mut took = Duration::ZERO;
    for _ in 0..2 {
        took = once(db, scratch).await.unwrap_or_default();
    }
    took
}

async fn once(db: &mut Db, scratch: &Scope) -> Result<Duration> {
    let doing = "timing an archive without messages";
    let fills_aside = db.server.supports_compression();
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    streams::make_archived(&tx).await?;
    let began = Instant::now();
    raised::raise_heads(&tx, scratch).await?;
    let mut took = began.elapsed();
    if fills_aside {
        let table = stage::make(&tx, scratch, drilled_table(0)).await?;
        let began = Instant::now();
        stage::make_like_chunk(&tx, scratch, &table).await?;
        took += began.elapsed();
    }
    tx.rollback().await.map_err(|e| explain(doing, e))?;
    Ok(took)
}
