//! Recovering: the ledger is rebuilt from the store, heads and counts from messages and archives, and a proof shows that nothing
//! is missing.

pub(super) mod absent;
pub(super) mod coverage;
pub(super) mod crowded;
pub(super) mod describe_again;
pub(super) mod origin;
pub(super) mod rebuild_ledger;
pub(super) mod recount;
pub(super) mod unplaced;
