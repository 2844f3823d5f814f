//! `serve`.

use tokio::net::TcpListener;

use crate::cli::{OutputFormat, Serve};
use crate::commands::app::{CommandOutcome, Context, environment};
use crate::db::conninfo::Secret;
use crate::error::{Error, Result};
use crate::events::Pool;
use crate::serve::{self, Listener, LoginCredentials, Server, ServerParts, Tls};
use crate::stop::Stop;

/// Sessions of the database, for reading the ledger.
const DATABASE_SESSIONS: usize = 4;

pub(super) async fn run(context: &Context, args: Serve) -> Result<CommandOutcome> {
    let password = password(&args)?;
    let credentials = password.map(|password| LoginCredentials::new(args.user.clone(), &password)).transpose()?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls::read(certificate, key)?),
        _ => None,
    };
    let db = context.connect().await?;
    let collation = serve::collation(&db).await?;
    drop(db);
    let server = Server::new(ServerParts {
        pool: Pool::new(context.connector()?, DATABASE_SESSIONS)?,
        // What is asked to stop lets statements end: they go on reading.
        reader: context.archive_reader_until(Stop::default())?.remembering(),
        collation,
        credentials,
        tls,
        max_sessions: usize::from(args.max_sessions),
    });
    let mut listeners = Vec::new();
    for place in &args.listen {
        listeners.push(Listener::open(place, &server).await?);
    }
    let health = match &args.metrics {
        Some(at) => {
            let failed = |e| Error::failed(format!("listening at {at}")).because(e);
            Some(TcpListener::bind(at).await.map_err(failed)?)
        }
        None => None,
    };
    tell(context, &listeners, health.as_ref())?;
    // Nobody waits for it where no manager has asked to be told.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    serve::run(server, listeners, health, context.stop.clone()).await;
    Ok(CommandOutcome::Done)
}

/// One line, once sessions are taken.
fn tell(context: &Context, listeners: &[Listener], health: Option<&TcpListener>) -> Result<()> {
    let at: Vec<String> = listeners.iter().map(Listener::shown).collect();
    let health = health.and_then(|h| h.local_addr().ok()).map(|a| a.to_string());
    let line = match context.ui.output() {
        OutputFormat::Json => serde_json::json!({ "listening": at, "metrics": health }).to_string(),
        OutputFormat::Table | OutputFormat::Csv => match health {
            Some(health) => format!("ready: {}, metrics at {health}", at.join(", ")),
            None => format!("ready: {}", at.join(", ")),
        },
    };
    context.ui.text(format!("{line}\n").as_bytes())
}

fn password(args: &Serve) -> Result<Option<Secret>> {
    let text = match &args.password_file {
        Some(file) => {
            let doing = || format!("reading the password file {}", file.display());
            let text = std::fs::read_to_string(file).map_err(|e| Error::usage(doing()).because(e))?;
            if let Some(complaint) = crate::permissions::complaint(file, "a password") {
                return Err(Error::usage(doing()).because(complaint));
            }
            Some(text.lines().next().unwrap_or_default().to_owned())
        }
        None => environment("EVENTODB_SERVE_PASSWORD"),
    };
    match text {
        Some(text) if text.is_empty() => Err(Error::usage("reading the password").because("it is empty")),
        text => Ok(text.map(Secret::new)),
    }
}
