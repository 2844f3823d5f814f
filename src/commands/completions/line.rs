//! The command line as shells see it.

use std::ffi::OsString;
use std::sync::Arc;

use clap::{Command, CommandFactory};
use clap_complete::ArgValueCandidates;

use super::known_values;
use crate::cli::{Cli, KnownValue};

/// The command line, with values for the arguments that say what they name, by the words that were typed.
pub(super) fn command(words: Vec<OsString>) -> Command {
    completed(Cli::command(), &words.into())
}

fn completed(command: Command, words: &Arc<[OsString]>) -> Command {
    command
        .mut_args(|arg| {
            // What the short help leaves out is completed once its first letters are typed.
            let hide = arg.is_hide_set() || arg.is_hide_short_help_set();
            let arg = arg.hide(hide);
            let Some(what) = arg.get::<KnownValue>().copied() else { return arg };
            let words = Arc::clone(words);
            arg.add(ArgValueCandidates::new(move || known_values::of(what, &words)))
        })
        .mut_subcommands(|sub| completed(under_one_name(sub), words))
}

/// A noun's other names are understood, and not offered beside it: `chu` is `chunks`, and not `chunk`.
fn under_one_name(command: Command) -> Command {
    let others: Vec<String> = command.get_visible_aliases().map(str::to_owned).collect();
    if others.is_empty() { command } else { command.visible_alias(None).aliases(others) }
}
