//! The state of an erasure, and which archives it is about.

use std::collections::BTreeSet;

use super::record::ErasedRecord;
use crate::archive::{ArchiveRow, ErasureRow, Objects, Proofs};
use crate::commands::app::{ArchiveStores, Context, Failures};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::store::ObjectLock;
use crate::stream_name::category_of;

/// An archive that may hold what is erased, and that was looked for in another store than its own.
pub(super) struct PlacedElsewhere {
    pub(super) archive: ArchiveRow,
    /// Where the ledger has it.
    pub(super) url: String,
    /// Whether its data was in the store that was asked for: it was moved, or lies in both.
    pub(super) is_in_given: bool,
}

/// What an erasure is about, and how far it has come.
pub(super) struct ErasureRun<'a> {
    pub(super) context: &'a Context,
    pub(super) scope: &'a Scope,
    pub(super) streams: Vec<String>,
    /// Stores that are out of service and gone for good.
    pub(super) gone: BTreeSet<String>,
    /// What the ledger has in other stores than the one that was asked for.
    pub(super) elsewhere: Vec<PlacedElsewhere>,
    pub(super) records: Vec<ErasureRow>,
    pub(super) stores: ArchiveStores<'a>,
    /// Of archives that are written anew.
    pub(super) object_lock: Option<ObjectLock>,
    pub(super) failures: Failures<'a>,
    pub(super) proofs: Proofs,
    /// What is not erased yet, and why.
    pub(super) left: Vec<String>,
    pub(super) done: Vec<ErasedRecord>,
}

impl ErasureRun<'_> {
    pub(super) fn fail(&mut self, noun: &str, name: &str, e: Error) {
        self.left.push(format!("{noun} {name}: {e}"));
        self.failures.add(noun, name, e);
    }
}

/// The ledger, with what its archives have of these streams' categories.
pub(super) async fn listed(db: &Db, scope: &Scope, streams: &[String]) -> Result<Vec<ArchiveRow>> {
    let categories: Vec<&str> = streams.iter().map(|stream| category_of(stream)).collect();
    ledger::list_with(db.client(), scope.namespace(), &categories).await
}

/// Archives that may have objects with messages of these streams, by what the ledger counts. That objects were deleted is the
/// ledger's word only: they are looked for.
pub(super) fn candidates(archives: &[ArchiveRow], streams: &[String]) -> Vec<ArchiveRow> {
    let may_hold = |a: &&ArchiveRow| {
        a.objects != Objects::Erasing
            && a.object_key.is_some()
            && a.category_counts.as_ref().is_none_or(|c| streams.iter().any(|s| c.get(category_of(s)).is_some()))
    };
    archives.iter().filter(may_hold).cloned().collect()
}
