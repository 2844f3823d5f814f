//! Archives in two stores: what is copied, what waits for it, and what goes on where one of the stores is away or damaged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cli::{Cli, Out, made_up, sql, var};
use super::scene::{RUN, archives, chunks, filled, night, on_s3, set, store};

fn second(cli: &Cli) -> String {
    format!("file://{}", cli.path("other/events/prod").display())
}

/// A policy that archives all that has ended, to two folders.
fn two_stores(cli: &Cli, words: &[&str]) {
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    set(cli, &[&["--archive-after", "0d", "--store", &store(cli), "--copy", &second(cli)], words].concat());
}

fn folder(url: &str) -> PathBuf {
    PathBuf::from(url.trim_start_matches("file://"))
}

/// What lies in a store, but for the marks that tell whose it is.
fn objects(url: &str) -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let (root, mut found) = (folder(url), BTreeMap::new());
    walk(&root, &root, &mut found);
    found.retain(|name, _| !name.ends_with("owner.json"));
    found
}

/// Takes a store away, and gives it back where it is dropped.
struct Away(PathBuf, PathBuf);

impl Away {
    fn new(cli: &Cli, url: &str) -> Self {
        let (there, aside) = (folder(url), cli.path("aside"));
        std::fs::rename(&there, &aside).unwrap();
        Self(there, aside)
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        std::fs::rename(&self.1, &self.0).unwrap();
    }
}

fn copies(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT string_agg(DISTINCT c.state, ',' ORDER BY c.state) FROM eventodb_store.copies c WHERE c.namespace = '{}'",
            cli.namespace
        ),
    )
}

/// One warning that a store is away, and no more.
#[track_caller]
fn one_warning(out: &Out, url: &str) {
    out.succeeds();
    let told = out.stderr.lines().filter(|line| line.contains(url)).count();
    assert_eq!(told, 1, "{out:?}");
}

/// A file of a store that ends so, with its first or middle byte turned.
fn damage(url: &str, ending: &str) -> String {
    let name = objects(url).into_keys().find(|name| name.ends_with(ending)).unwrap();
    let path = folder(url).join(&name);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, bytes).unwrap();
    name
}

#[test]
fn a_chunk_goes_once_its_archive_lies_in_every_store() {
    let cli = filled(3);
    two_stores(&cli, &[]);
    let run = night(&cli, &[]);
    assert_eq!((&run["archived"], &run["waiting"], &run["result"]), (&json!(3), &json!(0), &json!("done")), "{run}");
    assert!(chunks(&cli).is_empty());
    assert_eq!(objects(&store(&cli)), objects(&second(&cli)), "the same bytes under the same names");
    assert_eq!(objects(&store(&cli)).len(), 9);
    assert!(archives(&cli).iter().all(|a| a["copies"] == json!([second(&cli)])));
    assert_eq!(copies(&cli), "verified");
    cli.run(&["coverage", "--copies", "2"]).succeeds();
    cli.run(&["coverage", "--copies", "3"]).fails(5, "3 findings");
    let told = cli.json(&["archives", "verify", "--all"]);
    assert_eq!(told.as_array().unwrap().len(), 6, "each copy is read back");
    assert_eq!(night(&cli, &[])["copied"], 0, "nothing is left to do");
}

#[test]
fn a_chunk_waits_for_a_store_that_is_away_and_goes_without_a_second_export_once_it_is_back() {
    let cli = filled(2);
    two_stores(&cli, &["--drop-after-copies", "2"]);
    night(&cli, &["--max-duration", "0s"]);
    {
        // It was never there: the disk is not mounted.
        std::fs::rename(cli.path("other"), cli.path("unmounted")).unwrap();
        let out = cli.run(&[&RUN[..], &["-o", "json"]].concat());
        out.succeeds();
        assert!(out.stderr.contains("is away"), "{out:?}");
        let run: Value = serde_json::from_str(&out.stdout).unwrap();
        assert_eq!((&run[0]["archived"], &run[0]["waiting"]), (&json!(0), &json!(2)), "{run}");
        assert_eq!(chunks(&cli).len(), 2, "nothing is dropped on one copy");
        std::fs::rename(cli.path("unmounted"), cli.path("other")).unwrap();
    }
    cli.run_with(&["messages", "write", "late-1", "T"], b"").succeeds();
    let run = night(&cli, &[]);
    assert_eq!((&run["archived"], &run["waiting"]), (&json!(2), &json!(0)), "{run}");
    assert!(archives(&cli).iter().all(|a| a["generation"] == 1), "no chunk was exported again");
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn with_fewer_copies_asked_for_than_there_are_stores_the_chunk_goes_and_the_copy_comes_later() {
    let cli = filled(2);
    two_stores(&cli, &["--drop-after-copies", "1"]);
    std::fs::rename(cli.path("other"), cli.path("unmounted")).unwrap();
    assert_eq!(night(&cli, &[])["archived"], 2);
    let few = cli.run(&["coverage", "--copies", "2"]);
    assert!(few.fails(5, "archives copy --all").stdout.contains("is in 1 of 2 stores"), "{few:?}");
    std::fs::rename(cli.path("unmounted"), cli.path("other")).unwrap();
    let run = night(&cli, &[]);
    assert_eq!((&run["copied"], &run["result"]), (&json!(2), &json!("done")), "{run}");
    assert_eq!(objects(&store(&cli)), objects(&second(&cli)));
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn every_verb_goes_on_by_the_second_store_where_the_first_is_gone_for_good() {
    let cli = filled(3);
    two_stores(&cli, &["--drop-after-copies", "1"]);
    let before = cli.run(&["messages", "export"]).stdout;
    night(&cli, &[]);
    std::fs::remove_dir_all(folder(&store(&cli))).unwrap();
    let gone = store(&cli);

    let read = cli.run(&["messages", "export"]);
    one_warning(&read, &gone);
    assert_eq!(read.stdout, before);
    one_warning(&cli.run(&["coverage"]), &gone);
    let id = archives(&cli)[0]["id"].to_string();
    one_warning(&cli.run(&["archives", "cat", &id]), &gone);
    one_warning(&cli.run(&["archives", "show", &id]), &gone);
    one_warning(&cli.run(&["archives", "find", "--stream", "account-1"]), &gone);
    one_warning(&cli.run(&["archives", "rehydrate", &id]), &gone);
    one_warning(&cli.run(&["archives", "release", &id]), &gone);
    // What is new is archived where there is a store.
    let later = made_up(5, 20).lines().skip(3 * 20).collect::<Vec<_>>().join("\n");
    cli.run_with(&["messages", "import"], later.as_bytes()).succeeds();
    let newest = chunks(&cli).pop().unwrap();
    one_warning(&cli.run(&["chunks", "archive", &newest]), &gone);
    let out = cli.run(&RUN);
    one_warning(&out, &gone);
    assert!(chunks(&cli).is_empty());
    assert_eq!(cli.run(&["chunks", "archive", "--older-than", "0d"]).code, 0, "there is nothing to archive");
    cli.run(&["archives", "prune", "--older-than", "0d", "--superseded", "--yes"]).succeeds();
    let all = cli.run(&["messages", "export"]);
    one_warning(&all, &gone);
    assert!(all.stdout.starts_with(before.as_str()));
    cli.run(&["policy", "set", "--remove-copy", &gone]).succeeds();
    let quiet = cli.run(&["coverage"]);
    assert!(!quiet.succeeds().stderr.contains(&gone), "{quiet:?}");
}

#[test]
fn a_damaged_archive_is_read_from_the_other_copy_and_made_anew_from_it() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    let before = cli.run(&["messages", "export"]).stdout;
    night(&cli, &[]);
    let whole = objects(&store(&cli));
    for ending in [".csv.zst", ".heads.zst", ".manifest.json"] {
        damage(&store(&cli), ending);
        let read = cli.run(&["messages", "export"]);
        assert_eq!(read.succeeds().stdout, before, "{ending}");
        cli.run(&["coverage"]).succeeds();
        let out = cli.run(&["archives", "verify", "--all", "-o", "json"]);
        assert_eq!(out.code, 5, "{ending}: {out:?}");
        let out = cli.run(&["archives", "verify", "--all", "--repair", "-o", "json"]);
        out.succeeds();
        assert!(out.stdout.contains("repaired"), "{out:?}");
        assert_eq!(objects(&store(&cli)), whole, "{ending}");
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
    damage(&store(&cli), ".csv.zst");
    let id = archives(&cli)[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_damaged_copy_counts_for_nothing_and_the_night_makes_it_anew() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    for ending in [".csv.zst", ".heads.zst", ".manifest.json"] {
        damage(&second(&cli), ending);
        cli.run(&["archives", "verify", "--all"]).fails(5, "other/events/prod");
        assert_eq!(copies(&cli), "damaged,verified");
        assert_eq!(night(&cli, &[])["copied"], 1, "{ending}");
        assert_eq!(objects(&store(&cli)), objects(&second(&cli)), "{ending}");
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
}

#[test]
fn of_two_copies_that_differ_the_hashes_tell_which_is_right_and_with_both_wrong_neither_is_believed() {
    let cli = filled(1);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    damage(&store(&cli), ".csv.zst");
    damage(&second(&cli), ".csv.zst");
    let (one, two) = (objects(&store(&cli)), objects(&second(&cli)));
    let out = cli.run(&["archives", "verify", "--all", "--repair"]);
    assert_eq!(out.code, 5, "{out:?}");
    let id = archives(&cli)[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).fails(5, "");
    assert_eq!((objects(&store(&cli)), objects(&second(&cli))), (one, two), "nothing was touched");
}

#[test]
fn what_is_pruned_is_pruned_in_every_store_and_where_one_was_away_the_next_run_does_it() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"];
    {
        let _away = Away::new(&cli, &second(&cli));
        let out = cli.run(&prune);
        assert!(out.succeeds().stderr.contains("the next run tries again"), "{out:?}");
        assert_eq!(copies(&cli), "deleting");
    }
    assert_eq!(objects(&second(&cli)).len(), 6);
    night(&cli, &[]);
    assert_eq!(copies(&cli), "deleted");
    let left = objects(&second(&cli));
    assert!(left.len() == 2 && left.keys().all(|name| name.ends_with(".expired.json")), "{:?}", left.keys());
    assert_eq!(left, objects(&store(&cli)), "who has only this store knows that nothing is missing");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn what_is_erased_is_erased_in_every_store_and_said_where_it_could_not_be() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    let secret = "4711-the-secret";
    let line = format!(
        "{{\"stream\":\"person-1\",\"type\":\"T\",\"data\":{{\"name\":\"{secret}\"}},\"time\":\"2013-01-04T00:00:00Z\"}}\n"
    );
    cli.run_with(&["messages", "import"], line.as_bytes()).succeeds();
    night(&cli, &[]);
    let holds = |url: &str| {
        let unpack = |bytes: &Vec<u8>| zstd::decode_all(&bytes[..]).unwrap_or_default();
        let texts = objects(url).into_iter().filter(|(name, _)| name.ends_with(".csv.zst")).map(|(_, b)| unpack(&b));
        texts.into_iter().any(|text| String::from_utf8_lossy(&text).contains(secret))
    };
    assert!(holds(&store(&cli)) && holds(&second(&cli)));
    let erase = ["archives", "erase", "--stream", "person-1", "--reason", "request", "--yes"];
    {
        let _away = Away::new(&cli, &second(&cli));
        cli.run(&erase).fails(1, "other/events/prod");
    }
    assert!(!holds(&store(&cli)) && holds(&second(&cli)));
    cli.run(&erase).succeeds();
    assert!(!holds(&store(&cli)) && !holds(&second(&cli)));
    night(&cli, &[]);
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn an_erasure_in_the_store_that_is_asked_for_does_not_speak_for_the_one_that_the_ledger_has() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    let (one, two) = (store(&cli), second(&cli));
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "request", "--yes"];
    {
        let _away = Away::new(&cli, &two);
        cli.run(&erase).fails(1, "other/events/prod");
    }
    // The database is lost, and the store comes first that has the content still.
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    lost.run(&["archives", "sync", "--store", &two]).succeeds();
    lost.run(&["archives", "claim", "--store", &two, "--yes"]).succeeds();
    lost.run(&["archives", "claim", "--store", &one, "--yes"]).succeeds();
    let told = lost.run(&["archives", "sync", "--store", &one]);
    let lineage =
        told.fails(5, "--from ").stderr.split_once("--from ").unwrap().1.split(' ').next().unwrap().to_owned();
    lost.run(&["archives", "sync", "--store", &one, "--from", &lineage]).succeeds();
    let old = |url: &str| objects(url).keys().filter(|name| name.contains(".0001-") && name.contains(".csv")).count();
    assert_eq!((old(&one), old(&two)), (0, 2));
    let erasing = |more: &[&str]| lost.run(&[&erase[..], more].concat());
    for _ in 0..2 {
        let erased = erasing(&["--store", &one]);
        erased.fails(5, "by the ledger 2 archives are there").fails(5, "without --store");
        assert_eq!(old(&two), 2);
    }
    // Somebody who knows that it is gone says so; what is there is erased by the command that the hint names.
    erasing(&["--store", &one, "--gone", &two]).succeeds();
    erasing(&[]).succeeds();
    assert_eq!((old(&one), old(&two)), (0, 0));
    lost.run(&["coverage"]).succeeds();
}

#[test]
fn the_ledger_comes_back_from_either_store_and_the_other_is_known_as_a_copy() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    let before = cli.run(&["messages", "export"]).stdout;
    night(&cli, &[]);
    let Some(lost) = cli.after_the_database_is_lost() else { return };
    let (one, two) = (store(&cli), second(&cli));
    lost.run(&["archives", "sync", "--store", &two]).succeeds();
    lost.run(&["archives", "claim", "--store", &two, "--yes"]).succeeds();
    assert_eq!(lost.run(&["messages", "export"]).succeeds().stdout, before);
    lost.run(&["archives", "claim", "--store", &one, "--yes"]).succeeds();
    lost.run(&["archives", "sync", "--store", &one]).succeeds();
    assert_eq!(copies(&lost), "planned");
    lost.run(&["archives", "copy", "--all", "--to", &one]).succeeds();
    assert_eq!(copies(&lost), "verified");
    lost.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn a_store_is_taken_out_of_service_only_where_every_archive_lies_in_another_one() {
    let cli = filled(2);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    set(&cli, &["--copy", &second(&cli)]);
    let remove = ["policy", "set", "--remove-copy", &store(&cli)];
    cli.run(&remove).fails(4, "2 archives have a verified copy in no other store");
    assert_eq!(cli.json(&["policy", "show"])["store_url"], store(&cli).as_str());
    cli.run(&["archives", "copy", "--all"]).succeeds();
    cli.run(&remove).succeeds();
    assert_eq!(cli.json(&["policy", "show"])["store_url"], second(&cli).as_str());
    assert!(archives(&cli).iter().all(|a| a["store_url"] == second(&cli).as_str() && a["copies"] == json!([])));
    assert_eq!(copies(&cli), "abandoned");
    // What is in it still is nobody's to vouch for.
    let erasing = |stream: &str, more: &[&str]| {
        cli.run(&[&["archives", "erase", "--stream", stream, "--reason", "asked to", "--yes"], more].concat())
    };
    let left = "SELECT count(*) FROM eventodb_store.erasures WHERE finished_at IS NULL";
    for _ in 0..2 {
        let erased = erasing("account-1", &[]);
        let said = format!("copies of 2 archives may still be in {}, which was taken out of service", store(&cli));
        erased.fails(5, &said).fails(5, "--gone");
        assert_eq!(sql(&cli.db_url, left), "1");
    }
    erasing("account-1", &["--gone", &second(&cli)]).fails(3, "out of service");
    // Somebody who knows that it is gone says so; of a stream that no archive has nothing is there.
    let ended = erasing("account-1", &["--gone", &store(&cli)]);
    assert!(ended.succeeds().stderr.contains("counts as erased"), "{ended:?}");
    assert_eq!(sql(&cli.db_url, left), "0");
    cli.run(&["messages", "write", "other-1", "T"]).succeeds();
    erasing("other-1", &[]).succeeds();
    std::fs::remove_dir_all(folder(&store(&cli))).unwrap();
    cli.run(&["coverage"]).succeeds();
    assert_eq!(night(&cli, &[])["result"], "done");
}

#[test]
fn archives_are_moved_and_nothing_is_left_where_they_were() {
    let cli = filled(2);
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli)]);
    night(&cli, &[]);
    let before = objects(&store(&cli));
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    let to = second(&cli);
    let moving = ["archives", "copy", "--all", "--move", "--to", &to, "--yes"];
    cli.run(&moving).fails(2, "the policy does not name");
    set(&cli, &["--store", &to]);
    cli.run(&moving).succeeds();
    assert_eq!(objects(&to), before);
    assert!(objects(&store(&cli)).is_empty());
    assert!(archives(&cli).iter().all(|a| a["store_url"] == to.as_str()));
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
    assert_eq!(cli.run(&moving).succeeds().stdout.lines().count(), 0, "nothing is left to do");
}

#[test]
fn a_folder_and_a_bucket_are_copies_of_each_other() {
    let cli = on_s3(filled(2));
    let bucket = format!("s3://{}/copies/{}", var("EVENTODB_TEST_S3_BUCKET"), cli.namespace);
    set(&cli, &["--archive-after", "0d", "--store", &bucket, "--copy", &store(&cli)]);
    let before = cli.run(&["messages", "export"]).stdout;
    assert_eq!(night(&cli, &[])["archived"], 2);
    cli.run(&["coverage", "--copies", "2"]).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    let read = cli.run_in(&[("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")], &["messages", "export"], b"");
    assert_eq!(read.succeeds().stdout, before);
    let _away = Away::new(&cli, &store(&cli));
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, before);
}

#[test]
fn what_is_held_stays_in_every_store_and_what_binds_lies_in_each() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    let before = (objects(&store(&cli)), objects(&second(&cli)));
    cli.run(&["holds", "place", "--case", "4711", "--whole-namespace"]).succeeds();
    let prune = ["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"];
    cli.run(&prune).fails(4, "4711");
    // The rows are lost, and the first store is away: the second one's word binds.
    sql(&cli.db_url, &format!("DELETE FROM eventodb_store.holds WHERE namespace = '{}'", cli.namespace));
    {
        let _away = Away::new(&cli, &store(&cli));
        cli.run(&prune).fails(4, "4711");
    }
    let data = |all: &BTreeMap<String, Vec<u8>>| all.keys().filter(|name| name.contains("/messages/")).count();
    let after = (objects(&store(&cli)), objects(&second(&cli)));
    assert_eq!((data(&after.0), data(&after.1)), (before.0.len(), before.1.len()));
}

#[test]
fn what_runs_have_left_is_swept_in_every_store() {
    let cli = filled(2);
    two_stores(&cli, &[]);
    night(&cli, &[]);
    // As a process that was killed leaves it.
    let left = |url: &str| {
        let name = objects(url).keys().find(|name| name.contains("/messages/")).unwrap().clone();
        let path = folder(url).join(format!("{name}.tmp-abcd1234"));
        std::fs::write(&path, "half").unwrap();
        let old = std::time::SystemTime::now() - std::time::Duration::from_hours(48);
        std::fs::File::open(&path).unwrap().set_modified(old).unwrap();
        path
    };
    let stores = [store(&cli), second(&cli)];
    let found = stores.clone().map(|url| left(&url));
    let swept = cli.json(&["archives", "sweep", "--dry-run"]);
    let told = |url: &String| swept.as_array().unwrap().iter().filter(|row| row["store_url"] == url.as_str()).count();
    assert_eq!(stores.each_ref().map(told), [1, 1], "{swept}");
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(found.each_ref().map(|path| path.exists()), [false, false]);
    let found = stores.clone().map(|url| left(&url));
    assert_eq!(night(&cli, &[])["swept"], 2);
    assert_eq!(found.each_ref().map(|path| path.exists()), [false, false]);
    // One that is away keeps nobody from the other.
    let found = left(&stores[0]);
    let _away = Away::new(&cli, &stores[1]);
    let out = cli.run(&["archives", "sweep"]);
    out.succeeds();
    assert!(!found.exists() && out.stderr.contains("is away"), "{out:?}");
}
