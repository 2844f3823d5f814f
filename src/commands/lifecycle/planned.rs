//! What a run would do, and why it would not.

use futures::StreamExt;

use super::choose::{ChosenNamespace, stores};
use super::sessions::{LazySession, Sessions};
use super::worst::{Worst, tell_one};
use crate::archive::{self, HeldBy};
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::queries::policies::Policy;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::lifecycle::{self, FolderPresence, ForSpace, LifecyclePlan, LifecycleStores, Step};
use crate::namespace;
use crate::store::StoreUrl;
use crate::ui::human;

/// Namespaces whose stores are asked at the same time.
const AT_A_TIME: usize = 8;

/// A namespace, its plan, and what its store has said to it.
struct PlannedNamespace {
    name: String,
    planned: Result<LifecyclePlan>,
    refusal: Option<Error>,
    is_held: Vec<bool>,
}

/// Prints what would be done; a namespace that cannot be planned does not keep the others from it.
pub(super) async fn plan(
    context: &Context,
    sessions: &Sessions,
    chosen: Vec<ChosenNamespace>,
) -> Result<CommandOutcome> {
    let (mut steps, mut freed, mut worst) = (Vec::new(), 0, Worst::default());
    let chosen: Vec<_> = chosen.into_iter().map(|(name, policy, _)| (name, policy)).collect();
    let plans = lifecycle::plan_all(sessions.one().get().await?, chosen.clone()).await?;
    let stores = stores(context)?;
    let asked = plans.into_iter().zip(&chosen).map(|(plan, (_, policy))| {
        let (session, stores) = (sessions.one(), stores.clone());
        Box::pin(ask(context, session, stores, plan, policy))
    });
    let mut asked = futures::stream::iter(asked).buffered(AT_A_TIME);
    while let Some(asked) = asked.next().await {
        let PlannedNamespace { name, planned, refusal, is_held } = asked?;
        let planned = match planned {
            Ok(planned) => planned,
            Err(e) => {
                worst.add(e.kind());
                context.ui.error(&e.while_doing(format!("namespace {name}")));
                continue;
            }
        };
        for e in refusal.into_iter().chain(aim_missed(&name, &planned.for_space)) {
            worst.add(e.kind());
            tell_one(context, &name, &e);
        }
        let leaving = planned.steps.iter().chain(&planned.for_space.steps).filter_map(Step::leaves);
        freed += leaving.map(|c| c.size_bytes).sum::<i64>();
        steps.extend(planned.steps.iter().zip(is_held).map(|(step, is_held)| shown(&name, step, is_held)));
        let compresses = planned.steps.iter().any(|step| matches!(step, Step::Compress(_)));
        steps.extend(shown_for_space(context, &name, &planned.for_space, compresses));
    }
    if freed > 0 {
        context.ui.note(&format!("dropping would free {}", human::bytes(freed)));
    }
    let ended = context.plan(steps)?;
    Ok(worst.0.map_or(ended, CommandOutcome::Failed))
}

/// Asks a namespace's store what it says to the plan.
async fn ask(
    context: &Context,
    mut session: LazySession<'_>,
    mut stores: LifecycleStores,
    (name, planned): (String, Result<LifecyclePlan>),
    policy: &Policy,
) -> Result<PlannedNamespace> {
    let (mut refusal, mut is_held) = (None, Vec::new());
    if let Ok(planned) = &planned {
        let db = session.get().await?;
        is_held = vec![false; planned.steps.len()];
        let url = stores.url(policy).ok();
        if url.is_some() || planned.steps.iter().any(|step| matches!(step, Step::Expire(_))) {
            let scope = &namespace::open(db, &name).await?.scope;
            if let Some(url) = url {
                refusal = refused(context, (db, scope), &mut stores, &url).await?;
            }
            for (step, is_held) in planned.steps.iter().zip(&mut is_held) {
                *is_held = is_step_held(context, (db, scope), &mut stores, step).await;
            }
        }
    }
    Ok(PlannedNamespace { name, planned, refusal, is_held })
}

/// Why the run would change nothing in the store that the namespace's archives go to.
async fn refused(
    context: &Context,
    (db, scope): (&Db, &Scope),
    stores: &mut LifecycleStores,
    url: &StoreUrl,
) -> Result<Option<Error>> {
    // A plan makes no folder. One that is new is nobody's.
    let store = stores.to_write(url, FolderPresence::MustBeThere).await;
    if store.is_err() && !archive::must_be_there(db, scope, &url.to_string()).await? {
        return Ok(None);
    }
    Ok(context.refusal(db, scope, store).await)
}

/// Whether a hold keeps an archive that is past its time. What else keeps it, the run itself tells.
async fn is_step_held(
    context: &Context,
    (db, scope): (&Db, &Scope),
    stores: &mut LifecycleStores,
    step: &Step,
) -> bool {
    let Step::Expire(archive) = step else { return false };
    let asked = async { archive::unheld(db, scope, &stores.of(archive).await?, archive, &context.stop).await };
    asked.await.is_err_and(|e| HeldBy::of(&e).is_some())
}

fn shown(namespace: &str, step: &Step, is_held: bool) -> PlannedStep {
    match step {
        Step::Expire(archive) if is_held => PlannedStep::on_archive("keep, as it is held", archive),
        Step::Archive(chunk) => PlannedStep::on_chunk("archive and drop", namespace, chunk),
        Step::Release(chunk, _) => PlannedStep::on_chunk("release", namespace, chunk),
        Step::Tell(archive) => PlannedStep::on_archive("mark as dropped", archive),
        Step::Compress(chunk) => PlannedStep::on_chunk("compress", namespace, chunk),
        Step::Expire(archive) => PlannedStep::on_archive("delete for good", archive),
        Step::Copy(archive, _) => PlannedStep::on_archive("copy to another store", archive),
        Step::Renew(archive, _) => PlannedStep::on_archive("renew the lock of", archive),
    }
}

/// Steps that an aim by space asks for, with the reason.
fn shown_for_space(context: &Context, name: &str, planned: &ForSpace, compresses: bool) -> Vec<PlannedStep> {
    if compresses && !planned.steps.is_empty() {
        context.ui.note(&format!(
            "namespace {name}: chunks that are compressed first count here as they are now, and the run measures again: \
             fewer may have to leave for room"
        ));
    }
    let reason = format!("for room: {} too much", human::bytes(planned.too_much));
    let shown = planned.steps.iter().map(|step| shown(name, step, false));
    shown.map(|step| PlannedStep { reason: Some(reason.clone()), ..step }).collect()
}

/// Why an aim by space would be missed, by what is known before the run.
fn aim_missed(name: &str, planned: &ForSpace) -> Option<Error> {
    let doing = "planning what leaves for room";
    if let Some(why) = &planned.unseen {
        return Some(
            Error::failed(doing)
                .because(why.clone())
                .hint(format!("eventodb-admin -n {name} policy set --disk-size 500G names its size")),
        );
    }
    (planned.still_too_much > 0).then(|| {
        Error::failed(doing)
            .because(format!("{} too much would stay: no other chunk may leave", human::bytes(planned.still_too_much)))
            .hint(format!("eventodb-admin -n {name} policy show has the aims and the floor, chunks list what is open"))
    })
}
