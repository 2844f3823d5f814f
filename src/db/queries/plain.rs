//! A plain Postgres schema as EventoDB's Postgres driver has it: looked at, made, filled, and compared with a namespace.

use tokio_postgres::{CopyInSink, CopyOutStream, GenericClient, Row};

use bytes::Bytes;

use crate::db::Db;
use crate::db::errors::explain;
use crate::db::ident::Qualified;
use crate::db::scope::Scope;
use crate::error::{Error, Kind, Result};

/// How a table keeps its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// `timestamptz`, as in a namespace.
    Zoned,
    /// `timestamp` that means UTC, as in a plain schema.
    Utc,
}

/// A table of messages, and the session to ask about it.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The session.
    pub db: &'a Db,
    /// The names.
    pub scope: &'a Scope,
    /// How it keeps its times.
    pub times: Times,
}

/// What a range of messages comes to; equal where the messages are, in whatever order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeDigest {
    /// Messages.
    pub messages: i64,
    /// The sum of their digests, as a number in text.
    pub digest: String,
}

/// Global positions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PositionSpan {
    /// The first.
    pub first: i64,
    /// The last.
    pub last: i64,
}

/// One message's place and digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// The global position.
    pub global_position: i64,
    /// The digest, in hex.
    pub digest: String,
}

const COLUMNS: &str = "id, stream_name, type, position, global_position, data, metadata, \"time\"";

/// A composite's text keeps fields apart and NULL from empty; UTF-8 whatever the server's encoding.
fn row_digest(times: Times) -> String {
    format!(
        "md5(convert_to(ROW(m.id, m.stream_name::text, m.type::text, m.position, m.global_position, m.data::text, \
         m.metadata::text, {})::text, 'UTF8'))",
        utc(times)
    )
}

const fn utc(times: Times) -> &'static str {
    match times {
        Times::Zoned => "(m.\"time\" AT TIME ZONE 'UTC')",
        Times::Utc => "m.\"time\"",
    }
}

impl Side<'_> {
    fn table(&self) -> Qualified {
        self.scope.messages()
    }

    // Bounds stand in the text: the planner leaves out what they exclude.
    fn within(span: PositionSpan) -> String {
        format!("m.global_position >= '{}'::bigint AND m.global_position <= '{}'::bigint", span.first, span.last)
    }

    async fn one(&self, sql: &str, doing: &str) -> Result<Row> {
        self.db.query_one(sql, &[]).await.map_err(|e| self.db.explain(format!("{doing} of {}", self.table()), e))
    }

    /// The lowest and the highest global position; `None` where there is no message.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn bounds(&self) -> Result<Option<PositionSpan>> {
        let sql = format!("SELECT min(m.global_position), max(m.global_position) FROM {} m", self.table());
        let row = self.one(&sql, "looking for the global positions").await?;
        Ok(row.get::<_, Option<i64>>(0).zip(row.get(1)).map(|(first, last)| PositionSpan { first, last }))
    }

    /// The first global position of a span that a message has.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn first_of(&self, span: PositionSpan) -> Result<Option<i64>> {
        let sql = format!("SELECT min(m.global_position) FROM {} m WHERE {}", self.table(), Self::within(span));
        Ok(self.one(&sql, "looking for the next message").await?.get(0))
    }

    /// Messages of a span.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn count(&self, span: PositionSpan) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {} m WHERE {}", self.table(), Self::within(span));
        let n: i64 = self.one(&sql, "counting the messages").await?.get(0);
        Ok(n.unsigned_abs())
    }

    /// Messages up to a global position, by a look at each one: no chunk is left out for what its ranges are said to be.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn count_each(&self, last: i64) -> Result<u64> {
        let sql =
            format!("SELECT count(*) FILTER (WHERE m.global_position <= '{last}'::bigint) FROM {} m", self.table());
        let n: i64 = self.one(&sql, "counting the messages").await?.get(0);
        Ok(n.unsigned_abs())
    }

    /// What a span comes to.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn content(&self, span: PositionSpan) -> Result<RangeDigest> {
        let sql = format!(
            "SELECT count(*), coalesce(sum(('x' || left({}, 16))::bit(64)::bigint), 0)::text FROM {} m WHERE {}",
            row_digest(self.times),
            self.table(),
            Self::within(span)
        );
        let row = self.one(&sql, "hashing the messages").await?;
        Ok(RangeDigest { messages: row.get(0), digest: row.get(1) })
    }

    /// Each message of a span, in order.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn digests(&self, span: PositionSpan) -> Result<Vec<Digest>> {
        let sql = format!(
            "SELECT m.global_position, {} FROM {} m WHERE {} ORDER BY 1, 2",
            row_digest(self.times),
            self.table(),
            Self::within(span)
        );
        let rows = self
            .db
            .query(&sql, &[])
            .await
            .map_err(|e| self.db.explain(format!("hashing the messages of {}", self.table()), e))?;
        Ok(rows.iter().map(|r| Digest { global_position: r.get(0), digest: r.get(1) }).collect())
    }

    /// The last global position that the sequence has given out; 0 where it has given none.
    ///
    /// # Errors
    /// Where the query fails.
    pub async fn sequence(&self) -> Result<i64> {
        let sql = self.scope.render(
            "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END \
               FROM {{schema}}.messages_global_position_seq",
        )?;
        Ok(self.one(&sql, "reading the sequence").await?.get(0))
    }

    /// Copies a span out, in the form that [`copy_in`] takes, in the order of global positions.
    ///
    /// # Errors
    /// Where the server refuses.
    pub async fn copy_out(&self, span: PositionSpan) -> Result<CopyOutStream> {
        let sql = format!(
            "COPY (SELECT m.id, m.stream_name, m.type, m.position, m.global_position, m.data, m.metadata, {} \
                     FROM {} m WHERE {} ORDER BY m.global_position) TO STDOUT (FORMAT binary)",
            utc(self.times),
            self.table(),
            Self::within(span)
        );
        self.db.copy_out(&sql).await.map_err(|e| self.db.explain(format!("copying {} out", self.table()), e))
    }
}

/// Begins to copy into a plain schema.
///
/// # Errors
/// Where the server refuses.
pub async fn copy_in(db: &tokio_postgres::Transaction<'_>, scope: &Scope) -> Result<CopyInSink<Bytes>> {
    let sql = format!("COPY {} ({COLUMNS}) FROM STDIN (FORMAT binary)", scope.messages());
    db.copy_in(&sql).await.map_err(|e| explain(format!("copying into {}", scope.messages()), e))
}

/// The last global position of a namespace below which nothing can turn up any more: what every writer that was under way
/// has been given is committed or gone. Writers wait for the moment that it takes.
///
/// # Errors
/// Where a writer does not end within the lock timeout.
pub async fn await_writers(db: &mut Db, scope: &Scope) -> Result<()> {
    let doing = format!("waiting for the writers of namespace {}", scope.namespace());
    let tx = db.transaction().await.map_err(|e| explain(doing.clone(), e))?;
    // A writer takes the table before it asks the sequence.
    tx.batch_execute(&format!("LOCK TABLE ONLY {} IN SHARE MODE", scope.messages()))
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    tx.commit().await.map_err(|e| explain(doing, e))
}

/// Streams of a namespace whose last message is neither live nor archived: only their heads know their versions.
///
/// # Errors
/// Where the query fails.
pub async fn headless_streams(db: &impl GenericClient, scope: &Scope) -> Result<i64> {
    let doing = "looking for streams whose last message is gone";
    let gone = db
        .query_one(
            "SELECT EXISTS (SELECT FROM eventodb_store.archives
                             WHERE namespace = $1 AND state IN ('expired', 'discarded'))",
            &[&scope.namespace()],
        )
        .await
        .map_err(|e| explain(doing, e))?;
    if !gone.get::<_, bool>(0) {
        return Ok(0);
    }
    let sql = scope.render(
        "SELECT count(*) FROM {{schema}}.heads h
          WHERE NOT EXISTS (SELECT FROM {{schema}}.messages m
                             WHERE m.stream_name = h.stream_name AND m.\"position\" = h.\"position\"
                               AND m.\"time\" = h.\"time\")",
    )?;
    Ok(db.query_one(&sql, &[]).await.map_err(|e| explain(doing, e))?.get(0))
}

/// What there is where a namespace is to be copied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExistingTable {
    /// Nothing.
    Nothing,
    /// A table of messages of the right form.
    Messages,
    /// Something else, in words.
    Other(String),
}

/// Looks at the target's schema.
///
/// # Errors
/// Where a query fails.
pub async fn look(db: &impl GenericClient, scope: &Scope) -> Result<ExistingTable> {
    let doing = || format!("looking at schema {}", scope.schema());
    let columns = db
        .query(
            "SELECT a.attname::text, format_type(a.atttypid, NULL), c.relkind::text,
                    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS is_needed
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
              WHERE c.relnamespace = to_regnamespace($1) AND c.relname = 'messages'
                AND a.attnum > 0 AND NOT a.attisdropped",
            &[&scope.schema_ident().to_string()],
        )
        .await
        .map_err(|e| explain(doing(), e))?;
    if columns.is_empty() {
        let row = db
            .query_one(
                "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace($1))
                     OR EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace($1))",
                &[&scope.schema_ident().to_string()],
            )
            .await
            .map_err(|e| explain(doing(), e))?;
        let found = if row.get(0) {
            ExistingTable::Other("it holds other things, and no messages".into())
        } else {
            ExistingTable::Nothing
        };
        return Ok(found);
    }
    let wanted = [
        ("id", &["uuid"][..]),
        ("stream_name", &["character varying", "text"]),
        ("type", &["character varying", "text"]),
        ("position", &["bigint"]),
        ("global_position", &["bigint"]),
        ("data", &["jsonb"]),
        ("metadata", &["jsonb"]),
        ("time", &["timestamp without time zone"]),
    ];
    for (name, types) in wanted {
        match columns.iter().find(|r| r.get::<_, &str>(0) == name).map(|r| r.get::<_, &str>(1)) {
            None => return Ok(ExistingTable::Other(format!("its messages have no column {name}"))),
            Some(other) if !types.contains(&other) => {
                return Ok(ExistingTable::Other(format!("its messages' {name} is of type {other}, not {}", types[0])));
            }
            Some(_) => {}
        }
    }
    for column in &columns {
        let (name, kind) = (column.get::<_, &str>(0), column.get::<_, &str>(2));
        if kind != "r" && kind != "p" {
            return Ok(ExistingTable::Other("its messages are no table".into()));
        }
        if column.get(3) && wanted.iter().all(|(wanted, _)| *wanted != name) {
            return Ok(ExistingTable::Other(format!("its messages need a column {name}")));
        }
    }
    Ok(ExistingTable::Messages)
}

/// Makes schema, table, functions, and the registry where there is none.
///
/// # Errors
/// Where a statement fails; run it in a transaction.
pub async fn make(db: &impl GenericClient, scope: &Scope) -> Result<()> {
    make_registry(db).await?;
    for sql in [
        include_str!("../../../migrations/postgres/001_messages.sql"),
        include_str!("../../../migrations/postgres/002_functions.sql"),
        include_str!("../../../migrations/postgres/004_message_db.sql"),
        include_str!("../../../migrations/postgres/005_readers.sql"),
    ] {
        db.batch_execute(&scope.render(sql)?)
            .await
            .map_err(|e| explain(format!("making schema {}", scope.schema()), e))?;
    }
    Ok(())
}

/// Makes the registry where there is none; run it in a transaction.
///
/// # Errors
/// Where a statement fails.
pub async fn make_registry(db: &impl GenericClient) -> Result<()> {
    let doing = "making the registry of namespaces";
    let row = db
        .query_one("SELECT to_regclass('eventodb_store.namespaces') IS NULL", &[])
        .await
        .map_err(|e| explain(doing, e))?;
    if row.get(0) {
        db.batch_execute(include_str!("../../../migrations/database/001_registry.sql"))
            .await
            .map_err(|e| explain(doing, e))?;
    }
    Ok(())
}

/// Makes indexes, moves the sequence to `at_least` where it stands before it, and says that the schema is whole.
///
/// # Errors
/// [`Kind::Conflict`] where an id, or a stream's position, is there twice; run it in a transaction.
pub async fn finish(db: &impl GenericClient, scope: &Scope, at_least: i64) -> Result<()> {
    let doing = format!("making the indexes of schema {}", scope.schema());
    db.batch_execute(&scope.render(include_str!("../../../migrations/postgres/003_whole.sql"))?).await.map_err(|e| {
        let error = explain(doing, e);
        match error.kind() {
            Kind::Conflict => error.hint(
                "the namespace has messages that a plain schema has no place for; EventoDB's Postgres driver keeps an id \
                 once, whatever its time",
            ),
            _ => error,
        }
    })?;
    super::heads::raise_sequence(db, scope, at_least).await
}

/// Whether the database has EventoDB's registry.
///
/// # Errors
/// Where the query fails.
pub async fn has_registry(db: &impl GenericClient) -> Result<bool> {
    let row = db
        .query_one("SELECT to_regclass('eventodb_store.namespaces') IS NOT NULL", &[])
        .await
        .map_err(|e| explain("looking for the target's registry of namespaces", e))?;
    Ok(row.get(0))
}

/// Which schema the registry has for a namespace of this name; `None` where it has none.
///
/// # Errors
/// Where the query fails.
pub async fn registered(db: &impl GenericClient, namespace: &str) -> Result<Option<String>> {
    let doing = "reading the target's registry of namespaces";
    if !has_registry(db).await? {
        return Ok(None);
    }
    let row = db
        .query_opt("SELECT schema_name FROM eventodb_store.namespaces WHERE id = $1", &[&namespace])
        .await
        .map_err(|e| explain(doing, e))?;
    Ok(row.map(|row| row.get(0)))
}

/// Enters the namespace in the target's registry, as it stands in the source's, under the target's schema. False where one
/// of this name is there already.
///
/// # Errors
/// [`Kind::Conflict`] where another namespace has the token or the schema.
pub async fn register(source: &impl GenericClient, target: &impl GenericClient, scope: &Scope) -> Result<bool> {
    let row = source
        .query_opt(
            "SELECT token_hash, description, created_at FROM eventodb_store.namespaces WHERE id = $1",
            &[&scope.namespace()],
        )
        .await
        .map_err(|e| explain("reading the registry of namespaces", e))?
        .ok_or_else(|| {
            Error::new(Kind::NotFound, "reading the registry of namespaces")
                .because(format!("namespace {} is not in it any more", scope.namespace()))
        })?;
    let (token_hash, description, created_at): (String, Option<String>, i64) = (row.get(0), row.get(1), row.get(2));
    let n = target
        .execute(
            "INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at, metadata)
             VALUES ($1, $2, $3, $4, $5, '{}') ON CONFLICT (id) DO NOTHING",
            &[&scope.namespace(), &token_hash, &scope.schema(), &description, &created_at],
        )
        .await
        .map_err(|e| {
            let error = explain(format!("registering namespace {} on the target", scope.namespace()), e);
            match error.kind() {
                Kind::Conflict => error.hint("another namespace there has its token, or its schema"),
                _ => error,
            }
        })?;
    Ok(n == 1)
}

/// Keeps others from copying into the same schema for as long as the session lasts.
///
/// # Errors
/// [`Kind::Busy`] where another session does.
pub async fn lock(db: &impl GenericClient, schema: &str) -> Result<()> {
    let doing = format!("taking schema {schema} for this run");
    let row = db
        .query_one(
            "SELECT pg_try_advisory_lock(hashtextextended('eventodb-admin/to-postgres/' || $1::text, 0))",
            &[&schema],
        )
        .await
        .map_err(|e| explain(doing.clone(), e))?;
    if row.get(0) {
        return Ok(());
    }
    Err(Error::new(Kind::Busy, doing)
        .because("another run copies into it")
        .hint("wait for that run to end; SELECT pid, application_name FROM pg_stat_activity shows it"))
}
