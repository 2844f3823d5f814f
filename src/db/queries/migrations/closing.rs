//! A source that refuses writes since a cutover, and which migration has closed it.

use std::fmt::Write as _;

use tokio_postgres::GenericClient;

use crate::db::errors::explain;
use crate::db::ident::{Ident, Qualified, literal};
use crate::error::Result;

use super::mark::{ClosedFor, SourceMark};
use super::table::{SourceTable, Structure};

/// The trigger that keeps statements out after a cutover, and its function.
const BLOCK: &str = "eventodb_admin_moved";
/// The trigger that keeps rows out which come past statements: a subscription's, or straight into a part of the table.
const BLOCK_ROWS: &str = "eventodb_admin_moved_rows";
/// Whoever copies a namespace back into the source that it came from gives the migration's mark here.
const MOVING_BACK: &str = "eventodb.moving_back";

/// Whether a source takes writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It does.
    No,
    /// A cutover has closed it.
    By {
        /// Of the migration; empty where an earlier version closed it.
        mark: String,
        /// Where the messages have moved to, in words.
        moved_to: String,
    },
}

impl Closed {
    /// Whose the source is, as the migration with this mark sees it.
    pub fn seen_by(&self, own: &SourceMark) -> ClosedFor {
        match self {
            Self::No => ClosedFor::Nobody,
            Self::By { mark, moved_to } => own.judge(mark, moved_to),
        }
    }
}

/// Whether the table refuses writes, and since whose cutover.
///
/// # Errors
/// Where the query fails.
pub async fn closed(db: &impl GenericClient, table: u32) -> Result<Closed> {
    let row = db
        .query_opt(
            "SELECT convert_from(substring(t.tgargs FROM 1 FOR t.first - 1), getdatabaseencoding()),
                    convert_from(substring(t.tgargs FROM t.first + 1 FOR greatest(length(t.tgargs) - t.first - 1, 0)),
                                 getdatabaseencoding())
               FROM (SELECT tgname, tgargs, greatest(position('\\x00'::bytea IN tgargs), 1) AS first FROM pg_trigger
                      WHERE tgrelid = $1 AND tgname IN ($2, $3)
                      ORDER BY tgnargs DESC LIMIT 1) t",
            &[&table, &BLOCK, &BLOCK_ROWS],
        )
        .await
        .map_err(|e| explain("asking whether the source takes writes", e))?;
    Ok(row.map_or(Closed::No, |r| {
        let text = |i| r.try_get::<_, String>(i).unwrap_or_default();
        Closed::By { mark: text(0), moved_to: text(1) }
    }))
}

/// Makes the table refuse writes for good, whoever writes, by whatever way; its rows stay as they are. Only a session that
/// gives the `mark` adds messages to it (see [`move_back`]).
///
/// # Errors
/// Where a statement fails.
pub async fn close(db: &impl GenericClient, table: &SourceTable, mark: &SourceMark, moved_to: &str) -> Result<()> {
    let name = &table.name;
    let doing = format!("making {name} read-only");
    let function = Qualified::new(name.schema.as_str(), BLOCK);
    let body = literal(&format!(
        "BEGIN
    IF TG_OP = 'INSERT' AND current_setting('{MOVING_BACK}', true) = TG_ARGV[0] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'read_only_sql_transaction',
        MESSAGE = 'the messages of this schema have moved to ' || TG_ARGV[1];
END"
    ))?;
    let arguments = format!("{}, {}", literal(&mark.to_string())?, literal(moved_to)?);
    let mut sql = format!(
        "DROP FUNCTION IF EXISTS {function}() CASCADE;
         CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {body};"
    );
    for part in &table.parts {
        let (statements, rows) = (Ident::new(BLOCK), Ident::new(BLOCK_ROWS));
        let part_name = &part.name;
        // A string takes every write.
        let _ = write!(
            sql,
            "CREATE TRIGGER {statements} BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {part_name}
                 FOR EACH STATEMENT EXECUTE FUNCTION {function}({arguments});
             {};",
            fire_always(table.structure, part_name, &statements)?
        );
        if part.has_rows {
            let _ = write!(
                sql,
                "CREATE TRIGGER {rows} BEFORE INSERT OR UPDATE OR DELETE ON {part_name}
                     FOR EACH ROW EXECUTE FUNCTION {function}({arguments});
                 {};",
                fire_always(table.structure, part_name, &rows)?
            );
        }
    }
    db.batch_execute(&sql).await.map_err(|e| explain(doing, e))
}

/// The statement that has a trigger fire for whoever writes, a subscription included.
fn fire_always(structure: Structure, part: &Qualified, trigger: &Ident) -> Result<String> {
    if structure != Structure::Hypertable {
        // Each part is named.
        return Ok(format!("ALTER TABLE ONLY {part} ENABLE ALWAYS TRIGGER {trigger}"));
    }
    // Chunks follow. TimescaleDB 2.19 cannot do this for a hypertable, later versions can: there a subscription, which would
    // come past the triggers, is only refused at the cutover.
    let body = literal(&format!(
        "BEGIN ALTER TABLE {part} ENABLE ALWAYS TRIGGER {trigger};
         EXCEPTION WHEN feature_not_supported THEN NULL; END"
    ))?;
    Ok(format!("DO {body}"))
}

/// Lets the table take writes again.
///
/// # Errors
/// Where a statement fails.
pub async fn reopen(db: &impl GenericClient, table: &Qualified) -> Result<()> {
    db.batch_execute(&reopening(table)).await.map_err(|e| explain(format!("letting {table} take writes again"), e))
}

/// The statement that lets a closed source take writes again, for people.
pub fn reopening(table: &Qualified) -> String {
    format!("DROP FUNCTION IF EXISTS {}() CASCADE", Qualified::new(table.schema.as_str(), BLOCK))
}

/// Has the transaction add messages to a source that the migration with this mark has closed.
///
/// # Errors
/// Where the statement fails.
pub async fn move_back(db: &impl GenericClient, mark: &str) -> Result<()> {
    db.execute("SELECT set_config($1, $2, true)", &[&MOVING_BACK, &mark])
        .await
        .map_err(|e| explain("opening the source for what is copied back", e))?;
    Ok(())
}
