//! Parts of archives kept on this machine: checked whenever they are read, bounded, never the only copy of anything. The
//! folder may be deleted at any time.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::permissions;

/// What a cache may hold unless told otherwise.
pub const DEFAULT_CACHE_BYTES: u64 = 256 << 20;

/// What an entry begins with: the hash of the rest.
const HASH_BYTES: usize = 32;

/// What is being written; a process that died has left it where it is old.
const TEMPORARY: &str = ".part-";

/// So old is what a dead process has left.
const LEFT_AFTER: Duration = Duration::from_hours(1);

/// Says to backups what this folder is (<https://bford.info/cachedir/>).
const TAG: (&str, &str) = ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");

/// A folder of parts, each under the hash that it must have, or that of what tells it from all others.
#[derive(Debug)]
pub struct Cache {
    dir: PathBuf,
    limit: u64,
    /// Bytes written since the folder was last measured, `None` before that.
    since: Mutex<Option<u64>>,
}

impl Cache {
    /// In this folder, which is made when something is first kept. Nothing is kept where `limit` is 0.
    pub const fn new(dir: PathBuf, limit: u64) -> Self {
        Self { dir, limit, since: Mutex::new(None) }
    }

    /// What was kept under this name, if it is whole and, where one is given, of this length.
    pub fn get(&self, name: &str, length: Option<u64>) -> Option<Vec<u8>> {
        let path = self.dir.join(name);
        let mut entry = self.read(&path)?;
        let whole = entry.len() >= HASH_BYTES
            && length.is_none_or(|length| length == (entry.len() - HASH_BYTES) as u64)
            && entry[..HASH_BYTES] == *Sha256::digest(&entry[HASH_BYTES..]);
        if !whole {
            tracing::debug!(name, "a damaged entry of the cache is removed");
            let _ = fs::remove_file(&path);
            return None;
        }
        // What is used stays longest.
        let _ = fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(now()));
        entry.drain(..HASH_BYTES);
        Some(entry)
    }

    /// Keeps bytes under a name. What cannot be kept is fetched again.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        if bytes.len() as u64 > self.longest_part() || permissions::lets_others_write(&self.dir) {
            return;
        }
        if let Err(e) = self.write(name, bytes).and_then(|()| self.bound(bytes.len() as u64)) {
            tracing::debug!("the cache {} cannot be used: {e}", self.dir.display());
        }
    }

    /// Forgets everything: what is erased elsewhere must not live on here. Files that are not the cache's stay.
    ///
    /// # Errors
    /// Where an entry cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        let entries = match fs::read_dir(&self.dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if is_entry(&name) || is_temporary(&name) {
                match fs::remove_file(entry.path()) {
                    // Another process was faster.
                    Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                    done => done?,
                }
            }
        }
        Ok(())
    }

    /// Bytes of the longest part that is kept.
    const fn longest_part(&self) -> u64 {
        self.limit / 4
    }

    /// Reads an entry that only this user or root can have written. Its hash lies beside its bytes and does not tell who did.
    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        if permissions::lets_others_write(&self.dir) {
            return None;
        }
        let mut options = fs::File::options();
        options.read(true);
        // Neither a link is followed nor a pipe waited for.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits().cast_signed(),
        );
        let file = options.open(path).ok()?;
        let about = file.metadata().ok()?;
        let longest = self.longest_part() + HASH_BYTES as u64;
        if !about.is_file() || about.len() > longest || permissions::lets_others_change(&about) {
            return None;
        }
        let mut entry = Vec::new();
        file.take(longest).read_to_end(&mut entry).ok()?;
        Some(entry)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        if !self.dir.is_dir() {
            make_private(&self.dir)?;
            fs::write(self.dir.join(TAG.0), TAG.1)?;
        }
        // Aside and renamed: another process sees all of it or nothing. It is for this user's eyes (0600).
        let mut file = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(&self.dir)?;
        file.write_all(&Sha256::digest(bytes))?;
        file.write_all(bytes)?;
        file.persist(self.dir.join(name)).map_err(|e| e.error)?;
        Ok(())
    }

    /// Removes what was not used for longest. Other processes write, too: the folder is measured again and again.
    fn bound(&self, added: u64) -> io::Result<()> {
        let mut since = self.since.lock().map_err(|_| io::Error::other("a writer has panicked"))?;
        let written = since.map_or(self.limit, |since| since + added);
        if written < self.limit / 8 {
            *since = Some(written);
            return Ok(());
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            // Another process may have removed it meanwhile.
            let Ok(about) = entry.metadata() else { continue };
            let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let name = entry.file_name();
            if is_temporary(&name) {
                if now().duration_since(used).is_ok_and(|age| age > LEFT_AFTER) {
                    let _ = fs::remove_file(entry.path());
                }
            } else if about.is_file() && is_entry(&name) {
                // Files that are not the cache's are neither counted nor removed.
                entries.push((used, about.len(), entry.path()));
            }
        }
        let mut total = entries.iter().map(|(_, bytes, _)| bytes).sum::<u64>();
        // Room for what is written until the next look.
        let bound = self.limit - self.limit / 8;
        if total > bound {
            entries.sort();
            for (_, bytes, path) in entries {
                if total <= bound {
                    break;
                }
                let _ = fs::remove_file(path);
                total -= bytes;
            }
        }
        *since = Some(0);
        Ok(())
    }
}

/// Whether a file's name is one that the cache gives: the digits of a hash.
fn is_entry(name: &OsStr) -> bool {
    name.len() >= 2 * HASH_BYTES && name.as_encoded_bytes().iter().all(u8::is_ascii_hexdigit)
}

fn is_temporary(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
}

/// Only for the order in which entries were used.
fn now() -> SystemTime {
    SystemTime::now()
}

fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(dir: &Path) -> u64 {
        fs::read_dir(dir).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum()
    }

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("c"), 1 << 20);
        cache.put("a", b"bytes");
        assert_eq!(cache.get("a", Some(5)).as_deref(), Some(&b"bytes"[..]));
        assert_eq!(cache.get("a", None).as_deref(), Some(&b"bytes"[..]));
        for harm in [|e: &mut Vec<u8>| e[34] ^= 1, |e: &mut Vec<u8>| e.truncate(36), |e: &mut Vec<u8>| e.clear()] {
            cache.put("a", b"bytes");
            let path = dir.path().join("c/a");
            let mut entry = fs::read(&path).unwrap();
            harm(&mut entry);
            fs::write(&path, entry).unwrap();
            assert_eq!(cache.get("a", Some(5)), None);
            assert!(!path.exists());
        }
        cache.put("a", b"bytes");
        assert_eq!(cache.get("a", Some(4)), None, "of another length");
    }

    #[test]
    fn a_cache_stays_within_its_bound_and_drops_what_was_not_used_for_longest() {
        let dir = tempfile::tempdir().unwrap();
        let (cache, other) = (Cache::new(dir.path().into(), 100_000), Cache::new(dir.path().into(), 100_000));
        let name = |n: usize| format!("{n:064x}");
        let (kept, theirs) = (name(1000), dir.path().join("thesis.doc"));
        fs::write(&theirs, vec![0; 200_000]).unwrap();
        cache.put(&kept, &[7; 1000]);
        for i in 0..300 {
            let writer = if i % 2 == 0 { &cache } else { &other };
            writer.put(&name(i), &[0; 1000]);
            assert!(cache.get(&kept, None).is_some(), "what is used again and again at {i}");
            assert!(size(dir.path()) <= 330_000, "{}", size(dir.path()));
        }
        assert!(cache.get(&name(0), None).is_none());
        assert!(cache.get(&name(299), None).is_some());
        assert!(theirs.exists(), "a file that is not the cache's stays");
        // Larger than it is worth.
        cache.put(&name(2000), &vec![0; 50_000]);
        assert!(cache.get(&name(2000), None).is_none());
    }

    #[cfg(unix)]
    #[test]
    fn what_others_could_have_put_there_is_neither_read_nor_waited_for() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("c"), 1 << 20);
        let open_to = |path: &Path, mode: u32| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        cache.put("a", b"bytes");
        for mode in [0o777, 0o770, 0o1777] {
            open_to(&dir.path().join("c"), mode);
            cache.put("b", b"bytes");
            assert_eq!((cache.get("a", None), cache.get("b", None)), (None, None), "{mode:o}");
        }
        open_to(&dir.path().join("c"), 0o700);
        assert_eq!(cache.get("b", None), None, "nothing was put there");
        assert!(cache.get("a", None).is_some());
        open_to(&dir.path().join("c/a"), 0o666);
        assert_eq!(cache.get("a", None), None, "others could write to the entry");
        let (pipe, zero) = (dir.path().join("c/pipe"), dir.path().join("c/zero"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", zero).unwrap();
        assert_eq!((cache.get("pipe", None), cache.get("zero", None)), (None, None));
    }

    #[test]
    fn a_folder_that_is_deleted_meanwhile_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path().join("c"), 1 << 20);
        cache.put("a", b"1");
        fs::remove_dir_all(dir.path().join("c")).unwrap();
        assert_eq!(cache.get("a", None), None);
        cache.put("a", b"2");
        assert_eq!(cache.get("a", None).as_deref(), Some(&b"2"[..]));
    }
}
