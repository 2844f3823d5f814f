//! A store has one owner.
