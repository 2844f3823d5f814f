//! Making a copy, or making a damaged one anew.

use futures::TryStreamExt;
use tokio_postgres::GenericClient;

use super::{PassedBytes, objects, prove, prove_object};
use crate::archive::claim::ClaimedStore;
use crate::archive::format::manifest::{self, Content, Manifest};
use crate::archive::keep::object_lock;
use crate::archive::keep::removable::{Removable, Removal, refused};
use crate::archive::read::verify::read_manifest;
use crate::db::queries::archive_copies::{self as queries, CopyState};
use crate::db::queries::ledger::{self, ArchiveRow};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::progress::{Progress, Task, Unit};
use crate::stop::Stop;
use crate::store::{LockedUntil, ObjectKey, Store};

/// Where a copy is made from, and who listens.
pub struct Making<'a, C> {
    /// The session; ledger rows are changed by it.
    pub db: &'a C,
    /// A store that has the archive; of a mirror whichever has it whole.
    pub from: &'a Store,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked between pieces.
    pub stop: &'a Stop,
}

/// Makes a copy of an archive in `to`, and proves it; one that is whole there already is only proven. What lies there under the
/// archive's names and is not what was stored is written anew, once the other copy is proven. The ledger is told.
///
/// # Errors
/// [`Kind::Verification`] where no whole copy is at hand to make it from, or the new one does not read back.
pub async fn make<C: GenericClient>(making: &Making<'_, C>, to: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
    let (db, url) = (making.db, to.url().to_string());
    let doing = || format!("copying archive {} to {url}", archive.id);
    to.refuse_same_as(making.from).await.map_err(|e| e.while_doing(doing()))?;
    effect!("copy.enter", queries::begin(db, &archive.namespace, archive.id, &url).await?);
    let made = async {
        making.bring(to, archive).await?;
        making.refuse_same(to, archive).await
    };
    match made.await {
        Ok(()) => {
            effect!("copy.tell", queries::advance(db, archive.id, &url, CopyState::Verified, None).await?);
            Ok(())
        }
        Err(e) if e.kind().is_stop() => Err(e),
        Err(e) => {
            // As far as the database can still be told; it does not count in any case before it is verified.
            if e.kind() == Kind::Verification {
                let told = queries::advance(db, archive.id, &url, CopyState::Damaged, Some(&e.to_string())).await;
                if let Err(untold) = told {
                    tracing::warn!("{untold}");
                }
            }
            Err(e.while_doing(doing()))
        }
    }
}

/// Makes an archive anew in the store that its row names, from a copy that is whole, and proves it.
///
/// # Errors
/// As those of [`make`].
pub async fn repair<C: GenericClient>(making: &Making<'_, C>, to: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
    let doing = || format!("making archive {} again in {}", archive.id, to.url());
    to.refuse_same_as(making.from).await.map_err(|e| e.while_doing(doing()))?;
    making.bring(to, archive).await.map_err(|e| e.while_doing(doing()))?;
    ledger::note_read_back(making.db, archive.id).await
}

/// Whoever makes a copy, it is locked as the run or the policy asks for, where its store is a bucket.
///
/// # Errors
/// Where the policy cannot be read.
pub async fn locking(db: &impl GenericClient, to: &ClaimedStore, namespace: &str) -> Result<ClaimedStore> {
    if to.object_lock().is_some() {
        return Ok(to.clone());
    }
    Ok(to.clone().locking_copies(object_lock::lock_of_namespace(db, namespace).await?))
}

/// Ends a copy whose data and stream list were sent while the archive was written, and have been proven since. `to` writes with
/// the lock beside it.
///
/// # Errors
/// As those of [`make`].
pub async fn conclude<C: GenericClient>(
    making: &Making<'_, C>,
    (to, lock): (&ClaimedStore, Option<LockedUntil>),
    archive: &ArchiveRow,
) -> Result<()> {
    let (db, url) = (making.db, to.url().to_string());
    to.still_ours().await?;
    making.manifest(to, archive).await?;
    effect!("copy.prove-feed", read_manifest(to, archive).await?);
    making.refuse_same(to, archive).await?;
    if let Some(lock) = lock {
        object_lock::see_copy_locked(db, to, archive, lock).await?;
    }
    effect!("copy.tell-fed", queries::advance(db, archive.id, &url, CopyState::Verified, None).await?);
    Ok(())
}

impl<C: GenericClient> Making<'_, C> {
    /// What is whole there is no second copy where it is the first.
    async fn refuse_same(&self, to: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
        let keys: Vec<ObjectKey> = archive.object_key.iter().map(ObjectKey::new).collect::<Result<_>>()?;
        to.refuse_same_files(self.from, &keys).await
    }

    async fn bring(&self, to: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
        let to = &locking(self.db, to, &archive.namespace).await?;
        // Where it was made before, all of it is there.
        match prove(to, archive, self.stop).await {
            Ok(_) => return object_lock::lock_copy(self.db, to, archive).await,
            Err(e) if e.kind() != Kind::Verification => return Err(e),
            Err(e) => tracing::debug!("{e}"),
        }
        let manifest = read_manifest(self.from, archive).await?;
        let total = Some(manifest.data.stored.bytes + manifest.heads.stored.bytes);
        let task = self.progress.begin(&format!("copy archive {}", archive.id), total, Unit::Bytes);
        let lock = object_lock::of_new(self.db, to).await?;
        let to = &to.clone().locked_now(lock);
        for (key, stored) in objects(&manifest)? {
            self.object(to, archive, (&key, stored), &*task).await?;
        }
        to.still_ours().await?;
        self.manifest(to, archive).await?;
        effect!("copy.prove", prove(to, archive, self.stop).await?);
        match lock {
            Some(lock) => object_lock::see_copy_locked(self.db, to, archive, lock).await,
            None => Ok(()),
        }
    }

    async fn object(
        &self,
        to: &ClaimedStore,
        archive: &ArchiveRow,
        (key, stored): (&ObjectKey, &Content),
        task: &dyn Task,
    ) -> Result<()> {
        match self.whole_object(to, (key, stored), task).await {
            Err(e) if e.kind() == Kind::Conflict => {}
            done => return done,
        }
        // The name is taken: a run that ended early was here, or it is damaged.
        match prove_object(to, key, stored, self.stop).await {
            Err(e) if e.kind() == Kind::Verification => {}
            whole => return whole,
        }
        self.prove_source(key, stored).await?;
        self.take_away(to, archive, key).await?;
        self.whole_object(to, (key, stored), task).await
    }

    /// From whichever store has the object whole.
    async fn whole_object(&self, to: &ClaimedStore, object: (&ObjectKey, &Content), task: &dyn Task) -> Result<()> {
        loop {
            match self.try_object(to, object, task).await {
                Err(e) if e.kind() == Kind::Verification && self.from.distrust(object.0) => {}
                done => return done,
            }
        }
    }

    async fn prove_source(&self, key: &ObjectKey, stored: &Content) -> Result<()> {
        loop {
            match prove_object(self.from, key, stored, self.stop).await {
                Err(e) if e.kind() == Kind::Verification && self.from.distrust(key) => {}
                done => return done,
            }
        }
    }

    async fn try_object(
        &self,
        to: &ClaimedStore,
        (key, stored): (&ObjectKey, &Content),
        task: &dyn Task,
    ) -> Result<()> {
        let mut reader = self.from.get(key, None).await?;
        let mut upload = effect!("copy.begin-object", to.upload(key, stored.bytes).await?);
        let mut seen = PassedBytes::default();
        let sent = async {
            while let Some(piece) = self.stop.or(reader.try_next()).await? {
                seen.add(&piece);
                task.advance(piece.len() as u64);
                upload.write(piece).await?;
            }
            // Before it becomes visible.
            std::mem::take(&mut seen).must_be(stored).map_err(|why| {
                Error::new(Kind::Verification, format!("reading {}", self.from.describe(key))).because(why)
            })
        };
        match sent.await {
            Ok(()) => {
                effect!("copy.finish-object", self.stop.or(Box::pin(to.finish(upload))).await?);
                Ok(())
            }
            Err(e) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!("{left}");
                }
                Err(e)
            }
        }
    }

    /// The manifest, byte by byte: its hash is the ledger's.
    async fn manifest(&self, to: &ClaimedStore, archive: &ArchiveRow) -> Result<()> {
        let key = ObjectKey::new(archive.manifest_key.as_deref().unwrap_or_default())?;
        let bytes = manifest::fetch(self.from, &key).await?;
        let manifest =
            Manifest::parse_proven(self.from, &key, &bytes, archive.manifest_sha256.as_deref().unwrap_or_default())?;
        let put = async {
            effect!("copy.put-manifest", {
                to.still_ours().await?;
                to.put(&key, bytes.clone()).await?
            });
            Ok::<_, Error>(())
        };
        match put.await {
            Err(e) if e.kind() == Kind::Conflict => {}
            done => return done,
        }
        match read_manifest(to, archive).await {
            Ok(there) if there.data.stored == manifest.data.stored => return Ok(()),
            Ok(_) => {}
            Err(e) if e.kind() == Kind::Verification => {}
            Err(e) => return Err(e),
        }
        self.take_away(to, archive, &key).await?;
        effect!("copy.put-manifest-anew", {
            to.still_ours().await?;
            to.put(&key, bytes).await?
        });
        Ok(())
    }

    /// A damaged object, whose name is needed for the whole one that was proven just now.
    async fn take_away(&self, to: &ClaimedStore, archive: &ArchiveRow, key: &ObjectKey) -> Result<()> {
        let leave = Removable::damaged_copy(archive)?.map_err(|stays| refused(archive, &stays))?;
        to.still_ours().await?;
        effect!("copy.take-away", leave.delete(to, key, Removal::Delete).await?);
        Ok(())
    }
}
