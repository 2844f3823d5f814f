//! What is gone from a store: the night, the morning's report and `doctor` say which archives lack what, and what to do.

use std::path::{Path, PathBuf};

use eventodb_admin::store::{Credentials, ObjectKey, Store, StoreSettings, StoreUrl};
use serde_json::{Value, json};

use super::cli::{Cli, sql, var};
use super::scene::{RUN, archive_all, filled, night, on_s3, run_json, set, store};

/// An object of the oldest archive, by its column in the ledger.
fn key(cli: &Cli, column: &str) -> String {
    let oldest = format!(
        "SELECT {column} FROM eventodb_store.archives WHERE namespace = '{}' ORDER BY id LIMIT 1",
        cli.namespace
    );
    sql(&cli.db_url, &oldest)
}

fn file(folder: &str, key: &str) -> PathBuf {
    Path::new(folder.trim_start_matches("file://")).join(key)
}

fn second(cli: &Cli) -> String {
    format!("file://{}", cli.path("other/events/prod").display())
}

fn report(cli: &Cli) -> Value {
    cli.json(&["report"])["namespaces"][0].clone()
}

fn objects_of_archives(cli: &Cli) -> Value {
    let checks: Value = serde_json::from_str(&cli.run(&["doctor", "-o", "json"]).stdout).unwrap();
    let all = checks.as_array().unwrap();
    let bad = all.iter().find(|c| c["check"] == "objects of archives" && c["verdict"] != "ok");
    bad.or(all.iter().find(|c| c["check"] == "objects of archives")).unwrap().clone()
}

/// Runs a night that finds what a store lacks, and looks at what report and doctor say before it.
#[track_caller]
fn all_tell(cli: &Cli, url: &str, what: &str, way: &str) {
    let told = report(cli);
    assert_eq!(told["level"], "alarm", "before the night: {told}");
    let notice = &told["notices"][0];
    assert!(notice["text"].as_str().unwrap().contains(what), "{what}: {notice}");
    assert!(notice["hint"].as_str().unwrap().contains(&format!("-n {} archives verify", cli.namespace)), "{notice}");
    let check = objects_of_archives(cli);
    assert_eq!(check["verdict"], "fail", "{check}");
    assert!(check["found"].as_str().unwrap().contains(what) && check["fix"].as_str().unwrap().contains(way), "{check}");
    let out = cli.run(&[&RUN[..], &["-o", "json"]].concat());
    out.fails(5, what).fails(5, way);
    let run: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&run[0]["result"], &run[0]["failed"]), (&json!("failed"), &json!([url])), "{run}");
    assert_eq!(report(cli)["last_run"]["result"], "failed");
}

#[test]
fn what_an_only_copy_lacks_is_told_by_night_report_and_doctor_until_it_is_back() {
    let cli = filled(2);
    archive_all(&cli);
    night(&cli, &[]);
    let id = key(&cli, "id");
    for (column, left, what, way) in [
        ("object_key", None, format!("archive {id} lacks its data"), "put the data back"),
        ("object_key", Some(7), format!("the data of archive {id} has 7 bytes"), "put the data back"),
        ("manifest_key", None, format!("archive {id} lacks its manifest"), "--repair writes manifest"),
        ("heads_key", Some(0), format!("the stream list of archive {id} is empty"), "--repair writes manifest"),
    ] {
        let object = file(&store(&cli), &key(&cli, column));
        let whole = std::fs::read(&object).unwrap();
        match left {
            None => std::fs::remove_file(&object).unwrap(),
            Some(bytes) => std::fs::write(&object, &whole[..bytes]).unwrap(),
        }
        all_tell(&cli, &store(&cli), &what, way);
        std::fs::write(&object, whole).unwrap();
        assert_eq!(night(&cli, &[])["result"], "done");
        assert_eq!(objects_of_archives(&cli)["verdict"], "ok");
        assert_eq!(report(&cli)["level"], "good", "{}", report(&cli));
    }
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_copy_that_lacks_something_is_told_and_the_next_night_makes_it_again() {
    let cli = filled(2);
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    set(&cli, &["--archive-after", "0d", "--store", &store(&cli), "--copy", &second(&cli)]);
    night(&cli, &[]);
    let id = key(&cli, "id");
    let object = file(&second(&cli), &key(&cli, "object_key"));
    let whole = std::fs::read(&object).unwrap();
    std::fs::remove_file(&object).unwrap();
    all_tell(&cli, &second(&cli), &format!("archive {id} lacks its data"), "from a copy in another store");
    let told = report(&cli);
    assert_eq!((&told["level"], &told["damaged_copies"]), (&json!("alarm"), &json!(1)), "{told}");
    let run = night(&cli, &[]);
    assert_eq!((&run["result"], &run["copied"]), (&json!("done"), &json!(1)), "{run}");
    assert_eq!(std::fs::read(&object).unwrap(), whole);
    // The first copy is made again where somebody says so.
    let first = file(&store(&cli), &key(&cli, "manifest_key"));
    std::fs::remove_file(&first).unwrap();
    all_tell(&cli, &store(&cli), &format!("archive {id} lacks its manifest"), "from a copy in another store");
    cli.run(&["archives", "verify", &id, "--repair"]).succeeds();
    assert_eq!(night(&cli, &[])["result"], "done");
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage", "--copies", "2"]).succeeds();
}

#[test]
fn a_night_whose_archives_lie_in_a_store_that_is_gone_does_not_end_well() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    // What comes from now on goes elsewhere; what is archived lies in the first store alone.
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    set(&cli, &["--archive-after", "0d", "--store", &second(&cli)]);
    assert_eq!(night(&cli, &[])["result"], "done");
    std::fs::rename(cli.path("disk/events/prod"), cli.path("away")).unwrap();
    let (code, run) = run_json(&cli, &RUN);
    assert_eq!((code, &run[0]["failed"]), (4, &json!([store(&cli)])), "{run}");
    std::fs::rename(cli.path("away"), cli.path("disk/events/prod")).unwrap();
    assert_eq!(night(&cli, &[])["result"], "done");
}

/// Deletes an object of a bucket, as somebody else would.
fn delete(url: String, key: String) {
    let deleted = std::thread::spawn(move || {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
            let settings = StoreSettings {
                endpoint: Some(var("AWS_ENDPOINT_URL_S3")),
                region: Some(var("AWS_REGION")),
                credentials: Some(Credentials {
                    access_key_id: var("AWS_ACCESS_KEY_ID"),
                    secret_access_key: var("AWS_SECRET_ACCESS_KEY"),
                    session_token: None,
                }),
                ..StoreSettings::default()
            };
            let store = Store::open(&url.parse::<StoreUrl>().unwrap(), &settings).await.unwrap();
            store.delete(&ObjectKey::new(key).unwrap()).await.unwrap();
        });
    });
    deleted.join().unwrap();
}

#[test]
fn what_a_bucket_lacks_is_told_as_what_a_folder_does() {
    let url = format!("s3://{}/lacking/{}", var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4());
    let cli = on_s3(filled(1));
    set(&cli, &["--archive-after", "0d", "--store", &url]);
    assert_eq!(night(&cli, &[])["archived"], 1);
    assert_eq!((&report(&cli)["level"], &night(&cli, &[])["result"]), (&json!("good"), &json!("done")));
    let id = key(&cli, "id");
    delete(url.clone(), key(&cli, "manifest_key"));
    all_tell(&cli, &url, &format!("archive {id} lacks its manifest"), "--repair writes manifest");
    cli.run(&["archives", "verify", &id, "--repair"]).succeeds();
    assert_eq!(night(&cli, &[])["result"], "done");
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout.lines().count(), 20);
}
