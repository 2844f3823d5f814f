//! What comes back for a while or elsewhere, and what goes for good: leases, copies into another namespace, erasures,
//! archives that are encrypted to others, and archives past their time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "leases/aws.rs"]
mod aws;
#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;

#[path = "leases/drills.rs"]
mod drills;
#[path = "leases/drills_elsewhere.rs"]
mod drills_elsewhere;
#[path = "leases/drills_found.rs"]
mod drills_found;
#[path = "leases/erase.rs"]
mod erase;
#[path = "leases/hold_scopes.rs"]
mod hold_scopes;
#[path = "leases/holds.rs"]
mod holds;
#[path = "leases/into.rs"]
mod into;
#[path = "leases/lease.rs"]
mod lease;
#[path = "leases/locks/mod.rs"]
mod locks;
#[path = "support/proxy.rs"]
#[allow(dead_code)]
mod proxy;
#[path = "leases/prune.rs"]
mod prune;
#[path = "leases/rekey.rs"]
mod rekey;
#[path = "leases/rekey_everywhere.rs"]
mod rekey_everywhere;
#[path = "leases/scene.rs"]
mod scene;
#[path = "leases/versions.rs"]
mod versions;
