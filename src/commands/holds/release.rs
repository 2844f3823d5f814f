//! `holds release`.

use super::case::person;
use super::record::{HoldRecord, records_of};
use super::stored::stored;
use crate::archive::{self, ClaimedStore, Claims, LifecycleLock, StoredHold, read_stored_holds};
use crate::cli::ReleaseHold;
use crate::commands::app::{CommandOutcome, Context, Failures, PlannedStep};
use crate::db::queries::holds as queries;
use crate::error::{Error, Kind, Result};
use crate::ui::record::Time;
use crate::ui::{Tabular, human};

pub(super) async fn run(context: &Context, args: &ReleaseHold) -> Result<CommandOutcome> {
    let case = args.case.trim().to_owned();
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = queries::list(db.client(), scope.namespace()).await?;
    let mut failures = Failures::new(&context.ui);
    let asked = stored(context, &db, scope, &mut failures).await?;
    let done = asked.there.len();
    if let CommandOutcome::Failed(kind) = failures.end("store", done) {
        return Err(Error::new(kind, format!("releasing the holds of case {case}"))
            .because("not every store could be asked, and what it has would go on to bind")
            .hint("nothing was released; where a store is gone for good, --store names the one that is in its place"));
    }
    let mut records = records_of(scope.namespace(), rows, &asked, |row| row.released_at.is_none());
    records.retain(|record| record.case == case);
    if records.is_empty() {
        return Err(Error::new(Kind::NotFound, format!("looking for holds of case {case}"))
            .because(format!("namespace {} has none in force", scope.namespace()))
            .hint("eventodb-admin holds list shows them"));
    }
    let doing = format!("releasing {} of case {case}", human::plural(records.len(), "hold"));
    if !queries::may_change(db.client(), scope.namespace()).await? {
        // The server would pass by rows that are not this role's to change.
        let name = scope.namespace();
        return Err(Error::failed(doing).because(format!("only the owner of namespace {name} releases holds")).hint(
            format!("eventodb-admin namespaces grants {name} --role ROLE --as operator prints what that takes"),
        ));
    }
    if context.is_plan() {
        let steps = records
            .iter()
            .map(|r| PlannedStep::new("release", scope.namespace(), format!("{} for case {case}", r.cells()[1])));
        return context.plan(steps.collect());
    }
    context.confirm(doing, case.clone()).await?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let (mut claims, mut claimed): (_, Vec<(ClaimedStore, Vec<StoredHold>)>) = (Claims::default(), Vec::new());
    for (store, _) in &asked.there {
        // As it is now that nobody else is at work.
        let holds = read_stored_holds(store, scope.namespace()).await?;
        if holds.iter().any(|stored| stored.hold.case == case) {
            claimed.push((claims.of(&mut lock, scope, store).await?, holds));
        }
    }
    archive::release_hold(lock.db(), scope, (&case, &person()), &claimed).await?;
    let rows = queries::list(lock.db().client(), scope.namespace()).await?;
    claims.end(&mut lock, scope, &context.ui).await;
    let released = records.into_iter().map(|record| {
        let now = rows.iter().find(|row| row.hold.case == case && row.hold.placed_at == record.placed_at.0);
        HoldRecord {
            released_at: now.and_then(|row| row.released_at).map(Time),
            released_by: now.and_then(|row| row.released_by.clone()),
            in_database: false,
            stores: Vec::new(),
            lacking: Vec::new(),
            ..record
        }
    });
    context.ui.list(released)?;
    Ok(CommandOutcome::Done)
}
