//! `archives prune`: archives past their time are removed by hand.

use crate::archive::{self, LifecycleLock, Loss, ObjectsStayReason, PastTime, Proofs, Prunable, RemovalCheck, State};
use crate::cli::Prune;
use crate::commands::app::{ArchiveStores, CommandOutcome, Context, Failures, PlannedStep};
use crate::db::queries::archive_copies;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::settings::Confirmation;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// An archive that is gone.
    PrunedRecord {
        /// The archive.
        archive_id: i64,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages that were in it.
        messages: Option<i64>,
        /// Bytes that were stored.
        stored_bytes: Option<i64>,
        /// What went with it: `nothing` (others have its messages), `copy` (they are live), `content` (others have its messages,
        /// some of them changed since) or `messages`.
        lost: &'static str,
    }
}

impl Tabular for PrunedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("STORED"),
        TableColumn::Left("LOST"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.archive_id.to_string(),
            human::range(self.range_start.0, self.range_end.0),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.stored_bytes, human::bytes),
            self.lost.to_owned(),
        ]
    }
}

impl From<&Prunable> for PrunedRecord {
    fn from(p: &Prunable) -> Self {
        Self {
            archive_id: p.archive.id,
            range_start: p.archive.range_start.into(),
            range_end: p.archive.range_end.into(),
            messages: p.archive.message_count,
            stored_bytes: p.archive.stored_bytes,
            lost: match p.loss {
                Loss::Nothing(_) => "nothing",
                Loss::Copy => "copy",
                Loss::Forgotten(_) if p.loss.is_of_content() => "content",
                Loss::Messages | Loss::Forgotten(_) => "messages",
            },
        }
    }
}

/// What is to be pruned, and what stays that may not be.
async fn choose(
    context: &Context,
    db: &mut Db,
    scope: &Scope,
    args: &Prune,
    (stores, proofs): (&mut ArchiveStores<'_>, &mut Proofs),
) -> Result<PastTime> {
    let mut look = RemovalCheck { db, scope, stores, proofs, progress: &context.ui, stop: &context.stop };
    let mut found = archive::prunable(&mut look, args.older_than).await?;
    if args.superseded {
        found.prunable.retain(|p| matches!(p.loss, Loss::Nothing(_) | Loss::Forgotten(_)));
        // A newest one that is held was not asked for.
        found.stay.retain(|(archive, _)| archive.state == State::Expired);
    }
    archive::leave_young(db, scope, &mut found).await?;
    Ok(found)
}

/// Leaves what only a confirmation of its number may remove, where that was not asked for, and says so.
fn leave_forgotten(context: &Context, args: &Prune, found: &mut PastTime) {
    for p in &found.prunable {
        if let Some(warning) = p.loss.warning(&p.archive) {
            context.ui.warn(&warning);
        }
    }
    if !args.superseded {
        return;
    }
    let left = found.prunable.iter().filter(|p| p.loss.is_of_content() && !is_asked_for(args, p)).count();
    if left > 0 {
        context.ui.note(&format!(
            "what messages were before they changed stays: --confirm-count {left} gives it up with {}",
            human::plural(left, "archive")
        ));
    }
    found.prunable.retain(|p| is_asked_for(args, p));
}

/// Whether the flags leave an archive in. What was confirmed by its number alone is what others have the messages of, though not
/// as they were.
fn is_asked_for(args: &Prune, prunable: &Prunable) -> bool {
    !args.superseded
        || matches!(prunable.loss, Loss::Nothing(_))
        || args.confirm_count.is_some() && prunable.loss.is_of_content()
}

/// Archives whose messages, what these were, or whose copy of them, goes.
fn confirmed(found: &[Prunable]) -> usize {
    found.iter().filter(|p| !matches!(p.loss, Loss::Nothing(_))).count()
}

fn step(prunable: &Prunable) -> PlannedStep {
    let action = match prunable.loss {
        Loss::Nothing(_) => "remove the superseded",
        Loss::Copy => "remove the copy in",
        Loss::Messages | Loss::Forgotten(_) => "delete for good",
    };
    PlannedStep::on_archive(action, &prunable.archive)
}

pub(super) async fn run(context: &Context, args: Prune) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let (mut stores, mut proofs) = (context.stores().await?.only_removing(), Proofs::default());
    let mut past = choose(context, &mut db, scope, &args, (&mut stores, &mut proofs)).await?;
    leave_forgotten(context, &args, &mut past);
    let mut failures = Failures::new(&context.ui);
    for (archive, e) in std::mem::take(&mut past.stay) {
        failures.add("archive", &archive.id.to_string(), e);
    }
    let found = past.prunable;
    if context.is_plan() {
        let steps = found.iter().map(step);
        let refused = context.refusal_of(&db, scope, found.iter().map(|p| &p.archive)).await?;
        let ended = context.plan_unless(refused, steps.collect())?;
        return Ok(match failures.end("archive", found.len()) {
            CommandOutcome::Done => ended,
            failed @ CommandOutcome::Failed(_) => failed,
        });
    }
    if found.is_empty() {
        context.ui.note("nothing to prune");
        context.ui.list(Vec::<PrunedRecord>::new())?;
        // What an earlier run could not reach.
        if !archive_copies::to_go(db.client(), scope.namespace()).await?.is_empty() {
            let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
            stores.clear_copies(&mut lock, scope).await?;
            stores.end(&mut lock, scope).await;
        }
        return Ok(failures.end("archive", 0));
    }
    confirm(context, &args, &found).await?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let now = choose(context, lock.db(), scope, &args, (&mut stores, &mut proofs)).await?;
    // A hold that was placed since it was confirmed keeps what it is on.
    for (archive, e) in now.stay.into_iter().filter(|(a, _)| found.iter().any(|f| f.archive.id == a.id)) {
        failures.add("archive", &archive.id.to_string(), e);
    }
    let mut now = now.prunable;
    now.retain(|p| is_asked_for(&args, p));
    let as_confirmed = |p: &Prunable| {
        let same = |f: &Prunable| f.archive.id == p.archive.id && is_same_loss(&f.loss, &p.loss);
        found.iter().any(same)
    };
    if let Some(other) = now.iter().find(|p| !as_confirmed(p)) {
        return Err(Error::new(Kind::Conflict, "pruning archives")
            .because(format!("archive {} has changed since it was confirmed", other.archive.id))
            .hint("nothing was removed; run the same command again"));
    }
    stores.claim_all(&mut lock, scope, now.iter().map(|p| &p.archive)).await?;
    let mut done = Vec::new();
    for prunable in &now {
        let pruned = async {
            context.stop.check()?;
            let store = stores.claimed(&mut lock, scope, &prunable.archive).await?;
            archive::prune(&mut lock, scope, &store, prunable, &context.stop).await
        };
        match pruned.await {
            Ok(()) => done.push(PrunedRecord::from(prunable)),
            Err(e) => failures.add("archive", &prunable.archive.id.to_string(), e),
        }
    }
    let succeeded = done.len();
    context.ui.list(done)?;
    stores.clear_copies(&mut lock, scope).await?;
    stores.end(&mut lock, scope).await;
    Ok(failures.end("archive", succeeded))
}

/// Whether what goes is what was confirmed, by whatever evidence.
fn is_same_loss(confirmed: &Loss, now: &Loss) -> bool {
    std::mem::discriminant(confirmed) == std::mem::discriminant(now)
}

/// What is about to go, as it is asked.
fn removing(archives: usize, newest: usize, lost: Lost) -> String {
    let of_which = match (archives, newest) {
        (_, 0) => String::new(),
        (1, 1) => ", the newest of its range".to_owned(),
        (_, 1) => ", of which 1 is the newest of its range".to_owned(),
        (_, n) => format!(", of which {n} are the newest of their range"),
    };
    let messages = match lost.messages {
        0 => None,
        1 => Some("1 message that is nowhere else".to_owned()),
        n => Some(format!("{} messages that are nowhere else", human::count(n))),
    };
    let contents = match lost.contents {
        0 => None,
        1 => Some("what 1 message was before it changed".to_owned()),
        n => Some(format!("what {} messages were before they changed", human::count(n))),
    };
    let what: Vec<String> = messages.into_iter().chain(contents).collect();
    let what = if what.is_empty() {
        "their messages are live, and a copy of them goes".to_owned()
    } else {
        what.join(", and ")
    };
    format!("removing {}{of_which}: {what}", human::plural(archives, "archive"))
}

/// What goes for good.
#[derive(Debug, Clone, Copy, Default)]
struct Lost {
    /// Messages.
    messages: i64,
    /// Messages that are elsewhere, but not as they were.
    contents: i64,
}

impl Lost {
    fn with(mut self, prunable: &Prunable) -> Self {
        match &prunable.loss {
            Loss::Forgotten(ObjectsStayReason::Changed(changed, _)) => self.contents += changed,
            Loss::Messages | Loss::Forgotten(_) => {
                self.messages += prunable.archive.message_count.unwrap_or_default();
            }
            Loss::Nothing(_) | Loss::Copy => {}
        }
        self
    }
}

/// Superseded generations are confirmed as anything else is; newest ones by `--yes` and their number.
async fn confirm(context: &Context, args: &Prune, found: &[Prunable]) -> Result<()> {
    let confirmed = confirmed(found);
    if confirmed == 0 {
        let doing = format!("removing {} superseded", human::plural(found.len(), "archive"));
        return context.confirm(doing, found.len().to_string()).await;
    }
    let lost = found.iter().fold(Lost::default(), Lost::with);
    let newest = confirmed - found.iter().filter(|p| p.loss.is_of_content()).count();
    let doing = removing(found.len(), newest, lost);
    if context.settings.confirmation == Confirmation::Ask {
        return Err(Error::usage(doing).because("newest generations go only with --yes and their number").hint(
            "--superseded leaves them; --dry-run shows them; with --yes their number is asked for, or taken from \
             --confirm-count",
        ));
    }
    match args.confirm_count {
        Some(n) if n == confirmed => Ok(()),
        Some(n) => Err(Error::usage(doing)
            .because(format!("--confirm-count is {n}"))
            .hint("nothing was removed; --dry-run shows which they are")),
        None => context.ask(Confirmation::Ask, doing, confirmed.to_string()).await.map_err(|e| {
            e.hint("nothing was removed; without a terminal --confirm-count says how many newest generations may go")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lost, removing};

    #[test]
    fn what_goes_is_said_in_words_that_fit_its_number() {
        for ((archives, newest, lost), said) in [
            ((1, 1, (1, 0)), "removing 1 archive, the newest of its range: 1 message that is nowhere else"),
            ((1, 0, (0, 1)), "removing 1 archive: what 1 message was before it changed"),
            (
                (2, 2, (1, 20)),
                "removing 2 archives, of which 2 are the newest of their range: 1 message that is nowhere else, and what 20 \
                 messages were before they changed",
            ),
            (
                (3, 1, (20, 0)),
                "removing 3 archives, of which 1 is the newest of its range: 20 messages that are nowhere else",
            ),
            (
                (2, 2, (0, 0)),
                "removing 2 archives, of which 2 are the newest of their range: their messages are live, and a copy of them goes",
            ),
        ] {
            let lost = Lost { messages: lost.0, contents: lost.1 };
            assert_eq!(removing(archives, newest, lost), said);
        }
    }
}
