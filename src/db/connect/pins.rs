//! Settings that would have a session see less than there is, or lose what it was told is kept: set as this program needs
//! them, and looked at afterwards. A role, a database or the server may have them otherwise.

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::db::ident::literal;
use crate::error::{Error, Result};

/// Hidden from every query are all compressed rows where `TimescaleDB` is not loaded into the session, or is told to leave
/// them out. `enable_transparent_decompression` is what `enable_columnarscan` was called before.
const ANYBODY: [(&str, &str); 10] = [
    // The first: the ones below are known once it is loaded.
    ("timescaledb.disable_load", "off"),
    ("timescaledb.enable_columnarscan", "on"),
    ("timescaledb.enable_transparent_decompression", "on"),
    // Counts are to be of what is live: what a foreign table among the chunks has is archived. A namespace with one that is not
    // ours is not opened.
    ("timescaledb.enable_tiered_reads", "off"),
    // Bloom filters of other builds can say that a value is not there which is.
    ("timescaledb.read_legacy_bloom1_v1", "off"),
    // Counts are to be of rows, not of what is noted about them.
    ("timescaledb.enable_columnarindexscan", "off"),
    // A chunk that is made without it has no ranges, and queries by them do not see it, those of others neither. (A namespace with
    // such a chunk is not opened.)
    ("timescaledb.enable_chunk_skipping", "on"),
    // What comes late into a compressed chunk is refused without.
    ("timescaledb.enable_dml_decompression", "on"),
    // Where an index is damaged, a scan of the table is still right: the planner shall be free to take it.
    ("enable_seqscan", "on"),
    ("transform_null_equals", "off"),
];

/// What only a superuser may set: left as it is where it is right, so that no server's log fills with refusals.
const SUPERUSER: [(&str, &str); 3] = [
    // Damaged pages would be read as empty ones.
    ("zero_damaged_pages", "off"),
    ("ignore_checksum_failure", "off"),
    // Otherwise no trigger keeps heads.
    ("session_replication_role", "origin"),
];

/// Never set by us: while it is on somebody restores a dump.
const RESTORING: &str = "timescaledb.restoring";

/// Objects are deleted, and readers told, after a commit: it must be one that stays. What is stricter than `on` stays, and
/// is set all the same, so that no reload of the server's files changes it meanwhile.
const COMMITS: &str = "SELECT pg_catalog.set_config('synchronous_commit', CASE WHEN \
     pg_catalog.current_setting('synchronous_commit') = ANY (ARRAY['off', 'local']) THEN 'on' \
     ELSE pg_catalog.current_setting('synchronous_commit') END, false)";

/// A setting that is not as this program needs it, and could not be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsound {
    name: String,
    value: String,
    wanted: String,
}

impl Unsound {
    /// What it is, for people: `timescaledb.restoring is on`.
    pub fn what(&self) -> String {
        format!("{} is {}", self.name, self.value)
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        if self.name == RESTORING {
            return "a dump is being restored, and compressed messages cannot be seen meanwhile; once it is done: \
                    SELECT timescaledb_post_restore(), and the server's sessions begin again"
                .to_owned();
        }
        format!(
            "this role may not set it: have a superuser take it out of the role, the database or the server's files, so \
             that it is {}",
            self.wanted
        )
    }

    /// The same as an error.
    pub fn into_error(self, doing: impl Into<String>) -> Error {
        Error::failed(doing)
            .because(format!("{}: this session may not see every message, or not keep what it writes", self.what()))
            .hint(self.hint())
    }
}

fn values(settings: &[(&str, &str)]) -> String {
    let values = settings.iter().filter_map(|(n, v)| Some(format!("({}, {})", literal(n).ok()?, literal(v).ok()?)));
    values.collect::<Vec<_>>().join(", ")
}

/// For a test: a server whose newer setting hides rows, and that nobody here knows of.
fn is_unknown(name: &str) -> bool {
    fail::fail_point!("session.unknown-setting", |_| name.starts_with("timescaledb.enable_"));
    let _ = name;
    false
}

fn known(settings: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    settings.iter().copied().filter(|(name, _)| !is_unknown(name)).collect()
}

/// Sets the first one alone: `TimescaleDB` is then loaded with the next statement.
pub(super) const LOAD: &str = "SELECT pg_catalog.set_config('timescaledb.disable_load', 'off', false) \
     WHERE pg_catalog.current_setting('timescaledb.disable_load', true) OPERATOR(pg_catalog.=) 'on'";

/// Sets them. What may not be set is found by [`look`].
pub(super) async fn pin(client: &Client) -> Result<(), tokio_postgres::Error> {
    let anybody = format!(
        "SELECT pg_catalog.set_config(v.name, v.value, false) FROM (VALUES {}) AS v (name, value) \
          WHERE pg_catalog.current_setting(v.name, true) IS NOT NULL; {COMMITS}",
        values(&known(&ANYBODY))
    );
    let superuser = SUPERUSER.map(|(name, value)| {
        format!(
            "SELECT pg_catalog.set_config('{name}', '{value}', false) \
              WHERE pg_catalog.current_setting('{name}', true) OPERATOR(pg_catalog.<>) '{value}'"
        )
    });
    let superuser = futures::future::join_all(superuser.iter().map(|sql| client.simple_query(sql)));
    let (anybody, superuser) = futures::join!(client.simple_query(&anybody), superuser);
    for done in superuser.into_iter().chain([anybody]) {
        match done {
            // Some platforms know a setting and refuse it.
            Err(e) if e.as_db_error().is_none() => return Err(e),
            _ => {}
        }
    }
    Ok(())
}

/// Those that are not as they should be; a setting that the server does not have is right.
pub(super) async fn look(client: &Client) -> Result<Vec<Unsound>, tokio_postgres::Error> {
    let all: Vec<_> = [&known(&ANYBODY)[..], &SUPERUSER, &[(RESTORING, "off")]].concat();
    let found = client
        .simple_query(&format!(
            "SELECT v.name, pg_catalog.current_setting(v.name, true) AS value, v.wanted \
               FROM (VALUES {}) AS v (name, wanted) \
              WHERE pg_catalog.current_setting(v.name, true) OPERATOR(pg_catalog.<>) v.wanted \
             UNION ALL \
             SELECT 'synchronous_commit', pg_catalog.current_setting('synchronous_commit'), 'on' \
              WHERE pg_catalog.current_setting('synchronous_commit') = ANY (ARRAY['off', 'local'])",
            values(&all)
        ))
        .await?;
    let text = |row: &tokio_postgres::SimpleQueryRow, i| row.get(i).unwrap_or_default().to_owned();
    Ok(found
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some(Unsound { name: text(row, 0), value: text(row, 1), wanted: text(row, 2) })
            }
            _ => None,
        })
        .collect())
}

/// Refuses what would change something, where a setting is not as it should be.
pub(super) fn require(unsound: &[Unsound], doing: impl Into<String>) -> Result<()> {
    match unsound.first() {
        None => Ok(()),
        Some(first) => Err(first.clone().into_error(doing)),
    }
}
