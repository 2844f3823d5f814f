//! A store that does all it can to make a run lose messages, on the real binary and a real S3 server with a proxy
//! before it: what passes is waited for, what stays is reported, and nothing is dropped on doubt.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]
// The binary's support and the library's both find the servers.
#![allow(clippy::duplicate_mod)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;
#[path = "hostile/damage.rs"]
mod damage;
#[path = "hostile/gone.rs"]
mod gone;
#[path = "support/lab.rs"]
#[allow(dead_code)]
mod lab;
#[path = "hostile/large.rs"]
mod large;
#[path = "hostile/lasting.rs"]
mod lasting;
#[path = "hostile/passing.rs"]
mod passing;
#[path = "support/proxy.rs"]
#[allow(dead_code)]
mod proxy;
#[path = "hostile/reading.rs"]
mod reading;
#[path = "hostile/scene.rs"]
mod scene;
#[path = "support/steps.rs"]
#[allow(dead_code)]
mod steps;
#[path = "hostile/sweep.rs"]
mod sweep;
