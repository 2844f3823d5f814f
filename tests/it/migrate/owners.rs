//! Whoever could write before a migration goes on writing on the new side.

use super::cli::{Cli, sql};
use super::roles::Role;
use super::scene::Move;
use super::sources::{Database, Layout};

/// A plain schema that belongs to an application's role; another role may read it. Everybody might read its messages, if
/// everybody could enter the schema.
fn owned(scene: &Move) -> (Role, Role) {
    let app = Role::new(scene.source.url(), "app").also_in(&scene.cli.db_url);
    let reader = Role::new(scene.source.url(), "reader").also_in(&scene.cli.db_url);
    scene.source.sql(&format!(
        "ALTER SCHEMA {{schema}} OWNER TO \"{0}\"; ALTER TABLE {{schema}}.messages OWNER TO \"{0}\";
         GRANT USAGE ON SCHEMA {{schema}} TO \"{1}\"; GRANT SELECT ON {{schema}}.messages TO \"{1}\", PUBLIC",
        app.name, reader.name
    ));
    (app, reader)
}

fn write(url: &str, schema: &str, stream: &str) -> Result<String, String> {
    Database::there(url).try_sql(&format!(
        "SELECT \"{schema}\".write_message(gen_random_uuid()::varchar, '{stream}', 'T', '{{}}'::jsonb)"
    ))
}

fn read(url: &str, schema: &str, stream: &str) -> Result<String, String> {
    Database::there(url).try_sql(&format!("SELECT count(*) FROM \"{schema}\".get_stream_messages('{stream}')"))
}

/// The role owns the namespace, its chunks included, and works with it; the reader reads and does not write.
#[track_caller]
fn assert_goes_on(url: &str, schema: &str, app: &Role, reader: &Role) {
    let (as_app, as_reader) = (app.url_of(url), reader.url_of(url));
    assert_eq!(write(&as_app, schema, "going-1").as_deref(), Ok("0"));
    assert_eq!(write(&as_app, schema, "going-1").as_deref(), Ok("1"));
    assert_eq!(read(&as_app, schema, "going-1").as_deref(), Ok("2"));
    assert_eq!(read(&as_reader, schema, "going-1").as_deref(), Ok("2"));
    assert!(write(&as_reader, schema, "going-1").unwrap_err().starts_with("42501"));
    let everybody = format!("SELECT has_schema_privilege('public', '{schema}', 'USAGE')");
    assert_eq!(Database::there(url).sql(&everybody), "f");
    let others = format!(
        "SELECT count(*) FROM pg_class c WHERE c.relowner <> '\"{}\"'::regrole
            AND (c.relnamespace = '\"{schema}\"'::regnamespace
                 OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '\"{schema}\".messages'::regclass))",
        app.name
    );
    assert_eq!(Database::there(url).sql(&others), "0");
    Database::there(&as_app).sql(&format!("DELETE FROM \"{schema}\".messages WHERE stream_name = 'going-1'"));
}

#[test]
fn an_administrators_migration_leaves_the_application_the_owner_on_the_new_side() {
    for in_place in [false, true] {
        let scene = if in_place { Move::in_place(300) } else { Move::filled(Layout::MessageDb12, 300) };
        let Some(scene) = scene else { return };
        let (app, reader) = owned(&scene);
        scene.run("postgres", &[]).succeeds();
        // Until then the copy is the administrator's, and the source goes on.
        assert!(write(&app.url_of(&scene.cli.db_url), &scene.schema(), "going-1").unwrap_err().starts_with("42501"));
        assert_eq!(write(&app.url, &scene.source.schema, "before-1").as_deref(), Ok("0"));
        scene.run("cutover", &[]).succeeds();
        assert_goes_on(&scene.cli.db_url, &scene.schema(), &app, &reader);
        assert!(write(&app.url, &scene.source.schema, "before-1").unwrap_err().starts_with("25006"));
        scene.assert_same();
    }
}

#[test]
fn a_namespace_that_was_there_keeps_its_owner_and_lets_the_sources_owner_write() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 300) else { return };
    let (app, reader) = owned(&scene);
    scene.cli.run(&["namespaces", "create", &scene.cli.namespace, "--compress-after", "never"]).succeeds();
    scene.run("postgres", &[]).succeeds();
    scene.run("cutover", &[]).succeeds();
    let (url, schema) = (&scene.cli.db_url, scene.schema());
    assert_eq!(write(&app.url_of(url), &schema, "going-1").as_deref(), Ok("0"));
    assert_eq!(read(&app.url_of(url), &schema, "going-1").as_deref(), Ok("1"));
    assert_eq!(read(&reader.url_of(url), &schema, "going-1").as_deref(), Ok("1"));
    let owner = format!(
        "SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = '{schema}.messages'::regclass"
    );
    assert_eq!(sql(url, &owner), "t");
}

#[test]
fn an_application_that_cannot_be_made_the_owner_goes_on_writing_all_the_same() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let (app, reader) = owned(&scene);
    // A role that may make namespaces, is no superuser, and has nothing to do with the application's.
    let Some(target) = Database::timescale() else { return };
    let mover = Role::new(&target.url, "mover");
    target.sql(&format!(
        "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \"{}\"', current_database()); END $$",
        mover.name
    ));
    let cli = Cli { db_url: mover.url.clone(), namespace: "bank".into(), ..Cli::offline() };
    let scene = Move { cli: cli.with("EVENTODB_FROM_URL", scene.source.url()), source: scene.source };
    scene.run("postgres", &[]).succeeds();
    let out = scene.run("cutover", &[]);
    out.succeeds();
    assert!(out.stderr.contains(&format!("{} owns the messages and does not become the owner", app.name)), "{out:?}");
    let as_app = app.url_of(&target.url);
    assert_eq!(write(&as_app, "tsdb_bank", "going-1").as_deref(), Ok("0"));
    assert_eq!(read(&as_app, "tsdb_bank", "going-1").as_deref(), Ok("1"));
    let plain = "INSERT INTO tsdb_bank.messages (position, stream_name, type) VALUES (1, 'going-1', 'T')";
    Database::there(&as_app).sql(plain);
    assert_eq!(read(&reader.url_of(&target.url), "tsdb_bank", "going-1").as_deref(), Ok("2"));
    drop(target);
}

#[test]
fn roles_that_the_new_server_does_not_have_are_named_before_the_cutover() {
    let Some(scene) = Move::filled(Layout::MessageDb12, 100) else { return };
    let (app, _reader) = owned(&scene);
    let Some(cluster) = super::trouble::private("eventodb-norole", "") else { return };
    cluster.sql("CREATE EXTENSION timescaledb SCHEMA public");
    let cli = Cli {
        db_url: format!("postgres://postgres@127.0.0.1:{}/postgres", cluster.port),
        namespace: "bank".into(),
        ..Cli::offline()
    };
    let scene = Move { cli: cli.with("EVENTODB_FROM_URL", scene.source.url()), source: scene.source };
    for (verb, more) in [("postgres", &["--dry-run"][..]), ("postgres", &[]), ("cutover", &[])] {
        let out = scene.run(verb, more);
        out.succeeds();
        assert!(out.stderr.contains("get no rights there") && out.stderr.contains(&app.name), "{verb}: {out:?}");
    }
}

#[test]
fn the_way_back_leaves_the_namespaces_owner_the_owner() {
    let Some(target) = Database::plain() else { return };
    let Some(cli) = Cli::alone() else { return };
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    let (app, reader) = (Role::new(&target.url, "app"), Role::new(&target.url, "reader"));
    let writer = Role::new(&target.url, "writer");
    for (role, purpose) in [(&app, "operator"), (&writer, "writer")] {
        let script =
            cli.run(&["namespaces", "grants", "--role", &role.name, "--as", purpose]).succeeds().stdout.clone();
        sql(&cli.db_url, &script);
    }
    let read = format!(
        "GRANT USAGE ON SCHEMA tsdb_{0} TO \"{1}\"; GRANT SELECT ON tsdb_{0}.messages TO \"{1}\"",
        cli.namespace, reader.name
    );
    super::cli::try_sql(&cli.db_url, &read).unwrap();
    let cli = cli.with("EVENTODB_TO_URL", &target.url);
    cli.run(&["messages", "write", "a-1", "T"]).succeeds();
    // Also where the run before was broken off.
    cli.run_in(&[("EVENTODB_FAILPOINTS", "back.finish.before=error")], &["migrate", "to-postgres"], b"")
        .fails(1, "failpoint");
    cli.run(&["migrate", "to-postgres"]).succeeds();
    assert_goes_on(&target.url, &format!("eventodb_{}", cli.namespace), &app, &reader);
    let writes = write(&writer.url_of(&target.url), &format!("eventodb_{}", cli.namespace), "writers-1");
    assert_eq!(writes.as_deref(), Ok("0"));
    drop((target, cli));
}
