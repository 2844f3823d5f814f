//! What is asked about the table rather than of it: plans, settings, and what `postgres_fdw` asks for its statistics.

use std::io;

use bytes::{BufMut, BytesMut};
use pgwire::messages::PgWireBackendMessage as Backend;
use pgwire::messages::data::DataRow;
use sqlparser::ast::Query;

use super::cursor::describe;
use super::fault::{Answer, Fault};
use super::scan::ScanPlan;
use super::sql::{Collation, Expr, MessageColumn, NamespaceTable, Output, Select, Type, Value};
use super::wire::Wire;

/// A page of the database's.
const PAGE: u64 = 8192;

/// An output of text.
pub fn text_output(name: &str) -> Output {
    Output { name: name.to_owned(), kind: Type::Text(Collation::OfDatabase), expr: Expr::NULL }
}

/// A row of one text.
pub async fn one_row(wire: &mut Wire, name: &str, value: &str, described: bool) -> io::Result<()> {
    if described {
        wire.feed(Backend::RowDescription(describe(&[text_output(name)], &[]))).await?;
    }
    let mut data = BytesMut::new();
    data.put_i32(i32::try_from(value.len()).unwrap_or(0));
    data.put_slice(value.as_bytes());
    wire.feed(Backend::DataRow(DataRow::new(data, 1))).await?;
    wire.complete(if name == "QUERY PLAN" { "EXPLAIN" } else { "SHOW" }).await
}

/// A plan's line, with what `postgres_fdw` reads of it.
///
/// # Errors
/// Those of the plan, but for what would be refused: that costs so much that the database looks for another way, and does
/// what was not to be pushed down by itself.
pub fn explained(plan: Answer<ScanPlan>) -> Answer<String> {
    let plan = match plan {
        Ok(plan) => plan,
        Err(fault) if fault.code == "0A000" => {
            return Ok("Refused Scan on messages  (cost=1000000000.00..1000000000.00 rows=1 width=100)".to_owned());
        }
        Err(fault) => return Err(fault),
    };
    let (rows, pages) = (plan.estimate(), plan.bytes() / PAGE);
    let width = plan.bytes().checked_div(plan.messages()).unwrap_or(100).max(1);
    #[allow(clippy::cast_precision_loss)] // an estimate
    let read = pages as f64 + rows as f64 / 100.0;
    // Rows come by global position as they lie; for any other order all of them are read first.
    let (start, cost) = if plan.is_sorted() { (read * 1.5, read * 1.5) } else { (0.0, read) };
    Ok(format!("Archives Scan on messages  (cost={start:.2}..{cost:.2} rows={rows} width={width})"))
}

/// A plan.
pub async fn explain(wire: &mut Wire, line: &str, described: bool) -> io::Result<()> {
    one_row(wire, "QUERY PLAN", line, described).await
}

/// A setting that is what it is.
pub fn setting(name: &str) -> Answer<&'static str> {
    Ok(match name {
        "server_version" => "15.0",
        "server_encoding" | "client_encoding" => "UTF8",
        "timezone" | "time_zone" => "UTC",
        "datestyle" => "ISO, MDY",
        "transaction_isolation" | "transaction_isolation_level" => "repeatable read",
        "transaction_read_only" | "default_transaction_read_only" | "standard_conforming_strings" => "on",
        _ => return Err(Fault::new("42704", format!("unrecognized configuration parameter \"{name}\""))),
    })
}

/// What is asked of a table's statistics.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The namespace's schema.
    pub schema: String,
    is_size: bool,
}

/// Whether a query is one that `ANALYZE` sends for a foreign table.
pub fn catalog(query: &Query) -> Option<Catalog> {
    let text = query.to_string();
    let rest = [
        ("SELECT pg_catalog.pg_relation_size(", true),
        ("SELECT reltuples, relkind FROM pg_catalog.pg_class WHERE oid = ", false),
    ]
    .into_iter()
    .find_map(|(start, is_size)| Some((text.strip_prefix(start)?, is_size)));
    let (rest, is_size) = rest?;
    let name = rest.strip_prefix('\'')?.split_once("'::")?.0;
    let schema = name.strip_suffix(".messages")?.replace("''", "'");
    let schema = match schema.strip_prefix('"').and_then(|s| s.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => schema,
    };
    Some(Catalog { schema, is_size })
}

impl Catalog {
    /// The form of the answer.
    pub fn placeholder(&self) -> Select {
        self.constants(0)
    }

    /// The answer: pages; or that rows were never counted, so that all of them are looked at.
    pub fn answer(&self, whole: &ScanPlan) -> Select {
        self.constants(i64::try_from(whole.bytes() / PAGE).unwrap_or(i64::MAX))
    }

    fn constants(&self, pages: i64) -> Select {
        let one = |name: &str, kind, value| Output { name: name.to_owned(), kind, expr: Expr::Constant(value) };
        let outputs = if self.is_size {
            vec![one("?column?", Type::Int8, Value::Int(pages))]
        } else {
            let text = Type::Text(Collation::OfDatabase);
            vec![one("reltuples", Type::Int4, Value::Int(-1)), one("relkind", text, Value::Text("f".into()))]
        };
        Select { table: None, outputs, ..Select::all_of(&self.schema) }
    }
}

impl Select {
    /// All of a namespace's archived messages, of which nothing but their global position is asked.
    pub fn all_of(schema: &str) -> Self {
        let at = Expr::Column(MessageColumn::GlobalPosition);
        Self {
            table: Some(NamespaceTable { schema: schema.to_owned() }),
            outputs: vec![Output { name: String::new(), kind: Type::Int8, expr: at }],
            aggregates: None,
            condition: None,
            order: Vec::new(),
            limit: None,
            offset: 0,
            locks: false,
        }
    }
}
