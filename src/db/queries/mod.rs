//! One function a query. The SQL stands in `src/db/sql`, rows come back typed.

pub mod aggregates;
mod all_chunks;
pub mod archive_copies;
pub mod chunks;
pub mod claims;
pub mod clock;
pub mod constraints;
pub mod copies;
pub mod counts;
pub mod coverage;
pub mod disk;
pub mod doctor;
pub mod doubles;
pub mod drill_compare;
pub mod drill_places;
pub mod drills;
pub mod erasures;
pub mod foreign_code;
pub mod grants;
pub mod growth;
pub mod heads;
pub mod history;
pub mod holds;
pub mod horizon;
pub mod import;
pub mod ledger;
pub mod lifecycle;
pub mod messages;
pub mod migrations;
pub mod namespaces;
mod new_chunks;
mod own_chunks;
pub mod plain;
pub mod plain_messages;
pub mod policies;
pub mod recount;
pub mod rehydrate;
pub mod relations;
pub mod report;
pub mod roles;
pub mod serve;
pub mod served;
pub mod session;
pub mod settings;
pub mod shadows;
pub mod spans;
pub mod stage;
pub mod storage;
pub mod sync;
pub mod user_triggers;
pub mod whereabouts;

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::{Error, Kind, Result};

/// A column of a row whose values others may have entered: a role that may write it, or whoever restored it.
///
/// # Errors
/// [`Kind::Verification`] where the value is none that can be read, such as a time that is infinite.
fn field<'a, T: FromSql<'a>>(row: &'a Row, name: &str) -> Result<T> {
    row.try_get(name).map_err(|e| {
        Error::new(Kind::Verification, format!("reading column {name}"))
            .because(e)
            .hint("nothing was changed: have the owner of the ledger look at the row, which no run has entered so, and put it right in SQL")
    })
}
