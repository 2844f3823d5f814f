//! `policy show`.

use super::shown::{one, read};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::policies;
use crate::error::Result;
use crate::namespace;

pub(super) async fn run(context: &Context) -> Result<CommandOutcome> {
    let (db, namespace) = context.namespace().await?;
    let found = read(&db, &namespace.scope).await?;
    if found.is_none() {
        context.ui.note("this namespace has no policy: lifecycle run leaves it alone");
    }
    let (policy, runs) = found.unwrap_or_default();
    context.ui.object(&one(&db, &namespace.scope, policy, runs).await?)?;
    Ok(CommandOutcome::Done)
}

pub(super) async fn show_all(context: &Context) -> Result<CommandOutcome> {
    let db = context.connect().await?;
    let mut records = Vec::new();
    for (name, policy, runs) in policies::list(db.client(), None).await? {
        let namespace = namespace::open(&db, &name).await?;
        records.push(one(&db, &namespace.scope, policy, runs).await?);
    }
    if records.is_empty() {
        context.ui.note("no namespace has a policy");
    }
    context.ui.list(records)?;
    Ok(CommandOutcome::Done)
}
