//! What a run tells a machine that collects logs.

use serde_json::Value;

use super::cli::Out;
use super::scene::{RUN, filled, set};

fn lines(out: &Out) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
    out.stderr.lines().map(parse).collect()
}

#[test]
fn every_line_of_a_run_carries_its_id_and_the_namespace() {
    let cli = filled(1);
    // No store: a failure to tell of.
    set(&cli, &["--archive-after", "0d"]);
    let words = [&RUN[..], &["--log-format", "json", "-o", "json"]].concat();
    let out = cli.run_in(&[("RUST_LOG", "eventodb_admin=trace,tokio_postgres=debug")], &words, b"");
    assert_eq!(out.code, 2, "{out:?}");
    let summary: Value = serde_json::from_str(&out.stdout).unwrap();
    let id = summary[0]["run_id"].as_str().unwrap();
    assert!(uuid::Uuid::parse_str(id).is_ok());
    let lines = lines(&out);
    assert!(lines.iter().all(|l| l["run_id"] == id && l["time"].is_string() && l["level"].is_string()), "{lines:?}");
    let error = lines.iter().find(|l| l["level"] == "error").expect("an error");
    assert_eq!(error["namespace"], cli.namespace.as_str());
    assert_eq!(error["exit_code"], 2);
    let again = cli.run(&words);
    let other: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_ne!(other[0]["run_id"], id, "one a process");
}

#[test]
fn rust_log_says_what_is_logged() {
    let cli = filled(1);
    set(&cli, &["--archive-after", "1000y"]);
    let words = [&RUN[..], &["--log-format", "json"]].concat();
    let levels = |filter: &str| {
        let lines = lines(&cli.run_in(&[("RUST_LOG", filter)], &words, b""));
        lines
            .iter()
            .filter(|l| l["target"].is_string())
            .map(|l| l["level"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(levels("off"), Vec::<String>::new());
    assert!(levels("tokio_postgres=debug").iter().any(|l| l == "debug"));
    let quiet = cli.run_in(&[("RUST_LOG", "off")], &[&words[..], &["-q"]].concat(), b"");
    assert_eq!(quiet.succeeds().stderr, "");
}
