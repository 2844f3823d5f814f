//! Worlds in which a proof would vouch for itself: rows that are hidden, copies of the database, stores that are not the
//! one they were. In each, no message may be lost, and none may come back twice or altered.

mod bring_back;
mod bytes;
mod described_again;
mod durable;
mod effects;
mod full_disk;
mod hidden_rows;
mod only_copies;
mod only_copies_claims;
mod only_copies_generations;
mod only_copies_parts;
mod owners;
mod pooler;
mod stores;
mod two_stores;

use crate::support::{cli, cluster};
