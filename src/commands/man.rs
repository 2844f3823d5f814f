//! `man`.

use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::commands::app::{CommandOutcome, Context, PlannedStep};
use crate::error::{Error, Result};

pub(super) fn run(context: &Context, dir: Option<&Path>) -> Result<CommandOutcome> {
    let Some(dir) = dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(|e| Error::failed("writing the manual page").because(e))?;
        context.ui.text(&page)?;
        return Ok(CommandOutcome::Done);
    };
    if context.is_plan() {
        return context.plan(vec![PlannedStep::new("write", "", dir.display().to_string())]);
    }
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), dir))
        .map_err(|e| Error::failed(format!("writing manual pages to {}", dir.display())).because(e))?;
    context.ui.note(&format!("manual pages are in {}", dir.display()));
    Ok(CommandOutcome::Done)
}
