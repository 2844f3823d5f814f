//! `archives rekey`.

use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use serde_json::Value;

use super::cli::{Cli, Out, made_up, sql};
use super::scene::{archives, chunks, covered, id, schema, states, write_late};

/// Somebody who opens archives.
pub struct Key {
    pub identity: age::x25519::Identity,
    pub recipient: String,
    /// The identity, as `age-keygen` writes it.
    file: String,
}

impl Key {
    pub fn new(cli: &Cli, name: &str) -> Self {
        let identity = age::x25519::Identity::generate();
        let recipient = identity.to_public().to_string();
        let file = cli.file(name, format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret()));
        Self { identity, recipient, file }
    }

    /// How many of an object's frames it opens, and how many there are.
    pub fn opens(&self, object: &[u8]) -> (usize, usize) {
        let begins: Vec<usize> =
            object.windows(MAGIC.len()).enumerate().filter(|(_, bytes)| *bytes == MAGIC).map(|(at, _)| at).collect();
        let is_open = |at: &&usize| {
            let decryptor = age::Decryptor::new_buffered(&object[**at..]).unwrap();
            decryptor.decrypt(std::iter::once(&self.identity as &dyn age::Identity)).is_ok()
        };
        (begins.iter().filter(is_open).count(), begins.len())
    }
}

const MAGIC: &[u8] = b"age-encryption.org/v1\n";

/// A namespace and two keys; archives are encrypted to the first one.
pub struct Scene {
    pub cli: Cli,
    pub lines: String,
    pub old: Key,
    pub new: Key,
    pub both: String,
}

pub fn scene(cli: Cli, weeks: usize) -> Scene {
    let lines = made_up(weeks, 20);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let (old, new) = (Key::new(&cli, "old.txt"), Key::new(&cli, "new.txt"));
    let read = |key: &Key| std::fs::read_to_string(&key.file).unwrap();
    let both = cli.file("both.txt", read(&old) + &read(&new));
    Scene { cli, lines, old, new, both }
}

pub fn in_a_folder(weeks: usize) -> Scene {
    let cli = Cli::new();
    let store = cli.store();
    scene(cli.with("EVENTODB_STORE", &store), weeks)
}

impl Scene {
    /// Runs with the old recipient, and both identities.
    pub fn run(&self, words: &[&str]) -> Out {
        self.run_with(
            &[("EVENTODB_AGE_RECIPIENTS", &self.old.recipient), ("EVENTODB_AGE_IDENTITY_FILE", &self.both)],
            words,
        )
    }

    pub fn run_with(&self, variables: &[(&str, &str)], words: &[&str]) -> Out {
        self.cli.run_in(variables, words, b"")
    }

    /// Runs with one identity alone.
    pub fn run_as(&self, key: &Key, words: &[&str]) -> Out {
        self.run_with(&[("EVENTODB_AGE_IDENTITY_FILE", &key.file)], words)
    }

    pub fn archive(&self) {
        self.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    }

    /// The old key is replaced by the new one.
    pub fn rotation(&self) -> [&str; 6] {
        ["archives", "rekey", "--add", &self.new.recipient, "--remove", &self.old.recipient]
    }

    pub fn rotate(&self) -> Value {
        self.run(&[&self.rotation()[..], &["-o", "json"]].concat()).json()
    }

    /// Encrypted objects of the namespace, and the files of uploads that were never ended.
    pub fn objects(&self) -> Vec<PathBuf> {
        files(&self.cli.path("store").join(&self.cli.namespace), |name| name.contains(".age"))
    }

    /// No object opens for the old identity, and each opens for the new one.
    pub fn assert_rotated(&self) {
        let objects = self.objects();
        assert!(!objects.is_empty());
        for object in objects {
            let bytes = std::fs::read(&object).unwrap();
            let all = self.new.opens(&bytes);
            assert!(all.0 == all.1 && all.1 > 0, "{all:?} of {object:?}");
            assert_eq!(self.old.opens(&bytes).0, 0, "{object:?}");
        }
    }

    pub fn manifest(&self, n: usize) -> Value {
        self.cli.json(&["archives", "show", &id(&self.cli, n)])["manifest"].clone()
    }
}

pub fn files(folder: &Path, is_meant: fn(&str) -> bool) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if is_meant(path.to_str().unwrap()) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What an archive holds, by its manifest.
fn content(manifest: &Value) -> Value {
    let mut content = manifest.clone();
    let fields = ["generation", "created_at", "data", "heads", "encryption", "replaces", "previous_manifest_sha256"];
    for field in fields {
        content.as_object_mut().unwrap().remove(field);
    }
    let frames = |of: &str| {
        let plain = |frame: &Value| {
            let mut frame = frame.clone();
            frame.as_object_mut().unwrap().retain(|field, _| !["offset", "length", "sha256"].contains(&field.as_str()));
            frame
        };
        manifest[of]["frames"].as_array().unwrap().iter().map(plain).collect::<Value>()
    };
    serde_json::json!([
        content,
        manifest["heads"]["csv"],
        manifest["heads"]["streams"],
        frames("data"),
        frames("heads")
    ])
}

#[test]
fn the_old_identity_opens_nothing_any_more_and_messages_states_and_figures_stay() {
    let scene = in_a_folder(4);
    let cli = &scene.cli;
    let live = chunks(cli);
    // A dropped one, one that is back for a while, one that was kept; and one that is not archived.
    scene.run(&["chunks", "archive", &live[0], &live[1]]).succeeds();
    scene.run(&["chunks", "archive", &live[2], "--keep"]).succeeds();
    scene.run(&["archives", "rehydrate", &id(cli, 1), "--for", "7d"]).succeeds();
    let stats = cli.run(&["stats", "--by", "day", "-o", "json"]).succeeds().stdout.clone();
    let (versions, before) = (cli.json(&["streams", "list"]), archives(cli));
    let contents: Vec<Value> = (0..3).map(|n| content(&scene.manifest(n))).collect();
    let ledger = |what: &str| {
        let of_kept = format!(
            "SELECT string_agg(coalesce(({what})::text, '-'), ' ' ORDER BY range_start) FROM eventodb_store.archives
              WHERE namespace = '{}' AND state IN ('verified', 'dropped', 'rehydrated')",
            cli.namespace
        );
        sql(&cli.db_url, &of_kept)
    };
    let kept = "ROW(csv_sha256, message_count, category_counts, content_digest, global_position_sum, lease_until, dropped_at, \
                rehydrated_at, doubled_global_positions)";
    let known = ledger(kept);

    let plan = scene.run(&[&scene.rotation()[..], &["--dry-run"]].concat());
    plan.succeeds();
    assert_eq!(plan.stdout.matches("encrypt again").count(), 3, "{plan:?}");
    assert_eq!(states(cli), ["dropped", "rehydrated", "verified"], "nothing has changed");

    let done = scene.rotate();
    let of = |kind: &str| done.as_array().unwrap().iter().filter(|d| d["kind"] == kind).count();
    assert_eq!((of("archive"), of("objects")), (3, 3), "{done}");
    assert_eq!(states(cli), ["expired", "expired", "expired", "dropped", "rehydrated", "verified"]);
    scene.assert_rotated();
    assert_eq!(scene.objects().len(), 6, "two of each archive: the old ones are gone");
    assert_eq!((0..3).map(|n| content(&scene.manifest(n))).collect::<Vec<_>>(), contents);
    assert_eq!(ledger(kept), known);
    for (n, old) in before.iter().enumerate() {
        let manifest = scene.manifest(n);
        assert_eq!(manifest["encryption"]["recipients"], serde_json::json!([scene.new.recipient]));
        assert!(manifest["replaces"].as_array().unwrap().contains(&old["manifest_object"]), "{manifest}");
    }

    // The old identity reads nothing, the new one everything.
    scene.run_as(&scene.old, &["archives", "verify", "--all"]).fails(1, "none of the identities given");
    scene.run_as(&scene.new, &["archives", "verify", "--all"]).succeeds();
    assert_eq!(scene.run_as(&scene.new, &["coverage", "-o", "json"]).json()["verdict"], "complete");
    assert_eq!(scene.run_as(&scene.new, &["messages", "export"]).succeeds().stdout, scene.lines);
    assert_eq!(cli.run(&["stats", "--by", "day", "-o", "json"]).succeeds().stdout, stats, "nothing is counted again");
    assert_eq!(cli.json(&["streams", "list"]), versions);

    // Twice is fine, and changes nothing.
    let objects = scene.objects();
    let again = scene.run(&scene.rotation());
    again.succeeds();
    assert!(again.stderr.contains("nothing to do"), "{again:?}");
    assert_eq!(scene.objects(), objects);
    assert_eq!(states(cli).len(), 6);

    // What is live goes as it would have gone: by its archive, without an upload.
    scene.run_as(&scene.new, &["archives", "release", &id(cli, 1)]).succeeds();
    scene.run_as(&scene.new, &["chunks", "drop", &live[2]]).succeeds();
    assert_eq!(scene.objects(), objects);
    assert_eq!(scene.run_as(&scene.new, &["coverage", "-o", "json"]).json()["verdict"], "complete");
    scene.run_as(&scene.new, &["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, scene.lines);
}

#[test]
fn what_was_kept_is_dropped_in_sql_on_the_word_of_its_archive() {
    let scene = in_a_folder(1);
    let cli = &scene.cli;
    scene.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    scene.rotate();
    let dropped = format!("SELECT count(*) FROM {}.drop_chunks_older_than(interval '1 day')", schema(cli));
    assert_eq!(sql(&cli.db_url, &dropped), "1");
    assert_eq!(states(cli), ["expired", "dropped"]);
    assert_eq!(scene.run_as(&scene.new, &["messages", "export"]).succeeds().stdout, scene.lines);
}

#[test]
fn nobody_is_locked_out_and_what_cannot_be_opened_or_read_back_stays() {
    let scene = in_a_folder(2);
    scene.archive();
    let (objects, old, new) = (scene.objects(), scene.old.recipient.clone(), scene.new.recipient.clone());
    let hidden = ["archives", "rekey", "--remove", &old];
    scene.run(&hidden).fails(4, "no recipient would be left").fails(4, "--add");
    scene.run(&[&hidden[..], &["--dry-run"]].concat()).fails(4, "no recipient would be left");
    // Nobody here could read the result back.
    let only_old = [("EVENTODB_AGE_IDENTITY_FILE", scene.old.file.as_str())];
    scene.run_with(&only_old, &scene.rotation()).fails(2, "read back").fails(2, "the old one and the new one");
    // Nobody here opens what is there.
    let blind = scene.run_as(&scene.new, &scene.rotation());
    blind.fails(1, "none of their identities is given").fails(1, "EVENTODB_AGE_IDENTITY_FILE");
    let contradiction = ["archives", "rekey", "--add", &new, "--remove", &new];
    scene.run(&contradiction).fails(2, "both added and removed");
    scene.cli.run(&["archives", "rekey"]).fails(2, "nobody is named");
    scene.run(&["archives", "rekey", "--add", "age1nonsense"]).fails(2, "a recipient is age1");
    scene.run(&["archives", "rekey", "99999999", "--add", &new]).fails(3, "no archive of this number");
    assert_eq!(scene.objects(), objects);
    assert_eq!(states(&scene.cli), ["dropped", "dropped"]);
    // A damaged one stays, is told, and keeps nobody from the others.
    let data = objects.iter().find(|o| o.to_str().unwrap().ends_with(".csv.zst.age")).unwrap();
    let whole = std::fs::read(data).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(data, damaged).unwrap();
    scene.run(&scene.rotation()).fails(5, "1 archive failed").fails(5, "run the same command again");
    assert_eq!(states(&scene.cli).iter().filter(|s| *s == "dropped").count(), 2);
    std::fs::write(data, whole).unwrap();
    scene.rotate();
    scene.assert_rotated();
    scene.run_as(&scene.new, &["archives", "verify", "--all"]).succeeds();
}

#[test]
fn the_settings_that_do_not_fit_are_told_and_all_archives_come_to_those_that_are_configured() {
    let scene = in_a_folder(2);
    scene.archive();
    let told = scene.run(&scene.rotation());
    told.succeeds();
    assert!(told.stderr.contains("still names") && told.stderr.contains("does not name"), "{told:?}");
    // What the settings say.
    let third = Key::new(&scene.cli, "third.txt");
    let recipients = format!("{},{}", scene.new.recipient, third.recipient);
    let variables = [("EVENTODB_AGE_RECIPIENTS", recipients.as_str()), ("EVENTODB_AGE_IDENTITY_FILE", &scene.new.file)];
    scene.run_with(&variables, &["archives", "rekey", &id(&scene.cli, 0)]).succeeds();
    let recipients = |n| scene.manifest(n)["encryption"]["recipients"].as_array().unwrap().len();
    assert_eq!((recipients(0), recipients(1)), (2, 1), "one archive was named");
    scene.run_with(&variables, &["archives", "rekey"]).succeeds();
    assert_eq!((recipients(0), recipients(1)), (2, 2));
    scene.run_as(&third, &["archives", "verify", "--all"]).succeeds();
    // Of the other part of a range nothing was asked.
    write_late(&scene.cli);
    scene.archive();
    assert_eq!((recipients(0), recipients(1), recipients(2)), (2, 1, 2), "a late row of the first range");
    let first = scene.run_with(&variables, &["archives", "rekey", &id(&scene.cli, 0)]);
    assert!(first.succeeds().stderr.contains("nothing to do"), "{first:?}");
    let late = [variables[0], ("EVENTODB_AGE_IDENTITY_FILE", scene.both.as_str())];
    scene.run_with(&late, &["archives", "rekey"]).succeeds();
    let again = scene.run_with(&variables, &["archives", "rekey", "--all"]);
    again.succeeds();
    assert!(again.stderr.contains("nothing to do") && !again.stderr.contains("still names"), "{again:?}");
}

#[test]
fn archives_that_are_not_encrypted_become_so_and_the_store_alone_gives_the_same() {
    let scene = in_a_folder(3);
    let cli = &scene.cli;
    // Three codecs; the first two in the clear.
    let live = chunks(cli);
    cli.run(&["chunks", "archive", &live[0], "--compression", "gzip"]).succeeds();
    cli.run(&["chunks", "archive", &live[1], "--compression", "none"]).succeeds();
    cli.run(&["archives", "erase", "--stream", "account-5", "--reason", "asked", "--yes"]).succeeds();
    scene.run(&["chunks", "archive", &live[2]]).succeeds();
    let export = scene.run_as(&scene.old, &["messages", "export"]).succeeds().stdout.clone();

    let before = files(&cli.path("store"), |name| name.ends_with(".json"));
    let left = scene.run_as(&scene.old, &["archives", "rekey", "--remove", &scene.new.recipient]);
    left.succeeds();
    assert!(left.stderr.contains("2 archives are not encrypted and stay so"), "{left:?}");
    let variables = [("EVENTODB_AGE_IDENTITY_FILE", scene.both.as_str())];
    let words = scene.rotation();
    let plan = scene.run_with(&variables, &[&words[..], &["--dry-run", "-o", "json"]].concat()).json();
    let actions: Vec<_> = plan.as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["encrypt", "encrypt", "encrypt again"]);
    let done = scene.run_with(&variables, &words);
    done.succeeds();
    scene.assert_rotated();
    let folder = cli.path("store").join(&cli.namespace);
    let plain =
        files(&folder, |name| [".csv", ".csv.gz", ".csv.zst", ".heads.zst"].iter().any(|end| name.ends_with(end)));
    assert_eq!(plain, Vec::<PathBuf>::new());
    // Not by what stays of them, either.
    for path in files(&folder, |name| name.ends_with(".json")).iter().filter(|path| !before.contains(path)) {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("account") && !text.contains("Happened") && !text.contains("asked"), "{path:?}: {text}");
    }
    let hash = done.stderr.lines().find_map(|line| line.split("SHA-256 ").nth(1)).unwrap();
    let hash = &hash[..64];
    let expected = scene.run_as(&scene.new, &["messages", "export"]).succeeds().stdout.clone();
    assert_eq!(expected, export);

    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let lost = lost.with("EVENTODB_STORE", &cli.store()).with("EVENTODB_AGE_IDENTITY_FILE", &scene.new.file);
    lost.run(&["archives", "sync", "--expect-manifest", hash]).succeeds();
    covered(&lost);
    lost.run(&["archives", "verify", "--all"]).succeeds();
    let kept = |cli: &Cli| {
        let all = cli.json(&["archives", "list"]);
        let of = |a: &Value| (a["manifest_object"].clone(), a["state"].clone(), a["messages"].clone());
        all.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(kept(&lost), kept(cli));
    assert_eq!(lost.run(&["messages", "export"]).succeeds().stdout, export);
}

/// Runs a command that a fault ends, then waits until its session is gone.
fn broken_off(scene: &Scene, failpoint: &str, words: &[&str]) {
    let variables = [
        ("EVENTODB_FAILPOINTS", failpoint),
        ("EVENTODB_AGE_RECIPIENTS", &scene.old.recipient),
        ("EVENTODB_AGE_IDENTITY_FILE", &scene.both),
    ];
    let out = scene.run_with(&variables, words);
    assert_ne!(out.code, 0, "{out:?}");
    for _ in 0..200 {
        let held = "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = \
                    (SELECT oid FROM pg_database WHERE datname = current_database()))";
        if sql(&scene.cli.db_url, held) == "t" {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn what_killed_runs_have_left_goes_where_the_removed_one_opens_it_and_is_swept_otherwise() {
    let scene = in_a_folder(1);
    // An archive run that ended before its manifest was written, and one in the middle of an upload.
    broken_off(&scene, "archive.tell-exported.before=kill", &["chunks", "archive", "--older-than", "0d"]);
    broken_off(&scene, "archive.finish-object.before=kill", &["chunks", "archive", "--older-than", "0d"]);
    scene.archive();
    let left = scene.objects().len();
    assert!(left > 3, "objects without a manifest, and a part of one: {left}");
    // And a run of this command: of what it has left the old one opens nothing.
    broken_off(&scene, "rekey.tell-exported.before=kill", &scene.rotation());
    scene.rotate();
    scene.assert_rotated();
    scene.run_as(&scene.new, &["archives", "verify", "--all"]).succeeds();
    assert!(scene.objects().len() > 2, "what the new one opens may stay");
    // It holds what the archive holds, frame by frame: nothing is lost with it.
    scene.run_as(&scene.new, &["archives", "sweep", "--older-than", "0s"]).succeeds();
    assert_eq!(scene.objects().len(), 2);
    scene.run_as(&scene.new, &["archives", "verify", "--all"]).succeeds();
    assert_eq!(scene.run_as(&scene.new, &["messages", "export"]).succeeds().stdout, scene.lines);
}

#[test]
fn an_encrypted_object_without_a_manifest_that_holds_something_else_stays() {
    let scene = in_a_folder(1);
    broken_off(&scene, "archive.tell-exported.before=kill", &["chunks", "archive", "--older-than", "0d"]);
    let stays = scene.objects();
    // Its chunk takes writers again; what it was is in that attempt's object alone.
    scene.run(&["archives", "sweep"]).succeeds();
    sql(&scene.cli.db_url, &format!("UPDATE {}.messages SET data = data || '{{\"more\": 1}}'", schema(&scene.cli)));
    scene.archive();
    scene.run(&scene.rotation()).fails(1, "no manifest to read it by").fails(1, &scene.old.recipient);
    assert!(stays.iter().all(|object| object.exists()));
    assert_eq!(states(&scene.cli).iter().filter(|s| *s == "dropped").count(), 1);
    let kept = |key: &Key| scene.run_as(key, &["archives", "verify", "--all"]).code;
    assert_eq!((kept(&scene.old), kept(&scene.new)), (1, 0));
}

#[test]
fn reads_go_on_while_archives_are_encrypted_again() {
    let scene = in_a_folder(6);
    scene.archive();
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            for _ in 0..12 {
                let read = scene.run(&["messages", "export", "--no-cache"]);
                assert_eq!(read.succeeds().stdout, scene.lines);
            }
        });
        scene.rotate();
        let back = ["archives", "rekey", "--add", &scene.old.recipient];
        scene.run(&back).succeeds();
        reader.join().unwrap();
    });
}

#[test]
fn doctor_tells_for_whom_archives_are_encrypted_where_it_is_not_as_configured() {
    let scene = in_a_folder(2);
    let live = chunks(&scene.cli);
    let found = |variables: &[(&str, &str)]| {
        let checks = scene.run_with(variables, &["doctor", "-o", "json"]).json();
        let check = checks.as_array().unwrap().iter().find(|c| c["check"] == "recipients of archives").cloned();
        check.map(|c| format!("{}: {}", c["verdict"].as_str().unwrap(), c["found"].as_str().unwrap()))
    };
    let with = |key: &Key| {
        let (recipient, both) = (key.recipient.clone(), scene.both.clone());
        found(&[("EVENTODB_AGE_RECIPIENTS", &recipient), ("EVENTODB_AGE_IDENTITY_FILE", &both)])
    };
    assert_eq!(found(&[]), None, "nobody asks for encryption");
    scene.cli.run(&["chunks", "archive", &live[0]]).succeeds();
    assert_eq!(with(&scene.old).unwrap(), "warn: 1 of 1 archive is not encrypted");
    scene.run(&["archives", "rekey"]).succeeds();
    scene.run(&["chunks", "archive", &live[1]]).succeeds();
    assert!(with(&scene.old).unwrap().starts_with("ok: "));
    assert_eq!(found(&[]).unwrap(), "warn: 2 archives are encrypted, and the next one will not be");
    scene.run(&["archives", "rekey", &id(&scene.cli, 0), "--add", &scene.new.recipient]).succeeds();
    let told = with(&scene.old).unwrap();
    assert!(told.starts_with("warn: ") && told.contains(&scene.new.recipient), "{told}");
    scene.run(&["archives", "rekey"]).succeeds();
    assert!(with(&scene.old).unwrap().starts_with("ok: "));
}

#[test]
fn a_database_from_before_takes_the_archives_that_were_encrypted_since() {
    let scene = in_a_folder(2);
    let cli = &scene.cli;
    scene.archive();
    let before: i64 = id(cli, 0).parse().unwrap();
    scene.rotate();
    let after = archives(cli).iter().find(|a| a["id"] == before).unwrap()["superseded_by"].to_string();
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica;
             UPDATE eventodb_store.archives SET state = 'dropped', superseded_by = NULL, objects = 'kept' WHERE id = {before};
             DELETE FROM eventodb_store.archives WHERE id = {after}"
        ),
    );
    scene.run_as(&scene.new, &["archives", "sync"]).succeeds();
    assert_eq!(scene.run_as(&scene.new, &["coverage", "-o", "json"]).json()["verdict"], "complete");
    assert!(scene.run(&scene.rotation()).succeeds().stderr.contains("nothing to do"));
    assert_eq!(scene.run_as(&scene.new, &["messages", "export"]).succeeds().stdout, scene.lines);
}
