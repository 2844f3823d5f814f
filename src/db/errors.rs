//! The server's errors in the crate's terms: SQLSTATE decides the kind and the hint, never the message text.

use std::error::Error as StdError;
use std::fmt;

use tokio_postgres::error::{DbError, SqlState};

use crate::error::{Error, Kind};

/// A driver's error as the cause of an [`Error`]: worded with the server's message and detail instead of "db error".
///
/// It stands in the cause chain, so [`sqlstate_of`] finds the code again after [`explain`].
pub struct ServerError {
    text: String,
    inner: tokio_postgres::Error,
}

impl ServerError {
    /// Words the error; keeps it for its code.
    pub fn new(inner: tokio_postgres::Error) -> Self {
        Self { text: worded(&inner), inner }
    }

    /// The driver's error.
    pub fn driver(&self) -> &tokio_postgres::Error {
        &self.inner
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServerError").field(&self.text).finish()
    }
}

// No source: the text holds the whole chain already.
impl StdError for ServerError {}

/// Turns a driver's error into the crate's: kind and hint by SQLSTATE, the server's own message and detail shown.
///
/// `doing` says what was being done and to what: `compressing chunk _hyper_1_2_chunk`.
pub fn explain(doing: impl Into<String>, e: tokio_postgres::Error) -> Error {
    let (kind, hint) = advice(&e);
    Error::new(kind, doing).because(ServerError::new(e)).hint_if_any(hint)
}

/// [`explain`] for a session that may have ended: a statement on it only knows "connection closed", `reason` says why.
pub(super) fn explain_ended(
    doing: impl Into<String>,
    e: tokio_postgres::Error,
    reason: Option<&tokio_postgres::Error>,
) -> Error {
    let Some(reason) = reason.filter(|_| e.code().is_none()) else { return explain(doing, e) };
    let (kind, hint) = advice(reason);
    let (text, why) = (worded(&e), worded(reason));
    let text = if text.contains(&why) { text } else { format!("{text}: {why}") };
    Error::new(kind, doing).because(ServerError { text, inner: e }).hint_if_any(hint)
}

/// The server's five-character code, where the error came from the server.
pub fn sqlstate(e: &tokio_postgres::Error) -> Option<&SqlState> {
    e.code()
}

/// The server's code behind one of the crate's errors, however deep.
pub fn sqlstate_of(e: &Error) -> Option<&SqlState> {
    let mut cause = e.source();
    while let Some(c) = cause {
        if let Some(server) = c.downcast_ref::<ServerError>() {
            return server.inner.code();
        }
        if let Some(driver) = c.downcast_ref::<tokio_postgres::Error>() {
            return driver.code();
        }
        cause = c.source();
    }
    None
}

/// Whether the server refused JSON, or a statement, that is nested deeper than its `max_stack_depth` allows (SQLSTATE 54001).
pub fn is_nested_too_deep(e: &Error) -> bool {
    sqlstate_of(e).is_some_and(|code| *code == SqlState::STATEMENT_TOO_COMPLEX)
}

/// Whether the session is gone: the socket broke, or the server ended it. A new connection may work.
pub fn is_connection_lost(e: &tokio_postgres::Error) -> bool {
    if e.is_closed() {
        return true;
    }
    match e.code() {
        Some(code) => is_shutdown(code) || code.code().starts_with("08"),
        None => io_error(e).is_some(),
    }
}

/// Whether the server could not make what was asked for, because of its size: a text of more than a gigabyte, say. Some of
/// its versions call that an internal error.
pub fn is_too_large(e: &tokio_postgres::Error) -> bool {
    e.code().is_some_and(is_limit)
}

/// [`is_too_large`] for one of the crate's errors, however deep the server's lies.
pub fn is_beyond_the_server(e: &Error) -> bool {
    sqlstate_of(e).is_some_and(is_limit)
}

fn is_limit(code: &SqlState) -> bool {
    [&SqlState::PROGRAM_LIMIT_EXCEEDED, &SqlState::OUT_OF_MEMORY, &SqlState::INTERNAL_ERROR].contains(&code)
}

/// Whether the same statement may well succeed when tried again: a lock not got in time, a deadlock, a serialization
/// failure.
pub fn is_retryable(e: &tokio_postgres::Error) -> bool {
    e.code().is_some_and(is_passing)
}

/// [`is_retryable`] for one of the crate's errors, however deep the server's lies.
pub fn is_worth_another_try(e: &Error) -> bool {
    sqlstate_of(e).is_some_and(is_passing)
}

/// [`is_connection_lost`] for one of the crate's errors, however deep the server's lies.
pub fn is_session_gone(e: &Error) -> bool {
    let mut cause = e.source();
    while let Some(c) = cause {
        if let Some(server) = c.downcast_ref::<ServerError>() {
            return is_connection_lost(&server.inner);
        }
        cause = c.source();
    }
    false
}

fn is_passing(code: &SqlState) -> bool {
    [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::OBJECT_IN_USE,
    ]
    .contains(code)
}

/// The I/O error underneath, where there is one.
pub(super) fn io_error(e: &tokio_postgres::Error) -> Option<&std::io::Error> {
    e.source().and_then(|source| source.downcast_ref())
}

fn is_shutdown(code: &SqlState) -> bool {
    [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
}

fn worded(e: &tokio_postgres::Error) -> String {
    if let Some(db) = e.as_db_error() {
        let mut text = db.message().to_owned();
        if let Some(detail) = db.detail() {
            text.push_str(" (");
            text.push_str(detail);
            text.push(')');
        }
        text.push_str(" [");
        text.push_str(db.code().code());
        text.push(']');
        return text;
    }
    let mut text = e.to_string();
    let mut source = e.source();
    while let Some(s) = source {
        let next = s.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = s.source();
    }
    text
}

fn advice(e: &tokio_postgres::Error) -> (Kind, Option<String>) {
    let Some(db) = e.as_db_error() else {
        let hint = is_connection_lost(e).then(|| {
            "the connection to the server broke; see the server's log, then run the same command again".to_owned()
        });
        return (Kind::Failed, hint);
    };
    let (kind, ours) = by_code(db.code());
    // What raised it says more than the code does.
    let ours = db.routine().and_then(|routine| by_routine(db.code(), routine)).or(ours);
    // What a function says of what it refuses is more than what can be said of its code.
    let ours = ours.filter(|_| !(raised_by_a_function(db) && db.hint().is_some()));
    let hint = match (ours, db.hint()) {
        (Some(ours), Some(theirs)) => Some(format!("{ours} (the server suggests: {theirs})")),
        (Some(ours), None) => Some(ours.to_owned()),
        (None, theirs) => theirs.map(str::to_owned),
    };
    (kind_by_context(kind, db), hint)
}

/// A code that means two things is told apart by the routine that raised it, never by its message.
fn kind_by_context(kind: Kind, db: &DbError) -> Kind {
    // PL/pgSQL and SQL functions report a missing relation inside them: that is a broken namespace, not a missing one.
    if kind == Kind::NotFound && db.where_().is_some() { Kind::Failed } else { kind }
}

/// Whether RAISE in PL/pgSQL made the error, and not the server.
fn raised_by_a_function(db: &DbError) -> bool {
    db.routine() == Some("exec_stmt_raise")
}

/// What a code that says too little means where this routine of the server has raised it.
fn by_routine(code: &SqlState, routine: &str) -> Option<&'static str> {
    // What keeps writers out of a source that was migrated.
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION && routine == "exec_stmt_raise" {
        return Some("write to the namespace that it names: its streams go on there");
    }
    (*code == SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE && routine == "CheckCmdReplicaIdentity").then_some(
        "a publication covers this table, which has no key: `eventodb-admin namespaces upgrade` gives ours one; otherwise \
         ALTER TABLE … REPLICA IDENTITY USING INDEX (a unique index on columns that are not null) on the table without its \
         chunks, or take it out of the publication",
    )
}

fn by_code(code: &SqlState) -> (Kind, Option<&'static str>) {
    let (kind, hint) = match code.code() {
        "3D000" => (Kind::Failed, "create the database, or name another at the end of the database URL"),
        "28P01" => (Kind::Failed, "check user and password: in the database URL, PGPASSWORD or ~/.pgpass"),
        "28000" => (
            Kind::Failed,
            "the server refuses this user, database, address or encryption: check its pg_hba.conf, the user's name, \
             sslmode and, if it wants one, the client certificate (sslcert, sslkey)",
        ),
        "42501" => (
            Kind::Failed,
            "GRANT the role what it lacks: `eventodb-admin namespaces grants --role ROLE --as PURPOSE` prints that, an \
             administrator runs it (CREATE on the database makes schemas; compressing chunks is the table's owner's alone)",
        ),
        "25006" => (
            Kind::Failed,
            "this server takes no writes: connect to the primary (target_session_attrs=read-write finds it among \
             several hosts)",
        ),
        "55P03" => (
            Kind::Failed,
            "a reader or writer held the table for longer than the lock timeout; nothing was changed: run it again",
        ),
        "55006" => (Kind::Failed, "another session uses it; nothing was changed: run it again"),
        "40P01" | "40001" => (Kind::Failed, "it collided with another session; nothing was changed: run it again"),
        "2BP01" => (Kind::Failed, "a view or foreign key depends on it: drop that first"),
        "53000" | "53400" => {
            (Kind::Failed, "a limit of the server's configuration was reached: raise it, or do less at a time")
        }
        "53100" => (Kind::Failed, "the server's disk is full: make room, then run it again"),
        "53200" => {
            (Kind::Failed, "the server ran out of memory: with 'out of shared memory', raise max_locks_per_transaction")
        }
        "53300" => (Kind::Failed, "the server has no connection free: raise max_connections or close some"),
        "57014" => (Kind::Failed, "the statement was cancelled; nothing was changed: run it again"),
        "57P01" | "57P02" => (Kind::Failed, "the server ended the session or is shutting down: run it again later"),
        "57P03" => (Kind::Failed, "the server is starting up or shutting down: run it again in a moment"),
        "0A000" => (
            Kind::Unsupported,
            "this server's TimescaleDB edition or version cannot do it; a frozen chunk, one that is being archived, takes no \
             changes either",
        ),
        "42P01" | "3F000" => (
            Kind::NotFound,
            "`eventodb-admin namespaces list` shows what there is; `namespaces upgrade` adds what a namespace misses",
        ),
        "42883" => (
            Kind::Failed,
            "the namespace or the extension is older than this program: try `eventodb-admin namespaces upgrade`",
        ),
        // Our own, of the functions that read messages; its hint is the server's.
        "VA001" => return (Kind::Archived, None),
        // VA002: our own as well, of those that keep what is held.
        "VA002" | "23505" | "42P04" | "42P06" | "42P07" | "42710" => return (Kind::Conflict, None),
        "58030" | "58P01" => (Kind::Failed, "the server cannot read or write a file: see its log and its disk"),
        "XX001" | "XX002" => {
            (Kind::Failed, "the server found damaged data: see its log, check with pg_amcheck, restore from a backup")
        }
        code if code.starts_with("08") => (Kind::Failed, "the connection broke: run the same command again"),
        _ => return (Kind::Failed, None),
    };
    (kind, Some(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_decide_kind_and_hint() {
        for (code, kind, hint) in [
            ("3D000", Kind::Failed, "create the database"),
            ("28P01", Kind::Failed, "PGPASSWORD"),
            ("28000", Kind::Failed, "pg_hba.conf"),
            ("42501", Kind::Failed, "namespaces grants"),
            ("55P03", Kind::Failed, "run it again"),
            ("40P01", Kind::Failed, "run it again"),
            ("53100", Kind::Failed, "disk is full"),
            ("53200", Kind::Failed, "max_locks_per_transaction"),
            ("53300", Kind::Failed, "max_connections"),
            ("57P01", Kind::Failed, "shutting down"),
            ("57014", Kind::Failed, "cancelled"),
            ("0A000", Kind::Unsupported, "edition"),
            ("42P01", Kind::NotFound, "namespaces"),
            ("08006", Kind::Failed, "connection broke"),
        ] {
            let (got, text) = by_code(&SqlState::from_code(code));
            assert_eq!(got, kind, "{code}");
            assert!(text.unwrap().contains(hint), "{code}: {text:?}");
        }
        assert_eq!(by_code(&SqlState::UNIQUE_VIOLATION), (Kind::Conflict, None));
        assert_eq!(by_code(&SqlState::from_code("VA002")), (Kind::Conflict, None));
        assert_eq!(by_code(&SqlState::DIVISION_BY_ZERO), (Kind::Failed, None));
    }

    #[test]
    fn a_routine_is_told_from_the_server_that_raises_the_same_code() {
        let read_only = SqlState::READ_ONLY_SQL_TRANSACTION;
        assert!(by_routine(&read_only, "exec_stmt_raise").unwrap().contains("its streams go on there"));
        assert_eq!(by_routine(&read_only, "PreventCommandIfReadOnly"), None);
    }
}
