//! An object's frames, decrypted and encrypted again as they are compressed.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use crate::archive::format::encryption::{open, seal};
use crate::archive::format::manifest::{Content, DAMAGED};
use crate::error::{Error, Kind, Result};
use crate::progress::Task;
use crate::stop::Stop;
use crate::store::{AgeKeys, CannotOpen, ObjectKey, Store, Upload, from_io};

/// A frame as it is stored now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFrame {
    pub length: u64,
    pub sha256: String,
}

/// An object as it is stored now.
#[derive(Debug)]
pub struct Sealed {
    pub stored: Content,
    pub pieces: Vec<StoredFrame>,
}

/// An object as it was stored.
#[derive(Debug)]
pub struct StoredObject<'a> {
    pub store: &'a Store,
    pub key: ObjectKey,
    pub stored: &'a Content,
    /// Bytes of each frame.
    pub lengths: Vec<u64>,
    pub is_sealed: bool,
}

impl StoredObject<'_> {
    fn refuse(&self, why: impl Into<String>) -> Error {
        let doing = format!("reading {} back", self.store.describe(&self.key));
        Error::new(Kind::Verification, doing).because(why.into()).hint(DAMAGED)
    }

    /// What a frame that does not open means.
    fn unopened(&self, e: io::Error) -> Error {
        if e.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<CannotOpen>) {
            return Error::failed(format!("reading {} back", self.store.describe(&self.key))).because(e).hint(
                "give the identity of one of the manifest's recipients by --age-identity-file or \
                 EVENTODB_AGE_IDENTITY_FILE",
            );
        }
        self.refuse(format!("it does not open: {e}"))
    }

    /// An upper bound of what it takes once it is encrypted by these keys, for the size of the parts.
    pub fn size_hint(&self, keys: &AgeKeys) -> u64 {
        let header = 1024 + 128 * keys.recipients().len() as u64;
        self.stored.bytes + self.stored.bytes / 2048 + header * self.lengths.len() as u64
    }

    /// Writes it to `upload`, encrypted by these keys, a frame at a time. What was written must not be used where this fails.
    ///
    /// # Errors
    /// [`Kind::Verification`] where it is not what was stored.
    pub async fn seal_into(
        &self,
        upload: &mut Upload,
        keys: &AgeKeys,
        task: Option<&Arc<dyn Task>>,
        stop: &Stop,
    ) -> Result<Sealed> {
        let reader = self.store.get(&self.key, None).await.map_err(|e| match e.kind() {
            Kind::NotFound => self.refuse("it is not in the store"),
            _ => e,
        })?;
        if reader.object_size() != self.stored.bytes {
            let (found, stored) = (reader.object_size(), self.stored.bytes);
            return Err(self.refuse(format!("it has {found} bytes, {stored} were stored")));
        }
        let mut reader = reader.into_async_read();
        let mut worker = Sealer { keys: keys.clone(), opens: self.is_sealed, ..Sealer::default() };
        for length in &self.lengths {
            let frame = stop.or(self.frame(&mut reader, *length)).await?;
            // Encryption keeps a processor busy.
            let sealed = tokio::task::spawn_blocking(move || {
                let sealed = worker.seal(frame);
                (worker, sealed)
            });
            let (back, sealed) = sealed.await.map_err(|e| Error::failed("encrypting a frame").because(e))?;
            worker = back;
            stop.or(Box::pin(upload.write(sealed.map_err(|e| self.unopened(e))?))).await?;
            if let Some(task) = task {
                task.advance(*length);
            }
        }
        let rest = stop.or(async { reader.fill_buf().await.map(<[u8]>::len).map_err(|e| self.unread(e)) }).await?;
        if rest > 0 {
            return Err(self.refuse("it goes on past its last frame"));
        }
        let (before, sealed) = worker.end();
        // Only now is it known that the frames were those that were stored.
        if before != *self.stored {
            return Err(self.refuse(format!(
                "its SHA-256 is {} over {} bytes, {} over {} were stored",
                before.sha256, before.bytes, self.stored.sha256, self.stored.bytes
            )));
        }
        Ok(sealed)
    }

    fn unread(&self, e: io::Error) -> Error {
        from_io(e, format!("reading {} back", self.store.describe(&self.key)))
    }

    /// Takes memory as bytes come, whatever the manifest says of lengths.
    async fn frame(&self, reader: &mut (impl AsyncBufRead + Unpin), length: u64) -> Result<Vec<u8>> {
        let mut frame = Vec::new();
        reader.take(length).read_to_end(&mut frame).await.map_err(|e| self.unread(e))?;
        if frame.len() as u64 == length { Ok(frame) } else { Err(self.refuse("it ends within a frame")) }
    }
}

/// Seals frame after frame, and hashes both what came and what went.
#[derive(Default)]
struct Sealer {
    keys: AgeKeys,
    opens: bool,
    before: Sha256,
    bytes_before: u64,
    after: Sha256,
    bytes_after: u64,
    pieces: Vec<StoredFrame>,
}

impl Sealer {
    fn seal(&mut self, frame: Vec<u8>) -> io::Result<Bytes> {
        self.before.update(&frame);
        self.bytes_before += frame.len() as u64;
        let opened = if self.opens {
            let opened = open(&self.keys, &frame)?;
            // It may be large, and what is made of the other one is as large.
            drop(frame);
            opened
        } else {
            frame
        };
        let sealed = seal(&self.keys, &opened)?;
        drop(opened);
        self.after.update(&sealed);
        let length = sealed.len() as u64;
        self.bytes_after += length;
        self.pieces.push(StoredFrame { length, sha256: hex::encode(Sha256::digest(&sealed)) });
        Ok(sealed.into())
    }

    fn end(self) -> (Content, Sealed) {
        let content = |bytes, hash: Sha256| Content { bytes, sha256: hex::encode(hash.finalize()) };
        let stored = content(self.bytes_after, self.after);
        (content(self.bytes_before, self.before), Sealed { stored, pieces: self.pieces })
    }
}
