//! What is asked of a file system besides files, and what is done where it has none of it: network and FUSE file systems
//! often lack the one or the other.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use super::super::memory::StoreMemory;
use super::{Lack, TEMP_MARK};

/// Ends the name of the file that keeps a name free while an object gets it: of the form of temporary files, so that one
/// which a process left is found and removed as they are.
const KEEPER: &str = "reserved";

/// The file system below a store.
#[derive(Clone)]
pub(super) struct FileSystem {
    memory: StoreMemory,
    calls: Calls,
}

/// Brings a folder's entries to the disk.
type SyncFolder = fn(&Path) -> io::Result<()>;
/// Gives a file a name that is free.
type RenameToFree = fn(NamedTempFile, &Path) -> Result<File, PersistError>;

/// What the file system itself does.
#[derive(Clone, Copy)]
struct Calls {
    sync: SyncFolder,
    rename_to_free: RenameToFree,
}

impl fmt::Debug for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disk").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl FileSystem {
    pub(super) fn of(root: &Path) -> Self {
        let calls = Calls { sync: sync_folder, rename_to_free: |file, target| file.persist_noclobber(target) };
        Self { memory: StoreMemory::of(&root.display().to_string()), calls }
    }

    pub(super) fn lacks(&self) -> Vec<Lack> {
        self.memory.all()
    }

    /// Brings a folder's entries to the disk. A file system that cannot is asked once.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        if self.memory.lacks(Lack::FolderSync) {
            return Ok(());
        }
        match (self.calls.sync)(folder) {
            // EINVAL, ENOTSUP, ENOSYS, EBADF.
            Err(e) if is_lacking(&e) || e.raw_os_error() == Some(9) => {
                self.memory.found(Lack::FolderSync);
                Ok(())
            }
            done => done,
        }
    }

    /// Gives a file its name, which nobody may have.
    pub(super) fn place(&self, file: NamedTempFile, target: &Path) -> io::Result<()> {
        if self.memory.lacks(Lack::ExclusiveRename) {
            return place_in_turn(file, target);
        }
        match (self.calls.rename_to_free)(file, target) {
            Ok(_) => Ok(()),
            // EPERM is how file systems without hard links refuse them.
            Err(e) if is_lacking(&e.error) || e.error.raw_os_error() == Some(1) => {
                place_in_turn(e.file, target)?;
                self.memory.found(Lack::ExclusiveRename);
                Ok(())
            }
            Err(e) => Err(e.error),
        }
    }
}

fn is_lacking(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}

/// Sees that the name is free, then renames. Whoever of us does so for the same name holds a file beside it meanwhile.
fn place_in_turn(file: NamedTempFile, target: &Path) -> io::Result<()> {
    let _turn = NameTurn::take(target)?;
    match target.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => file.persist(target).map(drop).map_err(|e| e.error),
        Err(e) => Err(e),
    }
}

/// The right to give a name away, until it is dropped.
struct NameTurn(PathBuf);

impl NameTurn {
    fn take(target: &Path) -> io::Result<Self> {
        let mut name = target.as_os_str().to_owned();
        name.push(TEMP_MARK);
        name.push(KEEPER);
        let path = PathBuf::from(name);
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, crate::permissions::PRIVATE_FILE);
        options.open(&path).map(|_| Self(path))
    }
}

impl Drop for NameTurn {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows cannot open a folder as a file; its file systems journal renames themselves.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn disk(sync: SyncFolder, rename_to_free: RenameToFree) -> FileSystem {
        FileSystem { memory: StoreMemory::default(), calls: Calls { sync, rename_to_free } }
    }

    fn never(file: NamedTempFile, errno: i32) -> Result<File, PersistError> {
        Err(PersistError { error: io::Error::from_raw_os_error(errno), file })
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_that_cannot_be_brought_to_the_disk_is_asked_once_and_told() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        // EINVAL, ENOTSUP, ENOSYS, EBADF, as Linux has them.
        let refusing: [SyncFolder; 4] = [
            |_| Err(io::Error::from_raw_os_error(22)),
            |_| Err(io::Error::from_raw_os_error(95)),
            |_| Err(io::Error::from_raw_os_error(38)),
            |_| {
                ASKED.fetch_add(1, Ordering::SeqCst);
                Err(io::Error::from_raw_os_error(9))
            },
        ];
        for sync in refusing {
            let disk = disk(sync, |file, target| file.persist_noclobber(target));
            disk.sync(Path::new("/")).unwrap();
            disk.sync(Path::new("/")).unwrap();
            assert_eq!(disk.lacks(), [Lack::FolderSync]);
        }
        assert_eq!(ASKED.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_disk_that_fails_is_no_disk_that_cannot() {
        // EIO
        let disk = disk(|_| Err(io::Error::from_raw_os_error(5)), |file, target| file.persist_noclobber(target));
        disk.sync(Path::new("/")).unwrap_err();
        assert!(disk.lacks().is_empty());
    }

    #[test]
    fn without_an_exclusive_rename_a_name_is_still_never_taken_twice() {
        // EINVAL of a rename and EPERM, ENOTSUP, ENOSYS of a hard link.
        let refusing: [RenameToFree; 4] =
            [|f, _| never(f, 22), |f, _| never(f, 1), |f, _| never(f, 95), |f, _| never(f, 38)];
        for rename in refusing {
            let dir = tempfile::tempdir().unwrap();
            let target = dir.path().join("object");
            let disk = disk(sync_folder, rename);
            let new = |text: &str| {
                let file = NamedTempFile::new_in(dir.path()).unwrap();
                fs::write(file.path(), text).unwrap();
                file
            };
            disk.place(new("first"), &target).unwrap();
            assert_eq!(disk.lacks(), [Lack::ExclusiveRename]);
            assert_eq!(disk.place(new("second"), &target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read_to_string(&target).unwrap(), "first");
            assert_eq!(names(dir.path()), ["object"], "nothing is left beside it");
        }
    }

    #[test]
    fn two_who_want_one_name_take_turns() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("object");
        let turn = NameTurn::take(&target).unwrap();
        let file = NamedTempFile::new_in(dir.path()).unwrap();
        assert_eq!(place_in_turn(file, &target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        drop(turn);
        place_in_turn(NamedTempFile::new_in(dir.path()).unwrap(), &target).unwrap();
        assert_eq!(names(dir.path()), ["object"]);
    }
}
