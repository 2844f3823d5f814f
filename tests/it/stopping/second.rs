//! The second signal, and what is worse: the run ends there and then. What the server and the store keep of it goes by
//! itself or with the next run.

use super::first::until_a_part_is_sent;
use super::lab::{Lab, Server, skip_where_nobody_waits};
use super::program::{
    ARCHIVE, application, run_when_free, start_armed, start_held, wait_until_gone, wait_until_queued,
};

/// The next run clears up, and everything is archived.
async fn the_next_run_finishes(lab: &mut Lab, lines: &str) {
    lab.assert_covered().await;
    run_when_free(lab, &ARCHIVE).await.succeeds();
    assert!(lab.closed().await.is_empty());
    assert!(lab.archives().await.iter().all(|a| a.frozen_chunk.is_none()));
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn a_second_signal_ends_the_run_wherever_it_is_and_the_next_clears_up() {
    if skip_where_nobody_waits().await {
        return;
    }
    for (step, jobs, first, second, code) in [
        ("archive.copying", "1", "INT", "INT", 130),
        ("archive.tell-uploaded.after", "2", "TERM", "INT", 130),
        ("drop.drop.after", "2", "INT", "TERM", 143),
    ] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(3, if step == "archive.copying" { 4000 } else { 100 }).await;
        let mut held = start_held(&lab, &[&ARCHIVE[..], &["--jobs", jobs]].concat(), &[step]);
        held.until(step).await;
        held.is_asked_to_stop(first).await;
        // It is held at its step until it has ended: nothing was waited for.
        held.signal(second);
        let out = held.ended().await;
        assert_eq!(out.code, Some(code), "{step}: {out:?}");
        wait_until_gone(&lab).await;
        the_next_run_finishes(&mut lab, &lines).await;
    }
}

#[tokio::test]
async fn a_copy_whose_reader_is_gone_ends_on_the_server_and_its_parts_on_s3_are_found() {
    if skip_where_nobody_waits().await {
        return;
    }
    for twice in [true, false] {
        let mut lab = Lab::on_s3().await;
        lab.fill_large(32).await;
        let lines = lab.export().await.unwrap();
        let mut held = start_held(&lab, &[&ARCHIVE[..], &["--compression", "none"]].concat(), &["archive.sending"]);
        until_a_part_is_sent(&lab, &mut held).await;
        let copying = format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{}' AND state = 'active' AND query LIKE 'COPY%'",
            application(&lab)
        );
        assert_eq!(lab.one(&copying).await, "1", "the copy is over too early for this test");
        if twice {
            held.is_asked_to_stop("INT").await;
            held.signal("INT");
        } else {
            held.signal("KILL");
        }
        let out = held.ended().await;
        assert_eq!(out.code, twice.then_some(130), "{out:?}");
        wait_until_gone(&lab).await;
        let strays = lab.store.list_uploads("").await.unwrap();
        assert_eq!(strays.len(), 1, "{strays:?}");
        lab.store.abort_upload(&strays[0]).await.unwrap();
        assert!(lab.store.list_uploads("").await.unwrap().is_empty());
        the_next_run_finishes(&mut lab, &lines).await;
    }
}

#[tokio::test]
async fn a_file_that_was_being_written_is_found_like_an_upload_and_is_no_object() {
    if skip_where_nobody_waits().await {
        return;
    }
    use futures::TryStreamExt as _;
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 4000).await;
    let mut held = start_held(&lab, &ARCHIVE, &["archive.copying"]);
    held.until("archive.copying").await;
    held.signal("KILL");
    held.ended().await;
    let mut objects: Vec<_> = lab.store.list("").try_collect().await.unwrap();
    objects.retain(|o| !o.key.as_str().ends_with("/owner.json"));
    assert!(objects.is_empty(), "{objects:?}");
    let strays = lab.store.list_uploads("").await.unwrap();
    assert_eq!(strays.len(), 1, "{strays:?}");
    lab.store.abort_upload(&strays[0]).await.unwrap();
    the_next_run_finishes(&mut lab, &lines).await;
}

/// A dead run must not stand in the queue for a lock, with all the writers behind it, for as long as the lock is held.
#[tokio::test]
async fn the_server_notices_that_a_run_is_gone_which_waits_for_a_lock() {
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
    let run = start_armed(&lab, &[&ARCHIVE[..], &["--lock-timeout", "1h"]].concat(), "");
    wait_until_queued(&lab, &table, "%").await;
    run.signal("KILL");
    run.ended().await;
    // The writer still holds its lock.
    wait_until_gone(&lab).await;
    writer.batch_execute("ROLLBACK").await.unwrap();
    the_next_run_finishes(&mut lab, &lines).await;
}
