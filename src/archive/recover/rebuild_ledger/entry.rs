//! What is found in a store beside what the ledger knows.

use std::collections::BTreeSet;

use super::super::coverage::CoverageFinding;
use super::headless::Headless;
use crate::archive::format::manifest::Manifest;
use crate::db::queries::ledger::State;
use crate::store::ObjectKey;

/// What a manifest in the store turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManifestStatus {
    /// The ledger has it.
    Known(State),
    /// Its messages are nowhere else: it goes into the ledger as dropped.
    OnlyCopy,
    /// Its messages are in the hypertable as well: it goes into the ledger as rehydrated.
    Live,
    /// Another manifest has taken its place, others hold all of its messages, or it was deleted in its time: it goes into the
    /// ledger as expired.
    Replaced,
    /// So many of its messages are in it alone, the others are live or in other archives as well: it goes into the ledger as
    /// expired, from where what is missing can be put back.
    Partly {
        /// Messages.
        alone: i64,
    },
    /// The ledger has it in this state, and does not know yet of the manifest that has taken its place: it becomes expired.
    Overtaken(State),
}

impl ManifestStatus {
    /// The state that the ledger has, or gets.
    pub const fn state(self) -> State {
        match self {
            Self::Known(state) => state,
            Self::OnlyCopy => State::Dropped,
            Self::Live => State::Rehydrated,
            Self::Replaced | Self::Partly { .. } | Self::Overtaken(_) => State::Expired,
        }
    }
}

/// A manifest in the store.
#[derive(Debug, Clone)]
pub struct FoundManifest {
    /// Its key.
    pub key: ObjectKey,
    /// Its hash.
    pub sha256: String,
    /// What it says; frames that proving it can do without are left out.
    pub manifest: Manifest,
    /// What becomes of it.
    pub standing: ManifestStatus,
    /// Its number in the ledger, once it has one.
    pub archive_id: Option<i64>,
    /// Whether a tombstone is what there is of it.
    pub is_deleted: bool,
    /// Whether that says that its messages were given up with it.
    pub is_given_up: bool,
    /// Rows of the ledger of the same objects, which gave it up, where it goes into the ledger again.
    pub former: Vec<i64>,
    /// The manifests of the archives that hold all of its messages together, where their data tells and no manifest does.
    pub held_by: Vec<ObjectKey>,
}

impl FoundManifest {
    /// Whether its messages were given up with it while the ledger still counts on them.
    pub fn was_given_up_meanwhile(&self) -> bool {
        self.is_deleted && self.is_given_up && self.standing == ManifestStatus::Overtaken(State::Dropped)
    }
}

/// Which archives go into the ledger again that it gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entering {
    /// Those of attempts that failed whose messages the namespace still counts on.
    Expected,
    /// All whose messages are nowhere else, and whose places are free.
    Forgotten,
}

/// What the store holds beside what the ledger knows.
#[derive(Debug)]
pub struct Survey {
    /// Manifests, in the order in which they were made.
    pub entries: Vec<FoundManifest>,
    /// What is left out of the ledger, or cannot be right, and why.
    pub findings: Vec<CoverageFinding>,
    /// Data of which neither a manifest nor the ledger tells.
    pub headless: Vec<Headless>,
    /// Whether some were left out that [`Entering::Forgotten`] would have entered.
    pub is_forgotten: bool,
    /// Manifests that are another database's, and left out: each is a finding.
    pub others: usize,
    /// What `--from` takes to have those entered.
    pub lineages: BTreeSet<String>,
    /// The database whose archives they are, where the namespace has nothing of its own.
    pub adopted_from: Option<String>,
    /// Archives that the ledger has in another store, and that were noted as copies here.
    pub copies: u64,
}

/// Whether the ledger has given it up.
pub(super) const fn is_idle(state: State) -> bool {
    matches!(state, State::Failed | State::Expired)
}

/// What is wrong with the archive of a manifest.
pub(super) fn finding(key: &ObjectKey, why: impl std::fmt::Display) -> CoverageFinding {
    CoverageFinding { kind: "archive", text: format!("{key}: {why}") }
}
