//! Streamed objects: parts of equal size, two on their way at a time.

use std::collections::BTreeMap;

use aws_sdk_s3::config::StalledStreamProtectionConfig;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::operation::complete_multipart_upload::CompleteMultipartUploadOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Buf, Bytes, BytesMut};
use tokio::task::JoinSet;

use super::super::{ObjectKey, Put};
use super::connect::within;
use super::error::{Class, RequestFault};
use super::lock::date;
use super::write::{WriteAnswer, WriteOutcome};
use super::write_id::WriteId;
use super::{S3Store, with_customer_key};
use crate::{Error, Result, about};

const MIB: u64 = 1 << 20;
/// The smallest part that is used, in bytes: S3 takes 5 MiB, larger ones cost fewer requests.
const SMALLEST_PART: u64 = 8 * MIB;
/// The largest part that S3 takes, in bytes.
const LARGEST_PART: u64 = 5 << 30;
/// Parts that an object may have, where nothing says that they are fewer.
const MAX_PARTS: u32 = 10_000;
/// Bounds of parts are round numbers: a refusal after so many may mean one.
const ROUND: u32 = 100;
/// Parts of one object on their way at a time. With the one being filled, three are in memory.
const CONCURRENT_PARTS: usize = 2;

/// The part size for an object of at most `size_hint` bytes in at most `max_parts`. A tenth of them is left for a hint
/// that was a little low.
fn part_size(size_hint: u64, max_parts: u32) -> u64 {
    let planned = u64::from(max_parts - max_parts / 10).max(1);
    size_hint.div_ceil(planned).next_multiple_of(MIB).clamp(SMALLEST_PART, LARGEST_PART)
}

/// An object being written. Up to one part it is kept in memory and sent whole.
#[derive(Debug)]
pub(in super::super) struct S3Upload {
    store: S3Store,
    key: ObjectKey,
    id: WriteId,
    part_size: usize,
    max_parts: u32,
    buffer: BytesMut,
    written: u64,
    parts: Option<UploadParts>,
}

/// The parts of an upload that takes more than one.
#[derive(Debug)]
struct UploadParts {
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
    ended: UploadEnded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UploadEnded {
    Yes,
    No,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.ended == UploadEnded::Yes {
            return;
        }
        // Outside a runtime nothing can be sent; the upload then shows in the list of unfinished ones.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let store = self.store.clone();
        let (full_key, upload_id) = (std::mem::take(&mut self.full_key), std::mem::take(&mut self.upload_id));
        runtime.spawn(about::carried(async move {
            if let Err(fault) = store.abort_multipart(&full_key, &upload_id).await {
                tracing::warn!(key = full_key, cause = %fault, "an unfinished upload could not be removed");
            }
        }));
    }
}

impl S3Store {
    pub(in super::super) async fn upload(&self, key: &ObjectKey, size_hint: u64) -> Result<S3Upload> {
        self.refuse_taken(key).await?;
        let max_parts =
            self.0.max_parts.or_else(|| self.0.memory.most_parts()).unwrap_or(MAX_PARTS).clamp(1, MAX_PARTS);
        let part_size = usize::try_from(part_size(size_hint, max_parts))
            .map_err(|e| Error::failed(self.doing("writing", key)).because(e))?;
        Ok(S3Upload {
            store: self.clone(),
            key: key.clone(),
            id: WriteId::new(),
            part_size,
            max_parts,
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
                let UploadParts { mut tasks, guard, .. } = parts;
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
            none => none.insert(UploadParts::begin(&self.store, &self.key, &self.id).await?),
        };
        while parts.tasks.len() >= CONCURRENT_PARTS {
            parts.take_one().await?;
        }
        if i64::from(parts.next) > i64::from(self.max_parts) {
            let (most, size) = (self.max_parts, self.part_size as u64 / MIB);
            return Err(Error::failed(self.store.doing("writing", &self.key))
                .because(format!("it needs more than {most} parts of {size} MiB"))
                .hint("the size expected was far too low"));
        }
        let body = self.buffer.split().freeze();
        // Parts are of one size: the next one fills as much.
        self.buffer = BytesMut::with_capacity(self.part_size);
        let (store, key, number) = (self.store.clone(), self.key.clone(), parts.next);
        let (full_key, upload_id) = (parts.guard.full_key.clone(), parts.guard.upload_id.clone());
        parts.next += 1;
        parts.tasks.spawn(about::carried(async move {
            store
                .send_part(&full_key, &upload_id, number, body)
                .await
                .map_err(|fault| store.part_failed(number, &key, fault))
        }));
        Ok(())
    }

    /// Has the parts put together. Whatever is said, the object itself decides whether that was done: answers are lost, say
    /// done and are wrong, or say that something else ran and are wrong as well.
    async fn complete(&self, mut guard: Guard, parts: Vec<CompletedPart>) -> Result<Put> {
        let store = &self.store;
        let mut conditional = store.is_conditional();
        let mut tries = 1;
        loop {
            let answer = store.complete(&guard, parts.clone(), conditional).await;
            if let Err(fault) = &answer {
                if conditional && fault.may_mean_an_unknown_header() {
                    conditional = false;
                    continue;
                }
                if !fault.is_ambiguous() && !fault.is_passing() {
                    break guard.give_up(self.fault(answer)).await;
                }
            }
            let etag = answer.as_ref().ok().and_then(CompleteMultipartUploadOutput::e_tag);
            let said = if answer.is_ok() { WriteAnswer::Done } else { WriteAnswer::Nothing };
            let settled = store.confirm_write(&self.key, &self.id, self.written, etag, said).await;
            break match (settled, answer) {
                (Ok(WriteOutcome::Stored(put)), answer) => {
                    guard.ended = UploadEnded::Yes;
                    store.note_written(&self.key, conditional)?;
                    let version = answer.ok().and_then(|done| done.version_id).or(put.version);
                    Ok(Put { etag: put.etag, version })
                }
                (Ok(WriteOutcome::Taken), _) => guard.give_up(store.taken(&self.key)).await,
                // The name is free: the service takes the condition for one that does not hold.
                (Ok(WriteOutcome::Absent), Err(fault)) if conditional && *fault.class() == Class::Precondition => {
                    conditional = false;
                    continue;
                }
                (Ok(WriteOutcome::Absent), Err(fault)) if fault.is_passing() && tries < store.0.retries.attempts => {
                    tokio::time::sleep(store.pause(tries)).await;
                    tries += 1;
                    continue;
                }
                (Ok(WriteOutcome::Absent), answer) => guard.give_up(self.fault(answer)).await,
                (Err(unknown), Ok(_)) => Err(unknown.while_doing("it is not known whether the object was stored")),
                (Err(_), Err(fault)) => Err(store.in_doubt(&self.key, fault)),
            };
        }
    }

    fn fault(&self, answer: std::result::Result<CompleteMultipartUploadOutput, RequestFault>) -> Error {
        match answer {
            Ok(_) => Error::failed(self.store.doing("writing", &self.key))
                .because("the service said that it is stored, but it is not there"),
            Err(fault) => self.store.failed_writing("writing", &self.key, fault),
        }
    }

    fn lost(&self) -> Error {
        Error::failed(self.store.doing("writing", &self.key)).because("its parts are gone")
    }
}

impl UploadParts {
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
            .set_object_lock_mode(store.1.map(|lock| lock.mode.of_write()))
            .set_object_lock_retain_until_date(store.1.map(|lock| date(lock.until)))
            .set_request_payer(store.0.payer.clone())
            .metadata(name, value);
        let begun = with_customer_key!(request, store.0.customer_key.as_ref())
            .send()
            .await
            .map_err(|e| store.failed_writing("beginning to write", key, RequestFault::of(&e)))?;
        let Some(upload_id) = begun.upload_id.filter(|id| !id.is_empty()) else {
            return Err(Error::failed(store.doing("beginning to write", key)).because("the service gave no upload id"));
        };
        let guard = Guard { store: store.clone(), full_key, upload_id, ended: UploadEnded::No };
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
    async fn abort(mut self) -> std::result::Result<(), RequestFault> {
        let aborted = self.store.abort_multipart(&self.full_key, &self.upload_id).await;
        // Once more in the background would fail the same way.
        self.ended = UploadEnded::Yes;
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
    fn part_failed(&self, number: i32, key: &ObjectKey, fault: RequestFault) -> Error {
        let sent = u32::try_from(number - 1).unwrap_or_default();
        let is_full = fault.may_mean_too_many_parts() && (sent >= ROUND || sent > 0 && fault.is_about_a_part());
        let error = self.failed_writing(&format!("writing part {number} of"), key, fault);
        if !is_full {
            return error;
        }
        // Two parts are on their way at a time, and the later one may be refused first.
        let most = if sent >= ROUND { sent - sent % ROUND } else { sent };
        self.0.memory.found_most_parts(most);
        error.hint(format!(
            "if the service takes no more than {most} parts an object, set s3_max_parts = {most}, or --s3-max-parts {most}: \
             parts are planned larger then"
        ))
    }

    async fn send_part(
        &self,
        full_key: &str,
        upload_id: &str,
        number: i32,
        body: Bytes,
    ) -> std::result::Result<CompletedPart, RequestFault> {
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
            .set_content_md5(self.md5_for_lock(&body))
            .set_request_payer(self.0.payer.clone())
            .body(ByteStream::from(body));
        let sent = with_customer_key!(request, self.0.customer_key.as_ref())
            .customize()
            .config_override(within(limit))
            .send()
            .await
            .map_err(|e| RequestFault::of(&e))?;
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
    ) -> std::result::Result<CompleteMultipartUploadOutput, RequestFault> {
        // The answer may take minutes, blanks coming meanwhile.
        let patient = within(self.0.timeouts.complete)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            // Between two tries is looked whether it is done.
            .retry_config(RetryConfig::standard().with_max_attempts(1));
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
            .map_err(|e| RequestFault::of(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_large_enough_for_any_chunk_and_no_larger_than_needed() {
        assert_eq!(part_size(0, MAX_PARTS), 8 * MIB);
        assert_eq!(part_size(70 << 30, MAX_PARTS), 8 * MIB);
        for gib in [1_u64, 100, 500, 5_000, 40_000] {
            let size = gib << 30;
            for most in [1_000, MAX_PARTS] {
                let part = part_size(size.min(u64::from(most) * (4 << 30)), most);
                let size = size.min(u64::from(most) * (4 << 30));
                assert!(size.div_ceil(part) <= u64::from(most) * 9 / 10, "{gib} GiB in parts of {part}");
                assert_eq!(part % MIB, 0);
            }
        }
        assert_eq!(part_size(500_000_000_000, MAX_PARTS), 53 * MIB);
        assert_eq!(part_size(9 << 30, 1_000), 11 * MIB);
        assert_eq!(part_size(u64::MAX, MAX_PARTS), LARGEST_PART);
    }
}
