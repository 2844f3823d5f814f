//! The configuration file: the global flags' names, with `_` or `-`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::{ColorMode, DbType, LogFormat, OutputFormat, SseMode, ThawTier};
use crate::db::conninfo::Secret;
use crate::error::{Error, Result};

/// What a configuration file may hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSettings {
    #[serde(alias = "db-url")]
    pub db_url: Option<Secret>,
    #[serde(alias = "db-type")]
    pub db_type: Option<DbType>,
    pub namespace: Option<String>,
    pub store: Option<String>,
    #[serde(alias = "cache-dir")]
    pub cache_dir: Option<PathBuf>,
    #[serde(alias = "cache-size")]
    pub cache_size: Option<String>,
    #[serde(alias = "no-cache")]
    pub no_cache: Option<bool>,
    #[serde(alias = "s3-path-style")]
    pub s3_path_style: Option<bool>,
    #[serde(alias = "s3-max-parts")]
    pub s3_max_parts: Option<u32>,
    #[serde(alias = "storage-class")]
    pub storage_class: Option<String>,
    pub sse: Option<SseMode>,
    #[serde(alias = "sse-kms-key-id")]
    pub sse_kms_key_id: Option<String>,
    pub output: Option<OutputFormat>,
    #[serde(alias = "dry-run")]
    pub dry_run: Option<bool>,
    pub yes: Option<bool>,
    pub quiet: Option<bool>,
    pub verbose: Option<bool>,
    #[serde(alias = "log-format")]
    pub log_format: Option<LogFormat>,
    #[serde(alias = "no-progress")]
    pub no_progress: Option<bool>,
    pub color: Option<ColorMode>,
    #[serde(alias = "lock-timeout")]
    pub lock_timeout: Option<String>,
    #[serde(alias = "connect-timeout")]
    pub connect_timeout: Option<String>,
    #[serde(alias = "limit-rate")]
    pub limit_rate: Option<String>,
    #[serde(alias = "sse-c-key-file")]
    pub sse_c_key_file: Option<PathBuf>,
    #[serde(alias = "age-recipients-file")]
    pub age_recipients_file: Option<PathBuf>,
    #[serde(alias = "age-identity-file")]
    pub age_identity_file: Option<PathBuf>,
    pub tags: Option<BTreeMap<String, String>>,
    #[serde(alias = "requester-pays")]
    pub requester_pays: Option<bool>,
    #[serde(alias = "thaw-tier")]
    pub thaw_tier: Option<ThawTier>,
    #[serde(alias = "thaw-days")]
    pub thaw_days: Option<u16>,
    /// Sections that go before what stands above them.
    #[serde(default)]
    pub profiles: BTreeMap<String, Self>,
}

impl FileSettings {
    /// Splits off the section of this name.
    pub(super) fn take_profile(&mut self, name: &str) -> Result<Self> {
        self.profiles.remove(name).ok_or_else(|| {
            let known: Vec<_> = self.profiles.keys().map(String::as_str).collect();
            let hint = if known.is_empty() {
                format!("the file has no [profiles.{name}] and no other profile")
            } else {
                format!("the file has {}", known.join(", "))
            };
            Error::usage(format!("using the profile {name}"))
                .because("the configuration file has none of this name")
                .hint(hint)
        })
    }

    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let doing = format!("reading the configuration file {}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| Error::usage(doing.clone()).because(e))?;
        let file: Self = toml::from_str(&text).map_err(|e| {
            // The error's own text quotes the line, which may hold a password.
            let line = e.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Error::usage(format!("{doing}, line {line}")).because(known_words(e.message()))
        })?;
        match file.profiles.iter().find(|(_, section)| !section.profiles.is_empty()) {
            Some((name, _)) => Err(Error::usage(doing).because(format!("the profile {name} holds profiles"))),
            None => Ok(file),
        }
    }
}

/// The message without the value that it quotes: `unknown variant` and `invalid type` may repeat one.
fn known_words(message: &str) -> String {
    match message.strip_prefix("invalid type: string ") {
        Some(rest) => format!("invalid type: string{}", rest.rfind(", expected").map_or("", |at| &rest[at..])),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FileSettings> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        FileSettings::read(&path)
    }

    #[test]
    fn keys_are_spelled_with_either_dash() {
        let file = read("db-url = 'postgres://a'\nlock_timeout = '3s'\nsse = 'aws:kms'\noutput = 'json'\n").unwrap();
        assert_eq!(
            (file.db_url.as_ref().map(Secret::reveal), file.lock_timeout.as_deref()),
            (Some("postgres://a"), Some("3s"))
        );
        assert_eq!((file.sse, file.output), (Some(SseMode::Kms), Some(OutputFormat::Json)));
    }

    #[test]
    fn an_unknown_key_is_refused_by_name_and_its_value_is_not_shown() {
        let error = read("namespace = 'a'\ndb_ulr = 'postgres://u:hunter2@h/d'\n").unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("db_ulr") && text.contains("line 2") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_broken_file_does_not_show_the_line() {
        for text in ["db_url = 'postgres://u:hunter2@h/d", "db_url = postgres://u:hunter2@h", "yes = 'hunter2'\n"] {
            let error = read(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
