//! Continuous aggregates over messages: the server counts a time anew where a late message comes into it, and counts only
//! what is live.

use super::scene::{Range, Role, Scene, is_community};

const HOURLY: &str = "CREATE MATERIALIZED VIEW OTHERS.hourly WITH (timescaledb.continuous) AS
    SELECT time_bucket('1 hour', time) AS bucket, count(*) AS n FROM SCHEMA.messages GROUP BY 1 WITH NO DATA";
/// Made from the first, and shows what is newer than itself.
const DAILY: &str =
    "CREATE MATERIALIZED VIEW OTHERS.daily WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
    SELECT time_bucket('1 day', bucket) AS bucket, sum(n) AS n FROM OTHERS.hourly GROUP BY 1 WITH NO DATA";
const MONTHLY: &str = "CREATE MATERIALIZED VIEW OTHERS.monthly WITH (timescaledb.continuous) AS
    SELECT time_bucket('1 month', time, 'Europe/Berlin') AS bucket, count(*) AS n FROM SCHEMA.messages GROUP BY 1 WITH NO DATA";

/// Weeks of messages that are live, with aggregates over them; `None` where there are none.
fn counted(weeks: usize) -> Option<Scene> {
    if !is_community() {
        eprintln!("NOT TESTED HERE: continuous aggregates; this needs the Community edition");
        return None;
    }
    let scene = Scene::of(Range::Empty, weeks);
    scene.rehydrate().succeeds();
    for view in [HOURLY, DAILY, MONTHLY] {
        scene.sql(view);
    }
    refresh(&scene);
    Some(scene)
}

fn refresh(scene: &Scene) {
    for view in ["hourly", "daily", "monthly"] {
        scene.sql(&format!("CALL refresh_continuous_aggregate('OTHERS.{view}', NULL, NULL)"));
    }
}

fn figures(scene: &Scene) -> [String; 3] {
    ["hourly", "daily", "monthly"].map(|view| scene.sql(&format!("SELECT sum(n) FROM OTHERS.{view}")))
}

fn archive(scene: &Scene) {
    scene.cli.run(&["chunks", "archive", "--older-than", "0d", "--continuous-aggregates", "allow"]).succeeds();
}

#[test]
fn chunks_go_from_under_continuous_aggregates_only_where_that_was_allowed() {
    let Some(scene) = counted(1) else { return };
    let state = scene.state();
    let named = format!("out_{0}.hourly, out_{0}.monthly, out_{0}.daily", scene.cli.namespace);
    let archive = ["chunks", "archive", "--older-than", "0d"];
    for more in [&[][..], &["--dry-run"], &["--continuous-aggregates", "refuse"]] {
        scene.cli.run(&[&archive, more].concat()).fails(1, &named).fails(1, "--continuous-aggregates allow");
    }
    scene
        .cli
        .run(&["chunks", "archive", "--older-than", "0d", "--continuous-aggregates", "perhaps"])
        .fails(2, "allow or refuse");
    let first = scene.cli.json(&["archives", "list"])[0]["id"].to_string();
    scene.cli.run(&["archives", "release", &first]).fails(1, &named);
    assert_eq!(scene.state(), state);
    // What stays may be copied.
    scene.cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    scene.cli.run(&["chunks", "drop", "--older-than", "0d"]).fails(1, &named);
    scene.cli.run(&["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"]).fails(1, &named);
    assert_eq!(scene.export(), scene.expected);
    scene.cli.run(&["chunks", "drop", "--older-than", "0d", "--continuous-aggregates", "allow"]).succeeds();
    assert_eq!(figures(&scene), ["40", "40", "40"], "what was counted stays");
    scene.rehydrate().succeeds();
    scene.cli.run(&["archives", "release", &first, "--continuous-aggregates", "allow"]).succeeds();
    assert_eq!(figures(&scene), ["40", "40", "40"]);
}

#[test]
fn the_night_leaves_chunks_under_continuous_aggregates_alone_unless_its_policy_allows_it() {
    let Some(scene) = counted(2) else { return };
    scene.cli.run(&["policy", "set", "--archive-after", "0d", "--drop-rehydrated-after", "0d"]).succeeds();
    assert_eq!(scene.cli.json(&["policy", "show"])["continuous_aggregates"], "refuse");
    scene.cli.run(&["lifecycle", "run"]).fails(1, "continuous aggregates are");
    assert!(scene.cli.json(&["policy", "show"])["last_error"].as_str().unwrap().contains("continuous aggregates"));
    assert_eq!(scene.sql("SELECT count(*) FROM SCHEMA.messages"), "80");
    scene.cli.run(&["policy", "set", "--continuous-aggregates", "allow"]).succeeds();
    let policy = scene.cli.json(&["policy", "show"]);
    assert_eq!(
        (&policy["continuous_aggregates"], &policy["archive_after"]),
        (&"allow".into(), &"0d".into()),
        "{policy}"
    );
    scene.cli.run(&["lifecycle", "run"]).succeeds();
    assert_eq!(scene.sql("SELECT count(*) FROM SCHEMA.messages"), "0");
    assert_eq!(figures(&scene), ["80", "80", "80"]);
    // By hand, the policy counts as well, and the flag more than it.
    scene.rehydrate().succeeds();
    scene.cli.run(&["chunks", "archive", "--older-than", "0d", "--continuous-aggregates", "refuse"]).fails(1, "hourly");
    scene.cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    scene.cli.run(&["policy", "set", "--continuous-aggregates", "refuse"]).succeeds();
    assert_eq!(scene.cli.json(&["policy", "show"])["continuous_aggregates"], "refuse");
}

#[test]
fn aggregates_that_a_late_message_has_made_wrong_are_right_once_the_archive_is_back() {
    let Some(scene) = counted(1) else { return };
    archive(&scene);
    // Within an hour and a day that messages of the archive are in.
    scene.sql("INSERT INTO SCHEMA.messages (time, position, stream_name, type) VALUES ('2013-01-03T00:30:00Z', 0, 'late-1', 'L')");
    refresh(&scene);
    assert_eq!(figures(&scene), ["1", "1", "1"], "the server counts what is live");
    let out = scene.rehydrate();
    out.succeeds();
    assert!(!out.stderr.contains("refresh"), "{out:?}");
    assert_eq!(figures(&scene), ["41", "41", "41"]);
    // A run that ended before the refresh is made up for by the next.
    scene.sql("DELETE FROM SCHEMA.messages WHERE stream_name = 'late-1'");
    archive(&scene);
    scene.write_late();
    refresh(&scene);
    assert_eq!(scene.sql("SELECT sum(n) FROM OTHERS.monthly"), "1");
    let first = scene.cli.json(&["archives", "list"])[0]["id"].to_string();
    scene.cli.run_in(
        &[("EVENTODB_FAILPOINTS", "rehydrate.commit.after=kill")],
        &["archives", "rehydrate", &first],
        b"",
    );
    while scene.cli.run(&["archives", "rehydrate", &first]).code == 7 {}
    assert_eq!(scene.sql("SELECT sum(n) FROM OTHERS.monthly"), "41");
}

#[test]
fn an_aggregate_is_not_refreshed_while_some_of_what_it_counts_is_in_other_archives() {
    let Some(scene) = counted(3) else { return };
    archive(&scene);
    let ids: Vec<_> =
        scene.cli.json(&["archives", "list"]).as_array().unwrap().iter().map(|a| a["id"].to_string()).collect();
    for id in &ids[..2] {
        let out = scene.cli.run(&["archives", "rehydrate", id]);
        out.succeeds();
        assert!(out.stderr.contains(".monthly was not refreshed") && out.stderr.contains(&ids[2]), "{out:?}");
        assert!(!out.stderr.contains(".hourly was not"), "{out:?}");
        assert_eq!(figures(&scene), ["120", "120", "120"], "nothing has dropped out");
    }
    let out = scene.cli.run(&["archives", "rehydrate", &ids[2]]);
    out.succeeds();
    assert!(!out.stderr.contains("not refreshed"), "{out:?}");
    assert_eq!(figures(&scene), ["120", "120", "120"]);
}

#[test]
fn who_may_not_refresh_an_aggregate_is_told_the_statement_that_does() {
    let Some(scene) = counted(1) else { return };
    let role = Role::new(&scene, "archiver");
    archive(&scene);
    scene.sql("INSERT INTO SCHEMA.messages (time, position, stream_name, type) VALUES ('2013-01-03T00:30:00Z', 0, 'late-1', 'L')");
    refresh(&scene);
    let out = scene.rehydrate_as(&role);
    out.succeeds();
    assert_eq!(figures(&scene), ["1", "1", "1"]);
    // As they stand there, in their order.
    let mut calls = 0;
    for line in out.stderr.lines() {
        if let Some((_, call)) = line.split_once("CALL ") {
            scene.sql(&format!("CALL {}", call.trim_end_matches('.')));
            calls += 1;
        }
    }
    assert_eq!(calls, 3, "{out:?}");
    assert_eq!(figures(&scene), ["41", "41", "41"]);
}

#[test]
fn doctor_tells_of_aggregates_over_what_is_archived() {
    let Some(scene) = counted(1) else { return };
    let check = |scene: &Scene| {
        let checks: serde_json::Value =
            serde_json::from_str(&scene.cli.run(&["doctor", "-o", "json"]).stdout).expect("doctor prints JSON");
        let text = checks.to_string();
        let all = checks.as_array().or_else(|| checks["checks"].as_array()).expect(&text);
        all.iter().find(|c| c.to_string().contains("continuous aggregates")).expect(&text).to_string()
    };
    assert!(check(&scene).contains("no chunk is archived under them"), "{}", check(&scene));
    archive(&scene);
    assert!(check(&scene).contains("counts only what is live"), "{}", check(&scene));
}
