//! A session's transaction: nothing is ever changed by it, but cursors live in it, and after a failure it takes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use pgwire::messages::PgWireBackendMessage as Backend;
use pgwire::messages::response::{EmptyQueryResponse, TransactionStatus};
use sqlparser::ast::Query;

use super::auth::Admitted;
use super::cursor::{Cursor, describe};
use super::failure::StatementFailure;
use super::fault::{Answer, Fault};
use super::kept::{KeptBytes, SessionMemory};
use super::metrics::Metrics;
use super::reading::ReadStatement;
use super::scan::{AskingSession, LedgerAccess, ScanPlan};
use super::server::Server;
use super::sql::{ChangeStatement, Compiler, Expr, Fetch, MessageColumn, Output, Parameters, Select, Statement, Type};
use super::utility;
use super::wire::Wire;

/// What a SELECT is planned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlanPurpose {
    /// Its rows.
    Answer,
    /// A planner that wants to know about how many they are.
    Estimate,
}

/// Cursors of a session.
const MAX_CURSORS: usize = 64;
/// The longest value of a setting.
const LONGEST_SETTING: usize = 4096;

/// What a SELECT asks for.
#[derive(Debug)]
pub enum CompiledQuery {
    /// Something about a table, as planners ask for it.
    Catalog(utility::Catalog),
    /// Messages.
    Messages(Box<Select>),
}

/// A cursor with a name.
#[derive(Debug)]
struct NamedCursor {
    /// How many savepoints there were when it was made.
    depth: usize,
    cursor: Cursor,
    _kept: KeptBytes,
}

/// A session's transaction.
#[derive(Debug)]
pub struct Transaction {
    server: Arc<Server>,
    admitted: Admitted,
    status: TransactionStatus,
    cursors: HashMap<String, NamedCursor>,
    savepoints: Vec<(String, KeptBytes)>,
    settings: HashMap<String, String>,
    memory: SessionMemory,
}

impl Transaction {
    /// Of a session whose client has this name, and may ask for so much.
    pub fn new(server: &Arc<Server>, name: &str, admitted: Admitted) -> Self {
        let settings = HashMap::from([("application_name".to_owned(), name.to_owned())]);
        Self {
            server: Arc::clone(server),
            admitted,
            status: TransactionStatus::Idle,
            cursors: HashMap::new(),
            savepoints: Vec::new(),
            settings,
            memory: server.kept.session(),
        }
    }

    /// How it is.
    pub const fn status(&self) -> TransactionStatus {
        self.status
    }

    /// A statement has failed.
    pub fn fail(&mut self) {
        if self.status != TransactionStatus::Idle {
            self.status = TransactionStatus::Error;
        }
    }

    /// The server.
    pub const fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// What the session keeps.
    pub const fn memory(&self) -> &SessionMemory {
        &self.memory
    }

    /// Does what a statement says, and answers.
    pub async fn run(
        &mut self,
        wire: &mut Wire,
        read: ReadStatement,
        given: &Parameters,
    ) -> Result<(), StatementFailure> {
        self.check(&read.statement)?;
        Metrics::count(&self.server.metrics.statements, 1);
        let ReadStatement { statement, turn } = read;
        match statement {
            Statement::Select(query) => {
                let compiled = self.compiled(&query, given)?;
                drop((query, turn));
                let mut cursor = self.cursor(compiled, Vec::new()).await?;
                let _running = self.memory.run(cursor.statement_bytes())?;
                wire.feed(Backend::RowDescription(cursor.description())).await?;
                let rows = self.send(wire, &mut cursor, u64::MAX).await?;
                Ok(wire.complete(format!("SELECT {rows}")).await?)
            }
            Statement::Fetch(name, amount) => {
                drop(turn);
                self.fetch(wire, &name, amount, true).await
            }
            Statement::Explain(query) => {
                let compiled = self.compiler(given).select(&query);
                drop((query, turn));
                let line = self.explained(compiled).await?;
                Ok(utility::explain(wire, &line, true).await?)
            }
            Statement::Change(_) => {
                let outputs = self.outputs(&statement, given)?;
                let tag = self.tag(ReadStatement { statement, turn }, given).await?;
                if !outputs.is_empty() {
                    wire.feed(Self::described(&outputs, &[])).await?;
                }
                Ok(wire.complete(tag).await?)
            }
            Statement::Show(name) => {
                drop(turn);
                let value = self.shown(&name)?;
                Ok(utility::one_row(wire, &name, &value, true).await?)
            }
            Statement::Empty => Ok(wire.feed(Backend::EmptyQueryResponse(EmptyQueryResponse::new())).await?),
            other => {
                let tag = self.tag(ReadStatement { statement: other, turn }, given).await?;
                Ok(wire.complete(tag).await?)
            }
        }
    }

    /// Refuses what cannot be done now.
    pub fn check(&self, statement: &Statement) -> Answer<()> {
        let ends = matches!(statement, Statement::Commit | Statement::Rollback | Statement::RollbackTo(_));
        if self.status == TransactionStatus::Error && !ends {
            let message = "current transaction is aborted, commands ignored until end of transaction block";
            return Err(Fault::new("25P02", message));
        }
        Ok(())
    }

    /// Does what a statement says that answers with a word.
    pub async fn tag(&mut self, read: ReadStatement, given: &Parameters) -> Answer<String> {
        let ReadStatement { statement, turn } = read;
        match statement {
            Statement::Declare(name, query) => {
                self.may_declare(&name)?;
                let compiled = self.compiled(&query, given)?;
                drop((query, turn));
                self.declare(name, compiled).await?;
                Ok("DECLARE CURSOR".to_owned())
            }
            Statement::Change(change) => {
                let compiled = self.compiler(given).change(&change)?;
                drop((change, turn));
                self.change(compiled).await
            }
            other => self.word(&other).map(str::to_owned),
        }
    }

    /// Statements that nothing is read for.
    fn word(&mut self, statement: &Statement) -> Answer<&'static str> {
        match statement {
            Statement::Begin => {
                self.status = TransactionStatus::Transaction;
                Ok("BEGIN")
            }
            Statement::Commit | Statement::Rollback => {
                let failed = self.status == TransactionStatus::Error || *statement == Statement::Rollback;
                self.status = TransactionStatus::Idle;
                self.cursors.clear();
                self.savepoints.clear();
                Ok(if failed { "ROLLBACK" } else { "COMMIT" })
            }
            Statement::Savepoint(name) => {
                let kept = self.memory.keep(name.len())?;
                self.savepoints.push((name.clone(), kept));
                Ok("SAVEPOINT")
            }
            Statement::Release(name) => {
                let at = self.savepoint(name)?;
                self.savepoints.truncate(at);
                self.cursors.values_mut().for_each(|named| named.depth = named.depth.min(at));
                Ok("RELEASE")
            }
            Statement::RollbackTo(name) => {
                let at = self.savepoint(name)?;
                self.savepoints.truncate(at + 1);
                self.cursors.retain(|_, named| named.depth <= at);
                self.status = TransactionStatus::Transaction;
                Ok("ROLLBACK")
            }
            Statement::Set(name, value) => {
                may_go_on(name, value)?;
                is_short(name, value)?;
                self.settings.insert(name.clone(), value.clone());
                Ok("SET")
            }
            Statement::Rewind(name) => {
                self.named(name)?.rewind();
                Ok("MOVE 0")
            }
            Statement::Close(Some(name)) => {
                self.cursors.remove(name).map(drop).ok_or_else(|| no_cursor(name))?;
                Ok("CLOSE CURSOR")
            }
            Statement::Close(None) => {
                self.cursors.clear();
                Ok("CLOSE CURSOR ALL")
            }
            Statement::Deallocate(Some(_)) => Ok("DEALLOCATE"),
            Statement::Deallocate(None) => Ok("DEALLOCATE ALL"),
            Statement::Discard => Ok("DISCARD ALL"),
            // The database's own trigger deals with what is archived.
            Statement::Truncate => Ok("TRUNCATE TABLE"),
            _ => Err(Fault::refused("this statement")),
        }
    }

    fn savepoint(&self, name: &str) -> Answer<usize> {
        let none = || Fault::new("3B001", format!("savepoint \"{name}\" does not exist"));
        self.savepoints.iter().rposition(|(s, _)| s == name).ok_or_else(none)
    }

    fn named(&mut self, name: &str) -> Answer<&mut Cursor> {
        self.cursors.get_mut(name).map(|named| &mut named.cursor).ok_or_else(|| no_cursor(name))
    }

    fn shown(&self, name: &str) -> Answer<String> {
        if let Some(value) = self.settings.get(name) {
            return Ok(value.clone());
        }
        utility::setting(name).map(str::to_owned)
    }

    fn may_declare(&self, name: &str) -> Answer<()> {
        if self.status == TransactionStatus::Idle {
            return Err(Fault::new("25P01", "DECLARE CURSOR can only be used in transaction blocks"));
        }
        if self.cursors.contains_key(name) {
            return Err(Fault::new("42P03", format!("cursor \"{name}\" already exists")));
        }
        if self.cursors.len() >= MAX_CURSORS {
            return Err(Fault::new("53400", "too many cursors"));
        }
        Ok(())
    }

    async fn declare(&mut self, name: String, compiled: CompiledQuery) -> Answer<()> {
        let cursor = self.cursor(compiled, Vec::new()).await?;
        let kept = self.memory.keep(name.len() + cursor.statement_bytes())?;
        let named = NamedCursor { depth: self.savepoints.len(), cursor, _kept: kept };
        self.cursors.insert(name, named);
        Ok(())
    }

    /// What a cursor's rows look like.
    pub fn description_of(&mut self, name: &str) -> Answer<pgwire::messages::data::RowDescription> {
        self.named(name).map(|cursor| cursor.description())
    }

    /// Rows of a cursor.
    pub async fn fetch(
        &mut self,
        wire: &mut Wire,
        name: &str,
        amount: Fetch,
        described: bool,
    ) -> Result<(), StatementFailure> {
        let (name, mut entry) = self.cursors.remove_entry(name).ok_or_else(|| no_cursor(name))?;
        if described {
            wire.feed(Backend::RowDescription(entry.cursor.description())).await?;
        }
        let most = match amount {
            Fetch::Rows(n) => n,
            Fetch::All => u64::MAX,
        };
        // One that fails is gone, as its transaction is.
        let rows = self.send(wire, &mut entry.cursor, most).await?;
        wire.complete(format!("FETCH {rows}")).await?;
        entry.cursor.go_on(most);
        self.cursors.insert(name, entry);
        Ok(())
    }

    /// Sends rows, and says how many.
    pub async fn send(&self, wire: &mut Wire, cursor: &mut Cursor, most: u64) -> Result<u64, StatementFailure> {
        let mut sent = 0;
        loop {
            let mut batch = cursor.batch(most - sent).await?;
            cursor.turn().sending(wire.write(&batch.encoded)).await?;
            drop(std::mem::take(&mut batch.encoded));
            cursor.sent();
            sent += batch.rows;
            Metrics::count(&self.server.metrics.rows, batch.rows);
            if batch.is_last || sent >= most {
                return Ok(sent);
            }
        }
    }

    /// Reads queries with these parameters.
    pub fn compiler<'p>(&self, given: &'p Parameters) -> Compiler<'p> {
        Compiler { parameters: given, collation: self.server.collation }
    }

    /// A query's outputs, for a description.
    pub fn outputs(&self, statement: &Statement, given: &Parameters) -> Answer<Vec<Output>> {
        match statement {
            Statement::Select(query) => Ok(self.select(query, given)?.outputs),
            Statement::Declare(_, query) => self.select(query, given).map(|_| Vec::new()),
            Statement::Change(change) => Ok(self.compiler(given).change(change)?.outputs),
            Statement::Explain(_) => Ok(vec![utility::text_output("QUERY PLAN")]),
            Statement::Show(name) => Ok(vec![utility::text_output(name)]),
            _ => Ok(Vec::new()),
        }
    }

    fn select(&self, query: &Query, given: &Parameters) -> Answer<Select> {
        match utility::catalog(query) {
            Some(asked) => Ok(asked.placeholder()),
            None => self.compiler(given).select(query),
        }
    }

    /// What a SELECT asks for. Its text's tree is needed no more.
    pub fn compiled(&self, query: &Query, given: &Parameters) -> Answer<CompiledQuery> {
        Ok(match utility::catalog(query) {
            Some(asked) => CompiledQuery::Catalog(asked),
            None => CompiledQuery::Messages(Box::new(self.compiler(given).select(query)?)),
        })
    }

    /// A SELECT as a cursor.
    pub async fn cursor(&self, compiled: CompiledQuery, formats: Vec<i16>) -> Answer<Cursor> {
        let plan = match compiled {
            CompiledQuery::Catalog(asked) => {
                let whole = self.planned(Select::all_of(&asked.schema)).await?;
                self.planned(asked.answer(&whole)).await?
            }
            CompiledQuery::Messages(select) => self.planned(*select).await?,
        };
        Ok(Cursor::new(&self.server, plan, formats))
    }

    /// About what a SELECT will give, and take, as a planner wants to read it.
    pub async fn explained(&self, compiled: Answer<Select>) -> Answer<String> {
        let plan = match compiled {
            Ok(select) => self.ask(select, PlanPurpose::Estimate).await,
            Err(fault) => Err(fault),
        };
        utility::explained(plan)
    }

    async fn planned(&self, select: Select) -> Answer<ScanPlan> {
        self.ask(select, PlanPurpose::Answer).await
    }

    /// Asks the ledger by a session of its own, once more where that had broken.
    async fn ask(&self, select: Select, purpose: PlanPurpose) -> Answer<ScanPlan> {
        let asking = asking(self.settings.get("application_name").map_or("", String::as_str));
        let mut again = true;
        loop {
            let db = self.server.pool.get().await.map_err(|e| Fault::of_database(&e))?;
            let Server { reader, returns, turns, .. } = &*self.server;
            let ledger =
                LedgerAccess { db: &db, reader, asking: asking.clone(), admitted: &self.admitted, returns, turns };
            let planned = match purpose {
                PlanPurpose::Answer => ledger.plan(select.clone()).await,
                PlanPurpose::Estimate => ledger.estimate(select.clone(), &self.server.lately).await,
            };
            // A session that broke since it was used last says nothing about the database. The error may come before the
            // session is closed: an update of TimescaleDB ends sessions in this way that have loaded the earlier version.
            let has_broken = async || db.client().is_closed() || db.client().simple_query("").await.is_err();
            if planned.is_err() {
                db.forget_prepared();
                if again && has_broken().await {
                    again = false;
                    continue;
                }
            }
            return planned;
        }
    }

    /// A DELETE or an UPDATE, which must hit nothing.
    async fn change(&self, change: ChangeStatement) -> Answer<String> {
        let mut select = Select::all_of(&change.table.schema);
        // One column is asked for, so that the condition is looked at row by row.
        let at = Output { name: String::new(), kind: Type::Int8, expr: Expr::Column(MessageColumn::GlobalPosition) };
        (select.outputs, select.condition, select.limit) = (vec![at], change.condition, Some(1));
        let plan = self.planned(select).await?;
        let batch = Cursor::new(&self.server, plan, Vec::new()).batch(1).await?;
        if batch.rows > 0 { Err(Fault::archived()) } else { Ok(format!("{} 0", change.verb)) }
    }

    /// Describes outputs.
    pub fn described(outputs: &[Output], formats: &[i16]) -> Backend {
        Backend::RowDescription(describe(outputs, formats))
    }
}

fn no_cursor(name: &str) -> Fault {
    Fault::new("34000", format!("cursor \"{name}\" does not exist"))
}

/// The session that asks, from the name that the foreign server's option gives it: `eventodb-archived 4711 6a0c1f2e.1267`.
fn asking(name: &str) -> Option<AskingSession> {
    let mut words = name.strip_prefix("eventodb-archived ")?.split(' ');
    let pid = words.next()?.parse().ok()?;
    Some(AskingSession { pid, session: words.next().map(str::to_owned) })
}

/// Whether a setting may have this value here.
///
/// # Errors
/// 0A000 where answers would have to be other ones.
pub fn may_go_on(name: &str, value: &str) -> Answer<()> {
    let plain = value.trim_matches(['\'', '"']).to_ascii_lowercase();
    let is_right = match name {
        "search_path" | "extra_float_digits" | "application_name" | "client_min_messages" | "intervalstyle" => true,
        "datestyle" => plain.starts_with("iso"),
        "timezone" => matches!(plain.as_str(), "gmt" | "utc" | "etc/utc" | "etc/gmt" | "z" | "zulu" | "uct" | "0"),
        "client_encoding" | "names" => matches!(plain.as_str(), "utf8" | "utf-8" | "unicode"),
        "standard_conforming_strings" | "default_transaction_read_only" | "transaction_read_only" => plain == "on",
        _ => false,
    };
    if is_right {
        return Ok(());
    }
    Err(Fault::new("0A000", format!("{name} cannot be {value} here"))
        .hint("times are in UTC, dates in ISO form and text in UTF-8; other settings there are none"))
}

/// Refuses a value that would be kept and that nothing has a use for.
fn is_short(name: &str, value: &str) -> Answer<()> {
    if value.len() <= LONGEST_SETTING {
        return Ok(());
    }
    Err(Fault::new("22023", format!("the value of {name} has {} bytes, {LONGEST_SETTING} are taken", value.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_that_asks_is_in_the_name() {
        let told = |name: &str| asking(name).map(|asking| (asking.pid, asking.session));
        assert_eq!(told("eventodb-archived 4711 6a0c1f2e.1267"), Some((4711, Some("6a0c1f2e.1267".to_owned()))));
        assert_eq!(told("eventodb-archived 4711"), Some((4711, None)));
        assert_eq!(told("psql"), None);
        assert_eq!(told("eventodb-archived %p %c"), None);
    }
}
