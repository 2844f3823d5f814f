//! Retiring: archives expire, are pruned, and what nobody needs is swept from the stores.

pub mod discard;
pub(super) mod expire;
pub(super) mod prune;
pub(super) mod remove_objects;
pub(super) mod sweep;
