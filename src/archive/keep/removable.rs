//! What may be removed from a store. This is the one place that decides it: no object of an archive is deleted without a
//! [`Removable`], and only this file makes one.
//!
//! A row of the ledger is a claim, not a command. Its objects must be ones that this program names so for this namespace,
//! nothing that is kept may need them, and where they are said to be of no use, manifests and messages must say so too.

mod look;
mod sealed;
mod succeeded;

use std::collections::HashSet;
use std::fmt;

use chrono::{DateTime, Utc};

use super::at_least::refuse_young;
use super::holds::{HeldBy, Unheld};
use super::object_lock;
use super::whereabouts::OpenStores;
use crate::archive::claim::ClaimedStore;
use crate::archive::format::ledger_row::misnamed;
use crate::archive::format::object_names::Names;
use crate::db::queries::archive_copies::{self, CopyState};
use crate::db::queries::ledger::{ArchiveRow, Objects, State};
use crate::db::queries::whereabouts as queries;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{LockedUntil, ObjectKey, Store, StoreUrl};

pub use look::RemovalCheck;

/// How objects go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// As anything is deleted: where the bucket keeps versions, the service hides them.
    Delete,
    /// With all their versions.
    Erase,
}

/// Why nothing is lost with an archive's objects, or who has said that its messages may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// Its data is not there: there is nothing in it to lose.
    NoData,
    /// All of its messages are live.
    Live,
    /// This archive has taken its place, says so in its manifest, and was read back.
    Replaced(i64),
    /// All of its messages are live or in these archives, which were read back.
    Elsewhere(Vec<i64>),
    /// All of its messages are live or in other archives, though not all as they are in it: some have changed since, which counts
    /// for nothing as it never counted, or it cannot be read and was compared by its stream list.
    Alike,
    /// A policy, or somebody who has confirmed their number, has given its messages up.
    GivenUp,
    /// Somebody who has confirmed it has given up what its messages were before they changed. They are elsewhere as they are now.
    ContentGivenUp,
    /// It is a copy, and the archive's own objects went by a leave of their own.
    CopyOfGone,
    /// It is a copy that is damaged or not wanted any more, and a whole one was read back just now.
    CopiedAnew,
}

/// Where it shows that an archive's own objects were removed.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) enum Grave<'a> {
    /// This very run has removed them.
    DugByThisRun,
    /// A store that the policy or the command line names: whoever removes an archive's objects leaves a tombstone.
    In(&'a Store),
    /// The ledger alone names the store.
    Unknown,
}

/// Leave to delete the objects of one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removable {
    ours: OwnObjects,
    evidence: Evidence,
}

/// Why an archive's objects stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectsStayReason {
    /// So many of its messages are nowhere else.
    Alone(i64, i64),
    /// So many of its messages have other content where they are now.
    Changed(i64, i64),
    /// It cannot be told what it holds.
    Untold(String),
    /// Another archive needs its objects: number and namespace.
    InUse(i64, String),
    /// The ledger's row names what it cannot mean.
    NotOurs(String),
    /// It holds messages that are to be kept for a case.
    Held(HeldBy),
}

impl ObjectsStayReason {
    /// Whether it is the ledger's row that cannot be right, rather than the archive that may be needed.
    pub const fn is_of_row(&self) -> bool {
        matches!(self, Self::InUse(..) | Self::NotOurs(_))
    }

    /// Whether a hold keeps it.
    pub const fn is_held(&self) -> bool {
        matches!(self, Self::Held(_))
    }
}

impl fmt::Display for ObjectsStayReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alone(alone, all) => {
                write!(f, "it may be the only copy of its messages: {alone} of {all} are nowhere else")
            }
            Self::Changed(changed, all) => {
                write!(f, "it may be the only copy of what its messages were: {changed} of {all} have changed since")
            }
            Self::Untold(why) => write!(f, "it may be the only copy of its messages: {why}"),
            Self::InUse(id, namespace) => {
                write!(f, "archive {id} of namespace {namespace} has the same objects and needs them")
            }
            Self::NotOurs(why) => f.write_str(why),
            Self::Held(held) => held.fmt(f),
        }
    }
}

/// What becomes of an archive's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemovalVerdict {
    /// They may go.
    Go(Removable),
    /// They stay.
    Stays(ObjectsStayReason),
}

/// Objects of an archive that the namespace may call its own, and that nothing else needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OwnObjects {
    archive: i64,
    stem: String,
    data: ObjectKey,
    heads: ObjectKey,
    manifest: ObjectKey,
    /// By the ledger.
    locked_until: Option<DateTime<Utc>>,
    /// The lock of a copy in a further store that ends last, by the ledger.
    copies_locked: Option<LockedUntil>,
}

/// Archives that this run has read back.
#[derive(Debug, Default)]
pub struct Proofs(HashSet<i64>);

impl Proofs {
    /// One that was read back just now.
    pub fn add(&mut self, id: i64) {
        self.0.insert(id);
    }
}

/// Whether a store is one that the namespace is known to have: the one that was asked for, its policy's, or one that
/// archives are in which it keeps. An address that only a row names which is to be deleted is not opened.
///
/// # Errors
/// Where a query fails.
pub async fn is_known_store(db: &Db, scope: &Scope, stores: &impl OpenStores, url: &str) -> Result<bool> {
    let Ok(url) = url.parse::<StoreUrl>() else { return Ok(false) };
    if stores.trusts(&url) {
        return Ok(true);
    }
    let known = queries::stores(db.client(), scope.namespace()).await?;
    Ok(known.iter().any(|text| text.parse::<StoreUrl>().is_ok_and(|known| known == url)))
}

/// The objects of an archive, where the row may be believed as far as they go.
async fn ours(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Result<OwnObjects, ObjectsStayReason>> {
    let foreign = (archive.namespace != scope.namespace()).then(|| format!("it is of namespace {}", archive.namespace));
    if let Some(why) = foreign.or_else(|| misnamed(archive)) {
        return Ok(Err(ObjectsStayReason::NotOurs(why)));
    }
    let copies = archive_copies::list(db.client(), &archive.namespace, Some(archive.id)).await?;
    let ours = OwnObjects { copies_locked: object_lock::last_of(&copies), ..named(archive)? };
    let keys = [&ours.data, &ours.heads, &ours.manifest].map(|key| key.as_str().to_owned());
    Ok(match queries::in_use(db.client(), archive.id, &keys, &ours.stem).await? {
        Some((id, namespace)) => Err(ObjectsStayReason::InUse(id, namespace)),
        None => Ok(ours),
    })
}

/// The objects that a row names.
fn named(archive: &ArchiveRow) -> Result<OwnObjects> {
    let key = |key: &Option<String>| ObjectKey::new(key.clone().unwrap_or_default());
    let (data, heads, manifest) = (key(&archive.object_key)?, key(&archive.heads_key)?, key(&archive.manifest_key)?);
    let stem = Names::stem(data.as_str()).to_owned();
    Ok(OwnObjects {
        archive: archive.id,
        stem,
        data,
        heads,
        manifest,
        locked_until: archive.locked_until,
        copies_locked: None,
    })
}

impl Removable {
    /// Of an archive whose messages somebody has given up, by a policy or after a confirmation of their number, and that no hold
    /// is on.
    ///
    /// # Errors
    /// [`Kind::Verification`] where the ledger's row names what it cannot mean, or what others need; [`Kind::Conflict`] where
    /// the policy keeps it still.
    pub(in crate::archive) async fn given_up(db: &Db, scope: &Scope, archive: &ArchiveRow, _: &Unheld) -> Result<Self> {
        Self::with(db, scope, archive, Evidence::GivenUp).await
    }

    /// Of an archive whose messages are all elsewhere, some of them changed since: somebody has given up what they were, after a
    /// confirmation, and no hold is on it.
    pub(in crate::archive) async fn content_given_up(
        db: &Db,
        scope: &Scope,
        archive: &ArchiveRow,
        _: &Unheld,
    ) -> Result<Self> {
        Self::with(db, scope, archive, Evidence::ContentGivenUp).await
    }

    /// Of an archive that is proven to be all live, in the transaction that has told the ledger.
    ///
    /// # Errors
    /// As those of [`Removable::given_up`].
    pub(in crate::archive) async fn live(db: &Db, scope: &Scope, archive: &ArchiveRow, _: &Unheld) -> Result<Self> {
        Self::with(db, scope, archive, Evidence::Live).await
    }

    /// Of a copy in a further store, whose archive's own objects are gone. That the ledger says so is not enough, as a role may write
    /// it: this run has removed them, or `grave` is a store in which their tombstone is all that is left.
    ///
    /// # Errors
    /// Where a query fails or that store cannot be asked; an inner one tells why the copy stays, or is `None` where nothing bears
    /// the ledger out.
    pub(in crate::archive) async fn copy(
        db: &Db,
        scope: &Scope,
        archive: &ArchiveRow,
        state: CopyState,
        grave: Grave<'_>,
    ) -> Result<Result<Self, Option<ObjectsStayReason>>> {
        let is_decided = match state {
            CopyState::Deleting => archive.objects == Objects::Deleted,
            CopyState::Erasing => matches!(archive.objects, Objects::Erasing | Objects::Deleted),
            _ => false,
        };
        if !is_decided || archive.state.is_kept() {
            let why =
                format!("the ledger says that the copy is {state}, and of the archive that it is {}", archive.state);
            return Ok(Err(Some(ObjectsStayReason::NotOurs(why))));
        }
        let ours = match ours(db, scope, archive).await? {
            Ok(ours) => ours,
            Err(stays) => return Ok(Err(Some(stays))),
        };
        let is_gone = match grave {
            Grave::DugByThisRun => true,
            Grave::In(home) => {
                home.head(&ours.data).await?.is_none() && home.head(&Names::tombstone(&ours.stem)?).await?.is_some()
            }
            Grave::Unknown => false,
        };
        Ok(if is_gone { Ok(Self { ours, evidence: Evidence::CopyOfGone }) } else { Err(None) })
    }

    /// Of a copy whose archive was moved to another store, where it was read back just now.
    ///
    /// # Errors
    /// As those of [`Removable::copy`].
    pub(in crate::archive) async fn moved_copy(
        db: &Db,
        scope: &Scope,
        archive: &ArchiveRow,
    ) -> Result<Result<Self, ObjectsStayReason>> {
        Ok(ours(db, scope, archive).await?.map(|ours| Self { ours, evidence: Evidence::CopiedAnew }))
    }

    /// Of what lies under an archive's names in a further store and is not what was stored, where a whole copy was proven.
    pub(in crate::archive) fn damaged_copy(archive: &ArchiveRow) -> Result<Result<Self, ObjectsStayReason>> {
        if let Some(why) = misnamed(archive) {
            return Ok(Err(ObjectsStayReason::NotOurs(why)));
        }
        Ok(Ok(Self { ours: named(archive)?, evidence: Evidence::CopiedAnew }))
    }

    async fn with(db: &Db, scope: &Scope, archive: &ArchiveRow, evidence: Evidence) -> Result<Self> {
        refuse_young(db, scope, archive).await?;
        match ours(db, scope, archive).await? {
            Ok(ours) => Ok(Self { ours, evidence }),
            Err(stays) => Err(refused(archive, &stays)),
        }
    }

    /// Why nothing is lost.
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// Whether it is leave for this object.
    pub fn covers(&self, key: &ObjectKey) -> bool {
        self.keys().contains(&key)
    }

    /// Data, stream list and manifest, in the order in which they go.
    pub fn keys(&self) -> [&ObjectKey; 3] {
        [&self.ours.data, &self.ours.heads, &self.ours.manifest]
    }

    /// What the objects' names have in common.
    pub(in crate::archive) fn stem(&self) -> &str {
        &self.ours.stem
    }

    /// Refuses where the store keeps one of its objects locked: before anything is changed that counts on their going.
    ///
    /// # Errors
    /// [`Kind::Conflict`] with the lock.
    pub(in crate::archive) async fn refuse_locked(&self, store: &Store) -> Result<()> {
        for key in self.keys() {
            object_lock::refuse_locked(store, key, self.ours.locked_until).await?;
        }
        Ok(())
    }

    /// Does so, and refuses as well where a copy in a further store is locked by the ledger: it would be left behind.
    ///
    /// # Errors
    /// [`Kind::Conflict`] with the lock.
    pub(in crate::archive) async fn refuse_locked_anywhere(&self, store: &Store) -> Result<()> {
        self.refuse_locked(store).await?;
        match self.ours.copies_locked {
            Some(lock) => object_lock::refuse_copy_locked(store, self.ours.archive, lock),
            None => Ok(()),
        }
    }

    /// Deletes one of its objects; the store looks whether it is gone. A run may have stood still since it last looked, and its
    /// lock be another run's by now: whose the store is is asked before each object.
    ///
    /// # Errors
    /// Where it is another's, it is locked, the store refuses or is no longer this run's, or it is still there.
    pub(in crate::archive) async fn delete(&self, store: &ClaimedStore, key: &ObjectKey, how: Removal) -> Result<()> {
        if !self.covers(key) {
            return Err(Error::failed(format!("deleting {}", store.describe(key)))
                .because(format!("it is no object of archive {}", self.ours.archive)));
        }
        object_lock::refuse_locked(store, key, self.ours.locked_until).await?;
        store.still_ours().await?;
        match how {
            Removal::Delete => store.delete(key).await,
            Removal::Erase => store.erase(key).await,
        }
    }
}

/// The error of a row that cannot be right.
pub fn refused(archive: &ArchiveRow, stays: &ObjectsStayReason) -> Error {
    let doing = format!("removing the objects of archive {}", archive.id);
    if let ObjectsStayReason::Held(held) = stays {
        return held.clone().refusal(doing);
    }
    let e = Error::new(Kind::Verification, doing).because(stays.to_string());
    match stays {
        ObjectsStayReason::InUse(..) | ObjectsStayReason::NotOurs(_) => e.hint(format!(
            "nothing was removed; find out who has written the row: SELECT * FROM eventodb_store.archives WHERE id = {}",
            archive.id
        )),
        _ => e.hint(format!("nothing was removed; {}", stays.way_back(archive.id, archive.state))),
    }
}

/// How what may be an only copy comes back, where nobody has looked how much of it is nowhere else.
pub fn way_back(archive: i64, state: State) -> String {
    let sync = match state {
        State::Expired => "archives sync --expired enters it in the ledger again",
        _ => "archives sync enters it in the ledger",
    };
    format!(
        "eventodb-admin {sync}, where it is whole and all of its messages are nowhere else; otherwise archives rehydrate \
         {archive} puts in what is missing"
    )
}

impl ObjectsStayReason {
    /// What to do about the archive of this number, of which this was found.
    pub fn way_back(&self, archive: i64, state: State) -> String {
        match self {
            Self::Alone(alone, all) if alone < all => {
                format!("eventodb-admin archives rehydrate {archive} puts in what is missing")
            }
            Self::Changed(..) => format!(
                "eventodb-admin archives cat {archive} prints what they were, and archives prune gives it up, with --confirm-count"
            ),
            Self::Held(_) => "eventodb-admin holds list shows what is held".to_owned(),
            _ => way_back(archive, state),
        }
    }
}

/// What to do about an archive that is none that the ledger counts on, where nothing else can be done with it.
pub fn not_kept(archive: &ArchiveRow, otherwise: &str) -> String {
    match (archive.state, archive.superseded_by) {
        (State::Failed | State::Expired, Some(next)) => {
            let back = way_back(archive.id, archive.state);
            format!(
                "archive {next} took its place: eventodb-admin archives show {next}. Where that is not enough: {back}"
            )
        }
        (State::Expired, None) if archive.objects == Objects::Deleted => {
            "its objects were removed, as its messages were given up or are all elsewhere: coverage tells".to_owned()
        }
        (State::Failed | State::Expired, None) => way_back(archive.id, archive.state),
        _ => otherwise.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leave_to_delete_is_for_the_three_objects_of_one_archive() {
        let key = |name: &str| ObjectKey::new(name).unwrap();
        let [data, heads, manifest] = ["s.csv", "s.heads.zst", "s.manifest.json"].map(key);
        let ours = OwnObjects {
            archive: 1,
            stem: "s".to_owned(),
            data,
            heads,
            manifest,
            locked_until: None,
            copies_locked: None,
        };
        let leave = Removable { ours, evidence: Evidence::Live };
        assert_eq!(leave.stem(), "s");
        assert!(["s.csv", "s.heads.zst", "s.manifest.json"].iter().all(|name| leave.covers(&key(name))));
        assert!(!["s", "s.csv.zst", "t.csv", "owner.json"].iter().any(|name| leave.covers(&key(name))));
    }

    #[test]
    fn each_reason_to_stay_says_what_could_be_lost() {
        let says = |stays: ObjectsStayReason, what: &str| assert!(stays.to_string().contains(what), "{stays}");
        says(ObjectsStayReason::Alone(3, 10), "3 of 10 are nowhere else");
        says(ObjectsStayReason::Changed(1, 10), "1 of 10 have changed since");
        says(ObjectsStayReason::Untold("the store is away".to_owned()), "only copy of its messages: the store is away");
        says(ObjectsStayReason::InUse(7, "events".to_owned()), "archive 7 of namespace events");
        says(ObjectsStayReason::NotOurs("it is another's".to_owned()), "it is another's");
    }

    #[test]
    fn each_reason_to_stay_says_what_gets_the_messages_back() {
        let way = |stays: ObjectsStayReason, state| stays.way_back(7, state);
        let rest = way(ObjectsStayReason::Alone(3, 10), State::Expired);
        assert!(rest.starts_with("eventodb-admin archives rehydrate 7"), "{rest}");
        let all = way(ObjectsStayReason::Alone(10, 10), State::Expired);
        assert!(all.starts_with("eventodb-admin archives sync --expired"), "{all}");
        let failed = way(ObjectsStayReason::Untold("why".to_owned()), State::Failed);
        assert!(failed.starts_with("eventodb-admin archives sync enters"), "{failed}");
        let changed = way(ObjectsStayReason::Changed(1, 10), State::Expired);
        assert!(changed.starts_with("eventodb-admin archives cat 7"), "{changed}");
        for state in [State::Failed, State::Expired] {
            let row = ArchiveRow::sample(7, state);
            assert!(not_kept(&row, "other").contains("archives rehydrate 7"));
            let replaced = ArchiveRow { superseded_by: Some(8), ..row.clone() };
            assert!(not_kept(&replaced, "other").contains("archives show 8"));
            let gone = ArchiveRow { objects: Objects::Deleted, ..row };
            assert_eq!(not_kept(&gone, "other").contains("were removed"), state == State::Expired);
        }
        assert_eq!(not_kept(&ArchiveRow::sample(7, State::Dropped), "other"), "other");
    }

    #[test]
    fn a_row_that_cannot_be_right_is_to_be_looked_at_and_nothing_else_is_said_of_the_archive() {
        let row = ArchiveRow::sample(7, State::Failed);
        let hint = |stays: &ObjectsStayReason| refused(&row, stays).hint_text().unwrap_or_default().to_owned();
        for stays in [ObjectsStayReason::InUse(8, "n".to_owned()), ObjectsStayReason::NotOurs("why".to_owned())] {
            assert!(stays.is_of_row() && hint(&stays).contains("who has written the row"), "{stays}");
        }
        for stays in [
            ObjectsStayReason::Alone(1, 2),
            ObjectsStayReason::Changed(1, 2),
            ObjectsStayReason::Untold("why".to_owned()),
        ] {
            assert!(!stays.is_of_row() && !hint(&stays).contains("who has written"), "{stays}");
        }
    }
}
