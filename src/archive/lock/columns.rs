//! The columns that a namespace's messages must have before anything is archived or brought back.

use tokio_postgres::GenericClient;

use crate::archive::format::csv::COLUMNS;
use crate::db::Scope;
use crate::db::queries::chunks;
use crate::error::{Error, Kind, Result};

/// Archives hold exactly these columns: a column that is not among them would be lost.
pub(in crate::archive) async fn check_columns(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let found = chunks::columns(db, &scope.messages()).await?;
    let is = |(name, kind): &(String, String), c: &(&str, &str)| name == c.0 && kind == c.1;
    let odd: Vec<_> =
        found.iter().filter(|f| !COLUMNS.iter().any(|c| is(f, c))).map(|(n, t)| format!("{n} {t}")).collect();
    if odd.is_empty() && found.len() == COLUMNS.len() {
        return Ok(());
    }
    let why = if odd.is_empty() { "columns are missing".to_owned() } else { format!("it has {}", odd.join(", ")) };
    Err(Error::new(Kind::Unsupported, format!("checking the columns of {}", scope.messages()))
        .because(format!("{why}, which an archive does not hold"))
        .hint("take the column out, or keep this namespace's chunks in the database"))
}
