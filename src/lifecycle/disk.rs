//! The disk that a database lies on: seen on this machine, or named by its size.

use std::path::{Path, PathBuf};

use crate::db::queries::disk::{self, ServerFiles};
use crate::db::queries::policies::SpaceAims;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};

/// The disk that a namespace's chunks lie on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disk {
    /// It is on this machine, under this folder.
    Seen(PathBuf),
    /// It is somewhere else, and has so many bytes.
    Named(u64),
}

/// How much of a disk is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    /// All of it, in bytes.
    pub size_bytes: u64,
    /// What a server may still take of it. Below 0 where the disk is smaller than what lies on it, by its named size.
    pub free_bytes: i64,
}

/// Between when a server's process began and when it says that it was started, at most, in seconds.
const WHILE_STARTING: f64 = 60.0;

impl Disk {
    /// Finds the disk: by the size that the policy names, else where the server's own folder can be seen from here.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn of(db: &Db, scope: &Scope, aims: &SpaceAims) -> Result<Option<Self>> {
        if let Some(size) = aims.disk_size {
            return Ok(Some(Self::Named(size)));
        }
        Ok(seen(&disk::place(db.client(), scope).await?).filter(|path| space(path).is_ok()).map(Self::Seen))
    }

    /// How much of it is free now.
    ///
    /// # Errors
    /// Where it cannot be seen any more, or a query fails.
    pub async fn space(&self, db: &Db) -> Result<DiskSpace> {
        match self {
            Self::Seen(path) => {
                space(path).map_err(|e| Error::failed(format!("looking at the disk of {}", path.display())).because(e))
            }
            Self::Named(size_bytes) => {
                let used = disk::used(db.client()).await?;
                let free_bytes = i64::try_from(*size_bytes).unwrap_or(i64::MAX).saturating_sub(used);
                Ok(DiskSpace { size_bytes: *size_bytes, free_bytes })
            }
        }
    }
}

/// Where the chunks lie on this machine, if that is so. A folder of that name may be another server's, reached through a
/// tunnel: its note of the process that runs on it must tell of the same server.
fn seen(place: &ServerFiles) -> Option<PathBuf> {
    let data = Path::new(place.data_directory.as_ref()?);
    if !place.is_here {
        return None;
    }
    let note = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let tells = tells_of(&note, place);
    tells.then(|| place.tablespace.as_ref().map_or_else(|| data.to_path_buf(), PathBuf::from))
}

/// Whether a `postmaster.pid` is of this server: by its folder, when it was started, and its port
/// (<https://www.postgresql.org/docs/current/storage-file-layout.html>).
fn tells_of(note: &str, place: &ServerFiles) -> bool {
    let mut lines = note.lines().skip(1).map(str::trim);
    let folder = lines.next();
    let started: Option<f64> = lines.next().and_then(|text| text.parse().ok());
    let port: Option<i32> = lines.next().and_then(|text| text.parse().ok());
    folder.is_some()
        && folder == place.data_directory.as_deref()
        && port.is_some()
        && port == place.port
        && started.is_some_and(|at| (place.started - at).abs() < WHILE_STARTING)
}

#[cfg(unix)]
fn space(path: &Path) -> std::io::Result<DiskSpace> {
    let found = rustix::fs::statvfs(path)?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    Ok(DiskSpace {
        size_bytes: found.f_blocks.saturating_mul(found.f_frsize),
        free_bytes: i64::try_from(free).unwrap_or(i64::MAX),
    })
}

#[cfg(not(unix))]
fn space(_: &Path) -> std::io::Result<DiskSpace> {
    Err(std::io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> ServerFiles {
        ServerFiles {
            data_directory: Some("/var/lib/postgresql/15/main".to_owned()),
            port: Some(5432),
            started: 1_770_000_001.5,
            is_here: true,
            tablespace: None,
        }
    }

    #[test]
    fn a_folder_is_the_servers_where_its_note_names_the_same_folder_start_and_port() {
        let note = "812\n/var/lib/postgresql/15/main\n1770000000\n5432\n/var/run/postgresql\nlocalhost\n";
        assert!(tells_of(note, &place()));
        for (from, to) in [("/15/", "/14/"), ("1770000000", "1770086400"), ("5432", "5433")] {
            assert!(!tells_of(&note.replace(from, to), &place()), "{to}");
        }
        assert!(!tells_of("", &place()) && !tells_of("812", &place()));
        assert!(!tells_of(note, &ServerFiles { data_directory: None, port: None, ..place() }));
    }

    #[test]
    fn a_folder_that_lacks_the_servers_note_is_not_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().display().to_string();
        let place = ServerFiles { data_directory: Some(path.clone()), ..place() };
        assert_eq!(seen(&place), None);
        std::fs::write(dir.path().join("postmaster.pid"), format!("1\n{path}\n1770000000\n5432\n")).unwrap();
        assert_eq!(seen(&place).as_deref(), Some(dir.path()));
        assert_eq!(seen(&ServerFiles { is_here: false, ..place.clone() }), None);
        let elsewhere = ServerFiles { tablespace: Some("/mnt/fast".to_owned()), ..place };
        assert_eq!(seen(&elsewhere).as_deref(), Some(Path::new("/mnt/fast")));
    }
}
