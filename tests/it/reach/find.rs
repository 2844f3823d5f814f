//! Archives that hold something, and what is in them.

use serde_json::json;

use super::cli::Cli;
use super::{fetched, filled, mixed};

fn archived() -> (Cli, String) {
    let lines = mixed(3, 200);
    let cli = filled(&lines);
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    (cli, lines)
}

#[test]
fn streams_categories_messages_and_instants_are_found_in_their_archives() {
    let (cli, lines) = archived();
    let ids: Vec<i64> =
        cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].as_i64().unwrap()).collect();
    let line = |n: usize| serde_json::from_str::<serde_json::Value>(lines.lines().nth(n).unwrap()).unwrap();
    let all = |what: &str, name: &str| {
        let found = cli.json(&["archives", "find", what, name]);
        let messages = |f: &serde_json::Value| f["messages"].as_i64().unwrap();
        (found.as_array().unwrap().len(), found.as_array().unwrap().iter().map(messages).sum::<i64>())
    };
    let count = |part: &str| lines.lines().filter(|l| l.contains(part)).count() as i64;
    assert_eq!(all("--stream", "account-0"), (3, count("\"stream\":\"account-0\"")));
    assert_eq!(all("--category", "account"), (3, count("\"stream\":\"account-")));
    assert_eq!(all("--category", "nobody"), (0, 0));
    cli.run(&["archives", "find", "--stream", "nobody-1"]).fails(3, "nobody-1");
    let week = cli.json(&["archives", "find", "--time", "2013-01-12T03:00:00Z"]);
    assert_eq!((week.as_array().unwrap().len(), &week[0]["archive_id"]), (1, &json!(ids[1])));
    let m = line(250);
    for (what, value) in [("--global-position", m["gpos"].to_string()), ("--id", m["id"].as_str().unwrap().to_owned())]
    {
        let found = cli.json(&["archives", "find", what, &value]);
        assert_eq!(found.as_array().unwrap().len(), 1, "{what}");
        let f = &found[0];
        assert_eq!(
            (&f["archive_id"], &f["where"], &f["stream"], &f["first_position"], &f["first_global_position"]),
            (&json!(ids[1]), &json!("archive"), &m["stream"], &m["pos"], &m["gpos"])
        );
        assert!(f["object"].as_str().unwrap().ends_with(".csv.zst"));
    }
    // Back, it is in both; written anew, in the database alone; nowhere is not found.
    cli.run(&["archives", "rehydrate", &ids[1].to_string()]).succeeds();
    let found = cli.json(&["archives", "find", "--id", m["id"].as_str().unwrap()]);
    assert_eq!((found.as_array().unwrap().len(), &found[0]["where"]), (1, &json!("both")));
    let written = cli.json(&["messages", "write", "account-0", "New"]);
    let found = cli.json(&["archives", "find", "--id", written["id"].as_str().unwrap()]);
    assert_eq!((&found[0]["archive_id"], &found[0]["where"]), (&json!(null), &json!("database")));
    cli.run(&["archives", "find", "--id", "0198c9a2-6b1f-7000-8000-000000000001"]).fails(3, "neither in the database");
    cli.run(&["archives", "find", "--global-position", "99999"]).fails(3, "neither");
    cli.run(&["archives", "find"]).fails(2, "--stream");
    cli.run(&["archives", "find", "--stream", "a-1", "--category", "a"]).fails(2, "cannot be used with");
}

#[test]
fn an_id_that_carries_a_time_is_looked_for_there_first() {
    let mut lines = String::new();
    for week in 0..5_u64 {
        for n in 0..20 {
            let seconds = 1_357_171_200 + week * 604_800 + n * 60;
            let id = uuid::Builder::from_unix_timestamp_millis(seconds * 1000, &[n as u8; 10]).into_uuid();
            let time = eventodb_admin::messages::rfc3339(chrono::DateTime::from_timestamp(seconds as i64, 0).unwrap());
            lines.push_str(&format!(
                "{{\"id\":\"{id}\",\"stream\":\"a-1\",\"type\":\"T\",\"pos\":{},\"gpos\":{},\"data\":1,\"meta\":null,\"time\":\"{time}\"}}\n",
                week * 20 + n,
                week * 20 + n + 1
            ));
        }
    }
    let cli = filled(&lines);
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let id = lines.lines().nth(75).unwrap()[7..43].to_owned();
    let out = cli.run(&["archives", "find", "--id", &id, "-o", "json", "--no-cache"]);
    assert_eq!(out.stderr, "", "what was read is said with -v alone");
    let out = cli.run(&["archives", "find", "--id", &id, "-o", "json", "--no-cache", "-v"]);
    assert_eq!(out.json()[0]["first_global_position"], 76);
    assert!(out.stderr.contains("the data of 1, that of 4 was not needed"), "{}", out.stderr);
    assert!(fetched(&out).0 > 0);
}

#[test]
fn an_archive_is_printed_as_an_export_prints_it_and_counted_by_category_and_type() {
    let (cli, lines) = archived();
    let ids: Vec<String> =
        cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect();
    let mut printed: Vec<String> = Vec::new();
    for id in &ids {
        printed.extend(cli.run(&["archives", "cat", id]).succeeds().stdout.lines().map(str::to_owned));
    }
    let (mut expected, mut found): (Vec<_>, Vec<_>) = (lines.lines().collect(), printed.iter().collect());
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    cli.run(&["archives", "cat", "99999"]).fails(3, "99999");
    let shown = cli.json(&["archives", "show", &ids[0]]);
    let sum = |field: &str| shown[field].as_object().unwrap().values().map(|n| n.as_i64().unwrap()).sum::<i64>();
    assert_eq!(
        (sum("categories"), sum("types")),
        (shown["messages"].as_i64().unwrap(), shown["messages"].as_i64().unwrap())
    );
    let table = cli.run(&["archives", "show", &ids[0]]).succeeds().stdout.clone();
    assert!(table.contains("CATEGORIES") && table.contains("account "), "{table}");
}
