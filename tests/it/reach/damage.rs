//! Damaged archives: an error, never a shorter answer.

use super::cli::Cli;
use super::{filled, mixed, objects};

fn harmed(cli: &Cli, path: &std::path::Path, harm: impl Fn(&mut Vec<u8>), told: &str) {
    let whole = std::fs::read(path).unwrap();
    let mut bytes = whole.clone();
    harm(&mut bytes);
    std::fs::write(path, &bytes).unwrap();
    for args in [
        &["messages", "export", "--no-cache"][..],
        &["messages", "read", "account-0", "--no-cache"],
        &["messages", "read", "--category", "account", "--archived", "only", "--no-cache"],
    ] {
        // A category's messages are found without the stream list.
        let expected = if told.contains("heads") && !args.contains(&"account-0") { 0 } else { 5 };
        let out = cli.run(args);
        assert_eq!(out.code, expected, "{told}: {args:?}: {}", out.stderr);
    }
    std::fs::write(path, whole).unwrap();
}

#[test]
fn bytes_that_are_not_those_stored_are_an_error_wherever_they_lie() {
    let cli = filled(&mixed(2, 200));
    cli.run(&["chunks", "archive", "--older-than", "0d", "--compression", "none"]).succeeds();
    for ending in [".csv", ".heads.zst", ".manifest.json"] {
        let path = &objects(&cli, ending)[0];
        let name = ending.trim_start_matches('.');
        // Digits of a position: still CSV of the right form.
        harmed(
            &cli,
            path,
            |b| b.iter_mut().skip(100).filter(|c| **c == b'1').for_each(|c| *c = b'2'),
            &format!("{name} changed"),
        );
        harmed(&cli, path, |b| b.truncate(b.len() - 10), &format!("{name} cut"));
        harmed(&cli, path, |b| b.extend(b"0,0,2013-01-01 00:00:00+00,a,b,c,,\n"), &format!("{name} longer"));
        harmed(&cli, path, Vec::clear, &format!("{name} emptied"));
    }
    let path = &objects(&cli, ".csv")[1];
    let aside = cli.path("aside");
    std::fs::rename(path, &aside).unwrap();
    cli.run(&["messages", "export"]).fails(5, "archive");
    std::fs::rename(&aside, path).unwrap();
    std::fs::rename(cli.path("store"), cli.path("gone")).unwrap();
    cli.run(&["messages", "export", "--no-cache"]).fails(5, "archive");
    std::fs::rename(cli.path("gone"), cli.path("store")).unwrap();
    cli.run(&["messages", "export"]).succeeds();
}
