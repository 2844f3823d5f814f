//! The library behind `eventodb-admin`: namespaces, messages, chunks and archives of an EventoDB store on TimescaleDB.
//!
//! # As a driver
//! [`events`] writes and reads events on any connection; [`namespace`] makes, lists and deletes namespaces; [`chunks`] and
//! [`archive`] do what the program's verbs of these names do. `examples/driver.rs` goes through all of it.
//!
//! ```no_run
//! use eventodb_admin::db::conninfo::ConnInfo;
//! use eventodb_admin::db::{ConnectOptions, Connector};
//! use eventodb_admin::events::{Events, Expect, NewEvent, Pool, Reading, StreamQuery};
//!
//! # async fn example() -> eventodb_admin::Result<()> {
//! let info = ConnInfo::resolve(Some("postgres://events@db.example.org/events"), &|_| None)?;
//! let pool = Pool::new(Connector { info, options: ConnectOptions::default() }, 8)?;
//! let mut db = pool.get().await?;
//!
//! let events = Events::open(db.client(), "bank").await?;
//! let account = "account-1".parse()?;
//! let opened = NewEvent::new("Opened", None);
//! events.write(db.client_mut(), &account, Expect::NoStream, &opened).await?;
//!
//! let page = StreamQuery { stream: &account, from: 0, limit: 100, reading: Reading::Complete };
//! for event in events.read_stream(db.client(), page).await? {
//!     assert_eq!(event.message_type, "Opened");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # How it is built
//! Data flows one way: `cli` → `settings` → `commands` → the domain (`namespace`, `events`, `messages`, `chunks`, `archive`, `migrate`)
//! → `db` and `store`. Only `ui` prints.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod about;
pub mod archive;
pub mod chunks;
pub mod cli;
pub mod commands;
pub mod db;
pub mod doctor;
pub mod error;
pub mod events;
pub mod failpoint;
#[cfg(any(test, fuzzing))]
#[allow(clippy::expect_used, clippy::missing_panics_doc)]
pub mod fuzzed;
pub mod hooks;
mod http_client;
pub mod lifecycle;
pub mod messages;
pub mod migrate;
pub mod namespace;
mod permissions;
pub mod progress;
pub mod report;
mod serve;
pub mod settings;
pub mod stats;
pub mod stop;
pub mod store;
mod stream_name;
mod text;
pub mod timings;
pub mod ui;

pub use error::{Error, Kind, Result};
