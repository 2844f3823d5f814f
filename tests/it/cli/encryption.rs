//! Archives that only a key opens, and archives that S3 has put away.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use age::secrecy::ExposeSecret;

use super::cli::{Cli, made_up, var};

/// Keys that the emulator takes.
const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// An identity as `age-keygen` writes it, and its recipient.
fn keygen() -> (String, String) {
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    (format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret()), recipient)
}

fn filled(cli: Cli, weeks: usize) -> (Cli, String) {
    let lines = made_up(weeks, 100);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    (cli, lines)
}

/// A bucket of the emulator of AWS, and the program set to use it.
struct Bucket {
    name: String,
    at: String,
}

impl Bucket {
    fn new(test: &str) -> Option<Self> {
        let endpoint = var("EVENTODB_TEST_AWS_ENDPOINT");
        if endpoint.is_empty() {
            eprintln!("SKIPPED {test}: NOT TESTED HERE, ministack could not be started (bin/servers start says why)");
            return None;
        }
        let at = endpoint.strip_prefix("http://").unwrap().to_owned();
        let bucket = Self { name: format!("b-{}", uuid::Uuid::new_v4()), at };
        bucket.ask("PUT", "", "");
        Some(bucket)
    }

    /// The emulator takes requests that nobody signed.
    fn ask(&self, method: &str, object: &str, head: &str) -> String {
        let mut line = TcpStream::connect(&self.at).unwrap();
        let path = if object.is_empty() { format!("/{}", self.name) } else { format!("/{}/{object}", self.name) };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n{head}\r\n",
            self.at
        );
        line.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
        answer
    }

    /// As a lifecycle rule of the bucket does.
    fn puts_away(&self, object: &str) {
        let from = format!("x-amz-copy-source: /{}/{object}\r\n", self.name);
        self.ask(
            "PUT",
            object,
            &format!("{from}x-amz-storage-class: DEEP_ARCHIVE\r\nx-amz-metadata-directive: COPY\r\n"),
        );
    }

    fn set(&self, cli: Cli) -> Cli {
        cli.with("AWS_ENDPOINT_URL_S3", &format!("http://{}", self.at))
            .with("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .with("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .with("AWS_REGION", "us-east-1")
            .with("EVENTODB_STORE", &format!("s3://{}/a", self.name))
    }
}

#[test]
fn an_archive_under_a_key_of_ours_comes_back_with_it_and_without_it_says_what_is_missing() {
    let test = "an_archive_under_a_key_of_ours_comes_back_with_it_and_without_it_says_what_is_missing";
    let Some(bucket) = Bucket::new(test) else { return };
    let (cli, lines) = filled(bucket.set(Cli::new()), 2);
    let key = cli.file("sse.key", [9; 32]);
    let with_key = ["--sse-c-key-file", &key];
    let archived = cli.json(&[&["chunks", "archive", "--older-than", "1d"], &with_key[..]].concat());
    assert_eq!(archived.as_array().unwrap().len(), 2);
    let blind = cli.run(&["archives", "verify", "--all"]);
    blind.fails(1, "--sse-c-key-file").fails(1, "verifying archive");
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).fails(1, "--sse-c-key-file");
    cli.run(&[&["archives", "verify", "--all"], &with_key[..]].concat()).succeeds();
    let (id, found) = (archived[0]["archive_id"].to_string(), archived[1]["archive_id"].to_string());
    let encoded = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
    let cli = cli.with("EVENTODB_SSE_C_KEY", encoded);
    cli.run(&["archives", "rehydrate", &id, &found]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
}

#[test]
fn an_archive_that_was_put_away_is_asked_for_and_rehydrated_by_a_later_run() {
    let test = "an_archive_that_was_put_away_is_asked_for_and_rehydrated_by_a_later_run";
    let Some(bucket) = Bucket::new(test) else { return };
    let (cli, lines) = filled(bucket.set(Cli::new()), 1);
    let archived = cli.json(&["chunks", "archive", "--older-than", "1d"]);
    let id = archived[0]["archive_id"].to_string();
    let at = format!("s3://{}/", bucket.name);
    let named = |field: &str| archived[0][field].as_str().unwrap().strip_prefix(&at).unwrap().to_owned();
    let (data, manifest) = (named("object"), named("manifest"));
    let heads = data.replace(".csv.zst", ".heads.zst");
    let all = [&data, &manifest, &heads];
    for object in all {
        bucket.puts_away(object);
    }
    let restores = || all.map(|object| bucket.ask("HEAD", object, "").contains("x-amz-restore"));

    cli.run(&["archives", "rehydrate", &id, "--thaw-tier", "never"]).fails(1, "--thaw-tier standard");
    assert_eq!(restores(), [false; 3]);
    cli.run(&["archives", "verify", &id, "--dry-run"]);
    assert_eq!(restores(), [false; 3]);
    let asked = cli.run(&["archives", "rehydrate", &id]);
    asked.fails(1, "asked now").fails(1, "run the same command again after");
    // One wait is enough: not the manifest first, and the data a day later.
    assert_eq!(restores(), [true; 3]);
    cli.run(&["archives", "verify", &id]).fails(1, "archive storage class");

    // The emulator takes two seconds for S3's hours.
    let mut back = cli.run(&["archives", "rehydrate", &id]);
    for _ in 0..60 {
        if back.code == 0 {
            break;
        }
        back.fails(1, "bringing it back");
        std::thread::sleep(Duration::from_millis(250));
        back = cli.run(&["archives", "rehydrate", &id]);
    }
    back.succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
}

#[test]
fn an_archive_encrypted_by_us_is_read_with_the_identity_alone() {
    let cli = Cli::new();
    let store = cli.store();
    let (cli, lines) = filled(cli.with("EVENTODB_STORE", &store), 2);
    let (identity, recipient) = keygen();
    let identity = cli.file("identity", identity);
    let stranger = cli.file("stranger", keygen().0);
    let cli = cli.with("EVENTODB_AGE_RECIPIENTS", &recipient);
    // Nothing is dropped that could not be read back.
    cli.run(&["chunks", "archive", "--older-than", "1d"]).fails(2, "--age-identity-file");
    let open = ["--age-identity-file", &identity];
    let archived = cli.json(&[&["chunks", "archive", "--older-than", "1d"], &open[..]].concat());
    let object = archived[0]["object"].as_str().unwrap();
    assert!(object.ends_with(".csv.zst.age"), "{object}");

    let stored = std::fs::read(object.strip_prefix("file://").unwrap()).unwrap();
    assert!(stored.starts_with(b"age-encryption.org/v1\n"));
    let manifest = archived[0]["manifest"].as_str().unwrap().strip_prefix("file://").unwrap();
    let manifest = std::fs::read_to_string(manifest).unwrap();
    assert!(manifest.contains(&recipient));
    for data in ["account", "Happened"] {
        assert!(!manifest.contains(data), "{manifest}");
    }
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let frame = &manifest["data"]["frames"][0];
    assert_eq!((frame["offset"].as_u64(), frame["length"].as_u64()), (Some(0), Some(stored.len() as u64)));

    let blind = cli.run(&["archives", "verify", "--all"]);
    blind.fails(1, "none of the identities given").fails(1, "EVENTODB_AGE_IDENTITY_FILE");
    cli.run(&["archives", "verify", "--all", "--age-identity-file", &stranger]).fails(1, "none of the identities");
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).fails(1, "EVENTODB_AGE_IDENTITY_FILE");
    cli.run(&[&["archives", "verify", "--all"], &open[..]].concat()).succeeds();
    cli.run(&[&["archives", "rehydrate", "--from", "2013-01-01"], &open[..]].concat()).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
}

#[test]
fn a_lost_database_is_rebuilt_from_encrypted_archives_with_the_identity() {
    let cli = Cli::new();
    let store = cli.store();
    let (cli, lines) = filled(cli.with("EVENTODB_STORE", &store), 2);
    let (identity, recipient) = keygen();
    let identity = cli.file("identity", identity);
    let cli = cli.with("EVENTODB_AGE_RECIPIENTS", &recipient).with("EVENTODB_AGE_IDENTITY_FILE", &identity);
    cli.run(&["chunks", "archive", "--older-than", "1d"]).succeeds();
    let Some(fresh) = cli.after_the_database_is_lost() else { return };
    let fresh = fresh.with("EVENTODB_STORE", &store);
    fresh.run(&["archives", "sync"]).fails(1, "EVENTODB_AGE_IDENTITY_FILE");
    let fresh = fresh.with("EVENTODB_AGE_IDENTITY_FILE", &identity);
    fresh.run(&["archives", "sync"]).succeeds();
    fresh.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(fresh.run(&["messages", "export"]).succeeds().stdout, lines);
}

#[test]
fn damage_of_an_encrypted_archive_is_found() {
    let cli = Cli::new();
    let store = cli.store();
    let (cli, _) = filled(cli.with("EVENTODB_STORE", &store), 1);
    let (identity, recipient) = keygen();
    let identity = cli.file("identity", identity);
    let cli = cli.with("EVENTODB_AGE_RECIPIENTS", &recipient).with("EVENTODB_AGE_IDENTITY_FILE", &identity);
    let archived = cli.json(&["chunks", "archive", "--older-than", "1d"]);
    let path = archived[0]["object"].as_str().unwrap().strip_prefix("file://").unwrap();
    let mut stored = std::fs::read(path).unwrap();
    let middle = stored.len() / 2;
    stored[middle] ^= 1;
    std::fs::write(path, stored).unwrap();
    cli.run(&["archives", "verify", "--all"]).fails(5, "verifying archive");
}

#[test]
fn a_hold_on_encrypted_archives_names_no_stream_in_the_store_and_binds_whoever_cannot_open_it() {
    let cli = Cli::new();
    let store = cli.store();
    let (cli, _) = filled(cli.with("EVENTODB_STORE", &store), 2);
    let (identity, recipient) = keygen();
    let identity = cli.file("identity", identity);
    let cli = cli.with("EVENTODB_AGE_RECIPIENTS", &recipient);
    let open = ["--age-identity-file", &identity];
    cli.run(&[&["chunks", "archive", "--older-than", "1d"], &open[..]].concat()).succeeds();
    let words = ["holds", "place", "--case", "7", "--stream", "secret-1", "--note", "of ann", "--from", "2013-01-10"];
    cli.run(&words).succeeds();
    let folder = cli.path("store").join(&cli.namespace).join("holds");
    let object = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&object).unwrap();
    assert!(text.contains("\"case\": \"7\"") && !text.contains("secret") && !text.contains("ann"), "{text}");
    // Nobody's stream is held: with the identity the list tells so, without it nobody can tell.
    let prune = ["archives", "prune", "--older-than", "1d", "--dry-run", "-o", "json"];
    let goes = |out: &super::cli::Out| {
        serde_json::from_str::<serde_json::Value>(&out.stdout).unwrap().as_array().unwrap().len()
    };
    let blind = cli.run(&prune);
    blind.fails(4, "case 7 may hold it").fails(4, "none of the identities given");
    // What lies before its time does not depend on that.
    assert_eq!(goes(&blind), 1, "{blind:?}");
    let seen = cli.run(&[&prune[..], &open[..]].concat());
    assert_eq!((seen.code, goes(&seen)), (0, 2), "{seen:?}");
    // Known to the store alone, to a stranger it is on every stream.
    super::cli::sql(&cli.db_url, "DELETE FROM eventodb_store.holds");
    let blind = cli.run(&prune);
    blind.fails(4, "case 7 holds it (all streams from 2013-01-10)");
    assert_eq!(goes(&blind), 1, "{blind:?}");
    let out = cli.run(&[&["holds", "list", "-o", "json"], &open[..]].concat());
    assert_eq!(out.json()[0]["stream"], "secret-1");
}

#[test]
fn a_run_that_archives_in_the_clear_where_archives_were_encrypted_says_so() {
    let cli = Cli::new();
    let store = cli.store();
    let (cli, _) = filled(cli.with("EVENTODB_STORE", &store), 3);
    let (identity, recipient) = keygen();
    let file = cli.file("identity.txt", &identity);
    let keys = [("EVENTODB_AGE_RECIPIENTS", recipient.as_str()), ("EVENTODB_AGE_IDENTITY_FILE", file.as_str())];
    let chunks = cli.json(&["chunks", "list"]);
    let archive = |n: usize, more: &[(&str, &str)]| {
        let chunk = chunks[n]["chunk_name"].as_str().unwrap();
        cli.run_in(more, &["chunks", "archive", chunk, "--keep"], b"").succeeds().stderr.clone()
    };
    let warning = "archives of this namespace are encrypted, and what is archived now is not";
    assert!(!archive(0, &[]).contains(warning), "nothing was encrypted before");
    assert!(!archive(1, &keys).contains(warning));
    assert!(archive(2, &[]).contains(warning));
}
