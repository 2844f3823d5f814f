//! A store has one owner.

mod clusters;
mod copies;
mod first;
mod moments;
mod restored;
mod scene;
mod sync;
