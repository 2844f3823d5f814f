//! `archives claim`: a store becomes this database's, whoever's it was.

use uuid::Uuid;

use super::owner::{self, Mark, Owner};
use super::{ClaimStep, ClaimedStore, Ownership, first, look, move_on};
use crate::archive::format::manifest::{ArchiveOrigin, Manifest};
use crate::archive::format::object_names::Names;
use crate::archive::lock::lifecycle::LifecycleLock;
use crate::archive::read::load;
use crate::db::errors::explain;
use crate::db::queries::claims::{self, ClaimRow, DatabaseIdentity};
use crate::db::queries::coverage;
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::stop::Stop;
use crate::store::{ObjectKey, Store};

/// What claiming a store comes to.
#[derive(Debug)]
pub enum TakeOver {
    /// It is this database's already.
    Ours(Uuid),
    /// It is nobody's.
    New,
    /// It is taken over.
    From(Box<StoreTakeOver>),
}

/// A store that is about to be taken over.
#[derive(Debug)]
pub struct StoreTakeOver {
    /// Whose it was, where its mark tells.
    pub before: Option<Owner>,
    /// Why it is not this database's.
    pub why: String,
    /// The lineage of its archives from now on.
    pub claim_id: Uuid,
    /// Counts the take-overs.
    pub epoch: i32,
    /// Whether the archives there are of this database's lineage, as far as can be told: only those are its own to
    /// `archives sync`.
    pub is_own_lineage: bool,
    sources: Vec<String>,
    etag: Option<String>,
}

/// Looks what claiming a store comes to. Changes nothing.
///
/// # Errors
/// Where the store or the database cannot be asked.
pub async fn plan(db: &mut Db, scope: &Scope, store: &Store, stop: &Stop) -> Result<TakeOver> {
    let why = match look(db, scope, store).await {
        Ok(Ownership::Ours(ours)) => return Ok(TakeOver::Ours(ours.claim_id)),
        Ok(Ownership::First(_)) => return Ok(TakeOver::New),
        Err(e) if e.kind() == Kind::Conflict => e.to_string(),
        Err(e) => return Err(e),
    };
    let namespace = scope.namespace();
    let rows = claims::list(db.client(), namespace).await?;
    let (before, etag) = match owner::read(store, namespace).await? {
        Mark::Found(owner, etag) => (Some(*owner), etag),
        Mark::Unreadable(_, etag) => (None, etag),
        Mark::Missing => (None, None),
    };
    let lineage = Lineage::of(db, scope, store, &rows, before.as_ref(), stop).await?;
    let url = store.url().to_string();
    let of_url = rows.iter().find(|r| r.store_url == url);
    let here = DatabaseIdentity::of(db).await?;
    let known = of_url.or_else(|| rows.iter().find(|r| r.owner.is_same(&here))).map(|r| r.claim_id);
    let of_store = before.as_ref().map(|o| o.claim_id).or(lineage.claim_id).filter(|_| lineage.is_own);
    let last = before.as_ref().map(|o| o.epoch).max(of_url.map(|r| r.epoch)).unwrap_or_default();
    Ok(TakeOver::From(Box::new(StoreTakeOver {
        why,
        // What this database has already of its own stays its lineage, whoever had the store meanwhile.
        claim_id: of_store.or(known).unwrap_or_else(Uuid::new_v4),
        epoch: last.saturating_add(1),
        is_own_lineage: lineage.is_own,
        sources: lineage.sources,
        before,
        etag,
    })))
}

/// Takes the store over, as planned under the lock.
///
/// # Errors
/// [`Kind::Conflict`] where somebody else was faster.
pub async fn take_over(
    lock: &mut LifecycleLock,
    scope: &Scope,
    store: &Store,
    claimed: &StoreTakeOver,
) -> Result<ClaimedStore> {
    let step = ClaimStep {
        claim: (claimed.claim_id, claimed.epoch),
        // What the store has now is not this database's: a run that ends before it is written has claimed nothing.
        mark: None,
        etag: claimed.etag.as_deref(),
        sources: &claimed.sources,
    };
    move_on(lock.db(), scope, store, step).await
}

/// Whether the archives in a store can be this database's: its earlier self made them.
struct Lineage {
    is_own: bool,
    claim_id: Option<Uuid>,
    sources: Vec<String>,
}

impl Lineage {
    async fn of(
        db: &mut Db,
        scope: &Scope,
        store: &Store,
        rows: &[ClaimRow],
        before: Option<&Owner>,
        stop: &Stop,
    ) -> Result<Self> {
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        let found = first::contents(store, scope.namespace(), &archives).await?;
        let first = match &found.first_manifest {
            Some(key) => read(store, key).await?,
            None => None,
        };
        let is_empty = archives.is_empty() && claims::has_no_streams(db.client(), scope).await?;
        // A database that has owned a store knows its lineages. Another one's may lie beside them: it has come between.
        let of_owner = before.map(|b| b.claim_id).or(first.as_ref().and_then(|m| m.claim_id));
        let is_own = if found.first_manifest.is_none() || is_empty {
            true
        } else if rows.is_empty() {
            first::stems(&archives).iter().any(|stem| found.stems.contains(*stem))
                || match &first {
                    Some(manifest) => knows_streams(db, scope, store, manifest, stop).await?,
                    None => false,
                }
        } else {
            of_owner.is_none_or(|id| rows.iter().any(|r| r.claim_id == id))
        };
        let mut sources: Vec<String> = before.map(|b| b.identity().source()).into_iter().collect();
        sources.extend(first.iter().map(|m| source(&m.source)));
        sources.sort();
        sources.dedup();
        if !is_own {
            sources.clear();
        }
        Ok(Self { is_own, claim_id: first.and_then(|m| m.claim_id), sources })
    }
}

/// As `archives sync --from` takes it.
pub(in crate::archive) fn source(source: &ArchiveOrigin) -> String {
    format!("{}/{}", source.system_identifier.as_deref().unwrap_or("unknown"), source.database)
}

async fn read(store: &Store, key: &ObjectKey) -> Result<Option<Manifest>> {
    match Manifest::read_unproven(store, key).await {
        Ok((manifest, _)) => Ok(Some(manifest)),
        Err(e) if e.kind() == Kind::Verification => Ok(None),
        Err(e) => Err(e),
    }
}

/// Whether the namespace knows every stream of an archive, at least as far as it goes. An archive that cannot be read says
/// nothing.
async fn knows_streams(db: &mut Db, scope: &Scope, store: &Store, manifest: &Manifest, stop: &Stop) -> Result<bool> {
    let doing = "comparing streams with an archive's";
    let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    coverage::make_archived(&tx).await?;
    let known = match load::streams(&tx, store, manifest, stop).await {
        Ok(()) => claims::knows_archived_streams(&tx, scope).await?,
        Err(e) if e.kind().is_stop() => return Err(e),
        Err(e) => {
            tracing::info!("the streams of {} could not be compared: {e}", Names::stem(&manifest.data.object));
            false
        }
    };
    tx.rollback().await.map_err(|e| explain(doing, e))?;
    Ok(known)
}

impl StoreTakeOver {
    /// Refuses where the store is not as it was when the operator confirmed.
    ///
    /// # Errors
    /// [`Kind::Conflict`] then.
    pub fn refuse_changed(&self, confirmed: &Self) -> Result<()> {
        let mark = |claimed: &Self| claimed.before.as_ref().map(|owner| owner.mark);
        if mark(self) == mark(confirmed) {
            return Ok(());
        }
        Err(self.appeared())
    }

    /// The store has an owner now that the operator has not seen.
    pub fn appeared(&self) -> Error {
        Error::new(Kind::Conflict, "claiming a store")
            .because("its owner has changed it since it was confirmed: a run of that database is at work")
            .hint("end that database's runs (cron, timers) first, then run the same command again")
    }
}
