//! `lifecycle run` where all goes well.

use serde_json::json;

use super::cli::{entries, sql};
use super::scene::{
    RUN, archive_all, archives, chunks, filled, is_community, night, of, on_s3, set, states, store, two,
};

const DAY: &str = "86400";

#[test]
fn a_run_archives_what_is_old_and_the_next_has_nothing_to_do() {
    let cli = filled(3);
    archive_all(&cli);
    let first = night(&cli, &[]);
    assert_eq!((&first["result"], &first["archived"], &first["messages"]), (&json!("done"), &json!(3), &json!(60)));
    assert_eq!((&first["failed"], &first["left"], &first["exit_code"]), (&json!([]), &json!(0), &json!(0)));
    assert!(first["freed_bytes"].as_i64().unwrap() > 0);
    let ledger = sql(&cli.db_url, "SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM eventodb_store.archives a");
    let second = night(&cli, &[]);
    for done in ["archived", "released", "compressed", "expired", "swept", "left"] {
        assert_eq!(second[done], 0, "{done}");
    }
    assert_eq!(second["result"], "done");
    assert_eq!(
        sql(&cli.db_url, "SELECT md5(string_agg(a::text, '' ORDER BY id)) FROM eventodb_store.archives a"),
        ledger
    );
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_plan_shows_each_step_with_its_bytes_and_changes_nothing() {
    let cli = filled(3);
    set(&cli, &["--compress-after", "0d", "--archive-after", "0d", "--store", &store(&cli)]);
    let before = cli.json(&["chunks", "list"]);
    let plan = cli.json(&["lifecycle", "run", "--dry-run"]);
    let steps = plan.as_array().unwrap();
    let targets: Vec<_> = steps.iter().map(|s| s["target"].as_str().unwrap()).collect();
    assert_eq!(targets, chunks(&cli), "oldest first");
    assert!(
        steps.iter().all(|s| s["action"] == "archive and drop" && s["namespace"] == cli.namespace.as_str()),
        "{plan}"
    );
    let bytes = |list: &serde_json::Value| -> i64 {
        list.as_array().unwrap().iter().map(|c| c["size_bytes"].as_i64().unwrap()).sum()
    };
    assert_eq!(bytes(&plan), bytes(&before), "sizes are those that chunks list shows");
    let told = cli.run(&["lifecycle", "run", "--dry-run"]);
    assert!(told.stderr.contains("dropping would free") && told.stderr.contains("nothing has changed"), "{told:?}");
    assert_eq!((cli.json(&["chunks", "list"]), states(&cli)), (before, "NULL".to_owned()));
    assert_eq!(cli.json(&["policy", "show"])["last_run_at"], json!(null), "a plan is no run");
    if is_community(&cli) {
        set(&cli, &["--archive-after", "never"]);
        let plan = cli.json(&["lifecycle", "run", "--dry-run"]);
        assert!(plan.as_array().unwrap().iter().all(|s| s["action"] == "compress"), "{plan}");
    }
}

#[test]
fn chunks_are_compressed_and_archived_by_their_age() {
    let cli = filled(4);
    // Between the ends of the second and the third week.
    let ages = sql(&cli.db_url, "SELECT floor(extract(epoch FROM now() - '2013-01-20'::timestamptz))::bigint || 's'");
    set(&cli, &["--compress-after", "0d", "--archive-after", &ages, "--store", &store(&cli)]);
    let run = night(&cli, &[]);
    let compressed = if is_community(&cli) { 2 } else { 0 };
    assert_eq!((&run["archived"], &run["compressed"]), (&json!(2), &json!(compressed)));
    assert_eq!(cli.json(&["chunks", "list", "--state", "archived"]).as_array().unwrap().len(), 2);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_run_that_has_no_time_leaves_all_to_the_next() {
    let cli = filled(3);
    archive_all(&cli);
    let run = night(&cli, &["--max-duration", "0s"]);
    assert_eq!((&run["result"], &run["left"], &run["archived"]), (&json!("left"), &json!(3), &json!(0)));
    let policy = cli.json(&["policy", "show"]);
    assert!(policy["last_success_at"].is_null() && !policy["last_run_at"].is_null(), "{policy}");
    assert!(policy["last_error"].as_str().unwrap().contains("time was too short for 3 steps"), "{policy}");
    assert_eq!(night(&cli, &["--max-duration", "10m"])["archived"], 3);
    assert!(cli.json(&["policy", "show"])["last_error"].is_null());
}

#[test]
fn several_chunks_at_a_time_come_to_the_same() {
    let cli = filled(5);
    archive_all(&cli);
    let run = night(&cli, &["--jobs", "3"]);
    assert_eq!((&run["archived"], &run["messages"], &run["result"]), (&json!(5), &json!(100), &json!("done")));
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_lease_keeps_a_chunk_that_came_back_until_it_ends() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    set(&cli, &["--drop-rehydrated-after", "0d"]);
    let id = archives(&cli)[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    let lease = |until: &str| {
        sql(
            &cli.db_url,
            &format!("UPDATE eventodb_store.archives SET lease_until = now() + interval '{until} s' WHERE id = {id}"),
        )
    };
    lease(DAY);
    assert_eq!(night(&cli, &[])["released"], 0);
    assert_eq!((states(&cli).as_str(), chunks(&cli).len()), ("rehydrated", 1));
    lease("-1");
    let run = night(&cli, &[]);
    assert_eq!((&run["released"], &run["archived"], &run["stored_bytes"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!((states(&cli).as_str(), chunks(&cli).len()), ("dropped", 0));
}

#[test]
fn what_came_back_goes_again_by_age_and_stays_without_one() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    let id = archives(&cli)[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    assert_eq!(night(&cli, &[])["released"], 0, "the policy has no age for it");
    set(&cli, &["--drop-rehydrated-after", "1h"]);
    assert_eq!(night(&cli, &[])["released"], 0, "it is younger");
    set(&cli, &["--drop-rehydrated-after", "0d"]);
    let late = "{\"stream\":\"late-1\",\"type\":\"T\",\"data\":null,\"meta\":null,\"time\":\"2013-01-05T00:00:00Z\"}\n";
    cli.run_with(&["messages", "import"], late.as_bytes()).succeeds();
    assert_eq!(night(&cli, &[])["released"], 1);
    assert_eq!(states(&cli), "expired,dropped", "a late message makes it a new generation");
    assert_eq!(
        archives(&cli).iter().filter(|a| a["state"] == "dropped").map(|a| a["messages"].as_i64().unwrap()).sum::<i64>(),
        21
    );
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn archives_past_their_time_are_deleted_and_nothing_is_missed() {
    let cli = filled(2);
    let written = cli.run(&["streams", "version", "account-1"]).stdout;
    archive_all(&cli);
    night(&cli, &[]);
    let ages = sql(&cli.db_url, "SELECT floor(extract(epoch FROM now() - '2013-01-12'::timestamptz))::bigint || 's'");
    set(&cli, &["--expire-archives-after", &ages]);
    let plan = cli.json(&["lifecycle", "run", "--dry-run"]);
    assert_eq!((&plan[0]["action"], plan.as_array().unwrap().len()), (&json!("delete for good"), 1));
    assert_eq!(night(&cli, &[])["expired"], 1);
    assert_eq!(states(&cli), "expired,dropped");
    let folder = cli.path("disk/events/prod").join(&cli.namespace).join("messages/2013");
    let first: Vec<_> = entries(&folder).into_iter().collect();
    let objects: Vec<_> = first.iter().map(|week| entries(&folder.join(week))).collect();
    assert!(objects[0].len() == 1 && objects[0][0].ends_with(".expired.json"), "{objects:?}");
    assert_eq!(objects[1].len(), 3, "{objects:?}");
    cli.run(&["coverage"]).succeeds();
    cli.run(&["archives", "verify", "--all"]).succeeds();
    assert_eq!(cli.run(&["streams", "version", "account-1"]).stdout, written, "versions stay");
    assert_eq!(night(&cli, &[])["expired"], 0);
    // Whoever has only the store knows that nothing is missing.
    sql(&cli.db_url, &format!("DELETE FROM eventodb_store.archives WHERE namespace = '{}'", cli.namespace));
    cli.run(&["archives", "sync", "--store", &store(&cli)]).succeeds();
    assert_eq!(states(&cli), "expired,dropped");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn archives_are_deleted_where_they_are_though_new_ones_go_elsewhere() {
    let cli = filled(1);
    archive_all(&cli);
    night(&cli, &[]);
    let elsewhere = format!("file://{}", cli.path("disk/events/new").display());
    set(&cli, &["--store", &elsewhere, "--expire-archives-after", "1d"]);
    let run = night(&cli, &[]);
    assert_eq!((&run["expired"], &run["failed"]), (&json!(1), &json!([])), "{run}");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn all_namespaces_are_worked_on_each_by_its_own_policy_and_store() {
    let Some((one, two)) = two(2) else { return };
    let one = on_s3(one);
    let url = format!("s3://{}/nights/{}", super::cli::var("EVENTODB_TEST_S3_BUCKET"), uuid::Uuid::new_v4());
    set(&one, &["--archive-after", "0d", "--store", &url]);
    set(&two, &["--archive-after", "1000y", "--store", &store(&two)]);
    let summary = one.json(&["lifecycle", "run", "--all-namespaces"]);
    assert_eq!((&of(&summary, &one)["archived"], &of(&summary, &two)["archived"]), (&json!(2), &json!(0)));
    assert_eq!(summary.as_array().unwrap().len(), 2);
    assert!(archives(&one).iter().all(|a| a["store_url"] == url.as_str()));
    one.run(&["archives", "verify", "--all"]).succeeds();
    let none = two.run(&[&RUN[..], &["--all-namespaces", "--dry-run"]].concat());
    assert!(none.succeeds().stderr.contains("nothing to do"), "{none:?}");
}
