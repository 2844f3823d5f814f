//! `archives erase`.

use serde_json::Value;

use super::cli::{Cli, sql};
use super::scene::{
    archive, archived, archives, chunks, covered, export, filled, id, is_community, of_namespace, schema, states,
    write_late,
};

const ERASE: [&str; 7] = ["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"];

/// The lines without the content of the stream.
fn blanked(lines: &str) -> String {
    let blank = |line: &str| {
        let mut message: Value = serde_json::from_str(line).unwrap();
        if message["stream"] != "account-3" {
            return format!("{line}\n");
        }
        message["data"] = Value::Null;
        let data = line.find("\"data\":").unwrap();
        format!("{}\"data\":null{}\n", &line[..data], &line[line.find(",\"meta\"").unwrap()..])
    };
    lines.lines().map(blank).collect()
}

/// No object of the namespace has content of the stream.
fn assert_erased(cli: &Cli) {
    for object in of_namespace(cli) {
        let text = String::from_utf8(zstd::decode_all(std::fs::File::open(&object).unwrap()).unwrap()).unwrap();
        let odd: Vec<_> = text.lines().filter(|l| l.contains(",account-3,") && !l.ends_with(",,")).collect();
        assert!(odd.is_empty(), "{odd:?} in {object:?}");
    }
}

fn record(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT concat_ws('|', stream_name, reason, finished_at IS NOT NULL, live_messages, archived_messages,
                    cardinality(archives), erased_by <> '')
               FROM eventodb_store.erasures WHERE namespace = '{}' ORDER BY id LIMIT 1",
            cli.namespace
        ),
    )
}

#[test]
fn content_goes_wherever_it_lies_and_every_place_stays() {
    let (cli, lines) = filled(5);
    let live = chunks(&cli);
    // A dropped one, one that is back, one that was kept, a compressed one and a plain one.
    cli.run(&["chunks", "archive", &live[0], &live[1]]).succeeds();
    cli.run(&["chunks", "archive", &live[2], "--keep"]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 1)]).succeeds();
    if is_community(&cli) {
        cli.run(&["chunks", "compress", &live[3]]).succeeds();
    }
    let versions = cli.json(&["streams", "list"]);
    let figures = cli.json(&["stats", "--per", "category"]);
    let plan = cli.run(&[&ERASE[..], &["--dry-run"]].concat());
    plan.succeeds();
    assert_eq!(
        (plan.stdout.matches("write again").count(), plan.stdout.matches("erase in").count()),
        (3, 4),
        "{plan:?}"
    );
    assert_eq!(states(&cli), ["dropped", "rehydrated", "verified"]);

    let done = cli.json(&ERASE);
    let of = |kind: &str| done.as_array().unwrap().iter().filter(|d| d["kind"] == kind).count();
    assert_eq!((of("live"), of("archive"), of("objects")), (4, 3, 3), "{done}");
    assert_eq!(states(&cli), ["expired", "expired", "expired", "dropped", "rehydrated", "verified"]);
    assert_erased(&cli);
    assert_eq!(of_namespace(&cli).len(), 3, "the old objects are gone");
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    assert_eq!(cli.json(&["stats", "--per", "category"]), figures, "what was counted is not counted again");
    let of_stream = lines.lines().filter(|l| l.contains("\"account-3\"")).count();
    let of_weeks = |weeks: usize| lines.lines().take(weeks * 20).filter(|l| l.contains("\"account-3\"")).count();
    let (hot, stored) = (of_stream - of_weeks(1), of_weeks(3));
    assert_eq!(record(&cli), format!("account-3|request 12|t|{hot}|{stored}|3|t"));
    let manifest = &cli.json(&["archives", "show", &id(&cli, 0)])["manifest"];
    assert_eq!(
        (&manifest["erasures"][0]["stream"], &manifest["erasures"][0]["reason"]),
        (&"account-3".into(), &"request 12".into())
    );
    let old = archives(&cli).into_iter().find(|a| a["state"] == "expired").unwrap();
    assert_eq!(manifest["erasures"][0]["of_manifest_sha256"], old["manifest_sha256"]);
    assert!(manifest["replaces"].as_array().unwrap().contains(&old["manifest_object"]));
    if is_community(&cli) {
        let is_compressed = |c: &&Value| c["chunk_name"] == live[3].as_str() && c["is_compressed"] == true;
        assert_eq!(cli.json(&["chunks", "list"]).as_array().unwrap().iter().filter(is_compressed).count(), 1);
    }

    // Twice is fine, and what is back goes without an upload: chunk and archive are still equal.
    assert_eq!(cli.json(&ERASE), Value::Array(Vec::new()));
    archive(&cli);
    assert_eq!(of_namespace(&cli).len(), 5, "two weeks were never archived before");
    assert_eq!(states(&cli).iter().filter(|s| *s == "dropped").count(), 5);
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), blanked(&lines));
    assert_eq!(cli.json(&["streams", "list"]), versions);
}

#[test]
fn a_lost_or_older_database_takes_the_archives_that_were_written_anew() {
    let (cli, lines) = archived(2);
    let old_id = id(&cli, 0);
    cli.run(&ERASE).succeeds();
    if let Some(lost) = cli.after_the_database_is_lost() {
        let lost = lost.with("EVENTODB_STORE", &cli.store());
        lost.run(&["archives", "sync"]).succeeds();
        covered(&lost);
        lost.run(&["archives", "verify", "--all"]).succeeds();
        lost.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
        assert_eq!(export(&lost), blanked(&lines));
    }
    // A backup from before the erasure of the first archive.
    let number: i64 = old_id.parse().unwrap();
    let new_id = archives(&cli).iter().find(|a| a["id"] == number).unwrap()["superseded_by"].to_string();
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica;
             UPDATE eventodb_store.archives SET state = 'dropped', superseded_by = NULL, objects = 'kept' WHERE id = {old_id};
             DELETE FROM eventodb_store.archives WHERE id = {new_id}"
        ),
    );
    cli.run(&["archives", "sync"]).succeeds();
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert_eq!(export(&cli), blanked(&lines));
}

#[test]
fn generations_that_were_superseded_twice_stay_so_when_the_database_is_lost() {
    let (cli, _) = archived(1);
    let schema = schema(&cli);
    for n in 0..2 {
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
        sql(&cli.db_url, &format!("UPDATE {schema}.messages SET data = data || '{{\"n{n}\": 1}}'"));
        archive(&cli);
    }
    assert_eq!(states(&cli), ["expired", "expired", "dropped"]);
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store());
    lost.run(&["archives", "sync"]).succeeds();
    covered(&lost);
    // The superseded ones hold the content as well, and alone what messages of other streams were: somebody gives that up.
    cli.run(&ERASE).fails(1, "have changed since").fails(1, "--confirm-count");
    let prune = ["archives", "prune", "--older-than", "0d", "--superseded", "--yes", "--confirm-count", "2"];
    cli.run(&prune).succeeds();
    cli.run(&ERASE).succeeds();
    assert_erased(&cli);
    assert_eq!(of_namespace(&cli).len(), 1);
    covered(&cli);
}

#[test]
fn what_is_written_meanwhile_is_not_lost_and_what_comes_later_keeps_its_content() {
    let (cli, _) = filled(2);
    let before = cli.json(&["streams", "version", "account-3"])["version"].as_i64().unwrap();
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            for _ in 0..15 {
                cli.run(&["messages", "write", "account-3", "Meanwhile", "--data", "{\"kept\":1}"]).succeeds();
            }
        });
        cli.run(&ERASE).succeeds();
        writer.join().unwrap();
    });
    assert_eq!(cli.json(&["streams", "version", "account-3"])["version"], before + 15);
    cli.run(&["messages", "write", "account-3", "Later", "--data", "{\"kept\":1}"]).succeeds();
    assert_eq!(cli.json(&["messages", "last", "account-3"])["data"]["kept"], 1);
    covered(&cli);
}

#[test]
fn it_wants_a_reason_a_stream_that_was_written_to_and_a_confirmation() {
    let (cli, lines) = archived(1);
    cli.run(&ERASE[..6]).fails(2, "must be confirmed");
    cli.run(&["archives", "erase", "--stream", "account-3", "--reason", " ", "--yes"]).fails(2, "says nothing");
    cli.run(&["archives", "erase", "--stream", "nobody-1", "--reason", "r", "--yes"])
        .fails(3, "nothing was ever written");
    // The embedded server has one session for all.
    if super::cli::var("EVENTODB_TEST_DB_EDITION") != "wasm" {
        let held = super::cli::Held::lifecycle(&cli.db_url, &cli.namespace);
        cli.run(&ERASE).fails(7, "another run holds it");
        drop(held);
    }
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), lines);
}

#[test]
fn an_archive_that_cannot_be_read_stays_and_is_told() {
    let (cli, _) = archived(2);
    let object = of_namespace(&cli).remove(0);
    let whole = std::fs::read(&object).unwrap();
    std::fs::write(&object, &whole[1..]).unwrap();
    cli.run(&ERASE).fails(5, "run the same command again");
    assert_eq!(states(&cli).iter().filter(|s| *s == "dropped").count(), 2);
    let left = format!(
        "SELECT finished_at IS NULL AND last_error LIKE 'archive %' FROM eventodb_store.erasures WHERE namespace = '{}'",
        cli.namespace
    );
    assert_eq!(sql(&cli.db_url, &left), "t");
    std::fs::write(&object, whole).unwrap();
    cli.run(&ERASE).succeeds();
    assert_erased(&cli);
    assert!(record(&cli).starts_with("account-3|request 12|t|"), "{}", record(&cli));
    covered(&cli);
}

#[test]
fn an_encrypted_archive_is_written_anew_for_somebody_or_not_at_all() {
    use age::secrecy::ExposeSecret;
    let (cli, lines) = filled(1);
    let identity = age::x25519::Identity::generate();
    let file = cli.file("identity.txt", identity.to_string().expose_secret());
    let recipient = identity.to_public().to_string();
    let with = [("EVENTODB_AGE_RECIPIENTS", recipient.as_str()), ("EVENTODB_AGE_IDENTITY_FILE", file.as_str())];
    let run = |more: &[(&str, &str)], words: &[&str]| cli.run_in(more, words, b"");
    run(&with, &["chunks", "archive", "--older-than", "0d"]).succeeds();
    run(&with[1..], &ERASE).fails(2, "nobody is named that it is to be encrypted to");
    run(&with, &ERASE).succeeds();
    assert_eq!(states(&cli), ["expired", "dropped"]);
    run(&with, &ERASE).succeeds();
    assert_eq!(states(&cli), ["expired", "dropped"], "there was nothing left to erase");
    let manifest = run(&with, &["archives", "show", &id(&cli, 0), "-o", "json"]).json()["manifest"].to_string();
    assert!(!manifest.contains("account-3") && manifest.contains("erasures"), "{manifest}");
    run(&with, &["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), blanked(&lines));
}

#[test]
fn a_chunk_that_a_killed_erasure_has_decompressed_is_compressed_again_by_the_next_run_of_any_kind() {
    let (cli, lines) = filled(2);
    if !is_community(&cli) {
        return;
    }
    let chunk = chunks(&cli)[0].clone();
    cli.run(&["chunks", "compress", &chunk]).succeeds();
    let is_compressed = || {
        let all = cli.json(&["chunks", "list"]);
        all.as_array().unwrap().iter().find(|c| c["chunk_name"] == chunk.as_str()).unwrap()["is_compressed"] == true
    };
    for next in [&["namespaces", "recount"][..], &["chunks", "archive", "--older-than", "10000d"]] {
        let killed = cli.run_in(&[("EVENTODB_FAILPOINTS", "erase.decompress.after=kill")], &ERASE, b"");
        assert!(killed.code != 0 && !is_compressed(), "{killed:?}");
        let after = loop {
            // The session of the killed run holds the lock until the server notices.
            let after = cli.run(next);
            if after.code != 7 {
                break after;
            }
        };
        assert!(is_compressed(), "{after:?}");
        assert!(after.stderr.contains("compressed again"), "{after:?}");
    }
    cli.run(&ERASE).succeeds();
    assert!(is_compressed());
    assert_eq!(export(&cli), blanked(&lines));
    // Noted no longer: what an operator decompresses stays so.
    cli.run(&["chunks", "decompress", &chunk]).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "10000d"]).succeeds();
    assert!(!is_compressed());
}

#[test]
fn objects_that_the_ledger_calls_deleted_are_looked_for() {
    let (cli, lines) = archived(2);
    let old = of_namespace(&cli);
    let kept: Vec<_> = old.iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "first", "--yes"]).succeeds();
    assert!(old.iter().all(|path| !path.exists()));
    // Somebody brings them back, from a backup of the store.
    for (path, bytes) in &kept {
        std::fs::write(path, bytes).unwrap();
    }
    let plan = cli.run(&[&ERASE[..], &["--dry-run"]].concat());
    assert!(plan.succeeds().stdout.contains("remove the objects of"), "{plan:?}");
    cli.run(&ERASE).succeeds();
    assert!(old.iter().all(|path| !path.exists()));
    assert_erased(&cli);
    assert_eq!(export(&cli).lines().count(), lines.lines().count());
}

#[test]
fn an_archive_that_is_written_anew_replaces_its_own_earlier_tries_and_no_attempt_at_other_messages() {
    let (cli, _) = archived(1);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    write_late(&cli);
    let failing = |point: &str, verb: &[&str]| {
        let failed = cli.run_in(&[("EVENTODB_FAILPOINTS", point)], verb, b"");
        failed.fails(1, "failpoint");
        let all = archives(&cli);
        let newest = all.iter().max_by_key(|a| a["id"].as_i64()).unwrap();
        assert_eq!(newest["state"], "failed", "{all:?}");
        newest["manifest_object"].as_str().unwrap().to_owned()
    };
    let old = archives(&cli)[0]["manifest_object"].as_str().unwrap().to_owned();
    // With the late message: it is no try at what the first archive holds.
    let other = failing("archive.read-back.before=error", &["chunks", "archive", "--older-than", "0d"]);
    let own = failing("erase.read-back.before=error", &ERASE);
    cli.run(&ERASE).succeeds();
    let anew = archives(&cli).into_iter().max_by_key(|a| a["id"].as_i64()).unwrap()["id"].to_string();
    let replaced = cli.json(&["archives", "show", &anew])["manifest"]["replaces"].to_string();
    assert!(replaced.contains(&old) && replaced.contains(&own), "{replaced}");
    assert!(!replaced.contains(&other), "{replaced}");
    covered(&cli);
}
