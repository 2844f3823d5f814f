//! Listing a folder: every file below a prefix, or an error that names what hides some of them.

use std::fs::{self, DirEntry};
use std::io;
use std::path::Path;

use super::{Folder, is_temp};
use crate::store::ObjectKey;
use crate::store::local::io_failed;
use crate::{Error, Result};

/// Which files a walk collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Files {
    Objects,
    Temporary,
}

/// The files whose names begin with `prefix`, sorted by key.
///
/// # Errors
/// Where a folder cannot be read, and where what lies below `prefix` cannot all be told: a symbolic link or a name that is not
/// UTF-8 is on the way. What lies elsewhere is nobody's business here.
pub(super) fn files(folder: &Folder, prefix: &str, wanted: Files) -> Result<Vec<(ObjectKey, fs::Metadata)>> {
    let mut walk = FolderWalk { folder, prefix, wanted, found: Vec::new() };
    walk.enter(&folder.root, "")?;
    walk.found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(walk.found)
}

struct FolderWalk<'a> {
    folder: &'a Folder,
    prefix: &'a str,
    wanted: Files,
    found: Vec<(ObjectKey, fs::Metadata)>,
}

impl FolderWalk<'_> {
    fn doing(&self) -> String {
        format!("listing {}", self.folder.url)
    }

    fn enter(&mut self, dir: &Path, rel: &str) -> Result<()> {
        for entry in fs::read_dir(dir).map_err(|e| io_failed(self.doing(), e))? {
            let entry = entry.map_err(|e| io_failed(self.doing(), e))?;
            self.look_at(&entry, rel)?;
        }
        Ok(())
    }

    fn look_at(&mut self, entry: &DirEntry, rel: &str) -> Result<()> {
        let name = match entry.file_name().into_string() {
            Ok(name) => name,
            // No prefix leads there.
            Err(_) if !rel.starts_with(self.prefix) => return Ok(()),
            Err(_) => return Err(self.hides(&entry.path(), &ODD_NAME)),
        };
        let path = format!("{rel}{name}");
        let sub = format!("{path}/");
        let is_on_the_way = path.starts_with(self.prefix) || self.prefix.starts_with(&sub);
        // Of the entry itself.
        let meta = match entry.metadata() {
            Ok(meta) => meta,
            // Gone since the folder was read.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(io_failed(self.doing(), e)),
        };
        if !is_on_the_way {
            return Ok(());
        }
        if meta.is_symlink() {
            return Err(self.hides(&entry.path(), &LINK));
        }
        if meta.is_dir() {
            self.enter(&entry.path(), &sub)?;
        } else if meta.is_file()
            && path.starts_with(self.prefix)
            && is_temp(&name) == (self.wanted == Files::Temporary)
            && let Ok(key) = ObjectKey::new(path)
        {
            self.found.push((key, meta));
        }
        Ok(())
    }

    fn hides(&self, path: &Path, by: &Hiding) -> Error {
        Error::failed(self.doing())
            .because(format!("{} {}, and what it refers to would be passed over", path.display(), by.what))
            .hint(by.hint)
    }
}

/// What keeps a listing from telling all that is there.
struct Hiding {
    what: &'static str,
    hint: &'static str,
}

const LINK: Hiding = Hiding {
    what: "is a symbolic link",
    hint: "put the folder or file itself there; a folder of another disk by a mount (mount --bind), not by a link",
};
const ODD_NAME: Hiding =
    Hiding { what: "has a name that is not UTF-8", hint: "rename it, or take it out of the store" };
