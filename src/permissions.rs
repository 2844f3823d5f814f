//! Who else on this machine may read a file: those with secrets in them are looked at, and those that are made here are made
//! for their owner alone.

use std::path::{Path, PathBuf};

/// For a file that nobody else reads.
#[cfg(unix)]
pub(crate) const PRIVATE_FILE: u32 = 0o600;
/// For a folder that nobody else opens.
#[cfg(unix)]
pub(crate) const PRIVATE_FOLDER: u32 = 0o700;

/// Whether others than its owner may read a file. Root may lend one to a group, as libpq has it for keys.
#[cfg(unix)]
pub(crate) fn is_open_to_others(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let open = if metadata.uid() == 0 { 0o037 } else { 0o077 };
    metadata.is_file() && metadata.mode() & open != 0
}

#[cfg(not(unix))]
pub(crate) fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}

/// Whether others than this user and root may change a file, or what is in a folder.
#[cfg(unix)]
pub(crate) fn lets_others_change(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    let is_of_another = metadata.uid() != 0 && metadata.uid() != rustix::process::geteuid().as_raw();
    is_of_another || metadata.mode() & 0o022 != 0
}

#[cfg(not(unix))]
pub(crate) fn lets_others_change(_: &std::fs::Metadata) -> bool {
    false
}

/// Whether others than this user and root may put files into a folder. The folder must be there.
pub(crate) fn lets_others_write(folder: &Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|metadata| lets_others_change(&metadata))
}

/// A folder in which others than this user and root could put another file in the place of this one, or of a folder that it lies
/// in; links are followed, and where they lie counts as well.
pub(crate) fn where_others_replace(file: &Path) -> Option<PathBuf> {
    let given = std::path::absolute(file).ok()?;
    let real = given.canonicalize().ok();
    let folders = given.ancestors().skip(1).chain(real.iter().flat_map(|real| real.ancestors().skip(1)));
    folders.filter(|folder| lets_others_replace(folder)).map(Path::to_owned).next()
}

/// Whether others may put something in the place of what this user or root has in a folder.
#[cfg(unix)]
fn lets_others_replace(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    /// In such a folder only the owner of a file, and the folder's, may remove it.
    const STICKY: u32 = 0o1000;
    let Ok(metadata) = std::fs::metadata(folder) else { return false };
    let is_own = metadata.uid() == 0 || metadata.uid() == rustix::process::geteuid().as_raw();
    let keeps_files = is_own && metadata.mode() & STICKY != 0;
    lets_others_change(&metadata) && !keeps_files && !is_read_only(folder)
}

#[cfg(not(unix))]
fn lets_others_replace(_: &Path) -> bool {
    false
}

/// Whether nobody writes there, whatever the mode says: as in the folders that Kubernetes mounts configurations in.
#[cfg(unix)]
fn is_read_only(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|about| about.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY))
}

/// What to say about a file with a secret that others may read.
pub(crate) fn complaint(file: &Path, holds: &str) -> Option<String> {
    let metadata = std::fs::metadata(file).ok()?;
    is_open_to_others(&metadata)
        .then(|| format!("{} holds {holds} and others on this machine may read it: chmod 0600 it", file.display()))
}
