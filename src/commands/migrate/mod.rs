//! `migrate`.

mod abandon;
mod both;
mod claim;
mod cutover;
mod postgres;
mod records;
mod state;
mod status;
mod to_postgres;
mod verify;

use crate::cli::MigrateVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;

pub(super) async fn run(context: &Context, verb: MigrateVerb) -> Result<CommandOutcome> {
    match verb {
        MigrateVerb::Postgres(args) => postgres::run(context, args).await,
        MigrateVerb::Status(args) => status::run(context, args).await,
        MigrateVerb::Verify(args) => verify::run(context, args).await,
        MigrateVerb::Cutover(args) => cutover::run(context, args).await,
        MigrateVerb::Abandon(args) => abandon::run(context, args).await,
        MigrateVerb::Claim(args) => claim::run(context, args).await,
        MigrateVerb::ToPostgres(args) => to_postgres::run(context, args).await,
    }
}
