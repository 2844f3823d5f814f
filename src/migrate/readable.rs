//! Whether a source can be read whole, and what is worth knowing before it is copied.

use crate::db::Db;
use crate::db::ident::Qualified;
use crate::db::queries::migrations::{self as queries, Closed, SourceTable};
use crate::db::server::Role;
use crate::error::{Error, Result};
use crate::text;

/// Refuses a source that the role may not read, or of which it would see a part.
///
/// # Errors
/// [`Kind::Failed`](crate::error::Kind::Failed), with the statements that help.
pub(super) async fn readable(db: &Db, found: &SourceTable, sequence: Option<&Qualified>, doing: &str) -> Result<()> {
    let lacks = queries::lacks_for_reading(db.client(), found, sequence).await?;
    if !lacks.is_empty() {
        return Err(Error::failed(doing).because("the role may not read it").hint(lacks.join("; ")));
    }
    if queries::hides_rows(db.client(), found.oid).await? {
        return Err(Error::failed(doing)
            .because("policies on its rows decide what the role sees: messages may be hidden")
            .hint("give the URL of the table's owner, or of a role with BYPASSRLS"));
    }
    Ok(())
}

/// What is worth knowing before a source is copied.
pub(super) async fn notes(db: &Db, found: &SourceTable, caches: bool, notes: &mut Vec<String>) -> Result<()> {
    if db.server.role == Role::Standby {
        notes.push(
            "the source is a standby, which does not tell of open transactions: what comes late is copied at the cutover, \
             from the primary"
                .to_owned(),
        );
    }
    if caches {
        notes.push(
            "sessions keep global positions in store (CACHE of the sequence): what comes late is copied at the cutover"
                .to_owned(),
        );
    }
    if let Closed::By { moved_to, .. } = queries::closed(db.client(), found.oid).await? {
        notes.push(format!(
            "the source refuses writes since a cutover: its messages have moved to {}; it can be copied, and not be cut over \
             a second time",
            moved(&moved_to)
        ));
    }
    for subscription in queries::subscriptions(db.client(), found).await? {
        notes.push(format!(
            "subscription {subscription} writes to the source: it has to be disabled before the cutover, once the writers at \
             its publisher are stopped"
        ));
    }
    let lacks = queries::lacks_for_closing(db.client(), found).await?;
    if !lacks.is_empty() {
        notes.push(format!(
            "the role may copy the source and not cut it over; before the cutover: {}",
            lacks.join("; ")
        ));
    }
    if let Some(gone) = queries::gone(db.client(), &found.name).await?.filter(|&gone| gone > 0) {
        notes.push(format!(
            "{} of the source {} not in its table any more: a stream's version is counted from the messages that come over",
            text::counted(gone, "message"),
            text::are(gone)
        ));
    }
    Ok(())
}

/// Where messages have moved to, in words: an earlier version did not say so in a form that can be read.
pub(super) fn moved(to: &str) -> &str {
    if to.is_empty() { "another namespace" } else { to }
}
