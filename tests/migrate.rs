//! `migrate`: plain Postgres schemas copied into namespaces, and namespaces into plain Postgres schemas.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "support/cluster.rs"]
#[allow(dead_code)]
mod cluster;

#[path = "migrate/back.rs"]
mod back;
#[path = "migrate/broken.rs"]
mod broken;
#[path = "migrate/closed.rs"]
mod closed;
#[path = "migrate/copies.rs"]
mod copies;
#[path = "migrate/forward.rs"]
mod forward;
#[path = "migrate/live.rs"]
mod live;
#[path = "migrate/owners.rs"]
mod owners;
#[path = "migrate/roles.rs"]
mod roles;
#[path = "migrate/scene.rs"]
mod scene;
#[path = "migrate/sources.rs"]
#[allow(dead_code)]
mod sources;
#[path = "support/steps.rs"]
#[allow(dead_code)]
mod steps;
#[path = "migrate/trouble.rs"]
mod trouble;
#[path = "migrate/way_back.rs"]
mod way_back;
#[path = "migrate/whole.rs"]
mod whole;
