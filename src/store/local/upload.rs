//! A file on its way into the folder.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tempfile::NamedTempFile;
use tokio::task::JoinHandle;

use super::disk::FileSystem;
use super::{Audience, Folder, PIECE, TEMP_MARK, TEMP_RANDOM, blocking, io_failed, is_temp, joined, taken};
use crate::store::{ObjectKey, Put, RateLimit};
use crate::{Error, Result};

/// A file being written beside its place.
#[derive(Debug)]
pub(in crate::store) struct LocalUpload {
    key: ObjectKey,
    disk: FileSystem,
    rate: RateLimit,
    doing: String,
    /// Absent only while a blocking call has it.
    file: Option<NamedTempFile>,
    /// That call, which goes on where nobody waits for it any more.
    writing: Option<JoinHandle<Result<NamedTempFile>>>,
    target: PathBuf,
    buffer: BytesMut,
    written: u64,
}

impl LocalUpload {
    pub(super) async fn begin(folder: &Arc<Folder>, key: &ObjectKey) -> Result<Self> {
        let (doing, rate, disk) = (folder.doing("writing", key), folder.rate.clone(), folder.disk.clone());
        let (folder, name) = (Arc::clone(folder), key.clone());
        let (file, target) = blocking(move || {
            let doing = folder.doing("writing", &name);
            if is_temp(name.file_name()) {
                return Err(Error::usage(doing).because("the name is of the form kept for temporary files"));
            }
            let parent = folder.create_parent(&name).map_err(|e| io_failed(&doing, e))?;
            let target = parent.join(name.file_name());
            match target.symlink_metadata() {
                Ok(_) => return Err(taken(doing)),
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(io_failed(doing, e)),
            }
            let file = temporary(&parent, &name, folder.audience).map_err(|e| io_failed(doing, e))?;
            Ok((file, target))
        })
        .await?;
        let (key, file, buffer) = (key.clone(), Some(file), BytesMut::new());
        Ok(Self { key, disk, rate, doing, file, writing: None, target, buffer, written: 0 })
    }

    pub(in crate::store) fn key(&self) -> &ObjectKey {
        &self.key
    }

    pub(in crate::store) const fn written(&self) -> u64 {
        self.written
    }

    pub(in crate::store) async fn write(&mut self, data: Bytes) -> Result<()> {
        self.written += data.len() as u64;
        self.rate.pass_all(data.len()).await;
        if self.buffer.len() + data.len() < PIECE {
            self.buffer.extend_from_slice(&data);
            return Ok(());
        }
        let buffered = self.buffer.split().freeze();
        let mut file = self.take()?;
        let doing = self.doing.clone();
        let writing = self.writing.insert(tokio::task::spawn_blocking(move || {
            let done = file.write_all(&buffered).and_then(|()| file.write_all(&data));
            done.map(|()| file).map_err(|e| io_failed(doing, e))
        }));
        let file = joined(writing.await);
        self.writing = None;
        self.file = Some(file?);
        Ok(())
    }

    pub(in crate::store) async fn finish(mut self) -> Result<Put> {
        let mut file = self.take()?;
        let _given_up = Remove(file.path().to_owned());
        let Self { doing, disk, target, buffer, .. } = self;
        blocking(move || {
            let synced = file.write_all(&buffer).and_then(|()| file.as_file().sync_all());
            synced.map_err(|e| io_failed(&doing, e))?;
            match disk.place(file, &target) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(taken(doing)),
                Err(e) => return Err(io_failed(doing, e)),
            }
            target.parent().map_or(Ok(()), |parent| disk.sync(parent)).map_err(|e| io_failed(doing, e))?;
            Ok(Put { etag: None, version: None })
        })
        .await
    }

    pub(in crate::store) async fn abort(mut self) -> Result<()> {
        if let Some(writing) = self.writing.take() {
            // Given up in mid-write: the file is removed once it is ours again, and not some time after we are gone.
            self.file = joined(writing.await).ok();
        }
        // A write that failed has removed the file already.
        let Some(file) = self.file.take() else { return Ok(()) };
        let doing = self.doing;
        blocking(move || match file.close() {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(io_failed(doing, e)),
            _ => Ok(()),
        })
        .await
    }

    fn take(&mut self) -> Result<NamedTempFile> {
        self.file.take().ok_or_else(|| Error::failed(self.doing.clone()).because("an earlier write failed"))
    }
}

/// Removes a temporary file where nobody waits any more until it has its name: the process may end before that call does.
/// One that has its name is not there under the temporary one.
struct Remove(PathBuf);

impl Drop for Remove {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg_attr(not(unix), allow(unused_variables))]
fn temporary(parent: &Path, name: &ObjectKey, audience: Audience) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let prefix = format!("{}{TEMP_MARK}", name.file_name());
    builder.prefix(&prefix).rand_bytes(TEMP_RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(audience.of_file()));
    builder.tempfile_in(parent)
}

/// Writes a small file aside and renames it over the one of its name.
pub(super) async fn replace(folder: &Arc<Folder>, key: &ObjectKey, body: Bytes) -> Result<Put> {
    let (folder, name) = (Arc::clone(folder), key.clone());
    blocking(move || {
        let doing = folder.doing("writing", &name);
        let written = || {
            let parent = folder.create_parent(&name)?;
            // A link could lead out of the store.
            folder.find(&name)?;
            let mut file = temporary(&parent, &name, folder.audience)?;
            file.write_all(&body)?;
            file.as_file().sync_all()?;
            file.persist(parent.join(name.file_name())).map_err(|e| e.error)?;
            folder.disk.sync(&parent)
        };
        written().map_err(|e| io_failed(doing, e))?;
        Ok(Put { etag: None, version: None })
    })
    .await
}
