//! Databases that are older than their archives, and what only one of several stores has: nothing is given out twice, all comes
//! back by the command that is named, and what the ledger does not have somewhere is told.

use super::scene::{archive, by_template, covered, export, owner, schema, sql_plain, store};
use crate::proofs::cli::{Cli, Out, made_up, sql};

/// Messages of the first week that come late, each the first of its stream.
fn write_late(cli: &Cli, prefix: &str, count: usize) {
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type)
             SELECT '2013-01-04T12:00:00Z'::timestamptz + n * interval '1 s', 0, '{prefix}-' || n, 'L'
               FROM generate_series(1, {count}) n",
            schema(cli)
        ),
    );
}

fn filled(weeks: usize) -> Option<Cli> {
    let cli = owner()?;
    cli.run_with(&["messages", "import"], made_up(weeks, 20).as_bytes()).succeeds();
    Some(cli)
}

/// The copy takes the store over, as a backup that was restored does.
fn claimed(backup: &Cli) {
    backup.run(&["archives", "claim", "--yes"]).succeeds();
}

/// `archives sync`, of the lineage that it names where it is another one.
fn synced(cli: &Cli, more: &[&str]) -> Out {
    let args = [&["archives", "sync"], more].concat();
    let out = cli.run(&args);
    match out.stderr.split_once("--from ") {
        Some((_, rest)) => cli.run(&[&args[..], &["--from", rest.split_whitespace().next().unwrap()]].concat()),
        None => out,
    }
}

fn written_at(cli: &Cli, stream: &str) -> i64 {
    cli.run(&["messages", "write", stream, "T"]).succeeds();
    let position = format!("SELECT global_position FROM {}.messages WHERE stream_name = '{stream}'", schema(cli));
    sql(&cli.db_url, &position).parse().unwrap()
}

/// Whatever they put out, the live messages of one are those of the other.
fn same(cli: &Cli, all: &str) {
    let mut now: Vec<_> = export(cli).lines().map(str::to_owned).collect();
    let mut then: Vec<_> = all.lines().map(str::to_owned).collect();
    now.sort();
    then.sort();
    assert_eq!(now, then);
}

#[test]
fn positions_of_an_archive_of_which_a_part_is_live_are_not_given_out_again() {
    let Some(cli) = filled(1) else { return };
    let backup = by_template(&cli);
    write_late(&cli, "late", 10);
    let all = export(&cli);
    archive(&cli);
    claimed(&backup);
    synced(&backup, &[]).fails(5, "archives rehydrate 1 puts in what is missing");
    assert_eq!(written_at(&backup, "new-1"), 31);
    backup.run(&["archives", "rehydrate", "1"]).succeeds();
    covered(&backup);
    let back = export(&backup);
    assert!(all.lines().all(|line| back.contains(line)), "messages are missing");
}

#[test]
fn positions_of_archives_that_were_deleted_are_not_given_out_again() {
    let Some(cli) = filled(2) else { return };
    archive(&cli);
    cli.run(&["archives", "prune", "--older-than", "0d", "--confirm-count", "2", "--yes"]).succeeds();
    let lost = cli.after_the_database_is_lost().unwrap().with("EVENTODB_STORE", &store(&cli));
    lost.run(&["archives", "sync"]).succeeds();
    assert_eq!(written_at(&lost, "new-1"), 41);
}

#[test]
fn what_a_pruned_archive_left_to_one_that_is_partly_live_comes_back() {
    let Some(cli) = filled(1) else { return };
    archive(&cli);
    write_late(&cli, "late", 10);
    let backup = by_template(&cli);
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    let all = export(&cli);
    archive(&cli);
    cli.run(&["archives", "prune", "--superseded", "--older-than", "0d", "--yes"]).succeeds();
    claimed(&backup);
    backup.run(&["archives", "sync"]).fails(5, "archives rehydrate 2 puts in what is missing");
    backup.run(&["archives", "rehydrate", "2"]).succeeds();
    covered(&backup);
    same(&backup, &all);
}

#[test]
fn an_archive_whose_place_two_later_ones_took_is_overtaken_once() {
    let Some(cli) = filled(1) else { return };
    archive(&cli);
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    let mut first = by_template(&cli);
    write_late(&cli, "late", 7);
    archive(&cli);
    claimed(&first);
    first.run(&["archives", "sync"]).fails(5, "it does not count as a whole");
    // Somebody drops the chunk, and the next backup has that.
    let drop = format!("SELECT drop_chunks('{}.messages', older_than => '2014-01-01'::timestamptz)", schema(&first));
    sql_plain(&first.db_url, &drop);
    let second = by_template(&first);
    first.run(&["archives", "rehydrate", "1"]).succeeds();
    first.run(&["archives", "rehydrate", "2"]).succeeds();
    let all = export(&first);
    archive(&first);
    first = second;
    claimed(&first);
    first.run(&["archives", "sync"]).succeeds();
    covered(&first);
    first.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    same(&first, &all);
}

/// A backup that was restored, whose application has written before the store was asked: its archive, which is whole, stays, and
/// the one of the other life does not take its place.
#[test]
fn an_archive_of_another_life_does_not_take_the_place_of_one_that_fits() {
    let Some(cli) = filled(1) else { return };
    archive(&cli);
    let backup = by_template(&cli);
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    let all = export(&cli);
    write_late(&cli, "late", 7);
    archive(&cli);
    for week in ["2013-01-25T12:00:00Z", "2013-01-04T12:00:00Z"] {
        let life = by_template(&backup);
        let written = format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) SELECT '{week}', n, 'new-1', 'N' FROM generate_series(0, 6) n",
            schema(&life)
        );
        sql(&life.db_url, &written);
        covered(&life);
        life.run(&["archives", "claim", "--yes"]).succeeds();
        synced(&life, &[]).fails(5, "is of another life of this namespace");
        covered(&life);
        life.run(&["archives", "rehydrate", "1"]).succeeds();
        let back = export(&life);
        assert!(all.lines().all(|line| back.contains(line)), "messages are missing");
        covered(&life);
    }
}

/// What a folder has of archives, where its objects hold this text.
fn holding(folder: &std::path::Path, text: &str) -> usize {
    let content = super::scene::content(folder);
    let data = content.iter().filter(|(name, _)| name.ends_with(".csv.zst"));
    let has = |bytes: &[u8]| {
        let csv = zstd::stream::decode_all(bytes).unwrap();
        csv.windows(text.len()).any(|part| part == text.as_bytes())
    };
    data.filter(|(_, bytes)| has(bytes)).count()
}

#[test]
fn what_another_store_has_of_archives_that_were_entered_later_is_told_and_erased_with_them() {
    let Some(cli) = owner() else { return };
    let (first, second) = (store(&cli), format!("file://{}", cli.path("second").display()));
    cli.run(&["policy", "set", "--store", &first, "--copy", &second, "--archive-after", "1d"]).succeeds();
    let backup = by_template(&cli);
    let secret = r#"{"id":"8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1","stream":"person-1","type":"T","pos":0,"gpos":1,
                     "data":{"name":"Ada"},"meta":null,"time":"2013-01-03T12:00:00Z"}"#;
    let secret = secret.replace('\n', "");
    cli.run_with(&["messages", "import"], format!("{secret}\n").as_bytes()).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    cli.run(&["archives", "rehydrate", "1"]).succeeds();
    write_late(&cli, "late", 3);
    archive(&cli);
    cli.run(&["archives", "copy", "--all"]).succeeds();
    claimed(&backup);
    backup.run(&["archives", "claim", "--yes", "--store", &second]).tells("archives sync --store");
    backup.run(&["archives", "sync", "--store", &first]).tells("that the ledger does not have in this store");
    assert!(holding(&cli.path("second"), "Ada") > 1, "of both generations");
    let erase = ["archives", "erase", "--stream", "person-1", "--reason", "asked for", "--yes"];
    backup.run(&erase).fails(5, &format!("archives sync --store {second}"));
    assert!(backup.run(&["doctor"]).stdout.contains("archives that the ledger does not have there"));
    backup.run(&["archives", "sync", "--store", &second]).succeeds();
    backup.run(&erase).succeeds();
    backup.run(&erase).tells("no content is left");
    assert_eq!((holding(&cli.path("store"), "Ada"), holding(&cli.path("second"), "Ada")), (0, 0));
    backup.run(&["archives", "copy", "--all"]).succeeds();
    backup.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn an_archive_that_only_a_store_has_which_was_away_is_told_when_it_is_back() {
    let Some(cli) = owner() else { return };
    let (first, second) = (store(&cli), format!("file://{}", cli.path("second").display()));
    let policy = ["policy", "set", "--store", &first, "--copy", &second, "--archive-after", "1d"];
    cli.run(&[&policy[..], &["--drop-after-copies", "1"]].concat()).succeeds();
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    std::fs::rename(cli.path("second"), cli.path("away")).unwrap();
    let week: String = made_up(2, 20).lines().skip(20).map(|line| format!("{line}\n")).collect();
    cli.run_with(&["messages", "import"], week.as_bytes()).succeeds();
    cli.run(&["lifecycle", "run"]);
    std::fs::rename(cli.path("away"), cli.path("second")).unwrap();
    let lost = cli.after_the_database_is_lost().unwrap().with("EVENTODB_STORE", &second);
    lost.run(&["archives", "sync"]).succeeds();
    lost.run(&["archives", "claim", "--yes"]).succeeds();
    covered(&lost);
    // The first one is back.
    lost.run(&["policy", "set", "--store", &second, "--copy", &first, "--archive-after", "1d"]).succeeds();
    let told = "that the ledger does not have in this store";
    lost.run(&["archives", "claim", "--yes", "--store", &first]).tells(told);
    lost.run(&["archives", "copy", "--all"]).tells(told);
    assert!(lost.run(&["doctor"]).stdout.contains("archive is in file://"));
    lost.run(&["archives", "sync"]).tells(told);
    synced(&lost, &["--store", &first]).succeeds();
    assert!(!lost.run(&["archives", "copy", "--all"]).succeeds().stderr.contains(told));
    lost.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn two_stores_that_share_a_folder_below_their_marks_are_one_copy_and_nothing_is_moved() {
    let Some(cli) = owner() else { return };
    let (first, second) = (store(&cli), format!("file://{}", cli.path("second").display()));
    let messages = |of: &str| cli.path(of).join(&cli.namespace).join("messages");
    for of in ["store", "second"] {
        std::fs::create_dir_all(messages(of)).unwrap();
    }
    let mount = |args: &[&std::ffi::OsStr]| {
        std::process::Command::new("mount").args(args).output().is_ok_and(|o| o.status.success())
    };
    if !mount(&["--bind".as_ref(), messages("store").as_os_str(), messages("second").as_os_str()]) {
        eprintln!("NOT TESTED HERE: a folder that is mounted in two places; mount --bind wants root");
        return;
    }
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    cli.run(&["policy", "set", "--store", &first, "--archive-after", "1d"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    cli.run(&["policy", "set", "--copy", &second]).succeeds();
    let night = cli.run(&["lifecycle", "run"]);
    let copied = cli.run(&["archives", "copy", "--all"]);
    // As a ledger of before has it.
    let verified = "UPDATE eventodb_store.copies SET state = 'verified', read_back_at = now()";
    sql(&cli.db_url, verified);
    cli.run(&["policy", "set", "--store", &second]).succeeds();
    let moved = cli.run(&["archives", "copy", "--all", "--move", "--to", &second, "--yes"]);
    let whole = cli.run(&["archives", "verify", "--all"]);
    assert!(std::process::Command::new("umount").arg(messages("second")).status().unwrap().success());
    for out in [&night, &copied, &moved] {
        assert!(out.stderr.contains("by another address"), "{out:?}");
    }
    assert!(moved.code != 0 && copied.code != 0, "{moved:?} {copied:?}");
    whole.succeeds();
}

#[test]
fn a_store_that_archives_were_moved_to_gives_all_back_by_one_sync() {
    let Some(cli) = owner() else { return };
    let second = format!("file://{}", cli.path("second").display());
    let weeks: Vec<String> = made_up(3, 20).lines().map(|line| format!("{line}\n")).collect();
    cli.run_with(&["messages", "import"], weeks[..40].concat().as_bytes()).succeeds();
    archive(&cli);
    cli.run(&["policy", "set", "--store", &second, "--archive-after", "1d"]).succeeds();
    cli.run(&["archives", "copy", "--all", "--move", "--to", &second, "--yes"]).succeeds();
    let moved = super::scene::of(&cli, &cli.db_url).with("EVENTODB_STORE", &second);
    moved.run_with(&["messages", "import"], weeks[40..].concat().as_bytes()).succeeds();
    archive(&moved);
    let lost = cli.after_the_database_is_lost().unwrap().with("EVENTODB_STORE", &second);
    lost.run(&["archives", "sync"]).succeeds();
    covered(&lost);
    lost.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    same(&lost, &weeks.concat());
}

#[test]
fn of_an_archive_that_came_back_and_whose_chunk_somebody_dropped_coverage_names_the_way_back() {
    let Some(cli) = filled(2) else { return };
    // An attempt that failed in another week comes first in the ledger.
    super::scene::broken(&cli, "archive.put-manifest.before=kill", &["chunks", "archive", "--older-than", "0d"]);
    archive(&cli);
    let id = super::scene::id(&cli, 1);
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    let all = export(&cli);
    sql_plain(
        &cli.db_url,
        &format!("SELECT drop_chunks('{}.messages', older_than => '2014-01-01'::timestamptz)", schema(&cli)),
    );
    let way_back = format!("archives rehydrate {id} puts in what is missing");
    cli.run(&["coverage"]).fails(5, &way_back);
    cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).fails(5, &way_back);
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    same(&cli, &all);
    covered(&cli);
}
