//! Object Lock: locks of objects, looked at, extended and tried.

use std::time::{Duration, Instant};

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::DateTime as S3DateTime;
use aws_sdk_s3::types::{
    ObjectLockEnabled, ObjectLockLegalHoldStatus, ObjectLockMode, ObjectLockRetention, ObjectLockRetentionMode,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use md5::Digest;

use super::super::lock::{Keeping, LockTrial, LockedUntil, ObjectProtection, RetentionMode};
use super::super::{Known, ObjectKey};
use super::error::{Class, RequestFault};
use super::write_id::WriteId;
use super::{S3Store, instant};
use crate::{Error, Result};

/// How long the object of a trial is locked: long enough for the requests that it takes, and waited for.
const TRIAL: Duration = Duration::from_secs(6);

/// A date as requests carry it.
pub(super) fn date(at: DateTime<Utc>) -> S3DateTime {
    S3DateTime::from_secs(at.timestamp())
}

impl RetentionMode {
    /// As the headers of a write have it.
    pub(super) const fn of_write(self) -> ObjectLockMode {
        match self {
            Self::Governance => ObjectLockMode::Governance,
            Self::Compliance => ObjectLockMode::Compliance,
        }
    }

    const fn of_retention(self) -> ObjectLockRetentionMode {
        match self {
            Self::Governance => ObjectLockRetentionMode::Governance,
            Self::Compliance => ObjectLockRetentionMode::Compliance,
        }
    }

    /// From S3's own word. One that nobody knows yet is taken for the stricter of the two.
    fn read(text: &str) -> Self {
        if text.eq_ignore_ascii_case("governance") { Self::Governance } else { Self::Compliance }
    }
}

/// The lock that an answer tells of.
fn lock_of(mode: Option<&str>, until: Option<&S3DateTime>) -> Option<LockedUntil> {
    Some(LockedUntil { mode: RetentionMode::read(mode?), until: instant(until?)? })
}

/// What an answer to a HEAD tells of how an object is kept.
pub(super) fn protection_of(head: &HeadObjectOutput, size: u64) -> ObjectProtection {
    ObjectProtection {
        lock: lock_of(head.object_lock_mode().map(ObjectLockMode::as_str), head.object_lock_retain_until_date()),
        is_held: head.object_lock_legal_hold_status() == Some(&ObjectLockLegalHoldStatus::On),
        version: head.version_id().map(ToOwned::to_owned),
        size,
    }
}

/// Whether a request ends locks of governance mode, where the key may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bypass {
    Never,
    Governance,
}

impl S3Store {
    /// The same bucket; new objects are locked.
    pub(in super::super) fn locked(&self, lock: Option<LockedUntil>) -> Self {
        Self(std::sync::Arc::clone(&self.0), lock)
    }

    /// A hash of what is written with a lock: S3 refuses such a write without one. None where another one is sent anyway.
    pub(super) fn md5_for_lock(&self, body: &[u8]) -> Option<String> {
        let needs_one = self.1.is_some() && self.0.checksum.is_none();
        needs_one.then(|| STANDARD.encode(md5::Md5::digest(body)))
    }

    /// What the service's clock says, by its last answer.
    pub(in super::super) fn clock(&self) -> Option<DateTime<Utc>> {
        self.0.clock.now()
    }

    pub(in super::super) async fn protection(&self, key: &ObjectKey) -> Result<Option<ObjectProtection>> {
        Ok(self.look_up(key).await?.map(|(_, found)| found.protection))
    }

    /// Asks for an object's lock by itself: where it cannot be seen, that is an error, and not the same as none.
    pub(in super::super) async fn lock_of(&self, key: &ObjectKey) -> Result<Option<LockedUntil>> {
        let asked = self
            .0
            .client
            .get_object_retention()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .set_request_payer(self.0.payer.clone())
            .send()
            .await;
        match asked.map_err(|e| RequestFault::of(&e)) {
            Ok(told) => Ok(told.retention().and_then(|retention| {
                lock_of(retention.mode().map(ObjectLockRetentionMode::as_str), retention.retain_until_date())
            })),
            Err(fault) if matches!(fault.class(), Class::NoSetting | Class::NoKey) => Ok(None),
            Err(_) if self.locks_objects().await == Known::Is(false) => Ok(None),
            Err(fault) => Err(self
                .failed("asking for the lock of", key, fault)
                .hint("the key needs s3:GetObjectRetention, to see whether an object is locked")),
        }
    }

    /// Whether objects of the bucket can be locked.
    pub(in super::super) async fn locks_objects(&self) -> Known<bool> {
        match self.0.client.get_object_lock_configuration().bucket(&self.0.name).send().await {
            Ok(told) => Known::Is(
                told.object_lock_configuration().and_then(|c| c.object_lock_enabled())
                    == Some(&ObjectLockEnabled::Enabled),
            ),
            Err(e) => {
                let fault = RequestFault::of(&e);
                let has_none = matches!(fault.class(), Class::NoSetting | Class::NotImplemented);
                if has_none { Known::Is(false) } else { Known::Unknown(fault.text().to_owned()) }
            }
        }
    }

    /// Has an object locked until then. The service refuses where that is earlier, or less strict, than its lock is now.
    pub(in super::super) async fn extend_lock(
        &self,
        key: &ObjectKey,
        version: Option<&str>,
        to: LockedUntil,
    ) -> Result<()> {
        self.retain(key, version, to, Bypass::Never).await?.map_err(|fault| {
            self.failed("locking", key, fault).hint(
                "the key needs s3:PutObjectRetention, and the bucket must have Object Lock: eventodb-admin doctor tells; \
                 where a lock of the other mode is on it, some services let that one end first",
            )
        })
    }

    async fn retain(
        &self,
        key: &ObjectKey,
        version: Option<&str>,
        to: LockedUntil,
        bypass: Bypass,
    ) -> Result<std::result::Result<(), RequestFault>> {
        let retention = ObjectLockRetention::builder().mode(to.mode.of_retention()).retain_until_date(date(to.until));
        let sent = self
            .0
            .client
            .put_object_retention()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .set_version_id(version.filter(|version| *version != "null").map(ToOwned::to_owned))
            .set_checksum_algorithm(self.0.checksum.clone())
            .set_bypass_governance_retention((bypass == Bypass::Governance).then_some(true))
            .set_request_payer(self.0.payer.clone())
            .retention(retention.build())
            .send()
            .await;
        Ok(sent.map(drop).map_err(|e| RequestFault::of(&e)))
    }

    /// Locks a small object for some seconds, and tries to delete it and to shorten its lock: what the key can do to
    /// archives, and whether the service keeps what it has locked. The trial ends when the lock does.
    pub(in super::super) async fn try_lock(&self) -> Result<LockTrial> {
        let key = ObjectKey::new(format!(".eventodb-probe/{}", uuid::Uuid::new_v4()))?;
        // By its own clock, which an answer has told by now.
        let now = self
            .clock()
            .ok_or_else(|| Error::failed(self.doing("locking", &key)).because("the service does not tell the time"))?;
        let begun = Instant::now();
        let until = now + TimeDelta::from_std(TRIAL).unwrap_or_default();
        let lock = LockedUntil { mode: RetentionMode::Governance, until };
        let text = Bytes::from_static(b"written to see whether it is kept; may be deleted\n");
        let put = self.locked(Some(lock)).put_new(&key, text, &WriteId::new()).await?;
        let Some(version) = put.version.filter(|version| version != "null") else {
            let left = self.delete(&key).await.is_err().then(|| key.clone());
            let keeping = Keeping::Unknown("the service tells no version of what it stores".to_owned());
            return Ok(LockTrial { keeping, bypasses: false, deletes_versions: false, left });
        };
        let trial = Trial { store: self, key: &key, version: &version, lock, begun };
        Box::pin(trial.run()).await
    }
}

/// An object that is locked for some seconds.
struct Trial<'a> {
    store: &'a S3Store,
    key: &'a ObjectKey,
    version: &'a str,
    lock: LockedUntil,
    begun: Instant,
}

impl Trial<'_> {
    async fn run(self) -> Result<LockTrial> {
        let mut is_gone = false;
        let keeping = self.keeping(&mut is_gone).await?;
        let mut bypasses = false;
        if !is_gone && keeping == Keeping::Kept {
            is_gone = self.delete(Bypass::Governance).await?;
            bypasses = is_gone || self.shorten(Bypass::Governance).await?;
        }
        let mut deletes_versions = is_gone;
        if !is_gone {
            // The lock must have ended by the service's clock, which tells whole seconds.
            let rest = (TRIAL + Duration::from_secs(2)).saturating_sub(self.begun.elapsed());
            tokio::time::sleep(rest).await;
            deletes_versions = self.delete(Bypass::Never).await?;
        }
        // What stays is at least out of sight, where the key may do that.
        let left = if deletes_versions { None } else { Some(self.key.clone()) };
        if left.is_some() && self.store.delete(self.key).await.is_err() {
            tracing::debug!(key = %self.key, "what a trial wrote stays");
        }
        Ok(LockTrial { keeping, bypasses, deletes_versions, left })
    }

    /// Does as somebody without special rights does.
    async fn keeping(&self, is_gone: &mut bool) -> Result<Keeping> {
        let seen = self.store.protection(self.key).await?.and_then(|found| found.lock);
        if self.delete(Bypass::Never).await? {
            *is_gone = true;
            return Ok(Keeping::Broken(match seen {
                Some(_) => "it deleted an object that was locked",
                None => "it took the lock of an object and did not keep it",
            }));
        }
        if self.shorten(Bypass::Never).await? {
            return Ok(Keeping::Broken("it let the lock of an object be shortened"));
        }
        if self.begun.elapsed() >= TRIAL {
            return Ok(Keeping::Unknown("the service answered too slowly for a trial of some seconds".to_owned()));
        }
        Ok(Keeping::Kept)
    }

    /// Whether the version could be deleted.
    async fn delete(&self, bypass: Bypass) -> Result<bool> {
        let (store, key) = (self.store, self.key);
        let deleted = store
            .0
            .client
            .delete_object()
            .bucket(&store.0.name)
            .key(store.full(key)?)
            .version_id(self.version)
            .set_bypass_governance_retention((bypass == Bypass::Governance).then_some(true))
            .set_request_payer(store.0.payer.clone())
            .send()
            .await;
        let deleted = deleted.map(drop).map_err(|e| RequestFault::of(&e));
        self.is_done("deleting", deleted)
    }

    /// Whether the lock could be made to end earlier.
    async fn shorten(&self, bypass: Bypass) -> Result<bool> {
        let earlier = LockedUntil { until: self.lock.until - TimeDelta::seconds(1), ..self.lock };
        let shortened = self.store.retain(self.key, Some(self.version), earlier, bypass).await?;
        self.is_done("shortening the lock of", shortened)
    }

    /// A refusal is an answer; all else that fails is none.
    fn is_done(&self, what: &str, done: std::result::Result<(), RequestFault>) -> Result<bool> {
        match done {
            Ok(()) => Ok(true),
            Err(fault) if fault.is_refusal() => Ok(false),
            Err(fault) => Err(self.store.failed(what, self.key, fault)),
        }
    }
}

impl RequestFault {
    /// Whether the service understood what was asked, and will not do it.
    fn is_refusal(&self) -> bool {
        match self.class() {
            Class::Precondition => true,
            Class::Denied | Class::Other => !self.is_ambiguous(),
            _ => false,
        }
    }
}
