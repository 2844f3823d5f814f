//! Readers see each message once, and nothing is given out twice, whoever writes, imports, clears and sets beside them.
// Both the binary's and the library's tools know the servers.
#![allow(clippy::duplicate_mod)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "support/lab.rs"]
#[allow(dead_code)]
mod lab;

#[path = "readers/beside.rs"]
mod beside;
#[path = "readers/cleared.rs"]
mod cleared;
#[path = "readers/follow.rs"]
mod follow;
#[path = "readers/given.rs"]
mod given;
#[path = "readers/horizon.rs"]
mod horizon;
#[path = "readers/moved.rs"]
mod moved;
