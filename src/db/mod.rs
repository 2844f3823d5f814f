//! The database: connections, SQL and typed rows.

pub mod connect;
pub mod conninfo;
pub mod errors;
pub mod ident;
pub mod pgpass;
pub mod server;
pub mod tls;
