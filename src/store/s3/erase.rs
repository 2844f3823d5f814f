//! Deleting an object with everything that a bucket keeps of it.

use super::super::ObjectKey;
use super::S3Store;
use super::error::{Class, Fault};
use crate::{Error, Result};

/// How often the versions are listed again after they were deleted.
const ROUNDS: usize = 3;

/// Why a version stays.
const RIGHTS: &str = "the key needs s3:ListBucketVersions, s3:DeleteObject and s3:DeleteObjectVersion; a version under \
                      Object Lock goes when its retention has ended: run the same command again then";

impl S3Store {
    pub(in super::super) async fn erase(&self, key: &ObjectKey) -> Result<()> {
        // What versions there are is read before anything is deleted: a marker would hide the object from us as well.
        let Some(mut versions) = self.versions(key).await? else {
            self.delete(key).await?;
            return match self.look_up(key).await? {
                Some(_) => Err(Error::failed(self.doing("erasing", key)).because("it is still there").hint(RIGHTS)),
                None => Ok(()),
            };
        };
        for _ in 0..ROUNDS {
            if versions.is_empty() {
                return Ok(());
            }
            for version in versions {
                self.delete_version(key, &version).await?;
            }
            versions = self.versions(key).await?.unwrap_or_default();
        }
        if versions.is_empty() {
            return Ok(());
        }
        Err(Error::failed(self.doing("erasing", key))
            .because(format!("{} of its versions are still there", versions.len()))
            .hint(RIGHTS))
    }

    /// All versions and delete markers of one object; `None` where the bucket has never kept any.
    async fn versions(&self, key: &ObjectKey) -> Result<Option<Vec<String>>> {
        let full = self.full(key)?;
        let mut found = Vec::new();
        let (mut key_marker, mut version_marker) = (None, None);
        loop {
            let page = self
                .0
                .client
                .list_object_versions()
                .bucket(&self.0.name)
                .prefix(&full)
                .set_key_marker(key_marker)
                .set_version_id_marker(version_marker)
                .set_request_payer(self.0.payer.clone())
                .send()
                .await;
            let page = match page.map_err(|e| Fault::of(&e)) {
                Ok(page) => page,
                Err(fault) if *fault.class() == Class::NotImplemented || self.never_versioned().await => {
                    return Ok(None);
                }
                Err(fault) => {
                    return Err(self.failed("looking for versions of", key, fault).hint(RIGHTS));
                }
            };
            let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
            let markers = page.delete_markers().iter().map(|m| (m.key(), m.version_id()));
            // Names that go on after this one have the same prefix.
            found.extend(
                versions.chain(markers).filter(|(k, _)| *k == Some(&full)).filter_map(|(_, id)| id.map(str::to_owned)),
            );
            if page.is_truncated() != Some(true) || page.next_key_marker().is_none() {
                return Ok(Some(found));
            }
            key_marker = page.next_key_marker().map(ToOwned::to_owned);
            version_marker = page.next_version_id_marker().map(ToOwned::to_owned);
        }
    }

    /// Whether the service says that the bucket keeps no versions and never did.
    async fn never_versioned(&self) -> bool {
        match self.0.client.get_bucket_versioning().bucket(&self.0.name).send().await {
            Ok(told) => told.status().is_none(),
            Err(e) => *Fault::of(&e).class() == Class::NotImplemented,
        }
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
        match deleted.map_err(|e| Fault::of(&e)) {
            Err(fault) if *fault.class() != Class::NoKey => Err(self.failed("erasing", key, fault).hint(RIGHTS)),
            _ => Ok(()),
        }
    }
}
