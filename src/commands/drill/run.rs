//! `drill run`.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::record::ReportRecord;

use super::place;
use crate::archive::drills::{
    self, Budget, Drill, DrillTurn, DrillVerdict, Drilled, DrilledArchive, MeasuredArchive, Unlike,
};
use crate::archive::{ClaimStores, OpenStores};
use crate::cli::RunDrill;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep, thawing};
use crate::db::queries::{drills as queries, ledger};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::{Namespace, NamespaceName};
use crate::store::{Store, StoreUrl};
use crate::text;
use crate::ui::human;

fn budget(args: &RunDrill) -> Budget {
    match (args.archives, args.each_within) {
        _ if args.all => Budget::All,
        _ if !args.ids.is_empty() => Budget::Ids(args.ids.clone()),
        (_, Some(time)) => Budget::EachWithin(time),
        (n, None) => Budget::Archives(n.unwrap_or(1) as usize),
    }
}

/// The one store that archives are to come from, where one is asked for.
fn from(context: &Context, args: &RunDrill) -> Result<Option<String>> {
    let asked = args.from.as_deref().map(str::parse::<StoreUrl>).transpose()?;
    Ok(match asked {
        Some(url) => Some(url.to_string()),
        None => context.settings.reading_store()?.map(|url| url.to_string()),
    })
}

pub(super) async fn run(context: &Context, args: RunDrill) -> Result<CommandOutcome> {
    let begun = Instant::now();
    let (mut db, namespace) = context.namespace().await?;
    let live = &namespace.scope;
    let into = match &args.into {
        Some(name) => name.parse::<NamespaceName>()?,
        None => drills::default_name(live.namespace())?,
    };
    let from = from(context, &args)?;
    let turns = drills::turns(&db, live, &budget(&args), from.as_deref()).await?;
    let mut other = place::open(context, args.into_url.as_ref(), &db).await?;
    if context.is_plan() {
        return plan(context, &db, live, turns).await;
    }
    place::clear_up(context, &mut db, (live, &into), other.as_mut()).await?;
    if turns.is_empty() {
        context.ui.note("no archives to drill");
        return Ok(CommandOutcome::Done);
    }
    let by = drills::by(&db.server.user);
    let who = format!("{} on {}", by.user, by.machine);
    let drill = match other {
        None => Drill::begin(db, &namespace, &into, &who).await?,
        Some(other) => Drill::begin_elsewhere(db, other, &namespace, &into, &who).await?,
    };
    let until = args.max_duration.map(|time| (begun, time));
    let (stores, silent) = (context.stores_to_write(), HashMap::new());
    let mut run = DrillRun { context, live, drill, until, stores, silent, done: Vec::new() };
    let mut failures = Failures::new(&context.ui);
    if let Err(e) = run.all(&turns, &mut failures).await {
        run.drill.give_up().await;
        return Err(e);
    }
    run.end(&namespace, turns.len(), by, failures).await
}

/// Says what would come back, and how long that and all would take.
async fn plan(context: &Context, db: &Db, live: &Scope, turns: Vec<DrillTurn>) -> Result<CommandOutcome> {
    let seconds: Option<f64> = turns.iter().map(|turn| turn.seconds).sum();
    let steps: Vec<PlannedStep> =
        turns.iter().map(|turn| PlannedStep::on_archive("bring back and compare", &turn.archive)).collect();
    context.plan(steps)?;
    let all = drills::summary(db, live).await?.predicted_seconds;
    if let (Some(these), Some(all)) = (seconds, all) {
        context.ui.note(&format!("bringing back takes about {}, all archives {}", shown(these), shown(all)));
    }
    Ok(CommandOutcome::Done)
}

/// Seconds for people.
fn shown(seconds: f64) -> String {
    match Duration::try_from_secs_f64(seconds).map_or(u64::MAX, |time| time.as_secs()) {
        0..=1 => format!("{seconds:.1} s"),
        s @ 2..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s => format!("{} h {} min", s / 3600, s % 3600 / 60),
    }
}

/// A drill under way.
struct DrillRun<'a> {
    context: &'a Context,
    live: &'a Scope,
    drill: Drill,
    /// From this instant on, for so long.
    until: Option<(Instant, Duration)>,
    stores: ArchiveStores<'a>,
    /// Stores that give no answers, and why: what lies in them is not asked for one by one.
    silent: HashMap<String, String>,
    done: Vec<DrilledArchive>,
}

impl DrillRun<'_> {
    async fn all(&mut self, turns: &[DrillTurn], failures: &mut Failures<'_>) -> Result<()> {
        for turn in turns {
            if let Err(e) = self.context.stop.check() {
                failures.add("archive", &turn.archive.id.to_string(), e);
                break;
            }
            if self.until.is_some_and(|(begun, time)| begun.elapsed() >= time) {
                break;
            }
            let outcome = self.one(turn).await;
            match &outcome {
                Err(Unlike { error, .. }) if error.kind().is_stop() => {
                    let Err(Unlike { error, .. }) = outcome else { break };
                    failures.add("archive", &turn.archive.id.to_string(), error);
                    break;
                }
                // Whoever deletes it, or writes it anew, takes no drill with it.
                Err(_) if !drills::is_as_it_was(self.drill.live_db(), self.live, turn).await? => {
                    let id = turn.archive.id;
                    self.context.ui.note(&format!("archive {id} was changed meanwhile, and is left out"));
                    continue;
                }
                _ => {}
            }
            let is_cut_off = outcome.is_err() && self.drill.is_cut_off().await;
            self.note(turn, outcome, is_cut_off, failures).await?;
            if is_cut_off {
                // Nothing can be found out about the others.
                break;
            }
        }
        Ok(())
    }

    async fn note(
        &mut self,
        turn: &DrillTurn,
        outcome: Result<MeasuredArchive, Unlike>,
        is_cut_off: bool,
        failures: &mut Failures<'_>,
    ) -> Result<()> {
        let (id, drilled) = (turn.archive.id, Drilled { turn, outcome });
        let mut record = DrilledArchive::new(&drilled);
        if is_cut_off {
            // It was the place's fault: the archive keeps its turn.
            record.part = Some(drills::ArchivePart::Scratch);
        } else {
            self.drill.note(self.live, &record).await?;
        }
        match drilled.outcome {
            Ok(measured) => self.context.ui.note(&format!(
                "archive {id} came back from {} as it was stored: {}, {}",
                record.store_url,
                text::counted(record.messages.unwrap_or_default(), "message"),
                shown((measured.read + measured.load).as_secs_f64())
            )),
            Err(Unlike { error, .. }) => {
                let has_others = !turn.archive.copies.is_empty() && error.kind() == Kind::Verification;
                failures.add("archive", &id.to_string(), if has_others { error.hint(REPAIR) } else { error });
            }
        }
        self.done.push(record);
        Ok(())
    }

    async fn one(&mut self, turn: &DrillTurn) -> Result<MeasuredArchive, Unlike> {
        let archive = &turn.archive;
        let unknown = |error| Unlike { part: drills::ArchivePart::Store, error };
        let url = turn.store_url.clone().unwrap_or_default();
        if let Some(why) = self.silent.get(&url) {
            return Err(unknown(Error::failed(format!("drilling archive {}", archive.id)).because(why.clone())));
        }
        let store = self.store(turn).await.map_err(unknown)?;
        let (live, progress, stop) = (self.live, &self.context.ui, &self.context.stop);
        let from = drills::From { live, store: &store, archive, progress, stop };
        match self.drill.bring_back(from).await {
            Err(Unlike { part, error }) => {
                if error.kind() != Kind::Verification
                    && !error.kind().is_stop()
                    && let Err(why) = store.check().await
                {
                    self.silent.insert(url, why.to_string());
                }
                let error = thawing::<()>(&store, archive, Err(error)).await.err();
                Err(Unlike { part, error: error.unwrap_or_else(|| Error::failed("bringing an archive back")) })
            }
            back => back,
        }
    }

    /// The one store that is asked, and no other in its place.
    async fn store(&mut self, turn: &DrillTurn) -> Result<Store> {
        match &turn.store_url {
            Some(url) => self.stores.at(url).await,
            None => self.stores.open(&turn.archive).await,
        }
    }

    async fn end(
        self,
        live: &Namespace,
        turns: usize,
        by: drills::DrillOperator,
        failures: Failures<'_>,
    ) -> Result<CommandOutcome> {
        let Self { context, drill, mut stores, done, .. } = self;
        let scope = &live.scope;
        let (verdict, succeeded) =
            (verdict(context, &done), done.iter().filter(|a| a.result == DrillVerdict::Ok).count());
        let (id, left) = (drill.id(), turns - done.len());
        let report = drill.report(scope, done, (verdict, left), by).await?;
        let mut worst = None;
        let db = match drill.end(&report).await {
            Ok(db) => db,
            Err(e) => {
                tell(context, &e, &mut worst);
                context.namespace().await?.0
            }
        };
        put_reports(context, &db, scope, &mut stores, &mut worst).await?;
        let row = queries::get(db.client(), scope.namespace(), &id.to_string()).await?;
        if left > 0 {
            context.ui.note(&format!("{} not begun; the next drill goes on", human::plural(left, "archive")));
        }
        if let Some(seconds) = report.predicted_seconds {
            let (never, all) = (report.never_drilled, report.all_archives);
            context.ui.note(&format!(
                "bringing all archives back would take about {}; {never} of {all} never came back in a drill",
                shown(seconds)
            ));
        }
        context.ui.object(&ReportRecord::new(report, row))?;
        Ok(match (failures.end("archive", succeeded), worst) {
            (CommandOutcome::Failed(kind), Some(worst)) if kind.severity() >= worst.severity() => {
                CommandOutcome::Failed(kind)
            }
            (_, Some(worst)) => CommandOutcome::Failed(worst),
            (ended, None) => ended,
        })
    }
}

/// Tells of what went wrong with the drill itself, and keeps the worst of it.
fn tell(context: &Context, e: &Error, worst: &mut Option<Kind>) {
    context.ui.error(e);
    if worst.is_none_or(|kind| e.kind().severity() > kind.severity()) {
        *worst = Some(e.kind());
    }
}

/// What to do about a damaged copy where another is there.
const REPAIR: &str =
    "eventodb-admin archives verify --all --repair makes it again from a copy in another store that is whole";

/// The worst of what was found.
fn verdict(context: &Context, done: &[DrilledArchive]) -> DrillVerdict {
    let any = |verdict| done.iter().any(|archive| archive.result == verdict);
    if any(DrillVerdict::Failed) {
        DrillVerdict::Failed
    } else if context.stop.check().is_err() {
        DrillVerdict::Stopped
    } else if any(DrillVerdict::Unknown) || done.is_empty() {
        DrillVerdict::Unknown
    } else {
        DrillVerdict::Ok
    }
}

/// Reports that a store lacks are tried again for so many drills.
const TRIED_AGAIN: i64 = 20;

/// Puts the reports of this drill, and of the last ones, into the stores that lack them.
async fn put_reports(
    context: &Context,
    db: &Db,
    live: &Scope,
    stores: &mut ArchiveStores<'_>,
    worst: &mut Option<Kind>,
) -> Result<()> {
    let mut refused: Vec<String> = Vec::new();
    let archives = ledger::list(db.client(), live.namespace()).await?;
    let in_service =
        |url: &String| archives.iter().any(|a| a.store_url.as_ref() == Some(url) || a.copies.contains(url));
    let rows = queries::list(db.client(), live.namespace(), false, TRIED_AGAIN).await?;
    for (n, row) in rows.iter().enumerate() {
        for url in row.stores.iter().filter(|url| !row.stored.contains(url)) {
            // Each is told of once. A store that was taken out of service gets no old reports.
            if refused.contains(url) || n > 0 && !in_service(url) {
                continue;
            }
            let put = async {
                let store = stores.at(url).await?;
                drills::put_report(db, live, row, &store).await
            };
            match put.await {
                Ok(()) => {}
                Err(e) if e.kind().is_stop() => return Err(e),
                Err(e) => {
                    refused.push(url.clone());
                    let hint = e.hint_text().map(str::to_owned);
                    let e = Error::new(e.kind(), format!("putting the report of drill {} into {url}: {e}", row.id));
                    let hint = hint.unwrap_or_else(|| "the ledger has it; the next drill tries again".to_owned());
                    tell(context, &e.hint(hint), worst);
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn seconds_are_shown_as_people_say_them() {
        for (seconds, text) in [(0.25, "0.2 s"), (7.9, "7 s"), (120.0, "2 min"), (7300.0, "2 h 1 min")] {
            assert_eq!(shown(seconds), text);
        }
    }
}
