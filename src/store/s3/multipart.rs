//! Streamed objects: parts of equal size, two on their way at a time.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Buf, Bytes, BytesMut};
use tokio::task::JoinSet;

use super::super::{ObjectKey, Put};
use super::connect::within;
use super::error::{Class, Fault};
use super::write::{Settled, WriteId};
use super::{S3Store, with_customer_key};
use crate::{Error, Result};

const MIB: u64 = 1 << 20;
/// The smallest part that is used, in bytes: S3 takes 5 MiB, larger ones cost fewer requests.
const SMALLEST_PART: u64 = 8 * MIB;
/// The largest part that S3 takes, in bytes.
const LARGEST_PART: u64 = 5 << 30;
/// Parts that an object may have.
const MAX_PARTS: i32 = 10_000;
/// Parts to plan for: some are left for a hint that was a little low.
const PLANNED_PARTS: u64 = 9_000;
/// Parts of one object on their way at a time. With the one being filled, three are in memory.
const CONCURRENT_PARTS: usize = 2;

/// The part size for an object of at most `size_hint` bytes.
fn part_size(size_hint: u64) -> u64 {
    size_hint.div_ceil(PLANNED_PARTS).next_multiple_of(MIB).clamp(SMALLEST_PART, LARGEST_PART)
}

/// An object being written. Up to one part it is kept in memory and sent whole.
#[derive(Debug)]
pub(in super::super) struct S3Upload {
    store: S3Store,
    key: ObjectKey,
    id: WriteId,
    part_size: usize,
    buffer: BytesMut,
    written: u64,
    parts: Option<Parts>,
}

/// The parts of an upload that takes more than one.
#[derive(Debug)]
struct Parts {
    /// Before the guard: no part is sent any more when it aborts.
    tasks: JoinSet<Result<CompletedPart>>,
    done: BTreeMap<i32, CompletedPart>,
    next: i32,
    guard: Guard,
}

/// Aborts the upload when it is dropped, unless told that it has ended.
#[derive(Debug)]
struct Guard {
    store: S3Store,
    full_key: String,
    upload_id: String,
    ended: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Yes,
    No,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.ended == Ended::Yes {
            return;
        }
        // Outside a runtime nothing can be sent; the upload then shows in the list of unfinished ones.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let store = self.store.clone();
        let (full_key, upload_id) = (std::mem::take(&mut self.full_key), std::mem::take(&mut self.upload_id));
        runtime.spawn(async move {
            if let Err(fault) = store.abort_multipart(&full_key, &upload_id).await {
                tracing::warn!(key = full_key, cause = %fault, "an unfinished upload could not be removed");
            }
        });
    }
}

impl S3Store {
    pub(in super::super) async fn upload(&self, key: &ObjectKey, size_hint: u64) -> Result<S3Upload> {
        self.refuse_taken(key).await?;
        let part_size =
            usize::try_from(part_size(size_hint)).map_err(|e| Error::failed(self.doing("writing", key)).because(e))?;
        Ok(S3Upload {
            store: self.clone(),
            key: key.clone(),
            id: WriteId::new(),
            part_size,
            buffer: BytesMut::with_capacity(part_size.min(usize::try_from(size_hint).unwrap_or(part_size))),
            written: 0,
            parts: None,
        })
    }
}

impl S3Upload {
    pub(in super::super) fn key(&self) -> &ObjectKey {
        &self.key
    }

    pub(in super::super) const fn written(&self) -> u64 {
        self.written
    }

    pub(in super::super) async fn write(&mut self, mut data: Bytes) -> Result<()> {
        self.written += data.len() as u64;
        while data.has_remaining() {
            // Only once there is more: the last part, or a lone one, may be full.
            if self.buffer.len() == self.part_size {
                self.send_part().await?;
            }
            let taken = data.len().min(self.part_size - self.buffer.len());
            self.buffer.extend_from_slice(&data.split_to(taken));
        }
        Ok(())
    }

    pub(in super::super) async fn finish(mut self) -> Result<Put> {
        if self.parts.is_none() {
            self.store.refuse_taken(&self.key).await?;
            return self.store.put_new(&self.key, self.buffer.freeze(), &self.id).await;
        }
        let sent = self.send_part().await;
        let Some(mut parts) = self.parts.take() else { return Err(self.lost()) };
        let ready = async {
            sent?;
            while parts.take_one().await? {}
            // A service may ignore the condition on the request that follows.
            self.store.refuse_taken(&self.key).await
        };
        if let Err(error) = ready.await {
            parts.tasks.shutdown().await;
            return parts.guard.give_up(error).await;
        }
        self.complete(parts.guard, parts.done.into_values().collect()).await
    }

    pub(in super::super) async fn abort(mut self) -> Result<()> {
        match self.parts.take() {
            Some(parts) => {
                let Parts { mut tasks, guard, .. } = parts;
                tasks.shutdown().await;
                let aborted = guard.abort().await;
                aborted.map_err(|fault| self.store.failed("aborting the upload of", &self.key, fault))
            }
            None => Ok(()),
        }
    }

    /// Sends what is in the buffer on its way, once fewer than [`CONCURRENT_PARTS`] are.
    async fn send_part(&mut self) -> Result<()> {
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => none.insert(Parts::begin(&self.store, &self.key, &self.id).await?),
        };
        while parts.tasks.len() >= CONCURRENT_PARTS {
            parts.take_one().await?;
        }
        if parts.next > MAX_PARTS {
            let size = self.part_size as u64 / MIB;
            return Err(Error::failed(self.store.doing("writing", &self.key))
                .because(format!("it needs more than {MAX_PARTS} parts of {size} MiB"))
                .hint("the size expected was far too low"));
        }
        let body = self.buffer.split().freeze();
        // Parts are of one size: the next one fills as much.
        self.buffer = BytesMut::with_capacity(self.part_size);
        let (store, key, number) = (self.store.clone(), self.key.clone(), parts.next);
        let (full_key, upload_id) = (parts.guard.full_key.clone(), parts.guard.upload_id.clone());
        parts.next += 1;
        parts.tasks.spawn(async move {
            store
                .send_part(&full_key, &upload_id, number, body)
                .await
                .map_err(|fault| store.failed(&format!("writing part {number} of"), &key, fault))
        });
        Ok(())
    }

    async fn complete(&self, mut guard: Guard, parts: Vec<CompletedPart>) -> Result<Put> {
        loop {
            let conditional = self.store.0.conditional.load(Ordering::Relaxed);
            let answer = self.store.complete(&guard, parts.clone(), conditional).await;
            if let Err(fault) = &answer {
                if conditional && *fault.class() == Class::NotImplemented {
                    self.store.0.conditional.store(false, Ordering::Relaxed);
                    continue;
                }
                if !fault.is_ambiguous() {
                    break guard.give_up(self.fault(answer)).await;
                }
            }
            // An answer can be lost, or say done and be wrong: the object itself decides.
            let etag = answer.as_ref().ok().and_then(CompleteMultipartUploadOutput::e_tag);
            break match self.store.settle(&self.key, &self.id, self.written, etag).await {
                Ok(Settled::Stored(put)) => {
                    guard.ended = Ended::Yes;
                    let version = answer.ok().and_then(|done| done.version_id).or(put.version);
                    Ok(Put { etag: put.etag, version })
                }
                Ok(Settled::Taken) => guard.give_up(self.store.taken(&self.key)).await,
                Ok(Settled::Absent) => guard.give_up(self.fault(answer)).await,
                Err(unknown) => match answer {
                    Ok(_) => Err(unknown.while_doing("it is not known whether the object was stored")),
                    Err(fault) => Err(self.store.in_doubt(&self.key, fault)),
                },
            };
        }
    }

    fn fault(&self, answer: std::result::Result<CompleteMultipartUploadOutput, Fault>) -> Error {
        match answer {
            Ok(_) => Error::failed(self.store.doing("writing", &self.key))
                .because("the service said that it is stored, but it is not there"),
            Err(fault) => self.store.failed("writing", &self.key, fault),
        }
    }

    fn lost(&self) -> Error {
        Error::failed(self.store.doing("writing", &self.key)).because("its parts are gone")
    }
}

impl Parts {
    async fn begin(store: &S3Store, key: &ObjectKey, id: &WriteId) -> Result<Self> {
        let full_key = store.full(key)?;
        let (name, value) = id.pair();
        let request = store
            .0
            .client
            .create_multipart_upload()
            .bucket(&store.0.name)
            .key(&full_key)
            .set_checksum_algorithm(store.0.checksum.clone())
            .set_storage_class(store.0.storage_class.clone())
            .set_server_side_encryption(store.0.sse.clone())
            .set_ssekms_key_id(store.0.sse_key.clone())
            .set_tagging(store.0.tags.clone())
            .set_request_payer(store.0.payer.clone())
            .metadata(name, value);
        let begun = with_customer_key!(request, store.0.customer_key.as_ref())
            .send()
            .await
            .map_err(|e| store.failed("beginning to write", key, Fault::of(&e)))?;
        let Some(upload_id) = begun.upload_id.filter(|id| !id.is_empty()) else {
            return Err(Error::failed(store.doing("beginning to write", key)).because("the service gave no upload id"));
        };
        let guard = Guard { store: store.clone(), full_key, upload_id, ended: Ended::No };
        Ok(Self { tasks: JoinSet::new(), done: BTreeMap::new(), next: 1, guard })
    }

    /// Waits for one part. False where none is on its way.
    async fn take_one(&mut self) -> Result<bool> {
        match self.tasks.join_next().await {
            None => Ok(false),
            Some(Ok(part)) => {
                let part = part?;
                self.done.insert(part.part_number().unwrap_or_default(), part);
                Ok(true)
            }
            Some(Err(e)) => Err(Error::failed("sending a part").because(e)),
        }
    }
}

impl Guard {
    async fn abort(mut self) -> std::result::Result<(), Fault> {
        let aborted = self.store.abort_multipart(&self.full_key, &self.upload_id).await;
        // Once more in the background would fail the same way.
        self.ended = Ended::Yes;
        aborted
    }

    /// Aborts because of `error`, which stays the answer.
    async fn give_up(self, error: Error) -> Result<Put> {
        if let Err(fault) = self.abort().await {
            tracing::warn!(cause = %fault, "an unfinished upload could not be removed");
        }
        Err(error)
    }
}

impl S3Store {
    async fn send_part(
        &self,
        full_key: &str,
        upload_id: &str,
        number: i32,
        body: Bytes,
    ) -> std::result::Result<CompletedPart, Fault> {
        let _slot = self.0.in_flight.enter().await;
        let limit = self.time_for(body.len() as u64);
        let request = self
            .0
            .client
            .upload_part()
            .bucket(&self.0.name)
            .key(full_key)
            .upload_id(upload_id)
            .part_number(number)
            .set_checksum_algorithm(self.0.checksum.clone())
            .set_request_payer(self.0.payer.clone())
            .body(ByteStream::from(body));
        let sent = with_customer_key!(request, self.0.customer_key.as_ref())
            .customize()
            .config_override(within(limit))
            .send()
            .await
            .map_err(|e| Fault::of(&e))?;
        Ok(CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32_c(sent.checksum_crc32_c)
            .build())
    }

    async fn complete(
        &self,
        guard: &Guard,
        parts: Vec<CompletedPart>,
        conditional: bool,
    ) -> std::result::Result<CompleteMultipartUploadOutput, Fault> {
        // The answer may take minutes, blanks coming meanwhile.
        let patient =
            within(self.0.timeouts.complete).stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        let request = self
            .0
            .client
            .complete_multipart_upload()
            .bucket(&self.0.name)
            .key(&guard.full_key)
            .upload_id(&guard.upload_id)
            .set_if_none_match(conditional.then(|| "*".to_owned()))
            .set_request_payer(self.0.payer.clone())
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        with_customer_key!(request, self.0.customer_key.as_ref())
            .customize()
            .config_override(patient)
            .send()
            .await
            .map_err(|e| Fault::of(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_enough_for_any_chunk_and_no_larger_than_needed() {
        assert_eq!(part_size(0), 8 * MIB);
        assert_eq!(part_size(70 << 30), 8 * MIB);
        for gib in [1_u64, 100, 500, 5_000, 40_000] {
            let size = gib << 30;
            let part = part_size(size);
            assert!(size.div_ceil(part) <= 9_000, "{gib} GiB in parts of {part}");
            assert_eq!(part % MIB, 0);
        }
        assert_eq!(part_size(500_000_000_000), 53 * MIB);
        assert_eq!(part_size(u64::MAX), LARGEST_PART);
    }
}
