//! Which configuration file is read.

use std::path::{Path, PathBuf};

use super::env::Env;
use super::file::FileSettings;
use super::layers::SettingSource;
use crate::error::{Error, Result};

/// Below the user's folder for configuration.
const OWN: &str = "eventodb-admin/config.toml";

/// The file that was read.
pub(super) struct SettingsFile {
    pub settings: FileSettings,
    pub path: Option<PathBuf>,
    pub source: SettingSource,
}

/// Reads the file of the flag, or of `EVENTODB_CONFIG`, or the user's own where there is one. Only one is ever read.
pub(super) fn read(flag: Option<PathBuf>, env: Env) -> Result<SettingsFile> {
    let named = match flag {
        Some(path) => Some((path, SettingSource::Flag)),
        None => env("EVENTODB_CONFIG").map(|path| (PathBuf::from(path), SettingSource::Environment("EVENTODB_CONFIG"))),
    };
    if let Some((path, source)) = named {
        return Ok(SettingsFile { settings: FileSettings::read(&path)?, path: Some(path), source });
    }
    match own(env) {
        // One that is there and cannot be read is an error: to go on without it could mean another database.
        Some(path) if exists(&path)? => {
            Ok(SettingsFile { settings: FileSettings::read(&path)?, path: Some(path), source: SettingSource::Default })
        }
        _ => Ok(SettingsFile { settings: FileSettings::default(), path: None, source: SettingSource::Default }),
    }
}

/// `$XDG_CONFIG_HOME`, which counts only where it is absolute, or else `~/.config`.
fn own(env: Env) -> Option<PathBuf> {
    let folder = env("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || env("HOME").map(PathBuf::from).filter(|home| home.is_absolute()).map(|home| home.join(".config"));
    Some(folder.or_else(home)?.join(OWN))
}

fn exists(path: &Path) -> Result<bool> {
    match path.try_exists() {
        Ok(there) => Ok(there),
        // A home that belongs to somebody else, as a service may have it, holds no settings of ours.
        Err(e) if matches!(e.kind(), std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(e) => Err(Error::usage(format!("looking for the configuration file {}", path.display())).because(e)),
    }
}
