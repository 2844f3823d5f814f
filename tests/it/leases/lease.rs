//! `rehydrate --for`.

use super::cli::sql;
use super::scene::{
    archive, archived, archives, chunks, covered, end_leases, export, filled, id, of_namespace, schema, states,
    write_late,
};

fn night(cli: &super::cli::Cli) -> serde_json::Value {
    cli.json(&["lifecycle", "run"])[0].clone()
}

#[test]
fn a_leased_chunk_is_left_alone_by_age_until_its_lease_ends_and_then_goes_without_an_upload() {
    let (cli, lines) = archived(2);
    cli.run(&["policy", "set", "--archive-after", "0d", "--store", &cli.store(), "-q"]).succeeds();
    let back = cli.json(&["archives", "rehydrate", &id(&cli, 0), "--for", "7d"]);
    assert!(back[0]["lease_until"].is_string(), "{back}");
    assert_eq!(cli.json(&["archives", "show", &id(&cli, 0)])["lease_until"], back[0]["lease_until"]);
    let before = of_namespace(&cli);
    let left = cli.run(&["chunks", "archive", "--older-than", "0d"]);
    left.succeeds();
    assert!(left.stderr.contains("its lease runs until"), "{left:?}");
    assert!(cli.run(&["chunks", "drop", "--older-than", "0d"]).succeeds().stderr.contains("its lease runs until"));
    assert_eq!((night(&cli)["released"].as_i64(), chunks(&cli).len()), (Some(0), 1));
    end_leases(&cli);
    assert_eq!((night(&cli)["released"].as_i64(), chunks(&cli).len()), (Some(1), 0));
    assert_eq!(of_namespace(&cli), before, "it was uploaded again");
    assert_eq!(states(&cli), ["dropped", "dropped"]);
    assert!(archives(&cli).iter().all(|a| a["lease_until"].is_null()));
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), lines);
}

#[test]
fn a_lease_that_is_over_becomes_a_new_generation_where_something_came_in_meanwhile() {
    let (cli, _) = archived(1);
    // No store is named for new archives: it goes back to where it lay.
    cli.run(&["policy", "set", "--drop-rehydrated-after", "1000d", "-q"]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 0), "--for", "1h"]).succeeds();
    write_late(&cli);
    end_leases(&cli);
    let all = export(&cli);
    let ran = cli.run_in(&[("EVENTODB_STORE", "")], &["lifecycle", "run", "-o", "json"], b"").json();
    assert_eq!(ran[0]["released"], 1, "{ran}");
    assert_eq!(states(&cli), ["expired", "dropped"]);
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), all);
}

#[test]
fn a_second_lease_makes_the_first_longer_and_never_shorter() {
    let (cli, _) = archived(1);
    let lease = |words: &[&str]| cli.json(&[&["archives", "rehydrate"], words].concat())[0]["lease_until"].to_string();
    let first = lease(&[&id(&cli, 0), "--for", "2d"]);
    assert_eq!(lease(&["--from", "2013-01-01", "--for", "1d"]), first);
    assert!(lease(&["--stream", "account-1", "--for", "3d"]) > first);
    cli.run(&["archives", "release", &id(&cli, 0)]).succeeds();
    assert!(archives(&cli)[0]["lease_until"].is_null());
}

#[test]
fn an_archive_that_another_has_taken_the_place_of_is_released_with_that_one() {
    let (cli, _) = archived(1);
    let old = id(&cli, 0);
    cli.run(&["archives", "rehydrate", &old]).succeeds();
    sql(&cli.db_url, &format!("UPDATE {}.messages SET data = '{{}}'", schema(&cli)));
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    assert_eq!(states(&cli), ["expired", "verified"]);
    cli.run(&["archives", "release", &old]).succeeds();
    assert_eq!((states(&cli), chunks(&cli).len()), (vec!["expired".to_owned(), "dropped".into()], 0));
    covered(&cli);
}

#[test]
fn a_chunk_that_was_never_dropped_can_be_kept_by_a_lease() {
    let (cli, _) = filled(1);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 0), "--for", "1d"]).succeeds();
    archive(&cli);
    assert_eq!((states(&cli), chunks(&cli).len()), (vec!["verified".to_owned()], 1));
    cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
    assert_eq!(states(&cli), ["dropped"], "by name it goes all the same");
}

#[test]
fn a_night_tells_the_ledger_what_others_have_dropped() {
    let (cli, lines) = archived(2);
    cli.run(&["policy", "set", "--drop-rehydrated-after", "1000d", "--store", &cli.store(), "-q"]).succeeds();
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--for", "1d"]).succeeds();
    sql(&cli.db_url, &format!("SELECT drop_chunks('{}.messages', '2013-01-10'::timestamptz)", schema(&cli)));
    cli.run(&["coverage"]).fails(5, "finding");
    assert!(cli.run(&["lifecycle", "run", "--dry-run"]).succeeds().stdout.contains("mark as dropped"));
    assert!(cli.run(&["lifecycle", "run"]).succeeds().stderr.contains("only copy"));
    assert_eq!(states(&cli), ["dropped", "rehydrated"]);
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), lines);
}

#[test]
fn archives_come_back_by_the_name_of_their_chunk() {
    let (cli, _) = filled(2);
    let name = chunks(&cli).remove(1);
    archive(&cli);
    let back = cli.json(&["archives", "rehydrate", "--chunk", &name]);
    assert_eq!((back.as_array().unwrap().len(), back[0]["archive_id"].to_string()), (1, id(&cli, 1)));
    cli.run(&["archives", "rehydrate", "--chunk", "_hyper_0_0_chunk"]).fails(3, "has none");
}
