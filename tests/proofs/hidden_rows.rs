//! Rows that are hidden are not rows that are not there: two counts, by two ways, before anything goes.

#[path = "hidden_rows/counts.rs"]
mod counts;
#[path = "hidden_rows/doubles.rs"]
mod doubles;
#[path = "hidden_rows/scene.rs"]
mod scene;
#[path = "hidden_rows/settings.rs"]
mod settings;
