//! Deleting an object, and erasing it with everything that a bucket keeps of it. That it is gone is seen, not believed.

use super::super::ObjectKey;
use super::super::object::Lack;
use super::S3Store;
use super::error::{Class, RequestFault};
use crate::{Error, Result};

/// How often the versions are listed again after they were deleted.
const ROUNDS: usize = 3;
/// How many versions are deleted that only come to light one by one.
const UNLISTED: usize = 1_000;

/// Why a version stays.
const RIGHTS: &str = "the key needs s3:ListBucketVersions, s3:DeleteObject and s3:DeleteObjectVersion; a version under \
                      Object Lock goes when its retention has ended: run the same command again then";

/// What a HEAD shows at an object's place.
#[derive(Debug)]
enum Presence {
    Gone,
    /// A delete marker, with older versions below it.
    Hidden(Option<String>),
    There(Option<String>),
}

/// What the listing of versions came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Versions {
    /// The bucket keeps none.
    NotKept,
    NoneListed,
    /// All that were listed are.
    Deleted,
}

/// What a plain DELETE did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeleteResult {
    Removed,
    /// It put a marker over what is there.
    Marked,
    /// There was nothing.
    Absent,
}

impl S3Store {
    pub(in super::super) async fn delete(&self, key: &ObjectKey) -> Result<()> {
        if self.delete_plainly(key).await? == DeleteResult::Absent {
            return Ok(());
        }
        let mut patience = self.patience();
        while self.look_up(key).await?.is_some() {
            if !patience.again().await {
                return Err(Error::failed(self.doing("deleting", key))
                    .because("the service said that it is deleted, but it is still there")
                    .hint("the key needs s3:DeleteObject, and the bucket may lock its objects: run again later"));
            }
        }
        Ok(())
    }

    async fn delete_plainly(&self, key: &ObjectKey) -> Result<DeleteResult> {
        let full = self.full(key)?;
        self.0.written.forget(&full);
        let deleted = self
            .0
            .client
            .delete_object()
            .bucket(&self.0.name)
            .key(full)
            .set_request_payer(self.0.payer.clone())
            .send()
            .await;
        match deleted.map_err(|e| RequestFault::of(&e)) {
            Ok(done) if done.delete_marker() == Some(true) => Ok(DeleteResult::Marked),
            Ok(_) => Ok(DeleteResult::Removed),
            Err(fault) if *fault.class() == Class::NoKey => Ok(DeleteResult::Absent),
            Err(fault) => Err(self.failed("deleting", key, fault)),
        }
    }

    pub(in super::super) async fn erase(&self, key: &ObjectKey) -> Result<()> {
        self.0.written.forget(&self.full(key)?);
        // What versions there are is read before anything is deleted: a marker would hide the object from us as well.
        let mut versions = self.versions(key).await?;
        let said_none = versions.as_ref().is_some_and(Vec::is_empty);
        for _ in 0..ROUNDS {
            let Some(listed) = versions.as_ref().filter(|listed| !listed.is_empty()) else { break };
            for version in listed {
                self.delete_version(key, version).await?;
            }
            versions = self.versions(key).await?;
        }
        if let Some(left) = versions.as_ref().filter(|left| !left.is_empty()) {
            return Err(self.not_erased(key, format!("{} of its versions are still there", left.len())));
        }
        let listing = match (said_none, versions) {
            (true, _) => Versions::NoneListed,
            (false, Some(_)) => Versions::Deleted,
            (false, None) => Versions::NotKept,
        };
        self.erase_unlisted(key, listing).await
    }

    /// Sees that the object is gone, and deletes what is there although no listing has it.
    async fn erase_unlisted(&self, key: &ObjectKey, versions: Versions) -> Result<()> {
        let mut patience = self.patience();
        let mut last = None;
        for _ in 0..UNLISTED {
            let version = match self.presence(key).await? {
                Presence::Gone => return Ok(()),
                Presence::Hidden(None) => {
                    return Err(self.not_erased(key, "a delete marker hides it, and the service does not tell which"));
                }
                Presence::Hidden(Some(version)) => Some(version),
                Presence::There(version) => version,
            };
            // What was deleted just now may show for a while.
            if last.as_ref() == Some(&version) {
                if !patience.again().await {
                    return Err(self.not_erased(key, "it is still there"));
                }
                continue;
            }
            if versions == Versions::NoneListed {
                self.0.memory.found(Lack::VersionListing);
            }
            match version.as_deref().filter(|version| *version != "null") {
                Some(version) => self.delete_version(key, version).await?,
                None if versions != Versions::NotKept && self.keeps_versions().await => {
                    self.delete_version(key, "null").await?;
                }
                None => {
                    if self.delete_plainly(key).await? == DeleteResult::Marked {
                        return Err(self.not_erased(
                            key,
                            "the service hid it behind a delete marker, and lists none of its versions",
                        ));
                    }
                }
            }
            last = Some(version);
        }
        Err(self.not_erased(key, "there is always one more version of it"))
    }

    fn not_erased(&self, key: &ObjectKey, why: impl Into<String>) -> Error {
        Error::failed(self.doing("erasing", key)).because(why.into()).hint(RIGHTS)
    }

    async fn presence(&self, key: &ObjectKey) -> Result<Presence> {
        match self.head_once(key).await? {
            Ok(head) => Ok(Presence::There(head.version_id().map(ToOwned::to_owned))),
            Err(fault) => match (fault.class(), fault.marker()) {
                (Class::NoKey | Class::Other, Some(marker)) => Ok(Presence::Hidden(marker.version.clone())),
                (Class::NoKey, None) => Ok(Presence::Gone),
                (Class::Denied, _) if !self.is_listed(key).await? => Ok(Presence::Gone),
                _ => Err(self.failed_reading("looking for", key, fault).hint(RIGHTS)),
            },
        }
    }

    /// All versions and delete markers of one object; `None` where the bucket has never kept any.
    async fn versions(&self, key: &ObjectKey) -> Result<Option<Vec<String>>> {
        let full = self.full(key)?;
        let what = "looking for versions of";
        let failed = |fault| self.failed(what, key, fault).hint(RIGHTS);
        let listed = self.list_versions(&full, || self.doing(what, key), failed).await?;
        // Names that go on after this one have the same prefix.
        Ok(listed.map(|all| all.into_iter().filter(|v| v.name == full).map(|v| v.id).collect()))
    }

    /// Whether the service says that the bucket keeps no versions and never did.
    pub(super) async fn never_versioned(&self) -> bool {
        match self.0.client.get_bucket_versioning().bucket(&self.0.name).send().await {
            Ok(told) => told.status().is_none(),
            Err(e) => *RequestFault::of(&e).class() == Class::NotImplemented,
        }
    }

    /// Whether the service says that the bucket keeps versions, or once did.
    pub(super) async fn keeps_versions(&self) -> bool {
        let told = self.0.client.get_bucket_versioning().bucket(&self.0.name).send().await;
        told.is_ok_and(|told| told.status().is_some())
    }

    async fn delete_version(&self, key: &ObjectKey, version: &str) -> Result<()> {
        let deleted = self
            .0
            .client
            .delete_object()
            .bucket(&self.0.name)
            .key(self.full(key)?)
            .version_id(version)
            .set_request_payer(self.0.payer.clone())
            .send()
            .await;
        match deleted.map_err(|e| RequestFault::of(&e)) {
            Err(fault) if *fault.class() != Class::NoKey => Err(self.failed("erasing", key, fault).hint(RIGHTS)),
            _ => Ok(()),
        }
    }
}
