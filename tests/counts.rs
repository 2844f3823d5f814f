//! Messages counted by hour, category and type, whatever becomes of their chunks; and reads by the server's functions that
//! notice what is archived.
// Both the binary's and the library's tools know the servers.
#![allow(clippy::duplicate_mod)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "counts/again.rs"]
mod again;
#[path = "counts/bounded.rs"]
mod bounded;
#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "support/lab.rs"]
#[allow(dead_code)]
mod lab;
#[path = "counts/meanwhile.rs"]
mod meanwhile;
#[path = "counts/output.rs"]
mod output;
#[path = "counts/reads.rs"]
mod reads;
#[path = "counts/stats.rs"]
mod stats;
