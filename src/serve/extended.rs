//! Statements in steps: parsed, bound to parameters, described and executed
//! (<https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY>).

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, CloseComplete, Describe, Execute, Parse, ParseComplete, PortalSuspended,
};
use pgwire::messages::response::TransactionStatus;
use pgwire::messages::{PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend};
use sqlparser::ast::Query;

use super::cursor::Cursor;
use super::failure::StatementFailure;
use super::fault::{Answer, Fault};
use super::kept::{KeptBytes, SessionMemory};
use super::metrics::Metrics;
use super::sql::{ParameterValue, Parameters, Statement, statements};
use super::transaction::Transaction;
use super::utility;
use super::wire::Wire;

/// Statements and portals of a session.
const MAX_KEPT: usize = 1000;

/// A statement as it came. What it is parsed into takes up to some hundred times as much memory, so that is made again each time.
#[derive(Debug)]
struct KeptText {
    sql: String,
    _kept: KeptBytes,
}

impl KeptText {
    fn statement(&self) -> Answer<Statement> {
        read(&self.sql)
    }
}

#[derive(Debug)]
struct Prepared {
    text: Arc<KeptText>,
    oids: Vec<u32>,
    _kept: KeptBytes,
}

/// How far a portal's SELECT has come.
#[derive(Debug)]
enum PortalProgress {
    NotBegun,
    Suspended(Box<Cursor>, KeptBytes),
    Done,
}

#[derive(Debug)]
struct Portal {
    text: Arc<KeptText>,
    parameters: Parameters,
    formats: Vec<i16>,
    progress: PortalProgress,
    _kept: KeptBytes,
}

/// A session's prepared statements and portals.
#[derive(Debug, Default)]
pub struct Extended {
    prepared: HashMap<String, Prepared>,
    portals: HashMap<String, Portal>,
    is_skipping: bool,
}

impl Extended {
    /// Whether messages are passed over until the client is in step again.
    pub const fn is_skipping(&self) -> bool {
        self.is_skipping
    }

    /// One has failed.
    pub const fn skip(&mut self) {
        self.is_skipping = true;
    }

    /// The client is in step.
    pub fn sync(&mut self, transaction: &Transaction) {
        self.is_skipping = false;
        if transaction.status() == TransactionStatus::Idle {
            self.portals.clear();
        }
    }

    /// A statement came by itself, outside of the steps: what it has done with what is kept here.
    pub fn after(&mut self, statement: &Statement, transaction: &Transaction) {
        match statement {
            Statement::Deallocate(None) | Statement::Discard => self.prepared.clear(),
            Statement::Deallocate(Some(name)) => drop(self.prepared.remove(name)),
            _ => {}
        }
        if transaction.status() == TransactionStatus::Idle {
            self.portals.clear();
        }
    }

    /// Does what a message says.
    pub async fn take(
        &mut self,
        wire: &mut Wire,
        transaction: &mut Transaction,
        message: Frontend,
    ) -> Result<(), StatementFailure> {
        match message {
            Frontend::Parse(parse) => {
                self.parse(parse, transaction)?;
                Ok(wire.feed(Backend::ParseComplete(ParseComplete::new())).await?)
            }
            Frontend::Bind(bind) => {
                self.bind(bind, transaction.memory())?;
                Ok(wire.feed(Backend::BindComplete(BindComplete::new())).await?)
            }
            Frontend::Describe(describe) => self.describe(wire, transaction, describe).await,
            Frontend::Execute(execute) => self.execute(wire, transaction, execute).await,
            Frontend::Close(close) => {
                let name = close.name.unwrap_or_default();
                if close.target_type == b'S' {
                    self.prepared.remove(&name);
                } else {
                    self.portals.remove(&name);
                }
                Ok(wire.feed(Backend::CloseComplete(CloseComplete::new())).await?)
            }
            _ => Err(Fault::new("08P01", "this message is not expected here").into()),
        }
    }

    fn parse(&mut self, parse: Parse, transaction: &Transaction) -> Answer<()> {
        let statement = read(&parse.query)?;
        transaction.check(&statement)?;
        // Whatever is refused is refused at once.
        let parameters = Parameters::of_types(&parse.type_oids);
        transaction.outputs(&statement, &parameters)?;
        let (name, oids) = (parse.name.unwrap_or_default(), parameters.types());
        // The one that it takes the place of is gone, as the unnamed one always is.
        self.prepared.remove(&name);
        if self.prepared.len() >= MAX_KEPT {
            return Err(Fault::new("53400", "too many prepared statements"));
        }
        let memory = transaction.memory();
        let kept = memory.keep(name.len() + size_of_val(oids.as_slice()))?;
        let text = KeptText { _kept: memory.keep(parse.query.len())?, sql: parse.query };
        self.prepared.insert(name, Prepared { text: Arc::new(text), oids, _kept: kept });
        Ok(())
    }

    fn bind(&mut self, bind: Bind, memory: &SessionMemory) -> Answer<()> {
        let statement = bind.statement_name.unwrap_or_default();
        let none = || Fault::new("26000", format!("prepared statement \"{statement}\" does not exist"));
        let prepared = self.prepared.get(&statement).ok_or_else(none)?;
        let codes = &bind.parameter_format_codes;
        let is_binary = |at: usize| match codes.as_slice() {
            [] => false,
            [all] => *all == 1,
            each => each.get(at) == Some(&1),
        };
        if bind.parameters.len() != prepared.oids.len() {
            return Err(Fault::new(
                "08P01",
                format!("{} parameters came, the statement has {}", bind.parameters.len(), prepared.oids.len()),
            ));
        }
        let name = bind.portal_name.unwrap_or_default();
        self.portals.remove(&name);
        if self.portals.len() >= MAX_KEPT {
            return Err(Fault::new("53400", "too many portals"));
        }
        let formats = bind.result_column_format_codes;
        let of_values = |value: &Option<Bytes>| size_of::<ParameterValue>() + value.as_ref().map_or(0, Bytes::len);
        let values: usize = bind.parameters.iter().map(of_values).sum();
        let kept = memory.keep(name.len() + size_of_val(formats.as_slice()) + values)?;
        // A part of the message would keep all that was read with it.
        let given = bind.parameters.iter().enumerate().map(|(at, bytes)| ParameterValue {
            bytes: bytes.as_deref().map(Bytes::copy_from_slice),
            is_binary: is_binary(at),
        });
        let portal = Portal {
            text: Arc::clone(&prepared.text),
            parameters: Parameters::of_types(&prepared.oids).bound(given.collect()),
            formats,
            progress: PortalProgress::NotBegun,
            _kept: kept,
        };
        self.portals.insert(name, portal);
        Ok(())
    }

    async fn describe(
        &mut self,
        wire: &mut Wire,
        transaction: &mut Transaction,
        describe: Describe,
    ) -> Result<(), StatementFailure> {
        let name = describe.name.unwrap_or_default();
        let (statement, parameters, formats) = if describe.target_type == b'S' {
            let none = || Fault::new("26000", format!("prepared statement \"{name}\" does not exist"));
            let prepared = self.prepared.get(&name).ok_or_else(none)?;
            let types = ParameterDescription::new(prepared.oids.clone());
            wire.feed(Backend::ParameterDescription(types)).await?;
            (prepared.text.statement()?, &Parameters::of_types(&prepared.oids), &Vec::new())
        } else {
            let none = || Fault::new("34000", format!("portal \"{name}\" does not exist"));
            let portal = self.portals.get(&name).ok_or_else(none)?;
            (portal.text.statement()?, &portal.parameters, &portal.formats)
        };
        if let Statement::Fetch(cursor, _) = &statement {
            return Ok(wire.feed(Backend::RowDescription(transaction.description_of(cursor)?)).await?);
        }
        let outputs = transaction.outputs(&statement, parameters)?;
        let described = if outputs.is_empty() && !matches!(statement, Statement::Select(_)) {
            Backend::NoData(NoData::new())
        } else {
            Transaction::described(&outputs, formats)
        };
        Ok(wire.feed(described).await?)
    }

    async fn execute(
        &mut self,
        wire: &mut Wire,
        transaction: &mut Transaction,
        execute: Execute,
    ) -> Result<(), StatementFailure> {
        let name = execute.name.unwrap_or_default();
        let none = || Fault::new("34000", format!("portal \"{name}\" does not exist"));
        let portal = self.portals.get_mut(&name).ok_or_else(none)?;
        let statement = portal.text.statement()?;
        transaction.check(&statement)?;
        let most = u64::try_from(execute.max_rows).ok().filter(|n| *n > 0).unwrap_or(u64::MAX);
        match &statement {
            Statement::Select(query) => portal.select(wire, transaction, query, most).await,
            Statement::Fetch(cursor, amount) => transaction.fetch(wire, cursor, *amount, false).await,
            Statement::Explain(query) => {
                let line = utility::explained(transaction.estimate(query, &portal.parameters).await)?;
                Ok(utility::explain(wire, &line, false).await?)
            }
            Statement::Show(name) => Ok(utility::one_row(wire, name, utility::setting(name)?, false).await?),
            other => {
                if matches!(other, Statement::Deallocate(None) | Statement::Discard) {
                    self.prepared.clear();
                    return Ok(wire.complete("DEALLOCATE ALL").await?);
                }
                transaction.without_rows(wire, other, &portal.parameters).await
            }
        }
    }
}

impl Portal {
    /// Sends so many rows at most. What is left of the answer is kept.
    async fn select(
        &mut self,
        wire: &mut Wire,
        transaction: &Transaction,
        query: &Query,
        most: u64,
    ) -> Result<(), StatementFailure> {
        let (mut cursor, kept) = match std::mem::replace(&mut self.progress, PortalProgress::Done) {
            PortalProgress::Done => return Ok(wire.complete("SELECT 0").await?),
            PortalProgress::Suspended(cursor, kept) => (cursor, Some(kept)),
            PortalProgress::NotBegun => {
                Metrics::count(&transaction.server().metrics.statements, 1);
                let cursor = transaction.cursor(query, &self.parameters, self.formats.clone()).await?;
                let will_stay = most < u64::MAX;
                let kept = will_stay.then(|| transaction.memory().keep(cursor.statement_bytes())).transpose()?;
                (Box::new(cursor), kept)
            }
        };
        let rows = transaction.send(wire, &mut cursor, most).await?;
        if rows < most {
            return Ok(wire.complete(format!("SELECT {rows}")).await?);
        }
        if let Some(kept) = kept {
            self.progress = PortalProgress::Suspended(cursor, kept);
        }
        Ok(wire.feed(Backend::PortalSuspended(PortalSuspended::new())).await?)
    }
}

/// The one statement of a text.
fn read(sql: &str) -> Answer<Statement> {
    let mut all = statements(sql)?;
    if all.len() > 1 {
        return Err(Fault::new("42601", "cannot insert multiple commands into a prepared statement"));
    }
    Ok(all.pop().unwrap_or(Statement::Empty))
}
