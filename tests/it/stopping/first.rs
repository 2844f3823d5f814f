//! The first signal, at every phase of an archive run: the chunk in hand is finished or left whole.

use std::time::Duration;

use eventodb_admin::archive::State;

use super::lab::{Lab, Server, skip_where_nobody_waits, var};
use super::program::{
    ARCHIVE, Running, application, run, start_armed, start_by_way_of, start_held, wait_until_gone, wait_until_queued,
};
use super::proxy::{Harm, Proxy};
use super::steps::some;

/// What a stopped run leaves, and what the next one makes of it.
async fn nothing_is_left_over(lab: &mut Lab, run_: Running, signal: &str, lines: &str) {
    let out = run_.ended().await;
    out.fails(if signal == "INT" { 130 } else { 143 }, "stopped as asked");
    // Closed by us, not found dead by the server.
    wait_until_gone(lab).await;
    let uploads = lab.store.list_uploads("").await.unwrap();
    assert!(uploads.is_empty(), "an upload is left over: {uploads:?}, {out:?}");
    lab.assert_covered().await;
    for archive in lab.archives().await {
        assert!(
            [State::Failed, State::Verified, State::Dropped].contains(&archive.state),
            "archive {} is {}",
            archive.id,
            archive.state
        );
        assert_eq!(archive.frozen_chunk, None);
    }
    if lab.db.server.supports_freeze() {
        for chunk in lab.closed().await {
            let status = lab.one(&format!("SELECT _timescaledb_functions.chunk_status('{}') & 4", chunk.table)).await;
            assert_eq!(status, "0", "chunk {} is left frozen", chunk.name());
        }
    }
    run(lab, &ARCHIVE).await.succeeds();
    assert!(lab.closed().await.is_empty());
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

async fn stopped_at(step: &str, jobs: &str, signal: &str) {
    let mut lab = Lab::new(Server::Main).await;
    // The copy is seen from the inside where a chunk is more than a parcel.
    let lines = lab.fill(3, if step == "archive.copying" { 4000 } else { 100 }).await;
    let mut held = start_held(&lab, &[&ARCHIVE[..], &["--jobs", jobs]].concat(), &[step]);
    held.until(step).await;
    held.is_asked_to_stop(signal).await;
    held.let_go();
    nothing_is_left_over(&mut lab, held, signal, &lines).await;
}

macro_rules! a_stop {
    ($($name:ident: $step:literal),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                if skip_where_nobody_waits().await {
                    return;
                }
                for (jobs, signal) in some(concat!("a stop at ", $step), [("1", "INT"), ("2", "TERM")]) {
                    stopped_at($step, jobs, signal).await;
                }
            }
        )*
    };
}

a_stop!(
    before_the_copy_leaves_nothing_over: "archive.enter.after",
    in_mid_copy_leaves_nothing_over: "archive.copying",
    in_mid_upload_leaves_nothing_over: "archive.sending",
    before_the_manifest_leaves_nothing_over: "archive.tell-exported.after",
    during_the_read_back_leaves_nothing_over: "object.reading",
    once_verified_leaves_nothing_over: "archive.tell-verified.after",
    within_the_drop_leaves_nothing_over: "drop.drop.after",
    between_two_chunks_leaves_nothing_over: "drop.commit.after",
);

#[tokio::test]
async fn in_mid_copy_to_s3_leaves_no_multipart_upload() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (jobs, signal) in some("a stop in mid copy to S3", [("1", "TERM"), ("2", "INT")]) {
        let mut lab = Lab::on_s3().await;
        lab.fill_large(20).await;
        let lines = lab.export().await.unwrap();
        let mut held = start_held(
            &lab,
            &[&ARCHIVE[..], &["--compression", "none", "--jobs", jobs]].concat(),
            &["archive.sending"],
        );
        until_a_part_is_sent(&lab, &mut held).await;
        held.is_asked_to_stop(signal).await;
        held.let_go();
        nothing_is_left_over(&mut lab, held, signal, &lines).await;
    }
}

#[tokio::test]
async fn while_s3_does_not_answer_leaves_the_chunk_whole() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::on_s3().await;
    lab.fill_large(64).await;
    let lines = lab.export().await.unwrap();
    let is_part = |head: &str| head.starts_with("PUT ") && head.contains("partNumber=");
    let proxy = Proxy::start(&var("EVENTODB_TEST_S3_ENDPOINT"), usize::MAX, is_part, Harm::StallAnswer(0)).await;
    let mut run = start_by_way_of(&lab, &[&ARCHIVE[..], &["--compression", "none"]].concat(), &proxy.endpoint());
    // More than fits between the server and the store: in the end all of it stands still.
    let stands_still = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{}' AND wait_event = 'ClientWrite'",
        application(&lab)
    );
    let mut seen = 0;
    while proxy.harmed() < 2 || seen < 20 {
        assert!(run.is_alive());
        seen = if lab.one(&stands_still).await == "1" { seen + 1 } else { 0 };
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    run.is_asked_to_stop("TERM").await;
    nothing_is_left_over(&mut lab, run, "TERM", &lines).await;
}

/// Passes frames on until S3 knows of the upload.
pub async fn until_a_part_is_sent(lab: &Lab, held: &mut Running) {
    // A part is of many frames.
    for _ in 0..64 {
        held.until("archive.sending").await;
        if !lab.store.list_uploads("").await.unwrap().is_empty() {
            return;
        }
        held.step();
    }
    panic!("no multipart upload is begun");
}

#[tokio::test]
async fn while_the_drop_waits_for_a_reader_leaves_nothing_over() {
    if skip_where_nobody_waits().await {
        return;
    }
    for signal in ["INT", "TERM"] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(2, 100).await;
        let table = lab.closed().await.remove(0).table.to_string();
        let reader = lab.another_session().await;
        reader
            .batch_execute(&lab.scope.render("BEGIN; SELECT count(*) FROM {{schema}}.messages").unwrap())
            .await
            .unwrap();
        let mut run = start_armed(&lab, &ARCHIVE, "");
        wait_until_queued(&lab, &table, "AccessExclusiveLock").await;
        run.is_asked_to_stop(signal).await;
        // The reader stays where it is until the run has ended.
        nothing_is_left_over_once(&mut lab, run, signal, &lines, || async {
            reader.batch_execute("COMMIT").await.unwrap()
        })
        .await;
    }
}

async fn nothing_is_left_over_once<F: Future<Output = ()>>(
    lab: &mut Lab,
    mut run: Running,
    signal: &str,
    lines: &str,
    then: impl FnOnce() -> F,
) {
    while run.is_alive() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    then().await;
    nothing_is_left_over(lab, run, signal, lines).await;
}

#[tokio::test]
async fn while_it_waits_for_a_writer_leaves_nothing_over() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    let table = lab.closed().await.remove(0).table.to_string();
    let writer = lab.another_session().await;
    writer
        .batch_execute(
            &lab.scope
                .render("BEGIN; UPDATE {{schema}}.messages SET type = 'Other' WHERE time < '2014-01-01'")
                .unwrap(),
        )
        .await
        .unwrap();
    let mut run = start_armed(&lab, &ARCHIVE, "");
    wait_until_queued(&lab, &table, "%").await;
    run.is_asked_to_stop("INT").await;
    nothing_is_left_over_once(&mut lab, run, "INT", &lines, || async {
        writer.batch_execute("ROLLBACK").await.unwrap()
    })
    .await;
}
