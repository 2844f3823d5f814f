//! `messages import`.

use super::not_an_object::NOT_READ;
use crate::cli::Import;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::error::{Error, Result};
use crate::messages::{self, ImportMode, Source};
use crate::ui::record::record;
use crate::ui::{CommittedWork, TableColumn, Tabular, human};

record! {
    /// What an import brought.
    ImportedRecord {
        /// Messages in all.
        messages: u64,
        /// Of these, messages appended to their streams.
        appended: u64,
        /// The highest global position that was given.
        last_global_position: Option<i64>,
    }
}

impl Tabular for ImportedRecord {
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Right("MESSAGES"), TableColumn::Right("APPENDED"), TableColumn::Right("LAST GLOBAL POSITION")];

    fn cells(&self) -> Vec<String> {
        let count = |n: u64| human::count(i64::try_from(n).unwrap_or(i64::MAX));
        vec![count(self.messages), count(self.appended), human::or_dash(self.last_global_position, |g| g.to_string())]
    }
}

/// What was done, for whoever could not read the answer.
fn brought(answer: &ImportedRecord) -> CommittedWork {
    let ImportedRecord { messages, appended, last_global_position } = answer;
    let last = last_global_position.map(|last| format!("; the last global position is {last}")).unwrap_or_default();
    let next = if *appended > 0 {
        "do not import it again: lines without pos and gpos would be appended twice"
    } else {
        "every line has its positions: to import it again changes nothing"
    };
    CommittedWork {
        what: format!("{messages} messages were imported, {appended} of them appended to their streams{last}"),
        next: next.to_owned(),
        has_token: false,
    }
}

pub(super) async fn run(context: &Context, args: Import) -> Result<CommandOutcome> {
    let path = (args.file.as_os_str() != "-").then_some(args.file);
    let shown = path.as_ref().map_or_else(|| "standard input".to_owned(), |p| p.display().to_string());
    let (mut db, namespace) = context.any_namespace().await?;
    // Standard input may keep us waiting.
    let source = tokio::task::spawn_blocking(move || Source::open(path.as_deref()))
        .await
        .map_err(|e| Error::failed("opening the source").because(e))??;
    let mode = if context.is_plan() { ImportMode::Check } else { ImportMode::Write };
    if mode == ImportMode::Write {
        context.ui.require_room("importing messages")?;
    }
    let imported = messages::import(&mut db, &namespace.scope, source, mode, &context.ui, &context.stop).await?;
    if context.is_plan() {
        let step = PlannedStep {
            message_count: i64::try_from(imported.messages).ok(),
            ..PlannedStep::new("import", namespace.scope.namespace(), shown)
        };
        return context.plan(vec![step]);
    }
    if imported.messages == 0 {
        context.ui.note("nothing to import");
    }
    if let Some(line) = imported.first_not_object {
        context.ui.warn(&format!(
            "data or metadata of {} of the messages, first in line {line}, is no JSON object, {NOT_READ}",
            human::count(i64::try_from(imported.not_objects).unwrap_or(i64::MAX))
        ));
    }
    let answer = ImportedRecord {
        messages: imported.messages,
        appended: imported.appended,
        last_global_position: imported.last_global_position,
    };
    context.ui.committed(&answer, brought(&answer))?;
    Ok(CommandOutcome::Done)
}
