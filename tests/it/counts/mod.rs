//! Messages counted by hour, category and type, whatever becomes of their chunks; and reads by the server's functions that
//! notice what is archived.
// Both the binary's and the library's tools know the servers.

mod again;
mod bounded;
mod meanwhile;
mod output;
mod reads;
mod stats;

use crate::support::{cli, lab};
