//! Holds: what a court or an authority has asked to be kept is neither pruned, expired, erased nor discarded.
//!
//! A hold is a row in the database and an object in each of the namespace's stores; either of them binds. Every path by which
//! messages, or the objects of an archive that holds some, could go asks here first: [`unheld`] for an archive, [`refuse_chunk`]
//! for a chunk, [`refuse_erasure`] for streams, [`refuse_namespace`] for all of it, and
//! [`RemovalCheck`](super::removable::RemovalCheck) for what is of no use any more. What cannot be told counts as held.

mod live;
mod of_archive;
mod place;
mod stored;

use std::fmt;

use chrono::{DateTime, Utc};
pub use live::{ErasureRequest, refuse_chunk, refuse_chunk_in, refuse_erasure, refuse_erasure_in, refuse_namespace};
pub use of_archive::{Unheld, unheld};
pub use place::{EnteredHolds, Placing, enter_stored, place, put_missing, release};
pub use stored::{StoredHold, read as read_stored};

use crate::db::queries::holds::{self as queries, Hold, HoldScope};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::Store;
use crate::stream_name::category_of;

/// Refuses to delete in a store that has holds of which the database knows nothing.
///
/// # Errors
/// [`Kind::Conflict`] where it has some; where database or store cannot be asked.
pub async fn refuse_unknown(db: &Db, scope: &Scope, store: &Store) -> Result<()> {
    let known = Holds::of(db, scope).await?;
    for stored in read_stored(store, scope.namespace()).await? {
        if known.0.iter().all(|hold| hold.id != stored.hold.id) {
            return Err(HeldBy::new(&stored.hold).refusal(format!("deleting copies of archives in {}", store.url())));
        }
    }
    Ok(())
}

/// What to do about something that is held.
const HINT: &str = "it stays as it is. Whoever has asked for the hold says when it ends; only then: eventodb-admin holds release \
                    --case CASE (eventodb-admin holds list shows what is held)";

/// The hold that keeps something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBy {
    case: String,
    scope: String,
    /// Why nobody can tell whether it is on it.
    why: Option<String>,
}

impl HeldBy {
    fn new(hold: &Hold) -> Self {
        Self { case: hold.case.clone(), scope: hold.scope.to_string(), why: None }
    }

    fn untold(hold: &Hold, why: impl fmt::Display) -> Self {
        Self { why: Some(why.to_string()), ..Self::new(hold) }
    }

    /// The refusal: exit code 4.
    pub fn refusal(self, doing: impl Into<String>) -> Error {
        let hint = HINT.replace("CASE", &word(&self.case));
        Error::new(Kind::Conflict, doing).because(self).hint(hint)
    }

    /// The hold that an error is about, if it is one of a hold.
    pub fn of(e: &Error) -> Option<&Self> {
        e.find_cause()
    }
}

/// A name as a shell takes it.
fn word(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if is_plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}

impl fmt::Display for HeldBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            None => write!(f, "case {} holds it ({})", self.case, self.scope),
            Some(why) => write!(f, "case {} may hold it ({}), and nobody can tell: {why}", self.case, self.scope),
        }
    }
}

impl std::error::Error for HeldBy {}

impl fmt::Display for HoldScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.stream, &self.category) {
            (Some(stream), _) => write!(f, "stream {stream}")?,
            (None, Some(category)) => write!(f, "category {category}")?,
            (None, None) => f.write_str("all streams")?,
        }
        let day = |t: DateTime<Utc>| {
            let text = t.format("%Y-%m-%d %H:%M:%S").to_string();
            text.strip_suffix(" 00:00:00").map_or_else(|| text.clone(), str::to_owned)
        };
        if let Some(from) = self.from {
            write!(f, " from {}", day(from))?;
        }
        if let Some(to) = self.to {
            write!(f, " to {}", day(to))?;
        }
        Ok(())
    }
}

impl HoldScope {
    /// Whether it is on messages of this stream, whatever their times.
    pub fn is_on_stream(&self, stream: &str) -> bool {
        self.stream.as_ref().is_none_or(|held| held == stream)
            && self.category.as_ref().is_none_or(|held| held == category_of(stream))
    }

    /// Whether some of what lies between these instants, both included, may be of its time.
    pub fn meets(&self, first: DateTime<Utc>, last: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first < to)
    }

    /// Whether it is on every stream.
    pub const fn is_on_all_streams(&self) -> bool {
        self.stream.is_none() && self.category.is_none()
    }

    /// Whether it is on messages of whatever time.
    pub const fn is_on_all_times(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}

/// The holds in force that are known, each once.
#[derive(Debug, Clone, Default)]
pub struct Holds(Vec<Hold>);

impl Holds {
    /// Those of the database.
    ///
    /// # Errors
    /// Where they cannot be seen.
    pub async fn of(db: &Db, scope: &Scope) -> Result<Self> {
        Ok(Self(queries::in_force(db.client(), scope.namespace()).await?))
    }

    /// With those that a store has: the database may have been lost and made anew.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where one of them cannot be read; where the store cannot be asked.
    pub async fn and_in(mut self, store: &Store, scope: &Scope) -> Result<Self> {
        for stored in stored::read(store, scope.namespace()).await? {
            if self.0.iter().all(|known| known.id != stored.hold.id) {
                self.0.push(stored.hold);
            }
        }
        Ok(self)
    }

    /// Whether none is in force.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The cases that they are for, each once.
    pub fn cases(&self) -> Vec<&str> {
        let mut cases: Vec<&str> = self.0.iter().map(|hold| hold.case.as_str()).collect();
        cases.sort_unstable();
        cases.dedup();
        cases
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> DateTime<Utc> {
        format!("{day}T00:00:00Z").parse().unwrap()
    }

    #[test]
    fn a_hold_is_on_its_stream_its_category_and_its_time() {
        let stream = HoldScope { stream: Some("account-1".to_owned()), ..HoldScope::default() };
        assert!(stream.is_on_stream("account-1") && !stream.is_on_stream("account-10"));
        let category = HoldScope { category: Some("account".to_owned()), ..HoldScope::default() };
        assert!(category.is_on_stream("account-1") && category.is_on_stream("account"));
        assert!(!category.is_on_stream("accounts-1"));
        assert!(HoldScope::default().is_on_stream("any"));
        let times = HoldScope { from: Some(at("2013-02-01")), to: Some(at("2013-03-01")), ..HoldScope::default() };
        for (first, last, meets) in [
            ("2013-01-01", "2013-01-31", false),
            ("2013-01-01", "2013-02-01", true),
            ("2013-02-10", "2013-02-11", true),
            ("2013-02-28", "2013-04-01", true),
            ("2013-03-01", "2013-04-01", false),
        ] {
            assert_eq!(times.meets(at(first), at(last)), meets, "{first} {last}");
        }
        assert!(HoldScope::default().meets(at("2013-01-01"), at("2013-01-01")));
    }

    #[test]
    fn a_refusal_names_the_case_and_what_is_held_and_can_be_told_from_others() {
        let scope = HoldScope { stream: Some("a-1".to_owned()), from: Some(at("2013-02-01")), ..HoldScope::default() };
        let hold = Hold {
            id: uuid::Uuid::nil(),
            case: "7 O 12/26".to_owned(),
            scope,
            note: None,
            placed_at: at("2026-01-01"),
            placed_by: "x".to_owned(),
        };
        let e = HeldBy::new(&hold).refusal("deleting archive 7").while_doing("night");
        assert_eq!(e.kind(), Kind::Conflict);
        assert_eq!(e.to_string(), "night: deleting archive 7: case 7 O 12/26 holds it (stream a-1 from 2013-02-01)");
        assert!(e.hint_text().unwrap().contains("holds release --case '7 O 12/26'"));
        assert!(HeldBy::of(&e) == Some(&HeldBy::new(&hold)));
        assert_eq!(HeldBy::of(&Error::new(Kind::Conflict, "x").because("held")), None);
        assert!(HeldBy::untold(&hold, "no list").to_string().ends_with("nobody can tell: no list"));
    }
}
