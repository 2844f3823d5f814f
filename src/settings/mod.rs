//! What every verb needs to know, resolved once: flags, then the environment, then the configuration file.

mod file;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::{ColorMode, DbType, Global, LogFormat, OutputFormat, SseMode, values};
use crate::db::conninfo::{ConnInfo, Secret};
use crate::db::{ConnectOptions, Connector};
use crate::error::{Error, Kind, Result};
use crate::store::{PathStyle, Sse, StoreSettings, StoreUrl};
use file::FileSettings;

/// How the environment is asked; an empty variable counts as none.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Whether to change anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Do it.
    Apply,
    /// Print the plan.
    Plan,
}

/// Who answers a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// The person at the terminal.
    Ask,
    /// `--yes`.
    Given,
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors.
    Quiet,
    /// Notes, warnings, progress.
    Normal,
    /// The program's own steps.
    Verbose,
    /// Everything, libraries included.
    Trace,
}

/// Whether progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressMode {
    /// By bars on a terminal, by lines elsewhere.
    Told,
    /// Not at all.
    Silent,
}

/// How the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech {
    /// Standard output.
    pub output: OutputFormat,
    /// Standard error.
    pub log: LogFormat,
    /// How much.
    pub verbosity: Verbosity,
    /// Progress.
    pub progress: ProgressMode,
    /// Colours.
    pub color: ColorMode,
}

/// Everything that is not an argument of a verb.
#[derive(Debug, Clone)]
pub struct Settings {
    db_url: Option<Secret>,
    db_type: DbType,
    /// The namespace.
    pub namespace: String,
    store: Option<String>,
    /// The store of the flag alone.
    store_flag: Option<String>,
    /// How stores are reached.
    pub store_settings: StoreSettings,
    /// How the program speaks.
    pub speech: Speech,
    /// Whether to change anything.
    pub run: Run,
    /// Who answers.
    pub confirmation: Confirmation,
    lock_timeout: Duration,
    connect_timeout: Duration,
}

impl Speech {
    /// From flags and environment alone, for errors before the configuration file is read.
    pub fn early(flags: &Global) -> Self {
        Self {
            output: flags.output.unwrap_or_default(),
            log: flags.log_format.unwrap_or_default(),
            verbosity: verbosity(flags.quiet, flags.verbose),
            progress: ProgressMode::Silent,
            color: flags.color.unwrap_or_default(),
        }
    }
}

fn verbosity(quiet: bool, verbose: u8) -> Verbosity {
    match (quiet, verbose) {
        (true, _) => Verbosity::Quiet,
        (_, 0) => Verbosity::Normal,
        (_, 1) => Verbosity::Verbose,
        _ => Verbosity::Trace,
    }
}

/// A variable that names one of a few values.
fn choice<T: ValueEnum>(env: Env, name: &str) -> Result<Option<T>> {
    env(name)
        .map(|text| {
            T::from_str(&text, false).map_err(|why| {
                let known: Vec<_> = T::value_variants()
                    .iter()
                    .filter_map(|v| v.to_possible_value().map(|p| p.get_name().to_owned()))
                    .collect();
                Error::usage(format!("reading {name}")).because(why).hint(format!("it is one of {}", known.join(", ")))
            })
        })
        .transpose()
}

impl Settings {
    /// Puts flags, environment and file together.
    ///
    /// # Errors
    /// A usage error for a value that cannot be meant, or a file that cannot be read.
    pub fn resolve(flags: Global, env: Env) -> Result<Self> {
        let env: Env = &|name| env(name).filter(|value| !value.is_empty());
        let file = match flags.config.clone().or_else(|| env("EVENTODB_CONFIG").map(PathBuf::from)) {
            Some(path) => FileSettings::read(&path)?,
            None => FileSettings::default(),
        };
        let flag = |given: bool, in_file: Option<bool>| given || in_file.unwrap_or_default();
        // A word on the command line outdoes the file's opposite.
        let (quiet, verbose) = match (flags.quiet, flags.verbose) {
            (false, 0) => (file.quiet.unwrap_or_default(), u8::from(file.verbose.unwrap_or_default())),
            given => given,
        };
        let speech = Speech {
            output: flags.output.or(choice(env, "EVENTODB_OUTPUT")?).or(file.output).unwrap_or_default(),
            log: flags.log_format.or(choice(env, "EVENTODB_LOG_FORMAT")?).or(file.log_format).unwrap_or_default(),
            verbosity: verbosity(quiet, verbose),
            progress: if quiet || flag(flags.no_progress, file.no_progress) {
                ProgressMode::Silent
            } else {
                ProgressMode::Told
            },
            color: flags.color.or_else(|| env("NO_COLOR").map(|_| ColorMode::Never)).or(file.color).unwrap_or_default(),
        };
        let store_settings = StoreSettings {
            path_style: if flag(flags.s3_path_style, file.s3_path_style) { PathStyle::Always } else { PathStyle::Auto },
            storage_class: flags.storage_class.or(file.storage_class),
            sse: sse(flags.sse.or(file.sse), flags.sse_kms_key_id.or(file.sse_kms_key_id))?,
            ..StoreSettings::default()
        };
        let in_file = |name: &str, text: Option<String>| {
            text.map(|t| {
                values::duration(&t).map_err(|e| Error::usage(format!("{name} in the configuration file")).because(e))
            })
            .transpose()
        };
        let defaults = ConnectOptions::default();
        Ok(Self {
            db_url: flags
                .db_url
                .or_else(|| env("EVENTODB_DB_URL").or_else(|| env("DATABASE_URL")).map(Secret::new))
                .or(file.db_url),
            db_type: flags.db_type.or(choice(env, "EVENTODB_DB_TYPE")?).or(file.db_type).unwrap_or(DbType::Auto),
            namespace: flags
                .namespace
                .or_else(|| env("EVENTODB_NAMESPACE"))
                .or(file.namespace)
                .unwrap_or_else(|| "default".to_owned()),
            store_flag: flags.store.clone(),
            store: flags.store.or_else(|| env("EVENTODB_STORE")).or(file.store),
            store_settings,
            speech,
            run: if flag(flags.dry_run, file.dry_run) { Run::Plan } else { Run::Apply },
            confirmation: if flag(flags.yes, file.yes) { Confirmation::Given } else { Confirmation::Ask },
            lock_timeout: flags
                .lock_timeout
                .or(in_file("lock_timeout", file.lock_timeout)?)
                .unwrap_or(defaults.lock_timeout),
            connect_timeout: flags
                .connect_timeout
                .or(in_file("connect_timeout", file.connect_timeout)?)
                .unwrap_or(defaults.connect_timeout),
        })
    }

    /// Where the database is and how to connect.
    ///
    /// # Errors
    /// A usage error for a URL that cannot be read; [`Kind::Unsupported`] for `--db-type postgres`.
    pub fn connector(&self, env: Env) -> Result<Connector> {
        if self.db_type == DbType::Postgres {
            return Err(Error::new(Kind::Unsupported, "working on EventoDB's plain Postgres schemas")
                .because("they have no chunks, and this version works on TimescaleDB only")
                .hint("leave --db-type out, or give the URL of a TimescaleDB database"));
        }
        Ok(Connector {
            info: ConnInfo::resolve(self.db_url.as_ref().map(Secret::reveal), env)?,
            options: ConnectOptions {
                connect_timeout: self.connect_timeout,
                lock_timeout: self.lock_timeout,
                ..ConnectOptions::default()
            },
        })
    }

    /// The store to read archives from, where it is another than the one that the ledger names: said by the flag, and not
    /// by an environment that was set for what is archived next.
    ///
    /// # Errors
    /// A usage error where it is no store's URL.
    pub fn reading_store(&self) -> Result<Option<StoreUrl>> {
        self.store_flag.as_deref().map(StoreUrl::from_str).transpose()
    }

    /// The store asked for.
    ///
    /// # Errors
    /// A usage error where it is no store's URL.
    pub fn store(&self) -> Result<Option<StoreUrl>> {
        self.store.as_deref().map(StoreUrl::from_str).transpose()
    }
}

fn sse(mode: Option<SseMode>, key_id: Option<String>) -> Result<Option<Sse>> {
    match (mode, key_id) {
        (None, None) => Ok(None),
        (Some(SseMode::Aes256), None) => Ok(Some(Sse::S3)),
        (Some(SseMode::Kms), key_id) => Ok(Some(Sse::Kms { key_id })),
        (_, Some(_)) => {
            Err(Error::usage("a key id for encryption").because("it is for --sse aws:kms").hint("add --sse aws:kms"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(flags: Global, env: &[(&str, &str)]) -> Result<Settings> {
        Settings::resolve(flags, &|name| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(
            &path,
            "namespace = 'file'\nstore = 'file:///f'\ndb-url = 'postgres://file'\nlock_timeout = '7s'\n",
        )
        .unwrap();
        let flags = Global { config: Some(path), namespace: Some("flag".into()), ..Global::default() };
        let env = [("EVENTODB_NAMESPACE", "env"), ("EVENTODB_STORE", "file:///e"), ("EVENTODB_DB_URL", "")];
        let settings = resolve(flags, &env).unwrap();
        assert_eq!(settings.namespace, "flag");
        assert_eq!(settings.store.as_deref(), Some("file:///e"));
        assert_eq!(settings.db_url.as_ref().map(Secret::reveal), Some("postgres://file"));
        assert_eq!(settings.lock_timeout, Duration::from_secs(7));
    }

    #[test]
    fn database_url_stands_in_for_eventodb_db_url() {
        let settings = resolve(Global::default(), &[("DATABASE_URL", "postgres://b")]).unwrap();
        assert_eq!(settings.db_url.as_ref().map(Secret::reveal), Some("postgres://b"));
        let both = [("DATABASE_URL", "postgres://b"), ("EVENTODB_DB_URL", "postgres://a")];
        assert_eq!(
            resolve(Global::default(), &both).unwrap().db_url.as_ref().map(Secret::reveal),
            Some("postgres://a")
        );
    }

    #[test]
    fn no_color_counts_unless_a_flag_says_otherwise() {
        let env = [("NO_COLOR", "1")];
        assert_eq!(resolve(Global::default(), &env).unwrap().speech.color, ColorMode::Never);
        let flags = Global { color: Some(ColorMode::Always), ..Global::default() };
        assert_eq!(resolve(flags, &env).unwrap().speech.color, ColorMode::Always);
    }

    #[test]
    fn an_unknown_output_in_the_environment_is_a_usage_error_with_the_known_ones() {
        let error = resolve(Global::default(), &[("EVENTODB_OUTPUT", "xml")]).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(
            error.to_string().contains("EVENTODB_OUTPUT") && error.hint_text().unwrap().contains("json"),
            "{error}"
        );
    }

    #[test]
    fn a_key_id_needs_aws_kms() {
        let flags = Global { sse_kms_key_id: Some("k".into()), sse: Some(SseMode::Aes256), ..Global::default() };
        assert_eq!(resolve(flags, &[]).unwrap_err().kind(), Kind::Usage);
    }
}
