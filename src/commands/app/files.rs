//! Files that others read while they are written.

use std::fs::Permissions;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, Result};

/// Writes a temporary file and renames it: whoever reads it sees all of it, or the one before.
///
/// # Errors
/// Where it cannot be written; the one before stays.
pub fn replace(file: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let failed = |e: std::io::Error| Error::failed(format!("writing {}", file.display())).because(e);
    let mut temporary = temporary_beside(file, &tempfile::Builder::new())?;
    // Whatever the umask is.
    #[cfg(unix)]
    temporary
        .as_file()
        .set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(mode))
        .map_err(failed)?;
    {
        let mut out = BufWriter::with_capacity(1 << 16, &mut temporary);
        write(&mut out).and_then(|()| out.flush()).map_err(failed)?;
    }
    temporary.as_file().sync_all().map_err(failed)?;
    temporary.persist(file).map_err(|e| failed(e.error))?;
    Ok(())
}

/// A file in the folder of `file`, which gets its name later.
///
/// # Errors
/// Where none can be made there; the error does not name the temporary file, which nobody knows.
pub fn temporary_beside(file: &Path, builder: &Builder<'_, '_>) -> Result<NamedTempFile> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    builder.tempfile_in(folder).map_err(|e| {
        let failed = Error::failed(format!("writing {}", file.display()));
        let why = |what: &str| format!("{what} {}", folder.display());
        match e.kind() {
            ErrorKind::NotFound => {
                failed.because(why("there is no folder")).hint("make the folder, or name another file")
            }
            ErrorKind::PermissionDenied => {
                failed.because(why("this user may not write in")).hint("name a file in a folder of this user's")
            }
            ErrorKind::ReadOnlyFilesystem => failed
                .because(why("a file system that is mounted read-only has"))
                .hint("mount it for writing, or name another file"),
            kind => failed.because(format!("{}: {}", why("no file can be made in"), std::io::Error::from(kind))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_is_named_and_not_the_file_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("missing/page.html");
        let e = replace(&file, 0o600, |_| Ok(())).unwrap_err();
        let folder = dir.path().join("missing").display().to_string();
        assert_eq!(e.to_string(), format!("writing {}: there is no folder {folder}", file.display()));
        assert!(e.hint_text().is_some());
    }
}
