//! Generations that took each other's place, archives of a namespace that was cleared, and ones that were archived again in
//! parts: what is removed, what is the only copy, and how it comes back.

use super::cli::Cli;
use super::only_copies::{
    ARCHIVE, archived, covered, data, export, foreign_drop, ids, objects, query, rehydrate_all, run_breaking, states,
    without, write_late,
};

const PRUNE: [&str; 6] = ["archives", "prune", "--older-than", "0d", "--superseded", "--yes"];

/// Three generations of one range; what was changed in between, too.
fn three_generations() -> (Cli, String) {
    let (cli, lines) = archived(1);
    for n in 1..=2 {
        rehydrate_all(&cli);
        write_late(&cli, &format!("late-{n}"), 1);
        cli.run(&ARCHIVE).succeeds();
    }
    assert_eq!(states(&cli), ["expired", "expired", "dropped"]);
    (cli, lines)
}

#[test]
fn what_took_a_place_is_read_back_through_the_whole_chain() {
    let (cli, lines) = three_generations();
    let newest = data(&cli).pop().unwrap();
    let whole = std::fs::read(&newest).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4].copy_from_slice(b"oops");
    std::fs::write(&newest, &damaged).unwrap();
    let before = objects(&cli);
    cli.run(&PRUNE).fails(5, "took the place of");
    cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "r", "--yes"]).fails(5, "took the place of");
    assert_eq!(objects(&cli), before);
    std::fs::write(&newest, &whole).unwrap();
    let pruned = cli.json(&PRUNE);
    let lost: Vec<_> = pruned.as_array().unwrap().iter().map(|p| p["lost"].as_str().unwrap()).collect();
    assert_eq!(lost, ["nothing", "nothing"]);
    assert_eq!(data(&cli).len(), 1);
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late").lines().count(), lines.lines().count());
}

#[test]
fn a_generation_goes_where_the_newest_holds_it_and_comes_back_where_that_one_is_lost() {
    let (cli, lines) = three_generations();
    // The newest is gone from the store, and its row with it: the one before it is the only copy now.
    let newest = *ids(&cli).last().unwrap();
    for path in objects(&cli).into_iter().filter(|p| p.to_str().unwrap().contains(".0003-")) {
        std::fs::remove_file(path).unwrap();
    }
    query(&cli, "UPDATE eventodb_store.archives SET superseded_by = NULL WHERE namespace = '{n}'");
    query(&cli, &format!("DELETE FROM eventodb_store.archives WHERE id = {newest}"));
    let before = objects(&cli);
    let pruned = cli.run(&PRUNE);
    assert!(pruned.succeeds().stderr.contains("nowhere else"), "{pruned:?}");
    assert_eq!(objects(&cli), before);
    cli.run(&["archives", "sync", "--expired"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late"), lines);
    // Now the second holds the first.
    cli.run(&ARCHIVE).succeeds();
    cli.run(&PRUNE).succeeds();
    assert_eq!(data(&cli).len(), 1);
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late"), lines);
}

#[test]
fn after_a_truncate_by_accident_archives_stay_and_come_back() {
    let (cli, lines) = archived(3);
    query(&cli, "TRUNCATE {s}.messages");
    assert_eq!(states(&cli), ["expired"; 3]);
    let before = objects(&cli);
    let pruned = cli.run(&PRUNE);
    assert!(pruned.succeeds().stderr.contains("archives sync --expired"), "{pruned:?}");
    let id = ids(&cli)[0].to_string();
    cli.run(&["archives", "rehydrate", &id]).fails(1, "archives sync --expired");
    cli.run(&["archives", "verify", &id]).fails(1, "archives sync --expired");
    cli.run(&["archives", "sync"]).fails(5, "archives sync --expired");
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(states(&cli), ["expired"; 3], "nothing comes back unasked");
    assert_eq!(objects(&cli), before);
    // Messages of the new life, where they are in nobody's way.
    cli.run(&["messages", "write", "today-1", "Wrote"]).succeeds();
    let synced = cli.json(&["archives", "sync", "--expired"]);
    assert_eq!(synced.as_array().unwrap().len(), 3);
    covered(&cli);
    assert_eq!(cli.json(&["streams", "version", "account-0"])["version"], 8);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "today"), lines);
    covered(&cli);
    cli.run(&PRUNE).succeeds();
    cli.run(&["archives", "sweep"]).succeeds();
    cli.run(&ARCHIVE).succeeds();
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "today"), lines);
}

#[test]
fn after_a_truncate_what_is_in_the_way_of_a_message_that_is_live_now_stays_out() {
    let (cli, lines) = archived(2);
    query(&cli, "TRUNCATE {s}.messages");
    cli.run(&["messages", "write", "account-0", "Anew"]).succeeds();
    let synced = cli.run(&["archives", "sync", "--expired", "-o", "json"]);
    synced.fails(5, "another message has position 0 of stream account-0");
    covered(&cli);
    let out = objects(&cli);
    cli.run(&PRUNE).succeeds();
    assert_eq!(objects(&cli), out);
    // Only with the strict confirmation.
    let plan = cli.json(&["archives", "prune", "--older-than", "0d", "--dry-run"]);
    assert!(plan.as_array().unwrap().iter().all(|s| s["action"] == "delete for good"), "{plan}");
    cli.run(&["archives", "prune", "--older-than", "0d", "--yes"]).fails(2, "no terminal");
    // A database of its own takes all of it.
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        rehydrate_all(&lost);
        assert_eq!(export(&lost), lines);
    }
    let pruned = cli.json(&["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"]);
    assert!(pruned.as_array().unwrap().iter().all(|p| p["lost"] == "messages"), "{pruned}");
    assert!(data(&cli).is_empty());
}

#[test]
fn the_copy_of_messages_that_were_changed_or_exchanged_is_not_pruned() {
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "1"];
    for (change, told) in [
        ("UPDATE {s}.messages SET data = '{}' WHERE global_position = 7", "1 have changed since"),
        // As many, of the same sum.
        (
            "CREATE TEMP TABLE kept AS SELECT * FROM {s}.messages WHERE global_position = 7;
             DELETE FROM {s}.messages WHERE global_position = 7;
             SET eventodb.heads_kept = 'on';
             INSERT INTO {s}.messages (time, global_position, position, stream_name, type, data, metadata, id)
             SELECT time, global_position, position, stream_name, type, data, metadata, gen_random_uuid() FROM kept",
            "it may be the only copy of some",
        ),
    ] {
        let (cli, lines) = archived(1);
        rehydrate_all(&cli);
        query(&cli, change);
        let before = objects(&cli);
        cli.run(&prune).fails(5, told);
        assert_eq!(objects(&cli), before);
        if let Some(lost) = cli.after_the_database_is_lost() {
            let lost = lost.with("EVENTODB_STORE", &cli.store());
            lost.run(&["archives", "sync"]).succeeds();
            rehydrate_all(&lost);
            assert_eq!(export(&lost), lines);
        }
    }
}

#[test]
fn what_messages_were_before_they_changed_goes_only_by_the_number_of_archives() {
    for change in ["UPDATE {s}.messages SET data = '{}' WHERE global_position IN (7, 8)", ""] {
        let (cli, lines) = archived(1);
        rehydrate_all(&cli);
        query(&cli, change);
        // Another number of messages, so that nothing is told by that.
        write_late(&cli, "late-1", 1);
        cli.run(&ARCHIVE).succeeds();
        assert_eq!(states(&cli), ["expired", "dropped"]);
        let before = objects(&cli);
        let pruned = cli.run(&PRUNE);
        if change.is_empty() {
            assert_ne!(objects(&cli), before, "{pruned:?}");
            continue;
        }
        assert_eq!(objects(&cli), before, "{pruned:?}");
        let stderr = &pruned.succeeds().stderr;
        for told in ["2 of 20 have changed since", "archives cat 1 prints", "--confirm-count 1"] {
            assert!(stderr.contains(&told.replace("cat 1", &format!("cat {}", ids(&cli)[0]))), "{stderr}");
        }
        assert_eq!(cli.run(&["archives", "cat", &ids(&cli)[0].to_string()]).succeeds().stdout, lines);
        let counted = |n: &str| cli.run(&[&PRUNE[..], &["--confirm-count", n, "-o", "json"]].concat());
        counted("2").fails(2, "what 2 messages were before they changed");
        assert_eq!(objects(&cli), before);
        let pruned: serde_json::Value = serde_json::from_str(&counted("1").succeeds().stdout).unwrap();
        assert_eq!((pruned.as_array().unwrap().len(), pruned[0]["lost"].as_str()), (1, Some("content")), "{pruned}");
        assert_eq!(data(&cli).len(), 1);
        covered(&cli);
        rehydrate_all(&cli);
        assert_eq!(query(&cli, "SELECT count(*) FROM {s}.messages"), "21");
    }
}

#[test]
fn an_erasure_removes_the_earlier_generation_that_lacks_nothing_but_what_is_erased() {
    let (cli, _) = archived(1);
    rehydrate_all(&cli);
    write_late(&cli, "late-1", 1);
    cli.run(&ARCHIVE).succeeds();
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "r"];
    let plan = cli.json(&[&erase[..], &["--dry-run"]].concat());
    let actions: Vec<_> = plan.as_array().unwrap().iter().map(|s| s["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["write again", "remove the objects of"], "{plan}");
    cli.run(&[&erase[..], &["--yes"]].concat()).succeeds();
    assert_eq!(data(&cli).len(), 1);
    // A ledger that was lost knows of the erasure by the manifest alone.
    let (cli, _) = archived(1);
    run_breaking(&cli, &[&erase[..], &["--yes"]].concat(), "remove.erase.before=kill");
    assert_eq!(data(&cli).len(), 2);
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store());
    lost.run(&["archives", "sync"]).succeeds();
    lost.run(&["archives", "claim", "--yes"]).succeeds();
    lost.run(&PRUNE).succeeds();
    assert_eq!(data(&cli).len(), 1);
}

#[test]
fn a_copy_whose_pruning_was_broken_off_is_no_longer_one_of_two_once_the_messages_are_dropped() {
    let (cli, lines) = archived(1);
    rehydrate_all(&cli);
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "1"];
    run_breaking(&cli, &prune, "remove.bury.after=kill");
    assert_eq!((states(&cli), data(&cli).len()), (vec!["expired".to_owned()], 1));
    foreign_drop(&cli);
    let before = objects(&cli);
    let swept = cli.json(&["archives", "sweep"]);
    assert!(swept.as_array().unwrap().iter().all(|l| l["result"] == "kept"), "{swept}");
    assert!(cli.run(&PRUNE).succeeds().stderr.contains("nowhere else"));
    assert_eq!(objects(&cli), before);
    cli.run(&["archives", "sync", "--expired"]).succeeds();
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(export(&cli), lines);
    // While they are live it goes.
    run_breaking(&cli, &prune, "remove.delete.before=kill");
    cli.run(&["archives", "sweep"]).succeeds();
    assert!(data(&cli).is_empty());
    assert_eq!(export(&cli), lines);
    covered(&cli);
}

/// A week that came back into days.
pub fn in_days() -> (Cli, String, i64) {
    let cli = Cli::new();
    let cli = {
        let store = cli.store();
        cli.with("EVENTODB_STORE", &store)
    };
    // Some messages each day.
    let line = |i: i64| {
        let time = chrono::DateTime::from_timestamp(1_357_171_200 + i * 21_600, 0).unwrap();
        format!(
            "{{\"id\":\"{}\",\"stream\":\"account-{}\",\"type\":\"Happened\",\"pos\":{},\"gpos\":{},\"data\":{{\"n\":{i}}},\
             \"meta\":null,\"time\":\"{}\"}}\n",
            uuid::Uuid::from_u128(i as u128 + 1),
            i % 5,
            i / 5,
            i + 1,
            eventodb_admin::messages::rfc3339(time)
        )
    };
    let lines: String = (0..28).map(line).collect();
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    cli.run(&ARCHIVE).succeeds();
    let week = ids(&cli)[0];
    query(&cli, "SELECT public.set_chunk_time_interval('{s}.messages'::regclass, interval '1 day')");
    write_late(&cli, "late-1", 1);
    cli.run(&["archives", "rehydrate", &week.to_string()]).succeeds();
    assert_eq!(cli.json(&["chunks", "list"]).as_array().unwrap().len(), 7);
    (cli, lines, week)
}

#[test]
fn an_archive_that_is_archived_again_in_parts_is_no_only_copy() {
    for releases in [true, false] {
        let (cli, lines, week) = in_days();
        if releases {
            cli.run(&["archives", "release", &week.to_string()]).succeeds();
        } else {
            cli.run(&ARCHIVE).succeeds();
        }
        covered(&cli);
        cli.run(&["policy", "set", "--archive-after", "1d", "--store", &cli.store()]).succeeds();
        let night = cli.run(&["lifecycle", "run"]);
        assert!(!night.succeeds().stderr.contains("only copy"), "{night:?}");
        covered(&cli);
        assert_eq!(states(&cli), [vec!["expired"], vec!["dropped"; 7]].concat());
        let row = cli.json(&["archives", "show", &week.to_string()]);
        assert!(row["last_error"].as_str().unwrap().contains("archived again: in archives"), "{row}");
        // It is of no use, and goes.
        assert_eq!(cli.json(&PRUNE).as_array().unwrap().len(), 1);
        covered(&cli);
        rehydrate_all(&cli);
        assert_eq!(without(&export(&cli), "late"), lines);
        covered(&cli);
    }
}

#[test]
fn an_archive_that_is_archived_again_in_part_stays_beside_the_parts() {
    let (cli, lines, week) = in_days();
    let days: Vec<_> = cli
        .json(&["chunks", "list"])
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["chunk_name"].as_str().unwrap().to_owned())
        .collect();
    for day in &days[..6] {
        cli.run(&["chunks", "archive", day]).succeeds();
    }
    // Somebody else drops the last one.
    foreign_drop(&cli);
    let released = cli.run(&["archives", "release", &week.to_string()]);
    assert!(released.succeeds().stderr.contains("both stay"), "{released:?}");
    assert_eq!(states(&cli), [vec!["rehydrated"], vec!["dropped"; 6]].concat());
    let coverage = cli.run(&["coverage", "-o", "json"]);
    coverage.fails(5, "");
    let coverage: serde_json::Value = serde_json::from_str(&coverage.stdout).unwrap();
    assert!(
        coverage["findings"].as_array().unwrap().iter().all(|f| f["kind"] == "hole"),
        "nothing counts twice: {coverage}"
    );
    cli.run(&PRUNE).succeeds();
    cli.run(&["archives", "sweep"]).succeeds();
    // All of it can be had.
    let scratch = cli.beside();
    scratch.run(&["namespaces", "create", &scratch.namespace, "--compress-after", "never"]).succeeds();
    cli.run(&["archives", "rehydrate", &week.to_string(), "--into", &scratch.namespace]).succeeds();
    assert_eq!(export(&scratch), lines);
}

#[test]
fn an_archive_that_somebody_dropped_whole_is_the_only_copy_beside_others() {
    let (cli, lines) = archived(1);
    rehydrate_all(&cli);
    foreign_drop(&cli);
    // Others in its range, between its global positions: they hold none of its messages.
    write_late(&cli, "late-1", 3);
    cli.run(&ARCHIVE).succeeds();
    cli.run(&["policy", "set", "--archive-after", "1d", "--store", &cli.store()]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    covered(&cli);
    assert_eq!(states(&cli), ["dropped", "dropped"]);
    rehydrate_all(&cli);
    assert_eq!(without(&export(&cli), "late"), lines);
}

#[test]
fn a_ledger_that_is_made_anew_knows_what_has_taken_the_place_of_what() {
    let (cli, _) = archived(1);
    rehydrate_all(&cli);
    query(&cli, "UPDATE {s}.messages SET data = '{}'");
    cli.run(&ARCHIVE).succeeds();
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store());
    lost.run(&["archives", "sync"]).succeeds();
    let all =
        "SELECT string_agg(o.state || ' ' || coalesce(n.state, '-'), ', ' ORDER BY o.id) FROM eventodb_store.archives o
                 LEFT JOIN eventodb_store.archives n ON n.id = o.superseded_by WHERE o.namespace = '{n}'";
    assert_eq!(query(&lost, all), "expired dropped, dropped -");
}

#[test]
fn an_archive_that_serves_after_a_crash_takes_the_place_of_the_one_before_it() {
    let (cli, _) = archived(1);
    if super::cli::var("EVENTODB_TEST_DB_EDITION") != "community" {
        eprintln!("NOT TESTED HERE: a crash between proof and drop; without freezing both are one transaction");
        return;
    }
    rehydrate_all(&cli);
    write_late(&cli, "late-1", 1);
    run_breaking(&cli, &ARCHIVE, "archive.supersede.before=kill");
    assert_eq!(states(&cli), ["rehydrated", "verified"]);
    cli.run(&ARCHIVE).succeeds();
    assert_eq!(states(&cli), ["expired", "dropped"]);
    covered(&cli);
    rehydrate_all(&cli);
    assert_eq!(query(&cli, "SELECT count(*) FROM {s}.messages"), "21");
}

#[test]
fn the_next_message_comes_after_all_that_were_archived_wherever_the_sequence_was() {
    let (cli, _) = archived(1);
    let next =
        |cli: &Cli, stream: &str| cli.json(&["messages", "write", stream, "T"])["global_position"].as_i64().unwrap();
    query(&cli, "ALTER SEQUENCE {s}.messages_global_position_seq RESTART");
    rehydrate_all(&cli);
    assert!(next(&cli, "new-1") > 20);
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store());
    lost.run(&["archives", "sync"]).succeeds();
    assert!(next(&lost, "new-2") > 20);
}
