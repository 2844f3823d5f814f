//! The columns and dimensions that a namespace's messages must have before anything is archived or brought back.

use tokio_postgres::GenericClient;

use crate::archive::format::csv::COLUMNS;
use crate::db::Scope;
use crate::db::queries::{chunks, constraints};
use crate::error::{Error, Kind, Result};

/// Refuses a table whose chunks could not come back as they are.
///
/// # Errors
/// [`Kind::Unsupported`] where columns or dimensions are not those of a namespace.
pub(crate) async fn check_table(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    check_columns(db, scope).await?;
    check_dimensions(db, scope).await
}

/// An archive comes back as the chunk of a range of time. Beside another dimension that is no chunk.
pub(in crate::archive) async fn check_dimensions(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let found = constraints::dimensions(db, scope).await?;
    if found == ["time"] {
        return Ok(());
    }
    Err(Error::new(Kind::Unsupported, format!("checking the dimensions of {}", scope.messages()))
        .because(format!(
            "its chunks are cut by {}, and not by time alone: an archive could not come back there; nothing was changed",
            found.join(" and ")
        ))
        .hint(
            "TimescaleDB takes no dimension away again: make another namespace, and move the messages there (messages export, \
             messages import), or keep this namespace's chunks in the database",
        ))
}

/// Archives hold exactly these columns: a column that is not among them would be lost.
pub(in crate::archive) async fn check_columns(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    let found = chunks::columns(db, &scope.messages()).await?;
    let is = |(name, kind): &(String, String), c: &(&str, &str)| name == c.0 && kind == c.1;
    let odd: Vec<_> = found.iter().filter(|f| !COLUMNS.iter().any(|c| is(f, c))).collect();
    let missing: Vec<_> = COLUMNS.iter().filter(|c| !found.iter().any(|f| is(f, c))).collect();
    if odd.is_empty() && missing.is_empty() {
        return Ok(());
    }
    let (why, hint) = told(scope, &odd, &missing);
    Err(Error::new(Kind::Unsupported, format!("checking the columns of {}", scope.messages())).because(why).hint(hint))
}

/// Why the columns are not those of a namespace, and what helps. What is advised loses nothing.
fn told(scope: &Scope, odd: &[&(String, String)], missing: &[&(&str, &str)]) -> (String, String) {
    let has = odd.iter().map(|(name, kind)| format!("{name} {kind}")).collect::<Vec<_>>().join(", ");
    let lacks = missing.iter().map(|(name, kind)| format!("{name} {kind}")).collect::<Vec<_>>().join(", ");
    let table = scope.messages();
    match (odd, missing) {
        (_, []) => (
            format!("it has {has}, which an archive does not hold"),
            "take the column out, or keep this namespace's chunks in the database".to_owned(),
        ),
        ([], [(name, kind), ..]) => (
            format!("it lacks {lacks}, which archives and the namespace's functions need"),
            format!(
                "put it back: ALTER TABLE {table} ADD COLUMN {name} {kind}; what was in it is in backups and archives alone"
            ),
        ),
        ([(name, _), ..], [(wanted, kind), ..]) if name == wanted => (
            format!("it has {has} in place of {lacks}"),
            format!("give it its type again: ALTER TABLE {table} ALTER COLUMN {name} TYPE {kind}"),
        ),
        ([(name, _), ..], [(wanted, _), ..]) => (
            format!("it has {has}, and lacks {lacks}"),
            format!(
                "where it was renamed, give it its name again: ALTER TABLE {table} RENAME COLUMN {name} TO {wanted}; do not \
                 take it out, what is in it would be lost"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_advised_about_columns_loses_nothing() {
        let scope = Scope::new("a", "tsdb_a", "public");
        let column = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
        let (metadata, meta) = (("metadata", "jsonb"), column("meta", "jsonb"));
        let (why, hint) = told(&scope, &[&meta], &[&metadata]);
        assert_eq!(why, "it has meta jsonb, and lacks metadata jsonb");
        assert!(hint.contains("RENAME COLUMN meta TO metadata") && hint.contains("do not take it out"), "{hint}");
        let (why, hint) = told(&scope, &[], &[&metadata]);
        assert!(
            why.starts_with("it lacks metadata jsonb") && hint.contains("ADD COLUMN metadata jsonb"),
            "{why} {hint}"
        );
        let (_, hint) = told(&scope, &[&column("metadata", "json")], &[&metadata]);
        assert!(hint.contains("ALTER COLUMN metadata TYPE jsonb"), "{hint}");
        let (why, hint) = told(&scope, &[&column("extra", "text")], &[]);
        assert!(why.contains("extra text") && hint.starts_with("take the column out"), "{why} {hint}");
    }
}
