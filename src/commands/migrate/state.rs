//! How far a migration is, as it is shown.

use super::records::MigrationRecord;
use crate::commands::app::Context;
use crate::db::Connector;
use crate::db::queries::migrations::{self as queries, MigrationRow};
use crate::error::Result;
use crate::migrate::Lag;

pub(super) async fn show(
    context: &Context,
    connector: &Connector,
    migration: &MigrationRow,
    lag: Option<Lag>,
) -> Result<()> {
    let db = connector.connect().await?;
    let row = queries::get(db.client(), migration.id).await?;
    let counts = queries::counts(db.client(), row.id).await?;
    context.ui.object(&MigrationRecord {
        migration: row.id,
        namespace: row.namespace,
        state: row.state.as_str(),
        source: row.source_shown,
        source_schema: row.source.schema,
        messages: counts.messages,
        ranges: counts.ranges,
        ranges_left: counts.ranges - counts.copied,
        ranges_failed: counts.failed,
        copied_to: row.cut_to,
        lag_messages: lag.map(|l| l.messages),
        lag_seconds: lag.map(|l| l.seconds),
        last_error: row.last_error,
        created_at: row.created_at.into(),
        cut_over_at: row.cut_over_at.map(Into::into),
    })
}
