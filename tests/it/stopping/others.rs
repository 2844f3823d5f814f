//! Stops of everything that is no archive run.

use super::lab::{Lab, Server, made_up, skip_where_nobody_waits};
use super::program::{
    ARCHIVE, application, run, start_armed, start_held, start_unread, wait_until, wait_until_gone, wait_until_queued,
};
use super::steps::some;

const REHYDRATE: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];

#[tokio::test]
async fn a_rehydrate_brings_an_archive_back_whole_or_not_and_the_next_the_rest() {
    if skip_where_nobody_waits().await {
        return;
    }
    let steps = [("rehydrate.tell.after", "0"), ("object.reading", "0"), ("rehydrate.commit.after", "200")];
    for (step, live) in steps {
        for (signal, code) in some(&format!("a stop at {step}"), [("INT", 130), ("TERM", 143)]) {
            let mut lab = Lab::new(Server::Main).await;
            let lines = lab.fill(2, 200).await;
            lab.archive_all().await;
            let mut held = start_held(&lab, &REHYDRATE, &[step]);
            held.until(step).await;
            held.is_asked_to_stop(signal).await;
            held.let_go();
            held.ended().await.fails(code, "stopped as asked");
            wait_until_gone(&lab).await;
            assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, live, "{step}");
            assert_eq!(lab.closed().await.len(), usize::from(live != "0"), "{step}: an empty chunk is left");
            lab.assert_covered().await;
            run(&lab, &REHYDRATE).await.succeeds();
            assert!(lab.export().await.unwrap() == lines, "{step}: the export differs");
        }
    }
}

#[tokio::test]
async fn a_verify_tells_what_it_has_read_and_that_it_was_stopped() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(2, 4000).await;
        lab.archive_all().await;
        let verify = ["archives", "verify", "--all", "-o", "json"];
        let mut held = start_held(&lab, &verify, &["verify.begin"]);
        held.until("verify.begin").await;
        held.step();
        held.until("verify.begin").await;
        held.is_asked_to_stop(signal).await;
        held.let_go();
        let out = held.ended().await;
        out.fails(code, "stopped as asked");
        // A stop says nothing about an archive.
        let told: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        let told: Vec<_> = told.as_array().unwrap().iter().map(|a| a["result"].as_str().unwrap()).collect();
        assert_eq!(told, ["ok"], "{out:?}");
        lab.assert_covered().await;
        run(&lab, &verify).await.succeeds();
    }
}

#[tokio::test]
async fn a_coverage_that_is_stopped_gives_no_verdict() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(2, 100).await;
        lab.archive_all().await;
        let holder = lab.another_session().await;
        holder
            .batch_execute(&lab.scope.render("BEGIN; LOCK TABLE {{schema}}.heads IN ACCESS EXCLUSIVE MODE").unwrap())
            .await
            .unwrap();
        let run_ = start_armed(&lab, &["coverage"], "");
        let heads = lab.scope.render("{{schema}}.heads").unwrap();
        wait_until_queued(&lab, &heads, "%").await;
        run_.signal(signal);
        // It changes nothing: no statement is waited for.
        let out = run_.ended().await;
        out.fails(code, "stopped as asked");
        assert_eq!(out.stdout, "");
        wait_until_gone(&lab).await;
        holder.batch_execute("ROLLBACK").await.unwrap();
        run(&lab, &["coverage"]).await.succeeds();
    }
}

#[tokio::test]
async fn a_compress_run_ends_after_the_chunk_in_hand() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if !lab.db.server.supports_compression() {
        eprintln!("SKIPPED: needs TimescaleDB Community with compression");
        return;
    }
    let lines = lab.fill(3, 100).await;
    let table = lab.closed().await.remove(0).table.to_string();
    let holder = lab.another_session().await;
    holder.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")).await.unwrap();
    let mut run_ = start_armed(&lab, &["chunks", "compress", "--older-than", "0d"], "");
    wait_until_queued(&lab, &table, "%").await;
    run_.is_asked_to_stop("INT").await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    run_.ended().await.fails(130, "stopped as asked");
    wait_until_gone(&lab).await;
    let compressed: Vec<_> = lab.closed().await.iter().map(|c| c.is_compressed).collect();
    assert_eq!(compressed, [true, false, false]);
    run(&lab, &["chunks", "compress", "--older-than", "0d"]).await.succeeds();
    assert!(lab.closed().await.iter().all(|c| c.is_compressed));
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    run(&lab, &ARCHIVE).await.succeeds();
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_import_of_a_file_imports_all_or_nothing() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = made_up(2, 4000);
    let file = lab.dir.path().join("events.ndjson");
    std::fs::write(&file, &lines).unwrap();
    let import = ["messages", "import", file.to_str().unwrap()];
    // Somebody keeps it from storing anything until it is asked to stop.
    let holder = lab.another_session().await;
    holder
        .batch_execute(&lab.scope.render("BEGIN; LOCK TABLE {{schema}}.heads IN ACCESS EXCLUSIVE MODE").unwrap())
        .await
        .unwrap();
    let heads = lab.scope.render("{{schema}}.heads").unwrap();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let run_ = start_armed(&lab, &import, "");
        wait_until_queued(&lab, &heads, "%").await;
        run_.signal(signal);
        run_.ended().await.fails(code, "stopped as asked");
        wait_until_gone(&lab).await;
    }
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "0");
    run(&lab, &import).await.succeeds();
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_export_that_nobody_reads_from_ends_all_the_same() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let lab = Lab::new(Server::Main).await;
        lab.fill_large(20).await;
        // It fills the pipe, and waits for a reader that does not read.
        let (run_, pipe) = start_unread(&lab, &["messages", "export"]);
        wait_until(
            &lab,
            &format!(
                "EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{}' AND wait_event = 'ClientWrite')",
                application(&lab)
            ),
        )
        .await;
        run_.signal(signal);
        run_.ended().await.fails(code, "stopped as asked");
        drop(pipe);
        wait_until_gone(&lab).await;
    }
}

#[tokio::test]
async fn an_export_to_a_file_leaves_no_half_of_one() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.ndjson");
    let table = lab.closed().await.remove(0).table.to_string();
    let holder = lab.another_session().await;
    holder.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")).await.unwrap();
    let run_ = start_armed(&lab, &["messages", "export", "--file", file.to_str().unwrap()], "");
    wait_until_queued(&lab, &table, "%").await;
    run_.signal("INT");
    run_.ended().await.fails(130, "stopped as asked");
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "half a file is left");
    holder.batch_execute("ROLLBACK").await.unwrap();
}
