//! The database: connections, SQL and typed rows.
