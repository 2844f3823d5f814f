//! Rows that are hidden are not rows that are not there: two counts, by two ways, before anything goes.

mod counts;
mod doubles;
mod scene;
mod settings;
mod skipped;
