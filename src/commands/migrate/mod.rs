//! `migrate`.

mod back;
mod forward;
mod records;

use super::{Context, Ended};
use crate::cli::MigrateVerb;
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: MigrateVerb) -> Result<Ended> {
    match verb {
        MigrateVerb::Postgres(args) => forward::postgres(context, args).await,
        MigrateVerb::Status(args) => forward::status(context, args).await,
        MigrateVerb::Verify(args) => forward::verify(context, args).await,
        MigrateVerb::Cutover(args) => forward::cutover(context, args).await,
        MigrateVerb::Abandon(args) => forward::abandon(context, args).await,
        MigrateVerb::ToPostgres(args) => back::run(context, args).await,
    }
}
