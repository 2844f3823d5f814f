//! A drill under way: its sessions, its throw-away namespace, and where its ledger is.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::db::queries::drill_places::PlaceRow;
use crate::db::{Db, Scope};
use crate::error::Error;

/// A drill under way. It is alive as long as its session, which holds the lifecycle lock of the throw-away namespace.
#[derive(Debug)]
pub struct Drill {
    /// The session of the throw-away namespace.
    pub(super) db: Db,
    pub(super) id: Uuid,
    pub(super) scratch: Scope,
    pub(super) began_at: DateTime<Utc>,
    /// Whether something was brought in that is not known to be out again.
    pub(super) is_full: bool,
    pub(super) key: i64,
    pub(super) ledger: DrillLedger,
    /// How long an archive without messages would take, as far as that is timed apart; none before the first archive.
    pub(super) of_nothing: Option<Duration>,
}

/// Where the ledger is that a drill is entered in.
#[derive(Debug)]
pub(super) enum DrillLedger {
    /// In the database of the throw-away namespace.
    Beside,
    /// In the live database, which is another one: a session there, and the throw-away namespace's place.
    Apart { live: Box<Db>, place: PlaceRow },
}

impl Drill {
    /// Its number.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// When it began.
    pub const fn began_at(&self) -> DateTime<Utc> {
        self.began_at
    }

    /// The throw-away namespace.
    pub const fn scratch(&self) -> &Scope {
        &self.scratch
    }

    /// A session of the live database.
    pub fn live_db(&self) -> &Db {
        match &self.ledger {
            DrillLedger::Beside => &self.db,
            DrillLedger::Apart { live, .. } => live,
        }
    }

    /// Whether the session of the throw-away namespace has ended: nothing can be brought back any more.
    pub async fn is_cut_off(&self) -> bool {
        self.db.client().is_closed() || self.db.client().simple_query("").await.is_err()
    }

    /// The other database that it is in, where it is not in the live one.
    pub fn place(&self) -> Option<&str> {
        match &self.ledger {
            DrillLedger::Beside => None,
            DrillLedger::Apart { place, .. } => Some(&place.shown),
        }
    }
}

/// What became of what an earlier drill has left.
#[derive(Debug)]
pub enum ClearedUp {
    /// It is gone.
    Removed(Uuid, String),
    /// It was gone already.
    WasGone(Uuid),
    /// The drill is alive, here or in another database.
    Alive(Uuid, String, Option<String>),
    /// It may have left a namespace in another database, which is not at hand.
    LeftThere {
        /// The drill.
        id: Uuid,
        /// The throw-away namespace.
        scratch: String,
        /// `host:port/database`.
        place: String,
    },
    /// It stays, and why.
    Stays {
        /// The drill.
        id: Uuid,
        /// The throw-away namespace.
        scratch: String,
        /// `host:port/database`, where it is another database.
        place: Option<String>,
        /// Why.
        why: Error,
    },
}
