//! Who may do what, what reaches SQL and the store, and what nobody gets to see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "security/drills.rs"]
mod drills;
#[path = "security/functions.rs"]
mod functions;
#[path = "security/history.rs"]
mod history;
#[path = "security/holds.rs"]
mod holds;
#[path = "security/injection.rs"]
mod injection;
#[path = "security/lock.rs"]
mod lock;
#[path = "security/logins.rs"]
mod logins;
#[path = "security/logs.rs"]
mod logs;
#[path = "security/one_namespace.rs"]
mod one_namespace;
#[path = "security/paths.rs"]
mod paths;
#[path = "security/permissions.rs"]
mod permissions;
#[path = "security/planted.rs"]
mod planted;
#[path = "support/rogue.rs"]
#[allow(dead_code)]
mod rogue;
#[path = "security/roles.rs"]
mod roles;
#[path = "security/secrets.rs"]
mod secrets;
