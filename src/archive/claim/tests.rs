use chrono::{DateTime, TimeDelta, Utc};

use super::ownership::is_from;
use super::*;
use crate::archive::format::manifest::ArchiveOrigin;

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000, 0).unwrap() + TimeDelta::hours(hour)
}

fn database(oid: i64) -> DatabaseIdentity {
    DatabaseIdentity {
        system_identifier: Some("7".to_owned()),
        database_oid: oid,
        database: format!("events{oid}"),
        timeline: Some(1),
    }
}

/// What the store says: it is of database `oid`, at its `epoch`-th owner.
fn mark(mark: u128, oid: i64, epoch: i32) -> Owner {
    Owner::new("n", (Uuid::from_u128(1), epoch), Uuid::from_u128(mark), &database(oid), at(0))
}

/// What database `oid` knows of a store: its mark, and the one that it was about to write.
fn known(url: &str, marks: (Option<u128>, Option<u128>), oid: i64, hour: i64) -> ClaimRow {
    ClaimRow {
        store_url: url.to_owned(),
        claim_id: Uuid::from_u128(1),
        epoch: 1,
        mark: marks.0.map(Uuid::from_u128),
        next_mark: marks.1.map(Uuid::from_u128),
        owner: database(oid),
        sources: Vec::new(),
        changed_at: at(hour),
    }
}

/// Whose a store at `url` is to database 1.
fn judged(rows: &[ClaimRow], url: &str, found: Owner) -> &'static str {
    match judge(rows, url, &database(1), found, None) {
        Ok(Ownership::Ours(_)) => "ours",
        Ok(Ownership::First(_)) => "first",
        Err(Why::Foreign(_)) => "foreign",
        Err(Why::Copied(..)) => "copied",
        Err(Why::TakenOver(_)) => "taken over",
        Err(Why::Changed(_)) => "changed",
        Err(_) => "something else",
    }
}

#[test]
fn a_store_is_ours_by_either_of_our_marks_and_by_no_other() {
    let row = [known("a", (Some(10), Some(11)), 1, 0)];
    assert_eq!(judged(&row, "a", mark(10, 1, 1)), "ours");
    assert_eq!(judged(&row, "a", mark(11, 1, 1)), "ours", "the run ended before it said that it was done");
    assert_eq!(judged(&row, "a", mark(12, 1, 1)), "changed");
    assert_eq!(judged(&row, "a", mark(12, 2, 2)), "taken over");
    assert_eq!(judged(&[], "a", mark(10, 1, 1)), "foreign");
}

#[test]
fn the_right_mark_in_a_copy_of_the_database_is_a_copys() {
    assert_eq!(judged(&[known("a", (Some(10), None), 2, 0)], "a", mark(10, 2, 1)), "copied", "both are another's");
    assert_eq!(judged(&[known("a", (Some(10), None), 2, 0)], "a", mark(10, 1, 1)), "copied", "the row is another's");
    assert_eq!(judged(&[known("a", (Some(10), None), 1, 0)], "a", mark(10, 2, 1)), "copied", "the mark is another's");
    assert_eq!(judged(&[known("a", (Some(10), None), 2, 0)], "a", mark(12, 2, 1)), "copied", "and has moved on");
}

#[test]
fn a_store_that_was_moved_is_ours_by_the_mark_that_it_had_last_and_not_by_an_older_one() {
    let last = known("a", (Some(10), None), 1, 5);
    assert_eq!(judged(std::slice::from_ref(&last), "b", mark(10, 1, 1)), "ours");
    let newer = known("c", (Some(20), None), 1, 6);
    assert_eq!(judged(&[last.clone(), newer.clone()], "b", mark(10, 1, 1)), "foreign", "an older copy of it");
    assert_eq!(judged(&[last.clone(), newer.clone()], "a", mark(10, 1, 1)), "ours", "where it has always been");
    assert_eq!(judged(&[last.clone(), newer], "b", mark(20, 1, 1)), "ours");
    // Another lineage says nothing of this one.
    let other = ClaimRow { claim_id: Uuid::from_u128(2), ..known("c", (Some(20), None), 1, 6) };
    assert_eq!(judged(&[last, other], "b", mark(10, 1, 1)), "ours");
}

#[test]
fn of_two_rows_with_the_mark_that_of_this_address_counts() {
    let here = known("a", (Some(10), None), 1, 0);
    let elsewhere = known("b", (Some(10), None), 2, 0);
    for rows in [[here.clone(), elsewhere.clone()], [elsewhere, here]] {
        assert_eq!(judged(&rows, "a", mark(10, 1, 1)), "ours");
    }
}

#[test]
fn an_archive_is_of_a_database_by_cluster_and_name() {
    let source = |cluster: Option<&str>, database: &str| ArchiveOrigin {
        system_identifier: cluster.map(str::to_owned),
        database: database.to_owned(),
        namespace: "n".to_owned(),
        schema: "s".to_owned(),
        chunk: "c".to_owned(),
        postgres: "15".to_owned(),
        timescaledb: "2.28.3".to_owned(),
    };
    let here = database(1);
    assert!(is_from(&source(Some("7"), "events1"), &here));
    assert!(is_from(&source(None, "events1"), &here));
    assert!(!is_from(&source(Some("8"), "events1"), &here));
    assert!(!is_from(&source(Some("7"), "events2"), &here));
    assert!(!is_from(&source(None, "events2"), &here));
}
