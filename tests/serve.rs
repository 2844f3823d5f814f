//! Archived messages in SQL: `serve` answers exactly as the database would have, or refuses; nothing is ever short.
// Both the binary's and the library's tools know the servers.
#![allow(clippy::duplicate_mod)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "support/proxy.rs"]
#[allow(dead_code)]
mod proxy;
#[path = "support/steps.rs"]
#[allow(dead_code)]
mod steps;

#[path = "serve/access.rs"]
mod access;
#[path = "serve/changes.rs"]
mod changes;
#[path = "serve/differential.rs"]
mod differential;
#[path = "serve/failures.rs"]
mod failures;
#[path = "serve/far_end.rs"]
mod far_end;
#[path = "serve/moment.rs"]
mod moment;
#[path = "serve/nasty.rs"]
mod nasty;
#[path = "serve/on_s3.rs"]
mod on_s3;
#[path = "serve/random.rs"]
mod random;
