//! What every session starts with: our settings, the server's facts, a task that drives the connection.

use std::future::poll_fn;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Client, Connection};

use super::flow::Flow;
use super::guard::Guarded;
use super::pins::{self, Unsound};
use crate::db::ident::literal;
use crate::db::server::ServerInfo;

/// How often a busy server looks whether its client is still there: a dead client's locks are gone after that.
const CLIENT_CHECK: &str = "2s";

/// What is archived we find out and tell ourselves: a namespace whose functions fail there does not fail us.
const ARCHIVED_READS: &str = "SELECT pg_catalog.set_config('eventodb.archived_reads', 'skip', false)";

/// Drives the connection until it ends. What ended it is kept, not printed.
pub(super) fn drive(
    mut connection: Connection<Guarded, Guarded>,
    ended: Arc<OnceLock<tokio_postgres::Error>>,
    flow: Flow,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let next = |connection: &mut Connection<Guarded, Guarded>, cx: &mut Context<'_>| {
            if flow.is_held(cx) { Poll::Pending } else { connection.poll_message(cx) }
        };
        while let Some(message) = poll_fn(|cx| next(&mut connection, cx)).await {
            match message {
                Ok(AsyncMessage::Notice(notice)) => {
                    tracing::debug!(severity = notice.severity(), code = notice.code().code(), "{}", notice.message());
                }
                Ok(_) => {}
                Err(e) => {
                    tracing::debug!(error = ?e, "the connection ended");
                    // Set once: the loop ends here.
                    let _ = ended.set(e);
                    return;
                }
            }
        }
    })
}

/// Sets the session up and asks about the server: queries sent together, one round trip. Returns as well what should be
/// otherwise and could not be set.
pub(super) async fn set_up(
    client: &Client,
    lock_timeout: Duration,
) -> Result<(ServerInfo, Vec<Unsound>), tokio_postgres::Error> {
    // A role's own limit would count for the statement that lifts it.
    let settings = format!("SET statement_timeout = 0; {}; {}; {ARCHIVED_READS}", pins::LOAD, settings(lock_timeout));
    let check = set_known(&[("client_connection_check_interval", CLIENT_CHECK.to_owned())]);
    let (settings, check, pinned, server, unsound) = futures::join!(
        client.simple_query(&settings),
        client.simple_query(&check),
        pins::pin(client),
        ServerInfo::read(client),
        pins::look(client)
    );
    settings?;
    pinned?;
    match check {
        // Some platforms know the setting and refuse it.
        Err(e) if e.as_db_error().is_none() => return Err(e),
        _ => {}
    }
    Ok((server?, unsound?))
}

fn settings(lock_timeout: Duration) -> String {
    let fixed = [
        // Nothing unqualified may resolve to what somebody else put there, a temporary table least of all.
        ("search_path", "pg_catalog, pg_temp"),
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO, YMD"),
        ("IntervalStyle", "postgres"),
        ("bytea_output", "hex"),
        ("standard_conforming_strings", "on"),
        // The names of types are compared with what they are called without quotes.
        ("quote_all_identifiers", "off"),
        // TimescaleDB's view of chunks is planned for a few: merged by their schema's name it compares each chunk with each
        // table, half a second for a thousand of them and a hundred times that for ten. Nothing of ours needs a merge.
        ("enable_mergejoin", "off"),
        // A plan of many chunks looks costly: to compile it takes up to a second, and what it runs is short.
        ("jit", "off"),
        // The ledger has rows of every namespace, and a policy on rows shows a role its own: off, every query on it would fail.
        // Messages must not be filtered: a namespace is not opened where a policy would, and a chunk's export looks again.
        ("row_security", "on"),
        // The archive's locks come first and its reads after: only this level sees what committed in between.
        ("default_transaction_isolation", "read committed"),
        ("statement_timeout", "0"),
        ("transaction_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
        ("idle_session_timeout", "0"),
    ];
    let lock_timeout = ("lock_timeout", lock_timeout.as_millis().to_string());
    let all: Vec<(&str, String)> =
        fixed.into_iter().map(|(name, value)| (name, value.to_owned())).chain([lock_timeout]).collect();
    set_known(&all)
}

/// Sets those of the settings that the server has.
fn set_known(settings: &[(&str, String)]) -> String {
    let values: Vec<String> = settings
        .iter()
        .filter_map(|(name, value)| Some(format!("({}, {})", literal(name).ok()?, literal(value).ok()?)))
        .collect();
    format!(
        "SELECT pg_catalog.set_config(s.name, v.value, false) FROM (VALUES {}) AS v(name, value) \
         JOIN pg_catalog.pg_settings s ON s.name OPERATOR(pg_catalog.=) v.name",
        values.join(", ")
    )
}
