//! Reading objects, and going on where a body broke off.

use std::ops::Range;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::ChecksumMode;
use bytes::Bytes;
use futures::stream::{self, StreamExt};

use super::super::object::Lack;
use super::super::{CustomerKey, ObjectKey, ObjectReader};
use super::error::{Class, RequestFault};
use super::thaw::Thawed;
use super::write::{same_etag, written_by};
use super::{S3Store, with_customer_key};
use crate::{Error, Kind, Result};

impl S3Store {
    pub(in super::super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<ObjectReader> {
        let answer = match self.request_patiently(key, range.as_ref()).await? {
            Ok(answer) => answer,
            Err(fault) if *fault.class() == Class::Frozen => {
                match Box::pin(self.thaw(std::slice::from_ref(key))).await? {
                    Thawed::Never => return Err(self.failed("reading", key, fault)),
                    // It came back between the two questions.
                    Thawed::Since => {
                        let again = self.request(key, range.as_ref(), None).await?;
                        again.map_err(|f| self.failed_reading("reading", key, f))?
                    }
                }
            }
            // Some services say so of an absent object to whoever may not list the whole bucket.
            Err(fault) if *fault.class() == Class::Denied && !self.is_listed(key).await.unwrap_or(true) => {
                return Err(fault
                    .into_error_of(Kind::NotFound, self.doing("reading", key), &self.0.place)
                    .hint("a listing does not have it"));
            }
            Err(fault) => return Err(self.failed_reading("reading", key, fault)),
        };
        let length = length(&answer)
            .ok_or_else(|| Error::failed(self.doing("reading", key)).because("the service did not say its size"))?;
        let (part, object_size) = match &range {
            None => (0..length, length),
            Some(range) => {
                let (part, total) = self.part(key, &answer)?;
                if part.start != range.start || part.end != range.end.min(total) || part.end - part.start != length {
                    return Err(Error::failed(self.doing("reading", key))
                        .because("the service sent other bytes than were asked for")
                        .hint(
                            "run the command again; where it stays so, look at what lies between here and the service",
                        ));
                }
                (part, total)
            }
        };
        let identity = ObjectIdentity::of_get(&answer);
        let etag = answer.e_tag;
        let body = ObjectBody {
            store: self.clone(),
            key: key.clone(),
            identity,
            next: part.start,
            end: part.end,
            object_size,
            content: answer.body,
            breaks: 0,
        };
        let pieces =
            stream::try_unfold(body, |mut body| async move { Ok(body.piece().await?.map(|piece| (piece, body))) });
        Ok(ObjectReader::new(length, object_size, etag, pieces.boxed()))
    }

    /// As [`S3Store::request`]; what this process has just written may not show yet.
    async fn request_patiently(
        &self,
        key: &ObjectKey,
        range: Option<&Range<u64>>,
    ) -> Result<std::result::Result<GetObjectOutput, RequestFault>> {
        let mut patience = self.patience_for(&self.full(key)?);
        loop {
            match self.request(key, range, None).await? {
                Err(fault) if *fault.class() == Class::NoKey && patience.again().await => {}
                answer => return Ok(answer),
            }
        }
    }

    async fn request(
        &self,
        key: &ObjectKey,
        range: Option<&Range<u64>>,
        only: Option<&str>,
    ) -> Result<std::result::Result<GetObjectOutput, RequestFault>> {
        let _slot = self.0.in_flight.enter().await;
        let full = self.full(key)?;
        let checked = range.is_none() && self.0.asks_for_checksums && !self.0.memory.lacks(Lack::ReadChecksums);
        let send = async |ours: Option<&CustomerKey>, checked: bool| {
            let request = self.0.client.get_object().bucket(&self.0.name).key(&full);
            let request = request
                .set_if_match(only.map(Into::into))
                .set_request_payer(self.0.payer.clone())
                .set_range(range.map(|range| format!("bytes={}-{}", range.start, range.end - 1)))
                .set_checksum_mode(checked.then_some(ChecksumMode::Enabled));
            // Boxed: callers are deep, and a request is large.
            Box::pin(with_customer_key!(request, ours).send()).await.map_err(|e| RequestFault::of(&e))
        };
        let ours = self.0.customer_key.as_ref();
        let mut answer = send(ours, checked).await;
        if checked && answer.as_ref().is_err_and(RequestFault::may_refuse_a_read) {
            let without = send(ours, false).await;
            if without.is_ok() {
                self.0.memory.found(Lack::ReadChecksums);
            }
            answer = without;
        }
        match answer {
            // Written before there was a key.
            Err(fault) if ours.is_some() && fault.is_bad_request() => {
                Ok(send(None, checked && !self.0.memory.lacks(Lack::ReadChecksums)).await)
            }
            answer => Ok(answer),
        }
    }

    /// The bytes that a partial answer holds, and the whole object's size.
    fn part(&self, key: &ObjectKey, answer: &GetObjectOutput) -> Result<(Range<u64>, u64)> {
        answer.content_range().and_then(content_range).ok_or_else(|| {
            Error::failed(self.doing("reading", key))
                .because("the service does not answer a request for part of an object")
        })
    }
}

impl RequestFault {
    /// Whether a service that does not know a header of a reading request may say so.
    fn may_refuse_a_read(&self) -> bool {
        *self.class() != Class::NoKey && self.may_mean_an_unknown_header()
    }
}

/// By what an object is known again.
#[derive(Debug, Clone, Default)]
struct ObjectIdentity {
    etag: Option<String>,
    /// The write that it is of.
    written_by: Option<String>,
    modified: Option<i64>,
}

impl ObjectIdentity {
    fn of_get(answer: &GetObjectOutput) -> Self {
        Self {
            etag: answer.e_tag().map(ToOwned::to_owned),
            written_by: written_by(answer.metadata()).map(ToOwned::to_owned),
            modified: answer.last_modified().map(DateTime::secs),
        }
    }

    fn of_head(answer: &HeadObjectOutput) -> Self {
        Self {
            etag: answer.e_tag().map(ToOwned::to_owned),
            written_by: written_by(answer.metadata()).map(ToOwned::to_owned),
            modified: answer.last_modified().map(DateTime::secs),
        }
    }

    /// Whether both may be of one object: names are never written twice, and what is read is hashed.
    fn may_be(&self, other: &Self) -> bool {
        if let (Some(one), Some(two)) = (&self.written_by, &other.written_by) {
            return one == two;
        }
        match (&self.etag, &other.etag, self.modified, other.modified) {
            (Some(one), Some(two), ..) => same_etag(one, two),
            (_, _, Some(one), Some(two)) => one == two,
            _ => true,
        }
    }

    /// A condition that holds as long as the object is the same: a weak name never makes one.
    fn condition(&self) -> Option<&str> {
        self.etag.as_deref().filter(|etag| !etag.starts_with("W/"))
    }
}

/// An object's content on its way.
struct ObjectBody {
    store: S3Store,
    key: ObjectKey,
    identity: ObjectIdentity,
    /// The next byte of the object.
    next: u64,
    /// Past the last byte wanted.
    end: u64,
    object_size: u64,
    content: ByteStream,
    /// Since a byte last came.
    breaks: u32,
}

impl ObjectBody {
    /// The next piece, or nothing at the end.
    async fn piece(&mut self) -> Result<Option<Bytes>> {
        loop {
            let fault = match self.content.next().await {
                Some(Ok(piece)) if piece.is_empty() => continue,
                Some(Ok(piece)) => {
                    self.next += piece.len() as u64;
                    self.breaks = 0;
                    if self.next > self.end {
                        return Err(self.failed("more bytes came than were announced"));
                    }
                    return Ok(Some(piece));
                }
                None if self.next == self.end => return Ok(None),
                // All bytes are there, and the checksum says that they are not the right ones.
                Some(Err(e)) if self.next == self.end => {
                    return Err(Error::new(Kind::Verification, self.store.doing("reading", &self.key)).because(e));
                }
                Some(Err(e)) => RequestFault::of_body(&e),
                None => RequestFault::of_body(&std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
            };
            self.go_on(fault).await?;
        }
    }

    /// Asks for the rest of the same object.
    async fn go_on(&mut self, fault: RequestFault) -> Result<()> {
        self.breaks += 1;
        if self.breaks >= self.store.0.retries.attempts.max(1) {
            return Err(self.store.failed("reading", &self.key, fault));
        }
        tracing::debug!(key = %self.key, at = self.next, cause = %fault, "a body broke off: asking for the rest");
        tokio::time::sleep(self.store.pause(self.breaks)).await;
        let rest = self.next..self.end;
        let answer = self.rest(&rest).await?;
        let (part, total) = self.store.part(&self.key, &answer)?;
        if part != rest || total != self.object_size || !self.identity.may_be(&ObjectIdentity::of_get(&answer)) {
            return Err(self.failed("the object was replaced while it was read"));
        }
        self.content = answer.body;
        Ok(())
    }

    async fn rest(&self, rest: &Range<u64>) -> Result<GetObjectOutput> {
        let replaced = "the object was replaced or deleted while it was read";
        let condition = self.identity.condition().filter(|_| !self.store.0.memory.lacks(Lack::ConditionalReads));
        let mut answer = self.store.request(&self.key, Some(rest), condition).await?;
        let is_refused = |fault: &RequestFault| *fault.class() == Class::Precondition || fault.may_refuse_a_read();
        if condition.is_some() && answer.as_ref().is_err_and(is_refused) {
            // Some services never let it hold: what is there says whether it did.
            match self.store.head_once(&self.key).await? {
                Ok(head) if self.identity.may_be(&ObjectIdentity::of_head(&head)) => {}
                Ok(_) => return Err(self.failed(replaced)),
                Err(fault) if *fault.class() == Class::NoKey => return Err(self.failed(replaced)),
                Err(fault) => return Err(self.store.failed("reading", &self.key, fault)),
            }
            answer = self.store.request(&self.key, Some(rest), None).await?;
            if answer.is_ok() {
                self.store.0.memory.found(Lack::ConditionalReads);
            }
        }
        match answer {
            Ok(answer) => Ok(answer),
            Err(fault) if matches!(fault.class(), Class::Precondition | Class::NoKey) => Err(self.failed(replaced)),
            Err(fault) => Err(self.store.failed("reading", &self.key, fault)),
        }
    }

    fn failed(&self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::failed(self.store.doing("reading", &self.key)).because(cause)
    }
}

fn length(answer: &GetObjectOutput) -> Option<u64> {
    u64::try_from(answer.content_length()?).ok()
}

/// `bytes 0-9/100`.
fn content_range(header: &str) -> Option<(Range<u64>, u64)> {
    let (part, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = part.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first..last.checked_add(1)?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_are_read_and_nonsense_is_not() {
        assert_eq!(content_range("bytes 0-9/100"), Some((0..10, 100)));
        assert_eq!(content_range("bytes 5-5/6"), Some((5..6, 6)));
        for bad in ["bytes */100", "bytes 9-0/100", "0-9/100", "bytes 0-9/*"] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }
}
