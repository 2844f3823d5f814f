//! One function a query. The SQL stands in `src/db/sql`, rows come back typed.

pub mod chunks;
pub mod clock;
pub mod copies;
pub mod counts;
pub mod coverage;
pub mod doctor;
pub mod erasures;
pub mod grants;
pub mod heads;
pub mod import;
pub mod ledger;
pub mod lifecycle;
pub mod messages;
pub mod migrations;
pub mod namespaces;
pub mod plain;
pub mod plain_messages;
pub mod policies;
pub mod recount;
pub mod rehydrate;
pub mod session;
pub mod settings;
pub mod spans;
pub mod stage;
pub mod sync;
