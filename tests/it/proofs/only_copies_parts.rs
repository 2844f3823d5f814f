//! Archives that hold the same messages though no manifest says so, and archives some of whose messages have gone from where
//! they were: what is missing comes back, by the command that the program names, and nothing twice.

use serde_json::Value;

use super::cli::{Cli, Out};
use super::only_copies::{
    ARCHIVE, archive_breaking, archived, covered, data, export, filled, foreign_drop, ids, objects, query,
    rehydrate_all, states, without, write_late,
};
use super::only_copies_generations::in_days;

/// The new database, with the store that is left.
fn lost(cli: &Cli) -> Option<Cli> {
    Some(cli.after_the_database_is_lost()?.with("EVENTODB_STORE", &cli.store()))
}

/// Runs the one command that a text names for bringing an archive back, as it is written there.
fn run_named(cli: &Cli, text: &str) -> Out {
    let ids = text.split("archives rehydrate ").skip(1);
    let mut ids = ids.map(|after| after.chars().take_while(char::is_ascii_digit).collect::<String>());
    let id = ids.find(|id| !id.is_empty()).unwrap_or_else(|| panic!("it names no command: {text}"));
    cli.run(&["archives", "rehydrate", &id])
}

/// All that was stored, as it was, with heads that go on where they were.
fn assert_all_is_back(cli: &Cli, lines: &str, streams: &Value) {
    rehydrate_all(cli);
    assert_eq!(export(cli), lines);
    assert_eq!(&cli.json(&["streams", "list"]), streams);
    covered(cli);
    let again = cli.run(&["archives", "sync"]);
    assert!(again.stderr.contains("0 archives entered"), "{again:?}");
    // The copy of what a message was is told of as long as it lies there.
    assert!(again.code == 0 || again.stderr.contains("0 are nowhere else, 1 have changed since"), "{again:?}");
    let stream = &streams[0];
    let name = stream["stream"].as_str().or(stream["stream_name"].as_str()).unwrap();
    let version = stream["version"].as_i64().unwrap();
    let written = cli.json(&["messages", "write", name, "Wrote", "--expected-version", &version.to_string()]);
    let last = lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["gpos"].as_i64().unwrap()).max();
    assert_eq!(written["position"], version + 1);
    assert!(written["global_position"].as_i64() > last, "{written} after {last:?}");
}

/// Archives all, brings all back to see it, archives it once more, loses the database, and has it back.
fn comes_back_from_the_store(cli: &Cli, expected: &[&str]) {
    covered(cli);
    let streams = cli.json(&["streams", "list"]);
    let Some(new) = lost(cli) else { return };
    let plan = new.json(&["archives", "sync", "--dry-run"]);
    let synced = new.run(&["archives", "sync"]);
    assert!(synced.succeeds().stderr.contains("all of its messages are in"), "{synced:?}");
    let mut found = states(&new);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(plan.as_array().unwrap().len(), expected.len());
    covered(&new);
    new.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(cli);
    assert_all_is_back(&new, &export(cli), &streams);
}

#[test]
fn a_lost_database_comes_back_where_a_week_was_released_in_days() {
    for change in ["SELECT 1", "UPDATE {s}.messages SET data = '{\"n\": -1}' WHERE global_position = 7"] {
        let (cli, _, week) = in_days();
        query(&cli, change);
        cli.run(&["archives", "release", &week.to_string()]).succeeds();
        comes_back_from_the_store(&cli, &["dropped"; 7].iter().copied().chain(["expired"]).collect::<Vec<_>>());
    }
}

#[test]
fn a_lost_database_comes_back_where_some_days_of_a_week_were_archived_and_no_more() {
    let (cli, lines, _) = in_days();
    query(&cli, "DELETE FROM {s}.messages WHERE stream_name = 'late-1'");
    let days = cli.json(&["chunks", "list"]);
    for day in days.as_array().unwrap().iter().take(6) {
        cli.run(&["chunks", "archive", day["chunk_name"].as_str().unwrap()]).succeeds();
    }
    let Some(new) = lost(&cli) else { return };
    new.run(&["archives", "sync"]).succeeds();
    assert_eq!(states(&new).iter().filter(|state| *state == "dropped").count(), 1, "the week holds all of them");
    covered(&new);
    rehydrate_all(&new);
    assert_eq!(export(&new), lines);
}

#[test]
fn a_lost_database_comes_back_where_kept_chunks_were_merged_or_split_before_they_were_archived_again() {
    for change in [
        "CALL public.merge_chunks(ARRAY[{chunks}]::regclass[])",
        "CALL public.split_chunk({first}, split_at => '2013-01-06T00:00:00Z'::timestamptz)",
    ] {
        let (cli, _) = filled(2);
        if query(&cli, "SELECT count(*) FROM pg_proc WHERE proname = 'split_chunk'") == "0"
            || query(&cli, "SELECT current_setting('timescaledb.license')") == "apache"
        {
            return;
        }
        cli.run(&["chunks", "archive", "--keep", "--older-than", "0d"]).succeeds();
        let chunks = cli.json(&["chunks", "list"]);
        let names: Vec<String> = chunks
            .as_array()
            .unwrap()
            .iter()
            .map(|c| format!("'_timescaledb_internal.{}'", c["chunk_name"].as_str().unwrap()))
            .collect();
        query(&cli, &change.replace("{chunks}", &names.join(",")).replace("{first}", &names[0]));
        cli.run(&ARCHIVE).succeeds();
        let before = states(&cli);
        covered(&cli);
        let streams = cli.json(&["streams", "list"]);
        let Some(new) = lost(&cli) else { return };
        new.run(&["archives", "sync"]).succeeds();
        covered(&new);
        rehydrate_all(&cli);
        assert_all_is_back(&new, &export(&cli), &streams);
        assert!(before.len() >= 3, "{before:?}");
    }
}

#[test]
fn of_archives_that_share_some_messages_the_rest_is_told_and_comes_back_by_the_command_that_is_named() {
    let (cli, lines) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    query(&cli, "DELETE FROM {s}.messages WHERE global_position > 10");
    write_late(&cli, "late-1", 1);
    cli.run(&ARCHIVE).succeeds();
    let Some(new) = lost(&cli) else { return };
    let synced = new.run(&["archives", "sync"]);
    synced.fails(5, "of its 20 messages 10 are in it alone");
    let mut found = states(&new);
    found.sort();
    assert_eq!(found, ["dropped", "expired"]);
    // Nobody takes their places meanwhile.
    let version = new.json(&["streams", "version", "account-0"])["version"].as_i64().unwrap();
    let last = lines.lines().filter(|l| l.contains("\"account-0\"")).count();
    assert_eq!(usize::try_from(version).unwrap() + 1, last);
    let coverage = new.run(&["coverage"]);
    coverage.fails(5, "archives rehydrate");
    let told = new.run(&["archives", "sync"]);
    told.fails(5, "10 are nowhere else");
    for text in [&coverage.stderr, &told.stderr, &synced.stderr] {
        run_named(&new, text).succeeds();
    }
    covered(&new);
    rehydrate_all(&new);
    assert_eq!(without(&export(&new), "late"), lines);
    covered(&new);
    new.run(&["archives", "claim", "--yes"]).succeeds();
    new.run(&ARCHIVE).succeeds();
    rehydrate_all(&new);
    assert_eq!(without(&export(&new), "late"), lines);
    covered(&new);
}

#[test]
fn an_archive_that_does_not_read_back_is_set_aside_where_others_have_just_its_streams() {
    let (cli, _, week) = in_days();
    query(&cli, "DELETE FROM {s}.messages WHERE stream_name = 'late-1'");
    cli.run(&["archives", "release", &week.to_string()]).succeeds();
    let all: Vec<_> = data(&cli);
    let of_week = all.iter().max_by_key(|path| std::fs::metadata(path).unwrap().len()).unwrap();
    let whole = std::fs::read(of_week).unwrap();
    std::fs::write(of_week, &whole[..whole.len() - 3]).unwrap();
    let Some(new) = lost(&cli) else { return };
    let synced = new.run(&["archives", "sync"]);
    assert!(synced.stderr.contains("all of its messages are in"), "{synced:?}");
    covered(&new);
}

/// What a chunk that lacks some of its archive's messages does to everything that asks for it, and how it comes back.
fn assert_what_is_missing_comes_back(cli: &Cli, lines: &str) {
    let id = ids(cli)[0].to_string();
    let (before, stored) = (states(cli), objects(cli));
    let coverage = cli.run(&["coverage"]);
    coverage.fails(5, "archives rehydrate");
    assert!(coverage.stdout.contains("of its messages are live"), "{coverage:?}");
    let release = cli.run(&["archives", "release", &id]);
    let archive = cli.run(&ARCHIVE);
    archive.fails(5, "archives rehydrate");
    assert_eq!((states(cli), objects(cli)), (before, stored), "an attempt was made");
    let plan = cli.json(&["archives", "rehydrate", &id, "--dry-run"]);
    assert!(plan.to_string().contains("put in what is missing"), "{plan}");
    let refused = if release.code == 1 { &archive } else { &release };
    refused.fails(5, "messages are live");
    for text in [&coverage.stderr, &refused.stderr, &archive.stderr] {
        run_named(cli, text).succeeds();
        assert_eq!(without(&export(cli), "late"), lines);
        covered(cli);
    }
    cli.run(&ARCHIVE).succeeds();
    covered(cli);
    rehydrate_all(cli);
    assert_eq!(without(&export(cli), "late"), lines);
}

#[test]
fn what_is_missing_of_an_archive_that_came_back_is_put_in_and_the_rest_stays() {
    for late in [0, 1] {
        let (cli, lines) = archived(1);
        rehydrate_all(&cli);
        query(&cli, "DELETE FROM {s}.messages WHERE global_position BETWEEN 4 AND 9");
        if late > 0 {
            write_late(&cli, "late-1", late);
        }
        assert_what_is_missing_comes_back(&cli, &lines);
    }
}

#[test]
fn what_is_missing_of_a_kept_chunk_is_put_in_as_well() {
    let (cli, lines) = filled(1);
    cli.run(&["chunks", "archive", "--keep", "--older-than", "0d"]).succeeds();
    query(&cli, "DELETE FROM {s}.messages WHERE global_position BETWEEN 4 AND 9");
    assert_what_is_missing_comes_back(&cli, &lines);
}

#[test]
fn a_day_that_somebody_dropped_of_a_week_that_came_back_is_put_in() {
    let (cli, lines, _) = in_days();
    query(&cli, "SELECT public.drop_chunks('{s}.messages'::regclass, '2013-01-04'::timestamptz)");
    assert_ne!(without(&export(&cli), "late"), lines);
    assert_what_is_missing_comes_back(&cli, &lines);
}

#[test]
fn a_day_that_somebody_dropped_beside_days_that_were_archived_again_is_put_in() {
    let (cli, lines, week) = in_days();
    let days = cli.json(&["chunks", "list"]);
    for day in days.as_array().unwrap().iter().take(6) {
        cli.run(&["chunks", "archive", day["chunk_name"].as_str().unwrap()]).succeeds();
    }
    foreign_drop(&cli);
    let coverage = cli.run(&["coverage"]);
    coverage.fails(5, "");
    run_named(&cli, &coverage.stderr).succeeds();
    covered(&cli);
    // Nothing is missing of it any more.
    cli.run(&["archives", "rehydrate", &week.to_string()]).fails(4, "archived again: in archives");
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late"), lines);
    covered(&cli);
}

#[test]
fn triggers_of_others_do_not_fire_for_what_is_put_in_and_a_compressed_chunk_takes_it() {
    for compressed in [false, true] {
        let (cli, lines) = archived(1);
        rehydrate_all(&cli);
        query(
            &cli,
            "CREATE TABLE {s}.fired (n bigint);
             CREATE FUNCTION {s}.fire() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO {s}.fired VALUES (NEW.global_position); RETURN NEW; END $$;
             CREATE TRIGGER fire AFTER INSERT ON {s}.messages FOR EACH ROW EXECUTE FUNCTION {s}.fire()",
        );
        query(&cli, "DELETE FROM {s}.messages WHERE global_position BETWEEN 4 AND 9");
        if compressed && query(&cli, "SELECT current_setting('timescaledb.license')") != "apache" {
            cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
        }
        let id = ids(&cli)[0].to_string();
        let back = cli.run(&["archives", "rehydrate", &id]);
        assert!(back.succeeds().stderr.contains("6 messages of archive"), "{back:?}");
        assert_eq!(export(&cli), lines);
        assert_eq!(query(&cli, "SELECT count(*) FROM {s}.fired"), "0");
        covered(&cli);
    }
}

#[test]
fn a_message_that_differs_from_the_archives_is_a_conflict_and_nothing_is_put_in() {
    for change in [
        "UPDATE {s}.messages SET data = '{\"n\": -1}' WHERE global_position = 3",
        "UPDATE {s}.messages SET time = time + interval '1 ms' WHERE global_position = 3",
        "UPDATE {s}.messages SET id = gen_random_uuid() WHERE global_position = 3",
    ] {
        let (cli, _) = archived(1);
        rehydrate_all(&cli);
        query(&cli, "DELETE FROM {s}.messages WHERE global_position BETWEEN 4 AND 9");
        query(&cli, change);
        let (before, stands) = (export(&cli), states(&cli));
        cli.run(&["archives", "rehydrate", &ids(&cli)[0].to_string()]).fails(4, "");
        assert_eq!((export(&cli), states(&cli)), (before, stands));
    }
}

#[test]
fn what_was_erased_meanwhile_does_not_come_back_with_the_rest() {
    let (cli, _) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    query(&cli, "DELETE FROM {s}.messages WHERE global_position > 10");
    cli.run(&["archives", "erase", "--stream", "account-0", "--reason", "r", "--yes"]);
    cli.run(&["archives", "rehydrate", &ids(&cli)[0].to_string()]).succeeds();
    let lines = export(&cli);
    assert_eq!(lines.lines().count(), 20);
    let of_it: Vec<Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .filter(|m: &Value| m["stream"] == "account-0")
        .collect();
    assert!(!of_it.is_empty() && of_it.iter().all(|m| m["data"].is_null()), "{of_it:?}");
}

#[test]
fn the_missing_half_of_an_attempt_that_failed_comes_back_by_the_command_that_is_named() {
    for (point, changed) in [
        ("archive.put-manifest.after=kill", false),
        ("archive.read-back.before=error", false),
        ("archive.put-manifest.before=kill", false),
        ("archive.read-back.before=error", true),
    ] {
        let (cli, lines) = filled(1);
        archive_breaking(&cli, point);
        query(&cli, "DELETE FROM {s}.messages WHERE global_position > 10");
        if changed {
            query(&cli, "UPDATE {s}.messages SET data = '{\"n\": -1}' WHERE global_position = 3");
        }
        let live = export(&cli);
        let swept = cli.json(&["archives", "sweep"]);
        assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "kept"), "{swept}");
        let reason = swept[0]["reason"].as_str().unwrap().to_owned();
        let coverage = cli.run(&["coverage"]);
        coverage.fails(5, "");
        let back = run_named(&cli, &reason);
        assert!(back.succeeds().stderr.contains("10 messages of archive"), "{back:?}");
        let rest: String = lines.lines().skip(10).map(|l| format!("{l}\n")).collect();
        assert_eq!(export(&cli), format!("{live}{rest}"));
        covered(&cli);
        run_named(&cli, &coverage.stderr).succeeds();
        assert_eq!(export(&cli), format!("{live}{rest}"), "what is there is not put in twice");
        // Nothing needs it any more.
        let swept = cli.json(&["archives", "sweep"]);
        assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "removed"), "{swept}");
        cli.run(&ARCHIVE).succeeds();
        covered(&cli);
    }
}

#[test]
fn an_attempt_whose_objects_are_damaged_puts_nothing_in() {
    let (cli, _) = filled(1);
    archive_breaking(&cli, "archive.put-manifest.after=kill");
    query(&cli, "DELETE FROM {s}.messages WHERE global_position > 10");
    let object = data(&cli).remove(0);
    let mut bytes = std::fs::read(&object).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&object, bytes).unwrap();
    let before = export(&cli);
    cli.run(&["archives", "rehydrate", &ids(&cli)[0].to_string()]).fails(5, "");
    assert_eq!(export(&cli), before);
}
