//! Readers see each message once, and nothing is given out twice, whoever writes, imports, clears and sets beside them.
// Both the binary's and the library's tools know the servers.

mod beside;
mod cleared;
mod follow;
mod given;
mod horizon;
mod moved;

use crate::support::{cli, lab};
