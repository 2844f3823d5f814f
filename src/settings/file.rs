//! The configuration file: the global flags' names, with `_` or `-`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::file_hooks::FileHooks;
use super::sections::{self, FileStore, Section};
use crate::cli::{ColorMode, DbType, LogFormat, OutputFormat, SseMode, ThawTier};
use crate::db::conninfo::Secret;
use crate::error::{Error, Result};
use crate::permissions;

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
    /// Who is told of runs.
    #[serde(default)]
    pub hooks: FileHooks,
    /// Sections that go before what stands above them.
    #[serde(default)]
    pub profiles: BTreeMap<String, Self>,
    /// Settings of single stores, as they are written.
    #[serde(default)]
    stores: BTreeMap<Spanned<String>, FileStore>,
    /// The same, checked.
    #[serde(skip)]
    pub sections: Vec<Section>,
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

    /// What it has that others must not put there: what is run or called, and the files with keys.
    fn entrusted(&self) -> Option<&'static str> {
        let keys = [
            ("age_identity_file", &self.age_identity_file),
            ("age_recipients_file", &self.age_recipients_file),
            ("sse_c_key_file", &self.sse_c_key_file),
        ];
        let hooks = self.hooks.is_given().then_some("[hooks]");
        let key = || keys.iter().find(|(_, file)| file.is_some()).map(|(name, _)| *name);
        hooks.or_else(key).or_else(|| self.profiles.values().find_map(Self::entrusted))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Usage where it cannot be read, or has hooks or files with keys and others may write to it, or replace it.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let doing = format!("reading the configuration file {}", path.display());
        let text = std::fs::read_to_string(path).map_err(|e| Error::usage(doing.clone()).because(e))?;
        let line = |byte: usize| text[..byte.min(text.len())].matches('\n').count() + 1;
        let mut file: Self = toml::from_str(&text).map_err(|e| {
            // The error's own text quotes the line, which may hold a password.
            let line = e.span().map_or(0, |span| line(span.start));
            Error::usage(format!("{doing}, line {line}"))
                .because(known_words(e.message()))
                .hint_if_any(hint(e.message()))
        })?;
        if let Some(what) = file.entrusted() {
            require_own(path, what, &doing)?;
        }
        let own = std::mem::take(&mut file.stores);
        file.sections = sections::checked(own, &doing, line)?;
        for profile in file.profiles.values_mut() {
            profile.sections = sections::checked(std::mem::take(&mut profile.stores), &doing, line)?;
        }
        match file.profiles.iter().find(|(_, section)| !section.profiles.is_empty()) {
            Some((name, _)) => Err(Error::usage(doing).because(format!("the profile {name} holds profiles"))),
            None => Ok(file),
        }
    }
}

/// Refuses a file whose hooks others could change, or put there with a file of theirs: the program would run their commands by the
/// rights of its user, and encrypt to their keys.
fn require_own(path: &Path, what: &str, doing: &str) -> Result<()> {
    let about = std::fs::metadata(path).map_err(|e| Error::usage(doing).because(e))?;
    if !about.is_file() {
        return Ok(());
    }
    if permissions::lets_others_change(&about) {
        return Err(Error::usage(doing)
            .because(format!("it has {what}, and others on this machine may write to it"))
            .hint(format!("chmod go-w {}, and let it belong to the user of the program or to root", path.display())));
    }
    let Some(folder) = permissions::where_others_replace(path) else { return Ok(()) };
    let folder = folder.display();
    Err(Error::usage(doing)
        .because(format!("it has {what}, and others on this machine may put another file in its place, in {folder}"))
        .hint(format!("chmod go-w {folder}, and let it belong to the user of the program or to root")))
}

/// For who writes keys into the file.
const SECRETS: &str = "secrets do not go into this file: name a file with them (credentials_file, sse_c_key_file), an \
                       aws_profile, or the variables that hold them (access_key_id_env, secret_access_key_env)";

/// A key that is unknown, and those that could stand there.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    Some((quoted.next()?, quoted.filter(|key| !key.contains('-')).collect()))
}

/// What to do about a key that is unknown.
fn hint(message: &str) -> Option<String> {
    let (key, known) = unknown_key(message)?;
    // What others have for a secret.
    let secrets = ["access_key_id", "aws_access_key_id", "secret_access_key", "aws_secret_access_key", "session_token"];
    let key = key.replace('-', "_");
    if secrets.contains(&key.as_str()) {
        return Some(SECRETS.to_owned());
    }
    let distance = |known: &str| strsim::damerau_levenshtein(&key, known);
    let like =
        known.into_iter().filter(|known| distance(known) <= (known.len() / 3).max(1)).min_by_key(|k| distance(k));
    let listed =
        "docs/reference/configuration.md lists the keys; those of the file itself are the names of global flags";
    Some(like.map_or_else(|| listed.to_owned(), |like| format!("did you mean `{like}`? {listed}")))
}

/// The message without the value that it quotes, as `unknown variant` and `invalid type` may repeat one, and without the list of
/// all keys.
fn known_words(message: &str) -> String {
    if let Some((key, _)) = unknown_key(message) {
        return format!("the key `{key}` is unknown");
    }
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
    fn a_key_that_is_nearly_one_is_told_as_that_one_and_others_are_not_listed() {
        for (text, told) in [
            ("stroe = 'x'", Some("did you mean `store`?")),
            ("lock-timout = '3s'", Some("did you mean `lock_timeout`?")),
            ("[stores.'s3://aaa']\nreigon = 'x'", Some("did you mean `region`?")),
            ("colour_of_the_sky = 'x'", None),
        ] {
            let error = read(text).unwrap_err();
            let hint = error.hint_text().unwrap_or_default();
            assert!(error.to_string().ends_with("is unknown"), "{error}");
            assert!(hint.contains("configuration.md") && hint.contains(told.unwrap_or_default()), "{hint}");
            assert_eq!(hint.contains("did you mean"), told.is_some(), "{hint}");
        }
    }

    #[test]
    fn sections_of_stores_know_their_lines() {
        let refused = |text: &str, parts: &[&str]| {
            let error = read(text).unwrap_err();
            let told = format!("{error}\n{}", error.hint_text().unwrap_or_default());
            for part in parts {
                assert!(told.contains(part), "no {part:?} in {told}");
            }
            assert!(!told.contains("hunter2"), "{told}");
        };
        assert_eq!(read("[stores.'s3://aaa']\nregion = 'x'\n[stores.'s3://aaa/b']\n").unwrap().sections.len(), 2);
        refused("yes = true\n[stores.'gs://a']\n", &["line 2", "gs"]);
        refused("[stores.'s3://AKIA:hunter2@a']\n", &["line 1", "no credentials"]);
        refused("[stores.'s3://aaa/']\n\n[stores.'s3://aaa']\n", &["two sections", "1 and 3"]);
        refused("[stores.'s3://aaa']\nreigon = 'hunter2'\n", &["line 2", "reigon"]);
        refused("[stores.'s3://aaa']\nsecret-access-key = 'hunter2'\n", &["line 2", "credentials_file"]);
        refused("[stores.'s3://aaa']\nrequester_pays = 'hunter2'\n", &["line 2"]);
        refused("[stores.'file:///a']\nstorage_class = 'X'\n", &["line 1", "storage_class", "folder", "limit_rate"]);
        refused("[profiles.p.stores.'file:///a']\nregion = 'x'\n", &["line 1", "region"]);
        refused("[stores.'s3://aaa']\nendpoint = 'https://h'\n", &["endpoint without keys", "\"chain\""]);
        refused("[stores.'s3://aaa']\nendpoint = 'https://u:hunter2@h'\ncredentials = 'chain'\n", &["credentials"]);
        refused("[stores.'s3://aaa']\naccess_key_id_env = 'A'\n", &["half"]);
        refused("[stores.'s3://aaa']\naws_profile = 'a'\ncredentials = 'chain'\n", &["more than one place"]);
        refused("[stores.'s3://aaa']\nsse_kms_key_id = 'k'\n", &["aws:kms"]);
        refused("[stores.'s3://aaa']\nsse = 'none'\nsse_c_key_file = '/k'\n", &["SSE-C"]);
        refused("[stores.'s3://aaa']\ns3_max_parts = 0\n", &["s3_max_parts"]);
        refused("[stores.'s3://aaa']\ntags = { 'aws:x' = 'y' }\n", &["aws:"]);
        refused("[stores.'file:///a']\nlimit_rate = 'fast'\n", &["limit_rate", "512K"]);
    }

    #[cfg(unix)]
    #[test]
    fn hooks_of_a_file_that_others_may_write_to_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let with = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            FileSettings::read(&path).map(|_| ())
        };
        for text in ["hooks.on_failure = 'true'\n", "[profiles.p.hooks]\nping = 'https://h/'\n"] {
            assert!(with(text, 0o644).is_ok() && with(text, 0o600).is_ok(), "{text}");
            for mode in [0o666, 0o664, 0o646] {
                assert!(with(text, mode).unwrap_err().hint_text().unwrap().contains("chmod go-w"), "{text} {mode:o}");
            }
        }
        assert!(with("namespace = 'a'\n", 0o666).is_ok());
        assert!(
            with("age_identity_file = '/k'\n", 0o600).is_ok() && with("age_identity_file = '/k'\n", 0o660).is_err()
        );
    }

    #[cfg(unix)]
    #[test]
    fn hooks_of_a_file_that_others_may_replace_are_refused_and_sticky_folders_are_none() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (outer, inner) = (dir.path().join("outer"), dir.path().join("outer/inner"));
        std::fs::create_dir_all(&inner).unwrap();
        let (path, link) = (inner.join("config.toml"), dir.path().join("linked.toml"));
        symlink(&path, &link).unwrap();
        let mode = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        for text in ["hooks.on_failure = 'true'\n", "[profiles.p]\nage_identity_file = '/k'\n"] {
            std::fs::write(&path, text).unwrap();
            mode(&path, 0o600);
            for (folder, open, is_refused) in [
                (&inner, 0o755, false),
                (&inner, 0o777, true),
                (&inner, 0o775, true),
                (&inner, 0o1777, false),
                (&outer, 0o777, true),
                (&outer, 0o1777, false),
            ] {
                mode(folder, open);
                for way in [&path, &link] {
                    let read = FileSettings::read(way);
                    assert_eq!(read.is_err(), is_refused, "{text} {} {open:o}", way.display());
                    if let Err(e) = read {
                        let told = format!("{e}\n{}", e.hint_text().unwrap_or_default());
                        assert!(told.contains(&format!("chmod go-w {}", folder.display())), "{told}");
                    }
                }
                mode(folder, 0o755);
            }
        }
        std::fs::write(&path, "namespace = 'a'\n").unwrap();
        mode(&inner, 0o777);
        assert!(FileSettings::read(&path).is_ok());
    }

    #[test]
    fn a_broken_file_does_not_show_the_line() {
        for text in ["db_url = 'postgres://u:hunter2@h/d", "db_url = postgres://u:hunter2@h", "yes = 'hunter2'\n"] {
            let error = read(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
