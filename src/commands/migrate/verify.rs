//! `migrate verify`.

use std::fmt::Write as _;

use super::both::{Both, both};
use super::records::VerificationRecord;
use crate::cli::{OutputFormat, VerifyMigration};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::migrations::{self as queries, MigrationState};
use crate::error::{Error, Kind, Result};
use crate::migrate::{self, CompareDepth};
use crate::text;
use crate::ui::human;

pub(super) async fn run(context: &Context, args: VerifyMigration) -> Result<CommandOutcome> {
    let both = both(context, &args.from).await?;
    let session = both.source.connect().await?;
    let (depth, compared) =
        if args.counts { (CompareDepth::Counts, "counts") } else { (CompareDepth::Content, "content") };
    let (ui, stop) = (&context.ui, &context.stop);
    both.source.refuse_archived(&session).await?;
    let found =
        migrate::verify(&session, &both.db, &both.source, &both.scope, &both.migration, depth, ui, stop).await?;
    let differing = found.differing.clone();
    let behind = found.lag.messages;
    let record = VerificationRecord::new(&both.migration.namespace, compared, found);
    context.ui.object(&record)?;
    if differing.is_empty() {
        return complete(context, &both, behind).await;
    }
    if context.ui.output() == OutputFormat::Table {
        let mut text = String::from("\n");
        for f in &record.findings {
            // A string takes every write.
            let _ = writeln!(
                text,
                "{}: global position {}, stream {}, position {}",
                f.kind,
                f.global_position,
                human::printable(&f.stream),
                f.position
            );
        }
        context.ui.text(text.as_bytes())?;
    }
    let (first, last) = differing.first().copied().unwrap_or_default();
    let more = if differing.len() == 1 { String::new() } else { format!(" and {} more", differing.len() - 1) };
    Err(Error::new(Kind::Verification, format!("verifying the migration of namespace {}", both.migration.namespace))
        .because(format!("global positions {first} to {last}{more} differ between source and namespace"))
        .hint(hint_of_differences(&both)))
}

/// What can be done about messages that differ.
fn hint_of_differences(both: &Both) -> String {
    if both.migration.state != MigrationState::CutOver {
        return "messages that came late are copied by migrate cutover; what was changed at the source after the copy is not: \
                migrate abandon and copy again"
            .to_owned();
    }
    format!(
        "the namespace has taken over, and nothing copies these messages any more. The source still has them as it knows \
         them: look at both. Where the namespace is right, it was changed since, and nothing is left to do; where the source is \
         right, correct them in {} by SQL, or write what is missing with messages import",
        both.scope.messages()
    )
}

/// Ends a comparison that found no difference: whether there are messages that it could not compare.
async fn complete(context: &Context, both: &Both, behind: i64) -> Result<CommandOutcome> {
    if behind == 0 {
        return Ok(CommandOutcome::Done);
    }
    let messages = text::counted(behind, "message");
    let failed = queries::counts(both.db.client(), both.migration.id).await?.failed;
    let (why, hint) = match both.migration.state {
        MigrationState::CutOver => (
            format!("{messages} of the source came after the cutover, and the namespace does not have them"),
            "the source was opened again by hand: see what wrote to it, and write these messages to the namespace",
        ),
        _ if failed > 0 => (
            format!("{messages} are not copied: {} could not be", text::counted(failed, "range")),
            "migrate postgres names what is wrong with them",
        ),
        _ => {
            context.ui.note(&format!(
                "{messages} of the source {} not copied yet; all that is copied is equal",
                text::are(behind)
            ));
            return Ok(CommandOutcome::Done);
        }
    };
    Err(Error::new(Kind::Verification, format!("verifying the migration of namespace {}", both.migration.namespace))
        .because(why)
        .hint(hint))
}
