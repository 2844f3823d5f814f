//! From the namespace back into the very source that it took over from.

use super::scene::Move;
use super::sources::{Layout, assert_same, rows};

fn back(scene: &Move, more: &[&str]) -> super::cli::Out {
    let args = [&["migrate", "to-postgres", "--to-schema", &scene.source.schema, "-o", "json"][..], more].concat();
    scene.cli.run_in(&[("EVENTODB_TO_URL", scene.source.url())], &args, b"")
}

#[test]
fn a_namespace_goes_back_into_the_source_that_it_took_over_from() {
    for (scene, layout) in
        [(Move::in_place(300), Layout::EventoDb), (Move::filled(Layout::MessageDb12, 300), Layout::MessageDb12)]
    {
        let Some(scene) = scene else { return };
        scene.run("postgres", &[]).succeeds();
        scene.run("cutover", &[]).succeeds();
        for _ in 0..5 {
            scene.cli.run(&["messages", "write", "since-1", "T"]).succeeds();
        }
        let plan = back(&scene, &["--dry-run"]).json();
        assert_eq!((&plan[0]["action"], &plan[0]["message_count"]), (&"copy".into(), &5.into()), "{layout:?}: {plan}");
        let out = back(&scene, &[]);
        out.succeeds();
        assert_eq!(out.json()["copied"], 5, "{layout:?}");
        assert_same(&rows(&scene.cli.db_url, &scene.schema()), &scene.source.rows());
        // The namespace is still the store.
        assert!(!scene.takes_writes(), "{layout:?}");
        scene.cli.run(&["messages", "write", "since-1", "T"]).succeeds();
        assert_eq!(back(&scene, &[]).json()["copied"], 1);
        // As it was said.
        let open = out.stderr.split("then there: ").nth(1).unwrap().split("; and have").next().unwrap().to_owned();
        assert!(open.starts_with("DROP FUNCTION "), "{open}");
        scene.source.sql(&open);
        assert!(scene.takes_writes(), "{layout:?}");
        let written = "SELECT {schema}.write_message(gen_random_uuid()::varchar, 'since-1', 'T', '{}'::jsonb)";
        assert_eq!(scene.source.sql(written), "6", "{layout:?}");
        assert_eq!(
            scene.source.sql("SELECT max(global_position) FROM {schema}.messages"),
            "308",
            "{layout:?}: a global position is given out once, and the probe took one"
        );
    }
}

#[test]
fn a_source_that_has_moved_to_another_namespace_takes_nothing_back_from_this_one() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    scene.run("postgres", &[]).succeeds();
    scene.run("cutover", &[]).succeeds();
    let other = scene.cli.beside();
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    let args = ["migrate", "to-postgres", "--to-schema", &scene.source.schema];
    let out = other.run_in(&[("EVENTODB_TO_URL", scene.source.url())], &args, b"");
    out.fails(4, "it refuses writes").fails(4, &format!("namespace {}", scene.cli.namespace));
    // Nor does anybody else add to it by the way.
    let sneak = "SET eventodb.moving_back = '1/1';
                 INSERT INTO message_store.messages (stream_name, type, position) VALUES ('a-1', 'T', 0)";
    assert!(scene.source.database.try_sql(sneak).unwrap_err().starts_with("25006"));
}
