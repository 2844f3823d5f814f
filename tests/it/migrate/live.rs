//! Sources that are written to all the while.

use std::time::Duration;

use super::cli::{Held, sql};
use super::scene::Move;
use super::sources::{Layout, rows};

#[test]
fn a_source_that_is_written_to_is_followed_and_cut_over_without_a_message_lost() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 5_000) else { return };
    let writer = scene.source.writer(3, Duration::from_millis(8));
    let follow = scene.start("postgres", &["--follow"]);
    scene.until_caught_up();
    writer.wait_for(500);
    let cut = scene.run("cutover", &[]).json();
    // Writers that waited were told that the store has moved, and nobody else was.
    let (acknowledged, refused) = writer.stop();
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert!(refused.iter().all(|e| e.contains("25006")), "{refused:?}");
    let out = follow.end();
    assert_eq!(out.code, 0, "{out:?}");
    assert!(out.stderr.contains("a cutover has begun"), "{out:?}");
    scene.assert_same();
    let there = rows(&scene.cli.db_url, &scene.schema());
    for written in &acknowledged {
        assert!(
            there.iter().any(|r| r.id.as_ref() == Some(&written.id) && r.position == Some(written.position)),
            "acknowledged, and lost: {written:?}"
        );
    }
    assert_eq!(cut["messages"].as_i64().unwrap() as usize, 5_000 + acknowledged.len());
    assert_eq!(scene.cli.json(&["coverage"])["verdict"], "complete");
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
}

#[test]
fn a_late_commit_is_waited_for_and_a_gap_is_not() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
    let write = |stream: &str| {
        format!("SELECT message_store.write_message(gen_random_uuid()::varchar, '{stream}', 'T', '{{}}'::jsonb)")
    };
    // 301 is given up: a gap. 302 is written and stays open.
    scene.source.sql(&format!("BEGIN; {}; ROLLBACK", write("gap-1")));
    let open = Held::new(scene.source.url(), &format!("BEGIN; {}", write("late-1")));
    scene.source.sql(&write("early-1"));
    let follow = scene.start("postgres", &["--follow"]);
    let begun = std::time::Instant::now();
    let copied = || {
        sql(&scene.cli.db_url, &format!("SELECT coalesce(max(global_position), 0) FROM {}.messages", scene.schema()))
    };
    while scene.run("status", &[]).code != 0 || scene.status()["state"] != "caught_up" {
        assert!(begun.elapsed().as_secs() < 30, "{:?}", scene.run("status", &[]));
    }
    std::thread::sleep(Duration::from_secs(1));
    // 303 is there to be read; what may still come before it is not jumped over.
    assert_eq!(copied(), "300");
    open.end("COMMIT");
    let begun = std::time::Instant::now();
    while copied() != "303" {
        assert!(begun.elapsed().as_secs() < 30, "it does not go on: {:?}", scene.run("status", &[]));
        std::thread::sleep(Duration::from_millis(50));
    }
    scene.assert_same();
    follow.signal("-TERM");
    assert_eq!(follow.end().code, 143);
}

#[test]
fn a_position_taken_by_hand_and_committed_late_is_copied_at_the_cutover() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 500) else { return };
    // No lock on the table tells of it.
    scene.source.sql("SELECT nextval('{schema}.messages_global_position_seq')");
    scene.source.fill(502, 300, 23);
    scene.run("postgres", &[]).succeeds();
    scene.source.insert("gen_random_uuid(), 'byhand-1', 'T', 0, 501, '{}', NULL, '2024-01-02'");
    let verified = scene.run("verify", &[]);
    assert_eq!(verified.code, 5, "{verified:?}");
    let out = scene.run("cutover", &[]);
    out.succeeds();
    assert!(out.stderr.contains("came late"), "{out:?}");
    scene.assert_same();
    assert_eq!(scene.cli.json(&["coverage"])["verdict"], "complete");
    assert_eq!(scene.cli.json(&["streams", "version", "byhand-1"])["version"], 0);
}

#[test]
fn a_cutover_that_fails_puts_everything_back() {
    let Some(scene) = Move::in_place(500) else { return };
    scene.run("postgres", &[]).succeeds();
    let registry = || scene.source.sql("SELECT schema_name FROM eventodb_store.namespaces");
    for point in ["cutover.block.before", "cutover.block.after", "cutover.commit.before"] {
        let out = scene.run_broken("cutover", &[], &format!("{point}=error"), None);
        out.fails(1, "failpoint");
        assert!(scene.takes_writes(), "{point}");
        assert_eq!(scene.status()["state"], "caught_up", "{point}");
        assert_eq!(registry(), scene.source.schema, "{point}");
    }
    // Done, and the answer lost: nothing is put back then.
    let out = scene.run_broken("cutover", &[], "cutover.commit.after=error", None);
    out.fails(1, "failpoint");
    assert!(out.stderr.contains("has taken over nevertheless"), "{out:?}");
    assert!(!scene.takes_writes());
    assert_eq!(registry(), scene.schema());
    scene.assert_same();
}

#[test]
fn writers_that_do_not_end_keep_a_cutover_from_beginning_and_nothing_else() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
    scene.run("postgres", &[]).succeeds();
    let open = Held::new(
        scene.source.url(),
        "BEGIN; SELECT message_store.write_message(gen_random_uuid()::varchar, 'long-1', 'T', '{}'::jsonb)",
    );
    let run = scene.start("cutover", &[]);
    std::thread::sleep(Duration::from_secs(8));
    // Readers and the open transaction go on.
    assert_eq!(scene.source.count(), 300);
    run.signal("-INT");
    let out = run.end();
    assert_eq!(out.code, 130, "{out:?}");
    open.end("COMMIT");
    assert!(scene.takes_writes());
    assert_eq!(scene.status()["state"], "caught_up");
    scene.run("cutover", &[]).succeeds();
    scene.assert_same();
}
