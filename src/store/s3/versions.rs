//! What a bucket keeps of objects: versions that other ones, or delete markers, hide.

use std::collections::BTreeSet;

use futures::TryStreamExt;

use super::super::{Lack, ObjectKey};
use super::S3Store;
use super::error::{Class, RequestFault};
use super::listing::{ListedPage, Pages};
use crate::{Error, Result};

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ObjectVersion {
    /// The object's full name.
    pub(super) name: String,
    pub(super) id: String,
    /// It holds nothing: it hides what is below it.
    pub(super) is_marker: bool,
}

/// Why versions cannot be looked for.
const RIGHTS: &str = "the key needs s3:ListBucketVersions";

impl S3Store {
    /// All versions and delete markers of objects whose full names begin with `prefix`; `None` where the bucket has never kept
    /// any. `failed` makes the error of a fault that says nothing of that kind.
    pub(super) async fn list_versions(
        &self,
        prefix: &str,
        doing: impl Fn() -> String,
        failed: impl Fn(RequestFault) -> Error,
    ) -> Result<Option<Vec<ObjectVersion>>> {
        let (mut found, mut pages) = (Vec::new(), Pages::<(String, Option<String>)>::default());
        let mut at = None;
        loop {
            let (key_marker, version_marker) = at.unzip();
            let page = self
                .0
                .client
                .list_object_versions()
                .bucket(&self.0.name)
                .prefix(prefix)
                .set_key_marker(key_marker)
                .set_version_id_marker(version_marker.flatten())
                .set_request_payer(self.0.payer.clone())
                .send()
                .await;
            let page = match page.map_err(|e| RequestFault::of(&e)) {
                Ok(page) => page,
                Err(fault) if *fault.class() == Class::NotImplemented => return Ok(None),
                Err(fault) if !fault.is_passing() && self.never_versioned().await => return Ok(None),
                Err(fault) => return Err(failed(fault)),
            };
            let versions = page.versions().iter().map(|v| (v.key(), v.version_id(), false));
            let markers = page.delete_markers().iter().map(|m| (m.key(), m.version_id(), true));
            let named = || versions.clone().chain(markers.clone());
            let highest = named().filter_map(|(key, id, _)| Some(format!("{} {}", key?, id?))).max();
            for (name, id, is_marker) in named() {
                let (Some(name), Some(id)) = (name, id) else {
                    return Err(Error::failed(doing()).because("the service lists a version without its name or id"));
                };
                found.push(ObjectVersion { name: name.to_owned(), id: id.to_owned(), is_marker });
            }
            let next = page.next_key_marker().filter(|marker| !marker.is_empty());
            let next = next.map(|key| (key.to_owned(), page.next_version_id_marker().map(ToOwned::to_owned)));
            let told = ListedPage { is_truncated: page.is_truncated(), next };
            let odd = |why| Error::failed(doing()).because(why).hint("nothing of it was believed; run again");
            match pages.after(told, highest.as_deref()).map_err(odd)? {
                Some(next) => at = Some(next),
                None => return Ok(Some(found)),
            }
        }
    }

    /// Names of the objects below a prefix that the bucket has any content of, hidden or not.
    pub(in super::super) async fn list_kept(&self, prefix: &str) -> Result<BTreeSet<ObjectKey>> {
        let full = format!("{}{prefix}", self.0.prefix);
        let doing = || format!("looking for versions below s3://{}/{full}", self.0.name);
        let listed = self.list_versions(&full, doing, |fault| fault.into_error(doing(), &self.0.place).hint(RIGHTS));
        let versions = Box::pin(listed).await?;
        let mut found: BTreeSet<ObjectKey> = self.list(prefix).map_ok(|object| object.key).try_collect().await?;
        match versions {
            // Some services answer with an empty list, whatever they keep.
            Some(versions) if versions.is_empty() && !found.is_empty() => {
                self.0.memory.found(Lack::VersionListing);
                if self.keeps_versions().await {
                    return Err(Error::failed(doing())
                        .because("the service keeps versions, and lists none")
                        .hint("look there by other means: what is hidden is not known"));
                }
            }
            Some(versions) => {
                // A service may ignore the prefix.
                let is_meant = |v: &ObjectVersion| !v.is_marker && v.name.starts_with(&full);
                found.extend(versions.iter().filter(|v| is_meant(v)).filter_map(|v| self.relative(&v.name)));
            }
            None => {}
        }
        Ok(found)
    }
}
