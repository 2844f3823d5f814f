//! `config show`: each setting, its value, and where it comes from.

use crate::cli::ConfigVerb;
use crate::commands::app::{CommandOutcome, Context};
use crate::error::Result;
use crate::settings::ResolvedSetting;
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

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
    const COLUMNS: &'static [TableColumn] =
        &[TableColumn::Left("SETTING"), TableColumn::Left("VALUE"), TableColumn::Left("FROM")];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), human::or_dash(self.value.clone(), |value| value), self.source.clone()]
    }
}

impl From<&ResolvedSetting> for SettingRecord {
    fn from(told: &ResolvedSetting) -> Self {
        Self { name: told.name.clone().into_owned(), value: told.value.clone(), source: told.source.to_string() }
    }
}

pub(super) fn run(context: &Context, verb: ConfigVerb) -> Result<CommandOutcome> {
    match verb {
        ConfigVerb::Show => context.ui.list(context.settings.told().iter().map(SettingRecord::from))?,
    }
    Ok(CommandOutcome::Done)
}
