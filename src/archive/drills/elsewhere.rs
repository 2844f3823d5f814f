//! A drill into another database. The live server gives no message and takes none: it has the drill's row, the notes of its
//! archives and the report.
//!
//! | step | live ledger | the other database |
//! |---|---|---|
//! | begin | 1. the row, with the place | 2. the throw-away namespace, with a row that has its marks |
//! | end | 4. the report, and that all is cleared up | 3. the throw-away namespace goes, its row is ended |
//!
//! So whatever a drill that is killed has left is known to the live ledger, and the next drill into the same database removes it by
//! its marks there. A lock of the live session says that the drill is alive: it is taken before the first row.

use tokio_postgres::Transaction;
use uuid::Uuid;

use super::drill::{ClearedUp, Drill, DrillLedger};
use super::report::DrillReport;
use super::scratch::{not_made, remove, throw_away};
use super::verdict::DrillVerdict;
use crate::db::errors::{explain, sqlstate_of};
use crate::db::queries::claims::DatabaseIdentity;
use crate::db::queries::drill_places::{self as places, PlaceRow};
use crate::db::queries::drills::{self as queries, DrillLeftover, ScratchStatus};
use crate::db::queries::{lifecycle, namespaces, roles};
use crate::db::server::{Access, Role};
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::namespace::{self, Namespace, NamespaceName};

/// Another database that a drill can bring archives back to.
#[derive(Debug)]
pub struct OtherDatabase {
    db: Db,
    place: PlaceRow,
}

impl OtherDatabase {
    /// Opens it, and looks whether a namespace can be made there.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where it is the live database; [`Kind::Unsupported`] where it has no `TimescaleDB`, or an old one;
    /// [`Kind::Failed`] where it takes no writes, or the role may not make schemas there.
    pub async fn open(connector: &Connector, live: &Db) -> Result<Self> {
        let db = connector.connect_plain().await.map_err(|e| e.while_doing("opening the database to drill into"))?;
        let shown = format!("{}/{}", db.endpoint(), db.server.database);
        let doing = format!("looking at the database to drill into, {shown}");
        if db.server.role == Role::Standby || db.server.access == Access::ReadOnly {
            return Err(Error::failed(doing)
                .because("it takes no writes")
                .hint("give the URL of a database on a primary, without default_transaction_read_only"));
        }
        if is_one_database(live, &db).await? {
            return Err(Error::new(Kind::Conflict, doing)
                .because("it is the live database, by this address or another one")
                .hint("leave --into-url out to drill in the live database, or make another one: CREATE DATABASE"));
        }
        db.server.require_timescale().map_err(|e| e.while_doing(&doing))?;
        db.require_sound(&doing)?;
        if !roles::may_make_schemas(db.client()).await? {
            let (role, database) = (&db.server.user, &db.server.database);
            return Err(Error::failed(doing)
                .because(format!("role {role} may not make schemas in database {database}"))
                .hint(format!("GRANT CREATE ON DATABASE {database} TO {role}, or connect as the database's owner")));
        }
        let identity = DatabaseIdentity::of(&db).await?;
        let place =
            PlaceRow { shown, system_identifier: identity.system_identifier, database_oid: identity.database_oid };
        Ok(Self { db, place })
    }

    /// `host:port/database`.
    pub fn shown(&self) -> &str {
        &self.place.shown
    }

    /// What differs between its server and the live one, for people.
    pub fn differs_from(&self, live: &Db) -> Vec<String> {
        let (there, here) = (&self.db.server, &live.server);
        let timescale = |server: &crate::db::server::ServerInfo| server.timescale.as_ref().map(ToString::to_string);
        let mut found = Vec::new();
        if there.server_version_num != here.server_version_num {
            found.push(format!("PostgreSQL {} there, {} here", there.server_version, here.server_version));
        }
        if let (Some(there), Some(here)) = (timescale(there), timescale(here))
            && there != here
        {
            found.push(format!("TimescaleDB {there} there, {here} here"));
        }
        found
    }

    /// Whether it is on the live database's server: what a drill takes there, the live messages lack.
    pub fn is_on_the_server_of(&self, live: &Db) -> bool {
        self.place.system_identifier.is_some() && self.place.system_identifier == live.server.system_identifier
    }
}

/// Whether two sessions are in one database, whatever address led there: an advisory lock is known to its own database alone.
async fn is_one_database(live: &Db, there: &Db) -> Result<bool> {
    let probe = Uuid::new_v4();
    places::take_alive(live.client(), probe).await?;
    let is_other = places::take_alive(there.client(), probe).await?;
    if is_other {
        places::give_alive(there.client(), probe).await?;
    }
    places::give_alive(live.client(), probe).await?;
    Ok(!is_other)
}

impl Drill {
    /// Enters the drill in the live ledger, then makes the throw-away namespace in the other database.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where a namespace of that name is there: it is not this drill's. [`Kind::Busy`] where another drill has it.
    pub async fn begin_elsewhere(
        db: Db,
        other: OtherDatabase,
        live: &Namespace,
        into: &NamespaceName,
        by: &str,
    ) -> Result<Self> {
        let OtherDatabase { db: mut there, place } = other;
        let (source, id) = (live.scope.namespace(), Uuid::new_v4());
        // Before the ledger learns of a drill that cannot begin.
        if let Err(e) = namespace::prepare_database(&mut there).await {
            return Err(lacks_rights(e, &there, &place));
        }
        if !namespaces::list(there.client(), Some(into.as_str())).await?.is_empty() {
            let taken = Error::new(Kind::Conflict, format!("creating namespace {into}")).because("its name is taken");
            return Err(not_made(&there, source, into, taken).await?);
        }
        places::take_alive(db.client(), id).await?;
        let (name, schema) = (into.as_str(), into.schema());
        let entered = places::enter(db.client(), id, (source, by), (name, &schema), &place).await;
        let began_at = effect!("drill.enter", entered?);
        match make_there(&mut there, live, into, (id, by)).await {
            Ok((scratch, key)) => {
                let ledger = DrillLedger::Apart { live: Box::new(db), place };
                Ok(Self { db: there, id, scratch, began_at, is_full: false, key, ledger, of_nothing: None })
            }
            Err(e) => {
                not_begun(&db, &mut there, (id, name, &schema)).await;
                // Another drill that was faster.
                Err(match e.kind() {
                    Kind::Conflict => not_made(&there, source, into, e).await?,
                    _ => lacks_rights(e, &there, &place),
                })
            }
        }
    }

    /// Removes the throw-away namespace, then ends the drill in the live ledger. Where the namespace stays, the report is entered, and
    /// the next drill into that database clears up.
    pub(super) async fn end_elsewhere(mut self, report: &DrillReport) -> Result<Db> {
        let (id, doing) = (self.id, "ending the drill");
        let removed = remove_there(&mut self.db, id, &self.scratch, report.verdict).await;
        let DrillLedger::Apart { live: mut db, place } = self.ledger else { return Ok(self.db) };
        let stays = removed.and_then(std::convert::identity).err();
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        report.enter(&tx).await?;
        if stays.is_none() {
            queries::note_cleared(&tx, id).await?;
        }
        effect!("drill.end", tx.commit().await.map_err(|e| explain(doing, e))?);
        places::give_alive(db.client(), id).await?;
        match stays {
            None => Ok(*db),
            Some(e) => {
                let name = self.scratch.namespace();
                let what = format!("removing the throw-away namespace {name} in {}", place.shown);
                let hint = e
                    .hint_text()
                    .map_or_else(|| format!("the next drill run --into-url {} removes it", place.shown), str::to_owned);
                Err(Error::new(e.kind(), what).because(e).hint(hint))
            }
        }
    }

    /// Removes the throw-away namespace as far as that goes, where the drill cannot go on and the live ledger cannot be told.
    pub async fn give_up(mut self) {
        if let DrillLedger::Apart { .. } = self.ledger {
            let _ = remove_there(&mut self.db, self.id, &self.scratch, DrillVerdict::Unknown).await;
        }
    }
}

/// Says what the role lacks in the other database, where that is it.
fn lacks_rights(e: Error, there: &Db, place: &PlaceRow) -> Error {
    let e = e.while_doing(format!("making a throw-away namespace in {}", place.shown));
    if sqlstate_of(&e).is_none_or(|state| state.code() != "42501") {
        return e;
    }
    let role = &there.server.user;
    e.hint(format!(
        "role {role} must own the schema eventodb_store there, or have the rights that eventodb-admin namespaces grants --role {role} \
         --as operator prints for a namespace of that database; a database of its own is simplest: CREATE DATABASE … OWNER {role}"
    ))
}

/// Makes the throw-away namespace with a row that has its marks, and takes its lock.
async fn make_there(
    there: &mut Db,
    live: &Namespace,
    into: &NamespaceName,
    (id, by): (Uuid, &str),
) -> Result<(Scope, i64)> {
    let new = throw_away(live, into, id);
    let enter = async |tx: &Transaction<'_>, scratch: &Scope| {
        let key = lifecycle::lock(tx, scratch.namespace()).await?;
        // Of the throw-away namespace itself: its owner may.
        queries::enter(tx, id, scratch.namespace(), scratch, by).await?;
        Ok((scratch.clone(), key))
    };
    let made = effect!("drill.make-there", Box::pin(namespace::create_and(there, &new, enter)).await);
    made.map(|(_, made)| made)
}

/// Takes back what little there may be of a drill that could not begin. What fails here is left to the next drill.
async fn not_begun(live: &Db, there: &mut Db, (id, name, schema): (Uuid, &str, &str)) {
    let scratch = Scope::new(name, schema, "public");
    if let Ok(Ok(())) = remove_there(there, id, &scratch, DrillVerdict::Unknown).await {
        let _ = queries::note_cleared(live.client(), id).await;
    }
    let _ = places::end_without_report(live.client(), id, DrillVerdict::Unknown.as_str()).await;
}

/// Removes a throw-away namespace by its marks, and ends its row there. What stays is the inner error.
async fn remove_there(there: &mut Db, id: Uuid, scratch: &Scope, verdict: DrillVerdict) -> Result<Result<()>> {
    let doing = "removing the throw-away namespace";
    let tx = there.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    // First: once the namespace is gone its row is nobody's.
    places::end_without_report(&tx, id, verdict.as_str()).await?;
    let removed = remove(&tx, id, scratch).await?;
    effect!("drill.remove", tx.commit().await.map_err(|e| explain(doing, e))?);
    Ok(removed)
}

/// Clears up after a drill into another database, where that one is at hand.
pub(super) async fn clear_up(live: &Db, other: Option<&mut OtherDatabase>, left: DrillLeftover) -> Result<ClearedUp> {
    let DrillLeftover { id, scratch: name, schema, place: Some(place) } = left else {
        return Ok(ClearedUp::WasGone(left.id));
    };
    let alive = |id, name: &str, place: &PlaceRow| ClearedUp::Alive(id, name.to_owned(), Some(place.shown.clone()));
    if !places::take_alive(live.client(), id).await? {
        return Ok(alive(id, &name, &place));
    }
    let cleared = match other.filter(|other| other.place.is_same(&place)) {
        None => {
            effect!("drill.note-killed", queries::note_killed(live.client(), id).await?);
            Ok(ClearedUp::LeftThere { id, scratch: name, place: place.shown })
        }
        Some(other) => match clear_there(live, other, (id, &name, &schema)).await {
            Err(e) if e.kind() == Kind::Busy => Ok(alive(id, &name, &place)),
            cleared => cleared,
        },
    };
    places::give_alive(live.client(), id).await?;
    cleared
}

async fn clear_there(
    live: &Db,
    other: &mut OtherDatabase,
    (id, name, schema): (Uuid, &str, &str),
) -> Result<ClearedUp> {
    let (place, there) = (other.shown().to_owned(), &mut other.db);
    namespace::prepare_database(there).await?;
    let scratch = Scope::new(name, schema, there.server.require_timescale()?.extension_schema.clone());
    let is_there = namespaces::list(there.client(), Some(name)).await?.iter().any(|row| row.schema == schema);
    // Its session may not know yet that the live one is gone.
    let key = if is_there { Some(lifecycle::lock(there.client(), name).await?) } else { None };
    let doing = "clearing up after a drill";
    let tx = there.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
    let was_there = queries::standing(&tx, id).await? == ScratchStatus::Ours;
    places::end_without_report(&tx, id, DrillVerdict::Killed.as_str()).await?;
    let removed = remove(&tx, id, &scratch).await?;
    effect!("drill.clear-up-there", tx.commit().await.map_err(|e| explain(doing, e))?);
    if let Some(key) = key {
        lifecycle::unlock(there.client(), key).await?;
    }
    let cleared = match removed {
        Ok(()) if was_there => ClearedUp::Removed(id, name.to_owned()),
        Ok(()) => ClearedUp::WasGone(id),
        Err(why) => ClearedUp::Stays { id, scratch: name.to_owned(), place: Some(place), why },
    };
    // In this order: what is not cleared up is come back to.
    effect!("drill.note-killed", queries::note_killed(live.client(), id).await?);
    if !matches!(cleared, ClearedUp::Stays { .. }) {
        effect!("drill.note-cleared", queries::note_cleared(live.client(), id).await?);
    }
    Ok(cleared)
}

/// Forgets what a drill has left in a database that is gone.
///
/// # Errors
/// [`Kind::Usage`] where it has left nothing in another database; [`Kind::Busy`] where it is alive.
pub async fn forget(live: &Db, drill: &queries::DrillRow) -> Result<()> {
    let doing = || format!("forgetting what drill {} has left", drill.id);
    if drill.place.is_none() || drill.cleared_at.is_some() {
        return Err(Error::usage(doing())
            .because("it has left nothing in another database")
            .hint("what a drill has left in this one, the next drill removes"));
    }
    if !places::take_alive(live.client(), drill.id).await? {
        return Err(Error::new(Kind::Busy, doing()).because("it is under way").hint("wait for it to end"));
    }
    queries::note_killed(live.client(), drill.id).await?;
    let is_noted = queries::note_cleared(live.client(), drill.id).await?;
    places::give_alive(live.client(), drill.id).await?;
    if is_noted {
        return Ok(());
    }
    Err(Error::failed(doing())
        .because("its row in the ledger is as it was")
        .hint("the owner of the namespace may do it; drill list shows what is left"))
}
