//! The schema that messages come from: found, looked over, read.

use super::readable;
use crate::db::conninfo::ConnInfo;
use crate::db::ident::{Ident, Qualified};
use crate::db::queries::foreign_code::{self, Use};
use crate::db::queries::migrations::{self as queries, ColumnRow, Hash, MessageTable, SourceIdentity, SourceTable};
use crate::db::{Connector, Db};
use crate::error::{Error, Kind, Result};

/// Where messages come from, as its table says: EventoDB's Postgres schemas, Message DB, older `TimescaleDB` layouts.
#[derive(Debug, Clone)]
pub struct MigrationSource {
    /// How to get there.
    pub connector: Connector,
    /// Its `messages`.
    pub table: Qualified,
    /// How that table is made.
    pub found: SourceTable,
    /// Which one it is.
    pub identity: SourceIdentity,
    /// `user@host:port/database`.
    pub shown: String,
    /// Messages, by the planner's estimate; `None` where it has none.
    pub estimate: Option<i64>,
    /// Bytes with indexes.
    pub bytes: i64,
    /// The sequence of global positions, where it has one.
    pub sequence: Option<Qualified>,
    /// Its row in EventoDB's registry, where it has one.
    pub registry: Option<serde_json::Value>,
    /// What is worth knowing before it is copied.
    pub notes: Vec<String>,
    /// Whether a column is `json`, which takes what a namespace cannot keep.
    pub json: bool,
    /// How both sides hash.
    hash: Hash,
    rows: String,
}

const NEEDED: [&str; 8] = ["time", "global_position", "position", "stream_name", "type", "data", "metadata", "id"];

/// `server_version_num` of the first release that hashes as later ones do.
const OLDEST_SOURCE: i32 = 110_000;

async fn refuse_code(db: &Db, schema: &str, doing: &str) -> Result<()> {
    foreign_code::refuse(db.client(), (schema, Some("messages")), Use::Read, doing).await
}

impl MigrationSource {
    /// Looks at the source through a session. `ignored`: columns that may be left behind.
    ///
    /// # Errors
    /// [`Kind::NotFound`] where there is no such table; [`Kind::Unsupported`] where its columns are not those of a
    /// message, or it has more; [`Kind::Conflict`] where global positions, ids or positions occur twice, or a message has
    /// no global position; [`Kind::Failed`] where the role may not read all of it.
    pub async fn open(connector: &Connector, db: &Db, schema: &str, ignored: &[String]) -> Result<Self> {
        let table = Qualified::new(schema, "messages");
        let shown = connector.info.shown();
        let doing = format!("looking at {schema}.messages of {shown}");
        db.require_sound(&doing)?;
        if db.server.server_version_num < OLDEST_SOURCE {
            return Err(Error::new(Kind::Unsupported, doing)
                .because(format!("PostgreSQL {} is too old: 11 or later can be read", db.server.server_version))
                .hint("restore it into a newer server, with pg_dump and pg_restore, and migrate from there"));
        }
        refuse_code(db, schema, &doing).await?;
        let Some(found) = queries::find_table(db.client(), schema).await? else {
            if let Some(kind) = queries::other_kind(db.client(), schema).await? {
                return Err(Error::new(Kind::Unsupported, doing)
                    .because(format!(
                        "it is {kind}, whose rows are in other tables: writers to those could not be stopped"
                    ))
                    .hint("give --from-schema, and --from-url, of the table that has the messages"));
            }
            return Err(Error::new(Kind::NotFound, doing)
                .because("there is no such table")
                .hint("--from-schema names the schema: eventodb_<namespace> or message_store"));
        };
        let sequence = queries::position_sequence(db.client(), found.oid).await?;
        readable::readable(db, &found, sequence.as_ref().map(|(name, _)| name), &doing).await?;
        let columns = queries::columns(db.client(), found.oid).await?;
        let mut notes = Vec::new();
        let rows = projection(&table, &columns, ignored, &doing, &mut notes)?;
        readable::notes(db, &found, sequence.as_ref().is_some_and(|(_, caches)| *caches), &mut notes).await?;
        let source = Self {
            connector: connector.clone(),
            identity: SourceIdentity {
                system: db.server.system_identifier.clone(),
                database: db.server.database.clone(),
                schema: schema.to_owned(),
                table: found.oid,
            },
            shown,
            estimate: (found.estimate >= 0).then_some(found.estimate),
            bytes: found.bytes,
            sequence: sequence.map(|(name, _)| name),
            registry: queries::registry_row(db.client(), schema).await?,
            // TimescaleDB's side keeps UTF-8, or hashes as this one does.
            hash: if queries::encoding(db.client()).await? == "UTF8" { Hash::Bytes } else { Hash::Utf8 },
            json: columns.iter().any(|c| c.data_type == "json"),
            notes,
            rows,
            table,
            found,
        };
        source.refuse_unplaced(db).await?;
        source.refuse_duplicates(db).await?;
        Ok(source)
    }

    /// Another session there.
    ///
    /// # Errors
    /// Where no server lets us in, or settings of the session may hide rows: a copy and its proof would lack the same ones.
    pub async fn connect(&self) -> Result<Db> {
        let db = self.connector.connect_plain().await?;
        db.require_sound("looking at the settings of the source's session")?;
        self.refuse_code(&db).await?;
        Ok(db)
    }

    /// Looks again whether a superuser's session would run what the table's owner has put there meanwhile. A run that lasts calls
    /// it before each step: no lock keeps an owner from making an index or statistics and lets writers and partitions be.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where it would.
    pub(super) async fn refuse_code(&self, db: &Db) -> Result<()> {
        refuse_code(db, &self.identity.schema, &format!("reading {} of {}", self.table, self.shown)).await
    }

    /// Its messages with the namespace's columns.
    pub fn rows(&self) -> MessageTable<'_> {
        MessageTable { from: &self.rows, hash: self.hash }
    }

    /// A namespace's table, as it is compared with them.
    pub fn rows_of<'a>(&self, table: &'a str) -> MessageTable<'a> {
        MessageTable { from: table, hash: self.hash }
    }

    /// What must be unique in a namespace and is not kept so by an index of the source is looked for.
    pub(super) async fn refuse_duplicates(&self, db: &Db) -> Result<()> {
        for (columns, what) in [
            (&["global_position"][..], "global positions"),
            (&["id"][..], "ids"),
            (&["stream_name", "position"][..], "positions of a stream"),
        ] {
            if queries::unique_on(db.client(), &self.found, columns).await? {
                continue;
            }
            let twice = queries::duplicates(db.client(), &self.table, columns).await?;
            if !twice.is_empty() {
                return Err(Error::new(Kind::Conflict, format!("looking at {} of {}", self.table, self.shown))
                    .because(format!("{what} occur more than once: {}", twice.join(", ")))
                    .hint(
                        "decide which of them stay, and correct or delete the others at the source; nothing was copied",
                    ));
            }
        }
        Ok(())
    }

    /// Refuses a source that is not the one a migration began with.
    ///
    /// # Errors
    /// [`Kind::Conflict`].
    pub fn check_identity(&self, began_with: &SourceIdentity) -> Result<()> {
        let known = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let same = known(&self.identity.system, &began_with.system)
            && (&self.identity.database, &self.identity.schema, self.identity.table)
                == (&began_with.database, &began_with.schema, began_with.table);
        if same {
            return Ok(());
        }
        Err(Error::new(Kind::Conflict, format!("going on with {} of {}", self.table, self.shown))
            .because(format!(
                "the migration began with another table: {}.messages of database {}",
                began_with.schema, began_with.database
            ))
            .hint("give that source, or end the migration with migrate abandon"))
    }
}

/// How to connect to another database than the namespace's.
pub(crate) fn connector(info: ConnInfo, options: &crate::db::ConnectOptions) -> Connector {
    Connector { info, options: options.clone() }
}

/// The source's messages as a namespace has them, column by column, by name and type.
fn projection(
    table: &Qualified,
    columns: &[ColumnRow],
    ignored: &[String],
    doing: &str,
    notes: &mut Vec<String>,
) -> Result<String> {
    let unsupported = |why: String| Error::new(Kind::Unsupported, doing).because(why);
    let mut list = Vec::new();
    for needed in NEEDED {
        let Some(column) = columns.iter().find(|c| c.name == needed) else {
            return Err(unsupported(format!("it has no column {needed}")).hint(
                "EventoDB's Postgres schemas, Message DB's message_store and older TimescaleDB layouts can be read",
            ));
        };
        let name = Ident::new(needed);
        let value = match (needed, column.data_type.as_str()) {
            // Whatever the session's zone is: the column holds UTC.
            ("time", "timestamp without time zone") => format!("{name} AT TIME ZONE 'UTC'"),
            ("time", "timestamp with time zone")
            | ("global_position" | "position", "bigint")
            | ("data" | "metadata", "jsonb")
            | ("id", "uuid") => name.to_string(),
            ("position", "integer") => format!("{name}::bigint"),
            ("data" | "metadata", "json") => {
                notes.push(format!(
                    "column {needed} is json: it is kept as jsonb keeps it, of keys that occur twice the last one"
                ));
                format!("{name}::jsonb")
            }
            ("stream_name" | "type", "text" | "character varying") => format!("{name}::text"),
            (_, other) => return Err(unsupported(format!("its column {needed} is of type {other}"))),
        };
        list.push(format!("{value} AS {name}"));
    }
    let extra: Vec<_> = columns.iter().map(|c| c.name.as_str()).filter(|name| !NEEDED.contains(name)).collect();
    if let Some(unknown) = extra.iter().find(|name| !ignored.iter().any(|i| i == *name)) {
        return Err(unsupported(format!("it has a column {unknown}, which a namespace has no place for"))
            .hint(format!("add --ignore-column {unknown} to leave it behind; it stays in the source")));
    }
    if !extra.is_empty() {
        notes.push(format!("left behind as told: column {}", extra.join(", ")));
    }
    Ok(format!("(SELECT {} FROM {table})", list.join(", ")))
}
