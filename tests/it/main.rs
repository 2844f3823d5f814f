//! All that runs on servers: a module for each subject, in one program, so that one build makes them all.
#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::pedantic,
    missing_docs
)]

mod support;

mod archive;
mod cli;
mod clocks;
mod connection;
mod counts;
mod damage;
mod disaster;
mod doctor;
mod failpoints;
mod flights;
mod histories;
mod hostile;
mod leases;
mod lives;
mod messages;
mod migrate;
mod nights;
mod packaging;
mod parity;
mod passed_over;
mod proofs;
mod reach;
mod readers;
mod rivals;
mod schema;
mod security;
mod serve;
mod stopping;
mod store;
mod tiers;
