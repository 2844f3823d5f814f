//! The way back into the source that a cutover has closed.

use crate::db::Db;
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::migrations::{self as queries, Closed, ClosedFor, MigrationState, SourceMark};
use crate::db::queries::roles;
use crate::error::{Error, Kind, Result};
use crate::migrate::checks::refused_as_copy;

use super::CopyBackRequest;

/// The mark of the migration that has closed the target's schema, where it was this namespace that took over from it; `None`
/// where the schema takes writes, or is not there.
///
/// # Errors
/// [`Kind::Conflict`] where the schema's messages have moved to another namespace, or to this one in the database that this one
/// is a copy of.
pub async fn closed_by(source: &Db, target: &Db, request: &CopyBackRequest) -> Result<Option<String>> {
    let schema = request.target.schema();
    let Some(table) = queries::find_table(target.client(), schema).await? else { return Ok(None) };
    let closed = queries::closed(target.client(), table.oid).await?;
    let Closed::By { mark, moved_to } = &closed else { return Ok(None) };
    // The ledger of migrations is not the namespace's owner's to read, as whom a superuser's session works.
    roles::act_as_oneself(source.client()).await?;
    let known = queries::of_namespace(source.client(), request.source.namespace()).await;
    roles::act_as_owner(source.client(), &request.source).await?;
    let here = DatabaseIdentity::of(source).await?;
    let refused = || Error::new(Kind::Conflict, format!("copying to schema {schema}"));
    for own in known?.iter().filter(|m| m.state == MigrationState::CutOver).map(|m| SourceMark::new(m, &here)) {
        match closed.seen_by(&own) {
            ClosedFor::This => return Ok(Some(mark.clone())),
            ClosedFor::Original(owner) => return Err(refused_as_copy(refused(), &owner, &own)),
            ClosedFor::Nobody | ClosedFor::Another(_) => {}
        }
    }
    let to = if moved_to.is_empty() { "elsewhere" } else { moved_to };
    Err(refused()
        .because(format!(
            "it refuses writes, and what it held has not moved to this namespace: its messages moved to {to}"
        ))
        .hint("choose another schema with --to-schema"))
}

/// What is left to do once a namespace is back in the source that it came from, in words and statements.
pub fn what_is_left(request: &CopyBackRequest) -> String {
    let (name, schema) = (request.source.namespace(), request.target.schema());
    format!(
        "schema {schema} refuses writes as before. To go back to it: stop the writers of namespace {name}, run this again, then \
         there: {}; and have the application, or EventoDB's registry, name schema {schema}",
        queries::reopening(&request.target.messages())
    )
}
