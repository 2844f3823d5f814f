//! Messages that are changed at the source after they were copied, past its statistics.

use super::cli::Held;
use super::scene::Move;
use super::sources::{Layout, Trouble};

fn copied() -> Option<Move> {
    let scene = Move::filled(Layout::MessageDb12, 1_000)?;
    scene.run("postgres", &[]).succeeds();
    Some(scene)
}

const CHANGE: &str = "UPDATE message_store.messages SET data = '{\"name\": \"erased\"}' WHERE global_position = 250";

#[track_caller]
fn assert_refused(scene: &Move, what: &str) {
    let out = scene.run("cutover", &[]);
    assert_eq!(out.code, 5, "{what}: {out:?}");
    assert!(out.stderr.contains("differs") && out.stderr.contains("takes writes as before"), "{what}: {out:?}");
    assert!(scene.takes_writes(), "{what}");
    assert_eq!(scene.status()["state"], "caught_up", "{what}");
}

#[test]
fn a_source_that_was_emptied_and_filled_again_does_not_take_over_unnoticed() {
    let Some(scene) = copied() else { return };
    scene.source.sql(
        "CREATE TABLE aside AS SELECT * FROM {schema}.messages;
         TRUNCATE {schema}.messages;
         UPDATE aside SET data = '{\"n\": 0}' WHERE global_position = 250;
         INSERT INTO {schema}.messages SELECT * FROM aside",
    );
    assert_refused(&scene, "TRUNCATE");
    // The very same messages are no difference.
    let Some(scene) = copied() else { return };
    scene.source.sql(
        "CREATE TABLE aside AS SELECT * FROM {schema}.messages;
         TRUNCATE {schema}.messages;
         INSERT INTO {schema}.messages SELECT * FROM aside",
    );
    scene.run("cutover", &[]).succeeds();
    scene.assert_same();
}

#[test]
fn a_change_whose_session_has_told_the_statistics_nothing_yet_does_not_take_over_unnoticed() {
    let Some(scene) = copied() else { return };
    let open = Held::new(scene.source.url(), CHANGE);
    assert_refused(&scene, "an idle session");
    open.end("SELECT 1");
}

#[test]
fn a_change_that_the_statistics_have_forgotten_or_never_counted_does_not_take_over_unnoticed() {
    for change in [
        format!("{CHANGE}; SELECT pg_sleep(1.5); SELECT pg_stat_reset()"),
        format!("SET track_counts = off; {CHANGE}"),
        // What is frozen or written anew by the server keeps its transaction.
        format!("SET track_counts = off; {CHANGE}; VACUUM (FREEZE, FULL) message_store.messages"),
        // By a subtransaction, of which nobody else knows.
        format!("SET track_counts = off; BEGIN; SAVEPOINT a; {CHANGE}; RELEASE a; COMMIT"),
    ] {
        let Some(scene) = copied() else { return };
        for statement in change.split("; ").fold(vec![String::new()], |mut all, next| {
            // VACUUM wants a statement of its own.
            if next.starts_with("VACUUM") {
                all.push(next.to_owned());
            } else if let Some(last) = all.last_mut() {
                *last += &format!("{next};");
            }
            all
        }) {
            scene.source.sql(&statement);
        }
        assert_refused(&scene, &change);
    }
}

#[test]
fn a_change_that_was_open_while_its_range_was_copied_does_not_take_over_unnoticed() {
    let Some(scene) = Move::with(Layout::MessageDb12, Trouble::default()) else { return };
    scene.source.fill(1, 1_000, 23);
    let open =
        Held::new(scene.source.url(), &format!("SET track_counts = off; BEGIN; SAVEPOINT a; {CHANGE}; RELEASE a"));
    // It copies up to a gap, and there is none.
    scene.run("postgres", &[]).succeeds();
    open.end("COMMIT");
    assert_refused(&scene, "an open transaction");
}

#[test]
fn a_source_that_is_only_written_to_takes_over_without_all_being_compared() {
    let Some(scene) = copied() else { return };
    for run in 0..3 {
        scene.source.fill(1_001 + run * 150, 150, 23);
        scene.run("postgres", &[]).succeeds();
    }
    scene.source.fill(1_451, 20, 23);
    let out = scene.run("cutover", &[]);
    out.succeeds();
    assert!(!out.stderr.contains("all are compared"), "{out:?}");
    scene.assert_same();
}

#[test]
fn what_differs_after_a_cutover_is_told_with_what_can_still_be_done() {
    let Some(scene) = copied() else { return };
    scene.run("cutover", &[]).succeeds();
    let table = format!("{}.messages", scene.schema());
    super::cli::try_sql(&scene.cli.db_url, &format!("UPDATE {table} SET data = '{{}}' WHERE global_position = 250"))
        .unwrap();
    let out = scene.run("verify", &[]);
    out.fails(5, "the namespace has taken over").fails(5, "by SQL");
    assert!(!out.stderr.contains("abandon"), "{out:?}");
    scene.run("abandon", &["--yes"]).fails(4, "cut_over");
}
