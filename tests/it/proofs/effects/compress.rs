//! Chunks that are compressed are so as a whole, also after late messages.

use super::*;

/// Messages of the first week, at new positions of streams of their own.
fn write_late(cli: &Cli, messages: u32, streams: &str) {
    let schema = schema(cli);
    sql(
        &cli.db_url,
        &format!(
            "INSERT INTO {schema}.messages (time, position, stream_name, type, data)
             SELECT '2013-01-04'::timestamptz + i * interval '1 ms', i / 10, '{streams}-' || i % 10, 'Late', '{{\"late\": 1}}'
               FROM generate_series(0, {messages} - 1) i"
        ),
    );
}

/// A namespace with one compressed chunk in which late messages lie uncompressed.
fn partly() -> Option<(Cli, String)> {
    let cli = filled(1);
    if !is_community(&cli) {
        eprintln!("NOT TESTED HERE: compression; the Apache-2 edition has none");
        return None;
    }
    write_late(&cli, 2000, "early");
    cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    write_late(&cli, 20_000, "late");
    let chunk = chunks(&cli).remove(0);
    assert_eq!(status(&cli, &chunk), "9");
    let listed = cli.run(&["chunks", "list", "-o", "json"]);
    assert_eq!(listed.json()[0]["state"], "compressed");
    assert!(listed.stderr.contains("compressed in part"), "{listed:?}");
    Some((cli, chunk))
}

fn is_whole(cli: &Cli, chunk: &str) {
    assert_eq!(status(cli, chunk), "1");
    let listed = cli.run(&["chunks", "list", "--exact", "-o", "json"]);
    assert_eq!(listed.json()[0]["message_count"], 22_020);
    assert!(!listed.stderr.contains("compressed in part"), "{listed:?}");
    covered(cli);
}

#[test]
fn late_messages_of_a_compressed_chunk_are_compressed_by_name_and_by_age() {
    for which in [None, Some("--older-than")] {
        let Some((cli, chunk)) = partly() else { return };
        let name = chunk.split('.').nth(1).unwrap();
        let words = which.map_or(vec!["chunks", "compress", name], |flag| vec!["chunks", "compress", flag, "0d"]);
        let plan = cli.json(&[&words[..], &["--dry-run"]].concat());
        assert_eq!(plan.as_array().unwrap().len(), 1, "{plan}");
        assert_eq!(status(&cli, &chunk), "9", "a plan changes nothing");
        let done = cli.json(&words)[0].clone();
        let bytes = |field: &str| done[field].as_i64().unwrap();
        // How much depends on who else looks at it: rows that somebody may see still keep their room.
        assert!(bytes("before_bytes") > bytes("after_bytes"), "{done}");
        assert!(done["ratio"].as_f64().unwrap() > 1.0, "{done}");
        is_whole(&cli, &chunk);
        // Nothing is left to do.
        assert_eq!(cli.json(&["chunks", "compress", "--older-than", "0d"]), serde_json::json!([]));
        assert_eq!(cli.json(&["chunks", "compress", name])[0]["ratio"], 1.0);
    }
}

#[test]
fn a_night_compresses_late_messages_and_the_next_one_has_nothing_to_do() {
    let Some((cli, chunk)) = partly() else { return };
    cli.run(&["policy", "set", "--compress-after", "1d"]).succeeds();
    let night = cli.json(&["lifecycle", "run"]);
    let done = |night: &serde_json::Value| night.to_string();
    assert!(done(&night).contains("\"compressed\":1"), "{night}");
    is_whole(&cli, &chunk);
    let night = cli.json(&["lifecycle", "run"]);
    assert!(done(&night).contains("\"compressed\":0"), "{night}");
}

#[test]
fn late_messages_of_a_frozen_chunk_are_left_alone() {
    let Some((cli, chunk)) = partly() else { return };
    sql(&cli.db_url, &format!("SELECT _timescaledb_functions.freeze_chunk('{chunk}')"));
    cli.run(&["policy", "set", "--compress-after", "1d"]).succeeds();
    cli.run(&["lifecycle", "run"]).fails(1, "frozen by somebody else");
    assert_eq!(status(&cli, &chunk), "13");
    sql(&cli.db_url, &format!("SELECT _timescaledb_functions.unfreeze_chunk('{chunk}')"));
    cli.run(&["lifecycle", "run"]).succeeds();
    is_whole(&cli, &chunk);
}

#[test]
fn a_chunk_of_late_messages_is_archived_and_comes_back_whole() {
    let Some((cli, _)) = partly() else { return };
    let before = cli.run(&["messages", "export"]).succeeds().stdout.clone();
    cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    archive(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).stdout, before);
}

#[test]
fn the_function_that_eventodb_calls_compresses_late_messages_too() {
    let Some((cli, chunk)) = partly() else { return };
    let call = format!("SELECT count(*) FROM {}.compress_chunks_older_than(interval '1 day')", schema(&cli));
    assert_eq!(sql(&cli.db_url, &call), "1");
    is_whole(&cli, &chunk);
    assert_eq!(sql(&cli.db_url, &call), "0");
}
