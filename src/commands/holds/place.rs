//! `holds place`.

use super::case::{checked_case, person};
use super::record::{HoldRecord, HoldsInStores};
use crate::archive::{self, HoldScope, Placing, read_stored_holds};
use crate::cli::PlaceHold;
use crate::commands::app::holds::{NoFolder, known, open};
use crate::commands::app::{CommandOutcome, Context, Failures, PlannedStep};
use crate::db::queries::holds::{self as queries, HoldRow};
use crate::db::queries::{heads, lifecycle};
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::messages::{self, CategoryName, StreamName};
use crate::ui::human;

pub(super) async fn run(context: &Context, args: PlaceHold) -> Result<CommandOutcome> {
    let case = checked_case(&args.case)?;
    let stream = args.stream.map(|s| s.parse::<StreamName>()).transpose()?.map(|s| s.as_str().to_owned());
    let category = args.category.map(|c| c.parse::<CategoryName>()).transpose()?.map(|c| c.as_str().to_owned());
    let scope_of_hold = HoldScope { stream, category, from: args.from, to: args.to };
    if args.from.zip(args.to).is_some_and(|(from, to)| from >= to) {
        return Err(Error::usage("placing a hold").because("--until is not after --since"));
    }
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if context.is_plan() {
        let mut steps = vec![PlannedStep::new("hold", scope.namespace(), format!("{scope_of_hold} for case {case}"))];
        steps.extend(
            known(context, &db, scope)
                .await?
                .into_iter()
                .map(|url| PlannedStep::new("write the hold to", scope.namespace(), url)),
        );
        return context.plan(steps);
    }
    let note = args.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let placing = Placing { case: &case, scope: &scope_of_hold, note, person: &person() };
    let (hold, is_new) = archive::place_hold(&db, scope, placing).await?;
    if !is_new {
        context.ui.note(&format!("case {case} holds this since {}", human::time(hold.placed_at)));
    }
    if let Some(stream) = &hold.scope.stream
        && heads::get(db.client(), scope, stream).await?.is_none()
    {
        context.ui.note(&format!("nothing was ever written to stream {stream}; the hold is on what will be"));
    }
    if let Some(category) = &hold.scope.category
        && !messages::has_category(db.client(), scope, category).await?
    {
        context.ui.note(&format!("nothing was ever written to category {category}; the hold is on what will be"));
    }
    tell_runs(context, &db, scope).await;
    let mut failures = Failures::new(&context.ui);
    let asked = write_to_stores(context, &db, scope, &mut failures).await?;
    let done = asked.there.len();
    let row = HoldRow { hold, released_at: None, released_by: None };
    context.ui.object(&HoldRecord::new(scope.namespace(), row, true, &asked))?;
    let ended = failures.end("store", done);
    if ended != CommandOutcome::Done {
        context
            .ui
            .note("the hold is in force in the database; the same command again writes it to the stores that lack it");
    } else if done == 0 {
        context.ui.note(
            "no store is known, so the database alone has the hold; it is written to the store before anything is archived",
        );
    }
    Ok(ended)
}

/// Steps of runs that had looked for holds before this one was there end first.
async fn tell_runs(context: &Context, db: &Db, scope: &Scope) {
    if let Err(e) = queries::wait_for_fences(db.client(), scope.namespace()).await {
        context.ui.warn(&format!(
            "the hold is in force, but a step of a run that began before it has not ended yet, and may not know of it: {e}"
        ));
    } else if lifecycle::is_held(db.client(), scope.namespace()).await.unwrap_or(false) {
        context
            .ui
            .note("a run is at work on the namespace; it asks before each step, and keeps what is held from now on");
    }
}

/// Writes what each store lacks, and tells what each has then.
async fn write_to_stores(
    context: &Context,
    db: &Db,
    scope: &Scope,
    failures: &mut Failures<'_>,
) -> Result<HoldsInStores> {
    let mut asked = HoldsInStores::default();
    for url in known(context, db, scope).await? {
        let written = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Make).await? else { return Ok(None) };
            // A run that moves the mark on at this moment is none of another database.
            if archive::look_whose(db, scope, &store).await.is_err() {
                archive::look_whose(db, scope, &store).await?;
            }
            archive::put_missing(db, scope, &store).await?;
            let holds = read_stored_holds(&store, scope.namespace()).await?;
            Ok::<_, Error>(Some((store, holds)))
        };
        let written = written.await;
        asked.add(url, written, failures);
    }
    Ok(asked)
}
