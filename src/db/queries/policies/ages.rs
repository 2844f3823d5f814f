//! Ages of a policy, as the server keeps them.

use std::time::Duration;

use tokio_postgres::Row;

/// Whether two ages are the same; the server keeps them to the microsecond.
pub(super) fn near(one: Option<Duration>, other: Option<Duration>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) < Duration::from_millis(1),
        (one, other) => one == other,
    }
}

/// An age that keeps something. One that is too long for us, or infinite, still keeps what it keeps.
pub(super) fn keeping(row: &Row, name: &str) -> Option<Duration> {
    row.get::<_, Option<f64>>(name).map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX))
}
