//! What needs no server: help, mistakes, configuration.

use clap::CommandFactory;
use eventodb_admin::cli::Cli as Arguments;
use serde_json::Value;

use super::cli::{Cli, entries};

fn verbs(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
    for sub in command.get_subcommands().filter(|s| s.get_name() != "help") {
        let path = [path, &[sub.get_name().to_owned()]].concat();
        verbs(sub, &path, found);
        found.push(path);
    }
}

#[test]
fn every_verb_has_help_that_fits_a_screen() {
    let mut all = vec![Vec::new()];
    verbs(&Arguments::command(), &[], &mut all);
    assert!(all.len() > 25, "{all:?}");
    let cli = Cli::offline();
    for path in all {
        for help in ["-h", "--help"] {
            let args: Vec<&str> = path.iter().map(String::as_str).chain([help]).collect();
            let out = cli.run(&args);
            assert_eq!((out.code, out.stderr.as_str()), (0, ""), "{args:?}");
            assert!(out.stdout.contains("Usage: eventodb-admin"), "{}", out.stdout);
            assert!(out.stdout.lines().all(|line| line.chars().count() <= 110), "{}", out.stdout);
            assert!(help == "--help" || out.stdout.lines().count() <= 40, "{}", out.stdout);
        }
    }
}

#[test]
fn help_does_not_show_the_environment() {
    let out = Cli::offline().run(&["messages", "read", "--help"]);
    assert!(out.stdout.contains("EVENTODB_DB_URL") && !out.stdout.contains("hunter2"), "{}", out.stdout);
}

#[test]
fn the_singular_is_an_alias_of_each_noun() {
    let cli = Cli::offline();
    for noun in ["namespace", "message", "stream", "category", "chunk", "archive", "hold"] {
        cli.run(&[noun, "--help"]).succeeds();
    }
}

#[test]
fn what_cannot_be_meant_exits_2_and_says_why() {
    let cli = Cli::offline();
    let long = "x".repeat(100_000);
    let id = "8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1";
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["nonsense"], "nonsense"),
        (&["chunks", "compress", "--older-than", "-1d"], "cannot be negative"),
        (&["chunks", "compress", "--older-than", "5 parsecs"], "parsecs"),
        (&["chunks", "list", "--older-than", "99999999999y"], "invalid value"),
        (&["chunks", "list", "--older-than", "2000y"], "1,000 years"),
        (&["chunks", "list", "--state", "gone"], "rehydrated"),
        (&["chunks", "drop"], "--older-than"),
        (&["chunks", "drop", "a", "--older-than", "1d"], "cannot be used with"),
        (&["chunks", "archive", "a", "--jobs", "0"], "--jobs"),
        (&["chunks", "archive", "a", "--compression", "zstd", "--level", "99"], "1 to 22"),
        (&["messages", "read"], "STREAM"),
        (&["messages", "read", "a-1", "--category", "a"], "cannot be used with"),
        (&["messages", "read", ""], "empty"),
        (&["messages", "read", "--category", "a-1"], "names a stream"),
        (&["messages", "read", "--category", "a", "--consumer-group", "3/2"], "0 to 1"),
        (&["messages", "read", "--category", "a", "--consumer-group", "x/y"], "MEMBER/SIZE"),
        (&["messages", "read", "a-1", "--from-position", "-1"], "--from-position"),
        (&["messages", "write", &long, "T"], "100000 bytes"),
        (&["messages", "write", "a-1", ""], "type is empty"),
        (&["messages", "write", "a-1", "T", "--data", "{"], "not JSON"),
        (&["messages", "write", "a-1", "T", "--data", "{'a': 1}"], "not JSON"),
        (&["messages", "write", "a-1", "T", "--data", r#"{"a":"\u0000"}"#], "\\u0000"),
        (&["messages", "write", "a-1", "T", "--data", "@/nowhere"], "/nowhere"),
        (&["messages", "write", "a-1", "T", "--data", "-", "--metadata", "-"], "standard input"),
        (&["messages", "write", "a-1", "T", "--id", "no-uuid"], "--id"),
        (&["messages", "write", "a-1", "T", "--expected-version", "-2"], "--expected-version"),
        (&["messages", "export", "--since", "yesterday"], "--since"),
        (&["messages", "export", "--since", "2013-02-01", "--until", "2013-01-01"], "--since is after"),
        (&["namespaces", "create", "\"; DROP SCHEMA public; --"], "letter or digit"),
        (&["namespaces", "create", ""], "empty"),
        (&["namespaces", "create", "a", "--chunk-interval", "0d"], "one hour"),
        (&["namespaces", "create", "a", "--chunk-interval", "-7d"], "negative"),
        (&["namespaces", "create", "a", "--compress-after", "soon"], "soon"),
        (&["namespaces", "create", "a", "--token", "secret-token"], "token"),
        (&["namespaces", "upgrade", "a", "--all"], "cannot be used with"),
        (&["archives", "verify"], "--all"),
        (&["archives", "verify", "--all", "--sample", "200%"], "at most 100%"),
        (&["archives", "verify", "one"], "one"),
        (&["archives", "rehydrate"], "--since"),
        (&["archives", "list", "--store", "nonsense"], "reading --store: the store \"nonsense\" is not a URL"),
        (&["archives", "list", "--store", "s3://ev/prod"], "fewer than 3 characters"),
        (&["archives", "rehydrate", "--since", "2013-02-01", "--until", "2013-01-01"], "--since is not before --until"),
        (&["archives", "rehydrate", "--from", "2013-02-01", "--to", "2013-01-01"], "--since is not before --until"),
        (&["holds", "place", "--case", "c", "--since", "2013-02-01", "--until", "2013-01-01"], "--until is not after"),
        (&["holds", "place", "--case", "c", "--from", "2013-02-01", "--to", "2013-01-01"], "--until is not after"),
        (&["lifecycle", "history", "--since", "yesterday"], "or an instant"),
        (&["-o", "xml", "version"], "xml"),
        (&["-q", "-v", "version"], "cannot be used with"),
        (&["--lock-timeout", "-1s", "version"], "negative"),
        (&["--sse-kms-key-id", "k", "version"], "aws:kms"),
        (&["--db-url", "mysql://a", "namespaces", "list"], "error"),
        (&["completions", "tcsh"], "tcsh"),
        (&["messages", "last", "a-1", "--id", id], "--id"),
    ];
    for (args, text) in cases {
        let out = cli.run(args);
        out.fails(2, text);
        assert_eq!(out.stdout, "", "{args:?}");
        assert!(out.stderr.len() < 4000 && !out.stderr.contains("secret-token"), "{args:?}: {}", out.stderr);
    }
}

#[test]
fn no_output_shows_the_password() {
    for args in
        [&["namespaces", "list"][..], &["namespaces", "list", "-vv"], &["namespaces", "list", "--log-format", "json"]]
    {
        let out = Cli::offline().with("RUST_LOG", "trace").run(args);
        out.fails(1, "127.0.0.1:1");
        assert!(!format!("{out:?}").contains("hunter2"), "{out:?}");
    }
}

#[test]
fn who_names_no_database_is_told_so() {
    let out = Cli::offline().run_in(&[("EVENTODB_DB_URL", "")], &["namespaces", "list"], b"");
    // Somebody may run a server where libpq looks by itself.
    assert!(out.code != 1 || out.stderr.contains("no database is named"), "{out:?}");
    let named = Cli::offline().run(&["namespaces", "list"]);
    assert!(!named.stderr.contains("no database is named"), "{named:?}");
}

#[test]
fn a_namespace_beside_all_of_them_is_ignored_and_that_is_told() {
    let cli = Cli::offline();
    for args in [&["report"][..], &["lifecycle", "run"], &["lifecycle", "history"], &["policy", "show"]] {
        let told = cli.run(&[args, &["--all-namespaces", "-n", "shop"]].concat());
        told.fails(1, "warning: -n shop is ignored: --all-namespaces means all of them");
        let unnamed = cli.run(&[args, &["--all-namespaces"]].concat());
        assert!(!unnamed.stderr.contains("ignored"), "{unnamed:?}");
    }
}

#[test]
fn errors_and_hints_are_json_objects_where_asked_for() {
    let out = Cli::offline().run(&["namespaces", "create", "a b", "--log-format", "json"]);
    let line: Value = serde_json::from_str(&out.stderr).unwrap();
    assert_eq!((out.code, line["level"].as_str(), line["exit_code"].as_i64()), (2, Some("error"), Some(2)));
    assert!(line["hint"].as_str().unwrap().contains("letters"), "{line}");
}

#[test]
fn arguments_that_are_not_understood_are_json_objects_too_where_asked_for() {
    let cases: &[(&[&str], &str, &str)] = &[
        (&["chunks", "list", "--log-format", "json", "--exactly"], "unexpected argument '--exactly'", "--exact"),
        (&["--log-format=json", "chunk", "nonsense"], "unrecognized subcommand 'nonsense'", "--help"),
        (&["chunks", "drop", "--log-format", "json"], "--older-than", "Usage:"),
        (&["chunks", "--log-format", "json"], "requires a subcommand", "--help"),
        (&["chunks", "list", "--log-format", "json", "postgres://u:hunter2@h/d"], "unexpected argument", "Usage:"),
    ];
    let one = |out: &super::cli::Out, message: &str, hint: &str| {
        let line: Value = serde_json::from_str(&out.stderr).unwrap_or_else(|e| panic!("{e}: {out:?}"));
        assert_eq!((out.code, line["level"].as_str(), line["exit_code"].as_i64()), (2, Some("error"), Some(2)));
        assert!(line["message"].as_str().unwrap().contains(message), "{line}");
        assert!(line["hint"].as_str().unwrap_or_default().contains(hint), "{line}");
        assert!(out.stdout.is_empty() && !out.stderr.contains("hunter2"), "{out:?}");
    };
    for (args, message, hint) in cases {
        one(&Cli::offline().run(args), message, hint);
    }
    let cli = Cli::offline().with("EVENTODB_LOG_FORMAT", "json");
    one(&cli.run(&["chunks"]), "before it names a command", "--help");
    one(&cli.run(&["chunks", "list", "--exactly"]), "--exactly", "--exact");
    one(&cli.run(&["version", "--config", "/nowhere.toml"]), "/nowhere.toml", "");
    assert!(cli.run(&["chunks", "--help"]).succeeds().stdout.contains("Usage:"));
}

#[test]
fn chunks_are_not_looked_for_in_plain_postgres() {
    let out = Cli::offline().run(&["--db-type", "postgres", "chunks", "list"]);
    out.fails(8, "TimescaleDB").fails(8, "migrate postgres");
}

#[test]
fn a_configuration_file_gives_what_flags_and_environment_leave_out() {
    let cli = Cli::offline();
    let config = cli.file("c.toml", "output = 'json'\nno-progress = true\n");
    let version = cli.run(&["version", "--config", &config]).json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    let cli = Cli::offline().with("EVENTODB_CONFIG", &config).with("EVENTODB_OUTPUT", "csv");
    assert_eq!(cli.run(&["version"]).stdout, format!("name,version\neventodb-admin,{}\n", env!("CARGO_PKG_VERSION")));
    assert!(cli.run(&["version", "-o", "table"]).stdout.starts_with("eventodb-admin  "));
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() {
    let cli = Cli::offline();
    let config = cli.file("c.toml", "ouput = 'json'\n");
    let out = cli.run(&["version", "--config", &config]);
    out.fails(2, "the key `ouput` is unknown").fails(2, "did you mean `output`?");
    assert!(out.stderr.len() < 500, "{out:?}");
    cli.run(&["version", "--config", "/nowhere.toml"]).fails(2, "/nowhere.toml");
}

#[test]
fn man_prints_the_main_page_or_writes_one_a_command() {
    let cli = Cli::offline();
    let page = cli.run(&["man"]).succeeds().stdout.clone();
    assert!(page.contains(".TH eventodb-admin 1"), "{page}");
    let dir = cli.path("man");
    cli.run(&["man", dir.to_str().unwrap(), "--dry-run"]).succeeds();
    assert!(!dir.exists());
    cli.run(&["man", dir.to_str().unwrap()]).succeeds();
    let pages = entries(&dir);
    for page in ["eventodb-admin.1", "eventodb-admin-chunks-archive.1", "eventodb-admin-coverage.1"] {
        assert!(pages.iter().any(|p| p == page), "{pages:?}");
    }
}
