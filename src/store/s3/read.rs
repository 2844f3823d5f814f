//! Reading objects, and going on where a body broke off.

use std::ops::Range;
use std::time::Duration;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ChecksumMode;
use bytes::Bytes;
use futures::stream::{self, StreamExt};
use rand::RngExt;

use super::super::{ObjectKey, ObjectReader};
use super::error::{Class, Fault};
use super::thaw::Thawed;
use super::{S3Store, with_customer_key};
use crate::{Error, Kind, Result};

impl S3Store {
    pub(in super::super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<ObjectReader> {
        let answer = match self.request(key, range.as_ref(), None).await? {
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
                        .because("the service sent other bytes than were asked for"));
                }
                (part, total)
            }
        };
        let etag = answer.e_tag;
        let body = Body {
            store: self.clone(),
            key: key.clone(),
            etag: etag.clone(),
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

    async fn request(
        &self,
        key: &ObjectKey,
        range: Option<&Range<u64>>,
        only: Option<&str>,
    ) -> Result<std::result::Result<GetObjectOutput, Fault>> {
        let _slot = self.0.in_flight.enter().await;
        let full = self.full(key)?;
        let request = || {
            let request = self.0.client.get_object().bucket(&self.0.name).key(&full);
            let request = request.set_if_match(only.map(Into::into)).set_request_payer(self.0.payer.clone());
            match range {
                Some(range) => request.range(format!("bytes={}-{}", range.start, range.end - 1)),
                None => request.checksum_mode(ChecksumMode::Enabled),
            }
        };
        let ours = self.0.customer_key.as_ref();
        // Boxed: callers are deep, and a request is large.
        let first = Box::pin(with_customer_key!(request(), ours).send()).await.map_err(|e| Fault::of(&e));
        match first {
            // Written before there was a key.
            Err(fault) if ours.is_some() && fault.is_bad_request() => {
                Ok(Box::pin(request().send()).await.map_err(|e| Fault::of(&e)))
            }
            first => Ok(first),
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

/// An object's content on its way.
struct Body {
    store: S3Store,
    key: ObjectKey,
    etag: Option<String>,
    /// The next byte of the object.
    next: u64,
    /// Past the last byte wanted.
    end: u64,
    object_size: u64,
    content: ByteStream,
    /// Since a byte last came.
    breaks: u32,
}

impl Body {
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
                Some(Err(e)) => Fault::of_body(&e),
                None => Fault::of_body(&std::io::Error::from(std::io::ErrorKind::UnexpectedEof)),
            };
            self.go_on(fault).await?;
        }
    }

    /// Asks for the rest of the same object.
    async fn go_on(&mut self, fault: Fault) -> Result<()> {
        self.breaks += 1;
        let Some(etag) = self.etag.clone().filter(|_| self.breaks < self.store.0.retries.attempts.max(1)) else {
            return Err(self.store.failed("reading", &self.key, fault));
        };
        tracing::debug!(key = %self.key, at = self.next, cause = %fault, "a body broke off: asking for the rest");
        tokio::time::sleep(self.pause()).await;
        let rest = self.next..self.end;
        let answer = match self.store.request(&self.key, Some(&rest), Some(&etag)).await? {
            Ok(answer) => answer,
            Err(fault) if matches!(fault.class(), Class::Precondition | Class::NoKey) => {
                return Err(self.failed("the object was replaced or deleted while it was read"));
            }
            Err(fault) => return Err(self.store.failed("reading", &self.key, fault)),
        };
        let (part, total) = self.store.part(&self.key, &answer)?;
        if part != rest || total != self.object_size || answer.e_tag.as_ref() != Some(&etag) {
            return Err(self.failed("the object was replaced while it was read"));
        }
        self.content = answer.body;
        Ok(())
    }

    /// A random part of a wait that doubles with every break.
    fn pause(&self) -> Duration {
        let retries = &self.store.0.retries;
        let longest = retries.initial_backoff.saturating_mul(1 << (self.breaks - 1).min(16)).min(retries.max_backoff);
        longest.mul_f64(rand::rng().random_range(0.0..=1.0))
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
