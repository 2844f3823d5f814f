//! Runs killed before and after every effect, and made to believe that one failed: the same command comes to the same end.

use std::collections::BTreeSet;

use super::clones::{copy_of, original};
use super::scene::Move;
use super::sources::Layout;
use super::steps::some;

/// Small enough to be done often; more than one range, so that it is loaded in bulk.
const MESSAGES: i64 = 500;

fn points(scene: &Move, verb: &str) -> Vec<String> {
    let trace = tempfile::NamedTempFile::new().unwrap();
    scene.run_broken(verb, &[], "", Some(trace.path())).succeeds();
    let mut points = Vec::new();
    for point in std::fs::read_to_string(trace.path()).unwrap().lines() {
        if (point.starts_with("migrate.") || point.starts_with("cutover.")) && !points.iter().any(|p| p == point) {
            points.push(point.to_owned());
        }
    }
    points
}

fn break_postgres(fault: &str) {
    let Some(mut scene) = Move::filled(Layout::MessageDb12, MESSAGES) else { return };
    let points = points(&scene, "postgres");
    assert!(points.len() >= 14, "{points:?}");
    for point in some(&format!("a copy, {fault}"), points) {
        // The source stays as it is: into a new namespace each time.
        scene = scene.into_another();
        let out = scene.run_broken("postgres", &["--jobs", "1"], &format!("{point}={fault}"), None);
        assert_ne!(out.code, 0, "{point}: {out:?}");
        let done = scene.run("postgres", &[]).json();
        assert_eq!((&done["state"], &done["messages"]), (&"caught_up".into(), &MESSAGES.into()), "{point}");
        scene.assert_same();
        let heads = format!("SELECT sum(messages) FROM {}.heads", scene.schema());
        assert_eq!(super::cli::sql(&scene.cli.db_url, &heads), MESSAGES.to_string(), "{point}");
    }
}

#[test]
fn a_copy_killed_at_any_step_goes_on_and_neither_loses_nor_doubles() {
    break_postgres("kill");
}

#[test]
fn a_copy_that_fails_or_hears_nothing_at_any_step_goes_on_and_neither_loses_nor_doubles() {
    break_postgres("error");
}

#[test]
fn a_tail_killed_at_any_step_is_in_the_heads_once() {
    let Some(mut scene) = Move::filled(Layout::MessageDb12, MESSAGES) else { return };
    scene.run("postgres", &[]).succeeds();
    let mut written = MESSAGES;
    let mut write = |scene: &Move| {
        scene.source.fill(written + 1, 10, 23);
        written += 10;
        written
    };
    write(&scene);
    let points = points(&scene, "postgres");
    assert!(points.iter().any(|p| p == "migrate.heads.after"), "a tail's heads are raised with it: {points:?}");
    for point in some("a tail", points) {
        scene = scene.into_another();
        scene.run("postgres", &[]).succeeds();
        let written = write(&scene);
        let out = scene.run_broken("postgres", &[], &format!("{point}=kill"), None);
        assert_ne!(out.code, 0, "{point}: {out:?}");
        scene.run("postgres", &[]).succeeds();
        scene.assert_same();
        let heads = format!("SELECT sum(messages) FROM {}.heads", scene.schema());
        assert_eq!(super::cli::sql(&scene.cli.db_url, &heads), written.to_string(), "{point}");
    }
}

#[test]
fn a_cutover_killed_at_any_step_never_leaves_both_open_and_the_next_one_ends_it() {
    let Some(scene) = Move::filled(Layout::MessageDb12, MESSAGES) else { return };
    scene.run("postgres", &[]).succeeds();
    scene.source.fill(MESSAGES + 1, 50, 23);
    let points = points(&scene, "cutover");
    assert!(points.iter().any(|p| p == "cutover.commit.after"), "{points:?}");
    // The rest comes over as all else did: of those steps one is enough.
    let meant = points.iter().filter(|p| p.starts_with("cutover.") || p.starts_with("migrate.commit"));
    for point in some("a cutover", meant) {
        let Some(scene) = Move::filled(Layout::MessageDb12, MESSAGES) else { return };
        scene.run("postgres", &[]).succeeds();
        scene.source.fill(MESSAGES + 1, 50, 23);
        let out = scene.run_broken("cutover", &[], &format!("{point}=kill"), None);
        assert_eq!(out.code, -1, "{point}: {out:?}");
        let is_over = scene.status()["state"] == "cut_over";
        let takes_writes = scene.takes_writes();
        assert!(!(is_over && takes_writes), "{point}: both are open");
        if is_over {
            scene.run("cutover", &[]).fails(4, "cut_over");
        } else {
            scene.run("cutover", &[]).succeeds();
        }
        assert!(!scene.takes_writes(), "{point}");
        scene.assert_same();
    }
}

#[test]
fn a_cutover_that_was_killed_can_be_given_up() {
    let Some(scene) = Move::filled(Layout::EventoDb, 200) else { return };
    scene.run("postgres", &[]).succeeds();
    scene.run_broken("cutover", &[], "cutover.commit.before=kill", None);
    assert!(!scene.takes_writes());
    scene.run("postgres", &[]).fails(4, "cutting_over");
    scene.run("abandon", &["--yes"]).succeeds();
    assert!(scene.takes_writes());
}

#[test]
fn every_failpoint_of_a_migration_is_reached() {
    let mut missed = BTreeSet::new();
    for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/migrate")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        for rest in text.split("effect!(").skip(1) {
            if let Some(name) = rest.trim_start().strip_prefix('"').and_then(|r| r.split('"').next())
                && !name.starts_with("back.")
            {
                missed.insert(format!("{name}.before"));
                missed.insert(format!("{name}.after"));
            }
        }
    }
    assert!(missed.len() >= 20, "the source was not read: {missed:?}");
    let Some(scene) = Move::filled(Layout::MessageDb12, MESSAGES) else { return };
    let mut reached = |scene: &Move, verb: &str, more: &[&str], failpoints: &str| {
        let trace = tempfile::NamedTempFile::new().unwrap();
        scene.run_broken(verb, more, failpoints, Some(trace.path()));
        for point in std::fs::read_to_string(trace.path()).unwrap().lines() {
            missed.remove(point);
        }
    };
    scene.source.sql("SELECT nextval('{schema}.messages_global_position_seq')");
    scene.source.fill(MESSAGES + 2, 10, 23);
    reached(&scene, "postgres", &[], "");
    scene.source.fill(MESSAGES + 12, 10, 23);
    reached(&scene, "postgres", &[], "");
    scene.source.insert(&format!("gen_random_uuid(), 'late-1', 'T', 0, {}, '{{}}', NULL, '2024-01-02'", MESSAGES + 1));
    reached(&scene, "cutover", &[], "cutover.commit.before=error");
    reached(&scene, "cutover", &[], "");
    let Some(scene) = Move::filled(Layout::MessageDb12, 10) else { return };
    reached(&scene, "postgres", &[], "");
    reached(&scene, "abandon", &["--yes"], "");
    let Some((scene, _target)) = original() else { return };
    scene.run("cutover", &[]).succeeds();
    let (copy, _database) = copy_of(&scene);
    reached(&copy, "claim", &["--yes"], "");
    assert!(missed.is_empty(), "never reached: {missed:?}");
}
