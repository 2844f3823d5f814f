//! What every verb needs to know, resolved once: flags, then the environment, then the configuration file's profile, then
//! the file.

mod bounds;
mod cache;
mod early;
mod env;
mod file;
mod file_hooks;
mod hooks;
mod layers;
mod place;
mod resolved_sections;
mod run;
mod sections;
mod store;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;

use crate::cli::{ColorMode, DbType, Global, LogFormat, OutputFormat, values};
use crate::db::conninfo::{ConnInfo, Secret, has_password, masked};
use crate::db::{ConnectOptions, Connector};
use crate::error::{Error, Kind, Result};
use crate::hooks::Hooks;
use crate::namespace::{NEEDS_HYPERTABLE, NamespaceName};
use crate::store::{StoreSettings, StoreUrl};
pub use cache::CacheSettings;
pub use env::Env;
use file::FileSettings;
use layers::{Choice, Layers, Profile};
pub use layers::{ResolvedSetting, SettingSource};
pub use run::RunMode;

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
    Shown,
    /// Not at all.
    Silent,
}

/// Whether it is told how long stages took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimingsMode {
    /// Once the work is done that they were stages of.
    Shown,
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
    /// How long stages took.
    pub timings: TimingsMode,
    /// Colours.
    pub color: ColorMode,
}

/// Everything that is not an argument of a verb.
#[derive(Debug, Clone)]
pub struct Settings {
    db_url: Option<Secret>,
    /// What kind of server, and of namespace.
    pub db_type: DbType,
    /// The namespace.
    pub namespace: String,
    /// The one that the command line names, if it names one.
    pub named_namespace: Option<String>,
    store: Option<String>,
    store_source: SettingSource,
    /// The store of the flag alone.
    store_flag: Option<String>,
    /// How stores are reached.
    pub store_settings: StoreSettings,
    /// Where parts of archives are kept.
    pub cache: Option<CacheSettings>,
    /// How the program speaks.
    pub speech: Speech,
    /// Whether to change anything.
    pub run: RunMode,
    /// Who answers.
    pub confirmation: Confirmation,
    /// Who is told of runs.
    pub hooks: Hooks,
    lock_timeout: Duration,
    connect_timeout: Duration,
    told: Vec<ResolvedSetting>,
    notes: Vec<String>,
}

/// The variable that says in which form lines of standard error are.
const LOG_FORMAT: &[&str] = &["EVENTODB_LOG_FORMAT"];

impl Speech {
    fn resolve(layers: &mut Layers, flags: &Global) -> Result<Self> {
        let output =
            choice(layers, "output", flags.output, &["EVENTODB_OUTPUT"], |f| f.output, OutputFormat::default())?;
        let log = choice(layers, "log_format", flags.log_format, LOG_FORMAT, |f| f.log_format, LogFormat::default())?;
        // A word on the command line outdoes the file's opposite.
        let said = flags.quiet || flags.verbose > 0;
        let quiet = layers.pick("quiet", said.then_some(flags.quiet)).file(|f| f.quiet).or_default(false);
        let verbose = layers
            .pick("verbose", said.then_some(u64::from(flags.verbose)))
            .file(|f| f.verbose.map(u64::from))
            .or_default(0);
        let no_progress = layers.switch("no_progress", flags.no_progress, |f| f.no_progress);
        let color = layers
            .pick("color", flags.color.map(Choice))
            .env(&["NO_COLOR"], |_, _| Ok(Choice(ColorMode::Never)))?
            .file(|f| f.color.map(Choice))
            .or_default(Choice(ColorMode::default()))
            .0;
        Ok(Self {
            output,
            log,
            verbosity: verbosity(quiet, u8::try_from(verbose).unwrap_or(u8::MAX)),
            progress: if quiet || no_progress { ProgressMode::Silent } else { ProgressMode::Shown },
            timings: if flags.timings { TimingsMode::Shown } else { TimingsMode::Silent },
            color,
        })
    }
}

/// Where values may come from, one above the other; and the configuration file, where there is one.
fn layers<'a>(flags: &Global, env: Env<'a>) -> Result<(Layers<'a>, Option<PathBuf>)> {
    let place::SettingsFile { settings: mut file, path, source } = place::read(flags.config.clone(), env)?;
    let (profile, profile_source) = match (flags.profile.clone(), env("EVENTODB_PROFILE")) {
        (Some(name), _) => (Some(name), SettingSource::Flag),
        (None, Some(name)) => (Some(name), SettingSource::Environment("EVENTODB_PROFILE")),
        (None, None) => (None, SettingSource::Default),
    };
    if let (Some(name), None) = (&profile, &path) {
        return Err(Error::usage(format!("using the profile {name}"))
            .because("there is no configuration file")
            .hint("name one with --config, or write ~/.config/eventodb-admin/config.toml"));
    }
    let section = match &profile {
        Some(name) => Some(Profile { name: name.clone(), settings: file.take_profile(name)? }),
        None => None,
    };
    let mut layers = Layers::new(env, section, file);
    layers.tell("config", path.as_ref().map(|path| path.display().to_string()), source);
    layers.tell("profile", profile, profile_source);
    Ok((layers, path))
}

/// A password in a file that others can read is told.
fn db_url(layers: &mut Layers, flag: Option<Secret>, file: Option<&Path>) -> Result<Option<Secret>> {
    let db_url = layers
        .pick("db_url", flag)
        .env(&["EVENTODB_DB_URL", "DATABASE_URL"], |_, text| Ok(Secret::new(text)))?
        .file(|f| f.db_url.clone())
        .told_as(|url| masked(url.reveal()).unwrap_or_else(|| "(cannot be read)".to_owned()));
    if let (Some(file), Some(url), true) = (file, &db_url, layers.is_last_of_file())
        && has_password(url.reveal())
    {
        layers.look_at_secret(file, "the database's password");
    }
    Ok(db_url)
}

fn verbosity(quiet: bool, verbose: u8) -> Verbosity {
    match (quiet, verbose) {
        (true, _) => Verbosity::Quiet,
        (_, 0) => Verbosity::Normal,
        (_, 1) => Verbosity::Verbose,
        _ => Verbosity::Trace,
    }
}

impl Settings {
    /// Puts flags, environment and file together.
    ///
    /// # Errors
    /// A usage error for a value that cannot be meant, or a file that cannot be read.
    pub fn resolve(flags: Global, env: Env) -> Result<Self> {
        let env: Env = &|name| env(name).filter(|value| !value.is_empty());
        let (mut layers, path) = layers(&flags, env)?;
        let text = |_: &'static str, text: String| Ok(text);
        let db_url = db_url(&mut layers, flags.db_url.clone(), path.as_deref())?;
        let db_type =
            choice(&mut layers, "db_type", flags.db_type, &["EVENTODB_DB_TYPE"], |f| f.db_type, DbType::Auto)?;
        let namespace = layers
            .pick("namespace", flags.namespace.clone())
            .env(&["EVENTODB_NAMESPACE"], text)?
            .file(|f| f.namespace.clone())
            .or_default(NamespaceName::DEFAULT.to_owned());
        let named_namespace = flags.namespace.clone();
        let store_flag = flags.store.clone();
        let store = layers
            .pick("store", flags.store.clone())
            .env(&["EVENTODB_STORE"], text)?
            .file(|f| f.store.clone())
            .told_as(|url| {
                StoreUrl::from_str(url).map_or_else(|_| "(cannot be read)".to_owned(), |url| url.to_string())
            });
        let store_source = layers.source_of_last();
        let speech = Speech::resolve(&mut layers, &flags)?;
        let run = if layers.switch("dry_run", flags.dry_run, |f| f.dry_run) { RunMode::Plan } else { RunMode::Apply };
        let confirmation =
            if layers.switch("yes", flags.yes, |f| f.yes) { Confirmation::Given } else { Confirmation::Ask };
        let defaults = ConnectOptions::default();
        let lock_timeout = layers
            .pick("lock_timeout", flags.lock_timeout)
            .file_text(|f| f.lock_timeout.as_ref(), values::duration)?
            .or_default(defaults.lock_timeout);
        let connect_timeout = layers
            .pick("connect_timeout", flags.connect_timeout)
            .file_text(|f| f.connect_timeout.as_ref(), values::duration)?
            .or_default(defaults.connect_timeout);
        let named = flags.profile.is_some();
        let kept = cache::CacheFlags { dir: flags.cache_dir.clone(), bytes: flags.cache_size, none: flags.no_cache };
        let store_settings = store::resolve(&mut layers, store::StoreFlags::from(flags), run, env)?;
        let cache = cache::resolve(&mut layers, kept, env)?;
        let hooks = hooks::resolve(&mut layers)?;
        let (told, shadowing, warnings) = layers.finish();
        // The contract's order; but who types a profile's name may have forgotten what the shell exports.
        let notes = shadowing
            .into_iter()
            .filter(|_| named)
            .map(|variable| format!("{variable} is set and goes before the profile's own value"))
            .chain(warnings)
            .collect();
        Ok(Self {
            db_url,
            db_type,
            namespace,
            named_namespace,
            store,
            store_source,
            store_flag,
            store_settings,
            cache,
            speech,
            run,
            confirmation,
            hooks,
            lock_timeout,
            connect_timeout,
            told,
            notes,
        })
    }

    /// The profiles of the configuration file that would be read.
    ///
    /// # Errors
    /// A usage error for a file that cannot be read.
    pub fn profiles(flags: &Global, env: Env) -> Result<Vec<String>> {
        let env: Env = &|name| env(name).filter(|value| !value.is_empty());
        Ok(place::read(flags.config.clone(), env)?.settings.profiles.into_keys().collect())
    }

    /// What is worth knowing about where they came from.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Each setting, its value and where it came from; secrets are masked.
    pub fn told(&self) -> &[ResolvedSetting] {
        &self.told
    }

    /// Where the database is and how to connect, for what needs `TimescaleDB`.
    ///
    /// # Errors
    /// A usage error for a URL that cannot be read; [`Kind::Unsupported`] for `--db-type postgres`.
    pub fn connector(&self, env: Env) -> Result<Connector> {
        if self.db_type == DbType::Postgres {
            return Err(Error::new(Kind::Unsupported, "working on a plain Postgres schema")
                .because("this needs TimescaleDB: a plain schema has no chunks, archives or policies")
                .hint(NEEDS_HYPERTABLE));
        }
        self.any_connector(env)
    }

    /// Where the database is and how to connect, whatever it is.
    ///
    /// # Errors
    /// A usage error for a URL that cannot be read.
    pub fn any_connector(&self, env: Env) -> Result<Connector> {
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
        self.store_flag.as_deref().map(|url| read_store(url, &SettingSource::Flag)).transpose()
    }

    /// The store asked for.
    ///
    /// # Errors
    /// A usage error where it is no store's URL.
    pub fn store(&self) -> Result<Option<StoreUrl>> {
        self.store.as_deref().map(|url| read_store(url, &self.store_source)).transpose()
    }
}

fn read_store(url: &str, source: &SettingSource) -> Result<StoreUrl> {
    let from = match source {
        SettingSource::Flag => "--store".to_owned(),
        SettingSource::File => "store in the configuration file".to_owned(),
        SettingSource::Profile(name) => format!("store in the profile {name}"),
        other => other.to_string(),
    };
    url.parse().map_err(|e: Error| e.while_doing(format!("reading {from}")))
}

/// A setting that is one of a few values.
fn choice<T: ValueEnum>(
    layers: &mut Layers,
    name: &'static str,
    flag: Option<T>,
    env: &[&'static str],
    file: fn(&FileSettings) -> Option<T>,
    default: T,
) -> Result<T> {
    let picked = layers.pick(name, flag.map(Choice)).env(env, |name, text| Choice::read(name, &text))?;
    Ok(picked.file(|f| file(f).map(Choice)).or_default(Choice(default)).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::SseMode;

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

    #[test]
    fn a_store_that_cannot_be_meant_is_told_with_where_it_was_named() {
        let told = |flag: Option<&str>, env: &[(&str, &str)]| {
            let settings = resolve(Global { store: flag.map(str::to_owned), ..Global::default() }, env).unwrap();
            settings.store().unwrap_err().to_string()
        };
        assert_eq!(
            told(None, &[("EVENTODB_STORE", "nas/x")]),
            "reading EVENTODB_STORE: the store \"nas/x\" is not a URL"
        );
        assert_eq!(
            told(Some("nas/x"), &[("EVENTODB_STORE", "s3://bbb")]),
            "reading --store: the store \"nas/x\" is not a URL"
        );
        assert!(!told(Some("key:hunter2@bucket"), &[]).contains("hunter2"));
    }
}
