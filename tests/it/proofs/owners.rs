//! A store has one owner.

mod clusters;
mod copies;
mod first;
mod moments;
mod scene;
mod sync;
