//! Reading: archives are proven, loaded into a table, searched, and read in place.

pub mod archive_filter;
pub mod find;
pub mod in_place;
pub(super) mod load;
pub mod query_engines;
pub mod repeats;
pub(super) mod verify;
