//! `migrate`: plain Postgres schemas copied into namespaces, and namespaces into plain Postgres schemas.

mod back;
mod broken;
mod changes;
mod clones;
mod closed;
mod copies;
mod forward;
mod kinds;
mod live;
mod owners;
mod roles;
mod scene;
mod sources;
mod trouble;
mod way_back;
mod whole;

use crate::support::{cli, cluster, steps};
