//! Heads made anew where rows came past the triggers, and never below what an archive holds.

use super::*;

const PAST: &str = "SET session_replication_role = replica;";

/// So many messages at the next positions of each of the seven streams, past the triggers.
fn write_past(cli: &Cli, messages: u32) {
    let schema = schema(cli);
    sql(
        &cli.db_url,
        &format!(
            "{PAST} INSERT INTO {schema}.messages (time, position, stream_name, type)
             SELECT '2013-06-01'::timestamptz + i * interval '1 s', coalesce(h.position, -1) + 1 + i / 7, 'account-' || i % 7, 'Past'
               FROM generate_series(0, {messages} - 1) i LEFT JOIN {schema}.heads h ON h.stream_name = 'account-' || i % 7"
        ),
    );
}

fn heads(cli: &Cli) -> String {
    let all = "string_agg(concat_ws('/', stream_name, position, global_position, messages, first_time, last_time), ' '
               ORDER BY stream_name)";
    sql(&cli.db_url, &format!("SELECT coalesce({all}, '') FROM {}.heads", schema(cli)))
}

fn recount(cli: &Cli) -> serde_json::Value {
    cli.json(&["namespaces", "recount", &cli.namespace])
}

fn figures(done: &serde_json::Value) -> [i64; 3] {
    ["heads_added", "heads_raised", "messages_added"].map(|name| done[name].as_i64().unwrap())
}

fn count(cli: &Cli) -> i64 {
    let all = cli.json(&["stats"]);
    all.as_array().unwrap().iter().map(|s| s["messages"].as_i64().unwrap()).sum()
}

#[test]
fn messages_that_came_past_the_triggers_are_counted_and_the_next_write_comes_after_them() {
    let cli = filled(2);
    cli.run(&["stats", "refresh"]).succeeds();
    write_past(&cli, 100);
    let told = cli.run(&["coverage"]);
    told.fails(5, &format!("namespaces recount {}", cli.namespace));
    let (before, doctor) = (heads(&cli), cli.run(&["doctor"]));
    assert!(doctor.stdout.contains("namespaces recount"), "{doctor:?}");
    let plan = cli.json(&["namespaces", "recount", "--dry-run"]).to_string();
    assert!(plan.contains("raise heads of") && plan.contains("\"message_count\":100"), "{plan}");
    assert_eq!(heads(&cli), before, "a plan changes nothing");
    let done = recount(&cli);
    assert_eq!((figures(&done), &done["findings"]), ([0, 7, 100], &serde_json::json!([])), "{done}");
    covered(&cli);
    assert_eq!(count(&cli), 140);
    let read = cli.run(&["messages", "read", "--category", "account", "--limit", "1000"]);
    assert_eq!(read.succeeds().stdout.lines().filter(|l| l.contains("Past")).count(), 100);
    let version = cli.json(&["streams", "version", "account-3"])["version"].as_i64().unwrap();
    let written = cli.json(&["messages", "write", "account-3", "Next", "--expected-version", &version.to_string()]);
    assert_eq!(written["position"], version + 1);
    covered(&cli);
    let (again, heads_now) = (recount(&cli), heads(&cli));
    assert_eq!(figures(&again), [0, 0, 0]);
    assert_eq!(heads(&cli), heads_now);
    covered(&cli);
    archive(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    covered(&cli);
}

#[test]
fn rows_straight_into_a_chunk_and_heads_that_are_lost_are_made_up_for() {
    let cli = filled(2);
    let (schema, chunk) = (schema(&cli), chunks(&cli).remove(0));
    let whole = heads(&cli);
    sql(&cli.db_url, &format!("{PAST} DELETE FROM {schema}.heads"));
    assert_eq!(figures(&recount(&cli)), [7, 0, 40]);
    assert_eq!(heads(&cli), whole);
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {chunk} (time, position, stream_name, type)
             SELECT '2013-01-04'::timestamptz + i * interval '1 s', i, 'straight-1', 'T' FROM generate_series(0, 9) i"
        ),
    );
    // By the chunk alone there may be a trigger: TimescaleDB gives chunks those for rows, and ours is for statements.
    cli.run(&["coverage"]).fails(5, "namespaces recount");
    assert_eq!(figures(&recount(&cli)), [1, 0, 10]);
    covered(&cli);
    assert_eq!(cli.json(&["streams", "version", "straight-1"])["version"], 9);
}

#[test]
fn the_sequence_moves_forward_and_never_back() {
    let cli = filled(1);
    let sequence = format!("{}.messages_global_position_seq", schema(&cli));
    sql(&cli.db_url, &format!("SELECT setval('{sequence}', 3)"));
    let doctor = cli.run(&["doctor"]);
    assert!(doctor.stdout.contains("the sequence is behind it"), "{doctor:?}");
    assert!(cli.json(&["namespaces", "recount", "--dry-run"]).to_string().contains("3 → 20"));
    let done = recount(&cli);
    assert_eq!((&done["sequence_before"], &done["sequence_after"]), (&3.into(), &20.into()));
    assert_eq!(cli.json(&["messages", "write", "account-1", "Next"])["global_position"], 21);
    sql(&cli.db_url, &format!("SELECT setval('{sequence}', 5000)"));
    assert_eq!(recount(&cli)["sequence_after"], 5000);
    assert_eq!(cli.json(&["messages", "write", "account-1", "Next"])["global_position"], 5001);
    // What is archived counts as well.
    archive(&cli);
    sql(&cli.db_url, &format!("SELECT setval('{sequence}', 3)"));
    recount(&cli);
    assert!(cli.json(&["messages", "write", "account-1", "Next"])["global_position"].as_i64().unwrap() > 5001);
    covered(&cli);
}

#[test]
fn a_head_is_never_below_what_an_archive_holds_and_without_the_archive_nothing_changes() {
    let cli = filled(2);
    let (whole, schema) = (heads(&cli), schema(&cli));
    let first = chunks(&cli).remove(0);
    cli.run(&["chunks", "archive", &first]).succeeds();
    sql(&cli.db_url, &format!("{PAST} DELETE FROM {schema}.heads WHERE stream_name <> 'account-6'"));
    let partly = heads(&cli);
    let (store, aside) = (cli.path("store"), cli.path("aside"));
    std::fs::rename(&store, &aside).unwrap();
    let told = cli.run(&["namespaces", "recount"]);
    told.fails(4, "mount the disk");
    assert_eq!(heads(&cli), partly);
    std::fs::rename(&aside, &store).unwrap();
    assert_eq!(figures(&recount(&cli))[..2], [6, 0]);
    assert_eq!(heads(&cli), whole);
    covered(&cli);
    // All of it: nothing live is left.
    archive(&cli);
    sql(&cli.db_url, &format!("{PAST} DELETE FROM {schema}.heads"));
    assert_eq!(figures(&recount(&cli)), [7, 0, 40]);
    assert_eq!(heads(&cli), whole);
    covered(&cli);
    // A damaged object that the count depends on.
    let lists = find(&cli.path("store"), ".heads.");
    let data = find(&cli.path("store"), ".csv.zst");
    for path in lists.iter().chain(&data) {
        std::fs::write(path, b"damaged").unwrap();
    }
    sql(&cli.db_url, &format!("{PAST} DELETE FROM {schema}.heads"));
    cli.run(&["namespaces", "recount"]).fails(5, "only copy");
    assert_eq!(heads(&cli), "");
}

fn find(folder: &std::path::Path, part: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(find(&path, part));
        } else if path.to_str().unwrap().contains(part) && !path.to_str().unwrap().contains("manifest") {
            found.push(path);
        }
    }
    found
}

#[test]
fn two_messages_at_one_position_are_told_and_both_stay() {
    let cli = filled(1);
    let schema = schema(&cli);
    write_past(&cli, 7);
    // The next write does not know: it takes the position again.
    cli.run(&["messages", "write", "account-3", "Again"]).succeeds();
    let rows = format!("SELECT count(*) FROM {schema}.messages");
    let before = sql(&cli.db_url, &rows);
    let told = cli.run(&["namespaces", "recount", "-o", "json"]);
    told.fails(5, "stream account-3: 1 of its live messages share a position");
    assert_eq!(sql(&cli.db_url, &rows), before);
    cli.run(&["coverage"]).fails(5, "finding");
    let version = cli.json(&["streams", "version", "account-3"])["version"].as_i64().unwrap();
    assert_eq!(cli.json(&["messages", "write", "account-3", "Next"])["position"], version + 1);
    cli.run(&["namespaces", "recount", "--dry-run"]).fails(5, "account-3");
    // Likewise where the other one is archived.
    let other = filled(1);
    archive(&other);
    let table = format!("{}.messages", self::schema(&other));
    sql(
        &other.db_url,
        &format!(
            "{PAST} INSERT INTO {table} (time, position, stream_name, type) VALUES ('2014-01-01', 0, 'account-3', 'T')"
        ),
    );
    other.run(&["namespaces", "recount"]).fails(5, "positions that an archive holds");
    other.run(&["coverage"]).fails(5, "finding");
    // And a global position.
    let third = filled(1);
    let table = format!("{}.messages", self::schema(&third));
    sql(
        &third.db_url,
        &format!(
            "{PAST} INSERT INTO {table} (time, global_position, position, stream_name, type) VALUES ('2014-01-01', 7, 0, 'new-1', 'T')"
        ),
    );
    third.run(&["namespaces", "recount"]).fails(5, "share a global position");
}

#[test]
fn messages_that_are_lost_are_told_and_not_counted_away_unless_asked_for() {
    let cli = filled(2);
    let (schema, before) = (schema(&cli), heads(&cli));
    sql(&cli.db_url, &format!("{PAST} DELETE FROM {schema}.messages WHERE stream_name = 'account-3' AND position < 2"));
    write_past(&cli, 1);
    cli.run(&["namespaces", "recount"]).fails(5, "stream account-3: 2 messages that were stored");
    cli.run(&["coverage"]).fails(5, "finding");
    assert_eq!(cli.json(&["streams", "version", "account-0"])["version"], 6, "what could be mended was");
    assert_ne!(heads(&cli), before);
    let accept = ["namespaces", "recount", "--accept-missing"];
    cli.run(&accept).fails(2, "must be confirmed");
    let version = cli.json(&["streams", "version", "account-3"]);
    cli.run(&[&accept[..], &["--yes"]].concat()).succeeds();
    assert_eq!(cli.json(&["streams", "version", "account-3"]), version);
    covered(&cli);
}

#[test]
fn writers_go_on_beside_it_and_all_that_they_write_is_counted_once() {
    let cli = filled(2);
    write_past(&cli, 70);
    sql(
        &cli.db_url,
        &format!("{PAST} DELETE FROM {}.heads WHERE stream_name IN ('account-5', 'account-6')", schema(&cli)),
    );
    recount(&cli);
    let write = |stream: &str| {
        for _ in 0..15 {
            cli.run(&["messages", "write", stream, "Beside"]).succeeds();
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(|| write("account-1"));
        threads.spawn(|| write("fresh-1"));
        for n in 0..5 {
            sql(
                &cli.db_url,
                &format!(
                    "{PAST} INSERT INTO {}.messages (time, position, stream_name, type)
                     SELECT '2013-06-02'::timestamptz + {n} * interval '1 day', i, 'past{n}-' || i % 3, 'Past' FROM generate_series(0, 29) i",
                    schema(&cli)
                ),
            );
            assert_eq!(figures(&recount(&cli)), [3, 0, 30]);
        }
    });
    covered(&cli);
    assert_eq!(recount(&cli)["messages_added"], 0);
    assert_eq!(cli.json(&["streams", "version", "fresh-1"])["version"], 14);
}

#[test]
fn it_waits_for_no_other_run_and_knows_its_namespace() {
    let cli = filled(1);
    cli.run(&["namespaces", "recount", "nowhere"]).fails(3, "nowhere");
    let held = super::super::cli::Held::lifecycle(&cli.db_url, &cli.namespace);
    cli.run(&["namespaces", "recount"]).fails(7, "another run holds it");
    drop(held);
    assert_eq!(figures(&recount(&cli)), [0, 0, 0]);
}

/// Others have dropped a chunk whose archive was kept: nothing is lost, and nothing is taken for lost.
#[test]
fn messages_that_a_kept_archive_holds_are_not_taken_for_lost_and_the_night_tells_the_ledger() {
    let cli = Cli::new();
    let store = format!("file://{}", cli.path("store").display());
    let cli = cli.with("EVENTODB_STORE", &store);
    let lines = made_up(2, 20);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    sql(&cli.db_url, &format!("SELECT drop_chunks('{}.messages', '2013-01-10'::timestamptz)", schema(&cli)));
    let id = cli.json(&["archives", "list"])[0]["id"].to_string();
    cli.run(&["coverage"]).fails(5, &format!("eventodb-admin archives rehydrate {id}"));
    cli.run(&["namespaces", "recount", &cli.namespace]).fails(5, &format!("archive {id} has 20 messages"));
    cli.run(&["namespaces", "recount", &cli.namespace, "--accept-missing", "--yes"]).fails(5, "may be in");
    cli.run(&["policy", "set", "--archive-after", "100y", "--store", &store, "--yes"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines, "out of the archive");
    let coverage = cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
    cli.run(&["archives", "rehydrate", &id]).succeeds();
    assert_eq!(cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout, lines);
}
