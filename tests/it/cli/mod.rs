//! The command line, on the real binary: what it prints, where, and with which exit code.

mod chunks;
mod completions;
mod config;
mod encryption;
mod messages;
mod namespaces;
mod signals;
mod stores;
mod usage;

use crate::support::{cli, s3_server};
