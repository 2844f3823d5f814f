//! A copy of a migration's target: it has the same migration, and leaves the source alone that the original has cut over.

use super::cli::{Cli, Out, var};
use super::scene::Move;
use super::sources::{Database, Layout, Source, Trouble, rows};

/// A migration into a database of its own, which can be copied.
pub fn original() -> Option<(Move, Database)> {
    let target = Database::timescale()?;
    let source = Source::alone(Layout::MessageDb12, Trouble::default())?;
    source.fill(1, 300, 5);
    let cli = Cli { db_url: target.url.clone(), ..Cli::bare() }.with("EVENTODB_FROM_URL", source.url());
    let scene = Move { cli, source };
    scene.run("postgres", &[]).succeeds();
    Some((scene, target))
}

/// The same migration in a copy by template.
pub fn copy_of(scene: &Move) -> (Move, Database) {
    let server = Database::there(&var("EVENTODB_TEST_DB_URL"));
    let from = url::Url::parse(&scene.cli.db_url).unwrap().path().trim_start_matches('/').to_owned();
    let copy = Database::on(&server.url, "");
    let to = url::Url::parse(&copy.url).unwrap().path().trim_start_matches('/').to_owned();
    server.sql(&format!("DROP DATABASE {to}"));
    // Nobody may be in a database that is copied, TimescaleDB's scheduler neither.
    server.sql(&format!("ALTER DATABASE {from} ALLOW_CONNECTIONS false"));
    let left = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{from}'");
    while server.sql(&left) != "0" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    server.sql(&format!("CREATE DATABASE {to} TEMPLATE {from}"));
    server.sql(&format!("ALTER DATABASE {from} ALLOW_CONNECTIONS true"));
    let cli = Cli { db_url: copy.url.clone(), namespace: scene.cli.namespace.clone(), ..Cli::bare() }
        .with("EVENTODB_FROM_URL", scene.source.url());
    let source = Source {
        database: Database::there(scene.source.url()),
        layout: scene.source.layout,
        schema: scene.source.schema.clone(),
        trouble: scene.source.trouble,
    };
    (Move { cli, source }, copy)
}

fn back(scene: &Move) -> Out {
    let args = ["migrate", "to-postgres", "--to-schema", &scene.source.schema, "-o", "json"];
    scene.cli.run_in(&[("EVENTODB_TO_URL", scene.source.url())], &args, b"")
}

#[test]
fn a_copy_of_the_target_neither_opens_nor_takes_over_the_source_that_the_original_has_cut_over() {
    let Some((real, _target)) = original() else { return };
    let (clone, _copy) = copy_of(&real);
    real.run("cutover", &[]).succeeds();
    for (verb, more) in [("abandon", &["--yes"][..]), ("cutover", &["--dry-run"]), ("cutover", &[])] {
        let out = clone.run(verb, more);
        out.fails(4, "has cut it over; this is database").fails(4, "migrate claim");
        assert!(out.stderr.contains(real.cli.db_url.rsplit('/').next().unwrap()), "{verb}: {out:?}");
        assert!(!real.takes_writes(), "{verb}");
        assert_eq!(clone.status()["state"], "caught_up", "{verb}");
    }
    assert_eq!(rows(&clone.cli.db_url, &clone.schema()).len(), 300, "nothing of the copy was deleted");
    // To look at it is free.
    assert_eq!(clone.run("verify", &[]).json()["verdict"], "equal");
    assert_eq!(real.run("verify", &[]).json()["verdict"], "equal");
}

#[test]
fn of_two_copies_the_one_that_cuts_over_first_has_the_source_and_the_other_one_is_refused() {
    let Some((real, _target)) = original() else { return };
    let (clone, _copy) = copy_of(&real);
    // Both follow.
    real.source.fill(301, 50, 5);
    for scene in [&real, &clone] {
        scene.run("postgres", &[]).succeeds();
    }
    clone.run("cutover", &[]).succeeds();
    real.run("cutover", &[]).fails(4, "a copy of it");
    real.run("abandon", &["--yes"]).fails(4, "a copy of it");
    assert_eq!(real.status()["state"], "caught_up");
    assert!(!real.takes_writes());
}

#[test]
fn a_copy_of_a_namespace_that_took_over_adds_nothing_to_the_source_until_it_takes_the_originals_place() {
    let Some((real, _target)) = original() else { return };
    real.run("cutover", &[]).succeeds();
    let (clone, _copy) = copy_of(&real);
    clone.cli.run(&["messages", "write", "staging-1", "T"]).succeeds();
    back(&clone).fails(4, "a copy of it").fails(4, "migrate claim");
    assert_eq!(real.source.count(), 300);
    // The original is gone for good, say.
    let plan = clone.run("claim", &["--dry-run"]).json();
    assert_eq!((&plan[0]["action"], plan.as_array().unwrap().len()), (&"claim".into(), 1), "{plan}");
    assert_eq!(clone.run("claim", &[]).code, 2, "it asks");
    let out = clone.run("claim", &["--yes"]);
    out.succeeds();
    assert!(out.stderr.contains("this database claims it from database"), "{out:?}");
    assert!(!real.takes_writes());
    assert_eq!(back(&clone).json()["copied"], 1);
    back(&real).fails(4, "a copy of it");
    // Once is enough.
    let again = clone.run("claim", &["--yes"]);
    again.succeeds();
    assert!(again.stderr.contains("it is this database's"), "{again:?}");
}

#[test]
fn a_cutover_that_was_killed_is_ended_by_the_copy_that_claims_the_source() {
    let Some((real, _target)) = original() else { return };
    real.run_broken("cutover", &[], "cutover.commit.before=kill", None);
    assert!(!real.takes_writes());
    let (clone, _copy) = copy_of(&real);
    clone.run("cutover", &[]).fails(4, "a copy of it");
    assert!(!real.takes_writes());
    clone.run("claim", &["--yes"]).succeeds();
    clone.run("cutover", &[]).succeeds();
    real.run("abandon", &["--yes"]).fails(4, "a copy of it");
    assert!(!real.takes_writes());
    clone.assert_same();
}

#[test]
fn a_mark_of_an_earlier_version_goes_on_to_work_and_a_claim_adds_whose_it_is() {
    let Some((real, _target)) = original() else { return };
    real.run_broken("cutover", &[], "cutover.commit.before=kill", None);
    let argument = "SELECT convert_from(substring(tgargs FROM 1 FOR position('\\x00'::bytea IN tgargs) - 1), 'UTF8')
                      FROM pg_trigger WHERE tgname = 'eventodb_admin_moved'";
    let mark = real.source.sql(argument);
    let (id, rest) = mark.split_once('/').unwrap();
    let old = format!("{id}/{}", rest.split('/').next().unwrap());
    assert!(old.len() < mark.len(), "{mark}");
    real.source.sql(&format!(
        "DROP TRIGGER eventodb_admin_moved ON {{schema}}.messages; DROP TRIGGER eventodb_admin_moved_rows ON {{schema}}.messages;
         CREATE TRIGGER eventodb_admin_moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {{schema}}.messages
             FOR EACH STATEMENT EXECUTE FUNCTION {{schema}}.eventodb_admin_moved('{old}', 'namespace x of y')"
    ));
    assert!(!real.takes_writes());
    real.run("claim", &["--yes"]).succeeds();
    assert_eq!(real.source.sql(argument), mark);
    real.run("abandon", &["--yes"]).succeeds();
    assert!(real.takes_writes());
}
