//! The library behind `eventodb-admin`: namespaces, messages, chunks and archives of an EventoDB store on TimescaleDB.
//!
//! Data flows one way: `cli` → `settings` → `commands` → the domain (`namespace`, `messages`, `chunks`, `archive`, `migrate`)
//! → `db` and `store`. Only `ui` prints.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod archive;
pub mod chunks;
pub mod cli;
pub mod commands;
pub mod db;
pub mod doctor;
pub mod error;
pub mod events;
pub mod failpoint;
pub mod lifecycle;
pub mod messages;
pub mod migrate;
pub mod namespace;
pub mod progress;
pub mod settings;
pub mod stats;
pub mod stop;
pub mod store;
mod text;
pub mod ui;

pub use error::{Error, Kind, Result};
