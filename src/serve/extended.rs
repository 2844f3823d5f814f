//! Statements in steps: parsed, bound to parameters, described and executed
//! (<https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY>).

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, CloseComplete, Describe, Execute, Parse, ParseComplete, PortalSuspended,
};
use pgwire::messages::response::{EmptyQueryResponse, TransactionStatus};
use pgwire::messages::{PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend};

use super::cursor::Cursor;
use super::failure::StatementFailure;
use super::fault::{Answer, Fault};
use super::kept::{KeptBytes, SessionMemory};
use super::metrics::Metrics;
use super::reading::ReadStatement;
use super::sql::{ParameterValue, Parameters, Statement};
use super::transaction::{CompiledQuery, Transaction};
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

/// Which prepared statements a statement closes.
#[derive(Debug)]
pub enum ClosedStatements {
    /// None of them.
    None,
    /// That of this name.
    One(String),
    /// All of them.
    All,
}

impl From<&Statement> for ClosedStatements {
    fn from(statement: &Statement) -> Self {
        match statement {
            Statement::Deallocate(None) | Statement::Discard => Self::All,
            Statement::Deallocate(Some(name)) => Self::One(name.clone()),
            _ => Self::None,
        }
    }
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
    pub fn after(&mut self, closed: ClosedStatements, transaction: &Transaction) {
        match closed {
            ClosedStatements::All => self.prepared.clear(),
            ClosedStatements::One(name) => drop(self.prepared.remove(&name)),
            ClosedStatements::None => {}
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
                self.parse(parse, transaction).await?;
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

    async fn parse(&mut self, parse: Parse, transaction: &Transaction) -> Answer<()> {
        let read = transaction.server().statement_turns.read_one(&parse.query).await?;
        transaction.check(&read.statement)?;
        // Whatever is refused is refused at once.
        let parameters = Parameters::of_types(&parse.type_oids);
        transaction.outputs(&read.statement, &parameters)?;
        drop(read);
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
        let (text, parameters, formats) = if describe.target_type == b'S' {
            let none = || Fault::new("26000", format!("prepared statement \"{name}\" does not exist"));
            let prepared = self.prepared.get(&name).ok_or_else(none)?;
            let types = ParameterDescription::new(prepared.oids.clone());
            wire.feed(Backend::ParameterDescription(types)).await?;
            (&prepared.text, &Parameters::of_types(&prepared.oids), &Vec::new())
        } else {
            let none = || Fault::new("34000", format!("portal \"{name}\" does not exist"));
            let portal = self.portals.get(&name).ok_or_else(none)?;
            (&portal.text, &portal.parameters, &portal.formats)
        };
        let read = transaction.server().statement_turns.read_one(&text.sql).await?;
        let described = if let Statement::Fetch(cursor, _) = &read.statement {
            Backend::RowDescription(transaction.description_of(cursor)?)
        } else {
            let outputs = transaction.outputs(&read.statement, parameters)?;
            if outputs.is_empty() && !matches!(read.statement, Statement::Select(_)) {
                Backend::NoData(NoData::new())
            } else {
                Transaction::described(&outputs, formats)
            }
        };
        drop(read);
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
        let read = transaction.server().statement_turns.read_one(&portal.text.sql).await?;
        transaction.check(&read.statement)?;
        let most = u64::try_from(execute.max_rows).ok().filter(|n| *n > 0).unwrap_or(u64::MAX);
        let ReadStatement { statement, turn } = read;
        match statement {
            Statement::Select(query) => {
                let compiled = match portal.progress {
                    PortalProgress::NotBegun => Some(transaction.compiled(&query, &portal.parameters)?),
                    _ => None,
                };
                drop((query, turn));
                portal.select(wire, transaction, compiled, most).await
            }
            Statement::Fetch(cursor, amount) => {
                drop(turn);
                transaction.fetch(wire, &cursor, amount, false).await
            }
            Statement::Explain(query) => {
                let compiled = transaction.compiler(&portal.parameters).select(&query);
                drop((query, turn));
                let line = transaction.explained(compiled).await?;
                Ok(utility::explain(wire, &line, false).await?)
            }
            Statement::Show(name) => {
                drop(turn);
                Ok(utility::one_row(wire, &name, utility::setting(&name)?, false).await?)
            }
            Statement::Deallocate(None) | Statement::Discard => {
                self.prepared.clear();
                drop(turn);
                Ok(wire.complete("DEALLOCATE ALL").await?)
            }
            Statement::Empty => Ok(wire.feed(Backend::EmptyQueryResponse(EmptyQueryResponse::new())).await?),
            other => {
                let tag = transaction.tag(ReadStatement { statement: other, turn }, &portal.parameters).await?;
                Ok(wire.complete(tag).await?)
            }
        }
    }
}

impl Portal {
    /// Sends so many rows at most. What is left of the answer is kept. `compiled`: where it has not begun.
    async fn select(
        &mut self,
        wire: &mut Wire,
        transaction: &Transaction,
        compiled: Option<CompiledQuery>,
        most: u64,
    ) -> Result<(), StatementFailure> {
        let (mut cursor, kept) = match (std::mem::replace(&mut self.progress, PortalProgress::Done), compiled) {
            (PortalProgress::Suspended(cursor, kept), _) => (cursor, kept),
            (PortalProgress::NotBegun, Some(compiled)) => {
                Metrics::count(&transaction.server().metrics.statements, 1);
                let cursor = transaction.cursor(compiled, self.formats.clone()).await?;
                let memory = transaction.memory();
                // A portal that may stay is kept between two messages.
                let may_stay = most < u64::MAX;
                let bytes = cursor.statement_bytes();
                let kept = if may_stay { memory.keep(bytes) } else { memory.run(bytes) }?;
                (Box::new(cursor), kept)
            }
            _ => return Ok(wire.complete("SELECT 0").await?),
        };
        let rows = transaction.send(wire, &mut cursor, most).await?;
        if rows < most {
            return Ok(wire.complete(format!("SELECT {rows}")).await?);
        }
        self.progress = PortalProgress::Suspended(cursor, kept);
        Ok(wire.feed(Backend::PortalSuspended(PortalSuspended::new())).await?)
    }
}
