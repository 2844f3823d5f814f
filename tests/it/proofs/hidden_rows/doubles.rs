//! Messages that share a global position, or a place in their stream.

use super::super::cli::{Cli, sql};
use super::scene::{ARCHIVE, archived, bring_all_back, chunks, content, fill, insert_as_is, live, schema};

#[test]
fn a_global_position_that_two_messages_have_is_noted_and_comes_back_as_it_was() {
    // Within a chunk, and between two.
    for values in [
        "('2013-01-04', 5, 0, 'double-1', 'D'), ('2013-01-04', 6, 1, 'double-1', 'D'), ('2013-01-05', 6, 0, 'double-2', 'D')",
        "('2013-01-11', 5, 0, 'double-1', 'D'), ('2013-01-18', 6, 0, 'double-2', 'D'), ('2013-01-18', 25, 1, 'double-2', 'D')",
    ] {
        let (cli, total) = fill(Cli::bare());
        insert_as_is(&cli, values);
        let (before, all) = (content(&cli), total + 3);
        let out = cli.run(&ARCHIVE);
        out.succeeds();
        assert!(out.stderr.contains("global positions that another message has"), "{out:?}");
        assert_eq!(archived(&cli), all);
        let noted = sql(
            &cli.db_url,
            &format!(
                "SELECT string_agg(doubled_global_positions::text, ' ' ORDER BY id) FROM eventodb_store.archives
                  WHERE namespace = '{}' AND state = 'dropped'",
                cli.namespace
            ),
        );
        assert!(noted.contains("[5,7)"), "{noted}");
        bring_all_back(&cli);
        assert_eq!((content(&cli), live(&cli)), (before.clone(), all));
        // Released and brought back once more.
        cli.run(&ARCHIVE).succeeds();
        bring_all_back(&cli);
        assert_eq!((content(&cli), live(&cli)), (before, all));
    }
}

#[test]
fn the_ledger_learns_of_doubled_global_positions_from_the_store() {
    let (cli, total) = fill(Cli::bare());
    insert_as_is(&cli, "('2013-01-04', 5, 0, 'double-1', 'D'), ('2013-01-11', 6, 0, 'double-2', 'D')");
    let before = content(&cli);
    cli.run(&ARCHIVE).succeeds();
    let Some(other) = cli.after_the_database_is_lost() else { return };
    let other = other.with("EVENTODB_STORE", &cli.store());
    other.run(&["archives", "sync"]).succeeds();
    bring_all_back(&other);
    assert_eq!(live(&other), total + 2);
    assert_eq!(content(&other), before);
}

#[test]
fn a_double_that_was_not_noted_is_refused_as_ever() {
    let (cli, _) = fill(Cli::bare());
    insert_as_is(&cli, "('2013-01-04', 5, 0, 'double-1', 'D')");
    cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
    // Another message at a position that was not doubled, and the archive's own one at one that was.
    for (values, what) in
        [("('2013-06-04', 7, 0, 'new-1', 'N')", "new-1"), ("('2013-06-04', 5, 0, 'double-1', 'D')", "double-1")]
    {
        insert_as_is(&cli, values);
        let live_before = live(&cli);
        cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-01-10"]).fails(4, "global position");
        assert_eq!(live(&cli), live_before);
        sql(&cli.db_url, &format!("DELETE FROM {}.messages WHERE stream_name = '{what}'", schema(&cli)));
    }
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-01-10"]).succeeds();
}

/// The command that a hint names after some words.
fn command_after(stderr: &str, words: &str) -> Vec<String> {
    let (_, rest) = stderr.split_once(words).unwrap_or_else(|| panic!("{words}: {stderr}"));
    let last = rest.split_whitespace().next().unwrap_or_default().to_owned();
    words.trim_start_matches("eventodb-admin ").split_whitespace().map(str::to_owned).chain([last]).collect()
}

#[test]
fn a_live_message_at_a_global_position_of_an_archive_is_named_and_both_come_back_by_what_the_hint_says() {
    // In a chunk of its own, and in the archive's range.
    for time in ["2013-06-04", "2013-01-05"] {
        let (cli, total) = fill(Cli::bare());
        cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
        insert_as_is(&cli, &format!("('{time}', 7, 3, 'new-1', 'N')"));
        let back = ["archives", "rehydrate", "--from", "2013-01-01", "--to", "2013-01-10"];
        let out = cli.run(&back);
        out.fails(4, "position 3 of stream new-1").fails(4, "global position 7");
        for words in ["eventodb-admin chunks archive ", "eventodb-admin archives rehydrate "] {
            let command = command_after(&out.stderr, words);
            cli.run(&command.iter().map(String::as_str).collect::<Vec<_>>()).succeeds();
        }
        bring_all_back(&cli);
        assert_eq!(live(&cli), total + 1);
    }
}

#[test]
fn a_message_that_is_there_twice_is_not_archived_but_told() {
    for values in [
        // In the same chunk, at another time; and in another chunk.
        "('2013-01-04', 500, 0, 'double-1', 'D'), ('2013-01-05', 500, 0, 'double-1', 'D')",
        "('2013-01-04', 10, 0, 'double-1', 'D'), ('2013-01-11', 10, 0, 'double-1', 'D')",
    ] {
        let (cli, _) = fill(Cli::bare());
        insert_as_is(&cli, values);
        let (before, names) = (content(&cli), chunks(&cli));
        let out = cli.run(&["chunks", "archive", &names[0]]);
        out.fails(5, "a second time");
        assert!(out.stderr.contains("hint:"), "{out:?}");
        assert_eq!(content(&cli), before);
        assert_eq!(chunks(&cli), names);
    }
}

#[test]
fn a_position_that_two_messages_of_a_stream_have_comes_back_as_it_was() {
    let (cli, total) = fill(Cli::bare());
    insert_as_is(
        &cli,
        "('2013-01-04', 900, 0, 'same-1', 'D'), ('2013-01-05', 901, 0, 'same-1', 'D'), ('2013-01-11', 902, 0, 'same-1', 'D')",
    );
    let before = content(&cli);
    cli.run(&ARCHIVE).succeeds();
    bring_all_back(&cli);
    assert_eq!((content(&cli), live(&cli)), (before, total + 3));
}

/// What the ledger has noted with archives that are the only copy.
fn noted(cli: &Cli) -> String {
    sql(
        &cli.db_url,
        &format!(
            "SELECT coalesce(string_agg(doubled_global_positions::text, ' ' ORDER BY id), '') FROM eventodb_store.archives
              WHERE namespace = '{}' AND state = 'dropped'",
            cli.namespace
        ),
    )
}

#[test]
fn a_global_position_of_an_archive_that_a_later_row_has_is_noted_and_both_come_back() {
    for (n, set) in ["SET eventodb.heads_kept = 'on'", "SET session_replication_role = replica"].iter().enumerate() {
        let (cli, total) = fill(Cli::bare());
        cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
        // One in a later chunk, where there are others; and a late row, which makes a chunk of its own.
        sql(
            &cli.db_url,
            &format!(
                "{set}; INSERT INTO {}.messages (time, global_position, position, stream_name, type)
                 VALUES ('2013-01-11', 5, 0, 'double-1', 'D'), ('2013-01-11', 6, 1, 'double-1', 'D'), ('2013-01-04', 9, 0, 'double-2', 'D')",
                schema(&cli)
            ),
        );
        let out = cli.run(&ARCHIVE);
        out.succeeds();
        assert!(out.stderr.contains("global positions that another message has"), "{out:?}");
        assert!(noted(&cli).contains("[5,7)") && noted(&cli).contains("[9,10)"), "{}", noted(&cli));
        // In either order.
        let mut ids: Vec<String> = (cli.json(&["archives", "list"]).as_array().unwrap().iter())
            .map(|a| a["id"].as_i64().unwrap().to_string())
            .collect();
        ids.sort();
        if n == 1 {
            ids.reverse();
        }
        for id in &ids {
            cli.run(&["archives", "rehydrate", id]).succeeds();
        }
        assert_eq!(live(&cli), total + 3);
    }
}

#[test]
fn a_message_that_an_archive_holds_as_well_is_not_archived_a_second_time_but_told() {
    let (cli, _) = fill(Cli::bare());
    let names = chunks(&cli);
    sql(&cli.db_url, &format!("CREATE TABLE {}.saved AS SELECT * FROM {}", schema(&cli), names[0]));
    cli.run(&["chunks", "archive", &names[0]]).succeeds();
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica; INSERT INTO {0}.messages SELECT * FROM {0}.saved ORDER BY global_position LIMIT 1",
            schema(&cli)
        ),
    );
    let (before, late) = (content(&cli), chunks(&cli)[0].clone());
    let out = cli.run(&["chunks", "archive", &late]);
    out.fails(5, "a second time, in archive").fails(5, "hint:");
    assert_eq!((content(&cli), chunks(&cli)[0].clone()), (before, late));
}

#[test]
fn an_archive_that_cannot_be_compared_is_told_and_holds_nothing_up() {
    let (cli, _) = fill(Cli::bare());
    cli.run(&["chunks", "archive", &chunks(&cli)[0]]).succeeds();
    insert_as_is(&cli, "('2013-01-11', 5, 0, 'double-1', 'D')");
    sql(
        &cli.db_url,
        &format!(
            "SET session_replication_role = replica;
             UPDATE eventodb_store.archives SET store_url = 'file:///nowhere' WHERE namespace = '{}' AND state = 'dropped'",
            cli.namespace
        ),
    );
    let out = cli.run(&ARCHIVE);
    out.succeeds();
    assert!(out.stderr.contains("was not compared with chunk"), "{out:?}");
}
