//! Messages, streams and categories by the command line.

use std::io::Read;

use super::cli::{Cli, entries, made_up};

#[test]
fn a_written_message_is_read_back_digit_by_digit() {
    let cli = Cli::new();
    let data = r#"{"a":123456789012345678901234567890,"b":0.123456789012345678901234567890,"c":-18446744073709551616}"#;
    let written = cli.json(&["messages", "write", "account-1", "Opened", "--data", data, "--expected-version", "-1"]);
    assert_eq!((written["position"].as_i64(), written["global_position"].as_i64()), (Some(0), Some(1)));
    let read = cli.run(&["messages", "read", "account-1", "-o", "json"]);
    assert!(read.stdout.contains(&format!("\"data\":{data},\"meta\":null")), "{read:?}");
    let message = &read.json()[0];
    let keys: Vec<_> = message.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["data", "gpos", "id", "meta", "pos", "stream", "time", "type"]);
    assert_eq!(message["id"], written["id"]);
    assert!(cli.run(&["messages", "last", "account-1", "-o", "json"]).stdout.contains(data));
}

#[test]
fn data_comes_from_a_file_or_standard_input() {
    let cli = Cli::new();
    let text = "x".repeat(10 << 20);
    let file = cli.file("big.json", format!("{{\"text\":\"{text}\"}}"));
    cli.run(&["messages", "write", "big-1", "T", "--data", &format!("@{file}")]).succeeds();
    let read = cli.json(&["messages", "read", "big-1"]);
    assert!(read[0]["data"]["text"] == text.as_str(), "10 MB came back changed");
    cli.run_with(&["messages", "write", "big-1", "T", "--data", "-", "--metadata", "[1]"], b" {\"n\": 1}\n").succeeds();
    let last = cli.json(&["messages", "last", "big-1"]);
    assert_eq!((last["data"]["n"].as_i64(), &last["meta"]), (Some(1), &serde_json::json!([1])));
}

#[test]
fn json_null_is_no_data() {
    let cli = Cli::new();
    cli.run(&["messages", "write", "a-1", "T", "--data", "null"]).succeeds();
    let schema = cli.json(&["namespaces", "show"])["schema"].as_str().unwrap().to_owned();
    assert_eq!(super::cli::sql(&cli.db_url, &format!("SELECT data IS NULL FROM \"{schema}\".messages")), "t");
    assert!(cli.json(&["messages", "read", "a-1"])[0]["data"].is_null());
}

#[test]
fn a_wrong_expected_version_and_an_id_used_again_are_conflicts() {
    let cli = Cli::new();
    let id = "8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1";
    let write = ["messages", "write", "a-1", "T", "--data", "{\"n\":1}", "--id", id];
    let first = cli.json(&write);
    let again = cli.run(&[&write[..], &["-o", "json"]].concat());
    assert_eq!(again.json(), first);
    assert!(again.stderr.contains("already"), "{again:?}");
    cli.run(&["messages", "write", "a-1", "T", "--data", "{\"n\":2}", "--id", id]).fails(4, "error");
    cli.run(&["messages", "write", "a-1", "T", "--expected-version", "-1"]).fails(4, "version");
    cli.run(&["messages", "write", "a-1", "T", "--expected-version", "0"]).succeeds();
    assert_eq!(cli.json(&["streams", "version", "a-1"])["version"], 1);
}

#[test]
fn stream_names_may_hold_anything_that_postgres_keeps() {
    let cli = Cli::new();
    let names = ["it's-\"1\"", "100%-x_y", "crab🦀-1", "a\nb-1", "'; DROP TABLE messages; ---1"];
    for name in names {
        cli.run(&["messages", "write", name, "T"]).succeeds();
        assert_eq!(cli.json(&["messages", "read", name])[0]["stream"], name);
        assert_eq!(cli.json(&["streams", "version", name])["stream"], name);
    }
    assert_eq!(cli.json(&["streams", "list"]).as_array().unwrap().len(), names.len());
    assert_eq!(cli.json(&["streams", "list", "--prefix", "100%"]).as_array().unwrap().len(), 1);
    assert_eq!(cli.json(&["streams", "list", "--limit", "2"]).as_array().unwrap().len(), 2);
    let table = cli.run(&["streams", "list"]).stdout;
    assert_eq!(table.lines().count(), names.len() + 1, "a name's line break reached the table: {table}");
}

#[test]
fn a_category_is_read_in_parts_that_add_up() {
    let cli = Cli::new();
    cli.run_with(&["messages", "import"], made_up(1, 200).as_bytes()).succeeds();
    let read = |more: &[&str]| {
        let args = [&["messages", "read", "--category", "account"], more].concat();
        cli.json(&args).as_array().unwrap().iter().map(|m| m["gpos"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(read(&[]), (1..=200).collect::<Vec<_>>());
    assert_eq!(read(&["--from-global-position", "150", "--limit", "3"]), [150, 151, 152]);
    let mut parts = [read(&["--consumer-group", "0/2"]), read(&["--consumer-group", "1/2"])].concat();
    parts.sort_unstable();
    assert_eq!(parts, read(&[]));
    let categories = cli.json(&["categories", "list"]);
    assert_eq!((categories[0]["streams"].as_i64(), categories[0]["messages"].as_i64()), (Some(7), Some(200)));
    let csv = cli.run(&["messages", "read", "account-0", "-o", "csv"]).stdout;
    assert!(csv.starts_with("id,stream,type,pos,gpos,data,meta,time\n"), "{csv}");
}

#[test]
fn what_is_not_there_exits_3() {
    let cli = Cli::new();
    cli.run(&["messages", "read", "a-1"]).fails(3, "a-1");
    cli.run(&["messages", "last", "a-1"]).fails(3, "a-1");
    cli.run(&["streams", "version", "a-1"]).fails(3, "a-1");
    cli.run(&["archives", "show", "1"]).fails(3, "archive 1");
    cli.run(&["archives", "verify", "1"]).fails(3, "archive 1");
    cli.run(&["chunks", "archive", "nope", "--store", &cli.store()]).fails(3, "nope");
    cli.run(&["messages", "read", "a-1", "-n", "\"; DROP SCHEMA public; --"]).fails(3, "namespaces list");
}

#[test]
fn export_and_import_give_the_same_bytes_plain_and_compressed() {
    let cli = Cli::new();
    let lines = made_up(2, 100);
    let source = cli.file("in.ndjson", &lines);
    let imported = cli.json(&["messages", "import", &source]);
    assert_eq!((imported["messages"].as_i64(), imported["last_global_position"].as_i64()), (Some(200), Some(200)));
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, lines);
    for name in ["out.ndjson", "out.ndjson.gz", "out.ndjson.zst"] {
        let path = cli.path(name);
        cli.run(&["messages", "export", "--file", path.to_str().unwrap()]).succeeds();
        let bytes = std::fs::read(&path).unwrap();
        let mut text = String::new();
        match path.extension().unwrap().to_str().unwrap() {
            "gz" => drop(flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap()),
            "zst" => text = String::from_utf8(zstd::decode_all(&bytes[..]).unwrap()).unwrap(),
            _ => text = String::from_utf8(bytes).unwrap(),
        }
        assert!(text == lines, "{name}");
        let other = Cli::new();
        other.run(&["messages", "import", path.to_str().unwrap()]).succeeds();
        assert!(other.run(&["messages", "export"]).stdout == lines, "{name}");
    }
    let since = cli.run(&["messages", "export", "--category", "account", "--since", "2013-01-10"]).stdout;
    assert!(since.lines().eq(lines.lines().skip(100)), "not the second week: {since}");
}

#[test]
fn an_export_takes_the_place_of_no_device_pipe_or_link() {
    let cli = Cli::new();
    let lines = made_up(1, 20);
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let (pipe, link, file) = (cli.path("pipe"), cli.path("link"), cli.path("file"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::fs::write(&file, "before").unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    for to in [&pipe, &link] {
        cli.run(&["messages", "export", "--file", to.to_str().unwrap()]).succeeds();
    }
    assert_eq!(reader.join().unwrap(), lines);
    assert!(link.is_symlink() && std::fs::read_to_string(&file).unwrap() == lines);
    cli.run(&["messages", "export", "--file", cli.path("").to_str().unwrap()]).fails(2, "it is a folder");
    let to_stdout = cli.run(&["messages", "export", "--file", "/dev/stdout"]);
    assert!(to_stdout.succeeds().stdout.starts_with(&lines), "{to_stdout:?}");
}

#[test]
fn an_export_that_fails_leaves_no_file() {
    let cli = Cli::new();
    std::fs::create_dir(cli.path("out")).unwrap();
    let file = cli.path("out/x.ndjson");
    cli.run(&["messages", "export", "--file", file.to_str().unwrap(), "--dry-run"]).succeeds();
    cli.run(&["messages", "export", "--file", file.to_str().unwrap(), "-n", "nowhere"]).fails(3, "nowhere");
    assert!(entries(&cli.path("out")).is_empty());
    let nowhere = cli.path("missing/x.ndjson");
    let missing = cli.run(&["messages", "export", "--file", nowhere.to_str().unwrap()]);
    missing.fails(1, "missing/x.ndjson: there is no folder").fails(1, "hint: make the folder");
    assert!(!missing.stderr.contains(".eventodb-export-"), "{missing:?}");
}

#[test]
fn an_import_with_a_broken_line_imports_nothing_and_names_the_line() {
    let cli = Cli::new();
    let broken = made_up(1, 50) + "{\"stream\":\n";
    cli.run_with(&["messages", "import", "-"], broken.as_bytes()).fails(1, "line 51");
    let plan = cli.run_with(&["messages", "import", "--dry-run", "-o", "json"], made_up(1, 50).as_bytes()).json();
    assert_eq!(plan[0]["message_count"], 50);
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout, "");
    cli.run(&["messages", "import", "/nowhere"]).fails(2, "/nowhere");
    for (broken, told) in [
        (
            r#"{"stream":"a-1","type":"T","time":"2026-13-01"}"#,
            "line 1: time: \"2026-13-01\" is no instant; write one as 2026-10-01T",
        ),
        ("[", "line 1: it begins an array: a line is one JSON object"),
        ("id,stream,type", "line 1: it is no JSON object"),
    ] {
        cli.run_with(&["messages", "import"], broken.as_bytes()).fails(1, told);
    }
}

#[test]
fn an_import_of_lines_without_positions_tells_the_last_that_they_got() {
    let cli = Cli::new();
    let lines: String = (0..12_000).map(|n| format!("{{\"stream\":\"a-{}\",\"type\":\"T\"}}\n", n % 7)).collect();
    let done = cli.run_with(&["messages", "import", "-o", "json"], lines.as_bytes()).json();
    assert_eq!(done, serde_json::json!({"messages": 12_000, "appended": 12_000, "last_global_position": 12_000}));
    let placed = "{\"stream\":\"b-1\",\"type\":\"T\",\"pos\":0,\"gpos\":20000}\n{\"stream\":\"a-1\",\"type\":\"T\"}\n";
    let done = cli.run_with(&["messages", "import", "-o", "json"], placed.as_bytes()).json();
    assert_eq!(done["last_global_position"], 20_001, "{done}");
}

#[test]
fn a_category_that_nobody_has_written_to_is_told_and_is_no_error() {
    let cli = Cli::new();
    cli.run(&["messages", "write", "order-1", "T"]).succeeds();
    let note = "category ordr has no messages";
    for args in [
        &["messages", "read", "--category", "ordr"][..],
        &["messages", "export", "--category", "ordr"],
        &["messages", "follow", "--category", "ordr", "--no-wait"],
        &["archives", "find", "--category", "ordr"],
        &["holds", "place", "--case", "A", "--category", "ordr"],
    ] {
        let told = if args[0] == "holds" { "nothing was ever written to category ordr" } else { note };
        let out = cli.run(args);
        out.tells(told);
        assert!(!out.stdout.contains(told), "{out:?}");
    }
    for args in [&["messages", "read", "--category", "order"][..], &["messages", "read", "--category", "ordr", "-q"]] {
        assert_eq!(cli.run(args).succeeds().stderr, "", "{args:?}");
    }
    assert_eq!(cli.json(&["messages", "read", "--category", "ordr"]), serde_json::json!([]));
}

#[test]
fn a_stream_and_a_category_that_were_mixed_up_are_told_apart() {
    let cli = Cli::new();
    cli.run(&["messages", "write", "order-1", "T"]).succeeds();
    cli.run(&["messages", "read", "order"]).fails(3, "hint: it is a category: --category order reads that");
    cli.run(&["messages", "read", "ordr"]).fails(3, "hint: eventodb-admin streams list");
    cli.run(&["messages", "follow", "order-1"]).fails(2, "hint: --category order follows its category");
    cli.run(&["archives", "find", "--stream", "ordr-1"]).fails(3, "hint: eventodb-admin streams list");
    let help = cli.run(&["messages", "follow", "--help"]).succeeds().stdout.clone();
    assert!(!help.contains("[STREAM]") && !help.contains("named only to say so"), "{help}");
}

#[test]
fn a_plan_writes_no_message() {
    let cli = Cli::new();
    let plan = cli.json(&["messages", "write", "a-1", "T", "--data", "{}", "--dry-run"]);
    assert_eq!((plan[0]["action"].as_str(), plan[0]["target"].as_str()), (Some("write"), Some("a-1")));
    assert_eq!(cli.json(&["streams", "list"]), serde_json::json!([]));
}
