//! A session: it greets, proves who the client is, and takes statements until the end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use pgwire::messages::response::{EmptyQueryResponse, GssEncResponse, SslResponse};
use pgwire::messages::startup::{Authentication, BackendKeyData, ParameterStatus, SecretKey, Startup};
use pgwire::messages::{PgWireBackendMessage as Backend, PgWireFrontendMessage as Frontend, SslNegotiationMetaMessage};

use super::auth::{Admitted, prove};
use super::extended::{ClosedStatements, Extended};
use super::failure::StatementFailure;
use super::fault::{Answer, Fault};
use super::newcomers::Newcomer;
use super::server::{Phase, Server, SessionPlace, until};
use super::transaction::{Transaction, may_go_on};
use super::wire::{Expecting, Wire, WireStream};

/// How long a client may take to say who it is, and to prove it.
const GREETING: Duration = Duration::from_secs(10);

/// Whether a connection could be listened to by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineExposure {
    /// A socket that only this user opens: nobody is asked for a password.
    Private,
    /// This machine's own network.
    Loopback,
    /// Any network: it must be encrypted.
    Open,
}

/// Talks until the client or the server ends it.
pub async fn talk(server: Arc<Server>, stream: Box<dyn WireStream>, line: LineExposure, mut newcomer: Newcomer) {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "the client does not say who it is, or does not prove it");
    let let_in = tokio::select! {
        () = newcomer.has_to_go() => return,
        done = tokio::time::timeout(GREETING, let_in(&server, stream, line)) => done.unwrap_or_else(|_| Err(late())),
    };
    drop(newcomer);
    match let_in {
        Ok(Some(session)) => {
            if let Err(e) = session.run().await {
                tracing::debug!("a session ended: {e}");
            }
        }
        Ok(None) => {}
        Err(e) => {
            if let Some(others) = server.turned_away.due() {
                tracing::debug!("a connection ended before it was let in: {e}{others}");
            }
        }
    }
}

/// Up to the first statement; `None` where nobody is let in.
async fn let_in(server: &Arc<Server>, stream: Box<dyn WireStream>, line: LineExposure) -> io::Result<Option<Session>> {
    let Some((mut wire, startup)) = greet(server, Wire::new(stream), line).await? else { return Ok(None) };
    let (place, admitted) = match admit(server, &mut wire, &startup, line).await? {
        Ok(both) => both,
        Err(fault) => {
            server.metrics.fault(fault.code);
            wire.fault("FATAL", &fault).await?;
            return Ok(None);
        }
    };
    welcome(&mut wire, &place, &startup).await?;
    let name = startup.parameters.get("application_name").map_or("", String::as_str);
    let transaction = Transaction::new(server, name, admitted);
    Ok(Some(Session { server: Arc::clone(server), wire, place, transaction, extended: Extended::default() }))
}

/// Up to who the client is; `None` where it only wanted to cancel something.
async fn greet(server: &Arc<Server>, mut wire: Wire, line: LineExposure) -> io::Result<Option<(Wire, Startup)>> {
    let mut is_encrypted = false;
    loop {
        match wire.next().await? {
            Some(Frontend::SslNegotiation(SslNegotiationMetaMessage::PostgresSsl(_))) => match &server.tls {
                Some(tls) if line != LineExposure::Private && !is_encrypted => {
                    wire.feed(Backend::SslResponse(SslResponse::Accept)).await?;
                    wire.flush().await?;
                    wire = Wire::new(tls.accept(wire.into_stream()?).await?);
                    is_encrypted = true;
                }
                _ => {
                    wire.feed(Backend::SslResponse(SslResponse::Refuse)).await?;
                    wire.flush().await?;
                }
            },
            Some(Frontend::SslNegotiation(SslNegotiationMetaMessage::PostgresGss(_))) => {
                wire.feed(Backend::GssEncResponse(GssEncResponse::Refuse)).await?;
                wire.flush().await?;
            }
            Some(Frontend::CancelRequest(cancel)) => {
                server.cancel(cancel.pid, cancel.secret_key.as_i32());
                return Ok(None);
            }
            Some(Frontend::Startup(startup)) => {
                if line == LineExposure::Open && !is_encrypted {
                    let fault = Fault::new("28000", "this server takes encrypted connections only")
                        .hint("connect with sslmode=require or better");
                    server.metrics.fault(fault.code);
                    wire.fault("FATAL", &fault).await?;
                    return Ok(None);
                }
                return Ok(Some((wire, startup)));
            }
            _ => return Ok(None),
        }
    }
}

async fn admit(
    server: &Arc<Server>,
    wire: &mut Wire,
    startup: &Startup,
    line: LineExposure,
) -> io::Result<Answer<(SessionPlace, Admitted)>> {
    let user = startup.parameters.get("user").map_or("", String::as_str);
    if *server.phase().borrow() != Phase::Serving {
        return Ok(Err(Fault::new("57P03", "the server is going down")));
    }
    if let Some(encoding) = startup.parameters.get("client_encoding")
        && let Err(fault) = may_go_on("client_encoding", encoding)
    {
        return Ok(Err(fault));
    }
    let admitted = match &server.credentials {
        Some(credentials) if line != LineExposure::Private => match prove(wire, user, credentials).await? {
            Ok(admitted) => admitted,
            Err(fault) => return Ok(Err(fault)),
        },
        // Whoever proves nothing could give any name.
        _ => Admitted::ToAll,
    };
    // Behind the password, so that nobody takes a place who has none.
    Ok(match server.enroll() {
        Some(place) => Ok((place, admitted)),
        None => Err(Fault::new("53300", "too many sessions").hint("--max-sessions says how many there may be")),
    })
}

async fn welcome(wire: &mut Wire, place: &SessionPlace, startup: &Startup) -> io::Result<()> {
    wire.expect(Expecting::Messages);
    wire.feed(Backend::Authentication(Authentication::Ok)).await?;
    let name = startup.parameters.get("application_name").map_or("", String::as_str);
    for (key, value) in [
        ("server_version", concat!("15.0 (eventodb-admin ", env!("CARGO_PKG_VERSION"), ")")),
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("application_name", name),
        ("is_superuser", "off"),
        ("default_transaction_read_only", "on"),
        ("in_hot_standby", "off"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("TimeZone", "UTC"),
        ("integer_datetimes", "on"),
        ("standard_conforming_strings", "on"),
    ] {
        wire.feed(Backend::ParameterStatus(ParameterStatus::new(key.to_owned(), value.to_owned()))).await?;
    }
    wire.feed(Backend::BackendKeyData(BackendKeyData::new(place.id, SecretKey::I32(place.key)))).await?;
    wire.ready(pgwire::messages::response::TransactionStatus::Idle).await
}

struct Session {
    server: Arc<Server>,
    wire: Wire,
    place: SessionPlace,
    transaction: Transaction,
    extended: Extended,
}

/// Whether a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// With the next message.
    Next,
    /// It is over.
    End,
}

impl Session {
    async fn run(mut self) -> io::Result<()> {
        let mut phase = self.server.phase();
        loop {
            let message = tokio::select! {
                biased;
                message = self.wire.next() => message?,
                // Whoever is in the middle of nothing is sent away at once.
                () = until(&mut phase, Phase::Stopping) => {
                    let fault = Fault::new("57P01", "terminating connection: the server is going down");
                    return self.wire.fault("FATAL", &fault).await;
                }
            };
            let Some(message) = message else { return Ok(()) };
            if self.take(message).await? == After::End {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, message: Frontend) -> io::Result<After> {
        let is_query = matches!(message, Frontend::Query(_));
        match message {
            Frontend::Terminate(_) => return Ok(After::End),
            Frontend::Sync(_) => {
                self.extended.sync(&self.transaction);
                self.wire.ready(self.transaction.status()).await?;
                return Ok(After::Next);
            }
            Frontend::Flush(_) => {
                self.wire.flush().await?;
                return Ok(After::Next);
            }
            _ if !is_query && self.extended.is_skipping() => return Ok(After::Next),
            _ => {}
        }
        let (cancel, mut phase) = (Arc::clone(&self.place.cancel), self.server.phase());
        let done = {
            let (wire, transaction, extended) = (&mut self.wire, &mut self.transaction, &mut self.extended);
            let work = async {
                match message {
                    Frontend::Query(query) => simple(wire, transaction, extended, query.query).await,
                    other => extended.take(wire, transaction, other).await,
                }
            };
            tokio::select! {
                done = work => done,
                () = cancel.notified() => {
                    Err(StatementFailure::Fault(Fault::new("57014", "canceling statement due to user request")))
                }
                () = until(&mut phase, Phase::Over) => {
                    Err(StatementFailure::Fault(Fault::new("57P01", "terminating connection: the server is going down")))
                }
            }
        };
        match done {
            Ok(()) => {}
            Err(StatementFailure::Line(e)) => return Err(e),
            Err(StatementFailure::Fault(fault)) => {
                self.server.metrics.fault(fault.code);
                tracing::debug!(code = fault.code, "a statement failed: {}", fault.message);
                self.transaction.fail();
                let is_end = fault.code == "57P01";
                self.wire.fault(if is_end { "FATAL" } else { "ERROR" }, &fault).await?;
                if is_end {
                    return Ok(After::End);
                }
                if !is_query {
                    self.extended.skip();
                }
            }
        }
        if is_query {
            self.wire.ready(self.transaction.status()).await?;
        }
        Ok(After::Next)
    }
}

async fn simple(
    wire: &mut Wire,
    transaction: &mut Transaction,
    extended: &mut Extended,
    sql: String,
) -> Result<(), StatementFailure> {
    let turns = transaction.server().statement_turns.clone();
    let all = turns.read_all(&sql).await?;
    drop(sql);
    if all.is_empty() {
        wire.feed(Backend::EmptyQueryResponse(EmptyQueryResponse::new())).await?;
    }
    for read in all {
        let closed = ClosedStatements::from(&read.statement);
        transaction.run(wire, read, &super::sql::Parameters::default()).await?;
        extended.after(closed, transaction);
    }
    Ok(())
}
