//! `completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::version::NAME;
use crate::cli::Cli;
use crate::commands::app::{Context, Ended};
use crate::error::Result;

pub(super) fn run(context: &Context, shell: Shell) -> Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    context.ui.text(&script)?;
    Ok(Ended::Done)
}
