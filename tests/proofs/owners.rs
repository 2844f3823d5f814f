//! A store has one owner.

#[path = "owners_cluster.rs"]
mod clusters;
#[path = "owners_copies.rs"]
mod copies;
#[path = "owners_first.rs"]
mod first;
#[path = "owners_moments.rs"]
mod moments;
#[path = "owners_scene.rs"]
mod scene;
#[path = "owners_sync.rs"]
mod sync;
