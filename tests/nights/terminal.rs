//! What a run looks like on a terminal.

use std::process::Command;

use super::cli::{BINARY, Cli};
use super::scene::{RUN, archive_all, two};

/// All that a run over all namespaces writes to a terminal of so many columns. `None` where `script` is not installed.
fn on_a_terminal(cli: &Cli, columns: usize) -> Option<String> {
    let run = format!("stty cols {columns} rows 24; exec '{BINARY}' {} --all-namespaces", RUN.join(" "));
    let made = Command::new("script")
        .args(["-qec", &run, "/dev/null"])
        .env_clear()
        .envs(cli.variables())
        .env("TERM", "xterm")
        .env("SHELL", "/bin/sh")
        .current_dir(cli.path("."))
        .output();
    let Ok(output) = made else {
        eprintln!("NOT TESTED HERE: a run on a terminal; this needs script, of util-linux");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Text without what moves the cursor or colours it.
fn seen(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').get(1..).unwrap_or(""));
    first + &rest.collect::<String>()
}

#[test]
fn bars_fit_the_terminal_and_have_left_it_before_the_table_comes() {
    let Some((one, other)) = two(12) else { return };
    archive_all(&one);
    archive_all(&other);
    let Some(text) = on_a_terminal(&one, 50) else { return };
    let (bars, table) = text.split_once("RESULT").unwrap_or_else(|| panic!("no table: {text:?}"));
    let drawn = bars.rfind("namespaces ").unwrap_or_else(|| panic!("no bar: {text:?}"));
    let erased = bars.rfind("\u{1b}[2K").or_else(|| bars.rfind("\u{1b}[0J")).unwrap_or_default();
    assert!(erased > drawn, "a bar is left above the table: {bars:?}");
    assert!(table.contains("all is well: 2 namespaces, 24 chunks archived and dropped"), "{table:?}");
    let lines = bars.split(['\r', '\n']).map(seen);
    let bars: Vec<String> = lines.filter(|line| line.contains(['█', '░']) || line.contains(" left")).collect();
    assert!(bars.iter().any(|line| line.contains(&one.namespace[..10])), "{text:?}");
    for line in bars {
        assert!(line.trim_end().chars().count() <= 50, "broken in two: {line:?}");
        assert!(!line.contains(" 0/") || !line.contains("left"), "nothing is done, and time is told: {line:?}");
    }
}
