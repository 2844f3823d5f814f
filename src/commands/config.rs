//! `config show`: each setting, its value, and where it comes from.

use crate::cli::ConfigVerb;
use crate::commands::app::{Context, Ended};
use crate::error::Result;
use crate::settings::Told;
use crate::ui::record::record;
use crate::ui::{Column, Tabular, human};

record! {
    /// A setting.
    SettingRecord {
        /// Its name in the configuration file.
        name: String,
        /// Its value, secrets masked.
        value: Option<String>,
        /// `flag`, a variable, `profile NAME`, `file` or `default`.
        source: String,
    }
}

impl Tabular for SettingRecord {
    const COLUMNS: &'static [Column] = &[Column::Left("SETTING"), Column::Left("VALUE"), Column::Left("FROM")];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), human::or_dash(self.value.clone(), |value| value), self.source.clone()]
    }
}

impl From<&Told> for SettingRecord {
    fn from(told: &Told) -> Self {
        Self { name: told.name.clone().into_owned(), value: told.value.clone(), source: told.source.to_string() }
    }
}

pub(super) fn run(context: &Context, verb: ConfigVerb) -> Result<Ended> {
    match verb {
        ConfigVerb::Show => context.ui.list(context.settings.told().iter().map(SettingRecord::from))?,
    }
    Ok(Ended::Done)
}
