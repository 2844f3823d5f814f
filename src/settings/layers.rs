//! Where a value comes from: flag, environment, profile, file, default. Each is picked once, and what was picked is told.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;

use super::env::Env;
use super::file::FileSettings;
use super::sections::Section;
use crate::error::{Error, Result};
use crate::permissions;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingSource {
    /// The command line.
    Flag,
    /// This variable.
    Environment(&'static str),
    /// This section of the configuration file.
    Profile(String),
    /// The configuration file's top level.
    File,
    /// Nobody said anything.
    Default,
}

impl std::fmt::Display for SettingSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => f.write_str(name),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::File => f.write_str("file"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting as `config show` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedSetting {
    /// Its name in the configuration file.
    pub name: Cow<'static, str>,
    /// Its value, secrets masked; nothing where it has none.
    pub value: Option<String>,
    /// Where it came from.
    pub source: SettingSource,
}

/// A section of the configuration file that goes before its top level.
pub(super) struct Profile {
    pub name: String,
    pub settings: FileSettings,
}

/// All that may hold a value, but for the flags.
pub(super) struct Layers<'a> {
    env: Env<'a>,
    profile: Option<Profile>,
    file: FileSettings,
    told: Vec<ResolvedSetting>,
    /// Variables that went before a value of the profile.
    shadowing: Vec<&'static str>,
    warnings: Vec<String>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(env: Env<'a>, profile: Option<Profile>, file: FileSettings) -> Self {
        Self { env, profile, file, told: Vec::new(), shadowing: Vec::new(), warnings: Vec::new() }
    }

    /// Begins with the flag.
    pub(super) fn pick<T>(&mut self, name: &'static str, flag: Option<T>) -> Pick<'_, 'a, T> {
        Pick { name, found: flag.map(|value| (value, SettingSource::Flag)), layers: self }
    }

    /// A switch of the command line and the file.
    pub(super) fn switch(&mut self, name: &'static str, flag: bool, file: fn(&FileSettings) -> Option<bool>) -> bool {
        self.pick(name, flag.then_some(true)).file(file).or_default(false)
    }

    pub(super) fn tell(&mut self, name: impl Into<Cow<'static, str>>, value: Option<String>, source: SettingSource) {
        self.told.push(ResolvedSetting { name: name.into(), value, source });
    }

    /// Whether the setting of this name, picked before, is the command line's.
    pub(super) fn is_flag(&self, name: &str) -> bool {
        self.told.iter().any(|told| told.name == name && told.source == SettingSource::Flag)
    }

    /// The sections of single stores: the profile's, and those of the file whose stores have none there.
    pub(super) fn take_sections(&mut self) -> Vec<(Section, SettingSource)> {
        let mut sections = Vec::new();
        if let Some(Profile { name, settings }) = &mut self.profile {
            let own = std::mem::take(&mut settings.sections).into_iter();
            sections.extend(own.map(|section| (section, SettingSource::Profile(name.clone()))));
        }
        for section in std::mem::take(&mut self.file.sections) {
            if !sections.iter().any(|(other, _)| other.is_of_the_store_of(&section)) {
                sections.push((section, SettingSource::File));
            }
        }
        sections
    }

    /// Warns where a file that a secret was read from is open to others.
    pub(super) fn look_at_secret(&mut self, file: &Path, holds: &str) {
        self.warnings.extend(permissions::complaint(file, holds));
    }

    /// Warns where the cache is not used because others may write to its folder.
    pub(super) fn look_at_cache(&mut self, dir: &Path) {
        if permissions::lets_others_write(dir) {
            let dir = dir.display();
            self.warnings.push(format!(
                "the cache folder {dir} is not used, since others on this machine may write to it: chmod 0700 it, or give another"
            ));
        }
    }

    /// What was picked, the variables that went before a value of the profile, and what to warn of.
    pub(super) fn finish(self) -> (Vec<ResolvedSetting>, Vec<&'static str>, Vec<String>) {
        (self.told, self.shadowing, self.warnings)
    }

    /// Where the value came from that was picked last.
    pub(super) fn source_of_last(&self) -> SettingSource {
        self.told.last().map_or(SettingSource::Default, |told| told.source.clone())
    }

    /// Whether the value that was picked last came from the configuration file.
    pub(super) fn is_last_of_file(&self) -> bool {
        matches!(
            self.told.last(),
            Some(ResolvedSetting { source: SettingSource::File | SettingSource::Profile(_), .. })
        )
    }
}

/// A value being looked for: the first layer that has it.
pub(super) struct Pick<'l, 'a, T> {
    name: &'static str,
    found: Option<(T, SettingSource)>,
    layers: &'l mut Layers<'a>,
}

impl<T> Pick<'_, '_, T> {
    /// Then the first of these variables that is set.
    pub(super) fn env(
        mut self,
        names: &[&'static str],
        read: impl Fn(&'static str, String) -> Result<T>,
    ) -> Result<Self> {
        if self.found.is_none() {
            for &name in names {
                if let Some(text) = (self.layers.env)(name) {
                    self.found = Some((read(name, text)?, SettingSource::Environment(name)));
                    break;
                }
            }
        }
        Ok(self)
    }

    /// Then the profile, then the file's top level.
    pub(super) fn file(self, read: impl Fn(&FileSettings) -> Option<T>) -> Self {
        // Reading does not fail.
        let Self { name, found, layers } = self;
        if let (Some((_, SettingSource::Environment(variable))), Some(profile)) = (&found, &layers.profile)
            && read(&profile.settings).is_some()
        {
            layers.shadowing.push(variable);
        }
        let found = found.or_else(|| {
            let of_profile = layers
                .profile
                .as_ref()
                .and_then(|profile| Some((read(&profile.settings)?, SettingSource::Profile(profile.name.clone()))));
            of_profile.or_else(|| Some((read(&layers.file)?, SettingSource::File)))
        });
        Self { name, found, layers }
    }

    /// As [`Pick::file`], for what the file has as text.
    pub(super) fn file_text(
        self,
        text: impl Fn(&FileSettings) -> Option<&String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Self> {
        if self.found.is_some() {
            return Ok(self);
        }
        let Self { name, layers, .. } = self;
        let of_profile =
            layers.profile.as_ref().and_then(|p| Some((text(&p.settings)?, SettingSource::Profile(p.name.clone()))));
        let given = of_profile.or_else(|| Some((text(&layers.file)?, SettingSource::File)));
        let found = match given {
            Some((text, source)) => {
                let refuse = |e: String| Error::usage(format!("{name} in the configuration file")).because(e);
                Some((read(text).map_err(refuse)?, source))
            }
            None => None,
        };
        Ok(Self { name, found, layers })
    }

    /// What was found, told as `show` says.
    pub(super) fn told_as(self, show: impl Fn(&T) -> String) -> Option<T> {
        let (value, source) = match self.found {
            Some((value, source)) => (Some(value), source),
            None => (None, SettingSource::Default),
        };
        self.layers.tell(self.name, value.as_ref().map(show), source);
        value
    }
}

impl<T: Shown> Pick<'_, '_, T> {
    /// What was found.
    pub(super) fn maybe(self) -> Option<T> {
        self.told_as(Shown::shown)
    }

    /// What was found, or this.
    pub(super) fn or_default(self, default: T) -> T {
        let (value, source) = self.found.unwrap_or((default, SettingSource::Default));
        self.layers.tell(self.name, Some(value.shown()), source);
        value
    }
}

/// What is no secret.
pub(super) trait Shown {
    fn shown(&self) -> String;
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for u16 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for u32 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for u64 {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        humantime::format_duration(*self).to_string()
    }
}

impl<T: ValueEnum> Shown for Choice<T> {
    fn shown(&self) -> String {
        self.0.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// One of a few values.
pub(super) struct Choice<T>(pub T);

impl<T: ValueEnum> Choice<T> {
    /// As a variable has it.
    pub(super) fn read(name: &'static str, text: &str) -> Result<Self> {
        T::from_str(text, false).map(Self).map_err(|why| {
            let known: Vec<_> = T::value_variants()
                .iter()
                .filter_map(|v| v.to_possible_value().map(|p| p.get_name().to_owned()))
                .collect();
            Error::usage(format!("reading {name}")).because(why).hint(format!("it is one of {}", known.join(", ")))
        })
    }
}
