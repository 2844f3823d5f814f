//! Code that whoever owns a table has put on it, and that a superuser's session would run.

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::error::{Error, Kind, Result};

/// What is about to be done with tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// They are read: code of indexes and constraints runs, when a query is planned as well.
    Read,
    /// They are written to: triggers, too.
    Write,
}

/// Refuses to go on as a superuser where tables of this schema, the one of this name or all, belong to a role that is none, and
/// have code on them.
///
/// # Errors
/// [`Kind::Conflict`] where it is so; where the query fails.
pub async fn refuse(
    db: &impl GenericClient,
    (schema, table): (&str, Option<&str>),
    meant: Use,
    doing: &str,
) -> Result<()> {
    let found = db
        .query_opt(
            include_str!("../sql/foreign_code.sql"),
            &[&schema, &table.unwrap_or_default(), &(meant == Use::Write)],
        )
        .await
        .map_err(|e| explain("looking for code that would run with a superuser's rights", e))?;
    let Some(row) = found else { return Ok(()) };
    let (what, owner): (String, String) = (row.get(0), row.get(1));
    Err(Error::new(Kind::Conflict, doing)
        .because(format!("{what} would run with a superuser's rights, and role {owner} can have it do anything"))
        .hint(format!("connect as role {owner}, or as another one that is no superuser; nothing was changed")))
}
