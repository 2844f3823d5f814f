//! Objects in storage classes that cannot be read at once: asked for, and waited for elsewhere.

use std::fmt;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::types::{ArchiveStatus, GlacierJobParameters, RestoreRequest, StorageClass, Tier};
use chrono::{SecondsFormat, TimeDelta, Utc};

use super::super::{ObjectKey, Thaw, ThawSpeed};
use super::S3Store;
use super::error::{Class, RequestFault};
use crate::{Error, Result};

/// The cause of an error that will pass by itself: the object lies in an archive storage class.
#[derive(Debug)]
pub struct Frozen(String);

impl fmt::Display for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Frozen {}

impl Frozen {
    /// Whether this is what is amiss.
    pub fn is_cause_of(error: &Error) -> bool {
        error.find_cause::<Self>().is_some()
    }
}

/// How deep an object lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColdTier {
    /// Glacier Flexible Retrieval, or the archive tier of Intelligent-Tiering.
    Glacier,
    /// Glacier Deep Archive, or the deep archive tier.
    Deep,
}

/// Who moved it there, which decides how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mover {
    /// A rule or a person: a copy is made for some days.
    StorageClass,
    /// Intelligent-Tiering: the object itself comes back.
    Tiering,
}

/// What a HEAD says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ThawState {
    /// Where it always was.
    Readable,
    /// Put away, and readable for some days.
    Back,
    Coming(ColdTier),
    Frozen(ColdTier, Mover),
}

impl ThawState {
    fn of(head: &HeadObjectOutput) -> Self {
        let (depth, mover) = match (head.archive_status(), head.storage_class()) {
            (Some(ArchiveStatus::DeepArchiveAccess), _) => (ColdTier::Deep, Mover::Tiering),
            (Some(_), _) => (ColdTier::Glacier, Mover::Tiering),
            (None, Some(StorageClass::DeepArchive)) => (ColdTier::Deep, Mover::StorageClass),
            (None, Some(StorageClass::Glacier)) => (ColdTier::Glacier, Mover::StorageClass),
            _ => return Self::Readable,
        };
        match head.restore().and_then(is_ongoing) {
            Some(true) => Self::Coming(depth),
            Some(false) => Self::Back,
            None => Self::Frozen(depth, mover),
        }
    }
}

/// From `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`.
fn is_ongoing(restore: &str) -> Option<bool> {
    let value = restore.split_once("ongoing-request=\"")?.1.split_once('"')?.0;
    value.parse().ok()
}

/// The longest that S3 says it takes, in hours.
fn hours(depth: ColdTier, speed: ThawSpeed) -> i64 {
    match (depth, speed) {
        (ColdTier::Glacier, ThawSpeed::Expedited) => 1,
        (ColdTier::Glacier, ThawSpeed::Standard) => 5,
        (ColdTier::Glacier, ThawSpeed::Bulk) | (ColdTier::Deep, ThawSpeed::Expedited | ThawSpeed::Standard) => 12,
        (ColdTier::Deep, ThawSpeed::Bulk) => 48,
    }
}

/// What was found of objects that can all be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Thawed {
    /// None of them was put away.
    Never,
    /// Some were, and are back.
    Since,
}

impl S3Store {
    pub(in super::super) async fn thaw(&self, keys: &[ObjectKey]) -> Result<Thawed> {
        let mut thawed = Thawed::Never;
        let (mut asked, mut coming, mut left) = (0, 0, 0);
        // Of what was not asked for now: how fast was said then, and is not told.
        let speed = self.0.thaw.map_or(ThawSpeed::Standard, |thaw| thaw.speed);
        let mut longest = 0;
        for key in keys {
            let head = match self.head_once(key).await? {
                Ok(head) => head,
                Err(fault) if *fault.class() == Class::NoKey => continue,
                Err(fault) => return Err(self.failed_reading("looking for", key, fault)),
            };
            let depth = match ThawState::of(&head) {
                ThawState::Readable => continue,
                ThawState::Back => {
                    thawed = Thawed::Since;
                    continue;
                }
                ThawState::Coming(depth) => {
                    coming += 1;
                    depth
                }
                ThawState::Frozen(depth, mover) => {
                    match self.0.thaw {
                        Some(thaw) => {
                            self.ask_for(key, thaw, depth, mover).await?;
                            asked += 1;
                        }
                        None => left += 1,
                    }
                    depth
                }
            };
            longest = longest.max(hours(depth, speed));
        }
        let what = match keys {
            [] => return Ok(thawed),
            [key] => self.doing("reading", key),
            [key, ..] => format!("{} and what belongs to it", self.doing("reading", key)),
        };
        if left > 0 {
            return Err(Error::failed(what)
                .because(Frozen("it lies in an archive storage class, and nothing was asked for".to_owned()))
                .hint("run again without --dry-run, and with --thaw-tier standard or bulk, to have it brought back"));
        }
        if asked + coming == 0 {
            return Ok(thawed);
        }
        let (said, by) = if asked > 0 {
            #[allow(clippy::disallowed_methods)] // for the reader of the message
            let by = Utc::now() + TimeDelta::hours(longest);
            let by = by.to_rfc3339_opts(SecondsFormat::Secs, true);
            (
                "S3 was asked now to bring it back",
                format!("run the same command again after {by} ({longest} h at most)"),
            )
        } else {
            let by = format!("run the same command again later: it takes up to {longest} h from when it was asked for");
            ("S3 is bringing it back", by)
        };
        Err(Error::failed(what).because(Frozen(format!("it lies in an archive storage class; {said}"))).hint(by))
    }

    async fn ask_for(&self, key: &ObjectKey, thaw: Thaw, depth: ColdTier, mover: Mover) -> Result<()> {
        let tier = match (thaw.speed, depth) {
            (ThawSpeed::Bulk, _) => Tier::Bulk,
            (ThawSpeed::Expedited, ColdTier::Glacier) => Tier::Expedited,
            // Deep archives have no fast way.
            (ThawSpeed::Standard | ThawSpeed::Expedited, _) => Tier::Standard,
        };
        let doing = "asking S3 to bring back";
        let unfit = |e: aws_sdk_s3::error::BuildError| Error::failed(self.doing(doing, key)).because(e);
        let job = GlacierJobParameters::builder().tier(tier).build().map_err(unfit)?;
        let days = (mover == Mover::StorageClass).then_some(i32::from(thaw.days));
        let request = RestoreRequest::builder().set_days(days).glacier_job_parameters(job).build();
        let asked = self
            .0
            .client
            .restore_object()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .set_request_payer(self.0.payer.clone())
            .set_checksum_algorithm(self.0.checksum.clone())
            .restore_request(request)
            .send()
            .await;
        match asked.map_err(|e| RequestFault::of(&e)) {
            Ok(_) => Ok(()),
            Err(fault) if *fault.class() == Class::Thawing => Ok(()),
            Err(fault) => Err(self.failed(doing, key, fault).hint("the key needs s3:RestoreObject")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(class: Option<StorageClass>, tiering: Option<ArchiveStatus>, restore: Option<&str>) -> ThawState {
        ThawState::of(
            &HeadObjectOutput::builder()
                .set_storage_class(class)
                .set_archive_status(tiering)
                .set_restore(restore.map(Into::into))
                .build(),
        )
    }

    #[test]
    fn a_head_tells_whether_an_object_can_be_read() {
        let deep = Some(StorageClass::DeepArchive);
        let done = "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\"";
        assert_eq!(state(None, None, None), ThawState::Readable);
        assert_eq!(state(Some(StorageClass::GlacierIr), None, None), ThawState::Readable);
        assert_eq!(state(deep.clone(), None, None), ThawState::Frozen(ColdTier::Deep, Mover::StorageClass));
        assert_eq!(state(deep.clone(), None, Some("ongoing-request=\"true\"")), ThawState::Coming(ColdTier::Deep));
        assert_eq!(state(deep, None, Some(done)), ThawState::Back);
        let tiering = Some(StorageClass::IntelligentTiering);
        assert_eq!(state(tiering.clone(), None, None), ThawState::Readable);
        assert_eq!(
            state(tiering, Some(ArchiveStatus::ArchiveAccess), None),
            ThawState::Frozen(ColdTier::Glacier, Mover::Tiering)
        );
    }
}
