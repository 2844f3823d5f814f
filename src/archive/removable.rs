//! What may be removed from a store. This is the one place that decides it: no object of an archive is deleted without a
//! [`Removable`], and only this file makes one.
//!
//! A row of the ledger is a claim, not a command. Its objects must be ones that this program names so for this namespace,
//! nothing that is kept may need them, and where they are said to be of no use, manifests and messages must say so too.

use std::collections::HashSet;
use std::fmt;

use chrono::TimeDelta;

use super::codec::Codec;
use super::expire::Tombstone;
use super::manifest::Manifest;
use super::names::Names;
use super::verify::{read_manifest, verify};
use super::whereabouts::{Data, OpenStores, Sought, Whereabouts, is_all_in, is_untold, whereabouts};
use crate::db::errors::explain;
use crate::db::queries::ledger::{self, ArchiveRow, Objects, State};
use crate::db::queries::rehydrate;
use crate::db::queries::whereabouts as queries;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::progress::Progress;
use crate::stop::Stop;
use crate::store::{Frozen, ObjectKey, Store, StoreUrl};

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
    /// A policy, or somebody who has confirmed their number, has given its messages up.
    GivenUp,
}

/// Leave to delete the objects of one archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removable {
    ours: Ours,
    evidence: Evidence,
}

/// Why an archive's objects stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
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
}

impl Stays {
    /// Whether it is the ledger's row that cannot be right, rather than the archive that may be needed.
    pub const fn is_of_row(&self) -> bool {
        matches!(self, Self::InUse(..) | Self::NotOurs(_))
    }
}

impl fmt::Display for Stays {
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
        }
    }
}

/// What becomes of an archive's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// They may go.
    Go(Removable),
    /// They stay.
    Stays(Stays),
}

/// Objects of an archive that the namespace may call its own, and that nothing else needs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Ours {
    archive: i64,
    stem: String,
    data: ObjectKey,
    heads: ObjectKey,
    manifest: ObjectKey,
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

/// What a ledger's row names wrongly by its own words: objects that are none of the namespace's archives.
pub(super) fn misnamed(scope: &Scope, archive: &ArchiveRow) -> Option<String> {
    let (Some(data), Some(heads), Some(manifest)) = (&archive.object_key, &archive.heads_key, &archive.manifest_key)
    else {
        return Some("the ledger does not name all of its objects".to_owned());
    };
    let Some(stem) = Names::own_stem(scope.namespace(), data, heads, manifest) else {
        return Some(format!("the ledger names {data} for it, which is no object of an archive of this namespace"));
    };
    (!Names::is_of_range(stem, (archive.range_start, archive.range_end)))
        .then(|| format!("the ledger names {data} for it, which is of another range"))
}

/// Whether a row is history: another of the same objects has come after it and says so.
pub(super) fn is_history(archive: &ArchiveRow, all: &[ArchiveRow]) -> bool {
    let same = |a: &&ArchiveRow| {
        Some(a.id) == archive.superseded_by
            && a.object_key == archive.object_key
            && a.manifest_key == archive.manifest_key
    };
    all.iter().any(|a| same(&a))
}

/// The objects of an archive, where the row may be believed as far as they go.
async fn ours(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Result<Ours, Stays>> {
    if let Some(why) = misnamed(scope, archive) {
        return Ok(Err(Stays::NotOurs(why)));
    }
    let key = |key: &Option<String>| ObjectKey::new(key.clone().unwrap_or_default());
    let (data, heads, manifest) = (key(&archive.object_key)?, key(&archive.heads_key)?, key(&archive.manifest_key)?);
    let stem = Names::stem(data.as_str()).to_owned();
    let keys = [&data, &heads, &manifest].map(|key| key.as_str().to_owned());
    Ok(match queries::in_use(db.client(), archive.id, &keys, &stem).await? {
        Some((id, namespace)) => Err(Stays::InUse(id, namespace)),
        None => Ok(Ours { archive: archive.id, stem, data, heads, manifest }),
    })
}

impl Removable {
    /// Of an archive whose messages somebody has given up, by a policy or after a confirmation of their number.
    ///
    /// # Errors
    /// [`Kind::Verification`] where the ledger's row names what it cannot mean, or what others need.
    pub(super) async fn given_up(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Self> {
        Self::with(db, scope, archive, Evidence::GivenUp).await
    }

    /// Of an archive that is proven to be all live, in the transaction that has told the ledger.
    ///
    /// # Errors
    /// As those of [`Removable::given_up`].
    pub(super) async fn live(db: &Db, scope: &Scope, archive: &ArchiveRow) -> Result<Self> {
        Self::with(db, scope, archive, Evidence::Live).await
    }

    async fn with(db: &Db, scope: &Scope, archive: &ArchiveRow, evidence: Evidence) -> Result<Self> {
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
    pub(super) fn stem(&self) -> &str {
        &self.ours.stem
    }

    /// Deletes one of its objects, and looks whether it is gone.
    ///
    /// # Errors
    /// Where it is another's, the store refuses, or it is still there.
    pub(super) async fn delete(&self, store: &Store, key: &ObjectKey, how: Removal) -> Result<()> {
        let doing = || format!("deleting {}", store.describe(key));
        if !self.covers(key) {
            return Err(Error::failed(doing()).because(format!("it is no object of archive {}", self.ours.archive)));
        }
        match how {
            Removal::Delete => store.delete(key).await?,
            Removal::Erase => store.erase(key).await?,
        }
        match store.head(key).await? {
            None => Ok(()),
            Some(_) => Err(Error::failed(doing())
                .because("the store has taken the deletion, and the object is still there")
                .hint("a lock of the bucket or a copy of it may keep it; run the same command again")),
        }
    }
}

/// The error of a row that cannot be right.
pub fn refused(archive: &ArchiveRow, stays: &Stays) -> Error {
    let e = Error::new(Kind::Verification, format!("removing the objects of archive {}", archive.id))
        .because(stays.to_string());
    match stays {
        Stays::InUse(..) | Stays::NotOurs(_) => e.hint(format!(
            "nothing was removed; find out who has written the row: SELECT * FROM eventodb_store.archives WHERE id = {}",
            archive.id
        )),
        _ => e.hint(format!("nothing was removed; {}", way_back(archive.state))),
    }
}

/// How what may be an only copy comes back into the ledger.
pub const fn way_back(state: State) -> &'static str {
    match state {
        State::Expired => {
            "eventodb-admin archives sync --expired enters it in the ledger again, where its messages are nowhere else"
        }
        _ => {
            "eventodb-admin archives sync enters it in the ledger, where it is whole and its messages are nowhere else"
        }
    }
}

/// What to do about an archive that is none that the ledger counts on, where nothing else can be done with it.
pub fn not_kept(state: State, otherwise: &str) -> String {
    match state {
        State::Failed | State::Expired => way_back(state).to_owned(),
        _ => otherwise.to_owned(),
    }
}

/// Looks at archives, and decides.
pub struct Look<'a, S> {
    /// The session; nothing is changed by it.
    pub db: &'a mut Db,
    /// The namespace.
    pub scope: &'a Scope,
    /// Opens the stores that archives are in.
    pub stores: &'a mut S,
    /// Archives that were read back already.
    pub proofs: &'a mut Proofs,
    /// Who is told.
    pub progress: &'a dyn Progress,
    /// Asked between steps.
    pub stop: &'a Stop,
}

impl<S: OpenStores> Look<'_, S> {
    /// What may become of an archive's objects where they lie by the ledger.
    ///
    /// # Errors
    /// Where a store or the database cannot be asked; [`Kind::Verification`] where the archive that took its place does not
    /// read back.
    pub async fn verdict(&mut self, archive: &ArchiveRow) -> Result<Verdict> {
        if let Some(stays) = self.distrusts(archive).await? {
            return Ok(Verdict::Stays(stays));
        }
        let store = self.stores.open(archive).await?;
        self.verdict_in(&store, archive).await
    }

    /// Why nothing that a row names is opened, let alone deleted.
    ///
    /// # Errors
    /// Where a query fails.
    pub async fn distrusts(&self, archive: &ArchiveRow) -> Result<Option<Stays>> {
        if let Some(stays) = self.needed_by(archive).await? {
            return Ok(Some(stays));
        }
        let url = archive.store_url.as_deref().unwrap_or_default();
        if is_known_store(self.db, self.scope, &*self.stores, url).await? {
            return Ok(None);
        }
        Ok(Some(Stays::NotOurs(format!(
            "it lies in {url}, which is neither the policy's store nor one that a kept archive of the namespace is in; \
             --store says that it is one"
        ))))
    }

    /// Does as [`Look::verdict`] where the objects were found in `store`.
    pub(super) async fn verdict_in(&mut self, store: &Store, archive: &ArchiveRow) -> Result<Verdict> {
        match ours(self.db, self.scope, archive).await? {
            Ok(ours) => self.decide(ours, store, archive).await,
            Err(stays) => Ok(Verdict::Stays(stays)),
        }
    }

    /// Who else counts on the objects that a row names.
    pub(super) async fn needed_by(&self, archive: &ArchiveRow) -> Result<Option<Stays>> {
        Ok(ours(self.db, self.scope, archive).await?.err())
    }

    async fn decide(&mut self, ours: Ours, store: &Store, archive: &ArchiveRow) -> Result<Verdict> {
        self.stop.check()?;
        let go = |ours, evidence| Ok(Verdict::Go(Removable { ours, evidence }));
        if store.head(&ours.data).await?.is_none() {
            // Of an archive that counted once, whoever has removed its data on purpose has left a tombstone.
            let was_meant =
                archive.state == State::Failed || store.head(&Names::tombstone(&ours.stem)?).await?.is_some();
            if was_meant {
                return go(ours, Evidence::NoData);
            }
            return Ok(Verdict::Stays(Stays::Untold(format!("{} is not in the store", store.describe(&ours.data)))));
        }
        if archive.state == State::Expired && was_given_up(store, &ours).await? {
            return go(ours, Evidence::GivenUp);
        }
        if let Some(next) = self.successor(archive).await? {
            return go(ours, Evidence::Replaced(next));
        }
        let manifest = match Manifest::read_unproven(store, &ours.manifest).await {
            Ok((manifest, _)) if manifest.data.object == ours.data.as_str() => Some(manifest),
            Ok(_) => return Ok(Verdict::Stays(Stays::Untold("its manifest is another archive's".to_owned()))),
            Err(e) if e.kind() == Kind::Verification => None,
            Err(e) if is_untold(&e) => return Ok(Verdict::Stays(Stays::Untold(e.to_string()))),
            Err(e) => return Err(e),
        };
        if let Some(manifest) = &manifest
            && let Some(same) = self.same(manifest, &ours.stem).await?
        {
            return go(ours, Evidence::Elsewhere(vec![same]));
        }
        match self.by_messages(&ours, store, archive, manifest.as_ref()).await? {
            Ok(evidence) => go(ours, evidence),
            Err(stays) => Ok(Verdict::Stays(stays)),
        }
    }

    /// Reads an archive of the ledger back, once a run.
    async fn prove(&mut self, archive: &ArchiveRow) -> Result<Manifest> {
        let store = self.stores.open(archive).await?;
        let read = async {
            if !self.proofs.0.contains(&archive.id) {
                verify(&store, archive, self.progress, self.stop).await?;
            }
            read_manifest(&store, archive).await
        };
        match read.await {
            Ok(manifest) => {
                self.proofs.add(archive.id);
                Ok(manifest)
            }
            Err(e) => {
                if Frozen::is_cause_of(&e) {
                    // All of it is asked for at once, so that one wait is enough.
                    let names = [&archive.manifest_key, &archive.heads_key, &archive.object_key];
                    let keys: Vec<_> = names.into_iter().flatten().map(ObjectKey::new).collect::<Result<_>>()?;
                    store.thaw(&keys).await?;
                }
                Err(e)
            }
        }
    }

    /// The archive that has taken this one's place in the end, where its manifest says so as well and it reads back.
    async fn successor(&mut self, archive: &ArchiveRow) -> Result<Option<i64>> {
        if archive.state != State::Expired {
            return Ok(None);
        }
        let all = ledger::list(self.db.client(), self.scope.namespace()).await?;
        let Some(last) = end_of_chain(archive, &all) else { return Ok(None) };
        let manifest = self.prove(last).await.map_err(|e| {
            e.while_doing(format!("keeping archive {}, which archive {} took the place of", archive.id, last.id))
        })?;
        let is_named = archive.manifest_key.as_ref().is_some_and(|key| manifest.replaces.contains(key));
        Ok(is_named.then_some(last.id))
    }

    /// A kept archive of the very same rows that reads back.
    async fn same(&mut self, manifest: &Manifest, stem: &str) -> Result<Option<i64>> {
        for other in ledger::list(self.db.client(), self.scope.namespace()).await? {
            let is_other = other.object_key.as_deref().is_some_and(|key| Names::stem(key) != stem);
            let has_same = other.csv_sha256.as_ref() == Some(&manifest.csv.sha256);
            if !(is_other && has_same && other.state.is_kept() && other.objects == Objects::Kept) {
                continue;
            }
            match self.prove(&other).await {
                Ok(read) if read.csv == manifest.csv => return Ok(Some(other.id)),
                Ok(_) => {}
                Err(e) if is_untold(&e) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(None)
    }

    /// Where the messages are, one by one.
    async fn by_messages(
        &mut self,
        ours: &Ours,
        store: &Store,
        archive: &ArchiveRow,
        manifest: Option<&Manifest>,
    ) -> Result<Result<Evidence, Stays>> {
        if let Some(manifest) = manifest
            && self.is_nowhere(manifest, &ours.stem).await?
        {
            let messages = i64::try_from(manifest.messages).unwrap_or(i64::MAX);
            return Ok(Err(Stays::Alone(messages, messages)));
        }
        let data = match (manifest, archive.codec.as_deref().map(|codec| Codec::new(codec, None))) {
            (Some(manifest), _) => Data::Described(manifest),
            (None, _) if ours.data.as_str().ends_with(".age") => {
                return Ok(Err(Stays::Untold("it is encrypted, and has no manifest to read it by".to_owned())));
            }
            (None, Some(Ok(codec))) => Data::Bare(&ours.data, codec),
            (None, _) => {
                return Ok(Err(Stays::Untold("it has no manifest, and its compression is not known".to_owned())));
            }
        };
        let sought = Sought { id: archive.id, stem: &ours.stem, store, data };
        let found = match whereabouts(self.db, self.scope, sought, self.stores, (false, self.stop)).await {
            Ok((found, _)) => found,
            Err(e) if is_untold(&e) => {
                // What is damaged can still be compared by what its manifest and its stream list tell.
                return Ok(match manifest {
                    Some(manifest) if self.is_live(store, manifest).await? => Ok(Evidence::Live),
                    _ => Err(Stays::Untold(e.to_string())),
                });
            }
            Err(e) => return Err(e),
        };
        Ok(judge(archive, &found))
    }

    /// Whether nothing can hold any of its messages, by their global positions: there is no need to read them.
    async fn is_nowhere(&self, manifest: &Manifest, stem: &str) -> Result<bool> {
        let positions = (manifest.first_global_position, manifest.last_global_position);
        let (Some(first), Some(last)) = positions else { return Ok(false) };
        let (Some(from), Some(to)) = (manifest.first_time, manifest.last_time) else { return Ok(false) };
        let Some(after) = to.checked_add_signed(TimeDelta::microseconds(1)) else { return Ok(false) };
        let range = (from, after);
        let live = rehydrate::live_within(self.db.client(), &self.scope.messages(), range, positions).await?;
        let meets = |a: &ArchiveRow| {
            a.first_global_position.is_none_or(|f| f <= last) && a.last_global_position.is_none_or(|l| l >= first)
        };
        let others = ledger::list(self.db.client(), self.scope.namespace()).await?;
        let is_other = |a: &ArchiveRow| a.object_key.as_deref().is_some_and(|key| Names::stem(key) != stem);
        Ok(live.messages == 0 && !others.iter().any(|a| a.state.is_kept() && is_other(a) && meets(a)))
    }

    async fn is_live(&mut self, store: &Store, manifest: &Manifest) -> Result<bool> {
        let doing = "comparing an archive with the hypertable";
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        let live = is_all_in(&tx, &self.scope.messages(), store, manifest, self.stop).await?;
        tx.rollback().await.map_err(|e| explain(doing, e))?;
        Ok(live)
    }
}

/// Whether a run has begun to delete it because its messages were given up: its tombstone says so.
async fn was_given_up(store: &Store, ours: &Ours) -> Result<bool> {
    let key = Names::tombstone(&ours.stem)?;
    if store.head(&key).await?.is_none() {
        return Ok(false);
    }
    match Tombstone::read(store, &key).await {
        Ok(tombstone) => Ok(tombstone.given_up == Some(true) && tombstone.manifest.data.object == ours.data.as_str()),
        Err(e) if is_untold(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// What follows from where the messages are.
fn judge(archive: &ArchiveRow, found: &Whereabouts) -> Result<Evidence, Stays> {
    // An attempt that failed never counted: what has changed since was changed where it counts.
    let changed_counts = archive.state != State::Failed;
    match found {
        _ if found.alone > 0 => Err(Stays::Alone(found.alone, found.messages)),
        _ if found.changed > 0 && changed_counts => Err(Stays::Changed(found.changed, found.messages)),
        _ if found.elsewhere.is_empty() => Ok(Evidence::Live),
        _ => Ok(Evidence::Elsewhere(found.holders())),
    }
}

/// The archive at the end of the chain of those that took each other's place, where it is kept.
pub(super) fn end_of_chain<'a>(archive: &ArchiveRow, all: &'a [ArchiveRow]) -> Option<&'a ArchiveRow> {
    // What somebody has written into the ledger may go in circles.
    let mut seen = HashSet::from([archive.id]);
    let mut last = None;
    let mut next = archive.superseded_by;
    while let Some(found) = next.and_then(|id| all.iter().find(|a| a.id == id)).filter(|a| seen.insert(a.id)) {
        last = Some(found);
        next = found.superseded_by;
    }
    last.filter(|a| a.state.is_kept() && a.objects == Objects::Kept)
}
