//! `holds`: what is held stays, whoever would have it go.

use serde_json::Value;

use super::cli::{Cli, sql, try_sql, var};
use super::hold_scopes::two_weeks;
use super::scene::{archive, archived, archives, chunks, covered, export, filled, id, of_namespace, schema, states};

pub const PRUNE: [&str; 4] = ["archives", "prune", "--older-than", "1d"];
const ERASE: [&str; 7] = ["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"];

pub fn place(cli: &Cli, words: &[&str]) -> Value {
    cli.json(&[&["holds", "place", "--case", "7 O 12/26"], words].concat())
}

pub fn release(cli: &Cli) {
    cli.run(&["holds", "release", "--case", "7 O 12/26", "--yes"]).succeeds();
}

pub fn held(cli: &Cli) -> Vec<Value> {
    cli.json(&["holds", "list"]).as_array().unwrap().clone()
}

/// The objects of the namespace's holds.
fn objects(cli: &Cli) -> Vec<std::path::PathBuf> {
    let folder = cli.path("store").join(&cli.namespace).join("holds");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// All of the store but the mark, and all of the database that a refused verb might have changed.
pub fn state(cli: &Cli) -> (Vec<(std::path::PathBuf, Vec<u8>)>, String) {
    let (mut files, mut folders) = (Vec::new(), vec![cli.path("store")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.ends_with("owner.json") => {}
                false => files.push((path.clone(), std::fs::read(&path).unwrap())),
            }
        }
    }
    files.sort();
    let tables = "SELECT concat_ws(E'\\n',
        (SELECT md5(string_agg(m::text, '|' ORDER BY m::text)) FROM SCHEMA.messages m),
        (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM SCHEMA.heads h),
        (SELECT string_agg(concat_ws(',', a.id, a.state, a.objects, a.superseded_by), '|' ORDER BY a.id)
           FROM eventodb_store.archives a WHERE namespace = 'NAME'),
        (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM eventodb_store.holds h),
        (SELECT count(*) FROM eventodb_store.erasures WHERE namespace = 'NAME'),
        (SELECT count(*) FROM eventodb_store.namespaces))";
    let tables = tables.replace("SCHEMA", &format!("tsdb_{}", cli.namespace)).replace("NAME", &cli.namespace);
    (files, sql(&cli.db_url, &tables))
}

/// Each verb that would take something away, on a namespace with an archive, one whose chunk is live, and a live chunk.
fn verbs(cli: &Cli) -> Vec<Vec<String>> {
    let chunk = chunks(cli).pop().unwrap();
    let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    vec![
        words(&[&PRUNE[..], &["--yes", "--confirm-count", "2"]].concat()),
        words(&ERASE),
        words(&["chunks", "drop", &chunk, "--unarchived", "--yes"]),
        words(&["namespaces", "delete", &cli.namespace, "--yes"]),
    ]
}

fn are_refused(cli: &Cli, verbs: &[Vec<String>]) {
    for verb in verbs {
        let verb: Vec<&str> = verb.iter().map(String::as_str).collect();
        for dry in [&["--dry-run"][..], &[]] {
            let before = state(cli);
            let out = cli.run(&[&verb[..], dry].concat());
            out.fails(4, "7 O 12/26").fails(4, "stream account-3");
            assert!(out.stderr.contains("holds release --case '7 O 12/26'"), "{out:?}");
            assert_eq!(state(cli), before, "{verb:?} {dry:?}");
        }
    }
}

/// Three weeks: archived; archived, and live as well; live.
fn stage() -> Cli {
    let (cli, _) = filled(3);
    let live = chunks(&cli);
    cli.run(&["chunks", "archive", &live[0]]).succeeds();
    cli.run(&["chunks", "archive", &live[1], "--keep"]).succeeds();
    cli
}

#[test]
fn what_is_held_is_neither_pruned_nor_erased_nor_discarded_nor_deleted_until_it_is_released() {
    let cli = stage();
    let placed = place(&cli, &["--stream", "account-3", "--note", "file 3"]);
    assert_eq!((placed["case"].as_str(), placed["stream"].as_str()), (Some("7 O 12/26"), Some("account-3")));
    assert_eq!((placed["note"].as_str(), placed["lacking"].as_array().unwrap().len()), (Some("file 3"), 0));
    let verbs = verbs(&cli);
    are_refused(&cli, &verbs);
    let out = cli.run(&ERASE);
    assert!(out.stderr.contains("request 12") && out.stderr.contains("7 O 12/26"), "both are named: {out:?}");
    // By hand as well, as far as it goes through what is ours.
    let (schema, chunk) = (schema(&cli), chunks(&cli).pop().unwrap());
    let before = state(&cli);
    for statement in
        [format!("TRUNCATE {schema}.messages"), format!("SELECT {schema}.drop_chunk('_timescaledb_internal.{chunk}')")]
    {
        assert_eq!(try_sql(&cli.db_url, &statement), Err("VA002".to_owned()), "{statement}");
    }
    assert_eq!(state(&cli), before);
    // What takes no message away goes on: a verified chunk is dropped, comes back, leaves again.
    cli.run(&["chunks", "drop", &chunks(&cli)[0]]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 1)]).succeeds();
    cli.run(&["archives", "release", &id(&cli, 1)]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 1)]).succeeds();
    sql(
        &cli.db_url,
        &format!("UPDATE {schema}.messages SET data = '{{\"n\": \"another\"}}' WHERE stream_name <> 'account-3'"),
    );
    cli.run(&["archives", "release", &id(&cli, 1)]).succeeds();
    assert_eq!(states(&cli), ["dropped", "expired", "dropped"]);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    covered(&cli);

    cli.run(&["holds", "release", "--case", "7 O 12/26"]).fails(2, "must be confirmed");
    let plan = cli.run(&["holds", "release", "--case", "7 O 12/26", "--dry-run"]).succeeds().stdout.clone();
    assert!(plan.contains("stream account-3 for case 7 O 12/26"), "{plan}");
    assert_eq!(objects(&cli).len(), 1);
    release(&cli);
    assert!(objects(&cli).is_empty() && held(&cli).is_empty());
    let all = cli.json(&["holds", "list", "--all"]);
    assert!(all[0]["released_at"].is_string() && all[0]["released_by"].is_string(), "{all}");
    cli.run(&["holds", "release", "--case", "7 O 12/26", "--yes"]).fails(3, "none in force");
    for verb in &verbs {
        // The earlier generation alone has what its messages were before they changed.
        let verb: Vec<&str> = verb.iter().map(|word| if word == "2" { "3" } else { word.as_str() }).collect();
        cli.run(&verb).succeeds();
    }
}

#[test]
fn content_that_only_a_superseded_archive_has_is_held_there() {
    let (cli, _) = archived(1);
    // Its objects were to go, and a hold comes between.
    let broken = cli.run_in(&[("EVENTODB_FAILPOINTS", "remove.erase.before=error")], &ERASE, b"");
    broken.fails(1, "failpoint");
    assert_eq!((states(&cli), of_namespace(&cli).len()), (vec!["expired".to_owned(), "dropped".into()], 2));
    place(&cli, &["--stream", "account-3"]);
    let before = state(&cli);
    let other = ["archives", "erase", "--stream", "account-1", "--reason", "request 13", "--yes"];
    // The other stream is not held, and the old objects hold the first one's content still.
    let out = cli.run(&other);
    assert_eq!(out.code, 4, "{out:?}");
    assert!(out.stderr.contains("7 O 12/26"), "{out:?}");
    assert!(before.0.iter().all(|(path, _)| path.exists() || path.to_str().unwrap().contains(".0002-")), "{out:?}");
    let kept = cli.json(&["archives", "sweep", "--older-than", "0s"]);
    let kept: Vec<_> =
        kept.as_array().unwrap().iter().map(|o| (o["result"].clone(), o["reason"].to_string())).collect();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|(result, why)| result == "kept" && why.contains("case 7 O 12/26 holds it")), "{kept:?}");
    let old = archives(&cli).iter().find(|a| a["superseded_by"].is_i64()).unwrap()["id"].to_string();
    let text = cli.run(&["archives", "cat", &old]).succeeds().stdout.clone();
    let mut lines = text.lines().filter(|line| line.contains("\"account-3\""));
    assert!(lines.clone().count() > 0 && lines.all(|line| !line.contains("\"data\":null")), "{text}");
    release(&cli);
    cli.run(&other).succeeds();
    assert_eq!(of_namespace(&cli).len(), 1);
    covered(&cli);
}

#[test]
fn a_superseded_archive_of_held_messages_may_go_as_another_has_them() {
    let (cli, _) = archived(1);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ('2013-01-04', 0, 'late-1', 'Late')",
            schema(&cli)
        ),
    );
    archive(&cli);
    place(&cli, &["--whole-namespace"]);
    let out = cli.run(&[&PRUNE[..], &["--superseded", "--yes", "-o", "json"]].concat());
    // The newest one is held, and was not asked for.
    assert_eq!(out.code, 0, "{out:?}");
    assert_eq!(of_namespace(&cli).len(), 1);
    covered(&cli);
    // What held messages were before they changed is held as well.
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    sql(&cli.db_url, &format!("UPDATE {}.messages SET data = '{{}}'", schema(&cli)));
    archive(&cli);
    let prune = [&PRUNE[..], &["--superseded", "--yes", "--confirm-count", "1"]].concat();
    cli.run(&prune).fails(4, "7 O 12/26");
    assert_eq!(of_namespace(&cli).len(), 2);
}

#[test]
fn a_night_leaves_what_is_held_says_so_and_is_no_failure() {
    let cli = two_weeks();
    cli.run(&[
        "policy",
        "set",
        "--archive-after",
        "1d",
        "--expire-archives-after",
        "3d",
        "--store",
        &cli.store(),
        "--yes",
    ])
    .succeeds();
    archive(&cli);
    place(&cli, &["--stream", "a-1"]);
    let plan = cli.run(&["lifecycle", "run", "--dry-run"]).succeeds().stdout.clone();
    assert_eq!(
        (plan.matches("keep, as it is held").count(), plan.matches("delete for good").count()),
        (1, 1),
        "{plan}"
    );
    let before = of_namespace(&cli);
    let run = cli.run(&["lifecycle", "run", "-o", "json"]);
    assert!(run.stderr.contains("is past its time, and stays") && run.stderr.contains("7 O 12/26"), "{run:?}");
    let run = run.json();
    let told = |field: &str| run[0][field].clone();
    assert_eq!(
        (told("held"), told("expired"), told("left"), told("result")),
        (1.into(), 1.into(), 0.into(), "done".into())
    );
    assert_eq!(
        (states(&cli), of_namespace(&cli)),
        (vec!["dropped".to_owned(), "expired".into()], before[..1].to_vec())
    );
    assert!(cli.json(&["policy", "show"])["last_error"].is_null());
    covered(&cli);
    release(&cli);
    assert_eq!(cli.json(&["lifecycle", "run"])[0]["expired"], 1);
    assert!(of_namespace(&cli).is_empty());
}

#[test]
fn the_bucket_alone_holds_where_the_database_is_lost_and_a_sync_enters_it_again() {
    let cli = stage();
    place(&cli, &["--stream", "account-3", "--note", "file 3"]);
    // The rows alone: whatever else the database knows.
    sql(&cli.db_url, "DELETE FROM eventodb_store.holds");
    let kept = held(&cli);
    assert_eq!((kept.len(), &kept[0]["in_database"], &kept[0]["note"]), (1, &Value::Bool(false), &"file 3".into()));
    let mut verbs = verbs(&cli);
    // It takes nothing out of a store, and has no other place to ask than the table.
    verbs.retain(|verb| verb[0] != "namespaces");
    are_refused(&cli, &verbs);
    let doctor = cli.json(&["doctor"]);
    let check = |doctor: &Value| {
        doctor.as_array().unwrap().iter().find(|c| c["check"] == "holds in the store").unwrap().clone()
    };
    assert_eq!(check(&doctor)["verdict"], "warn", "{doctor}");
    assert!(check(&doctor)["fix"].as_str().unwrap().contains("archives sync"), "{doctor}");
    let plan = cli.run(&["archives", "sync", "--dry-run"]);
    assert!(plan.stderr.contains("case 7 O 12/26 would be entered"), "{plan:?}");
    cli.run(&["archives", "sync"]).succeeds();
    assert_eq!(held(&cli)[0]["in_database"], true);
    assert_eq!(check(&cli.json(&["doctor"]))["verdict"], "ok");

    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store());
    lost.run(&["archives", "sync"]).succeeds();
    lost.run(&["archives", "claim", "--yes"]).succeeds();
    let now = held(&lost);
    assert_eq!((now.len(), &now[0]["in_database"], &now[0]["stream"]), (1, &Value::Bool(true), &"account-3".into()));
    assert_eq!(now[0]["placed_by"], kept[0]["placed_by"]);
    for without_rows in [false, true] {
        if without_rows {
            sql(&lost.db_url, "DELETE FROM eventodb_store.holds");
        }
        for verb in [&[&PRUNE[..], &["--yes", "--confirm-count", "2"]].concat()[..], &ERASE] {
            let before = of_namespace(&cli);
            lost.run(verb).fails(4, "7 O 12/26");
            assert_eq!((of_namespace(&cli), states(&lost)), (before, vec!["dropped".to_owned(), "dropped".into()]));
        }
    }
    let night =
        ["policy", "set", "--archive-after", "1d", "--expire-archives-after", "3d", "--store", &cli.store(), "--yes"];
    lost.run(&night).succeeds();
    assert_eq!(lost.json(&["lifecycle", "run"])[0]["held"], 2);
    release(&lost);
    assert_eq!(lost.json(&["lifecycle", "run"])[0]["expired"], 2);
}

#[test]
fn nothing_goes_while_an_object_among_the_holds_cannot_be_read() {
    let cli = stage();
    let folder = cli.path("store").join(&cli.namespace).join("holds");
    std::fs::create_dir_all(&folder).unwrap();
    place(&cli, &["--stream", "nobody-1"]);
    let own = objects(&cli).pop().unwrap();
    let text = std::fs::read_to_string(&own).unwrap();
    let beside = folder.join("of-another.json");
    let later = text.replace("\"format_version\": 1", "\"format_version\": 2");
    for (path, content, code, said) in [
        (&beside, "no hold".to_owned(), 4, "of-another.json"),
        (&beside, " ".repeat(70_000), 4, "at most 65536"),
        // A copy under another name could be of a hold that was released.
        (&beside, text.clone(), 4, "of-another.json"),
        (&own, text.replace(&cli.namespace, "another"), 4, "of namespace another"),
        (&own, text.replace("7 O 12/26", "8 O 12/26"), 4, "of case 8 O 12/26"),
        (&own, text[..text.len() / 2].to_owned(), 4, "EOF"),
        (&own, text.replace("\"category\": null", "\"category\": \"c\""), 4, "contradicts itself"),
        (&own, later, 8, "newer eventodb-admin"),
    ] {
        std::fs::write(path, content).unwrap();
        for verb in verbs(&cli).iter().filter(|verb| verb[0] != "namespaces") {
            let verb: Vec<&str> = verb.iter().map(String::as_str).collect();
            let before = state(&cli);
            cli.run(&verb).fails(code, said);
            assert_eq!(state(&cli), before, "{said} {verb:?}");
        }
        cli.run(&["holds", "list"]).fails(code, said);
        std::fs::write(&own, &text).unwrap();
        let _ = std::fs::remove_file(&beside);
    }
    // Nobody is held by it: all of it goes.
    cli.run(&[&PRUNE[..], &["--yes", "--confirm-count", "2"]].concat()).succeeds();
}

#[test]
fn placing_twice_is_one_hold_and_what_a_store_lacks_is_written_before_anything_is_archived() {
    let cli = Cli::new();
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ('2013-01-03', 0, 'account-3', 'T')",
            schema(&cli)
        ),
    );
    let words = ["holds", "place", "--case", "audit", "--category", "account"];
    let first = cli.run(&[&words[..], &["--dry-run"]].concat());
    first.succeeds();
    assert!(first.stdout.contains("category account for case audit"), "{first:?}");
    assert!(held(&cli).is_empty());
    let first = cli.run(&words);
    assert!(first.succeeds().stderr.contains("no store is known"), "{first:?}");
    let again = cli.run(&words);
    assert!(again.succeeds().stderr.contains("case audit holds this since"), "{again:?}");
    cli.run(&["holds", "place", "--case", "audit", "--stream", "order-1"]).succeeds();
    assert_eq!(held(&cli).len(), 2, "a case may have several");
    let cli = {
        let store = cli.store();
        cli.with("EVENTODB_STORE", &store)
    };
    std::fs::create_dir_all(cli.path("store")).unwrap();
    let doctor = cli.json(&["doctor"]);
    let check = doctor.as_array().unwrap().iter().find(|c| c["check"] == "holds in the store").unwrap();
    assert!(check["found"].as_str().unwrap().contains("the store lacks audit"), "{doctor}");
    assert!(objects(&cli).is_empty());
    archive(&cli);
    assert_eq!(objects(&cli).len(), 2);
    assert!(held(&cli).iter().all(|hold| hold["lacking"].as_array().unwrap().is_empty()));
    // One that somebody took out of the store comes back by placing it again.
    std::fs::remove_file(objects(&cli).pop().unwrap()).unwrap();
    assert!(held(&cli).iter().any(|hold| hold["lacking"].as_array().unwrap().len() == 1));
    cli.run(&words).succeeds();
    assert_eq!(objects(&cli).len(), 2);
    // Released, it may be placed anew.
    cli.run(&["holds", "release", "--case", "audit", "--yes"]).succeeds();
    cli.run(&words).succeeds();
    assert_eq!((held(&cli).len(), cli.json(&["holds", "list", "--all"]).as_array().unwrap().len()), (1, 3));
    assert_eq!(export(&cli).lines().count(), 1);
}

#[test]
fn a_store_that_cannot_be_reached_is_named_and_the_hold_binds_by_the_database() {
    let (cli, _) = archived(1);
    let aside = cli.path("aside");
    std::fs::rename(cli.path("store"), &aside).unwrap();
    cli.run(&["holds", "place", "--case", "7 O 12/26", "--stream", "account-3"])
        .fails(4, "is in force in the database");
    cli.run(&["holds", "release", "--case", "7 O 12/26", "--yes"]).fails(4, "nothing was released");
    std::fs::rename(&aside, cli.path("store")).unwrap();
    assert_eq!(held(&cli)[0]["lacking"].as_array().unwrap().len(), 1);
    cli.run(&[&PRUNE[..], &["--yes", "--confirm-count", "1"]].concat()).fails(4, "7 O 12/26");
    place(&cli, &["--stream", "account-3"]);
    assert!(held(&cli)[0]["lacking"].as_array().unwrap().is_empty());
}

#[test]
fn a_hold_is_placed_while_a_run_has_the_lifecycle_lock_and_is_released_by_none_beside_it() {
    // The embedded server has one session for all.
    if var("EVENTODB_TEST_DB_EDITION") == "wasm" {
        return;
    }
    let (cli, _) = archived(1);
    let lock = super::cli::Held::lifecycle(&cli.db_url, &cli.namespace);
    let out = cli.run(&["holds", "place", "--case", "7 O 12/26", "--whole-namespace"]);
    assert!(out.succeeds().stderr.contains("a run is at work"), "{out:?}");
    cli.run(&["holds", "release", "--case", "7 O 12/26", "--yes"]).fails(7, "another run holds it");
    drop(lock);
    release(&cli);
}
