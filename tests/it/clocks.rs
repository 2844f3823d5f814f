//! Clocks and calendars: the client's, the server's, the session's; borders of chunks, weeks, years and of time itself.

use crate::support::cli;
use std::path::Path;

use chrono::{DateTime, Datelike, DurationRound, TimeDelta, Utc};
use cli::{Cli, sql, try_sql};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A line of an import that gives itself back when it is exported.
fn line(n: usize, time: &str) -> String {
    format!(
        "{{\"id\":\"{}\",\"stream\":\"tick-1\",\"type\":\"T\",\"pos\":{n},\"gpos\":{},\"data\":{{\"n\":{n}}},\"meta\":null,\"time\":\"{time}\"}}\n",
        uuid::Uuid::from_u128(n as u128 + 1),
        n + 1
    )
}

fn lines(times: &[&str]) -> String {
    times.iter().enumerate().map(|(n, time)| line(n, time)).collect()
}

fn with_interval(interval: &str) -> Cli {
    let cli = Cli::bare();
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never", "--chunk-interval", interval])
        .succeeds();
    cli
}

fn import(cli: &Cli, text: &str) {
    let file = cli.file("in.ndjson", text);
    cli.run(&["messages", "import", &file]).succeeds();
}

fn exported(cli: &Cli) -> String {
    cli.run(&["messages", "export"]).succeeds().stdout.clone()
}

fn archive_all(cli: &Cli) -> Vec<Value> {
    let store = cli.store();
    let out = cli.run(&["chunks", "archive", "--older-than", "0d", "--store", &store, "-o", "json"]);
    assert_eq!(out.code, 0, "{}", out.stderr);
    let done = out.json();
    cli.run(&["coverage"]).succeeds();
    done.as_array().unwrap().clone()
}

fn rehydrate_all(cli: &Cli) {
    cli.run(&["archives", "rehydrate", "--from", "0001-01-01"]).succeeds();
    cli.run(&["coverage"]).succeeds();
}

/// Everything about the archives that may not depend on who made them: hashes of the plain CSV, ranges, counts.
fn fingerprint(archived: &[Value]) -> Vec<String> {
    let data = |a: &Value| {
        let path = a["object"].as_str().unwrap().strip_prefix("file://").unwrap().to_owned();
        let bytes = zstd::decode_all(std::fs::File::open(Path::new(&path)).unwrap()).unwrap();
        hex::encode(Sha256::digest(bytes))
    };
    archived.iter().map(|a| format!("{} {} {} {}", a["range_start"], a["range_end"], a["rows"], data(a))).collect()
}

/// Around both changes of the clocks in Berlin, and around midnight in the zones below.
const AROUND: [&str; 12] = [
    "2021-03-28T00:30:00Z",
    "2021-03-28T00:59:59.999999Z",
    "2021-03-28T01:00:00Z",
    "2021-03-28T01:30:00Z",
    "2021-07-01T18:14:59.5Z",
    "2021-07-01T18:15:00Z",
    "2021-10-31T00:30:00Z",
    "2021-10-31T00:59:59.999999Z",
    "2021-10-31T01:00:00Z",
    "2021-10-31T01:30:00Z",
    "2021-12-31T10:00:00Z",
    "2021-12-31T23:59:59.999999Z",
];

#[test]
fn no_zone_of_client_role_or_database_changes_an_instant_or_a_byte_of_an_archive() {
    let mut seen: Vec<(&str, Vec<String>)> = Vec::new();
    for zone in ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Europe/Berlin"] {
        let mut cli = Cli::new().with("TZ", zone).with("PGTZ", zone);
        // As a role's or a database's own setting would be: the session starts with it.
        cli.db_url.push_str(&format!("?options=-c%20TimeZone%3D{zone}"));
        let database = sql(&cli.db_url, "SELECT current_database()");
        sql(&cli.db_url, &format!("ALTER DATABASE {database} SET timezone = '{zone}'"));
        import(&cli, &lines(&AROUND));
        let imported = exported(&cli);
        assert_eq!(imported, lines(&AROUND), "{zone}");
        // Days are UTC's everywhere.
        let day = cli.run(&["messages", "export", "--since", "2021-03-28T03:00:00+02:00", "--until", "2021-07-02"]);
        assert_eq!(day.succeeds().stdout.lines().count(), 4, "{zone}");
        let day = cli.run(&["messages", "export", "--since", "2021-12-31", "--until", "2022-01-01"]);
        assert_eq!(day.succeeds().stdout.lines().count(), 2, "{zone}");
        let archived = archive_all(&cli);
        cli.run(&["archives", "verify", "--all"]).succeeds();
        cli.run(&["archives", "rehydrate", "--from", "2021-10-31", "--to", "2021-11-01"]).succeeds();
        let back = cli.run(&["messages", "export", "--archived", "skip"]).stdout;
        assert_eq!(back.lines().count(), 4, "{zone}");
        rehydrate_all(&cli);
        assert_eq!(exported(&cli), imported, "{zone}");
        seen.push((zone, fingerprint(&archived)));
    }
    for (zone, hashes) in &seen[1..] {
        assert_eq!(hashes, &seen[0].1, "{zone}");
    }
}

#[test]
fn settings_of_role_and_database_change_neither_what_is_stored_nor_what_is_archived() {
    let expected = {
        let cli = Cli::new();
        import(&cli, &lines(&AROUND));
        fingerprint(&archive_all(&cli))
    };
    let cli = Cli::new();
    let database = sql(&cli.db_url, "SELECT current_database()");
    let settings = [
        ("DateStyle", "German, DMY"),
        ("IntervalStyle", "sql_standard"),
        ("extra_float_digits", "-15"),
        ("bytea_output", "escape"),
        ("standard_conforming_strings", "off"),
        ("backslash_quote", "on"),
        ("escape_string_warning", "off"),
        ("quote_all_identifiers", "on"),
        ("xmlbinary", "hex"),
        ("default_transaction_isolation", "serializable"),
        ("default_transaction_deferrable", "on"),
        ("lock_timeout", "1"),
        ("statement_timeout", "1s"),
        ("idle_in_transaction_session_timeout", "1s"),
        ("search_path", "nowhere"),
        ("lc_messages", "C"),
        ("lc_monetary", "C"),
        ("lc_time", "C"),
        ("client_encoding", "LATIN1"),
        ("array_nulls", "off"),
        ("transform_null_equals", "on"),
        ("row_security", "off"),
        ("session_replication_role", "origin"),
        ("TimeZone", "Asia/Kathmandu"),
    ];
    for (name, value) in settings {
        sql(
            &cli.db_url,
            &format!(
                "ALTER DATABASE {database} SET {name} = {}",
                if name == "DateStyle" { value.to_owned() } else { format!("'{value}'") }
            ),
        );
    }
    import(&cli, &lines(&AROUND));
    assert_eq!(exported(&cli), lines(&AROUND));
    cli.run(&[
        "messages",
        "write",
        "straße-1",
        "Täglich",
        "--data",
        "{\"a\":\"\\\\ ü 🦀\",\"f\":0.1000000000000000055}",
    ])
    .succeeds();
    let read = cli.json(&["messages", "read", "straße-1"]);
    assert_eq!((read[0]["type"].as_str(), read[0]["data"]["a"].as_str()), (Some("Täglich"), Some("\\ ü 🦀")));
    assert_eq!(fingerprint(&archive_all(&cli)), expected);
    rehydrate_all(&cli);
    assert_eq!(exported(&cli).lines().count(), AROUND.len() + 1);
}

#[test]
fn messages_whose_times_go_backwards_keep_their_order_through_archives() {
    // As a server writes them whose clock was set back and forth over the border of two chunks.
    let times = [
        "2020-01-09T00:00:05Z",
        "2020-01-08T23:59:58Z",
        "2020-01-09T00:00:01Z",
        "2020-01-01T00:00:00Z",
        "2020-01-16T12:00:00Z",
        "2020-01-08T23:59:59.999999Z",
    ];
    let cli = Cli::new();
    import(&cli, &lines(&times));
    let read = |cli: &Cli| -> Vec<String> {
        let read = cli.json(&["messages", "read", "tick-1"]);
        read.as_array().unwrap().iter().map(|m| m["time"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(read(&cli), times);
    let last = cli.json(&["messages", "last", "tick-1"]);
    assert_eq!((last["pos"].as_i64(), last["time"].as_str()), (Some(5), Some(times[5])));
    cli.run(&["messages", "read", "--category", "tick"]).succeeds();
    assert_eq!(archive_all(&cli).len(), 4);
    assert_eq!(
        cli.run(&["streams", "version", "tick-1", "-o", "csv"]).stdout.lines().last().map(|l| l.contains('5')),
        Some(true)
    );
    // The one that is last by position lies in the middle by time; positions and times go their own ways.
    let last = cli.json(&["messages", "last", "tick-1"]);
    assert_eq!((last["pos"].as_i64(), last["time"].as_str()), (Some(5), Some(times[5])));
    assert_eq!(read(&cli), times);
    cli.run(&["archives", "rehydrate", "--stream", "tick-1"]).succeeds();
    assert_eq!(read(&cli), times);
    assert_eq!(exported(&cli), lines(&times));
    // By its version the stream goes on, whatever the clock says.
    let written = cli.json(&["messages", "write", "tick-1", "T", "--expected-version", "5"]);
    assert_eq!(written["position"], 6);
    cli.run(&["coverage"]).succeeds();
}

#[test]
fn chunks_of_an_hour_and_of_thirty_days_are_archived_under_names_of_their_own() {
    for (interval, times) in [
        (
            "1h",
            [
                "2021-10-31T00:00:00Z",
                "2021-10-31T00:59:59.999999Z",
                "2021-10-31T01:00:00Z",
                "2021-10-31T02:30:00Z",
                "2021-10-31T23:59:59.999999Z",
            ],
        ),
        (
            "30d",
            [
                "2020-02-29T12:00:00Z",
                "2020-03-31T23:59:59.999999Z",
                "2020-06-01T00:00:00Z",
                "2020-12-31T23:00:00Z",
                "2021-01-31T00:00:00Z",
            ],
        ),
    ] {
        let cli = with_interval(interval);
        import(&cli, &lines(&times));
        let chunks = cli.json(&["chunks", "list"]).as_array().unwrap().len();
        assert!(chunks >= 4, "{interval}");
        let archived = archive_all(&cli);
        assert_eq!(archived.len(), chunks);
        let mut objects: Vec<_> = archived.iter().map(|a| a["object"].as_str().unwrap().to_owned()).collect();
        objects.sort();
        objects.dedup();
        assert_eq!(objects.len(), chunks, "{objects:?}");
        rehydrate_all(&cli);
        assert_eq!(exported(&cli), lines(&times));
        assert_eq!(archive_all(&cli).len(), chunks);
    }
}

#[test]
fn intervals_that_are_changed_midway_lose_and_double_nothing() {
    let cli = with_interval("7d");
    let start: DateTime<Utc> = "2020-01-02T00:00:00Z".parse().unwrap();
    let at = |hours: i64| eventodb_admin::messages::rfc3339(start + TimeDelta::hours(hours));
    let times: Vec<String> = (0..36).map(|i| at(i * 30)).collect();
    let all: Vec<&str> = times.iter().map(String::as_str).collect();
    let text = lines(&all);
    import(&cli, &text);
    let set = |interval: &str| {
        let schema = format!("tsdb_{}", cli.namespace);
        sql(
            &cli.db_url,
            &format!("SELECT public.set_chunk_time_interval('{schema}.messages'::regclass, interval '{interval}')"),
        );
    };
    for interval in ["1 hour", "30 days", "7 days", "1 day"] {
        archive_all(&cli);
        assert_eq!(exported_skipping(&cli), "");
        set(interval);
        rehydrate_all(&cli);
        assert_eq!(exported(&cli), text, "{interval}");
        // Some of them written anew, into chunks of the new interval.
        cli.run(&["messages", "write", "other-1", "T"]).succeeds();
        cli.run(&["coverage"]).succeeds();
        let schema = format!("tsdb_{}", cli.namespace);
        sql(
            &cli.db_url,
            &format!(
                "DELETE FROM {schema}.messages WHERE stream_name = 'other-1'; DELETE FROM {schema}.heads WHERE stream_name = 'other-1'"
            ),
        );
    }
    archive_all(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(exported(&cli), text);
}

fn exported_skipping(cli: &Cli) -> String {
    cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout.clone()
}

#[test]
fn objects_lie_in_the_iso_year_and_week_their_range_begins_in() {
    let cli = with_interval("1d");
    // Week 53 of 2020 ends on 2021-01-03; 2018-12-31 is in week 1 of 2019; 2016-01-01 in week 53 of 2015; a leap day.
    let days = [
        ("2015-12-28", "2015/w53"),
        ("2016-01-01", "2015/w53"),
        ("2016-01-03", "2015/w53"),
        ("2016-01-04", "2016/w01"),
        ("2018-12-30", "2018/w52"),
        ("2018-12-31", "2019/w01"),
        ("2020-02-29", "2020/w09"),
        ("2020-12-27", "2020/w52"),
        ("2020-12-28", "2020/w53"),
        ("2020-12-31", "2020/w53"),
        ("2021-01-01", "2020/w53"),
        ("2021-01-03", "2020/w53"),
        ("2021-01-04", "2021/w01"),
    ];
    let times: Vec<String> = days.iter().map(|(day, _)| format!("{day}T23:59:59.999999Z")).collect();
    let all: Vec<&str> = times.iter().map(String::as_str).collect();
    import(&cli, &lines(&all));
    let archived = archive_all(&cli);
    assert_eq!(archived.len(), days.len());
    let mut names = Vec::new();
    for (a, (day, folder)) in archived.iter().zip(days) {
        let object = a["object"].as_str().unwrap();
        assert!(object.contains(&format!("/messages/{folder}/{}T000000Z_", day.replace('-', ""))), "{day} {object}");
        let start: DateTime<Utc> = a["range_start"].as_str().unwrap().parse().unwrap();
        assert_eq!(folder, format!("{}/w{:02}", start.iso_week().year(), start.iso_week().week()));
        names.push(object.to_owned());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), days.len());
    rehydrate_all(&cli);
    assert_eq!(exported(&cli), lines(&all));
}

#[test]
fn times_at_borders_and_at_the_ends_of_calendars_are_kept_to_the_microsecond() {
    let times = [
        "0001-01-01T00:00:00Z",
        "1582-10-15T00:00:00Z",
        "1899-12-31T23:59:59.999999Z",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "1999-12-31T23:59:59.999999Z",
        "2000-01-01T00:00:00Z",
        "2000-02-29T12:00:00.000001Z",
        // A microsecond before a chunk's end, and on it.
        "2013-01-09T23:59:59.999999Z",
        "2013-01-10T00:00:00Z",
        "2016-12-31T23:59:59.999999Z",
    ];
    let cli = Cli::new();
    import(&cli, &lines(&times));
    assert_eq!(exported(&cli), lines(&times));
    let archived = archive_all(&cli);
    let border: DateTime<Utc> = "2013-01-10T00:00:00Z".parse().unwrap();
    let ranges: Vec<_> = archived
        .iter()
        .map(|a| ["range_start", "range_end"].map(|k| a[k].as_str().unwrap().parse::<DateTime<Utc>>().unwrap()))
        .collect();
    assert_eq!(
        (ranges.iter().filter(|r| r[1] == border).count(), ranges.iter().filter(|r| r[0] == border).count()),
        (1, 1)
    );
    cli.run(&["archives", "verify", "--all"]).succeeds();
    // Before the border, and not from it on.
    cli.run(&["archives", "rehydrate", "--from", "2013-01-09", "--to", "2013-01-10"]).succeeds();
    assert_eq!(exported_skipping(&cli), line(8, times[8]));
    rehydrate_all(&cli);
    assert_eq!(exported(&cli), lines(&times));
    // The far future is an open chunk: it is not archived by age, and comes to no harm by name.
    let far = line(times.len(), "9999-12-31T23:59:59.999999Z");
    import(&cli, &far);
    assert_eq!(archive_all(&cli).len(), archived.len());
    assert_eq!(exported_skipping(&cli), far);
    let open = cli.json(&["chunks", "list", "--state", "open"]);
    let (name, store) = (open[0]["chunk_name"].as_str().unwrap().to_owned(), cli.store());
    let by_name = cli.json(&["chunks", "archive", &name, "--store", &store]);
    assert!(by_name[0]["range_end"].as_str().unwrap().starts_with('+'), "{by_name}");
    cli.run(&["coverage"]).succeeds();
    rehydrate_all(&cli);
    assert_eq!(exported(&cli), lines(&times) + &far);
}

#[test]
fn infinity_is_refused_by_the_program_and_told_where_it_was_put_by_hand() {
    let cli = Cli::new();
    for time in [
        "infinity",
        "-infinity",
        "2013-02-30T00:00:00Z",
        "2021-03-28T25:00:00Z",
        "2013-01-01",
        "+300000-01-01T00:00:00Z",
        "2013-01-01T00:00:00",
    ] {
        let file = cli.file("bad.ndjson", line(0, time));
        let out = cli.run(&["messages", "import", &file]);
        assert_ne!(out.code, 0, "{time} {out:?}");
        assert!(out.stderr.contains("line 1"), "{time} {out:?}");
    }
    assert_eq!(exported(&cli), "");
    import(&cli, &lines(&["2013-01-03T00:00:00Z"]));
    let schema = format!("tsdb_{}", cli.namespace);
    let insert = |time: &str| {
        format!("INSERT INTO {schema}.messages (time, position, stream_name, type) VALUES ('{time}', 0, 'inf-1', 'T')")
    };
    // The server itself takes one of the two.
    assert!(try_sql(&cli.db_url, &insert("-infinity")).is_err());
    sql(&cli.db_url, &insert("infinity"));
    let store = cli.store();
    for args in [
        &["messages", "export"][..],
        &["messages", "read", "inf-1"],
        &["messages", "last", "inf-1"],
        &["streams", "list"],
        &["chunks", "list"],
        &["chunks", "archive", "--older-than", "0d", "--store", &store],
        &["coverage"],
    ] {
        let out = cli.run(args);
        out.fails(1, "time").fails(1, "hint:");
    }
    assert_eq!(sql(&cli.db_url, &format!("SELECT count(*) FROM {schema}.messages")), "2");
    sql(
        &cli.db_url,
        &format!(
            "SELECT public.drop_chunks('{schema}.messages'::regclass, newer_than => '9999-01-01'::timestamptz);
             DELETE FROM {schema}.heads WHERE stream_name = 'inf-1'"
        ),
    );
    assert_eq!(archive_all(&cli).len(), 1);
}

/// A `LD_PRELOAD` of libfaketime where the machine has it: the program's own clock, and nobody else's, is off.
fn faketime() -> Option<String> {
    if let Ok(path) = std::env::var("EVENTODB_TEST_FAKETIME") {
        return Some(path);
    }
    let folders = ["/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib/faketime"];
    folders.iter().map(|f| format!("{f}/libfaketime.so.1")).find(|path| Path::new(path).exists())
}

#[test]
fn ages_are_counted_by_the_servers_clock() {
    let cli = with_interval("1h");
    let now: DateTime<Utc> =
        sql(&cli.db_url, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')").parse().unwrap();
    let hour = TimeDelta::hours(1);
    let full = now.duration_trunc(hour).unwrap();
    let times = [full - hour * 51, full - hour * 3, full].map(eventodb_admin::messages::rfc3339);
    let all: Vec<&str> = times.iter().map(String::as_str).collect();
    import(&cli, &lines(&all));
    let older = |cli: &Cli, age: &str| cli.json(&["chunks", "list", "--older-than", age]).as_array().unwrap().len();
    for (age, expected) in [("0s", 2), ("2h", 2), ("3h", 1), ("50h", 1), ("52h", 0), ("1000y", 0)] {
        assert_eq!(older(&cli, age), expected, "{age}");
    }
    let ended = sql(
        &cli.db_url,
        &format!(
            "SELECT extract(epoch FROM now() - min(range_end))::bigint FROM timescaledb_information.chunks \
             WHERE hypertable_schema = 'tsdb_{}'",
            cli.namespace
        ),
    );
    let ended: i64 = ended.parse().unwrap();
    assert_eq!(older(&cli, &format!("{}s", ended - 1)), 1);
    assert_eq!(older(&cli, &format!("{}s", ended + 120)), 0);
    let Some(faketime) = faketime() else {
        eprintln!(
            "SKIPPED the part of ages_are_counted_by_the_servers_clock with a wrong client: it needs libfaketime"
        );
        return;
    };
    for off in ["-3650d", "+3650d"] {
        let wrong = Cli {
            variables: Vec::new(),
            db_url: cli.db_url.clone(),
            namespace: cli.namespace.clone(),
            dir: tempfile::tempdir().unwrap(),
        }
        .with("LD_PRELOAD", &faketime)
        .with("FAKETIME", off);
        assert_eq!((older(&wrong, "0s"), older(&wrong, "3h"), older(&wrong, "52h")), (2, 1, 0), "{off}");
        let plan = wrong.json(&["chunks", "archive", "--older-than", "3h", "--store", &cli.store(), "--dry-run"]);
        assert_eq!(plan.as_array().unwrap().len(), 1, "{off}");
        // Neither writes nor imports without a time take the client's.
        wrong.run(&["messages", "write", "late-1", "T"]).succeeds();
        let file = wrong.file("append.ndjson", "{\"stream\":\"late-1\",\"type\":\"T\"}\n");
        wrong.run(&["messages", "import", &file]).succeeds();
    }
    let odd = format!(
        "SELECT count(*) FROM tsdb_{}.messages WHERE time NOT BETWEEN now() - interval '52 hours' AND now()",
        cli.namespace
    );
    assert_eq!(sql(&cli.db_url, &odd), "0");
}
