//! Restoring: an archive's messages come back into the hypertable, or into another namespace, for good or for a while.

pub(super) mod aggregates;
pub(super) mod bring_in;
pub(super) mod copy_to_namespace;
pub(super) mod lease;
pub(super) mod rehydrate;
pub(super) mod release;
