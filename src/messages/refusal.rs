//! What the server says to a write that it does not take.

use crate::db::errors::{explain, sqlstate};
use crate::error::{Error, Kind};

/// A message that the server has taken, and that is not there.
pub(super) fn not_stored(doing: String) -> Error {
    Error::failed(doing)
        .because("the server has taken it, and it is not there: nothing was written")
        .hint("a trigger or a rule on messages lets rows go: \\d on the table shows them")
}

/// What the server says to a write that it does not take.
pub(crate) fn refused(stream: &str, e: tokio_postgres::Error) -> Error {
    let doing = format!("writing to stream {stream}");
    if is_another_version(&e) {
        return Error::new(Kind::Conflict, doing)
            .because(crate::db::errors::ServerError::new(e))
            .hint("read the stream's new messages, decide again, and write with the version it has now");
    }
    match sqlstate(&e).map(tokio_postgres::error::SqlState::code) {
        Some("EV001") => not_stored(doing),
        _ => explain(doing, e),
    }
}

/// Whether a stream has another version than the one expected. Our functions raise P0001, as Message DB's do, and name what
/// was violated; `EventoDB`'s own raise a code of their own.
pub(super) fn is_another_version(e: &tokio_postgres::Error) -> bool {
    e.as_db_error().is_some_and(|e| match e.code().code() {
        "P0003" => true,
        "P0001" => e.constraint() == Some("expected_version"),
        _ => false,
    })
}
