//! Others at work on the chunks that are being archived: nothing is lost, and nobody waits for long.

mod aside;
mod halves;
mod locks;
mod moments;
mod runs;
mod writers;

use crate::support::{lab, program, steps};
use std::time::Duration;

use eventodb_admin::Kind;
use eventodb_admin::archive::{AfterVerify, ArchiveOptions, Codec, LifecycleLock, State};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;
use lab::{Lab, Server, shown};

/// Says so where the server lacks what the test is about.
fn skip_without(has: bool, what: &str) -> bool {
    if !has {
        eprintln!("SKIPPED: needs TimescaleDB Community with {what}");
    }
    !has
}

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";

#[tokio::test]
async fn the_sql_function_refuses_an_older_snapshot_a_second_run_and_a_frozen_chunk() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    let drop = "SELECT count(*) FROM {{schema}}.drop_chunks_older_than('1 year')";
    let error = lab.try_sql(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ; {drop}")).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "25000");
    lab.sql("ROLLBACK").await;
    if lab.one("SELECT count(*) FROM pg_stat_activity").await != "1" {
        let lock = lab.lock().await;
        assert_eq!(lab.try_sql(drop).await.unwrap_err().code().unwrap().code(), "55P03");
        lock.release().await.unwrap();
    }
    if lab.db.server.supports_freeze() {
        lab.sql(&format!("SELECT _timescaledb_functions.freeze_chunk('{}')", closed[0].table)).await;
        assert_eq!(lab.one(drop).await, "0");
        lab.sql(&format!("SELECT _timescaledb_functions.unfreeze_chunk('{}')", closed[0].table)).await;
    }
    assert_eq!(lab.one(drop).await, "1");
}

#[tokio::test]
async fn a_session_that_is_terminated_in_mid_copy_leaves_the_chunk_whole_and_writable() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20_000).await;
    let closed = lab.closed().await;
    let mut lock = lab.lock().await;
    let pid = lock.pid();
    let killer = lab.another_session().await;
    let killed = tokio::spawn(async move {
        loop {
            let copying = killer
                .query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND query LIKE 'COPY%'",
                    &[&pid],
                )
                .await
                .unwrap();
            if !copying.is_empty() {
                return;
            }
        }
    });
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::Zstd { level: 19 }, jobs: 1 };
    let mut results = Vec::new();
    let run = lab.run(&mut lock, &closed, &options, &Stop::default(), &mut |result| results.push(result)).await;
    killed.await.unwrap();
    assert!(run.is_err() && results[0].is_err());
    lab.sql("INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')").await;
    lab.assert_covered().await;
    assert_eq!(lab.archive_all().await[0].rows, 20_001);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_reader_that_holds_the_chunk_is_waited_for() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let reader = lab.another_session().await;
    reader.batch_execute(&lab.scope.render("BEGIN; SELECT count(*) FROM {{schema}}.messages").unwrap()).await.unwrap();
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        reader.batch_execute("COMMIT").await.unwrap();
    });
    assert_eq!(lab.archive_all().await[0].state, State::Dropped);
    release.await.unwrap();
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_second_run_is_told_that_it_is_busy() {
    let lab = Lab::new(Server::Main).await;
    if lab.one("SELECT count(*) FROM pg_stat_activity").await == "1" {
        eprintln!("SKIPPED: the embedded server has one session for all: its advisory locks keep nobody out");
        return;
    }
    let _first = lab.lock().await;
    let second = LifecycleLock::take(lab.another_session().await, &lab.scope, &Silent).await;
    assert_eq!(second.unwrap_err().kind(), Kind::Busy);
}

#[tokio::test]
async fn several_jobs_archive_all_chunks_once() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(6, 200).await;
    let closed = lab.closed().await;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::Gzip { level: 6 }, jobs: 3 };
    let results = lab.archive_with(&closed, options).await;
    assert_eq!(results.into_iter().map(|r| r.map_err(shown).unwrap().rows).sum::<i64>(), 1200);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert_eq!(lab.export().await.unwrap(), lines);
}

#[tokio::test]
async fn coverage_finds_what_a_foreign_drop_chunks_has_taken() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    lab.sql(
        "SELECT {{extension}}.drop_chunks('{{schema_text}}.messages'::regclass, '2013-01-10T00:00:00Z'::timestamptz)",
    )
    .await;
    let coverage = lab.coverage().await;
    assert_eq!((coverage.hot_messages, coverage.expected_messages), (100, 200));
    assert!(
        coverage.findings.iter().any(|f| f.kind == "hole" && f.text.contains("100 messages are missing")),
        "{:?}",
        coverage.findings
    );
    assert!(coverage.findings.iter().any(|f| f.text.contains("stream account-0")), "{:?}", coverage.findings);
}

#[tokio::test]
async fn an_archive_whose_messages_were_dropped_by_others_is_kept_as_their_only_copy() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    lab.archive_all().await;
    lab.rehydrate_all().await;
    lab.sql(
        "SELECT {{extension}}.drop_chunks('{{schema_text}}.messages'::regclass, '2013-02-01T00:00:00Z'::timestamptz)",
    )
    .await;
    lab.sql(LATE).await;
    assert_eq!(lab.archive_all().await[0].rows, 1);
    let states: Vec<_> = lab.archives().await.iter().map(|a| a.state).collect();
    assert_eq!(states, [State::Dropped, State::Dropped]);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap().starts_with(&lines));
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
}

#[tokio::test]
async fn a_chunk_that_an_operator_froze_stays_frozen() {
    let mut lab = Lab::new(Server::Main).await;
    if !lab.db.server.supports_freeze() {
        eprintln!("SKIPPED: needs TimescaleDB Community 2.24 or later, whose chunks can be frozen");
        return;
    }
    lab.fill(1, 20).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    lab.sql(&format!("SELECT _timescaledb_functions.freeze_chunk('{}')", closed[0].table)).await;
    let error = lab.archive(&closed, AfterVerify::Drop).await.remove(0).unwrap_err();
    assert!(error.to_string().contains("frozen by somebody else"), "{error}");
    assert_eq!(lab.try_sql(LATE).await.unwrap_err().code().unwrap().code(), "0A000");
}
