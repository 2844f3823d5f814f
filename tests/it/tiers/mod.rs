//! Archived messages in plain SQL: what asks for them gets them, what means live ones never asks, and each is seen once.

mod changes;
mod doctor;
mod live;
mod logins;
mod moment;
mod pages;
mod reads;
mod real;
mod removals;
mod setup;
mod stand_in;

use crate::support::{lab, steps};
