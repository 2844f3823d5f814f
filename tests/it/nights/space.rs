//! Policies by space: what leaves for room, what stays whatever is aimed at, and what is said of an aim that is missed.

use serde_json::{Value, json};

use super::cli::{Cli, Out, made_up, sql};
use super::metrics;
use super::scene::{RUN, archives, chunks, filled, is_community, night, schema, set, store};

/// Live chunks with their sizes, oldest first.
fn sizes(cli: &Cli) -> Vec<i64> {
    let all = cli.json(&["chunks", "list"]);
    let live = all.as_array().unwrap().iter().filter(|c| c["state"] != "archived");
    live.map(|c| c["size_bytes"].as_i64().unwrap()).collect()
}

/// A policy by space alone.
fn keep_at_most(cli: &Cli, bytes: i64, words: &[&str]) {
    set(cli, &[&["--keep-at-most", &bytes.to_string(), "--store", &store(cli)], words].concat());
}

/// A run that misses an aim: its record, and what it has said.
#[track_caller]
fn missed(cli: &Cli, words: &[&str], why: &str) -> (Value, Out) {
    let file = cli.path("m.prom").display().to_string();
    let out = cli.run(&[&RUN[..], &["-o", "json", "--metrics-file", &file], words].concat());
    out.fails(1, why);
    let record: Value = serde_json::from_str(&out.stdout).unwrap();
    let record = record[0].clone();
    assert_eq!((&record["exit_code"], &record["result"]), (&json!(1), &json!("failed")), "{record}");
    let missed = record["space_aim_missed_bytes"].as_f64().unwrap();
    assert!(missed > 0.0 && record["failed"].as_array().unwrap().contains(&json!("space")), "{record}");
    let samples = metrics::read(&cli.path("m.prom"));
    assert_eq!(metrics::of(&samples, "space_aim_missed_bytes", &cli.namespace), Some(missed));
    assert_eq!(metrics::of(&samples, "last_run_success", &cli.namespace), Some(0.0));
    assert!(cli.json(&["policy", "show"])["last_error"].as_str().unwrap().contains("failed"));
    assert!(out.stderr.contains("hint: "), "{out:?}");
    (record, out)
}

#[test]
fn the_oldest_chunks_leave_until_the_rest_fits_and_not_one_more() {
    let cli = filled(5);
    let (before, total) = (chunks(&cli), sizes(&cli).iter().sum::<i64>());
    keep_at_most(&cli, total, &[]);
    let record = night(&cli, &[]);
    assert_eq!((&record["archived"], &record["live_bytes"]), (&json!(0), &json!(total)), "it fits");
    set(&cli, &["--keep-at-most", &(total - 1).to_string()]);
    let plan = cli.json(&["lifecycle", "run", "--dry-run"]);
    assert_eq!((plan.as_array().unwrap().len(), &plan[0]["target"]), (1, &json!(before[0])));
    assert!(plan[0]["reason"].as_str().unwrap().contains("for room: 1 B too much"), "{plan}");
    assert!(cli.run(&["lifecycle", "run", "--dry-run"]).succeeds().stdout.contains("WHY"));
    let file = cli.path("m.prom").display().to_string();
    let record = night(&cli, &["--metrics-file", &file]);
    assert_eq!((&record["archived"], &record["for_space"]), (&json!(1), &json!(1)), "{record}");
    assert_eq!(chunks(&cli), before[1..]);
    let live: i64 = sizes(&cli).iter().sum();
    assert_eq!((&record["live_bytes"], &record["space_aim_missed_bytes"]), (&json!(live), &json!(0)));
    let samples = metrics::read(&cli.path("m.prom"));
    let one = |name: &str| metrics::of(&samples, name, &cli.namespace);
    assert_eq!((one("live_bytes"), one("space_aim_missed_bytes")), (Some(live as f64), Some(0.0)));
    assert_eq!(
        (one("policy_keep_at_most_bytes"), one("last_run_chunks_for_space")),
        (Some((total - 1) as f64), Some(1.0))
    );
    // Three at a time are no more than one at a time would be.
    let two: i64 = sizes(&cli)[2..].iter().sum();
    set(&cli, &["--keep-at-most", &two.to_string()]);
    assert_eq!(night(&cli, &["--jobs", "3"])["for_space"], 2);
    assert_eq!(chunks(&cli), before[3..]);
    cli.run(&["coverage"]).succeeds();
    set(&cli, &["--keep-at-most", "never"]);
    assert_eq!(cli.json(&["policy", "show"])["keep_at_most_bytes"], json!(null));
    assert_eq!(night(&cli, &[])["live_bytes"], json!(null), "no aim, no measure");
}

#[test]
fn a_chunk_younger_than_the_floor_stays_however_little_room_there_is() {
    let cli = filled(3);
    keep_at_most(&cli, 1, &["--keep-live-at-least", "1000y"]);
    let (record, out) = missed(&cli, &[], "ended less than --keep-live-at-least ago");
    assert_eq!((&record["archived"], chunks(&cli).len()), (&json!(0), 3));
    assert!(out.stderr.contains(&format!("eventodb-admin -n {} policy set --keep-live-at-least", cli.namespace)));
    cli.run(&["lifecycle", "run", "--dry-run"]).fails(1, "too much would stay");
    // What age asks for waits for the floor as well, though somebody has set both in SQL.
    sql(
        &cli.db_url,
        &format!("UPDATE eventodb_store.policies SET archive_after = '0' WHERE namespace = '{}'", cli.namespace),
    );
    missed(&cli, &[], "--keep-live-at-least");
    assert_eq!(chunks(&cli).len(), 3);
    // The second chunk ended on 17 January 2013.
    sql(
        &cli.db_url,
        &format!(
            "UPDATE eventodb_store.policies SET archive_after = NULL,
                    keep_live_at_least = now() - '2013-01-17T00:00:00Z' WHERE namespace = '{}'",
            cli.namespace
        ),
    );
    assert_eq!(missed(&cli, &[], "--keep-live-at-least").0["for_space"], 2);
    assert_eq!(chunks(&cli).len(), 1);
}

#[test]
fn a_chunk_that_is_written_to_stays_though_it_alone_is_over_the_aim() {
    let cli = filled(2);
    cli.run_with(&["messages", "write", "now-1", "T"], b"{}").succeeds();
    keep_at_most(&cli, 1, &[]);
    let (record, _) = missed(&cli, &[], "are being written to");
    assert_eq!((&record["for_space"], chunks(&cli).len()), (&json!(2), 1));
    assert_eq!(missed(&cli, &[], "more than --keep-at-most").0["for_space"], 0);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_lease_keeps_a_chunk_and_what_came_back_without_one_goes_first() {
    let cli = filled(3);
    let oldest = chunks(&cli)[0].clone();
    keep_at_most(&cli, 1 << 30, &[]);
    cli.run(&["chunks", "archive", &oldest, "--store", &store(&cli)]).succeeds();
    let id = archives(&cli)[0]["id"].to_string();
    cli.run(&["archives", "rehydrate", &id, "--for", "7d"]).succeeds();
    let before = chunks(&cli);
    keep_at_most(&cli, sizes(&cli).iter().sum::<i64>() - 1, &[]);
    let record = night(&cli, &[]);
    assert_eq!((&record["archived"], &record["released"]), (&json!(1), &json!(0)), "{record}");
    assert_eq!(chunks(&cli), [before[0].clone(), before[2].clone()], "the second goes in its place");
    sql(&cli.db_url, &format!("UPDATE eventodb_store.archives SET lease_until = NULL WHERE id = {id}"));
    set(&cli, &["--keep-at-most", &(sizes(&cli).iter().sum::<i64>() - 1).to_string()]);
    let record = night(&cli, &[]);
    assert_eq!((&record["released"], &record["for_space"], &record["stored_bytes"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(chunks(&cli), before[2..]);
}

#[test]
fn a_chunk_that_waits_for_copies_is_not_counted_as_gone_and_no_other_one_goes_in_its_place() {
    let cli = filled(4);
    std::fs::create_dir_all(cli.path("other/events")).unwrap();
    let second = format!("file://{}", cli.path("other/events/prod").display());
    keep_at_most(&cli, sizes(&cli).iter().sum(), &["--copy", &second, "--drop-after-copies", "2"]);
    // Both stores are claimed, and then the second one is away.
    set(&cli, &["--keep-at-most", &(sizes(&cli).iter().sum::<i64>() - 1).to_string()]);
    assert_eq!(night(&cli, &[])["for_space"], 1);
    std::fs::rename(cli.path("other"), cli.path("aside")).unwrap();
    set(&cli, &["--keep-at-most", &(sizes(&cli).iter().sum::<i64>() - 1).to_string()]);
    let (record, out) = missed(&cli, &[], "stays until its archive has enough copies");
    assert_eq!((&record["waiting"], &record["for_space"]), (&json!(1), &json!(0)), "{record}");
    assert_eq!((chunks(&cli).len(), archives(&cli).len()), (3, 2), "one is uploaded, and no further one");
    assert!(out.stderr.contains("doctor tells which store"), "{out:?}");
    std::fs::rename(cli.path("aside"), cli.path("other")).unwrap();
    let record = night(&cli, &[]);
    assert_eq!((&record["archived"], chunks(&cli).len()), (&json!(1), 2), "{record}");
}

#[test]
fn a_chunk_that_cannot_go_is_a_failure_and_the_next_one_goes_in_its_place() {
    let cli = filled(3);
    let before = chunks(&cli);
    // Somebody looks at the oldest chunk through a view, which keeps it from being dropped.
    sql(&cli.db_url, &format!("CREATE VIEW v_{} AS SELECT * FROM _timescaledb_internal.{}", cli.namespace, before[0]));
    keep_at_most(&cli, sizes(&cli).iter().sum::<i64>() - 1, &[]);
    let out = cli.run(&[&RUN[..], &["-o", "json"]].concat());
    out.fails(1, &before[0]);
    let record: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&record[0]["for_space"], &record[0]["space_aim_missed_bytes"]), (&json!(1), &json!(0)), "{record}");
    assert_eq!((&record[0]["failed"], chunks(&cli)), (&json!([before[0]]), vec![before[0].clone(), before[2].clone()]));
    sql(&cli.db_url, &format!("DROP VIEW v_{}", cli.namespace));
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn a_night_that_has_too_little_time_misses_its_aim_and_says_so() {
    let cli = filled(3);
    keep_at_most(&cli, 1, &[]);
    let (record, out) = missed(&cli, &["--max-duration", "1ms"], "time was too short");
    assert!(record["left"].as_u64().unwrap() > 0 && out.stderr.contains("--max-duration"), "{record}");
    assert_eq!(chunks(&cli).len(), 3);
}

#[test]
fn a_store_that_is_down_is_a_failure_and_nothing_leaves() {
    let cli = filled(3);
    keep_at_most(&cli, sizes(&cli).iter().sum(), &[]);
    night(&cli, &[]);
    set(&cli, &["--keep-at-most", "1"]);
    std::fs::rename(cli.path("disk"), cli.path("away")).unwrap();
    let (record, _) = missed(&cli, &[], "what failed above kept it from freeing more");
    std::fs::rename(cli.path("away"), cli.path("disk")).unwrap();
    assert_eq!((record["failed"].as_array().unwrap().len(), chunks(&cli).len()), (2, 3), "{record}");
    assert_eq!(night_of(&cli), json!(3));
}

/// What leaves in a night that reaches its aim.
fn night_of(cli: &Cli) -> Value {
    set(cli, &["--keep-at-most", "100"]);
    night(cli, &[])["for_space"].clone()
}

#[test]
fn what_compressing_frees_need_not_leave() {
    let cli = Cli::new();
    if !is_community(&cli) {
        eprintln!("NOT TESTED HERE: compression; the Apache-2 edition has none");
        return;
    }
    cli.run_with(&["messages", "import"], made_up(2, 4000).as_bytes()).succeeds();
    let total: i64 = sizes(&cli).iter().sum();
    keep_at_most(&cli, total * 6 / 10, &["--compress-after", "0d"]);
    let out = cli.run(&["lifecycle", "run", "--dry-run"]);
    assert!(out.succeeds().stderr.contains("the run measures again"), "{out:?}");
    let record = night(&cli, &[]);
    assert_eq!((&record["compressed"], &record["archived"]), (&json!(2), &json!(0)), "{record}");
    assert_eq!(record["live_bytes"], json!(sizes(&cli).iter().sum::<i64>()));
}

#[test]
fn a_free_share_of_a_disk_whose_size_is_named_has_chunks_leave() {
    let cli = filled(3);
    set(&cli, &["--keep-free", "10%", "--disk-size", "100T", "--store", &store(&cli)]);
    let record = night(&cli, &[]);
    assert_eq!((&record["for_space"], &record["space_aim_missed_bytes"]), (&json!(0), &json!(0)), "{record}");
    let (size, free) = (100_i64 << 40, record["disk_free_bytes"].as_i64().unwrap());
    assert!(free > 0 && free < size, "{record}");
    // (Others make databases on the same server meanwhile.)
    let (used, oldest) = (size - free, chunks(&cli)[0].clone());
    set(&cli, &["--disk-size", &(used / 4).to_string(), "--keep-free", "10%"]);
    let (record, _) = missed(&cli, &[], "less than --keep-free asks for");
    assert!(record["disk_free_bytes"].as_i64().unwrap() < 0, "{record}");
    assert!(!chunks(&cli).contains(&oldest), "the oldest is gone");
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn the_disk_is_seen_where_the_servers_own_folder_can_be() {
    let cli = filled(1);
    let data = sql(&cli.db_url, "SHOW data_directory");
    let words = ["policy", "set", "--keep-free", "1B", "--store", &store(&cli)];
    let out = cli.run(&words);
    if std::fs::read_to_string(format!("{data}/postmaster.pid")).is_ok() {
        out.succeeds();
        let record = night(&cli, &[]);
        assert!(record["disk_free_bytes"].as_i64().unwrap() > 0, "{record}");
        cli.run(&["policy", "set", "--keep-free", "1P"]).fails(2, "and the disk has");
        let forecast = cli.json(&["policy", "plan", "--days", "1"]);
        assert!(forecast["disk_size_bytes"].as_u64().unwrap() > 0, "{forecast}");
    } else {
        eprintln!("NOT TESTED HERE: a disk that is seen; the server's folder is not on this machine");
        out.fails(2, "--disk-size 500G");
    }
}

#[test]
fn aims_that_cannot_be_meant_are_refused() {
    let cli = Cli::new();
    let store = store(&cli);
    let refused: [(&[&str], &str); 10] = [
        (&["--keep-at-most", "1G"], "no store is named"),
        (&["--keep-at-most", "0", "--store", &store], "more than 0"),
        (&["--keep-at-most", "9000P", "--store", &store], "8 EiB"),
        (&["--keep-at-most", "much", "--store", &store], "200G"),
        (&["--keep-free", "100%", "--store", &store], "less than 100%"),
        (&["--keep-free", "20", "--store", &store], "20% or 20G"),
        (&["--keep-free", "1T", "--disk-size", "1G", "--store", &store], "and the disk has"),
        (&["--archive-after", "7d", "--keep-live-at-least", "30d", "--store", &store], "below --keep-live-at-least"),
        (
            &[
                "--keep-at-most",
                "1G",
                "--keep-live-at-least",
                "30d",
                "--expire-archives-after",
                "30d",
                "--store",
                &store,
            ],
            "not above --keep-live-at-least",
        ),
        (&["--disk-size", "-1G"], "invalid value"),
    ];
    std::fs::create_dir_all(cli.path("disk/events")).unwrap();
    for (words, why) in refused {
        cli.run(&[&["policy", "set", "--yes"], words].concat()).fails(2, why);
    }
    assert_eq!(cli.json(&["policy", "show"])["store_url"], json!(null), "nothing is set");
    let shown = cli.json(&[
        "policy",
        "set",
        "--keep-at-most",
        "1.5T",
        "--keep-free",
        "20%",
        "--keep-live-at-least",
        "30d",
        "--disk-size",
        "2T",
        "--store",
        &store,
    ]);
    let of = |name: &str| shown[name].clone();
    assert_eq!((of("keep_at_most_bytes"), of("keep_free_percent")), (json!(3_u64 << 39), json!(20.0)));
    assert_eq!((of("keep_live_at_least"), of("disk_size_bytes")), (json!("30d"), json!(2_u64 << 40)));
    let text = cli.run(&["policy", "show"]).stdout;
    assert!(text.contains("at most 1.50 TiB, 20% free, live for 30d, disk of 2.00 TiB"), "{text}");
    // Expiry needs something that is archived: by age or for room.
    cli.run(&["policy", "set", "--expire-archives-after", "2y", "--yes"]).succeeds();
    cli.run(&["policy", "set", "--keep-at-most", "never", "--keep-free", "never"]).fails(2, "nothing is archived");
}

#[test]
fn a_forecast_changes_nothing_and_is_the_same_by_table_and_json() {
    let cli = filled(4);
    keep_at_most(&cli, sizes(&cli).iter().sum::<i64>() - 1, &[]);
    let before = (chunks(&cli), archives(&cli).len());
    let prices = cli.file(
        "prices.toml",
        "currency = \"EUR\"\n[[stores]]\nurl = \"file://\"\nstorage_per_gb_month = 10000.0\nput_per_1000 = 5.0\n",
    );
    let forecast = cli.json(&["policy", "plan", "--days", "40", "--prices", &prices]);
    let nights = forecast["nights"].as_array().unwrap();
    assert_eq!(
        (nights.len(), &nights[0]["for_space"], &nights[0]["archived"]),
        (40, &json!(1), &json!(1)),
        "{forecast}"
    );
    assert_eq!(forecast["archive_ratio_is_assumed"], json!(true));
    assert!(forecast["months"][0]["total"].as_f64().unwrap() > 0.0, "{forecast}");
    assert_eq!(before, (chunks(&cli), archives(&cli).len()));
    let table = cli.run(&["policy", "plan", "--days", "40", "--prices", &prices]);
    assert!(table.succeeds().stdout.contains("FOR ROOM") && table.stdout.contains(" EUR"), "{table:?}");
    assert!(table.stderr.contains("nothing has changed"), "{table:?}");
    let csv = cli.run(&["policy", "plan", "--days", "40", "-o", "csv"]);
    assert_eq!(csv.succeeds().stdout.lines().count(), 41);
    let full = cli.json(&["policy", "plan", "--days", "2", "--disk-size", "1K"]);
    assert_eq!(full["disk_full_on"], full["nights"][0]["date"], "{full}");
    cli.run(&["policy", "plan", "--prices", &cli.file("bad.toml", "[[stores]]\nurl = 1")])
        .fails(2, "reading the prices");
    cli.run(&["policy", "plan", "--days", "0"]).fails(2, "0");
    cli.run(&["policy", "clear"]).succeeds();
    cli.run(&["policy", "plan"]).fails(3, "policy set");
}

#[test]
fn the_database_itself_refuses_aims_that_are_none() {
    let cli = Cli::new();
    set(&cli, &["--archive-after", "90d"]);
    assert!(!schema(&cli).is_empty());
    for (column, value) in [
        ("keep_at_most", "0"),
        ("keep_free_percent", "100"),
        ("keep_free_percent", "'NaN'"),
        ("keep_free_bytes", "-1"),
        ("keep_live_at_least", "'-1 day'"),
        ("disk_size", "0"),
        ("keep_free_bytes = 1, keep_free_percent", "1"),
    ] {
        let set =
            format!("UPDATE eventodb_store.policies SET {column} = {value} WHERE namespace = '{}'", cli.namespace);
        assert_eq!(super::cli::try_sql(&cli.db_url, &set), Err("23514".to_owned()), "{column}");
    }
}
