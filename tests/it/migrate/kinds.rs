//! Sources that are no table of their server's alone, or whose parts a role has no way to: found before anything is copied.

use super::roles::Role;
use super::scene::Move;
use super::sources::Layout;

#[test]
fn a_source_with_a_part_at_another_server_is_refused_before_anything_is_made_and_before_it_is_closed() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    scene.source.sql(
        "CREATE EXTENSION file_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER file_fdw;
         CREATE TABLE {schema}.between () INHERITS ({schema}.messages)",
    );
    let add = "CREATE FOREIGN TABLE {schema}.part () INHERITS ({schema}.between) SERVER elsewhere
                   OPTIONS (filename '/dev/null', format 'csv')";
    scene.source.sql(add);
    for more in [&["--dry-run"][..], &[]] {
        scene.run("postgres", more).fails(8, "\"part\" is a foreign table").fails(8, "could not be stopped");
    }
    let made = format!("SELECT count(*) FROM pg_namespace WHERE nspname = '{}'", scene.schema());
    assert_eq!(super::cli::sql(&scene.cli.db_url, &made), "0");
    scene.source.sql("DROP FOREIGN TABLE {schema}.part");
    scene.run("postgres", &[]).succeeds();
    scene.source.sql(add);
    for more in [&["--dry-run"][..], &[]] {
        scene.run("cutover", more).fails(8, "\"part\" is a foreign table");
        assert!(scene.takes_writes());
    }
    scene.source.sql("DROP FOREIGN TABLE {schema}.part");
    scene.run("cutover", &[]).succeeds();
    assert!(!scene.takes_writes());
    scene.assert_same();
}

#[test]
fn a_source_that_is_a_view_is_called_one() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 20) else { return };
    scene.source.sql("ALTER TABLE {schema}.messages RENAME TO kept");
    for (kind, what) in [("VIEW", "it is a view"), ("MATERIALIZED VIEW", "it is a materialized view")] {
        scene.source.sql(&format!("CREATE {kind} {{schema}}.messages AS SELECT * FROM {{schema}}.kept"));
        for more in [&["--dry-run"][..], &[]] {
            scene.run("postgres", more).fails(8, what).fails(8, "--from-schema");
        }
        scene.source.sql(&format!("DROP {kind} {{schema}}.messages"));
    }
}

#[test]
fn an_owner_without_a_way_to_a_part_learns_so_before_the_source_is_closed() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let owner = Role::new(scene.source.url(), "owner");
    let sql = |statements: &str| scene.source.sql(&statements.replace("ROLE", &format!("\"{}\"", owner.name)));
    sql("CREATE SCHEMA parts; CREATE TABLE parts.late () INHERITS ({schema}.messages);
         ALTER TABLE {schema}.messages OWNER TO ROLE; ALTER TABLE parts.late OWNER TO ROLE;
         GRANT USAGE, CREATE ON SCHEMA {schema} TO ROLE;
         REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.messages FROM ROLE; REVOKE TRIGGER ON parts.late FROM ROLE");
    let from = ["--from-url", owner.url.as_str()];
    let out = scene.run("postgres", &from);
    out.succeeds();
    for lacking in [
        "GRANT USAGE ON SCHEMA parts TO",
        "GRANT TRIGGER ON parts.late TO",
        "GRANT UPDATE ON message_store.messages TO",
    ] {
        assert!(out.stderr.contains(lacking), "{lacking}: {out:?}");
        scene.run("cutover", &from).fails(1, lacking);
        scene.run("cutover", &[&from[..], &["--dry-run"]].concat()).fails(1, lacking);
    }
    assert!(scene.takes_writes());
    sql("GRANT USAGE ON SCHEMA parts TO ROLE; GRANT TRIGGER ON parts.late TO ROLE;
         GRANT UPDATE ON {schema}.messages TO ROLE");
    scene.run("cutover", &from).succeeds();
    assert!(!scene.takes_writes());
    scene.assert_same();
}
