//! A ledger, a manifest or a link that leads out of the store's folder leads nowhere.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::cli::{Cli, made_up, sql};

/// A namespace with one archive, and a copy of the store beside it: whoever is led there finds what is expected.
struct Led {
    cli: Cli,
    keys: [String; 3],
}

const KEYS: [&str; 3] = ["object_key", "manifest_key", "heads_key"];

impl Led {
    fn new() -> Self {
        let cli = Cli::new();
        let file = cli.file("in.ndjson", made_up(1, 20));
        cli.run(&["messages", "import", &file]).succeeds();
        cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &cli.store()]).succeeds();
        let keys = KEYS.map(|k| sql(&cli.db_url, &format!("SELECT {k} FROM eventodb_store.archives")));
        for key in &keys {
            let copy = cli.path("outside").join(key);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(cli.path("store").join(key), copy).unwrap();
        }
        Self { cli, keys }
    }

    /// Every verb that reads or writes archives fails, and neither the messages nor what is outside have changed.
    fn leads_nowhere(&self, why: &str) {
        let before = tree(&self.cli.path("outside"));
        for args in
            [&["archives", "verify", "--all"][..], &["archives", "rehydrate", "--from", "2012-01-01"], &["coverage"]]
        {
            let out = self.cli.run(args);
            assert_ne!(out.code, 0, "{why}: {args:?} {out:?}");
        }
        let there = format!("SELECT count(*) FROM tsdb_{}.messages", self.cli.namespace);
        assert_eq!(sql(&self.cli.db_url, &there), "0", "{why}");
        assert_eq!(tree(&self.cli.path("outside")), before, "{why}");
    }

    fn set(&self, column: &str, value: &str) {
        let value = value.replace('\'', "''");
        sql(&self.cli.db_url, &format!("UPDATE eventodb_store.archives SET {column} = '{value}'"));
    }

    fn comes_back(&self) {
        self.cli.run(&["archives", "verify", "--all"]).succeeds();
        self.cli.run(&["coverage"]).succeeds();
        self.cli.run(&["archives", "rehydrate", "--from", "2012-01-01"]).succeeds();
    }
}

fn tree(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(tree(&path));
        } else {
            all.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}

#[test]
fn keys_in_the_ledger_that_leave_the_store_are_not_followed() {
    let led = Led::new();
    let outside = led.cli.path("outside").display().to_string();
    let forms = [
        "../outside/KEY",
        "./../outside/KEY",
        "x/../../outside/KEY",
        "ABS/KEY",
        "%2e%2e/outside/KEY",
        "..\\outside\\KEY",
    ];
    for form in forms {
        let led_to = |key: &str| form.replace("ABS", &outside).replace("KEY", key);
        // One by one and all together.
        for which in 0..=KEYS.len() {
            for (i, (column, key)) in KEYS.iter().zip(&led.keys).enumerate() {
                led.set(column, &if which == i || which == KEYS.len() { led_to(key) } else { key.clone() });
            }
            if which == 0 || which == 2 {
                // The manifest names these two itself: the ledger's are told, not followed.
                continue;
            }
            led.leads_nowhere(form);
        }
        for (column, key) in KEYS.iter().zip(&led.keys) {
            led.set(column, key);
        }
    }
    led.comes_back();
}

#[test]
fn names_in_a_manifest_that_leave_the_store_are_not_followed() {
    let led = Led::new();
    let path = led.cli.path("store").join(&led.keys[1]);
    let original = fs::read_to_string(&path).unwrap();
    let sign = |text: &str| {
        fs::write(&path, text).unwrap();
        led.set("manifest_sha256", &hex::encode(Sha256::digest(text)));
    };
    let absolute = led.cli.path("outside").display().to_string();
    for key in [&led.keys[0], &led.keys[2]] {
        for to in [format!("../outside/{key}"), format!("{absolute}/{key}"), format!("x/../../outside/{key}")] {
            let forged = original.replace(&format!("\"{key}\""), &serde_json::json!(to).to_string());
            assert_ne!(forged, original);
            sign(&forged);
            // The heads are read by `coverage` alone.
            let before = tree(&led.cli.path("outside"));
            let out = led.cli.run(&["coverage"]);
            assert_ne!(out.code, 0, "{to} {out:?}");
            assert_eq!(tree(&led.cli.path("outside")), before);
            if *key == led.keys[0] {
                led.leads_nowhere(&to);
            }
        }
    }
    sign(&original);
    led.comes_back();
}

#[test]
fn links_in_the_store_are_not_followed_and_hard_links_are_files_like_any_other() {
    let led = Led::new();
    let store = led.cli.path("store");
    // The object itself.
    for key in &led.keys {
        let path = store.join(key);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(led.cli.path("outside").join(key), &path).unwrap();
    }
    led.leads_nowhere("links to objects");
    for key in &led.keys {
        fs::remove_file(store.join(key)).unwrap();
    }
    // A folder on the way.
    let namespace = store.join(&led.cli.namespace);
    fs::rename(&namespace, led.cli.path("aside")).unwrap();
    std::os::unix::fs::symlink(led.cli.path("outside").join(&led.cli.namespace), &namespace).unwrap();
    led.leads_nowhere("a link to a folder");
    // Nothing is written through it either.
    let file = led.cli.file("later.ndjson", "{\"stream\":\"b-1\",\"type\":\"T\",\"time\":\"2014-01-05T00:00:00Z\"}\n");
    led.cli.run(&["messages", "import", &file]).succeeds();
    let before = tree(&led.cli.path("outside"));
    let out = led.cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &led.cli.store()]);
    out.fails(1, "symbolic link");
    assert_eq!(tree(&led.cli.path("outside")), before);
    fs::remove_file(&namespace).unwrap();
    for key in &led.keys {
        let path = store.join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::hard_link(led.cli.path("outside").join(key), path).unwrap();
    }
    led.comes_back();
}
