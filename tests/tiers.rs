//! Archived messages in plain SQL: what asks for them gets them, what means live ones never asks, and each is seen once.
#![allow(clippy::duplicate_mod)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "tiers/changes.rs"]
mod changes;
#[path = "tiers/doctor.rs"]
mod doctor;
#[path = "support/lab.rs"]
#[allow(dead_code)]
mod lab;
#[path = "tiers/live.rs"]
mod live;
#[path = "tiers/moment.rs"]
mod moment;
#[path = "tiers/pages.rs"]
mod pages;
#[path = "tiers/reads.rs"]
mod reads;
#[path = "tiers/real.rs"]
mod real;
#[path = "tiers/removals.rs"]
mod removals;
#[path = "tiers/setup.rs"]
mod setup;
#[path = "tiers/stand_in.rs"]
mod stand_in;
