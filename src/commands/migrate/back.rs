//! `migrate to-postgres`.

use crate::cli::MigrateToPostgres;
use crate::commands::{Context, Ended};
use crate::error::{Error, Kind, Result};

pub(super) async fn run(_context: &Context, _args: MigrateToPostgres) -> Result<Ended> {
    Err(Error::new(Kind::Unsupported, "copying a namespace into a plain Postgres schema"))
}
