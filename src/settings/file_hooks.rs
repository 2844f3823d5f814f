//! The section `[hooks]` of the configuration file.

use serde::Deserialize;

use crate::db::conninfo::Secret;

/// What the section may hold. Addresses and commands may hold tokens.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileHooks {
    #[serde(alias = "on-start")]
    pub on_start: Option<Secret>,
    #[serde(alias = "on-success")]
    pub on_success: Option<Secret>,
    #[serde(alias = "on-failure")]
    pub on_failure: Option<Secret>,
    pub ping: Option<Secret>,
    #[serde(alias = "push-metrics")]
    pub push_metrics: Option<Secret>,
    pub timeout: Option<String>,
}

impl FileHooks {
    /// Whether anything is run or called by the word of this section.
    pub(super) fn is_given(&self) -> bool {
        [&self.on_start, &self.on_success, &self.on_failure, &self.ping, &self.push_metrics]
            .iter()
            .any(|one| one.is_some())
    }
}
