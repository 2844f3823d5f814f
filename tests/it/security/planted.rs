//! Archives that somebody with write access to the store has put there, taken away or put back: what `archives sync` believes
//! is what is encrypted where it has to be, and what leads to a hash that was kept elsewhere.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::cli::{Cli, Out, made_up};

/// A namespace with messages of some weeks, and none of it archived.
fn filled(weeks: usize) -> Cli {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    cli.run_with(&["messages", "import"], made_up(weeks, 30).as_bytes()).succeeds();
    cli
}

/// The next database, with the first one's store.
fn after_the_loss(cli: &Cli) -> Option<Cli> {
    Some(cli.after_the_database_is_lost()?.with("EVENTODB_STORE", &cli.store()))
}

fn with_keys(cli: Cli) -> Cli {
    let identity = age::x25519::Identity::generate();
    let file = cli.file("identity", identity.to_string().expose_secret());
    let recipient = identity.to_public().to_string();
    cli.with("EVENTODB_AGE_RECIPIENTS", &recipient).with("EVENTODB_AGE_IDENTITY_FILE", &file)
}

/// Archives chunks one after the other, the oldest first.
fn archive(cli: &Cli, chunks: &[String]) -> Vec<Value> {
    let names: Vec<&str> = chunks.iter().map(String::as_str).collect();
    let done = cli.json(&[&["chunks", "archive"], &names[..]].concat());
    done.as_array().unwrap().clone()
}

fn chunks(cli: &Cli) -> Vec<String> {
    let listed = cli.json(&["chunks", "list"]);
    listed.as_array().unwrap().iter().map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect()
}

fn entered(cli: &Cli) -> usize {
    cli.json(&["archives", "list"]).as_array().unwrap().len()
}

fn file_of(url: &Value) -> PathBuf {
    PathBuf::from(url.as_str().unwrap().strip_prefix("file://").unwrap())
}

/// Puts an archive beside another one that says the same of other objects, but for what `change` does to its manifest.
/// Returns the manifest's file.
fn plant(manifest: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut forged: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
    let renamed = |name: &str| {
        let at = name.find("-").unwrap() + 1;
        format!("{}deadbeef{}", &name[..at], &name[at + 8..])
    };
    for part in ["data", "heads"] {
        let object = forged[part]["object"].as_str().unwrap().to_owned();
        let (folder, name) = object.rsplit_once('/').unwrap();
        fs::copy(manifest.with_file_name(name), manifest.with_file_name(renamed(name))).unwrap();
        forged[part]["object"] = json!(format!("{folder}/{}", renamed(name)));
    }
    change(&mut forged);
    let path = manifest.with_file_name(renamed(manifest.file_name().unwrap().to_str().unwrap()));
    fs::write(&path, serde_json::to_vec_pretty(&forged).unwrap()).unwrap();
    path
}

/// Takes a planted archive away, with its data: without a manifest that would be told.
fn unplant(manifest: &Path) {
    let stem = manifest.to_str().unwrap().strip_suffix(".manifest.json").unwrap();
    for entry in fs::read_dir(manifest.parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_str().unwrap().starts_with(stem) {
            fs::remove_file(path).unwrap();
        }
    }
}

fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(path).unwrap()))
}

/// All manifests that have to be expected, as a run has told them.
fn told(out: &Out) -> Vec<String> {
    let words = out.stderr.split([' ', ':', ',', ';']);
    words.filter(|word| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit())).map(str::to_owned).collect()
}

#[test]
fn an_archive_that_is_not_encrypted_is_not_believed_where_keys_are_given() {
    let plain = filled(2);
    let all = chunks(&plain);
    let old = archive(&plain, &all[..1]);
    let cli = with_keys(plain);
    let new = archive(&cli, &all[1..]);
    // Of what the ledger knows each is read as it is.
    cli.run(&["archives", "verify", "--all"]).succeeds();
    let read = cli.run(&["messages", "export"]);
    assert_eq!(read.succeeds().stdout.lines().count(), 60);

    // One is made up that would take the place of the encrypted one.
    let encrypted = file_of(&new[0]["manifest"]);
    let key = encrypted.strip_prefix(cli.path("store")).unwrap().to_str().unwrap().to_owned();
    let planted = plant(&file_of(&old[0]["manifest"]), |m| {
        m["replaces"] = json!([key]);
        m["created_at"] = json!("2200-01-01T00:00:00Z");
    });
    let Some(lost) = after_the_loss(&cli) else { return };
    let identity = cli.path("identity");
    let lost = lost.with("EVENTODB_AGE_IDENTITY_FILE", identity.to_str().unwrap());
    for plan in [&["--dry-run"][..], &[]] {
        let out = lost.run(&[&["archives", "sync"], plan].concat());
        out.fails(5, "it is not encrypted, though keys are given").fails(5, "--allow-unencrypted");
        for file in [&planted, &file_of(&old[0]["manifest"])] {
            out.fails(5, file.file_name().unwrap().to_str().unwrap());
        }
    }
    let list = lost.json(&["archives", "list"]);
    assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list[0]["state"], "dropped", "the encrypted one still counts");
    lost.run(&["archives", "verify", "--all"]).succeeds();

    unplant(&planted);
    lost.run(&["archives", "claim", "--yes"]).succeeds();
    lost.run(&["archives", "sync", "--allow-unencrypted"]).succeeds();
    assert_eq!(entered(&lost), 2);
    // What the ledger knows by now is known.
    lost.run(&["archives", "sync"]).succeeds();
    lost.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn archives_of_both_kinds_are_entered_where_that_is_said_and_without_keys_unasked() {
    let plain = filled(2);
    let all = chunks(&plain);
    archive(&plain, &all[..1]);
    let cli = with_keys(plain);
    archive(&cli, &all[1..]);
    let Some(lost) = after_the_loss(&cli) else { return };
    // The stream list of an encrypted one takes the identity, and by that keys are given.
    let identity = cli.path("identity");
    let lost = lost.with("EVENTODB_AGE_IDENTITY_FILE", identity.to_str().unwrap());
    lost.run(&["archives", "sync", "--allow-unencrypted"]).succeeds();
    assert_eq!(entered(&lost), 2);

    let plain = filled(1);
    archive(&plain, &chunks(&plain));
    let Some(lost) = after_the_loss(&plain) else { return };
    lost.run(&["archives", "sync"]).succeeds();
    assert_eq!(entered(&lost), 1);
}

#[test]
fn a_hash_that_was_kept_elsewhere_proves_the_store_or_nothing_is_entered() {
    let cli = filled(4);
    let all = chunks(&cli);
    let mut done = archive(&cli, &all[..2]);
    let last = cli.run(&[&["chunks", "archive", "-o", "json"], &[all[2].as_str()][..]].concat());
    let hashes = told(&last);
    done.extend(last.json().as_array().unwrap().iter().cloned());
    let manifest = |n: usize| file_of(&done[n]["manifest"]);
    assert_eq!(hashes, [sha256(&manifest(2))]);
    let newest = &hashes[0];
    let Some(lost) = after_the_loss(&cli) else { return };
    let sync = |hash: &str, more: &[&str]| lost.run(&[&["archives", "sync", "--expect-manifest", hash], more].concat());
    let refused = |out: Out, says: &str| {
        out.fails(5, says).fails(5, "nothing was entered");
        assert_eq!(entered(&lost), 0, "{out:?}");
    };

    sync("short", &[]).fails(2, "64 hexadecimal digits");
    refused(sync(&"0".repeat(64), &[]), "no manifest with SHA-256 000");
    // An older state of the store, and an older note.
    let aside = cli.path("aside");
    fs::rename(manifest(2), &aside).unwrap();
    refused(sync(newest, &[]), "no manifest with SHA-256");
    fs::rename(&aside, manifest(2)).unwrap();
    refused(sync(&sha256(&manifest(1)), &[]), "is not one of those expected");
    // One that is missing in between.
    fs::rename(manifest(1), &aside).unwrap();
    refused(sync(newest, &[]), "is missing");
    fs::rename(&aside, manifest(1)).unwrap();
    // One that was put there: later, earlier, before the first, in another's place.
    let replaces = manifest(2).strip_prefix(cli.path("store")).unwrap().to_str().unwrap().to_owned();
    let changes: [&dyn Fn(&mut Value); 4] = [
        &|m| m["created_at"] = json!("2200-01-01T00:00:00Z"),
        &|m| m["created_at"] = json!("2000-01-01T00:00:00Z"),
        &|m| m["previous_manifest_sha256"] = json!(newest),
        &|m| m["replaces"] = json!([replaces]),
    ];
    for change in changes {
        let planted = plant(&manifest(0), change);
        for plan in [&["--dry-run"][..], &[]] {
            refused(sync(newest, plan), planted.file_name().unwrap().to_str().unwrap());
        }
        unplant(&planted);
    }
    // Exchanged for one of the same name.
    fs::copy(manifest(0), &aside).unwrap();
    let text = fs::read_to_string(manifest(0)).unwrap();
    fs::write(manifest(0), format!("{text} ")).unwrap();
    refused(sync(newest, &[]), "is missing");
    fs::rename(&aside, manifest(0)).unwrap();

    sync(&newest.to_uppercase(), &["--dry-run"]).succeeds();
    sync(newest, &[]).succeeds();
    assert_eq!(entered(&lost), 3);
    sync(newest, &[]).succeeds();
    lost.run(&["archives", "verify", "--all"]).succeeds();
}

#[test]
fn runs_with_jobs_and_deleted_archives_tell_all_hashes_that_have_to_be_expected() {
    let cli = filled(6);
    let all = chunks(&cli);
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let out = cli.run(&[&["chunks", "archive", "--jobs", "3"], &names[..5]].concat());
    out.succeeds();
    assert!(!told(&out).is_empty(), "{out:?}");
    let ids: Vec<String> =
        cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect();
    // One comes back, changes, and goes as another generation; the old one's objects are removed.
    cli.run(&["archives", "rehydrate", &ids[1]]).succeeds();
    let erased = cli.run(&["archives", "erase", "--stream", "account-1", "--reason", "asked", "--yes"]);
    assert!(!told(erased.succeeds()).is_empty(), "{erased:?}");
    cli.run(&["policy", "set", "--archive-after", "1d", "--store", &cli.store()]).succeeds();
    let night = cli.run(&["lifecycle", "run", "-o", "json"]);
    let run = &night.json()[0];
    let expected: Vec<String> = serde_json::from_value(run["expect_manifests"].clone()).unwrap();
    assert_eq!(run["newest_manifest_sha256"], json!(expected[0]), "{night:?}");
    let Some(lost) = after_the_loss(&cli) else { return };
    let mut args = vec!["archives", "sync"];
    for hash in &expected {
        args.extend(["--expect-manifest", hash]);
    }
    lost.run(&args).succeeds();
    assert!(entered(&lost) >= 6);
    lost.run(&["archives", "verify", "--all"]).succeeds();
    if expected.len() > 1 {
        let Some(again) = after_the_loss(&cli) else { return };
        again.run(&args[..args.len() - 2]).fails(5, "is not one of those expected");
        assert_eq!(entered(&again), 0);
    }
}
