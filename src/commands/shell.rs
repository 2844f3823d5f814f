//! `completions`, `man` and `version`.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::commands::app::{Context, Ended, Step};
use crate::error::{Error, Result};
use crate::ui::record::record;
use crate::ui::{Column, Tabular};

const NAME: &str = env!("CARGO_PKG_NAME");

pub(super) fn completions(context: &Context, shell: Shell) -> Result<Ended> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    context.ui.text(&script)?;
    Ok(Ended::Done)
}

pub(super) fn man(context: &Context, dir: Option<&Path>) -> Result<Ended> {
    let Some(dir) = dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(|e| Error::failed("writing the manual page").because(e))?;
        context.ui.text(&page)?;
        return Ok(Ended::Done);
    };
    if context.is_plan() {
        return context.plan(vec![Step::new("write", "", dir.display().to_string())]);
    }
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), dir))
        .map_err(|e| Error::failed(format!("writing manual pages to {}", dir.display())).because(e))?;
    context.ui.note(&format!("manual pages are in {}", dir.display()));
    Ok(Ended::Done)
}

record! {
    /// The program.
    ProgramRecord {
        /// Its name.
        name: &'static str,
        /// Its version.
        version: &'static str,
    }
}

impl Tabular for ProgramRecord {
    const COLUMNS: &'static [Column] = &[Column::Left(NAME)];

    fn cells(&self) -> Vec<String> {
        vec![self.version.to_owned()]
    }
}

pub(super) fn version(context: &Context) -> Result<Ended> {
    context.ui.object(&ProgramRecord { name: NAME, version: env!("CARGO_PKG_VERSION") })?;
    Ok(Ended::Done)
}
