//! What a run looks like on a terminal.

use std::process::Command;

use super::cli::{BINARY, Cli};
use super::scene::{RUN, archive_all, two};

/// All that a run over all namespaces writes to a terminal of so many columns. `None` where `script` is not installed.
fn on_a_terminal(cli: &Cli, columns: usize) -> Option<String> {
    on_a_terminal_of(cli, columns, &format!("{} --all-namespaces", RUN.join(" ")))
}

fn on_a_terminal_of(cli: &Cli, columns: usize, arguments: &str) -> Option<String> {
    let run = format!("stty cols {columns} rows 24; exec '{BINARY}' {arguments}");
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

/// What is written between movements of the cursor.
fn drawn_pieces(text: &str) -> Vec<&str> {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().into_iter();
    let rest = pieces.map(|piece| {
        // How far, and the letter that says where.
        piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').get(1..).unwrap_or_default()
    });
    first.chain(rest).flat_map(|piece| piece.split(['\r', '\n'])).collect()
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
    // A line that is as wide as the terminal has the next one behind it without an end of its own.
    let lines = drawn_pieces(bars).into_iter().flat_map(|piece| {
        let letters: Vec<char> = piece.chars().collect();
        letters.chunks(50).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>()
    });
    let bars: Vec<String> = lines.filter(|line| line.contains(['█', '░']) || line.contains("left")).collect();
    assert!(bars.iter().any(|line| line.contains(&one.namespace[..10])), "{text:?}");
    for line in bars {
        let is_whole = ["namespace", "verify", "compare"].iter().any(|name| line.starts_with(name));
        assert!(is_whole, "broken in two: {line:?}");
        assert!(!line.contains(" 0/") || !line.contains("left"), "nothing is done, and time is told: {line:?}");
    }
}

#[test]
fn csv_is_for_people_on_a_terminal_and_for_programs_in_a_pipe() {
    let cli = Cli::new();
    let name = "e\u{1b}[2Jx-1";
    let write = "SELECT tsdb_{}.write_message(gen_random_uuid()::varchar, $$NAME$$, 'T', '{}')";
    super::cli::sql(&cli.db_url, &write.replacen("{}", &cli.namespace, 1).replace("NAME", name));
    let arguments = "streams list --output csv";
    let Some(told) = on_a_terminal_of(&cli, 100, arguments) else { return };
    assert!(told.contains("2Jx-1") && !told.contains(name), "{told:?}");
    let piped = cli.run(&["streams", "list", "--output", "csv"]);
    assert!(piped.succeeds().stdout.contains(name), "{piped:?}");
}
