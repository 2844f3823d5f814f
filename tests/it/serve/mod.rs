//! Archived messages in SQL: `serve` answers exactly as the database would have, or refuses; nothing is ever short.
// Both the binary's and the library's tools know the servers.

mod access;
mod chains;
mod changes;
mod differential;
mod failures;
mod far_end;
mod kept;
mod large;
mod moment;
mod nasty;
mod nested;
mod newcomers;
mod on_s3;
mod overtaken;
mod random;

use crate::support::{cli, proxy, steps};
