//! The command line, on the real binary: what it prints, where, and with which exit code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "cli/chunks.rs"]
mod chunks;
#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "cli/config.rs"]
mod config;
#[path = "cli/encryption.rs"]
mod encryption;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/namespaces.rs"]
mod namespaces;
#[path = "support/s3_server.rs"]
mod s3_server;
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/stores.rs"]
mod stores;
#[path = "cli/usage.rs"]
mod usage;
