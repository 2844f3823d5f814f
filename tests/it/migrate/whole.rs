//! What a source has and its table does not show, or ranges of global positions do not reach, is never passed over in silence.

use super::cli::{Cli, sql};
use super::roles::Role;
use super::scene::Move;
use super::sources::{Database, Layout, Source, Trouble, fill_namespace};

/// A namespace of this program's with old messages in an archive, as the source of another one in another database.
fn archived() -> Option<(Cli, Move)> {
    let old = Cli::alone()?;
    old.run(&["namespaces", "create", &old.namespace, "--compress-after", "never"]).succeeds();
    // A minute apart: the better part of three weeks.
    fill_namespace(&old.db_url, &format!("tsdb_{}", old.namespace), 1, 20_000, 13);
    let source = Source {
        database: Database::there(&old.db_url),
        layout: Layout::OldTimescale,
        schema: format!("tsdb_{}", old.namespace),
        trouble: Trouble::default(),
    };
    let cli = Cli::alone()?.with("EVENTODB_FROM_URL", source.url());
    Some((old, Move { cli, source }))
}

fn archive(old: &Cli) {
    let store = old.store();
    old.run(&["chunks", "archive", "--older-than", "1d", "--store", &store]).succeeds();
}

#[test]
fn a_namespace_of_which_a_part_is_archived_is_no_source_until_that_is_back() {
    let Some((old, scene)) = archived() else { return };
    archive(&old);
    for more in [&["--dry-run"][..], &[]] {
        let out = scene.run("postgres", more);
        out.fails(6, "and not in the table")
            .fails(6, &format!("eventodb-admin -n {} archives rehydrate", old.namespace));
    }
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
    // As the hint says.
    old.run(&["archives", "rehydrate", "--from", "1970-01-01", "--store", &old.store()]).succeeds();
    assert_eq!(scene.run("postgres", &["--batch", "5000"]).json()["messages"], 20_000);
    // Archived once more, behind the copy.
    archive(&old);
    scene.run("verify", &[]).fails(6, "and not in the table");
    scene.run("cutover", &["--dry-run"]).fails(6, "and not in the table");
    scene.run("cutover", &[]).fails(6, "archives rehydrate");
    assert_eq!(scene.status()["state"], "caught_up");
    old.run(&["archives", "rehydrate", "--from", "1970-01-01", "--store", &old.store()]).succeeds();
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
    scene.run("cutover", &[]).succeeds();
    scene.assert_same();
    assert_eq!(
        scene.cli.json(&["streams", "version", "account-0"])["version"],
        old.json(&["streams", "version", "account-0"])["version"]
    );
}

#[test]
fn versions_that_only_the_heads_of_a_source_know_are_told() {
    let Some((old, scene)) = archived() else { return };
    sql(&old.db_url, &format!("DELETE FROM tsdb_{}.messages WHERE global_position > 19990", old.namespace));
    let out = scene.run("postgres", &["--batch", "5000"]);
    out.succeeds();
    assert!(out.stderr.contains("10 messages of the source are not in its table any more"), "{out:?}");
}

#[test]
fn verify_says_equal_only_where_nothing_is_left_to_copy() {
    let Some(scene) = Move::with(Layout::MessageDb12, Trouble { nulls: true, ..Trouble::default() }) else { return };
    scene.source.fill(1, 300, 7);
    scene.source.sql("UPDATE {schema}.messages SET type = NULL WHERE global_position = 150");
    // One range is refused, the others are copied and equal.
    scene.run("postgres", &[]).fails(4, "150: no type");
    let out = scene.run("verify", &[]);
    out.fails(5, "100 messages are not copied");
    let found: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((&found["verdict"], &found["lag_messages"]), (&"behind".into(), &100.into()), "{found}");
    scene.source.sql("UPDATE {schema}.messages SET type = 'T' WHERE global_position = 150");
    scene.run("postgres", &[]).succeeds();
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
    // What comes afterwards is not copied yet, which is no fault.
    scene.source.fill(301, 5, 7);
    for more in [&["--counts"][..], &[]] {
        let found = scene.run("verify", more).json();
        assert_eq!((&found["verdict"], &found["lag_messages"]), (&"behind".into(), &5.into()), "{found}");
    }
    scene.run("cutover", &[]).succeeds();
    assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal");
    // After the cutover it is.
    scene.source.sql("DROP FUNCTION {schema}.eventodb_admin_moved() CASCADE");
    scene.source.fill(306, 5, 7);
    scene.run("verify", &[]).fails(5, "5 messages of the source came after the cutover");
}

#[test]
fn messages_without_a_global_position_are_refused_before_anything_is_made_and_at_the_cutover() {
    let Some(scene) = Move::with(Layout::MessageDb12, Trouble { doubles: true, ..Trouble::default() }) else { return };
    scene.source.fill(1, 100, 7);
    scene.source.sql("ALTER TABLE {schema}.messages ALTER global_position DROP NOT NULL");
    let without =
        "INSERT INTO {schema}.messages (stream_name, type, position, global_position) VALUES ('a-1', 'T', 0, NULL)";
    scene.source.sql(without);
    for more in [&["--dry-run"][..], &[]] {
        scene.run("postgres", more).fails(4, "1 message without a global position");
    }
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
    scene.source.sql("DELETE FROM {schema}.messages WHERE global_position IS NULL");
    scene.run("postgres", &[]).succeeds();
    scene.source.sql(without);
    scene.run("verify", &[]).fails(4, "without a global position");
    scene.run("cutover", &[]).fails(4, "without a global position");
    assert!(scene.takes_writes());
}

#[test]
fn a_role_that_may_not_read_or_close_the_source_is_told_at_the_start_what_it_lacks() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let role = Role::new(scene.source.url(), "mover").also_in(&scene.cli.db_url);
    let scene = Move { cli: scene.cli.with("EVENTODB_FROM_URL", &role.url), source: scene.source };
    let follow = |out: &super::cli::Out| {
        let hint = out.stderr.lines().find_map(|l| l.strip_prefix("hint: ")).unwrap().to_owned();
        assert!(hint.split("; ").all(|s| s.starts_with("GRANT ")), "{hint}");
        scene.source.sql(&hint);
    };
    let out = scene.run("postgres", &["--dry-run"]);
    out.fails(1, "the role may not read it");
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
    follow(&out);
    let out = scene.run("postgres", &[]);
    out.succeeds();
    assert!(out.stderr.contains("may copy the source and not cut it over; before the cutover: GRANT "), "{out:?}");
    scene.assert_same();
    scene.run("cutover", &["--dry-run"]).fails(1, "the role may not close it");
    let out = scene.run("cutover", &[]);
    out.fails(1, "the role may not close it");
    assert_eq!(scene.status()["state"], "caught_up");
    // Not the server's superuser, whom nobody should become.
    scene.source.sql(&format!(
        "ALTER TABLE {{schema}}.messages OWNER TO \"{0}\"; GRANT CREATE ON SCHEMA {{schema}} TO \"{0}\"",
        role.name
    ));
    scene.run("cutover", &[]).succeeds();
    assert!(!scene.takes_writes());
    scene.assert_same();
}

#[test]
fn a_source_whose_policies_on_rows_hide_messages_is_refused() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let role = Role::new(scene.source.url(), "mover").also_in(&scene.cli.db_url);
    scene.source.sql(&format!(
        "GRANT USAGE ON SCHEMA {{schema}} TO \"{0}\"; GRANT SELECT ON {{schema}}.messages TO \"{0}\";
         GRANT SELECT ON SEQUENCE {{schema}}.messages_global_position_seq TO \"{0}\";
         ALTER TABLE {{schema}}.messages ENABLE ROW LEVEL SECURITY;
         CREATE POLICY ours ON {{schema}}.messages FOR SELECT USING (global_position > 50)",
        role.name
    ));
    let scene = Move { cli: scene.cli.with("EVENTODB_FROM_URL", &role.url), source: scene.source };
    scene.run("postgres", &[]).fails(1, "messages may be hidden");
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
}

#[test]
fn a_source_whose_sessions_may_not_see_every_message_is_refused() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let role = Role::new(scene.source.url(), "mover").also_in(&scene.cli.db_url);
    scene.source.sql(&format!(
        "GRANT USAGE ON SCHEMA {{schema}} TO \"{0}\"; GRANT SELECT ON {{schema}}.messages TO \"{0}\";
         GRANT SELECT ON SEQUENCE {{schema}}.messages_global_position_seq TO \"{0}\";
         ALTER ROLE \"{0}\" SET zero_damaged_pages = on",
        role.name
    ));
    let scene = Move { cli: scene.cli.with("EVENTODB_FROM_URL", &role.url), source: scene.source };
    let out = scene.run("postgres", &[]);
    out.fails(1, "zero_damaged_pages is on");
    assert!(out.stderr.contains("looking at") && out.stderr.contains("messages of"), "the source's: {out:?}");
    assert_eq!(sql(&scene.cli.db_url, &format!("SELECT to_regnamespace('{}') IS NULL", scene.schema())), "t");
}
