//! `namespaces recount`.

use crate::archive::{self, LifecycleLock, MissingMessages, OnlyCopy, Recount, State};
use crate::cli::RecountNamespace;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace;
use crate::stats::{self, Forget, Settled};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A namespace that was counted anew.
    RecountedRecord {
        /// The namespace.
        namespace: String,
        /// Streams that had messages and no head.
        heads_added: i64,
        /// Heads that were behind their messages.
        heads_raised: i64,
        /// Messages that no head had counted.
        messages_added: i64,
        /// Messages that heads have counted, and that are neither live nor archived.
        messages_missing: i64,
        /// The last global position that the sequence had given out.
        sequence_before: i64,
        /// The one that it goes on after.
        sequence_after: i64,
        /// Whether what `stats` and reads of categories go by was made anew, too.
        counted: bool,
        /// What counting does not mend, in sentences.
        findings: Vec<String>,
    }
}

impl Tabular for RecountedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Right("HEADS ADDED"),
        TableColumn::Right("RAISED"),
        TableColumn::Right("MESSAGES ADDED"),
        TableColumn::Right("MISSING"),
        TableColumn::Left("SEQUENCE"),
        TableColumn::Right("FINDINGS"),
    ];

    fn cells(&self) -> Vec<String> {
        let sequence = match (self.sequence_before, self.sequence_after) {
            (before, after) if before == after => before.to_string(),
            (before, after) => format!("{before} → {after}"),
        };
        vec![
            self.namespace.clone(),
            human::count(self.heads_added),
            human::count(self.heads_raised),
            human::count(self.messages_added),
            human::count(self.messages_missing),
            sequence,
            self.findings.len().to_string(),
        ]
    }
}

pub(super) async fn run(context: &Context, args: RecountNamespace) -> Result<CommandOutcome> {
    let name = args.name.as_deref().unwrap_or(&context.settings.namespace);
    let mut db = context.connect().await?;
    let scope = &namespace::open(&db, name).await?.scope;
    context.act_as_owner(&db, scope).await?;
    let missing = if args.accept_missing { MissingMessages::Accept } else { MissingMessages::Tell };
    let (ui, stop) = (&context.ui, &context.stop);
    if context.is_plan() {
        let only_copies = only_copies(context, &db, scope).await?;
        let found = archive::survey_heads(&mut db, scope, &only_copies, missing, ui, stop).await?;
        tell(context, &found);
        context.plan(steps(scope, &found, missing))?;
        return Ok(end(&found));
    }
    if missing == MissingMessages::Accept {
        let doing = format!("taking messages of namespace {name} that are nowhere any more for lost");
        context.confirm(doing, name.to_owned()).await?;
    }
    let mut lock = LifecycleLock::take(db, scope, ui).await?;
    let only_copies = only_copies(context, lock.db(), scope).await?;
    let found = archive::recount(&mut lock, scope, &only_copies, missing, ui, stop).await?;
    tell(context, &found);
    stats::forget_chunks(&mut lock, scope, Forget::All).await?;
    let settled = stats::count_and_settle(&mut lock, scope, stop).await?;
    let uncounted = stats::pending(lock.db(), scope).await?;
    context.warn_of_last_positions(lock.db(), scope).await?;
    lock.release().await?;
    if settled == Settled::NotNow {
        ui.note(
            "a writer was in the way: until stats refresh or the next night, reads of categories look into every chunk",
        );
    }
    if !uncounted.archives.is_empty() {
        ui.note(
            "the figures of some archives are to be counted from their data: eventodb-admin stats refresh does that",
        );
    }
    ui.object(&RecountedRecord {
        namespace: scope.namespace().to_owned(),
        heads_added: found.lacks.new,
        heads_raised: found.lacks.behind,
        messages_added: found.lacks.uncounted,
        messages_missing: found.lacks.missing,
        sequence_before: found.sequence.last,
        sequence_after: found.sequence.last.max(found.sequence.highest),
        counted: uncounted.chunks.is_empty(),
        findings: found.findings.iter().map(|f| f.text.clone()).collect(),
    })?;
    if !found.is_change() && found.findings.is_empty() {
        ui.note("the heads are what messages and archives say");
    }
    Ok(end(&found))
}

/// Archives that are the only copy of their messages, each with its store. Without any, no store is needed.
async fn only_copies(context: &Context, db: &Db, scope: &Scope) -> Result<Vec<OnlyCopy>> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let mut found = Vec::new();
    if !archives.iter().any(|a| a.state == State::Dropped) {
        return Ok(found);
    }
    let mut stores = context.stores().await?;
    for archive in archives.into_iter().filter(|a| a.state == State::Dropped) {
        let store = stores.of(&archive).await?;
        found.push(OnlyCopy { archive, store });
    }
    Ok(found)
}

fn steps(scope: &Scope, found: &Recount, missing: MissingMessages) -> Vec<PlannedStep> {
    let mut steps = Vec::new();
    let streams = |n: i64| human::plural(usize::try_from(n).unwrap_or_default(), "stream");
    let lacks = found.lacks;
    let mut add = |action, target: String, messages| {
        steps.push(PlannedStep { message_count: messages, ..PlannedStep::new(action, scope.namespace(), target) });
    };
    if lacks.new > 0 {
        add("add heads for", streams(lacks.new), None);
    }
    if lacks.behind > 0 {
        add("raise heads of", streams(lacks.behind), None);
    }
    if lacks.uncounted > 0 {
        add("count", "messages that no head has counted".to_owned(), Some(lacks.uncounted));
    }
    if lacks.missing > 0 && missing == MissingMessages::Accept {
        add("count no longer", "messages that are neither live nor archived".to_owned(), Some(lacks.missing));
    }
    if found.sequence.last < found.sequence.highest {
        add("move the sequence", format!("{} → {}", found.sequence.last, found.sequence.highest), None);
    }
    steps
}

fn tell(context: &Context, found: &Recount) {
    for finding in &found.findings {
        let e = Error::new(Kind::Verification, "comparing heads with messages").because(finding.text.clone());
        context.ui.error(&e.hint(match finding.kind {
            "hole" => {
                "bring them back from a backup, or archives sync from another store; --accept-missing counts them no longer"
            }
            _ => "nothing was taken away: look at both, and move or delete the one that is wrong",
        }));
    }
}

const fn end(found: &Recount) -> CommandOutcome {
    if found.findings.is_empty() { CommandOutcome::Done } else { CommandOutcome::Failed(Kind::Verification) }
}
