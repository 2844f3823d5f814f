//! A store that does all it can to make a run lose messages, on the real binary and a real S3 server with a proxy
//! before it: what passes is waited for, what stays is reported, and nothing is dropped on doubt.
// The binary's support and the library's both find the servers.

mod damage;
mod gone;
mod large;
mod lasting;
mod passing;
mod reading;
mod scene;
mod sweep;

use crate::support::{cli, lab, proxy, steps};
