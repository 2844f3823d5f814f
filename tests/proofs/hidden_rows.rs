//! What a chunk holds is told by two witnesses before it is dropped.
