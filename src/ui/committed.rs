//! Answers of what is done and is not to be done twice: a write, an import, a namespace with its token. Where such an answer cannot be
//! printed, the error has it.

use std::io;

use super::{Tabular, Ui};
use crate::error::{Error, Result};

/// What was done before its answer is printed.
#[derive(Debug)]
pub struct CommittedWork {
    /// What was done, in a sentence without a full stop.
    pub what: String,
    /// What to do, and not to do, where nobody has read the answer.
    pub next: String,
    /// Whether the answer has a token, which is shown this once, and nowhere but in the answer.
    pub has_token: bool,
}

/// What standard output is, as far as that can be told before something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OutputPlace {
    /// A file on a disk without room.
    FullDisk,
    /// Nobody reads it: the null device, which takes the place of a standard output that was closed.
    Nowhere,
    /// Anything else.
    Somewhere,
}

impl Ui {
    /// Refuses what is not to be done twice where its answer could not be printed.
    ///
    /// # Errors
    /// Where standard output is a file on a disk without room.
    pub fn require_room(&self, doing: &str) -> Result<()> {
        match output_place() {
            OutputPlace::FullDisk => Err(Error::failed(doing)
                .because("standard output is a file on a disk that is full: the answer could not be written there")
                .hint("nothing was changed; make room, or send standard output elsewhere")),
            OutputPlace::Nowhere | OutputPlace::Somewhere => Ok(()),
        }
    }

    /// Prints the answer of work that is done.
    ///
    /// # Errors
    /// Where it cannot be printed; the error says what was done.
    pub fn committed<T: Tabular>(&self, answer: &T, work: CommittedWork) -> Result<()> {
        let CommittedWork { what, next, has_token } = work;
        if let Err(e) = self.object(answer) {
            return Err(Error::failed(format!("done: {what}; but printing the answer failed")).because(e).hint(next));
        }
        if has_token && (self.is_deaf() || output_place() == OutputPlace::Nowhere) {
            self.warn(&format!("nobody reads standard output, and the token is not shown again; {next}"));
        }
        Ok(())
    }
}

#[cfg(unix)]
fn output_place() -> OutputPlace {
    use std::os::unix::fs::MetadataExt;

    use rustix::fs::{FileType, fstat, fstatvfs};
    let out = io::stdout();
    let Ok(stat) = fstat(&out) else { return OutputPlace::Somewhere };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => match fstatvfs(&out) {
            Ok(disk) if disk.f_blocks > 0 && free(&disk) == 0 => OutputPlace::FullDisk,
            _ => OutputPlace::Somewhere,
        },
        FileType::CharacterDevice => match std::fs::metadata("/dev/null") {
            Ok(null) if null.rdev() == stat.st_rdev => OutputPlace::Nowhere,
            _ => OutputPlace::Somewhere,
        },
        _ => OutputPlace::Somewhere,
    }
}

/// Blocks that this user may write to.
#[cfg(unix)]
fn free(disk: &rustix::fs::StatVfs) -> u64 {
    if rustix::process::geteuid().is_root() { disk.f_bfree } else { disk.f_bavail }
}

#[cfg(not(unix))]
const fn output_place() -> OutputPlace {
    OutputPlace::Somewhere
}
