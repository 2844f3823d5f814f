//! `version`.

use crate::commands::app::{Context, Ended};
use crate::error::Result;
use crate::ui::record::record;
use crate::ui::{Column, Tabular};

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
    const COLUMNS: &'static [Column] = &[Column::Left(NAME)];

    fn cells(&self) -> Vec<String> {
        vec![self.version.to_owned()]
    }
}

pub(super) fn run(context: &Context) -> Result<Ended> {
    context.ui.object(&ProgramRecord { name: NAME, version: env!("CARGO_PKG_VERSION") })?;
    Ok(Ended::Done)
}
