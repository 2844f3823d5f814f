//! Copies of archives in further stores: the same objects under the same names, byte by byte. The store that an archive's row
//! names is its first copy; the others have rows of their own.
//!
//! Data and stream list are hashed on the way and again when they are read back, and must be what the manifest says, which the
//! export was proven by; the manifest comes last, and must be what the ledger says. So two copies that differ are never weighed
//! against each other: each is right by these hashes, or wrong.

mod clear;
mod destination;
mod first;
mod make;
mod wanted;

use sha2::{Digest, Sha256};

use crate::archive::claim::ClaimedStore;
use crate::archive::format::manifest::{Content, DAMAGED, Manifest};
use crate::archive::keep::whereabouts::OpenStores;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::verify::read_manifest;
use crate::db::Scope;
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

pub use clear::{Cleared, clear, copy_tombstone};
pub use destination::{Away, Destination, destination};
pub use first::{FirstCopy, first_of};
pub use make::{Making, conclude, locking, make, repair};
pub use wanted::{WantedCopies, missing, missing_of};

pub use crate::db::queries::archive_copies::{CopyRow, CopyState, list as list_copies};

/// Opens stores by their addresses, and says whose they are.
pub trait ClaimStores: OpenStores {
    /// The store at this address, which must be there.
    fn at(&mut self, url: &str) -> impl Future<Output = Result<Store>>;

    /// The same, once it is known to be this database's.
    fn claimed_at(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        url: &str,
    ) -> impl Future<Output = Result<ClaimedStore>>;

    /// The same, to write to: a folder that is new is made, and one that archives are kept in must be there.
    fn made_at(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        url: &str,
    ) -> impl Future<Output = Result<ClaimedStore>>;
}

/// Proves a copy by the hashes that the ledger and the archive's manifest have: all of it is read, and nothing unpacked.
///
/// # Errors
/// [`Kind::Verification`] where something is missing, damaged or differs.
pub async fn prove(store: &Store, archive: &ArchiveRow, stop: &Stop) -> Result<Manifest> {
    let manifest = read_manifest(store, archive).await?;
    prove_objects(store, &manifest, stop).await?;
    Ok(manifest)
}

/// Proves data and stream list of a copy by a manifest.
///
/// # Errors
/// As those of [`prove`].
pub async fn prove_objects(store: &Store, manifest: &Manifest, stop: &Stop) -> Result<()> {
    for (key, stored) in objects(manifest)? {
        prove_object(store, &key, stored, stop).await?;
    }
    Ok(())
}

/// Looks whether a copy is there: its manifest is read, and data and stream list are looked for by their sizes.
///
/// # Errors
/// [`Kind::Verification`] where something is missing or differs.
pub async fn is_there(store: &Store, archive: &ArchiveRow) -> Result<()> {
    let manifest = read_manifest(store, archive).await?;
    for (key, stored) in objects(&manifest)? {
        let refuse = |why: String| {
            Error::new(Kind::Verification, format!("looking for {}", store.describe(&key))).because(why).hint(DAMAGED)
        };
        match store.head(&key).await? {
            None => return Err(refuse("it is not in the store".to_owned())),
            Some(found) if found.size != stored.bytes => {
                return Err(refuse(format!("it has {} bytes, {} were stored", found.size, stored.bytes)));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Data and stream list, and what they are as stored.
fn objects(manifest: &Manifest) -> Result<[(ObjectKey, &Content); 2]> {
    Ok([
        (ObjectKey::new(&manifest.data.object)?, &manifest.data.stored),
        (ObjectKey::new(&manifest.heads.object)?, &manifest.heads.stored),
    ])
}

/// Proves that an object is what was stored.
///
/// # Errors
/// [`Kind::Verification`] where it is missing or differs.
pub(in crate::archive) async fn prove_object(
    store: &Store,
    key: &ObjectKey,
    stored: &Content,
    stop: &Stop,
) -> Result<()> {
    use futures::TryStreamExt;
    let refuse = |why: String| {
        Error::new(Kind::Verification, format!("reading {} back", store.describe(key))).because(why).hint(DAMAGED)
    };
    let mut reader = match store.get(key, None).await {
        Err(e) if e.kind() == Kind::NotFound => return Err(refuse(e.to_string())),
        reader => reader?,
    };
    if reader.object_size() != stored.bytes {
        return Err(refuse(format!("it has {} bytes, {} were stored", reader.object_size(), stored.bytes)));
    }
    let mut seen = PassedBytes::default();
    while let Some(piece) = stop.or(reader.try_next()).await? {
        seen.add(&piece);
    }
    seen.must_be(stored).map_err(refuse)
}

/// Bytes that went by.
#[derive(Default)]
struct PassedBytes {
    hash: Sha256,
    bytes: u64,
}

impl PassedBytes {
    fn add(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
    }

    fn must_be(self, stored: &Content) -> std::result::Result<(), String> {
        let (bytes, sha256) = (self.bytes, hex::encode(self.hash.finalize()));
        if bytes == stored.bytes && sha256 == stored.sha256 {
            return Ok(());
        }
        Err(format!("its SHA-256 is {sha256} over {bytes} bytes, {} over {} were stored", stored.sha256, stored.bytes))
    }
}
