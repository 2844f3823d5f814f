//! What Message DB's functions and EventoDB's server do, row by row, in a hypertable namespace and in a plain one.
// Both the binary's and the library's tools know the servers.

mod batches;
mod categories;
#[path = "../../../examples/driver.rs"]
mod driver;
mod events;
mod json;
mod last_position;
mod message_db;
mod plain;
mod scene;
mod server;

use crate::support::cli;
