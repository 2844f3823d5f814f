//! Who else on this machine may read a file: those with secrets in them are looked at, and those that are made here are made
//! for their owner alone.

use std::path::Path;

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

/// What to say about a file with a secret that others may read.
pub(crate) fn complaint(file: &Path, holds: &str) -> Option<String> {
    let metadata = std::fs::metadata(file).ok()?;
    is_open_to_others(&metadata)
        .then(|| format!("{} holds {holds} and others on this machine may read it: chmod 0600 it", file.display()))
}
