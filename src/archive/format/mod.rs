//! The format: what an archive's objects are, byte for byte. A database is not needed to read or write them, and the only thing
//! that is asked of a store is a manifest. Everything else in `archive` rests on this.

pub(super) mod codec;
pub(super) mod copy_binary;
pub(super) mod csv;
pub(super) mod doubled;
pub(super) mod encryption;
pub(super) mod ledger_row;
pub(super) mod manifest;
pub(super) mod object_names;
pub(super) mod stream_list;
pub(super) mod tombstone;
