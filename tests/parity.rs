//! What Message DB's functions and EventoDB's server do, row by row, in a hypertable namespace and in a plain one.
// Both the binary's and the library's tools know the servers.
#![allow(clippy::duplicate_mod)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "parity/batches.rs"]
mod batches;
#[path = "parity/categories.rs"]
mod categories;
#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "../examples/driver.rs"]
mod driver;
#[path = "parity/events.rs"]
mod events;
#[path = "parity/json.rs"]
mod json;
#[path = "parity/message_db.rs"]
mod message_db;
#[path = "parity/plain.rs"]
mod plain;
#[path = "parity/scene.rs"]
mod scene;
#[path = "parity/server.rs"]
mod server;
