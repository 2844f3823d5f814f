//! The ledger is read anew for each statement, and then the database is asked whether the session that asks can see all that
//! came back by then.

use std::time::Duration;

use super::cli::{Cli, is_embedded};
use super::far_end::{FarEnd, ask, connect, database, fault, one, schema};
use super::nasty::twins;
use tokio_postgres::Client;

#[tokio::test]
async fn what_comes_back_is_not_served_any_more() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let count = format!("SELECT count(*) FROM {}", twins.archived);
    assert_eq!(one(&client, &count).await, "240");
    let archives = twins.cli.run(&["archives", "list", "-o", "json"]).json();
    let archive = archives.as_array().unwrap().iter().find(|a| a["state"] == "dropped").unwrap();
    let id = archive["id"].to_string();
    twins.cli.run(&["archives", "rehydrate", &id, "--yes"]).succeeds();
    let here = archive["messages"].as_i64().unwrap();
    assert_eq!(one(&client, &count).await, (240 - here).to_string());
    assert_eq!(one(&twins.db, &count).await, here.to_string());
    twins.cli.run(&["archives", "release", &id, "--yes"]).succeeds();
    assert_eq!(one(&client, &count).await, "240");
}

/// A session of the far end that asks for what a session of the database wants, as postgres_fdw names it.
async fn asking_for(far_end: &FarEnd, pid: &str) -> Client {
    let mut config = tokio_postgres::Config::new();
    config.host_path(&far_end.folder).port(5433).user("anybody").application_name(format!("eventodb-archived {pid}"));
    connect(&config).await.unwrap()
}

/// What a new transaction of the reader finds: as long as an older one is open anywhere in the cluster, its snapshot does not
/// prove that it sees what came back.
async fn soon(reader: &Client, asking: &Client, sql: &str) -> String {
    for _ in 0..300 {
        reader.batch_execute("ROLLBACK; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await.unwrap();
        match ask(asking, sql).await {
            Ok(rows) => return rows[0][0].clone().unwrap(),
            Err(code) => assert_eq!(code, "40001"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{sql}: it is told to read again for half a minute");
}

#[tokio::test]
#[allow(clippy::print_stderr)]
async fn a_session_that_cannot_see_what_came_back_is_told_to_try_again() {
    if is_embedded() {
        eprintln!("NOT TESTED HERE: what a session sees; this needs a server other than the embedded one");
        return;
    }
    let twins = twins(&[]).await;
    let count = format!("SELECT count(*) FROM {}", twins.archived);
    let reader = database(&twins.cli).await;
    let asking = asking_for(&twins.far_end, &one(&reader, "SELECT pg_backend_pid()").await).await;
    // No session of the database has this process: it is one of a copy, or of a standby.
    let stranger = asking_for(&twins.far_end, "2147483647").await;
    assert_eq!(one(&asking, &count).await, "240", "nothing came back");

    reader.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await.unwrap();
    let archives = twins.cli.run(&["archives", "list", "-o", "json"]).json();
    let archive = archives.as_array().unwrap().iter().find(|a| a["state"] == "dropped").unwrap();
    let (id, here) = (archive["id"].to_string(), archive["messages"].as_i64().unwrap());
    twins.cli.run(&["archives", "rehydrate", &id, "--yes"]).succeeds();
    for (session, expected, told) in
        [(&asking, "40001", "again"), (&stranger, "55000", "an eventodb-admin serve of its own")]
    {
        let (code, message, hint) = fault(session, &count).await;
        assert_eq!((code.as_str(), hint.contains(told)), (expected, true), "{message} {hint}");
    }
    let left = (240 - here).to_string();
    assert_eq!(ask(&twins.far_end.client().await, &count).await, Ok(vec![vec![Some(left.clone())]]));

    assert_eq!(soon(&reader, &asking, &count).await, left);
    // Of a return of which nobody has noted that it is over, as one by hand is.
    let unnoted = format!("UPDATE eventodb_store.archives SET return_seen_at = NULL WHERE id = {id}");
    twins.db.batch_execute(&format!("SET session_replication_role = replica; {unnoted}")).await.unwrap();
    assert_eq!(fault(&asking, &count).await.0, "40001");
    assert_eq!(soon(&reader, &asking, &count).await, left);
}

#[tokio::test]
async fn a_ledger_that_does_not_tell_what_came_back_is_not_read_for_a_session() {
    let Some(cli) = Cli::alone() else { return };
    let (cli, far_end, count) = ten_archived(cli).await;
    let db = database(&cli).await;
    let asking = asking_for(&far_end, &one(&db, "SELECT pg_backend_pid()").await).await;
    assert_eq!(one(&asking, &count).await, "10");
    db.batch_execute("ALTER TABLE eventodb_store.archives RENAME COLUMN returned_in TO another").await.unwrap();
    let (code, message, hint) = fault(&asking, &count).await;
    assert_eq!((code.as_str(), hint.contains("namespaces upgrade --all")), ("55000", true), "{message} {hint}");
}

/// Ten archived messages in a database of its own, who serves them, and what counts them.
async fn ten_archived(cli: Cli) -> (Cli, FarEnd, String) {
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    let db = database(&cli).await;
    let schema = schema(&cli, &db).await;
    db.batch_execute(&format!(
        "INSERT INTO {schema}.messages (\"time\", \"position\", stream_name, \"type\")
         SELECT '2013-01-03 00:00:00+00'::timestamptz + n * interval '1 second', n, 'account-1', 'Happened'
           FROM generate_series(0, 9) n"
    ))
    .await
    .unwrap();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--yes"]).succeeds();
    let far_end = FarEnd::start(&cli);
    (cli, far_end, format!("SELECT count(*) FROM {schema}.messages"))
}

#[tokio::test]
async fn a_session_that_the_database_ends_while_it_is_asked_is_replaced_by_another() {
    let Some(cli) = Cli::alone() else { return };
    let (cli, far_end, count) = ten_archived(cli).await;
    let client = far_end.client().await;
    assert_eq!(one(&client, &count).await, "10");
    let keeper = database(&cli).await;
    keeper.batch_execute("BEGIN; LOCK TABLE eventodb_store.archives IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let asked = tokio::spawn(async move { one(&client, &count).await });
    // As an update of TimescaleDB ends a session: with the answer to its next statement.
    let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks
                WHERE relation = 'eventodb_store.archives'::regclass AND NOT granted";
    let mut ended = 0;
    for _ in 0..200 {
        ended = one(&keeper, end).await.parse().unwrap();
        if ended > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(ended, 1);
    keeper.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(asked.await.unwrap(), "10");
}
