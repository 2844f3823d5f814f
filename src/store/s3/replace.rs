//! A small object that is written again and again under one name.

use std::sync::atomic::Ordering;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use super::super::{ObjectKey, Put};
use super::connect::within;
use super::error::{Class, Fault};
use super::write::{Settled, WriteId};
use super::{S3Store, with_customer_key};
use crate::{Error, Kind, Result};

impl S3Store {
    /// Writes over the object whose content the service calls `etag`; without one there must be none yet. A service that
    /// does not know such conditions writes in any case: the caller looks again.
    pub(in super::super) async fn replace(&self, key: &ObjectKey, body: Bytes, etag: Option<&str>) -> Result<Put> {
        let (size, id) = (body.len() as u64, WriteId::new());
        loop {
            let conditional = self.0.conditional.load(Ordering::Relaxed);
            let fault = match self.replace_once(key, body.clone(), &id, etag, conditional).await? {
                Ok(put) => return Ok(put),
                Err(fault) => fault,
            };
            if conditional && *fault.class() == Class::NotImplemented {
                self.0.conditional.store(false, Ordering::Relaxed);
                continue;
            }
            if !fault.is_ambiguous() {
                return Err(self.failed("writing", key, fault));
            }
            return match self.settle(key, &id, size, None).await {
                Ok(Settled::Stored(put)) => Ok(put),
                Ok(Settled::Taken) if matches!(fault.class(), Class::Precondition | Class::RacingWrite) => {
                    Err(Error::new(Kind::Conflict, self.doing("writing", key))
                        .because("somebody else has changed it meanwhile")
                        .hint("run the same command again: it looks whose it is now"))
                }
                Ok(Settled::Taken | Settled::Absent) => Err(self.failed("writing", key, fault)),
                Err(_) => Err(self.in_doubt(key, fault)),
            };
        }
    }

    async fn replace_once(
        &self,
        key: &ObjectKey,
        body: Bytes,
        id: &WriteId,
        etag: Option<&str>,
        conditional: bool,
    ) -> Result<std::result::Result<Put, Fault>> {
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
            Err(e) => Err(Fault::of(&e)),
        })
    }
}
