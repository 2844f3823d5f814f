//! The two protocols that keep writers out of a chunk while it is archived.

pub(super) mod freeze;
pub(super) mod lock;
