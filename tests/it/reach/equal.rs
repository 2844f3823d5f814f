//! What is archived reads as it did before.

use super::cli::Cli;
use super::{filled, mixed};

/// Reads of every kind, small and large.
fn questions() -> Vec<Vec<String>> {
    let mut all: Vec<Vec<&str>> = vec![vec!["messages", "export"]];
    for stream in ["account-0", "account-1+1", "rare-1", "order-7", "odd 'name', \"quoted\"\nand cut-1"] {
        for more in [&[][..], &["--limit", "3"], &["--from-position", "7"], &["--from-position", "11", "--limit", "40"]]
        {
            all.push([&["messages", "read", stream, "-o", "json"], more].concat());
        }
        all.push(vec!["messages", "last", stream, "--type", "Clo,sed", "-o", "json"]);
    }
    for category in ["account", "rare", "nobody"] {
        for more in [
            &[][..],
            &["--from-global-position", "700", "--limit", "50"],
            &["--consumer-group", "1/3"],
            &["--correlation", "order", "--from-global-position", "300", "--limit", "20"],
            &["--correlation", "account", "--consumer-group", "0/2"],
        ] {
            all.push([&["messages", "read", "--category", category, "-o", "json"], more].concat());
        }
    }
    all.push(vec!["messages", "export", "--category", "order", "--category", "rare"]);
    all.push(vec!["messages", "export", "--since", "2013-01-12", "--until", "2013-01-21T00:01:00Z"]);
    all.into_iter().map(|args| args.into_iter().map(str::to_owned).collect()).collect()
}

fn answers(cli: &Cli, questions: &[Vec<String>]) -> Vec<(i32, String)> {
    let answer = |args: &Vec<String>| {
        let out = cli.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        (out.code, out.stdout)
    };
    questions.iter().map(answer).collect()
}

fn assert_same(cli: &Cli, questions: &[Vec<String>], expected: &[(i32, String)], told: &str) {
    for ((question, before), after) in questions.iter().zip(expected).zip(answers(cli, questions)) {
        assert!(*before == after, "{told}: {question:?}: {} was {}", after.1, before.1);
    }
}

#[test]
fn every_read_gives_what_it_gave_before_its_messages_were_archived() {
    let lines = mixed(4, 400);
    let cli = filled(&lines);
    let questions = questions();
    let before = answers(&cli, &questions);
    assert_eq!(before[0], (0, lines));
    // Some are live, and late ones lie between those of archives.
    let chunks = cli.json(&["chunks", "list"]);
    let name = |n: usize| chunks[n]["chunk_name"].as_str().unwrap().to_owned();
    cli.run(&["chunks", "archive", &name(0), &name(2)]).succeeds();
    assert_same(&cli, &questions, &before, "half of it archived");
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    assert_same(&cli, &questions, &before, "all of it archived");
    let only = cli.run(&["messages", "export", "--archived", "only"]).succeeds().stdout.clone();
    assert_eq!(only, before[0].1);
    assert_eq!(cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout, "");
    // One is back: it is read once.
    let ids = cli.json(&["archives", "list"]);
    cli.run(&["archives", "rehydrate", &ids[1]["id"].to_string()]).succeeds();
    assert_same(&cli, &questions[..4], &before, "one is back");
    let only = cli.run(&["messages", "export", "--archived", "only"]).succeeds().stdout.lines().count();
    assert_eq!(only as i64, 1600 - ids[1]["messages"].as_i64().unwrap());
}

#[test]
fn gzip_plain_and_encrypted_archives_read_the_same() {
    let lines = mixed(4, 150);
    let cli = filled(&lines);
    let questions: Vec<_> = questions().into_iter().step_by(4).collect();
    let before = answers(&cli, &questions);
    let identity = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
    let identities = cli.file("identity.txt", identity);
    let recipient: age::x25519::Identity = identity.parse().unwrap();
    let sealing =
        [("EVENTODB_AGE_RECIPIENTS", recipient.to_public().to_string()), ("EVENTODB_AGE_IDENTITY_FILE", identities)];
    let sealing: Vec<_> = sealing.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let chunks = cli.json(&["chunks", "list"]);
    let name = |n: usize| chunks[n]["chunk_name"].as_str().unwrap().to_owned();
    cli.run(&["chunks", "archive", &name(0), "--compression", "gzip"]).succeeds();
    cli.run(&["chunks", "archive", &name(1), "--compression", "none"]).succeeds();
    cli.run_in(&sealing, &["chunks", "archive", &name(2), "--compression", "none"], b"").succeeds();
    cli.run_in(&sealing, &["chunks", "archive", &name(3)], b"").succeeds();
    // Without an identity it says what it needs, and gives nothing less.
    cli.run(&["messages", "export"]).fails(1, "--age-identity-file");
    cli.run(&["messages", "read", "account-0"]).fails(1, "--age-identity-file");
    let cli = cli.with(sealing[1].0, sealing[1].1);
    assert_same(&cli, &questions, &before, "archived in four ways");
}

#[test]
fn a_stream_whose_positions_fall_with_its_global_positions_is_read_by_position() {
    let mut lines = String::new();
    for i in 0..300_i64 {
        let (gpos, day) = (i + 1, 3 + i % 20);
        let pos = if i < 150 { 149 - i } else { 150 + (i * 7) % 150 };
        lines.push_str(&format!(
            "{{\"stream\":\"falling-1\",\"type\":\"T\",\"pos\":{pos},\"gpos\":{gpos},\"data\":{i},\"meta\":null,\"time\":\"2013-01-{day:02}T00:00:00Z\"}}\n"
        ));
    }
    let cli = filled(&lines);
    let read = |limit: &str| cli.run(&["messages", "read", "falling-1", "--limit", limit, "-o", "json"]).stdout;
    let before = [read("10"), read("1000")];
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    assert_eq!(before[1].lines().count(), 302);
    assert_eq!([read("10"), read("1000")], before);
    let last = cli.json(&["messages", "last", "falling-1"]);
    assert_eq!(last["pos"], 299);
}

#[test]
fn a_stream_that_was_imported_with_gaps_reads_without_complaint_and_one_that_lost_messages_does_not() {
    let cli = filled(&mixed(3, 60));
    cli.run_with(
        &["messages", "import"],
        b"{\"stream\":\"gap-1\",\"type\":\"T\",\"pos\":3,\"gpos\":900,\"data\":1,\"meta\":null,\"time\":\"2013-01-04T00:00:00Z\"}\n\
          {\"stream\":\"gap-1\",\"type\":\"T\",\"pos\":8,\"gpos\":901,\"data\":2,\"meta\":null,\"time\":\"2013-01-11T00:00:00Z\"}\n",
    )
    .succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let read = cli.json(&["messages", "read", "gap-1"]);
    assert_eq!((read[0]["pos"].as_i64(), read[1]["pos"].as_i64()), (Some(3), Some(8)));
    // The ledger forgets an archive: what was in it is nowhere, and that is told.
    super::cli::sql(
        &cli.db_url,
        &format!(
            "DELETE FROM eventodb_store.archives WHERE namespace = '{}' AND range_start = '2013-01-10'",
            cli.namespace
        ),
    );
    cli.run(&["messages", "read", "account-0"]).fails(5, "neither live nor in an archive");
}
