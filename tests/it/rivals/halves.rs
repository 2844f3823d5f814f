//! Chunks that are archived side by side and have to do with each other, as two halves of one archive: each is frozen for itself,
//! none stays so, and none is in the way of the other.

use eventodb_admin::archive::State;

use super::lab::{Lab, Server, skip_where_nobody_waits};
use super::program::{ARCHIVE, application, run, run_when_free, start, start_held, wait_until_gone};

const TOGETHER: [&str; 6] = ["chunks", "archive", "--older-than", "0d", "--jobs", "2"];
/// Messages of the week.
const ALL: usize = 2000;
const LATE: [&str; 2] = ["2013-01-03T12:00:00Z", "2013-01-08T12:00:00Z"];

/// One archive that has come back, whose chunk was split in two since, so many messages in the first; with what was exported.
/// Comparing a thousand messages takes a while: they are large.
async fn split(first: usize) -> Option<(Lab, String)> {
    let mut lab = Lab::new(Server::Main).await;
    let can_split = lab.one("SELECT count(*) FROM pg_proc WHERE proname = 'split_chunk'").await != "0";
    if !lab.db.server.supports_freeze() || !can_split || skip_where_nobody_waits().await {
        eprintln!("SKIPPED: needs TimescaleDB Community with split_chunk and frozen chunks");
        return None;
    }
    lab.fill(1, ALL).await;
    lab.sql(&format!(
        "UPDATE {{{{schema}}}}.messages
            SET time = time + CASE WHEN global_position > {first} THEN interval '5 days' ELSE interval '0' END,
                data = jsonb_build_object('large', (SELECT string_agg(md5(global_position || '-' || n), '')
                                                      FROM generate_series(1, 500) n))"
    ))
    .await;
    let lines = lab.export().await.unwrap();
    lab.archive_all().await;
    lab.rehydrate_all().await;
    let table = lab.closed().await[0].table.to_string();
    lab.sql(&format!("CALL public.split_chunk('{table}', split_at => '2013-01-06T00:00:00Z'::timestamptz)")).await;
    assert_eq!(lab.closed().await.len(), 2);
    Some((lab, lines))
}

const FROZEN: &str = "(SELECT count(*) FROM timescaledb_information.chunks
       WHERE hypertable_schema = {{schema_name_text}}
         AND _timescaledb_functions.chunk_status(format('%I.%I', chunk_schema, chunk_name)::regclass) & 4 <> 0)";

async fn write_late(lab: &Lab, at: &str, stream: &str) {
    let insert = "INSERT INTO {{schema}}.messages (time, position, stream_name, type)";
    lab.sql(&format!("{insert} VALUES ('{at}', 0, '{stream}', 'L')")).await;
}

/// Both are archived and gone, nothing is noted, and all comes back.
async fn ends_well(mut lab: Lab, lines: &str, late: usize) {
    assert!(lab.closed().await.is_empty());
    let rows = lab.archives().await;
    assert!(rows.iter().all(|a| a.frozen_chunk.is_none()), "a freeze was not forgotten");
    assert_eq!(rows.iter().filter(|a| a.state == State::Dropped).count(), 2);
    lab.assert_covered().await;
    let ids: Vec<_> = rows.iter().filter(|a| a.state == State::Dropped).map(|a| a.id).collect();
    for id in ids {
        lab.rehydrate(id).await.unwrap();
    }
    let export = lab.export().await.unwrap();
    let kept: Vec<_> = export.lines().filter(|line| !line.contains("\"late-")).collect();
    assert!(kept == lines.lines().collect::<Vec<_>>(), "the export differs");
    assert_eq!(export.lines().count(), ALL + late);
}

#[tokio::test]
async fn halves_of_one_archive_that_a_killed_run_has_frozen_both_take_writers_again() {
    let Some((lab, lines)) = split(1000).await else { return };
    // Both are compared with the archive, which takes a while.
    let first = start(&lab, &TOGETHER);
    while lab.one(&format!("SELECT {FROZEN}")).await != "2" {}
    first.signal("KILL");
    drop(first);
    wait_until_gone(&lab).await;
    assert_eq!(lab.one(&format!("SELECT {FROZEN}")).await, "2");
    // The next command that takes the lock.
    let next = run_when_free(&lab, &["archives", "sweep"]).await;
    next.succeeds();
    assert_eq!(next.stderr.matches("was left frozen and takes writers again").count(), 2, "{next:?}");
    for (at, stream) in LATE.into_iter().zip(["late-1", "late-2"]) {
        write_late(&lab, at, stream).await;
    }
    run_when_free(&lab, &ARCHIVE).await.succeeds();
    ends_well(lab, &lines, 2).await;
}

#[tokio::test]
async fn a_half_whose_run_fails_while_the_other_goes_its_way_takes_writers_again() {
    let Some((lab, lines)) = split(10).await else { return };
    let [first, second] = <[_; 2]>::try_from(lab.closed().await).unwrap();
    let mut both = start(&lab, &TOGETHER);
    // The large one is still compared when the small one is exported already.
    let cancel = format!(
        "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
          WHERE application_name = '{}' AND state = 'active' AND query LIKE 'COPY%{}%'
            AND EXISTS (SELECT FROM eventodb_store.archives a
                         WHERE a.namespace = {{{{namespace_text}}}} AND a.chunk_name = '{}'
                           AND (SELECT count(*) FROM eventodb_store.archives b WHERE b.namespace = a.namespace) > 1)",
        application(&lab),
        second.name(),
        first.name()
    );
    while lab.one(&cancel).await == "0" && both.is_alive() {}
    let out = both.ended().await;
    assert_ne!(out.code, Some(0), "{out:?}");
    let left: Vec<_> = lab.closed().await.iter().map(|c| c.name().to_owned()).collect();
    assert_eq!(left, [second.name()], "{out:?}");
    assert_eq!(lab.one(&format!("SELECT {FROZEN}")).await, "0", "{out:?}");
    assert!(lab.archives().await.iter().all(|a| a.frozen_chunk.is_none()), "{out:?}");
    write_late(&lab, LATE[1], "late-1").await;
    run_when_free(&lab, &ARCHIVE).await.succeeds();
    ends_well(lab, &lines, 1).await;
}

#[tokio::test]
async fn a_chunk_that_is_frozen_and_in_nobodys_row_is_named_by_a_night_and_by_doctor() {
    let Some((lab, _)) = split(10).await else { return };
    let chunk = lab.closed().await.remove(1);
    let thaw = format!("SELECT _timescaledb_functions.unfreeze_chunk('{}')", chunk.table);
    lab.sql(&format!("SELECT _timescaledb_functions.freeze_chunk('{}')", chunk.table)).await;
    // What came back without a lease stays: nothing is due in this chunk.
    run(&lab, &["policy", "set", "--archive-after", "0d", "--yes"]).await.succeeds();
    let night = run(&lab, &["lifecycle", "run"]).await;
    night.fails(1, &thaw);
    assert!(night.stderr.contains(chunk.name()) && night.stderr.contains("not all is well"), "{night:?}");
    let doctor = run(&lab, &["doctor", "-o", "json"]).await;
    assert!(
        doctor.stdout.contains("frozen by somebody else") && doctor.stdout.contains("unfreeze_chunk("),
        "{doctor:?}"
    );
    lab.sql(&thaw).await;
    run(&lab, &["lifecycle", "run"]).await.succeeds();
    let doctor = run(&lab, &["doctor", "-o", "json"]).await;
    assert!(!doctor.stdout.contains("frozen by somebody else"), "{doctor:?}");
}

/// Archives the first chunk up to where it was compared with all others, and sees that nothing of the run holds the second one.
async fn holds_no_other(lab: &Lab) {
    let [first, second] = <[_; 2]>::try_from(lab.closed().await).unwrap();
    let mut archiving = start_held(lab, &["chunks", "archive", first.name()], &["archive.finish-object.before"]);
    // The data are finished before it is compared, the stream list after that.
    assert!(archiving.arrives().await.is_some());
    archiving.step();
    assert!(archiving.arrives().await.is_some());
    let held = lab.one(&format!("SELECT count(*) FROM pg_locks WHERE relation = '{}'::regclass", second.table)).await;
    assert_eq!(held, "0");
    archiving.let_go();
    archiving.ended().await.succeeds();
}

#[tokio::test]
async fn a_chunk_that_is_archived_holds_none_whose_global_positions_lie_between_its_own() {
    let mut lab = Lab::new(Server::Main).await;
    if skip_where_nobody_waits().await {
        return;
    }
    lab.fill(2, 10).await;
    for (at, stream) in LATE.into_iter().zip(["late-1", "late-2"]) {
        write_late(&lab, at, stream).await;
    }
    holds_no_other(&lab).await;
    // Both at once, each in the way of the other if it held it.
    lab.rehydrate_all().await;
    run(&lab, &TOGETHER).await.succeeds();
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_half_that_is_archived_does_not_hold_the_other_half() {
    let Some((lab, _)) = split(1000).await else { return };
    holds_no_other(&lab).await;
}
