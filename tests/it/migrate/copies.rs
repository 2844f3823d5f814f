//! The copy while it is one: what comes late into it, what others do to it, and what is left of it when it is given up.

use super::cli::sql;
use super::scene::Move;
use super::sources::{Layout, Trouble};

/// Six weeks of messages, ten minutes apart, with a gap at 501; what is older than a week lies in the store.
fn archived_behind(trouble: Trouble) -> Option<(Move, String)> {
    let scene = Move::with(Layout::MessageDb12, trouble)?;
    scene.source.sql(
        "INSERT INTO {schema}.messages (id, stream_name, type, position, global_position, data, time)
         SELECT md5('m' || i)::uuid, 'account-' || i % 5, 'Opened', (i - 1) / 5, i, '{\"n\": 1}',
                '2024-01-01'::timestamp + i * interval '10 minutes'
           FROM generate_series(1, 6000) i WHERE i <> 501;
         SELECT setval('{schema}.messages_global_position_seq', 6000)",
    );
    let store = scene.cli.store();
    scene.run("postgres", &["--archive-older-than", "7d", "--store", &store, "--batch", "500"]).succeeds();
    assert!(scene.run("verify", &[]).json()["archived_messages"].as_i64() > Some(5_000));
    Some((scene, store))
}

fn come_late(scene: &Move) {
    scene.source.insert("md5('m501')::uuid, 'account-1', 'Opened', 100, 501, '{\"n\": 1}', NULL, '2024-01-04 11:30'");
}

#[test]
fn a_late_message_among_archived_ones_comes_over_at_the_cutover() {
    let Some((scene, _)) = archived_behind(Trouble::default()) else { return };
    come_late(&scene);
    assert_eq!(scene.run("verify", &[]).code, 5);
    let out = scene.run("cutover", &[]);
    out.succeeds();
    assert_eq!(out.json()["messages"], 6_000);
    assert!(out.stderr.contains("came late to times that were archived"), "{out:?}");
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
    let coverage = scene.cli.json(&["coverage"]);
    assert_eq!(coverage["verdict"], "complete", "{coverage}");
    assert_eq!(scene.cli.json(&["streams", "version", "account-1"])["version"], 1_199);
    let read = scene.cli.json(&["messages", "read", "account-1", "--from-position", "99", "--limit", "3"]);
    let positions: Vec<_> = read.as_array().unwrap().iter().map(|m| m["pos"].clone()).collect();
    assert_eq!(positions, [99, 100, 101], "{read}");
    // As it was said: back into the store, with what came late.
    let id = out.stderr.split("archives release ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    scene.cli.run(&["archives", "release", &id]).succeeds();
    assert_eq!(scene.cli.json(&["coverage"])["verdict"], "complete");
    scene.cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    scene.assert_same();
}

#[test]
fn a_late_message_among_archived_ones_does_not_take_over_where_its_archive_is_gone() {
    let Some((scene, store)) = archived_behind(Trouble::default()) else { return };
    come_late(&scene);
    let folder = store.strip_prefix("file://").unwrap().to_owned();
    std::fs::rename(&folder, format!("{folder}.away")).unwrap();
    let out = scene.run("cutover", &[]);
    assert_ne!(out.code, 0, "{out:?}");
    assert!(out.stderr.contains("bringing back what is archived of global positions 501 to"), "{out:?}");
    assert!(scene.takes_writes());
    assert_eq!(scene.status()["state"], "caught_up");
    std::fs::rename(format!("{folder}.away"), &folder).unwrap();
    scene.run("cutover", &[]).succeeds();
    assert_eq!(scene.cli.json(&["coverage"])["verdict"], "complete");
}

#[test]
fn a_late_message_whose_place_is_taken_in_an_archive_is_refused() {
    let Some((scene, _)) = archived_behind(Trouble { doubles: true, ..Trouble::default() }) else { return };
    // Position 99 of this stream is in the store.
    scene.source.insert("gen_random_uuid(), 'account-1', 'Opened', 99, 501, '{}', NULL, '2024-01-04 11:30'");
    scene.run("cutover", &[]).fails(4, "positions of a stream occur more than once: account-1 99");
    assert!(scene.takes_writes());
}

const INDEXES: &str =
    "SELECT string_agg(x.relname || CASE WHEN i.indisunique THEN '!' ELSE '' END, ' ' ORDER BY x.relname)
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = '{schema}.messages'::regclass";
const ALL: &str = "messages_category_global messages_correlation messages_global_position messages_id_time! messages_stream_position_time!";

fn indexes(scene: &Move) -> String {
    sql(&scene.cli.db_url, &INDEXES.replace("{schema}", &scene.schema()))
}

#[test]
fn a_namespace_that_was_there_has_all_its_indexes_when_a_migration_is_given_up() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 3_000) else { return };
    scene.cli.run(&["namespaces", "create", &scene.cli.namespace, "--compress-after", "never"]).succeeds();
    assert_eq!(indexes(&scene), ALL);
    // In the middle of the bulk, which goes without them.
    let out = scene.run_broken("postgres", &["--jobs", "1"], "migrate.end.after=kill", None);
    assert_ne!(out.code, 0, "{out:?}");
    assert_eq!(indexes(&scene), "messages_global_position");
    scene.run("abandon", &["--yes"]).succeeds();
    assert_eq!(indexes(&scene), ALL);
    let messages = sql(&scene.cli.db_url, &format!("SELECT count(*) FROM {}.messages", scene.schema()));
    assert_eq!(messages, "0");
    let insert = format!(
        "INSERT INTO {}.messages (id, time, position, stream_name, type) VALUES (md5('m')::uuid, '2024-01-01', $1, 'a-1', 'T')",
        scene.schema()
    );
    sql(&scene.cli.db_url, &insert.replace("$1", "0"));
    assert!(super::cli::try_sql(&scene.cli.db_url, &insert.replace("$1", "1")).is_err(), "an id twice");
}

#[test]
fn a_namespace_that_an_earlier_migration_left_without_indexes_gets_them_back() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
    scene.cli.run(&["namespaces", "create", &scene.cli.namespace, "--compress-after", "never"]).succeeds();
    let lose = format!("DROP INDEX {0}.messages_id_time; DROP INDEX {0}.messages_stream_position_time", scene.schema());
    super::cli::try_sql(&scene.cli.db_url, &lose).unwrap();
    let verdict = || {
        let checks: serde_json::Value = serde_json::from_str(&scene.cli.run(&["doctor", "-o", "json"]).stdout).unwrap();
        checks.as_array().unwrap().iter().find(|c| c["check"] == "indexes").unwrap()["verdict"].clone()
    };
    assert_eq!(verdict(), "fail");
    let out = scene.cli.run(&["namespaces", "upgrade", &scene.cli.namespace]);
    out.succeeds();
    assert!(out.stderr.contains("which lacked them: index messages_stream_position_time, messages_id_time"), "{out:?}");
    assert_eq!((indexes(&scene), verdict()), (ALL.to_owned(), "ok".into()));
    super::cli::try_sql(&scene.cli.db_url, &lose).unwrap();
    scene.run("postgres", &[]).succeeds();
    assert_eq!(indexes(&scene), ALL);
    scene.run("cutover", &[]).succeeds();
    assert_eq!(indexes(&scene), ALL);
}

/// What EventoDB's server writes where it takes the copy for a namespace; the id of it.
fn others_write(scene: &Move, stream: &str, time: &str) -> String {
    sql(
        &scene.cli.db_url,
        &format!(
            "INSERT INTO {}.messages (time, position, stream_name, type) VALUES ({time}, 0, '{stream}', 'T') RETURNING id::text",
            scene.schema()
        ),
    )
}

#[test]
fn what_others_have_written_to_a_copy_is_named_and_not_deleted_with_it() {
    for (registered, time) in [(false, "now()"), (true, "now()"), (false, "'2024-01-01 00:30+00'")] {
        let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
        scene.run("postgres", &[]).succeeds();
        if registered {
            sql(
                &scene.cli.db_url,
                &format!(
                    "INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, description, created_at)
                     VALUES ('{0}', '{0}', '{1}', '', 0)",
                    scene.cli.namespace,
                    scene.schema()
                ),
            );
        }
        let id = others_write(&scene, "acknowledged-1", time);
        // It has a global position that a message of the source has as well.
        for verb in ["abandon", "abandon"] {
            let out = scene.run(verb, &["--yes"]);
            out.fails(4, "others have written to the copy").fails(4, &id).fails(4, "stream acknowledged-1, position 0");
        }
        let there = format!("SELECT count(*) FROM {}.messages", scene.schema());
        assert_eq!(sql(&scene.cli.db_url, &there), "301", "{registered} {time}");
        // Nor does it take over.
        scene.run("cutover", &[]).fails(5, "others have written to the copy").fails(5, &id);
        assert!(scene.takes_writes());
        // As the hint says.
        let shown = format!("{}.messages WHERE id IN ('{id}')", scene.schema());
        assert_eq!(sql(&scene.cli.db_url, &format!("SELECT stream_name FROM {shown}")), "acknowledged-1");
        sql(&scene.cli.db_url, &format!("DELETE FROM {shown} RETURNING id::text"));
        scene.run("abandon", &["--yes"]).succeeds();
        assert_eq!(scene.status()["state"], "abandoned");
    }
}

#[test]
fn what_others_write_to_a_copy_that_is_half_there_is_named_too() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 1_000) else { return };
    let out = scene.run_broken("postgres", &["--jobs", "1"], "migrate.heads_later.before=kill", None);
    assert_ne!(out.code, 0, "{out:?}");
    let id = others_write(&scene, "acknowledged-1", "now()");
    scene.run("abandon", &["--yes"]).fails(4, &id);
    sql(&scene.cli.db_url, &format!("DELETE FROM {}.messages WHERE id = '{id}' RETURNING id::text", scene.schema()));
    scene.run("abandon", &["--yes"]).succeeds();
}

/// As EventoDB's server makes it, with `text` where this program has `varchar`.
const THEIRS: &str = "CREATE FUNCTION {schema}.stream_version(_stream_name text) RETURNS bigint LANGUAGE sql AS 'SELECT -1::bigint';
    CREATE FUNCTION {schema}.write_message(_id text, _stream_name text, _type text, _data jsonb, _metadata jsonb DEFAULT NULL,
        _expected_version bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'";

#[test]
fn functions_that_calls_would_find_instead_keep_a_cutover_back_and_an_upgrade_removes_them() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    scene.run("postgres", &[]).succeeds();
    let theirs = THEIRS.replace("{schema}", &scene.schema());
    super::cli::try_sql(&scene.cli.db_url, &theirs).unwrap();
    let out = scene.run("cutover", &[]);
    out.fails(4, "functions stand beside its own").fails(4, "stream_version(_stream_name text)");
    assert!(scene.takes_writes());
    assert_eq!(scene.status()["state"], "caught_up");
    // As the hint says.
    let drop = out.stderr.split("stop it, then ").nth(1).unwrap().trim().to_owned();
    assert!(drop.starts_with("DROP FUNCTION "), "{drop}");
    super::cli::try_sql(&scene.cli.db_url, &drop).unwrap();
    scene.run("cutover", &[]).succeeds();

    let cli = &scene.cli;
    let name = cli.namespace.as_str();
    let verdict = |cli: &super::cli::Cli| {
        let out = cli.run(&["doctor", "-o", "json"]);
        let checks: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
        let check =
            checks.as_array().unwrap().iter().find(|c| c["check"] == "functions beside its own").unwrap().clone();
        check["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict(cli), "ok");
    // Others of one's own, and other names, stay.
    let more = "CREATE FUNCTION {schema}.mine(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
                CREATE FUNCTION {schema}.mine(varchar) RETURNS int LANGUAGE sql AS 'SELECT 1'";
    super::cli::try_sql(&cli.db_url, &theirs).unwrap();
    super::cli::try_sql(&cli.db_url, &more.replace("{schema}", &scene.schema())).unwrap();
    assert_eq!(verdict(cli), "fail");
    let plan = cli.json(&["namespaces", "upgrade", name, "--dry-run"]);
    assert_eq!((&plan[0]["action"], plan.as_array().unwrap().len()), (&"remove function".into(), 2), "{plan}");
    let out = cli.run(&["namespaces", "upgrade", name]);
    out.succeeds();
    assert!(out.stderr.contains("stream_version(_stream_name text)"), "{out:?}");
    assert_eq!(verdict(cli), "ok");
    let version = format!("SELECT {}.stream_version('account-0')", scene.schema());
    assert_eq!(
        sql(&cli.db_url, &version),
        scene.source.sql("SELECT max(position) FROM {schema}.messages WHERE stream_name = 'account-0'")
    );
    assert_eq!(sql(&cli.db_url, &format!("SELECT {0}.mine('a'::text) + {0}.mine('a'::varchar)", scene.schema())), "2");
}

#[test]
fn many_short_runs_leave_few_ranges() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 1_000) else { return };
    scene.run("postgres", &[]).succeeds();
    for run in 0..6 {
        scene.source.fill(1_001 + run * 30, 30, 23);
        scene.run("postgres", &[]).succeeds();
        assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
    }
    let status = scene.status();
    assert_eq!(status["messages"], 1_180);
    // Ten of a hundred messages, and two for the rest.
    assert_eq!(status["ranges"], 12, "{status}");
    // What changed at the source meanwhile is not taken into one.
    scene.source.sql("UPDATE {schema}.messages SET data = '{\"other\": 1}' WHERE global_position = 1150");
    scene.source.fill(1_181, 5, 23);
    scene.run("postgres", &[]).succeeds();
    scene.run("cutover", &[]).fails(5, "1150 (");
}
