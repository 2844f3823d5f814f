//! Worlds in which a proof would vouch for itself: rows that are hidden, copies of the database, stores that are not the
//! one they were. In each, no message may be lost, and none may come back twice or altered.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "support/cluster.rs"]
#[allow(dead_code)]
mod cluster;

#[path = "proofs/bring_back.rs"]
mod bring_back;
#[path = "proofs/bytes.rs"]
mod bytes;
#[path = "proofs/durable.rs"]
mod durable;
#[path = "proofs/effects.rs"]
mod effects;
#[path = "proofs/hidden_rows.rs"]
mod hidden_rows;
#[path = "proofs/only_copies.rs"]
mod only_copies;
#[path = "proofs/only_copies_claims.rs"]
mod only_copies_claims;
#[path = "proofs/only_copies_generations.rs"]
mod only_copies_generations;
#[path = "proofs/only_copies_parts.rs"]
mod only_copies_parts;
#[path = "proofs/owners.rs"]
mod owners;
#[path = "proofs/pooler.rs"]
mod pooler;
#[path = "proofs/stores.rs"]
mod stores;
#[path = "proofs/two_stores.rs"]
mod two_stores;
