//! Runs that end early, by a signal or without one: what they leave, and what the next one makes of it.

mod first;
mod others;
mod second;

use crate::support::{lab, program, proxy, steps};
use eventodb_admin::Kind;
use eventodb_admin::archive::{AfterVerify, ArchiveOptions, Codec, State};
use eventodb_admin::stop::{Signal, Stop};
use lab::{Lab, Server};

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";

#[tokio::test]
async fn a_stop_leaves_every_chunk_either_whole_or_archived() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(3, 100).await;
    let closed = lab.closed().await;
    let stop = Stop::default();
    let mut lock = lab.lock().await;
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::None, jobs: 1 };
    let mut done = 0;
    let result = lab
        .run(&mut lock, &closed, &options, &stop, &mut |r| {
            r.unwrap();
            done += 1;
            stop.ask(Signal::Terminate);
        })
        .await;
    assert_eq!((result.unwrap_err().kind(), done), (Kind::Terminated, 1));
    lock.release().await.unwrap();
    assert_eq!(lab.closed().await.len(), 2);
    lab.assert_covered().await;
    assert_eq!(lab.archive_all().await.len(), 2);
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_stop_in_mid_copy_ends_it_and_leaves_the_session_and_the_chunk_as_they_were() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill_large(40).await;
    let closed = lab.closed().await;
    let stop = Stop::default();
    let (asking, watching) = (stop.clone(), lab.another_session().await);
    let mut lock = lab.lock().await;
    let pid = lock.pid();
    let asked = tokio::spawn(async move {
        let copying = "SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query LIKE 'COPY%'";
        while watching.query(copying, &[&pid]).await.unwrap().is_empty() {}
        asking.ask(Signal::Interrupt);
    });
    let options = ArchiveOptions { after: AfterVerify::Drop, codec: Codec::Zstd { level: 3 }, jobs: 1 };
    let mut results = Vec::new();
    let run = lab.run(&mut lock, &closed, &options, &stop, &mut |result| results.push(result)).await;
    asked.await.unwrap();
    assert_eq!(run.unwrap_err().kind(), Kind::Interrupted);
    // The session goes on: no cancellation comes late.
    for _ in 0..20 {
        lock.db().batch_execute("SELECT pg_sleep(0.05)").await.unwrap();
    }
    lock.release().await.unwrap();
    lab.sql(LATE).await;
    lab.assert_covered().await;
    assert_eq!(lab.archive_all().await[0].rows, 10_001);
}

#[tokio::test]
async fn a_run_that_died_leaves_chunks_writable_again_after_the_next() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let chunk = lab.closed().await.remove(0);
    // What is left by a process that was killed between its ledger row and its drop.
    lab.sql(&format!(
        "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, protocol,
                store_url, object_key, manifest_key, heads_key, codec, frozen_chunk)
         VALUES ({{{{namespace_text}}}}, '{}', '{}', 1, '{}', 'freeze', 'file:///gone', 'a', 'b', 'c', 'zstd', '{}')",
        chunk.range_start.to_rfc3339(),
        chunk.range_end.to_rfc3339(),
        chunk.name(),
        chunk.name()
    ))
    .await;
    if lab.db.server.supports_freeze() {
        lab.sql(&format!("SELECT _timescaledb_functions.freeze_chunk('{}')", chunk.table)).await;
    }
    let archived = lab.archive_all().await;
    assert_eq!(archived[0].rows, 100);
    let rows = lab.archives().await;
    assert_eq!(
        rows.iter().map(|a| (a.state, a.attempts)).collect::<Vec<_>>(),
        [(State::Failed, 1), (State::Dropped, 2)]
    );
    lab.assert_covered().await;
}
