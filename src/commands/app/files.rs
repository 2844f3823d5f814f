//! Files that others read while they are written.

use std::fs::{File, Permissions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::error::{Error, Result};

/// Writes a temporary file and renames it: whoever reads it sees all of it, or the one before.
///
/// # Errors
/// Where it cannot be written; the one before stays.
pub fn replace(file: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<()> {
    let failed = |e: std::io::Error| Error::failed(format!("writing {}", file.display())).because(e);
    let file = &match OutputFile::at(file)? {
        OutputFile::Stream(mut out) => return write(&mut out).and_then(|()| out.flush()).map_err(failed),
        OutputFile::Regular(path) => path,
    };
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

/// What output to a file goes to.
#[derive(Debug)]
pub enum OutputFile {
    /// A file, or the place of one: what is behind a link, so that the link stays.
    Regular(PathBuf),
    /// A device, a pipe or a terminal, which nothing may take the place of.
    Stream(File),
}

impl OutputFile {
    /// What lies under this path.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] for a folder and for a link that leads nowhere; where a device cannot be opened.
    pub fn at(path: &Path) -> Result<Self> {
        let doing = || format!("writing {}", path.display());
        let refused = |why: &str| Error::usage(doing()).because(why).hint("name another file");
        match std::fs::metadata(path) {
            Ok(about) if about.is_file() => {
                path.canonicalize().map(Self::Regular).map_err(|e| Error::failed(doing()).because(e))
            }
            Ok(about) if about.is_dir() => Err(refused("it is a folder")),
            Ok(_) => {
                let opened = File::options().write(true).open(path);
                opened.map(Self::Stream).map_err(|e| Error::failed(doing()).because(e))
            }
            Err(_) if path.is_symlink() => Err(refused("it is a link that leads nowhere")),
            // What is wrong about its folder is found when the file is made.
            Err(_) => Ok(Self::Regular(path.to_owned())),
        }
    }
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

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_a_pipe_is_written_into_and_neither_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, pipe) = (dir.path().join("file"), dir.path().join("link"), dir.path().join("pipe"));
        std::fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, 0o600, |out| out.write_all(b"after")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "after");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read_to_string(pipe).unwrap()
        });
        replace(&pipe, 0o600, |out| out.write_all(b"through")).unwrap();
        assert_eq!(reader.join().unwrap(), "through");
        std::fs::remove_file(&file).unwrap();
        for refused in [dir.path(), &link] {
            assert_eq!(replace(refused, 0o600, |_| Ok(())).unwrap_err().kind(), crate::error::Kind::Usage);
        }
    }
}
