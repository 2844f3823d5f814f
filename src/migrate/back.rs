//! A namespace copied into a plain Postgres schema.
