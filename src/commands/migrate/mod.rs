//! `migrate`.

mod back;

use super::{Context, Ended};
use crate::cli::MigrateVerb;
use crate::error::{Error, Kind, Result};

pub(super) async fn run(context: &Context, verb: MigrateVerb) -> Result<Ended> {
    match verb {
        MigrateVerb::ToPostgres(args) => back::run(context, args).await,
        _ => Err(Error::new(Kind::Unsupported, "migrating")),
    }
}
