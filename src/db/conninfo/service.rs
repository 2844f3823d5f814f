//! `service=name`: a section of `pg_service.conf`.

use std::path::{Path, PathBuf};

use super::params::DOING;
use super::params::Params;
use crate::error::{Error, Result};

/// The folder that packages keep the system-wide service file in.
const SYSTEM_FOLDERS: [&str; 2] = ["/etc/postgresql-common", "/etc"];

/// Reads the section `name` from the user's service file, or else from the system's.
pub(super) fn read(name: &str, env: &dyn Fn(&str) -> Option<String>, home: Option<&Path>) -> Result<Params> {
    let own = match env("PGSERVICEFILE") {
        Some(file) => Some(PathBuf::from(file)),
        None => home.map(|home| home.join(".pg_service.conf")).filter(|file| file.exists()),
    };
    let system: Vec<PathBuf> = match env("PGSYSCONFDIR") {
        Some(folder) => vec![PathBuf::from(folder).join("pg_service.conf")],
        None => SYSTEM_FOLDERS.iter().map(|folder| Path::new(folder).join("pg_service.conf")).collect(),
    };
    for file in own.into_iter().chain(system.into_iter().filter(|file| file.exists())) {
        let text = std::fs::read_to_string(&file).map_err(|e| {
            Error::usage(format!("reading the service file {}", file.display()))
                .because(e)
                .hint("PGSERVICEFILE names it; ~/.pg_service.conf is the default")
        })?;
        if let Some(params) = section(&text, name, &file)? {
            return Ok(params);
        }
    }
    Err(Error::usage(DOING)
        .because(format!("there is no service {name:?}"))
        .hint("add a section of this name to ~/.pg_service.conf, or leave out service and PGSERVICE"))
}

fn section(text: &str, name: &str, file: &Path) -> Result<Option<Params>> {
    let mut found: Option<Params> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(title) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if found.is_some() {
                break;
            }
            if title == name {
                found = Some(Params::default());
            }
            continue;
        }
        let Some(params) = &mut found else { continue };
        let known = line
            .split_once('=')
            .filter(|(key, _)| *key != "service")
            .and_then(|(key, value)| params.set(key.trim(), value.trim().to_owned()).ok());
        if known.is_none() {
            return Err(Error::usage(format!("reading the service file {}", file.display()))
                .because(format!("line {} is no parameter and value", index + 1))
                .hint("each line of a section is one libpq parameter: host=…"));
        }
    }
    Ok(found)
}
