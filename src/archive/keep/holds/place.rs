//! Placing and releasing holds, and keeping database and stores of one mind about them.
//!
//! A hold binds from its row on, which is entered first; the objects follow. A release takes the objects first and the row last.
//! Either of them binds: wherever a run ends, what was held is held until both are gone.

use super::stored::{self, StoredHold};
use crate::archive::claim::ClaimedStore;
use crate::db::errors::sqlstate_of;
use crate::db::queries::holds::{self as queries, Hold, HoldScope};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::Store;

/// What is to be held, for which case, and who says so.
#[derive(Debug, Clone, Copy)]
pub struct Placing<'a> {
    /// The case.
    pub case: &'a str,
    /// What.
    pub scope: &'a HoldScope,
    /// What is written beside it.
    pub note: Option<&'a str>,
    /// Who.
    pub person: &'a str,
}

/// Enters a hold in the database, unless the case has the very same one. Tells whether it is new.
///
/// # Errors
/// Where a statement fails: nothing is held then.
pub async fn place(db: &Db, scope: &Scope, placing: Placing<'_>) -> Result<(Hold, bool)> {
    let namespace = scope.namespace();
    let known = queries::in_force(db.client(), namespace).await?;
    if let Some(same) = known.into_iter().find(|h| h.case == placing.case && h.scope == *placing.scope) {
        return Ok((same, false));
    }
    let what = (placing.case, placing.scope);
    let hold = effect!("hold.enter", queries::enter(db.client(), namespace, what, placing.note, placing.person).await?);
    // What the server says of its own statement is no proof.
    if queries::in_force(db.client(), namespace).await?.iter().any(|known| known.id == hold.id) {
        return Ok((hold, true));
    }
    Err(Error::new(Kind::Verification, format!("placing the hold of case {}", placing.case))
        .because("it was entered, and is not in force")
        .hint("nothing is held; a trigger or a rule on eventodb_store.holds takes it away"))
}

/// Writes those holds of the database into a store that it lacks: it is what is left where the database is lost. Returns how many
/// it lacked.
///
/// # Errors
/// Where database or store cannot be asked, or an object among the store's holds cannot be read.
pub async fn put_missing(db: &Db, scope: &Scope, store: &Store) -> Result<usize> {
    let known = queries::in_force(db.client(), scope.namespace()).await?;
    if known.is_empty() {
        return Ok(0);
    }
    let there = stored::read(store, scope.namespace()).await?;
    let lacks = |hold: &&Hold| there.iter().all(|stored| stored.hold.id != hold.id);
    let lacking: Vec<_> = known.iter().filter(lacks).collect();
    for hold in &lacking {
        stored::write(store, scope.namespace(), hold).await?;
    }
    Ok(lacking.len())
}

/// Takes a case's holds out of these stores, then out of the database. Returns how many the database had.
///
/// # Errors
/// Where one of them cannot be changed: what is left of the holds binds on.
pub async fn release(
    db: &Db,
    scope: &Scope,
    (case, person): (&str, &str),
    stored: &[(ClaimedStore, Vec<StoredHold>)],
) -> Result<u64> {
    for (store, holds) in stored {
        for hold in holds.iter().filter(|stored| stored.hold.case == case) {
            store.still_ours().await?;
            effect!("hold.delete", store.delete(&hold.key).await?);
        }
    }
    Ok(effect!("hold.release", queries::release(db.client(), scope.namespace(), case, person).await?))
}

/// What became of holds that a store has and the database does not.
#[derive(Debug, Default)]
pub struct EnteredHolds {
    /// Cases of holds that are in the database now.
    pub entered: Vec<String>,
    /// Cases of holds that only the store has: this role may not enter them, or cannot read what they are on.
    pub left: Vec<String>,
}

/// Enters the holds of a store in a database that never had them: it was lost.
///
/// # Errors
/// Where database or store cannot be asked, or an object among the store's holds cannot be read.
pub async fn enter_stored(db: &Db, scope: &Scope, store: &Store) -> Result<EnteredHolds> {
    let namespace = scope.namespace();
    let known: Vec<_> = queries::list(db.client(), namespace).await?.into_iter().map(|row| row.hold.id).collect();
    let mut done = EnteredHolds::default();
    for StoredHold { hold, is_closed, .. } in stored::read(store, namespace).await? {
        if known.contains(&hold.id) {
            continue;
        }
        let is_refused = |e: &Error| sqlstate_of(e).is_some_and(|state| state.code() == "42501");
        if is_closed {
            done.left.push(hold.case);
            continue;
        }
        match effect!("hold.enter-again", queries::enter_again(db.client(), namespace, &hold).await) {
            Err(e) if is_refused(&e) => done.left.push(hold.case),
            entered => {
                if entered? {
                    done.entered.push(hold.case);
                }
            }
        }
    }
    Ok(done)
}
