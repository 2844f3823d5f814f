//! A namespace as it is when a forecast begins.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::archive::ArchiveRow;
use crate::chunks::ChunkRow;
use crate::db::queries::growth as queries;
use crate::db::queries::policies::{self, Policy, ServerJob};
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::lifecycle::disk::{Disk, DiskSpace};
use crate::lifecycle::plan::PlanInput;

/// A namespace as it is when the forecast begins.
#[derive(Debug, Clone)]
pub struct Start {
    /// The namespace.
    pub namespace: String,
    /// What is to be done with it. Chunks that the server compresses by itself count as compressed by it.
    pub policy: Policy,
    /// The instant of the forecast: by the server's clock.
    pub now: DateTime<Utc>,
    /// Live chunks.
    pub live: Vec<ChunkRow>,
    /// The ledger.
    pub archives: Vec<ArchiveRow>,
    /// What the compressed ones among the chunks took before, by name.
    pub before_compression: Vec<(String, i64)>,
    /// How long the ranges of new chunks are.
    pub chunk_interval: Duration,
    /// Whether the server can compress.
    pub can_compress: bool,
    /// How much of the disk is free, where that is known.
    pub disk: Option<DiskSpace>,
}

impl Start {
    /// Looks at a namespace, and at its disk where policy or machine tell of one.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn of(db: &Db, scope: &Scope, policy: &Policy) -> Result<Self> {
        let PlanInput { now, live, archives, .. } = PlanInput::of(db, scope, policy).await?;
        let disk = match Disk::of(db, scope, &policy.space).await? {
            Some(disk) => Some(disk.space(db).await?),
            None => None,
        };
        let compressed = queries::compressed_sizes(db.client(), scope).await?;
        let mut policy = policy.clone();
        policy.compress_after = compress_after(db, scope, &policy).await?;
        Ok(Self {
            namespace: scope.namespace().to_owned(),
            policy,
            now,
            live,
            archives,
            before_compression: compressed.into_iter().map(|c| (c.chunk_name, c.before_bytes)).collect(),
            chunk_interval: queries::chunk_interval(db.client(), scope).await?,
            can_compress: db.server.supports_compression(),
            disk,
        })
    }
}

/// When chunks are compressed: by a night, or by the server itself where that comes first.
async fn compress_after(db: &Db, scope: &Scope, policy: &Policy) -> Result<Option<Duration>> {
    let server = policies::server_policy(db.client(), scope.schema(), ServerJob::Compression).await?;
    let by_server = server.filter(|found| found.at_least.is_some()).map(|found| found.age);
    Ok(match (policy.compress_after, by_server) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    })
}
