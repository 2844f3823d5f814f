//! What a drill finds: damage of every kind, in one store or another, and nothing of it changes what is live.

use age::secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::cli::{Cli, sql};
use super::drills::{held_at, left, results, state};
use super::scene::{archived, archives, filled, id, of_namespace, schema};

fn flip(path: &std::path::Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
}

/// The file of an archive's object.
fn file(cli: &Cli, n: usize, field: &str) -> std::path::PathBuf {
    let id: i64 = id(cli, n).parse().unwrap();
    let archive = archives(cli).into_iter().find(|a| a["id"] == id).unwrap();
    cli.path("store").join(archive[field].as_str().unwrap())
}

fn heads_file(cli: &Cli, n: usize) -> std::path::PathBuf {
    file(cli, n, "manifest_object").to_str().unwrap().replace(".manifest.json", ".heads.zst").into()
}

#[test]
fn planted_damage_is_found_within_a_round_and_the_others_are_drilled() {
    let (cli, _) = archived(7);
    flip(&of_namespace(&cli)[0]);
    std::fs::remove_file(&of_namespace(&cli)[1]).unwrap();
    std::fs::copy(file(&cli, 3, "manifest_object"), file(&cli, 2, "manifest_object")).unwrap();
    flip(&heads_file(&cli, 4));
    std::fs::remove_file(file(&cli, 5, "manifest_object")).unwrap();
    let (before, mut found) = (state(&cli), Vec::new());
    for _ in 0..4 {
        let out = cli.run(&["drill", "run", "--archives", "2", "-o", "json"]);
        let report: Value = serde_json::from_str(&out.stdout).unwrap();
        let results = results(&report);
        let is_bad = results.iter().any(|(_, result, _)| result == "failed");
        let expected = if is_bad { (5, json!("failed")) } else { (0, json!("ok")) };
        assert_eq!((out.code, report["verdict"].clone()), expected, "{out:?}");
        for (id, ..) in results.iter().filter(|(_, result, _)| result == "failed") {
            assert!(out.stderr.contains(&format!("archive {id} from {} (", cli.store())), "{out:?}");
        }
        found.extend(results);
    }
    found.sort();
    found.dedup();
    let parts: Vec<_> = found.iter().map(|(_, result, part)| format!("{result} {part}")).collect();
    let expected =
        ["failed data", "failed data", "failed manifest", "ok -", "failed streams", "failed manifest", "ok -"];
    assert_eq!(parts, expected, "{found:?}");
    assert_eq!(state(&cli), before);
    assert!(!left(&cli));
}

#[test]
fn a_live_namespace_that_knows_less_than_its_archives_is_found() {
    let (cli, _) = archived(2);
    let schema = schema(&cli);
    let as_replica =
        |statement: &str| sql(&cli.db_url, &format!("SET session_replication_role = replica; {statement}"));
    let found = |part: &str| {
        let out = cli.run(&["drill", "run", "--all", "-o", "json"]);
        let report: Value = serde_json::from_str(&out.stdout).unwrap();
        let parts: Vec<_> = results(&report).into_iter().map(|(_, _, part)| part).collect();
        assert_eq!((out.code, &parts[1][..]), (5, part), "{out:?}");
        assert!(!out.stdout.contains("account-"), "a report names no stream: {}", out.stdout);
    };
    cli.run(&["drill", "run", "--all"]).succeeds();
    as_replica(&format!("UPDATE {schema}.heads SET position = position - 1 WHERE stream_name = 'account-3'"));
    found("heads");
    as_replica(&format!("UPDATE {schema}.heads SET position = position + 1 WHERE stream_name = 'account-3'"));
    as_replica(&format!("DELETE FROM {schema}.heads WHERE stream_name = 'account-4'"));
    found("heads");
    cli.run(&["namespaces", "recount", "--yes"]).succeeds();
    cli.run(&["drill", "run", "--all"]).succeeds();
    sql(&cli.db_url, &format!("SELECT setval('{schema}.messages_global_position_seq', 39)"));
    found("sequence");
    sql(&cli.db_url, &format!("SELECT setval('{schema}.messages_global_position_seq', 40)"));
    cli.run(&["drill", "run", "--all"]).succeeds();
}

/// Has manifest and ledger agree with a stream list that says something else than the messages.
fn lie(cli: &Cli, change: impl Fn(&str) -> String) {
    let (heads, manifest) = (heads_file(cli, 0), file(cli, 0, "manifest_object"));
    let text = String::from_utf8(zstd::decode_all(std::fs::File::open(&heads).unwrap()).unwrap()).unwrap();
    let text = change(&text);
    let stored = zstd::encode_all(text.as_bytes(), 3).unwrap();
    std::fs::write(&heads, &stored).unwrap();
    let hash = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let mut told: Value = serde_json::from_slice(&std::fs::read(&manifest).unwrap()).unwrap();
    let of_heads = &mut told["heads"];
    (of_heads["bytes"], of_heads["sha256"]) = (stored.len().into(), hash(&stored).into());
    of_heads["csv"] = json!({ "bytes": text.len(), "sha256": hash(text.as_bytes()) });
    let frame = &mut of_heads["frames"][0];
    (frame["length"], frame["csv_bytes"], frame["sha256"]) =
        (stored.len().into(), text.len().into(), hash(&stored).into());
    let bytes = serde_json::to_vec_pretty(&told).unwrap();
    std::fs::write(&manifest, &bytes).unwrap();
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica;
             UPDATE eventodb_store.archives SET manifest_sha256 = '{}' WHERE id = {}",
            hash(&bytes),
            id(cli, 0)
        ),
    );
}

#[test]
fn a_stream_list_that_says_something_else_than_the_messages_is_found_though_all_hashes_agree() {
    for (n, change) in [
        // A later position than there is; a stream that is not there; places where the stream's messages are not.
        (|text: &str| text.replacen("account-0,0,", "account-0,1,", 1)) as fn(&str) -> String,
        |text| text.replacen("account-0,", "account-X,", 1),
        |text| text.lines().map(|l| format!("{}\n", l.replace(",1:15", ",1:2"))).collect(),
    ]
    .into_iter()
    .enumerate()
    {
        let (cli, _) = archived(1);
        cli.run(&["drill", "run"]).succeeds();
        lie(&cli, change);
        let before = state(&cli);
        let out = cli.run(&["drill", "run", "-o", "json"]);
        let report: Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!((out.code, &results(&report)[0].2[..]), (5, "streams"), "{n}: {out:?}");
        assert_eq!(state(&cli), before);
    }
}

#[test]
fn messages_that_are_not_what_was_exported_once_they_are_in_the_database_are_found() {
    let (cli, _) = archived(1);
    let alter = |statement: &str| {
        let statement = statement.replace('\'', "''");
        format!(
            "DO $do$ BEGIN EXECUTE (SELECT format('{statement}', nspname) FROM pg_namespace
                                     WHERE nspname LIKE 'tsdb_{}_drill%'); END $do$",
            cli.namespace
        )
    };
    for statement in [
        "UPDATE %I.messages SET data = data || '{\"n\": 7}' WHERE global_position = 3",
        "DELETE FROM %I.messages WHERE global_position = 3",
        "UPDATE %I.messages SET time = time + interval '1 microsecond' WHERE global_position = 3",
    ] {
        let (out, ()) = held_at(&cli, "rehydrate.commit.after", &["drill", "run", "-o", "json"], || {
            sql(&cli.db_url, &alter(statement));
        });
        let report: Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!((out.code, &results(&report)[0].2[..]), (5, "messages"), "{statement} {out:?}");
        assert!(!left(&cli), "{statement}");
    }
    // A message of somebody's that has come into the throw-away namespace: it stays, and so does the namespace.
    let (out, ()) = held_at(&cli, "rehydrate.commit.after", &["drill", "run", "-o", "json"], || {
        let theirs = "INSERT INTO %I.messages (time, position, global_position, stream_name, type) VALUES (now(), 0, 9999, 'mine-1', 'T')";
        sql(&cli.db_url, &alter(theirs));
    });
    assert!(left(&cli) && out.code == 5 && out.stderr.contains("has not brought in"), "{out:?}");
}

#[test]
fn encrypted_archives_come_back_from_each_of_their_stores_in_turn() {
    let (cli, _) = filled(2);
    let identity = age::x25519::Identity::generate();
    let file = cli.file("identity.txt", identity.to_string().expose_secret());
    let recipient = identity.to_public().to_string();
    let cli = cli.with("EVENTODB_AGE_RECIPIENTS", &recipient);
    let (first, second) = (cli.store(), cli.second_store());
    cli.run(&["policy", "set", "--archive-after", "0d", "--store", &first, "--copy", &second]).succeeds();
    let open = [("EVENTODB_AGE_IDENTITY_FILE", file.as_str())];
    let run = |more: &[&str]| {
        let out = cli.run_in(&open, &[&["drill", "run", "-o", "json"][..], more].concat(), b"");
        let report: Value = serde_json::from_str(&out.stdout).unwrap_or_default();
        (out, report)
    };
    cli.run_in(&open, &["lifecycle", "run"], b"").succeeds();
    let before = state(&cli);
    // Without the identity nothing is known, and nothing is called damaged.
    let blind = cli.run(&["drill", "run", "--all", "-o", "json"]);
    blind.fails(1, "EVENTODB_AGE_IDENTITY_FILE");
    let report: Value = serde_json::from_str(&blind.stdout).unwrap();
    assert_eq!((&report["verdict"], results(&report)[0].1.as_str()), (&json!("unknown"), "unknown"), "{report}");
    let mut places = Vec::new();
    for _ in 0..2 {
        let (out, report) = run(&["--all"]);
        out.succeeds();
        let of = |a: &Value| (a["archive_id"].as_i64().unwrap(), a["store_url"].as_str().unwrap().to_owned());
        places.extend(report["archives"].as_array().unwrap().iter().map(of));
        assert_eq!(report["stored_in"].as_array().unwrap().len(), 2, "both stores were at work: {report}");
    }
    let mut all = places.clone();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4, "each archive from each store: {places:?}");
    assert_eq!(state(&cli), before);

    // Damage in the second store alone, by name and in turn.
    let damaged = of_namespace_in(&cli);
    flip(&damaged);
    let (out, report) = run(&["--all", "--from", &second]);
    out.fails(5, "archives verify --all --repair");
    assert_eq!(report["archives"].as_array().unwrap().iter().filter(|a| a["result"] == "failed").count(), 1);
    assert!(report["archives"].as_array().unwrap().iter().all(|a| a["store_url"] == second.as_str()));
    run(&["--all", "--from", &first]).0.succeeds();
    let codes = [run(&["--all"]).0.code, run(&["--all"]).0.code];
    assert!(codes.contains(&5), "found where each store has its turn: {codes:?}");
    cli.run_in(&open, &["archives", "verify", "--all", "--repair"], b"").succeeds();
    run(&["--all", "--from", &second]).0.succeeds();

    // A store that is away says nothing about archives, and the others go on.
    std::fs::rename(cli.path("second-store"), cli.path("away")).unwrap();
    let mut all = Vec::new();
    for _ in 0..2 {
        let (out, report) = run(&["--all"]);
        assert!(out.code != 5 && !left(&cli), "{out:?}");
        let results = results(&report);
        assert_eq!(out.code == 0, results.iter().all(|(_, result, _)| result == "ok"), "{out:?}");
        all.extend(results.into_iter().map(|(_, result, part)| format!("{result} {part}")));
    }
    all.sort();
    assert_eq!(all, ["ok -", "ok -", "unknown store", "unknown store"]);
}

fn of_namespace_in(cli: &Cli) -> std::path::PathBuf {
    let all = super::drills::files(cli.path("second-store").join(&cli.namespace).join("messages"));
    all.into_iter().map(|(name, _)| name).find(|name| name.contains(".csv")).unwrap().into()
}
