//! A source that a cutover has closed: by one migration, for everybody, whatever kind of table it is.

use super::cli::{Cli, Held};
use super::cluster::PrivateCluster;
use super::scene::Move;
use super::sources::{Database, Layout, Source, Trouble, rows};
use super::trouble::private;

/// A second migration of the same source, into another namespace of the same database.
fn beside(scene: &Move) -> Move {
    let source = Source {
        database: Database::there(scene.source.url()),
        layout: scene.source.layout,
        schema: scene.source.schema.clone(),
        trouble: scene.source.trouble,
    };
    Move { cli: scene.cli.beside().with("EVENTODB_FROM_URL", scene.source.url()), source }
}

#[test]
fn a_rehearsal_that_is_given_up_leaves_a_source_closed_that_another_migration_has_cut_over() {
    let Some(rehearsal) = Move::filled(Layout::MessageDb12, 200) else { return };
    let real = beside(&rehearsal);
    rehearsal.run("postgres", &[]).succeeds();
    real.run("postgres", &[]).succeeds();
    real.run("cutover", &[]).succeeds();
    // No second namespace takes over what the first one has.
    let moved = format!("have moved to namespace {}", real.cli.namespace);
    for more in [&["--dry-run"][..], &[]] {
        rehearsal.run("cutover", more).fails(4, &moved).fails(4, "migrate abandon");
    }
    assert_eq!(rehearsal.status()["state"], "caught_up");
    assert!(!rehearsal.takes_writes());
    let out = rehearsal.run("abandon", &["--yes"]);
    out.succeeds();
    assert!(out.stderr.contains("stays so") && out.stderr.contains(&real.cli.namespace), "{out:?}");
    assert!(!rehearsal.takes_writes());
    assert_eq!(real.run("verify", &[]).json()["verdict"], "equal");
    // It may be copied once more, to look at, and that is said.
    let third = beside(&rehearsal);
    let out = third.run("postgres", &[]);
    out.succeeds();
    assert!(
        out.stderr.contains("refuses writes since a cutover") && out.stderr.contains(&real.cli.namespace),
        "{out:?}"
    );
    third.run("cutover", &[]).fails(4, &moved);
    real.assert_same();
}

#[test]
fn a_rehearsal_whose_cutover_was_killed_does_not_open_what_another_migration_closes_afterwards() {
    let Some(rehearsal) = Move::filled(Layout::MessageDb12, 200) else { return };
    let real = beside(&rehearsal);
    rehearsal.run("postgres", &[]).succeeds();
    real.run("postgres", &[]).succeeds();
    // Closed by the one: the other one is refused, and opens nothing on its way out.
    rehearsal.run_broken("cutover", &[], "cutover.commit.before=kill", None);
    real.run("cutover", &[]).fails(4, "another migration has done so");
    assert!(!rehearsal.takes_writes());
    rehearsal.run("abandon", &["--yes"]).succeeds();
    assert!(rehearsal.takes_writes());
    real.run("cutover", &[]).succeeds();
    assert!(!real.takes_writes());
    real.assert_same();
}

#[test]
fn a_closed_source_refuses_what_comes_past_its_statements() {
    for layout in [Layout::MessageDb12, Layout::OldTimescale] {
        let Some(scene) = Move::filled(layout, 100) else { return };
        scene.run("postgres", &[]).succeeds();
        scene.run("cutover", &[]).succeeds();
        let before = scene.source.rows();
        let version = "SELECT extversion LIKE '2.19.%' FROM pg_extension WHERE extname = 'timescaledb'";
        if layout == Layout::OldTimescale && scene.source.database.sql(version) == "t" {
            eprintln!(
                "NOT TESTED HERE: what comes past a hypertable's triggers; TimescaleDB 2.19 has no ENABLE ALWAYS there"
            );
            continue;
        }
        for change in [
            "INSERT INTO {schema}.messages (stream_name, type, position, global_position) VALUES ('a-1', 'T', 0, 999)",
            "DELETE FROM {schema}.messages",
            "UPDATE {schema}.messages SET data = '{}'",
            "TRUNCATE {schema}.messages",
        ] {
            let change =
                format!("SET session_replication_role = replica; {change}").replace("{schema}", &scene.source.schema);
            let refused = scene.source.database.try_sql(&change).unwrap_err();
            assert!(refused.starts_with("25006"), "{layout:?}: {change}: {refused}");
        }
        assert_eq!(scene.source.rows(), before, "{layout:?}");
    }
}

/// A source whose rows lie in tables of their own, by category; `inherits`: without the server's help.
fn in_parts(inherits: bool) -> Option<Move> {
    let scene = Move::new(Layout::MessageDb12)?;
    let parts = if inherits {
        "CREATE TABLE {schema}.messages_old () INHERITS ({schema}.messages);
         ALTER TABLE {schema}.messages_old ADD PRIMARY KEY (global_position);"
    } else {
        "ALTER TABLE {schema}.messages RENAME TO plain;
         CREATE TABLE {schema}.messages (LIKE {schema}.plain INCLUDING DEFAULTS) PARTITION BY RANGE (global_position);
         ALTER SEQUENCE {schema}.messages_global_position_seq OWNED BY {schema}.messages.global_position;
         DROP TABLE {schema}.plain;
         ALTER TABLE {schema}.messages ADD PRIMARY KEY (global_position);
         CREATE TABLE {schema}.messages_old PARTITION OF {schema}.messages FOR VALUES FROM (0) TO (150);
         CREATE TABLE {schema}.messages_new PARTITION OF {schema}.messages DEFAULT;"
    };
    scene.source.sql(parts);
    scene.source.fill(1, 300, 7);
    if inherits {
        scene.source.sql(
            "WITH old AS (DELETE FROM ONLY {schema}.messages WHERE global_position < 150 RETURNING *)
             INSERT INTO {schema}.messages_old SELECT * FROM old",
        );
    }
    Some(scene)
}

#[test]
fn a_source_in_parts_comes_over_whole_and_none_of_its_parts_takes_writes_afterwards() {
    for inherits in [false, true] {
        let Some(scene) = in_parts(inherits) else { return };
        // What is open in a part alone is waited for as well.
        let open = Held::new(
            scene.source.url(),
            "BEGIN; INSERT INTO message_store.messages_old (stream_name, type, position, global_position)
             VALUES ('part-1', 'T', 0, 0)",
        );
        let out = scene.run("postgres", &["--dry-run"]).json();
        assert_eq!(out[0]["action"], "copy");
        open.end("COMMIT");
        scene.run("postgres", &[]).succeeds();
        assert_eq!(scene.run("verify", &[]).json()["verdict"], "equal", "{inherits}");
        scene.run("cutover", &[]).succeeds();
        scene.assert_same();
        assert!(!scene.takes_writes(), "{inherits}");
        for change in [
            "INSERT INTO message_store.messages_old (stream_name, type, position, global_position) VALUES ('a-1', 'T', 0, 140)",
            "DELETE FROM message_store.messages_old",
            "TRUNCATE message_store.messages_old",
        ] {
            let refused = scene.source.database.try_sql(change).unwrap_err();
            assert!(refused.starts_with("25006"), "{inherits}: {change}: {refused}");
        }
        assert_eq!(scene.source.count(), 301);
    }
}

#[test]
fn a_key_of_a_table_that_others_inherit_from_is_not_taken_for_one_of_their_rows() {
    let Some(scene) = in_parts(true) else { return };
    scene.source.sql(
        "INSERT INTO {schema}.messages_old (stream_name, type, position, global_position) VALUES ('a-1', 'T', 0, 299)",
    );
    scene.run("postgres", &[]).fails(4, "global positions occur more than once: 299");
}

#[test]
fn what_is_erased_at_a_source_in_chunks_or_parts_after_the_copy_does_not_take_over_unnoticed() {
    let erase = "UPDATE {schema}.messages SET data = '{\"name\": \"erased\"}' WHERE global_position = 77";
    let remove = "DELETE FROM {schema}.messages WHERE global_position = 78";
    for change in [erase, remove] {
        let Some(chunks) = Move::filled(Layout::OldTimescale, 500) else { return };
        let Some(parts) = in_parts(false) else { return };
        let Some(children) = in_parts(true) else { return };
        for scene in [chunks, parts, children] {
            scene.run("postgres", &[]).succeeds();
            scene.source.sql(change);
            let out = scene.run("cutover", &[]);
            assert_eq!(out.code, 5, "{change}: {out:?}");
            assert!(scene.takes_writes(), "{change}");
            assert_eq!(scene.run("verify", &[]).code, 5, "{change}");
            assert_eq!(scene.status()["state"], "caught_up");
        }
    }
}

#[test]
fn what_is_erased_in_a_compressed_chunk_of_the_source_does_not_take_over_unnoticed() {
    if super::cli::var("EVENTODB_TEST_DB_EDITION") != "community" {
        return;
    }
    for change in [
        "UPDATE {schema}.messages SET data = '{\"name\": \"erased\"}' WHERE global_position = 77",
        // Without a condition on anything but what chunks are segmented by, whole batches go.
        "DELETE FROM {schema}.messages WHERE stream_name = (SELECT stream_name FROM {schema}.messages WHERE global_position = 5)",
    ] {
        let Some(scene) = Move::filled(Layout::OldTimescale, 500) else { return };
        scene.source.sql("SELECT public.compress_chunk(c) FROM public.show_chunks('{schema}.messages') c");
        scene.run("postgres", &[]).succeeds();
        scene.source.sql(change);
        let out = scene.run("cutover", &[]);
        assert_eq!(out.code, 5, "{change}: {out:?}");
        assert!(scene.takes_writes(), "{change}");
    }
}

/// Publisher and subscriber in one cluster, which keeps what a subscription needs.
fn subscribed(cluster: &PrivateCluster) -> (Source, Source) {
    let server = format!("postgres://postgres@127.0.0.1:{}/postgres?", cluster.port);
    let source = |name: &str| {
        cluster.sql(&format!("CREATE DATABASE {name}"));
        let database = Database::there(&server.replace("/postgres?", &format!("/{name}?")));
        Source::new(database, Layout::MessageDb12, "orders", Trouble::default())
    };
    let (publisher, subscriber) = (source("publisher"), source("subscriber"));
    publisher.fill(1, 100, 7);
    publisher.sql("CREATE PUBLICATION ours FOR TABLE {schema}.messages");
    publisher.sql("SELECT pg_create_logical_replication_slot('ours', 'pgoutput')");
    subscriber.sql(&format!(
        "CREATE SUBSCRIPTION ours CONNECTION 'host=127.0.0.1 port={} user=postgres dbname=publisher'
         PUBLICATION ours WITH (create_slot = false, slot_name = 'ours')",
        cluster.port
    ));
    (publisher, subscriber)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed().as_secs() < 30, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn a_source_that_a_subscription_writes_to_is_cut_over_once_that_is_disabled_and_does_not_grow_afterwards() {
    let Some(cluster) = private("eventodb-subscriber", "wal_level = logical\n") else { return };
    let (publisher, subscriber) = subscribed(&cluster);
    until("the subscription brings nothing", || subscriber.count() == 100);
    let cli = Cli::bare().with("EVENTODB_FROM_URL", subscriber.url());
    let scene = Move { cli, source: subscriber };
    let out = scene.run("postgres", &[]);
    out.succeeds();
    assert!(out.stderr.contains("subscription ours writes to the source"), "{out:?}");
    scene
        .run("cutover", &[])
        .fails(4, "a subscription writes to it: ours")
        .fails(4, "ALTER SUBSCRIPTION \"ours\" DISABLE");
    assert_eq!(scene.status()["state"], "caught_up");
    publisher.fill(101, 20, 7);
    until("the subscription does not go on", || scene.source.count() == 120);
    scene.source.sql("ALTER SUBSCRIPTION ours DISABLE");
    assert_eq!(scene.run("cutover", &[]).json()["messages"], 120);
    // Somebody enables it again: nothing gets in.
    publisher.fill(121, 20, 7);
    scene.source.sql("ALTER SUBSCRIPTION ours ENABLE");
    until("the subscription is not refused", || cluster.log().contains("have moved to namespace"));
    assert_eq!(scene.source.count(), 120);
    assert_eq!(rows(&scene.cli.db_url, &scene.schema()).len(), 120);
    scene.source.sql("ALTER SUBSCRIPTION ours DISABLE; ALTER SUBSCRIPTION ours SET (slot_name = NONE)");
    scene.source.sql("DROP SUBSCRIPTION ours");
}
