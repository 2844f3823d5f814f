//! `migrate`.

mod forward;
mod records;
mod to_postgres;

use crate::cli::MigrateVerb;
use crate::commands::app::{Context, Ended};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: MigrateVerb) -> Result<Ended> {
    match verb {
        MigrateVerb::Postgres(args) => forward::postgres(context, args).await,
        MigrateVerb::Status(args) => forward::status(context, args).await,
        MigrateVerb::Verify(args) => forward::verify(context, args).await,
        MigrateVerb::Cutover(args) => forward::cutover(context, args).await,
        MigrateVerb::Abandon(args) => forward::abandon(context, args).await,
        MigrateVerb::ToPostgres(args) => to_postgres::run(context, args).await,
    }
}
