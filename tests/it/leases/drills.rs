//! `drill`: archives come back for a proof, and nothing of it stays but the report.

use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::cli::{Cli, Out, sql};
use super::scene::{another, archive, archived, archives, chunks, covered, filled, id, schema};

/// All that is kept of a namespace, as it is in the database, and the namespaces that there are.
pub fn state(cli: &Cli) -> String {
    let (name, schema) = (&cli.namespace, schema(cli));
    let of = |table: &str, order: &str| {
        format!(
            "(SELECT coalesce(string_agg(t::text, ';' ORDER BY {order}), '') FROM {table} t WHERE namespace = '{name}')"
        )
    };
    sql(
        &cli.db_url,
        &format!(
            "SELECT concat_ws('|', {}, {}, {}, {},
                (SELECT string_agg(h::text, ';' ORDER BY stream_name) FROM {schema}.heads h),
                (SELECT count(*) || ' ' || coalesce(sum(hashtextextended(m::text, 0)), 0) FROM {schema}.messages m),
                (SELECT last_value || ' ' || is_called FROM {schema}.messages_global_position_seq),
                (SELECT string_agg(c.chunk_name || c.is_compressed, ';' ORDER BY c.chunk_name)
                   FROM timescaledb_information.chunks c WHERE c.hypertable_schema = '{schema}'),
                (SELECT string_agg(n.id, ';' ORDER BY n.id) FROM eventodb_store.namespaces n WHERE n.id LIKE '{name}%'))",
            of("eventodb_store.archives", "id"),
            of("eventodb_store.copies", "archive, store_url"),
            of("eventodb_store.claims", "store_url"),
            of("eventodb_store.policies", "namespace"),
        ),
    )
}

/// Files below a folder of the store, by name, with their content.
pub fn files(folder: PathBuf) -> Vec<(String, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

pub fn reports(cli: &Cli) -> Vec<(String, Vec<u8>)> {
    files(cli.path("store").join(&cli.namespace).join("drills"))
}

fn objects(cli: &Cli) -> Vec<(String, Vec<u8>)> {
    files(cli.path("store").join(&cli.namespace).join("messages"))
}

pub fn scratch(cli: &Cli) -> String {
    format!("{}-drill", cli.namespace)
}

/// Whether the throw-away namespace, its schema or anything else of it is there.
pub fn left(cli: &Cli) -> bool {
    let name = &cli.namespace;
    sql(
        &cli.db_url,
        &format!(
            "SELECT EXISTS (SELECT FROM eventodb_store.namespaces WHERE id = '{name}-drill')
                    OR EXISTS (SELECT FROM pg_namespace WHERE nspname LIKE 'tsdb_{name}_drill%')
                    OR EXISTS (SELECT FROM eventodb_store.archives WHERE namespace = '{name}-drill')"
        ),
    ) == "t"
}

/// The archives of a drill's report, by number: results and parts.
pub fn results(report: &Value) -> Vec<(i64, String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or("-").to_owned();
    let of = |a: &Value| (a["archive_id"].as_i64().unwrap(), text(&a["result"]), text(&a["part"]));
    let mut all: Vec<_> = report["archives"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

pub fn broken(cli: &Cli, failpoints: &str, words: &[&str]) -> Out {
    cli.run_in(&[("EVENTODB_FAILPOINTS", failpoints)], words, b"")
}

/// Holds a drill at a failpoint while `meanwhile` goes on.
pub fn held_at<T>(cli: &Cli, point: &str, words: &[&str], meanwhile: impl FnOnce() -> T) -> (Out, T) {
    let held = cli.path("held");
    std::thread::scope(|threads| {
        let armed = format!("{point}=wait:{}", held.display());
        let run = threads.spawn(move || broken(cli, &armed, words));
        while !held.exists() {
            assert!(!run.is_finished(), "it never came to {point}: {:?}", run.join());
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let done = meanwhile();
        std::fs::remove_file(&held).unwrap();
        (run.join().unwrap(), done)
    })
}

#[test]
fn archives_come_back_are_compared_and_nothing_stays_but_the_report() {
    let (cli, _) = filled(4);
    let live = chunks(&cli);
    cli.run(&["chunks", "archive", &live[0], &live[1]]).succeeds();
    cli.run(&["chunks", "archive", &live[2], "--keep"]).succeeds();
    let (before, stored) = (state(&cli), objects(&cli));
    let plan = cli.run(&["drill", "run", "--all", "--dry-run"]);
    assert_eq!(plan.succeeds().stdout.matches("bring back and compare").count(), 3, "{plan:?}");
    assert!(state(&cli) == before && reports(&cli).is_empty(), "a plan changes nothing");

    let run = cli.json(&["drill", "run", "--all"]);
    assert_eq!(
        (&run["verdict"], &run["not_begun"], &run["never_drilled"]),
        (&json!("ok"), &json!(0), &json!(0)),
        "{run}"
    );
    assert_eq!(state(&cli), before);
    assert_eq!(objects(&cli), stored);
    assert!(!left(&cli), "the throw-away namespace is gone");
    let of_ledger = archives(&cli);
    for drilled in run["archives"].as_array().unwrap() {
        let archive = of_ledger.iter().find(|a| a["id"] == drilled["archive_id"]).unwrap();
        for field in
            ["manifest_sha256", "csv_sha256", "stored_sha256", "messages", "csv_bytes", "stored_bytes", "store_url"]
        {
            assert_eq!(drilled[field], archive[field], "{field}");
        }
        assert!(
            drilled["streams"] == 7 && drilled["result"] == "ok" && drilled["load_seconds"].is_number(),
            "{drilled}"
        );
    }

    // The report lies in the store as the ledger has it, and no other verb takes it for an archive or a leftover.
    let stored = reports(&cli);
    let [(name, bytes)] = &stored[..] else { panic!("one report: {stored:?}") };
    assert!(name.ends_with(run["object"].as_str().unwrap()), "{name}");
    assert_eq!(hex::encode(Sha256::digest(bytes)), run["report_sha256"].as_str().unwrap());
    let text = format!("SELECT report FROM eventodb_store.drills WHERE id = '{}'", run["drill_id"].as_str().unwrap());
    assert_eq!(sql(&cli.db_url, &text).as_bytes(), bytes.as_slice());
    let shown = cli.json(&["drill", "show", &run["drill_id"].as_str().unwrap()[..8]]);
    assert_eq!(shown, run);
    let listed = cli.json(&["drill", "list"]);
    assert_eq!(
        (&listed[0]["verdict"], &listed[0]["archives"], &listed[0]["failed"]),
        (&json!("ok"), &json!(3), &json!(0))
    );
    assert_eq!(listed[0]["stored_in"], json!([cli.store()]));
    for verb in
        [&["archives", "sweep", "--older-than", "0s"][..], &["archives", "sync"], &["archives", "verify", "--all"]]
    {
        cli.run(verb).succeeds();
    }
    cli.run(&["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "3"]).succeeds();
    assert_eq!(reports(&cli), stored);
    cli.run(&["drill", "run"]).succeeds();
}

#[test]
fn archives_take_turns_so_that_each_has_had_its_own_after_a_round() {
    let (cli, _) = archived(5);
    let mut seen = Vec::new();
    for never in [3, 1, 0] {
        let run = cli.json(&["drill", "run", "--archives", "2"]);
        assert_eq!(run["never_drilled"], never, "{run}");
        // In their order.
        seen.extend(run["archives"].as_array().unwrap().iter().map(|a| a["archive_id"].as_i64().unwrap()));
    }
    let all: Vec<i64> = (0..5).map(|n| id(&cli, n).parse().unwrap()).collect();
    let mut once = seen[..5].to_vec();
    once.sort_unstable();
    assert_eq!(once, all, "each once before one comes again");
    assert_eq!(seen[5], seen[0], "the one whose turn was longest ago");
    assert_eq!(results(&cli.json(&["drill", "run"]))[0].0, seen[1]);
    // By number, whoever's turn it is; and none where there is no time.
    assert_eq!(results(&cli.json(&["drill", "run", &seen[2].to_string()]))[0].0, seen[2]);
    let none = cli.json(&["drill", "run", "--all", "--max-duration", "0s"]);
    assert_eq!((&none["not_begun"], none["archives"].as_array().unwrap().len()), (&json!(5), 0));
    // A drill was just now: one is enough.
    assert_eq!(results(&cli.json(&["drill", "run", "--each-within", "90d"])).len(), 1);
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.drills SET began_at = began_at - interval '45 days' WHERE namespace = '{}'",
            cli.namespace
        ),
    );
    assert_eq!(results(&cli.json(&["drill", "run", "--each-within", "90d"])).len(), 3);
    cli.run(&["drill", "run", "1234567"]).fails(3, "1234567");
    cli.run(&["drill", "show", "ffffffffffff"]).fails(3, "drill list");
}

#[test]
fn what_a_killed_drill_has_left_is_removed_by_the_next_one() {
    let (cli, _) = archived(2);
    let before = state(&cli);
    for point in
        ["drill.make.after", "rehydrate.commit.after", "drill.empty.after", "drill.note.after", "drill.end.before"]
    {
        broken(&cli, &format!("{point}=kill"), &["drill", "run"]);
        assert!(left(&cli), "{point}");
        // The session of the killed one has the lock until the server notices.
        let next = loop {
            let next = cli.run(&["drill", "run"]);
            if next.code != 7 {
                break next;
            }
        };
        next.succeeds();
        assert!(next.stderr.contains("did not come to its end"), "{point} {next:?}");
        assert!(!left(&cli), "{point}");
        assert_eq!(state(&cli), before, "{point}");
    }
    let listed = cli.json(&["drill", "list"]);
    let killed: Vec<_> = listed.as_array().unwrap().iter().filter(|d| d["verdict"] == "killed").collect();
    assert_eq!(killed.len(), 5, "{listed}");
    cli.run(&["drill", "show", killed[0]["drill_id"].as_str().unwrap()]).succeeds();
    // The end and the note of where the report is: nothing is written twice, and nothing is missing in the end.
    for point in ["drill.end.after", "drill.put.after", "drill.note-stored.before"] {
        broken(&cli, &format!("{point}=kill"), &["drill", "run"]);
        assert!(!left(&cli), "{point}");
        cli.run(&["drill", "run"]).succeeds();
        let listed = cli.json(&["drill", "list"]);
        let ended = listed.as_array().unwrap().iter().filter(|d| d["verdict"] == "ok");
        assert!(ended.clone().all(|d| d["stored_in"] == json!([cli.store()])), "{point} {listed}");
        assert_eq!(reports(&cli).len(), ended.count(), "{point}");
    }
    assert_eq!(state(&cli), before);
}

#[test]
fn a_namespace_of_the_same_name_that_is_not_a_drills_is_refused_and_untouched() {
    let (cli, _) = archived(1);
    let other = Cli { namespace: scratch(&cli), ..cli.beside() };
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    other.run(&["messages", "write", "mine-1", "T"]).succeeds();
    let theirs = state(&other);
    cli.run(&["drill", "run"]).fails(4, "it is not a drill's");
    assert_eq!(state(&other), theirs);
    cli.run(&["drill", "run", "--into", &cli.namespace]).fails(2, "its own throw-away place");
    let aside = format!("{}-aside", cli.namespace);
    cli.run(&["drill", "run", "--into", &aside]).succeeds();
    assert_eq!(state(&other), theirs);
    other.run(&["namespaces", "delete", &other.namespace, "--yes"]).succeeds();

    // What a killed one has left, and somebody has made his own: by its mark, by a message in it, by its schema's name.
    let schema = format!("tsdb_{}_drill%", cli.namespace);
    for (make_ours, undo, told) in [
        (
            format!("UPDATE eventodb_store.namespaces SET description = 'mine' WHERE id = '{}'", other.namespace),
            String::new(),
            "somebody else's by now",
        ),
        (
            format!(
                "DO $$ BEGIN EXECUTE (SELECT format('INSERT INTO %I.messages (time, position, global_position, stream_name, type)
                     VALUES (now(), 0, 100000, ''mine-1'', ''T'')', nspname) FROM pg_namespace WHERE nspname LIKE '{schema}'); END $$"
            ),
            String::new(),
            "has not brought in",
        ),
        (
            format!(
                "DO $$ BEGIN EXECUTE (SELECT format('ALTER SCHEMA %I RENAME TO mine', nspname)
                     FROM pg_namespace WHERE nspname LIKE '{schema}'); END $$"
            ),
            format!("DROP SCHEMA mine CASCADE; DELETE FROM eventodb_store.namespaces WHERE id = '{}'", other.namespace),
            "somebody else's by now",
        ),
    ] {
        broken(&cli, "rehydrate.commit.after=kill", &["drill", "run"]);
        sql(&cli.db_url, &make_ours);
        let count = "SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.messages', s.nspname), \
                     false, true, '')))[1]::text::bigint) FROM pg_namespace s WHERE s.nspname = 'mine' OR s.nspname LIKE ";
        let there = || sql(&cli.db_url, &format!("{count} '{schema}'"));
        let before = there();
        let next = loop {
            let next = cli.run(&["drill", "run"]);
            if next.code != 7 {
                break next;
            }
        };
        assert!(next.code == 4 && next.stderr.contains(told), "{told}: {next:?}");
        assert_eq!(there(), before, "{told}");
        cli.run(&["drill", "run", "--into", &aside]).succeeds();
        assert_eq!(there(), before, "{told}");
        if undo.is_empty() {
            other.run(&["namespaces", "delete", &other.namespace, "--yes"]).succeeds();
        } else {
            sql(&cli.db_url, &undo);
        }
    }
    cli.run(&["drill", "run"]).succeeds();
    assert!(!left(&cli));
}

#[test]
fn nights_writers_and_prunes_go_on_beside_a_drill_and_a_second_one_is_told_that_it_is_busy() {
    let (cli, _) = archived(2);
    let (out, ()) = held_at(&cli, "rehydrate.commit.after", &["drill", "run", &id(&cli, 0), "-o", "json"], || {
        cli.run(&["messages", "write", "account-1", "Meanwhile"]).succeeds();
        // The very archive that is in the throw-away namespace at this moment, and it is drilled while it is live.
        cli.run(&["archives", "rehydrate", &id(&cli, 0)]).succeeds();
        let aside = format!("{}-aside", cli.namespace);
        assert_eq!(cli.json(&["drill", "run", &id(&cli, 0), "--into", &aside])["verdict"], "ok");
        archive(&cli);
        cli.run(&["drill", "run"]).fails(7, "is under way");
        cli.run(&["drill", "run", "--into", &format!("{}-aside", cli.namespace)]).succeeds();
        covered(&cli);
    });
    assert_eq!(out.succeeds().json()["verdict"], "ok");
    // One that is deleted while it is read is left out, and no alarm.
    let (out, ()) = held_at(&cli, "drill.heads.before", &["drill", "run", &id(&cli, 0), "-o", "json"], || {
        cli.run(&["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "2"]).succeeds();
    });
    out.succeeds();
    assert!(out.stderr.contains("was changed meanwhile"), "{out:?}");
    assert!(out.json()["archives"].as_array().unwrap().is_empty() && !left(&cli), "{out:?}");
}

#[test]
fn a_report_that_a_store_could_not_take_is_put_there_by_the_next_drill_and_never_written_over() {
    let (cli, _) = archived(2);
    broken(&cli, "drill.put.before=error", &["drill", "run"]).fails(1, "putting the report of drill");
    assert!(!left(&cli));
    assert_eq!(cli.json(&["drill", "list"])[0]["stored_in"], json!([]));
    cli.run(&["drill", "run"]).succeeds();
    let before = reports(&cli);
    assert_eq!(before.len(), 2, "the next one has put it there");
    // A report that somebody has changed in the store is told, and stays.
    broken(&cli, "drill.note-stored.before=kill", &["drill", "run"]);
    // Their names say when by the second: the last one by name may be another.
    let last = reports(&cli).into_iter().find(|report| !before.contains(report)).unwrap().0;
    std::fs::write(&last, "{}").unwrap();
    cli.run(&["drill", "run"]).fails(5, "it is not the report that the ledger has");
    assert_eq!(std::fs::read(&last).unwrap(), b"{}");
}

#[test]
fn metrics_and_doctor_tell_how_drills_stand() {
    let cli = another(&Cli::new());
    let store = cli.store();
    cli.run(&["policy", "set", "--archive-after", "0d", "--store", &store]).succeeds();
    cli.run_with(&["messages", "import"], super::cli::made_up(2, 20).as_bytes()).succeeds();
    let file = cli.path("metrics").display().to_string();
    let metric_after = |code: i32, name: &str| {
        let night = cli.run(&["lifecycle", "run", "--metrics-file", &file]);
        assert_eq!(night.code, code, "{night:?}");
        let text = std::fs::read_to_string(&file).unwrap();
        let line = text.lines().find(|l| l.starts_with(&format!("eventodb_admin_{name}{{"))).map(str::to_owned);
        line.map(|l| l.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
    };
    let metric = |name: &str| metric_after(0, name);
    let doctor = || {
        let checks = cli.run(&["doctor", "-o", "json"]);
        let checks: Value = serde_json::from_str(&checks.stdout).unwrap();
        checks.as_array().unwrap().iter().find(|c| c["check"] == "restore drills").unwrap().clone()
    };
    assert_eq!((metric("archives"), metric("archives_never_drilled")), (Some(2.0), Some(2.0)));
    assert_eq!((metric("last_drill_timestamp_seconds"), metric("restore_predicted_seconds")), (None, None));
    assert!(
        doctor()["verdict"] == "ok" && doctor()["found"].as_str().unwrap().contains("no drill yet"),
        "{}",
        doctor()
    );
    cli.run(&["drill", "run"]).succeeds();
    assert_eq!((metric("archives_never_drilled"), metric("last_drill_success")), (Some(1.0), Some(1.0)));
    assert_eq!(metric("last_drill_failed_archives"), Some(0.0));
    assert!(
        metric("last_good_drill_timestamp_seconds") > Some(1e9) && metric("oldest_drill_timestamp_seconds") > Some(1e9)
    );
    assert!(metric("restore_predicted_seconds") > Some(0.0));
    assert!(doctor()["found"].as_str().unwrap().contains("1 of 2 archives never"), "{}", doctor());
    for path in super::scene::of_namespace(&cli) {
        std::fs::remove_file(path).unwrap();
    }
    cli.run(&["drill", "run"]).fails(5, "archive");
    // A night looks for the objects as well.
    let metric = |name: &str| metric_after(5, name);
    assert_eq!((metric("last_drill_success"), metric("last_drill_failed_archives")), (Some(0.0), Some(1.0)));
    assert_eq!(doctor()["verdict"], "warn", "{}", doctor());
}

#[test]
fn a_throw_away_namespace_that_cannot_be_emptied_takes_no_other_archive_and_goes_in_the_end() {
    let (cli, _) = archived(3);
    let before = state(&cli);
    let out = cli.run_in(&[("EVENTODB_FAILPOINTS", "drill.empty.before=error")], &["drill", "run", "--all"], b"");
    assert_ne!(out.code, 0, "{out:?}");
    assert!(!left(&cli), "{out:?}");
    assert_eq!(state(&cli), before);
    cli.run(&["drill", "run", "--all"]).succeeds();
    assert!(!left(&cli));
}
