//! `completions`: the program completes its own command line. A shell's script is a few lines that call the program with a
//! variable set and the words that were typed; [`answer`] prints what may come next.

mod known_values;
mod line;

use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::version::NAME;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::{Error, Result};

/// The variable by which a script asks. It has the program's own name, so that no other program's variable stops a run.
const VARIABLE: &str = "EVENTODB_COMPLETE";

/// Whether a shell has asked for completions.
pub(super) enum ShellAnswer {
    /// It has, and they are printed.
    Given,
    /// This is a run like any other.
    NotAsked,
}

/// Answers a shell that asks.
///
/// # Errors
/// Where the variable names no shell.
pub(super) fn answer() -> clap::error::Result<ShellAnswer> {
    let words = || std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let asked = CompleteEnv::with_factory(|| line::command(words()))
        .var(VARIABLE)
        .completer(NAME)
        .try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())?;
    Ok(if asked { ShellAnswer::Given } else { ShellAnswer::NotAsked })
}

pub(super) fn run(context: &Context, shell: Shell) -> Result<CommandOutcome> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let writing = || Error::failed(format!("writing the script for {shell}"));
    let completer = shells.completer(&shell.to_string()).ok_or_else(writing)?;
    completer.write_registration(VARIABLE, NAME, NAME, NAME, &mut script).map_err(|e| writing().because(e))?;
    if shell == Shell::Zsh {
        script.extend_from_slice(FIRST_CALL_IN_ZSH);
    }
    context.ui.text(&script)?;
    Ok(CommandOutcome::Done)
}

/// Zsh runs a file of its `fpath` as the function itself when a word is completed for the first time.
const FIRST_CALL_IN_ZSH: &[u8] = b"
if [[ \"$funcstack[1]\" == _eventodb-admin ]]; then
    _clap_dynamic_completer_eventodb_admin \"$@\"
fi
";
