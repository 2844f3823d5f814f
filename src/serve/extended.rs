//! Statements in steps: parsed, bound to parameters, described and executed
//! (<https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY>).

use std::collections::HashMap;

use pgwire::messages::data::{NoData, ParameterDescription};
use pgwire::messages::extendedquery::{
    Bind, BindComplete, CloseComplete, Describe, Execute, Parse, ParseComplete, PortalSuspended,
};
use pgwire::messages::response::TransactionStatus;
use pgwire::messages::{PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend};

use super::cursor::Cursor;
use super::failure::StatementFailure;
use super::fault::{Answer, Fault};
use super::metrics::Metrics;
use super::sql::{ParameterValue, Parameters, Statement, statements};
use super::transaction::Transaction;
use super::utility;
use super::wire::Wire;

/// Statements and portals of a session.
const MAX_KEPT: usize = 1000;

#[derive(Debug, Clone)]
struct Prepared {
    statement: Statement,
    oids: Vec<u32>,
}

#[derive(Debug)]
struct Portal {
    statement: Statement,
    parameters: Parameters,
    formats: Vec<i16>,
    cursor: Option<Cursor>,
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
                self.bind(bind)?;
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
        let mut all = statements(&parse.query)?;
        if all.len() > 1 {
            return Err(Fault::new("42601", "cannot insert multiple commands into a prepared statement"));
        }
        let statement = all.pop().unwrap_or(Statement::Empty);
        transaction.check(&statement)?;
        // Whatever is refused is refused at once.
        let parameters = Parameters::of_types(&parse.type_oids);
        transaction.outputs(&statement, &parameters)?;
        if self.prepared.len() >= MAX_KEPT {
            return Err(Fault::new("53400", "too many prepared statements"));
        }
        let name = parse.name.unwrap_or_default();
        self.prepared.insert(name, Prepared { statement, oids: parameters.types() });
        Ok(())
    }

    fn bind(&mut self, bind: Bind) -> Answer<()> {
        let name = bind.statement_name.unwrap_or_default();
        let none = || Fault::new("26000", format!("prepared statement \"{name}\" does not exist"));
        let prepared = self.prepared.get(&name).ok_or_else(none)?;
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
        let given = bind
            .parameters
            .into_iter()
            .enumerate()
            .map(|(at, bytes)| ParameterValue { bytes, is_binary: is_binary(at) });
        if self.portals.len() >= MAX_KEPT {
            return Err(Fault::new("53400", "too many portals"));
        }
        let portal = Portal {
            statement: prepared.statement.clone(),
            parameters: Parameters::of_types(&prepared.oids).bound(given.collect()),
            formats: bind.result_column_format_codes,
            cursor: None,
        };
        self.portals.insert(bind.portal_name.unwrap_or_default(), portal);
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
            (&prepared.statement, &Parameters::of_types(&prepared.oids), &Vec::new())
        } else {
            let none = || Fault::new("34000", format!("portal \"{name}\" does not exist"));
            let portal = self.portals.get(&name).ok_or_else(none)?;
            (&portal.statement, &portal.parameters, &portal.formats)
        };
        if let Statement::Fetch(cursor, _) = statement {
            return Ok(wire.feed(Backend::RowDescription(transaction.description_of(cursor)?)).await?);
        }
        let outputs = transaction.outputs(statement, parameters)?;
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
        transaction.check(&portal.statement)?;
        let most = u64::try_from(execute.max_rows).ok().filter(|n| *n > 0).unwrap_or(u64::MAX);
        match &portal.statement {
            Statement::Select(query) => {
                let cursor = match &mut portal.cursor {
                    Some(cursor) => cursor,
                    none => {
                        Metrics::count(&transaction.server().metrics.statements, 1);
                        none.insert(transaction.cursor(query, &portal.parameters, portal.formats.clone()).await?)
                    }
                };
                let rows = transaction.send(wire, cursor, most).await?;
                if rows < most {
                    return Ok(wire.complete(format!("SELECT {rows}")).await?);
                }
                Ok(wire.feed(Backend::PortalSuspended(PortalSuspended::new())).await?)
            }
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
                transaction.without_rows(wire, &other.clone(), &portal.parameters).await
            }
        }
    }
}
