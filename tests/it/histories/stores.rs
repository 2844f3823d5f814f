//! Two stores that have the same archives, one of which may be away.

use std::path::{Path, PathBuf};

use crate::histories::archives::{Place, Row};
use crate::histories::tally::Tally;

/// The folders of the two.
pub const NAMES: [&str; 2] = ["first", "second"];

/// What the name of one that is away ends with.
const AWAY: &str = ".away";

pub fn url(dir: &tempfile::TempDir, name: &str) -> String {
    format!("file://{}/{name}", dir.path().display())
}

/// Where a store's folder is now.
fn folder(url: &str) -> PathBuf {
    let there = PathBuf::from(url.trim_start_matches("file://"));
    let away = PathBuf::from(format!("{}{AWAY}", there.display()));
    if away.exists() { away } else { there }
}

/// The data of an archive, which is the same in each store that the ledger names for it. One that the database counts on alone
/// is in both.
pub fn read_everywhere(row: &Row) -> Result<Vec<u8>, String> {
    let failed = |why: String| format!("archive {}: {why}", row.id);
    if row.state == "dropped" && row.copies.len() != 1 {
        return Err(failed(format!("its chunk is gone, and it is in {} and {:?}", row.store, row.copies)));
    }
    let read = |url: &String| {
        let path = folder(url).join(&row.object);
        std::fs::read(&path).map_err(|e| failed(format!("{}: {e}", path.display())))
    };
    let bytes = read(&row.store)?;
    for url in &row.copies {
        if read(url)? != bytes {
            return Err(failed(format!("it is another one in {url} than in {}", row.store)));
        }
    }
    Ok(bytes)
}

impl Place {
    /// The second store's address.
    pub fn copy_url(&self) -> Option<String> {
        let Self::Two(dir) = self else { return None };
        Some(url(dir, NAMES[1]))
    }

    fn away(&self) -> Option<(PathBuf, PathBuf)> {
        let Self::Two(dir) = self else { return None };
        let paths = NAMES.map(|name| (dir.path().join(name), dir.path().join(format!("{name}{AWAY}"))));
        paths.into_iter().find(|(_, away)| away.exists())
    }

    /// Whether one of the two is away.
    pub fn is_away(&self) -> bool {
        self.away().is_some()
    }

    /// One of the two is away from now on, or is back.
    pub fn turn(&self, which: u8, tally: &mut Tally) {
        if self.come_back() {
            return;
        }
        let Self::Two(dir) = self else { return };
        let name = NAMES[usize::from(which) % NAMES.len()];
        let there = dir.path().join(name);
        // One that nothing was written to is made where it is missing.
        if is_claimed(&there) {
            tally.count(&format!("{name} store away"));
            std::fs::rename(&there, dir.path().join(format!("{name}{AWAY}"))).unwrap();
        }
    }

    /// The one that is away is back.
    pub fn come_back(&self) -> bool {
        let Some((there, away)) = self.away() else { return false };
        // Nothing was made in its place.
        assert!(!there.exists(), "{} was made anew while it was away", there.display());
        std::fs::rename(away, there).unwrap();
        true
    }

    /// The name of an object, by that of its file.
    pub fn object<'a>(&self, entry: &'a str) -> &'a str {
        match self {
            Self::Two(_) => entry.split_once('/').map_or(entry, |(_, object)| object),
            _ => entry,
        }
    }
}

fn is_claimed(folder: &Path) -> bool {
    let Ok(namespaces) = std::fs::read_dir(folder) else { return false };
    namespaces.flatten().any(|entry| entry.path().join("owner.json").exists())
}
