//! Migrations: a plain Postgres schema copied into a namespace, once, and a namespace copied back into one.

pub mod back;
