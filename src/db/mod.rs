//! The database: connections, SQL and typed rows.

pub mod connect;
pub mod connector;
pub mod conninfo;
pub mod errors;
pub mod ident;
pub mod migrate;
pub mod pgpass;
pub mod queries;
pub mod savepoint;
pub mod scope;
mod secret;
pub mod server;
pub mod tls;

pub use connect::{ConnectOptions, Db};
pub use connector::Connector;
pub use scope::{Layout, Scope};
pub use server::{Edition, Timescale};
