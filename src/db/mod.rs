//! The database: connections, SQL and typed rows.

pub mod connect;
pub mod conninfo;
pub mod errors;
pub mod ident;
pub mod pgpass;
pub mod server;
pub mod tls;
pub mod migrate;
pub mod queries;
pub mod scope;

pub use connect::{ConnectOptions, Db};
pub use scope::Scope;
pub use server::{Edition, Timescale};
