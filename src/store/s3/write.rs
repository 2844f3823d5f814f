//! Small objects, and the question whether a write took place.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use super::super::lock::ObjectProtection;
use super::super::object::Lack;
use super::super::{ObjectInfo, ObjectKey, Put};
use super::connect::within;
use super::error::{Class, RequestFault};
use super::lock::{date, protection_of};
use super::write_id::{WRITE_ID, WriteId};
use super::{S3Store, instant, with_customer_key};
use crate::{Error, Kind, Result};

/// What the service said to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteAnswer {
    /// That it is done.
    Done,
    /// Nothing that could be relied on.
    Nothing,
}

/// What became of a write.
pub(super) enum WriteOutcome {
    /// The object is there, and it is this write's.
    Stored(Put),
    /// Somebody else's object has the name.
    Taken,
    /// There is none.
    Absent,
}

impl S3Store {
    pub(in super::super) async fn put(&self, key: &ObjectKey, body: Bytes) -> Result<Put> {
        self.refuse_taken(key).await?;
        self.put_new(key, body, &WriteId::new()).await
    }

    /// Stores an object in one request. The caller has seen that the name is free.
    pub(super) async fn put_new(&self, key: &ObjectKey, body: Bytes, id: &WriteId) -> Result<Put> {
        let size = body.len() as u64;
        let mut conditional = self.is_conditional();
        loop {
            let fault = match self.put_once(key, body.clone(), id, conditional).await? {
                Ok(put) => {
                    self.note_written(key, conditional)?;
                    return Ok(put);
                }
                Err(fault) => fault,
            };
            if conditional && fault.may_mean_an_unknown_header() {
                conditional = false;
                continue;
            }
            if !fault.is_ambiguous() {
                return Err(self.failed_writing("writing", key, fault));
            }
            return match self.confirm_write(key, id, size, None, WriteAnswer::Nothing).await {
                Ok(WriteOutcome::Stored(put)) => Ok(put),
                Ok(WriteOutcome::Taken) => Err(self.taken(key)),
                // The name is free: the service takes the condition for one that does not hold.
                Ok(WriteOutcome::Absent) if conditional && *fault.class() == Class::Precondition => {
                    conditional = false;
                    continue;
                }
                Ok(WriteOutcome::Absent) => Err(self.failed_writing("writing", key, fault)),
                Err(_) => Err(self.in_doubt(key, fault)),
            };
        }
    }

    /// An object was written, with the condition that its name is free or after a refusal of it.
    pub(super) fn note_written(&self, key: &ObjectKey, conditional: bool) -> Result<()> {
        if !conditional {
            self.0.memory.found(Lack::ConditionalWrites);
        }
        self.0.written.add(&self.full(key)?);
        Ok(())
    }

    /// Writes what is there already once more, with the condition that the name is free: some services take the condition
    /// and do not keep it. Anything else that fails says nothing here.
    pub(in super::super) async fn try_overwriting(&self, key: &ObjectKey, body: Bytes) -> Result<()> {
        if self.is_conditional() && self.put_once(key, body, &WriteId::new(), true).await?.is_ok() {
            self.0.memory.found(Lack::ConditionalWrites);
        }
        Ok(())
    }

    async fn put_once(
        &self,
        key: &ObjectKey,
        body: Bytes,
        id: &WriteId,
        conditional: bool,
    ) -> Result<std::result::Result<Put, RequestFault>> {
        let _slot = self.0.in_flight.enter().await;
        let limit = self.time_for(body.len() as u64);
        let request = self
            .0
            .client
            .put_object()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .set_checksum_algorithm(self.0.checksum.clone())
            .set_storage_class(self.0.storage_class.clone())
            .set_server_side_encryption(self.0.sse.clone())
            .set_ssekms_key_id(self.0.sse_key.clone())
            .set_if_none_match(conditional.then(|| "*".to_owned()))
            .set_tagging(self.0.tags.clone())
            .set_object_lock_mode(self.1.map(|lock| lock.mode.of_write()))
            .set_object_lock_retain_until_date(self.1.map(|lock| date(lock.until)))
            .set_content_md5(self.md5_for_lock(&body))
            .set_request_payer(self.0.payer.clone())
            .metadata(WRITE_ID, &id.0)
            .body(ByteStream::from(body));
        let sent = with_customer_key!(request, self.0.customer_key.as_ref())
            .customize()
            .config_override(within(limit))
            .send()
            .await;
        Ok(match sent {
            Ok(put) => {
                Ok(Put { etag: put.e_tag().map(ToOwned::to_owned), version: put.version_id().map(ToOwned::to_owned) })
            }
            Err(e) => Err(RequestFault::of(&e)),
        })
    }

    /// Looks whether the object of write `id` is there, whole. Where a service keeps no metadata, its own word that the
    /// write is done counts, or what the answer named the object (`etag`), if one came. A service may remember that the name was free when it was looked at
    /// before: where it said that the write is done, or lists the object, it is asked again for a while.
    pub(super) async fn confirm_write(
        &self,
        key: &ObjectKey,
        id: &WriteId,
        size: u64,
        etag: Option<&str>,
        said: WriteAnswer,
    ) -> Result<WriteOutcome> {
        let mut patience = self.patience();
        let (info, found) = loop {
            if let Some(there) = self.look_up(key).await? {
                break there;
            }
            let is_there = said == WriteAnswer::Done || self.is_listed(key).await?;
            if !is_there || !patience.again().await {
                return Ok(WriteOutcome::Absent);
            }
        };
        let ours = match &found.id {
            Some(found) => *found == id.0,
            None => {
                said == WriteAnswer::Done
                    || etag.is_some_and(|etag| info.etag.as_deref().is_some_and(|other| same_etag(other, etag)))
            }
        };
        if !ours || info.size != size {
            return Ok(WriteOutcome::Taken);
        }
        Ok(WriteOutcome::Stored(Put { etag: info.etag, version: found.version }))
    }

    /// Asks for what the service knows of an object: with our key, and without it where that turns out to be wrong.
    pub(super) async fn head_once(
        &self,
        key: &ObjectKey,
    ) -> Result<std::result::Result<HeadObjectOutput, RequestFault>> {
        let request = || -> Result<_> {
            let request = self.0.client.head_object().bucket(&self.0.name).key(self.full(key)?);
            Ok(request.set_request_payer(self.0.payer.clone()))
        };
        let ours = self.0.customer_key.as_ref();
        // Boxed: callers are deep, and a request is large.
        let first = Box::pin(with_customer_key!(request()?, ours).send()).await.map_err(|e| RequestFault::of(&e));
        match first {
            // Written before there was a key.
            Err(fault) if ours.is_some() && fault.is_bad_request() => {
                Ok(Box::pin(request()?.send()).await.map_err(|e| RequestFault::of(&e)))
            }
            first => Ok(first),
        }
    }

    /// Asks for an object's data; nothing where it (or the whole bucket) is absent.
    pub(super) async fn look_up(&self, key: &ObjectKey) -> Result<Option<(ObjectInfo, ObjectDetails)>> {
        let mut patience = self.patience_for(&self.full(key)?);
        let head = loop {
            let fault = match self.head_once(key).await? {
                Ok(head) => break head,
                Err(fault) => fault,
            };
            if *fault.class() == Class::NoKey {
                if patience.again().await {
                    continue;
                }
                return Ok(None);
            }
            // The answer to a HEAD has no room for the reason: that to a listing has.
            if fault.has_no_reason() {
                self.check().await?;
            }
            // Some services say so of an absent object to whoever may not list the whole bucket.
            if *fault.class() == Class::Denied && !self.is_listed(key).await? {
                self.0.memory.found(Lack::AbsenceByHead);
                return Ok(None);
            }
            return Err(self.failed_reading("looking for", key, fault));
        };
        self.0.seen.store(true, Ordering::Relaxed);
        let size = head.content_length().and_then(|size| u64::try_from(size).ok());
        let info = ObjectInfo {
            key: key.clone(),
            size: size.ok_or_else(|| {
                Error::failed(self.doing("looking for", key)).because("the service did not say its size")
            })?,
            etag: head.e_tag().map(ToOwned::to_owned),
            last_modified: head.last_modified().and_then(instant),
            storage_class: head.storage_class().map(|class| class.as_str().to_owned()),
        };
        let found = ObjectDetails {
            id: written_by(head.metadata()).map(ToOwned::to_owned),
            version: head.version_id().map(ToOwned::to_owned),
            protection: protection_of(&head, info.size),
        };
        Ok(Some((info, found)))
    }

    pub(super) async fn refuse_taken(&self, key: &ObjectKey) -> Result<()> {
        match self.look_up(key).await? {
            Some(_) => Err(self.taken(key)),
            None => Ok(()),
        }
    }

    pub(super) fn taken(&self, key: &ObjectKey) -> Error {
        Error::new(Kind::Conflict, self.doing("writing", key))
            .because("the name is taken")
            .hint("objects are never overwritten: use a new name")
    }

    pub(super) fn in_doubt(&self, key: &ObjectKey, fault: RequestFault) -> Error {
        self.failed_writing("writing", key, fault).while_doing("it is not known whether the object was stored")
    }
}

/// The write that an object is of, where the service keeps metadata.
pub(super) fn written_by(metadata: Option<&HashMap<String, String>>) -> Option<&str> {
    metadata?.get(WRITE_ID).map(String::as_str)
}

/// Whether two names are of the same content: some services and proxies make them weak, or leave the quotes out.
pub(super) fn same_etag(one: &str, other: &str) -> bool {
    let bare = |etag: &str| etag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    bare(one) == bare(other)
}

/// Besides what everybody may know of an object.
pub(super) struct ObjectDetails {
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) protection: ObjectProtection,
}
