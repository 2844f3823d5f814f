//! What the database and the configuration file know. Whoever presses a key waits for it: what takes long, fails or would ask
//! something gives no values, and no word.

use std::ffi::OsString;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches};
use clap_complete::CompletionCandidate;

use crate::cli::{Cli, Global, KnownValue};
use crate::commands::app::environment;
use crate::db::queries::{chunks, ledger, roles};
use crate::error::{Error, Result};
use crate::namespace;
use crate::settings::Settings;

/// How long the database may take, from the first packet to the last.
const PATIENCE: Duration = Duration::from_millis(300);

/// The values that an argument may have, by the flags among these words.
pub(super) fn of(what: KnownValue, words: &[OsString]) -> Vec<CompletionCandidate> {
    let mut values = found(what, words).unwrap_or_default();
    values.retain(|value| is_plain(&value.get_value().to_string_lossy()));
    values
}

/// Whether a shell takes it for a word and nothing else: names in a database are others' choice.
fn is_plain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
}

fn found(what: KnownValue, words: &[OsString]) -> Result<Vec<CompletionCandidate>> {
    let failed = || Error::failed("completing a word");
    // The line is not whole yet.
    let typed = Cli::command().ignore_errors(true).try_get_matches_from(words).map_err(|e| failed().because(e))?;
    let flags = Global::from_arg_matches(&typed).map_err(|e| failed().because(e))?;
    if what == KnownValue::Profile {
        return Ok(Settings::profiles(&flags, &environment)?.into_iter().map(CompletionCandidate::new).collect());
    }
    let settings = Settings::resolve(flags, &environment)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| failed().because(e))?;
    let asked = runtime.block_on(async { tokio::time::timeout(PATIENCE, ask(what, &settings)).await });
    // A name may still be looked up.
    runtime.shutdown_background();
    asked.map_err(|e| failed().because(e))?
}

async fn ask(what: KnownValue, settings: &Settings) -> Result<Vec<CompletionCandidate>> {
    let db = settings.any_connector(&environment)?.connect_plain().await?;
    if what == KnownValue::Namespace {
        return Ok(namespace::list(&db).await?.into_iter().map(|row| CompletionCandidate::new(row.name)).collect());
    }
    let scope = namespace::open(&db, &settings.namespace).await?.scope;
    // As verbs do: what a namespace's owner has put there does not run with a superuser's rights.
    roles::act_as_owner(db.client(), &scope).await?;
    if what == KnownValue::Chunk {
        let (shown, _) = chunks::list_shown(db.client(), &scope).await?;
        let range = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d").to_string();
        return Ok(shown
            .iter()
            .map(|chunk| {
                let help = format!("{} to {}", range(chunk.range_start), range(chunk.range_end));
                CompletionCandidate::new(chunk.name()).help(Some(help.into()))
            })
            .collect());
    }
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    Ok(archives
        .iter()
        .map(|archive| CompletionCandidate::new(archive.id.to_string()).help(Some(archive.extent().into())))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_take_for_more_than_a_word_is_not_offered() {
        for name in ["default", "a-b.c", "_hyper_1_2_chunk", "28", "größe"] {
            assert!(is_plain(name), "{name}");
        }
        for name in ["", "$(reboot)", "a b", "`x`", "-n", "a;b", "a\nb", "../x", "~"] {
            assert!(!is_plain(name), "{name}");
        }
    }
}
