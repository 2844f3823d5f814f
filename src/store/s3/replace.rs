//! A small object that is written again and again under one name.

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use super::super::{ObjectKey, Put};
use super::connect::within;
use super::error::{Class, RequestFault};
use super::write::{WriteAnswer, WriteOutcome, same_etag};
use super::write_id::WriteId;
use super::{S3Store, with_customer_key};
use crate::{Error, Kind, Result};

impl S3Store {
    /// Writes over the object whose content the service calls `etag`; without one there must be none yet. A service that
    /// does not know such conditions writes in any case: the caller looks again.
    pub(in super::super) async fn replace(&self, key: &ObjectKey, body: Bytes, etag: Option<&str>) -> Result<Put> {
        let (size, id) = (body.len() as u64, WriteId::new());
        let mut conditional = self.is_conditional();
        loop {
            let fault = match self.replace_once(key, body.clone(), &id, etag, conditional).await? {
                Ok(put) => {
                    self.note_written(key, conditional)?;
                    return Ok(put);
                }
                Err(fault) => fault,
            };
            let is_unknown = fault.may_mean_an_unknown_header();
            if conditional && (is_unknown || self.is_unkept(key, &fault, etag).await?) {
                conditional = false;
                continue;
            }
            if !fault.is_ambiguous() {
                return Err(self.failed_writing("writing", key, fault));
            }
            return match self.confirm_write(key, &id, size, None, WriteAnswer::Nothing).await {
                Ok(WriteOutcome::Stored(put)) => Ok(put),
                Ok(WriteOutcome::Taken) if *fault.class() == Class::Precondition => {
                    Err(Error::new(Kind::Conflict, self.doing("writing", key))
                        .because("somebody else has changed it meanwhile")
                        .hint("run the same command again: it looks whose it is now"))
                }
                Ok(WriteOutcome::Taken | WriteOutcome::Absent) => Err(self.failed_writing("writing", key, fault)),
                Err(_) => Err(self.in_doubt(key, fault)),
            };
        }
    }

    /// Whether the service says that the condition does not hold though it does: the object is as it was. Some compare
    /// names of contents that they have changed on the way.
    async fn is_unkept(&self, key: &ObjectKey, fault: &RequestFault, etag: Option<&str>) -> Result<bool> {
        if *fault.class() != Class::Precondition {
            return Ok(false);
        }
        let there = self.look_up(key).await?.and_then(|(info, _)| info.etag);
        Ok(match (etag, there) {
            (Some(expected), Some(there)) => same_etag(expected, &there),
            (None, None) => true,
            _ => false,
        })
    }

    async fn replace_once(
        &self,
        key: &ObjectKey,
        body: Bytes,
        id: &WriteId,
        etag: Option<&str>,
        conditional: bool,
    ) -> Result<std::result::Result<Put, RequestFault>> {
        let _slot = self.0.in_flight.enter().await;
        let limit = self.time_for(body.len() as u64);
        let (name, value) = id.pair();
        // Not in the storage class of archives: it is read by every run, and some classes cannot be read at once.
        let request = self
            .0
            .client
            .put_object()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .set_checksum_algorithm(self.0.checksum.clone())
            .set_server_side_encryption(self.0.sse.clone())
            .set_ssekms_key_id(self.0.sse_key.clone())
            .set_if_none_match((conditional && etag.is_none()).then(|| "*".to_owned()))
            .set_if_match(etag.filter(|_| conditional).map(ToOwned::to_owned))
            .set_tagging(self.0.tags.clone())
            .set_request_payer(self.0.payer.clone())
            .metadata(name, value)
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
}
