//! `version`.

use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular};

pub(super) const NAME: &str = env!("CARGO_PKG_NAME");

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
    const COLUMNS: &'static [TableColumn] = &[TableColumn::Left(NAME)];

    fn cells(&self) -> Vec<String> {
        vec![self.version.to_owned()]
    }
}

pub(super) fn run(context: &Context) -> Result<CommandOutcome> {
    context.ui.object(&ProgramRecord { name: NAME, version: env!("CARGO_PKG_VERSION") })?;
    Ok(CommandOutcome::Done)
}
