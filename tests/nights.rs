//! `policy` and `lifecycle run`: what is done by age, night after night, with nobody watching.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::pedantic, missing_docs)]

#[path = "support/cli.rs"]
#[allow(dead_code)]
mod cli;

#[path = "nights/copies.rs"]
mod copies;
#[path = "nights/harm.rs"]
mod harm;
#[path = "nights/history.rs"]
mod history;
#[path = "nights/hooks.rs"]
mod hooks;
#[path = "nights/logs.rs"]
mod logs;
#[path = "nights/metrics.rs"]
mod metrics;
#[path = "nights/other_runs.rs"]
mod other_runs;
#[path = "nights/policy.rs"]
mod policy;
#[path = "nights/report.rs"]
mod report;
#[path = "nights/runs.rs"]
mod runs;
#[path = "nights/scene.rs"]
mod scene;
#[path = "nights/side_by_side.rs"]
mod side_by_side;
#[path = "nights/space.rs"]
mod space;
#[path = "nights/space_year.rs"]
mod space_year;
#[path = "support/steps.rs"]
#[allow(dead_code)]
mod steps;
#[path = "nights/strange_copies.rs"]
mod strange_copies;
#[path = "nights/terminal.rs"]
mod terminal;
#[path = "nights/year.rs"]
mod year;
#[path = "nights/year_model.rs"]
mod year_model;
