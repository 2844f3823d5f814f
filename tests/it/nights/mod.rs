//! `policy` and `lifecycle run`: what is done by age, night after night, with nobody watching.

mod copies;
mod harm;
mod history;
mod hooks;
mod lacking;
mod logs;
mod metrics;
mod other_runs;
mod policy;
mod report;
mod runs;
mod scene;
mod side_by_side;
mod space;
mod space_year;
mod strange_copies;
mod terminal;
mod year;
mod year_model;

use crate::support::{cli, steps};
