//! The ledger is read anew for each statement, and then the database is asked whether the session that asks can see all that
//! came back by then.

use super::far_end::{ask, connect, fault, one};
use super::nasty::twins;

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

#[tokio::test]
async fn a_session_that_cannot_see_what_came_back_is_told_to_try_again() {
    let twins = twins(&[]).await;
    let schema = twins.archived.strip_suffix(".messages").unwrap();
    let count = format!("SELECT count(*) FROM {}", twins.archived);
    let named = async |pid: &str| {
        let mut config = tokio_postgres::Config::new();
        config.host_path(&twins.far_end.folder).port(5433).user("anybody");
        config.application_name(format!("eventodb-archived {pid}"));
        connect(&config).await.unwrap()
    };
    let asking = named(&one(&twins.db, "SELECT pg_backend_pid()").await).await;
    // No session of the database has this process: it is one of a copy, or of a standby.
    let stranger = named("2147483647").await;
    let sees = async |answer: &str| {
        twins
            .db
            .batch_execute(&format!(
                "CREATE OR REPLACE FUNCTION {schema}.archived_moment(pid integer, _session text) RETURNS boolean
                 LANGUAGE sql AS 'SELECT {answer}'"
            ))
            .await
            .unwrap();
    };
    sees("true").await;
    assert_eq!(one(&asking, &count).await, "240");
    sees("false").await;
    for (session, expected, told) in
        [(&asking, "40001", "again"), (&stranger, "55000", "an eventodb-admin serve of its own")]
    {
        let (code, message, hint) = fault(session, &count).await;
        assert_eq!((code.as_str(), hint.contains(told)), (expected, true), "{message} {hint}");
    }
    assert_eq!(ask(&twins.far_end.client().await, &count).await, Ok(vec![vec![Some("240".to_owned())]]));
}

#[tokio::test]
async fn a_session_that_the_database_ends_while_it_is_asked_is_replaced_by_another() {
    let twins = twins(&[]).await;
    let schema = twins.archived.strip_suffix(".messages").unwrap();
    let count = format!("SELECT count(*) FROM {}", twins.archived);
    let mut config = tokio_postgres::Config::new();
    config.host_path(&twins.far_end.folder).port(5433).user("anybody").application_name("eventodb-archived 4711");
    let asking = connect(&config).await.unwrap();
    // As an update of TimescaleDB ends a session: with the answer to its next statement.
    twins
        .db
        .batch_execute(&format!(
            "CREATE SEQUENCE {schema}.asked;
             CREATE OR REPLACE FUNCTION {schema}.archived_moment(pid integer, _session text) RETURNS boolean LANGUAGE plpgsql AS $$
             BEGIN
                 IF nextval('{schema}.asked') = 1 THEN
                     PERFORM pg_terminate_backend(pg_backend_pid());
                     PERFORM pg_sleep(10);
                 END IF;
                 RETURN true;
             END $$"
        ))
        .await
        .unwrap();
    assert_eq!(one(&asking, &count).await, "240");
    assert_eq!(one(&twins.db, &format!("SELECT last_value FROM {schema}.asked")).await, "2");
}
