//! Who may do what, what reaches SQL and the store, and what nobody gets to see.

mod answers;
mod bounds;
mod drills;
mod foreign_code;
mod functions;
mod history;
mod holds;
mod injection;
mod lock;
mod logins;
mod logs;
mod one_namespace;
mod own_rows;
mod owners;
mod paths;
mod permissions;
mod planted;
mod roles;
mod secrets;

use crate::support::{cli, rogue};
