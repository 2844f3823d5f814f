//! What sits at the other end: `PostgreSQL`, `TimescaleDB`, their versions and edition.

use std::fmt;
use std::str::FromStr;

use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

use crate::error::{Error, Kind, Result};

/// The oldest `TimescaleDB` that this crate works with.
pub const OLDEST_TIMESCALE: TimescaleVersion = TimescaleVersion::new(2, 19, 0);

/// The first `TimescaleDB` whose frozen chunks refuse UPDATE and DELETE as well.
pub const FREEZE_SINCE: TimescaleVersion = TimescaleVersion::new(2, 24, 0);

/// The versions of `PostgreSQL` on which the tests were run: `docs/reference/editions.md` says how far.
const TRIED_POSTGRES: &[i32] = &[15, 17];

/// The versions of `TimescaleDB` on which the tests were run, without their third number.
const TRIED_TIMESCALE: &[(u32, u32)] = &[(2, 19), (2, 23), (2, 27), (2, 28), (2, 29)];

/// A `TimescaleDB` version. What follows the third number (`-dev`) does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimescaleVersion {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number; 0 where there is none.
    pub patch: u32,
}

impl TimescaleVersion {
    /// A version from its numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for TimescaleVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for TimescaleVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let numbers = text.split(['-', '+', ' ']).next().unwrap_or_default();
        let mut parts = numbers.split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next(), parts.next().unwrap_or(Ok(0)), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Ok(patch), None) => Ok(Self { major, minor, patch }),
            _ => Err(Error::failed(format!("reading the version {text:?}")).because("it is not major.minor.patch")),
        }
    }
}

/// Which `TimescaleDB` it is: compression, freezing and policies come with Community only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// The TSL build with `timescaledb.license = timescale`.
    Community,
    /// An Apache-2 build, or a TSL build switched to `timescaledb.license = apache`.
    Apache,
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Community => "Community",
            Self::Apache => "Apache-2",
        })
    }
}

/// The `timescaledb` extension of the connected database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timescale {
    /// The extension's version.
    pub version: TimescaleVersion,
    /// What it may do.
    pub edition: Edition,
    /// The schema that its public functions (`compress_chunk`, `show_chunks`, …) are in, unquoted.
    pub extension_schema: String,
}

impl fmt::Display for Timescale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.version, self.edition)
    }
}

/// What a new connection found out about its server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// `server_version_num`: 150020 is 15.20.
    pub server_version_num: i32,
    /// `server_version`, as the server words it.
    pub server_version: String,
    /// The extension; `None` where the database has none.
    pub timescale: Option<Timescale>,
    /// The cluster's identifier; `None` where the role may not read it or the server has none.
    pub system_identifier: Option<String>,
    /// The database connected to.
    pub database: String,
    /// The session's role.
    pub user: String,
    /// Whether writes are taken: a standby or a read-only default takes none.
    pub access: Access,
    /// Whether it replays another server's log.
    pub role: Role,
    /// Whether the session is a superuser's while a table of the registry's schema is somebody's who is none.
    pub registry_is_others: bool,
}

/// Whether a session may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Transactions may write.
    ReadWrite,
    /// Transactions are read-only unless they say otherwise.
    ReadOnly,
}

/// A server's part in replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Takes writes itself.
    Primary,
    /// Replays a primary's log.
    Standby,
}

impl ServerInfo {
    /// Whether chunks can be frozen so that nothing changes them: Community from 2.24 on.
    pub fn supports_freeze(&self) -> bool {
        self.timescale.as_ref().is_some_and(|t| t.edition == Edition::Community && t.version >= FREEZE_SINCE)
    }

    /// Whether chunks can be compressed here: Community only.
    pub fn supports_compression(&self) -> bool {
        self.timescale.as_ref().is_some_and(|t| t.edition == Edition::Community)
    }

    /// What of this server the tests were never run on.
    pub fn untried(&self) -> Vec<String> {
        let postgres = self.server_version_num / 10_000;
        let timescale = self.timescale.as_ref().map(|t| (t.version.major, t.version.minor));
        let postgres = (!TRIED_POSTGRES.contains(&postgres)).then(|| format!("PostgreSQL {postgres}"));
        let timescale = timescale
            .filter(|version| !TRIED_TIMESCALE.contains(version))
            .map(|(major, minor)| format!("TimescaleDB {major}.{minor}"));
        postgres.into_iter().chain(timescale).collect()
    }

    /// The extension, where it is there and new enough.
    ///
    /// # Errors
    /// [`Kind::Unsupported`] with what to do, where the database has no extension or one before [`OLDEST_TIMESCALE`].
    pub fn require_timescale(&self) -> Result<&Timescale> {
        let doing = || format!("looking for TimescaleDB in database {}", self.database);
        let Some(timescale) = &self.timescale else {
            return Err(Error::new(Kind::Unsupported, doing())
                .because("the database has no timescaledb extension")
                .hint(
                    "run CREATE EXTENSION timescaledb; in this database, or check that the URL names the right one; \
                     what EventoDB keeps in plain Postgres schemas eventodb-admin migrate postgres copies into one",
                ));
        };
        if timescale.version < OLDEST_TIMESCALE {
            return Err(Error::new(Kind::Unsupported, doing())
                .because(format!("version {} is too old; {OLDEST_TIMESCALE} or later is needed", timescale.version))
                .hint(
                    "install a newer package, then run ALTER EXTENSION timescaledb UPDATE; in a session of its own \
                     (psql -X)",
                ));
        }
        Ok(timescale)
    }

    /// Asks the server, in queries sent together: one round trip.
    pub(super) async fn read(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let (server, identifier) = futures::join!(client.simple_query(SERVER), client.simple_query(IDENTIFIER));
        let server = first_row(server?);
        let identifier = match identifier {
            Ok(rows) => first_row(rows).and_then(|row| text(&row, "system_identifier")),
            // No right to the function, or no such function: the identifier is a nicety.
            Err(e) if e.as_db_error().is_some() => None,
            Err(e) => return Err(e),
        };
        let get = |column| server.as_ref().and_then(|row| text(row, column));
        let yes = |column| get(column).as_deref() == Some("on") || get(column).as_deref() == Some("t");
        let timescale = match (get("extversion"), get("extension_schema")) {
            (Some(version), Some(extension_schema)) => version.parse().ok().map(|version| Timescale {
                version,
                edition: if get("license").as_deref() == Some("timescale") {
                    Edition::Community
                } else {
                    Edition::Apache
                },
                extension_schema,
            }),
            _ => None,
        };
        Ok(Self {
            server_version_num: get("server_version_num").and_then(|v| v.parse().ok()).unwrap_or_default(),
            server_version: get("server_version").unwrap_or_default(),
            timescale,
            system_identifier: identifier,
            database: get("database").unwrap_or_default(),
            user: get("user").unwrap_or_default(),
            access: if yes("read_only") { Access::ReadOnly } else { Access::ReadWrite },
            role: if yes("in_recovery") { Role::Standby } else { Role::Primary },
            registry_is_others: yes("registry_is_others"),
        })
    }
}

const SERVER: &str = "\
SELECT pg_catalog.current_setting('server_version_num') AS server_version_num,
       pg_catalog.current_setting('server_version') AS server_version,
       pg_catalog.current_setting('transaction_read_only') AS read_only,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       pg_catalog.current_database() AS database,
       CURRENT_USER AS \"user\",
       (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER)
         AND EXISTS (SELECT FROM pg_catalog.pg_class c
                       JOIN pg_catalog.pg_namespace s ON s.oid OPERATOR(pg_catalog.=) c.relnamespace
                       JOIN pg_catalog.pg_roles o ON o.oid OPERATOR(pg_catalog.=) c.relowner
                      WHERE s.nspname OPERATOR(pg_catalog.=) 'eventodb_store' AND NOT o.rolsuper) AS registry_is_others,
       e.extversion, n.nspname AS extension_schema,
       -- Only the edition that the server runs accepts 'timescale': an Apache-2 build knows 'apache' alone.
       pg_catalog.current_setting('timescaledb.license', true) AS license
  FROM (VALUES (1)) AS one
  LEFT JOIN pg_catalog.pg_extension e ON e.extname OPERATOR(pg_catalog.=) 'timescaledb'
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace";

const IDENTIFIER: &str = "SELECT system_identifier FROM pg_catalog.pg_control_system()";

fn first_row(messages: Vec<SimpleQueryMessage>) -> Option<SimpleQueryRow> {
    messages.into_iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })
}

fn text(row: &SimpleQueryRow, column: &str) -> Option<String> {
    row.try_get(column).ok().flatten().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(version: &str, edition: Edition) -> ServerInfo {
        ServerInfo {
            server_version_num: 150_020,
            server_version: "15.20".into(),
            timescale: Some(Timescale {
                version: version.parse().unwrap(),
                edition,
                extension_schema: "public".into(),
            }),
            system_identifier: None,
            database: "events".into(),
            user: "me".into(),
            access: Access::ReadWrite,
            role: Role::Primary,
            registry_is_others: false,
        }
    }

    #[test]
    fn versions_are_read_with_and_without_patch_and_suffix() {
        for (text, version) in [
            ("2.28.3", TimescaleVersion::new(2, 28, 3)),
            ("2.23.0-dev", TimescaleVersion::new(2, 23, 0)),
            ("2.20", TimescaleVersion::new(2, 20, 0)),
            ("2.30.0-rc1+git", TimescaleVersion::new(2, 30, 0)),
        ] {
            assert_eq!(text.parse::<TimescaleVersion>().unwrap(), version, "{text}");
        }
        for text in ["", "2", "two.three", "2.x.1", "2.3.4.5"] {
            assert!(text.parse::<TimescaleVersion>().is_err(), "{text}");
        }
        assert!(TimescaleVersion::new(2, 9, 9) < TimescaleVersion::new(2, 19, 0));
    }

    #[test]
    fn what_the_tests_were_never_run_on_is_named() {
        assert!(server("2.28.3", Edition::Community).untried().is_empty());
        assert!(server("2.19.0", Edition::Apache).untried().is_empty());
        assert_eq!(server("2.99.1", Edition::Community).untried(), ["TimescaleDB 2.99"]);
        assert_eq!(server("3.28.0", Edition::Community).untried(), ["TimescaleDB 3.28"]);
        let newer = ServerInfo { server_version_num: 990_001, ..server("2.20.0", Edition::Apache) };
        assert_eq!(newer.untried(), ["PostgreSQL 99", "TimescaleDB 2.20"]);
        assert!(ServerInfo { timescale: None, ..server("2.28.3", Edition::Apache) }.untried().is_empty());
    }

    #[test]
    fn an_extension_before_the_oldest_supported_is_refused_with_the_update_as_hint() {
        let error = server("2.18.2", Edition::Community).require_timescale().unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported);
        assert!(error.to_string().contains("2.18.2") && error.to_string().contains("2.19.0"), "{error}");
        assert!(error.hint_text().unwrap().contains("ALTER EXTENSION timescaledb UPDATE"));
        assert!(server("2.19.0", Edition::Apache).require_timescale().is_ok());
    }

    #[test]
    fn a_missing_extension_is_refused_with_create_extension_as_hint() {
        let mut info = server("2.28.3", Edition::Community);
        info.timescale = None;
        let error = info.require_timescale().unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported);
        assert!(error.hint_text().unwrap().contains("CREATE EXTENSION timescaledb"));
    }

    #[test]
    fn chunks_freeze_on_community_from_2_24_only() {
        assert!(server("2.24.0", Edition::Community).supports_freeze());
        assert!(!server("2.23.1", Edition::Community).supports_freeze());
        assert!(!server("2.28.3", Edition::Apache).supports_freeze());
        assert!(!server("2.28.3", Edition::Apache).supports_compression());
    }
}
