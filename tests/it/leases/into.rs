//! `rehydrate --into`.

use super::cli::sql;
use super::scene::{
    another, archived, archives, chunks, covered, data, export, filled, id, is_community, of_namespace, schema,
};

#[test]
fn archives_are_copied_with_every_place_and_stay_as_they_are() {
    let (cli, lines) = archived(2);
    let other = another(&cli);
    let (before, objects) = (archives(&cli), of_namespace(&cli));
    let into = ["archives", "rehydrate", "--from", "2013-01-01", "--into", &other.namespace];
    let copied = cli.json(&into);
    assert_eq!((copied[0]["messages"].as_i64(), copied[0]["inserted"].as_i64()), (Some(20), Some(20)));
    assert_eq!(export(&other), lines);
    covered(&other);
    let twice = cli.json(&into);
    assert!(twice.as_array().unwrap().iter().all(|c| c["inserted"] == 0), "{twice}");
    assert_eq!((archives(&cli), of_namespace(&cli)), (before, objects));
    // Streams and sequence go on.
    let written = other.json(&["messages", "write", "account-0", "Next"]);
    let positions = lines.lines().filter(|l| l.contains("\"account-0\"")).count();
    assert_eq!((written["global_position"].as_i64(), written["position"].as_u64()), (Some(41), Some(positions as u64)));
    // It is the other namespace's own now: archived and deleted alone.
    other.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    assert_eq!(data(&cli.path("store").join(&other.namespace)).len(), 2);
    covered(&other);
    cli.run(&into).fails(4, "is the only copy of messages between the same global positions");
    other.run(&["namespaces", "delete", &other.namespace, "--yes"]).succeeds();
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(export(&cli), lines);
}

#[test]
fn one_stream_alone_is_copied_and_the_rest_may_follow() {
    let (cli, lines) = archived(2);
    let other = another(&cli);
    let only = ["archives", "rehydrate", "--stream", "account-3", "--into", &other.namespace, "--only-streams"];
    cli.run(&only).succeeds();
    let of_stream: String = lines.lines().filter(|l| l.contains("\"account-3\"")).map(|l| format!("{l}\n")).collect();
    assert_eq!(export(&other), of_stream);
    covered(&other);
    // The newer week first: heads do not go back.
    for n in [1, 0] {
        cli.run(&["archives", "rehydrate", &id(&cli, n), "--into", &other.namespace]).succeeds();
        covered(&other);
    }
    assert_eq!(export(&other), lines);
    assert_eq!(other.json(&["streams", "list"]), cli.json(&["streams", "list"]));
    cli.run(&["archives", "rehydrate", "--stream", "account-3", "--only-streams"]).fails(2, "--into");
}

#[test]
fn what_is_live_in_the_source_is_copied_from_its_archive_as_well() {
    let (cli, lines) = filled(1);
    cli.run(&["chunks", "archive", "--older-than", "0d", "--keep"]).succeeds();
    let other = another(&cli);
    cli.run(&["archives", "rehydrate", &id(&cli, 0), "--into", &other.namespace]).succeeds();
    assert_eq!((export(&other), export(&cli)), (lines.clone(), lines));
}

#[test]
fn another_message_in_the_place_of_one_is_a_conflict_and_nothing_changes() {
    let (cli, _) = archived(1);
    for (statement, what) in [
        ("(time, position, stream_name, type) VALUES (now(), 0, 'own-1', 'Own')", "global position 1"),
        (
            "(time, position, global_position, stream_name, type) VALUES (now(), 0, 1000, 'account-0', 'Own')",
            "position 0 of stream account-0",
        ),
        (
            "(time, position, global_position, stream_name, type, id) VALUES (now(), 0, 1000, 'own-1', 'Own',
                '00000000-0000-0000-0000-000000000001')",
            "id 00000000-0000-0000-0000-000000000001",
        ),
    ] {
        let other = another(&cli);
        sql(&cli.db_url, &format!("INSERT INTO {}.messages {statement}", schema(&other)));
        let before = export(&other);
        cli.run(&["archives", "rehydrate", &id(&cli, 0), "--into", &other.namespace])
            .fails(4, &format!("has another message at {what}"));
        assert_eq!(export(&other), before);
        covered(&other);
    }
}

#[test]
fn nothing_of_a_damaged_archive_becomes_visible_and_a_namespace_must_be_another_and_there() {
    let (cli, _) = archived(1);
    let other = another(&cli);
    let id = id(&cli, 0);
    cli.run(&["archives", "rehydrate", &id, "--into", &cli.namespace]).fails(2, "the namespace that they are of");
    cli.run(&["archives", "rehydrate", &id, "--into", "nowhere"]).fails(3, "nowhere");
    let object = of_namespace(&cli).remove(0);
    let mut bytes = std::fs::read(&object).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&object, bytes).unwrap();
    cli.run(&["archives", "rehydrate", &id, "--into", &other.namespace]).fails(5, "copying archive");
    assert_eq!((export(&other), chunks(&other).len()), (String::new(), 0));
}

#[test]
fn a_compressed_chunk_takes_a_copy() {
    let (cli, lines) = archived(1);
    if !is_community(&cli) {
        return;
    }
    let other = another(&cli);
    let some = ["archives", "rehydrate", "--stream", "account-3", "--into", &other.namespace, "--only-streams"];
    cli.run(&some).succeeds();
    other.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    cli.run(&["archives", "rehydrate", &id(&cli, 0), "--into", &other.namespace]).succeeds();
    assert_eq!(export(&other), lines);
    covered(&other);
}
