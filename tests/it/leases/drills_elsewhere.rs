//! Drills into another database: it takes all of an archive, the live one gets a row and a report, and nothing is left there.

use serde_json::{Value, json};

use super::cli::{Cli, Out, sql, try_sql};
use super::drills::{broken, held_at, left, results, scratch, state};
use super::scene::{archived, id, schema};

/// A namespace whose archives come back in another database.
struct Apart {
    cli: Cli,
    /// The other database.
    there: String,
}

impl Apart {
    /// `None` where the server has one database only.
    fn new(weeks: usize) -> Option<Self> {
        let there = Cli::alone()?.db_url;
        Some(Self { cli: archived(weeks).0, there })
    }

    fn words<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        [&["drill", "run", "--into-url", self.there.as_str()], more].concat()
    }

    fn run(&self, more: &[&str]) -> Out {
        self.cli.run(&self.words(more))
    }

    /// Runs until no session of a drill that was killed is in the way.
    fn run_when_free(&self, more: &[&str]) -> Out {
        loop {
            let out = self.run(more);
            if out.code != 7 {
                return out;
            }
        }
    }

    fn broken(&self, failpoints: &str) -> Out {
        broken(&self.cli, failpoints, &self.words(&[]))
    }

    /// Namespaces and schemas of drills in the other database.
    fn left_there(&self) -> bool {
        sql(
            &self.there,
            "SELECT coalesce((xpath('/row/n/text()', query_to_xml(CASE WHEN to_regclass('eventodb_store.namespaces') IS NULL
                        THEN 'SELECT 0 AS n' ELSE 'SELECT count(*) AS n FROM eventodb_store.namespaces' END, false, true, '')))[1]::text::int, 0) > 0
                    OR EXISTS (SELECT FROM pg_namespace WHERE nspname LIKE 'tsdb_%')",
        ) == "t"
    }

    /// How the drill stands in the two ledgers: ended and cleared up in each.
    fn ledgers(&self) -> (String, String) {
        let of = |url: &str, namespace: &str| {
            sql(
                url,
                &format!(
                    "SELECT concat(count(*) FILTER (WHERE ended_at IS NULL), ' ', count(*) FILTER (WHERE cleared_at IS NULL))
                       FROM eventodb_store.drills WHERE namespace = '{namespace}'"
                ),
            )
        };
        (of(&self.cli.db_url, &self.cli.namespace), of(&self.there, &scratch(&self.cli)))
    }

    fn drills(&self) -> usize {
        self.cli.json(&["drill", "list"]).as_array().unwrap().len()
    }

    /// The other database's name and `host:port/name`.
    fn place(&self) -> (String, String) {
        let url = url::Url::parse(&self.there).unwrap();
        let name = url.path().trim_start_matches('/').to_owned();
        let shown = format!("{}:{}/{name}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        (name, shown)
    }
}

const CLEARED: &str = "0 0";

#[test]
fn a_blank_database_takes_all_archives_and_the_live_one_gets_a_row_and_a_report() {
    let Some(apart) = Apart::new(3) else { return };
    let (cli, before, (name, shown)) = (&apart.cli, state(&apart.cli), apart.place());
    let plan = apart.run(&["--all", "--dry-run"]);
    assert!(plan.code == 0 && !apart.left_there() && apart.drills() == 0, "{plan:?}");
    let (out, ()) = held_at(cli, "rehydrate.commit.after", &apart.words(&[]), || {
        let scratch = sql(&apart.there, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tsdb_%'");
        assert_eq!(sql(&apart.there, &format!("SELECT count(*) FROM {scratch}.messages")), "20");
        assert!(!left(cli), "nothing is made in the live database");
        let listed = &cli.json(&["drill", "list"])[0];
        assert_eq!((&listed["place"], &listed["verdict"]), (&json!(shown), &Value::Null));
    });
    out.succeeds();
    let run = apart.run(&["--all", "-o", "json"]).json();
    assert_eq!((&run["verdict"], &run["never_drilled"]), (&json!("ok"), &json!(0)), "{run}");
    assert_eq!(results(&run).len(), 3);
    let place = &run["place"];
    assert_eq!(place["database"], name.as_str());
    assert_eq!(format!("{}/{name}", place["server"].as_str().unwrap()), shown);
    assert!(run["live"]["timescaledb"].is_string() && run["live"]["database"] != place["database"], "{run}");
    let user = url::Url::parse(&apart.there).unwrap().username().to_owned();
    assert!(!shown.contains('@') && !place.to_string().contains(&format!("{user}@")), "{place}");
    assert_eq!(cli.json(&["drill", "show", &run["drill_id"].as_str().unwrap()[..8]]), run);
    let table = cli.run(&["drill", "show", run["drill_id"].as_str().unwrap()]);
    assert!(table.stdout.contains(&format!("in database {name} of ")), "{table:?}");
    assert_eq!(state(cli), before);
    assert!(!apart.left_there());
    assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()));
    // By the environment; an empty flag is a variable that somebody forgot, and nothing is drilled in the live database by it.
    let by_environment = |words: &[&str]| cli.run_in(&[("EVENTODB_DRILL_URL", &apart.there)], words, b"").json();
    assert_eq!(by_environment(&["drill", "run", "-o", "json"])["place"]["database"], name.as_str());
    cli.run(&["drill", "run", "--into-url", ""]).fails(2, "--into-url is empty");
}

#[test]
fn a_drill_killed_at_any_step_is_cleared_up_by_the_next_one_into_the_same_database() {
    let Some(apart) = Apart::new(2) else { return };
    let (cli, before, (_, shown)) = (&apart.cli, state(&apart.cli), apart.place());
    for (point, is_left) in [
        ("drill.enter.before", false),
        ("drill.enter.after", false),
        ("drill.make-there.before", false),
        ("drill.make-there.after", true),
        ("drill.heads.after", true),
        ("rehydrate.commit.after", true),
        ("drill.empty.after", true),
        ("drill.note.after", true),
        ("drill.remove.before", true),
        ("drill.remove.after", false),
        ("drill.end.before", false),
    ] {
        apart.broken(&format!("{point}=kill"));
        assert_eq!(apart.left_there(), is_left, "{point}");
        assert!(state(cli) == before && !left(cli), "{point}");
        if point != "drill.enter.before" {
            // One in the live database goes on, and says where something may be left.
            let told = loop {
                let out = cli.run(&["drill", "run"]);
                if !out.stderr.contains("is under way") {
                    break out;
                }
            };
            told.succeeds();
            assert!(told.stderr.contains(&shown) && told.stderr.contains("drill forget"), "{point} {told:?}");
            assert_eq!(apart.left_there(), is_left, "{point}");
        }
        let next = apart.run_when_free(&[]);
        next.succeeds();
        assert!(!apart.left_there(), "{point}");
        assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()), "{point}");
        assert_eq!(state(cli), before, "{point}");
        let again = cli.run(&["drill", "run"]);
        assert!(!again.stderr.contains("come to its end"), "{point} {again:?}");
    }
    // The end is the same as that of a drill in the live database.
    for point in ["drill.end.after", "drill.put.after", "drill.note-stored.before"] {
        apart.broken(&format!("{point}=kill"));
        assert!(!apart.left_there(), "{point}");
        apart.run(&[]).succeeds();
    }
    let listed = cli.json(&["drill", "list"]);
    let ended = listed.as_array().unwrap().iter().filter(|d| d["verdict"] == "ok");
    assert!(ended.clone().all(|d| d["stored_in"] == json!([cli.store()])), "{listed}");
    assert_eq!(super::drills::reports(cli).len(), ended.count());
}

#[test]
fn a_drill_that_fails_at_any_step_leaves_nothing_once_the_next_one_has_run() {
    let Some(apart) = Apart::new(1) else { return };
    let before = state(&apart.cli);
    for point in ["enter", "make-there", "heads", "empty", "note", "remove", "end"] {
        for end in ["before", "after"] {
            let out = apart.broken(&format!("drill.{point}.{end}=error"));
            assert_ne!(out.code, 0, "{point}.{end} {out:?}");
            apart.run_when_free(&[]).succeeds();
            assert!(!apart.left_there() && !left(&apart.cli), "{point}.{end}");
            assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()), "{point}.{end}");
            assert_eq!(state(&apart.cli), before, "{point}.{end}");
        }
    }
    // One that could not begin has an end, and the place is known to be free again at once.
    apart.broken("drill.make-there.after=error");
    assert!(!apart.left_there());
    assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()));
    assert_eq!(apart.cli.json(&["drill", "list"])[0]["verdict"], "unknown");
}

#[test]
fn clearing_up_can_be_killed_and_begins_again() {
    let Some(apart) = Apart::new(1) else { return };
    for point in ["clear-up-there", "note-cleared", "note-killed"] {
        for end in ["before", "after"] {
            apart.broken("drill.empty.before=kill");
            assert!(apart.left_there());
            let killed = loop {
                let out = apart.broken(&format!("drill.{point}.{end}=kill"));
                if out.code != 7 {
                    break out;
                }
            };
            assert_eq!(killed.code, -1, "{point}.{end} {killed:?}");
            apart.run_when_free(&[]).succeeds();
            assert!(!apart.left_there(), "{point}.{end}");
            assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()), "{point}.{end}");
        }
    }
}

#[test]
fn what_is_left_in_a_database_that_is_gone_can_be_forgotten() {
    let Some(apart) = Apart::new(1) else { return };
    let cli = &apart.cli;
    apart.broken("drill.empty.before=kill");
    let id = cli.json(&["drill", "list"])[0]["drill_id"].as_str().unwrap().to_owned();
    sql(&cli.db_url, &format!("DROP DATABASE {} WITH (FORCE)", apart.place().0));
    // Another database at another address has nothing to do with it.
    let other = Cli::alone().unwrap().db_url;
    let out = loop {
        let out = cli.run(&["drill", "run", "--into-url", &other]);
        if !out.stderr.contains("is under way") {
            break out;
        }
    };
    assert!(out.succeeds().stderr.contains("may still be in"), "{out:?}");
    cli.run(&["drill", "forget", &id, "--dry-run"]).succeeds();
    assert!(cli.run(&["drill", "run"]).stderr.contains("may still be in"));
    cli.run(&["drill", "forget", &id]).succeeds();
    let out = cli.run(&["drill", "run"]);
    assert!(!out.succeeds().stderr.contains("may still be in"), "{out:?}");
    cli.run(&["drill", "forget", &id]).fails(2, "it has left nothing in another database");
}

#[test]
fn a_place_where_no_namespace_can_be_made_is_refused_with_what_it_lacks_and_no_drill_is_noted() {
    let Some(apart) = Apart::new(1) else { return };
    let cli = &apart.cli;
    let run = |url: &str| cli.run(&["drill", "run", "--into-url", url]);
    // The live database, by its own address and by another name of it.
    run(&cli.db_url).fails(4, "it is the live database");
    let mut by_name = url::Url::parse(&cli.db_url).unwrap();
    by_name.set_host(Some("localhost")).unwrap();
    run(by_name.as_str()).fails(4, "it is the live database");
    let name = apart.place().0;
    let with_path = |name: &str| {
        let mut url = url::Url::parse(&apart.there).unwrap();
        url.set_path(name);
        url.to_string()
    };
    sql(&cli.db_url, &format!("CREATE DATABASE {name}_bare TEMPLATE template0"));
    run(&with_path(&format!("{name}_bare"))).fails(8, "CREATE EXTENSION timescaledb");
    sql(&cli.db_url, &format!("DROP DATABASE {name}_bare"));
    run(&with_path(&format!("{name}_none"))).fails(1, "does not exist");
    sql(&cli.db_url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    apart.run(&[]).fails(1, "it takes no writes");
    sql(&cli.db_url, &format!("ALTER DATABASE {name} RESET default_transaction_read_only"));
    let role = format!("r{}", &cli.namespace[1..20]);
    sql(
        &cli.db_url,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'of-this-role'; GRANT CONNECT ON DATABASE {name} TO {role}"),
    );
    let mut weak = url::Url::parse(&apart.there).unwrap();
    weak.set_username(&role).unwrap();
    weak.set_password(Some("of-this-role")).unwrap();
    run(weak.as_str()).fails(1, &format!("GRANT CREATE ON DATABASE {name} TO {role}"));
    run("postgres://nobody@127.0.0.1:1/x?connect_timeout=2").fails(1, "opening the database to drill into");
    // A namespace of that name that is somebody's.
    let other = Cli { db_url: apart.there.clone(), namespace: scratch(cli), ..cli.beside() };
    other.run(&["namespaces", "create", &other.namespace, "--compress-after", "never"]).succeeds();
    other.run(&["messages", "write", "mine-1", "T"]).succeeds();
    let theirs = state(&other);
    apart.run(&[]).fails(4, "it is not a drill's");
    assert!(apart.drills() == 0 && state(&other) == theirs);
    // A role that owns the schema of the registry there by no right.
    sql(&apart.there, &format!("GRANT CREATE ON DATABASE {name} TO {role}"));
    let out = cli.run(&["drill", "run", "--into-url", weak.as_str(), "--into", "aside"]);
    out.fails(1, "42501");
    assert!(out.stderr.contains("CREATE DATABASE"), "{out:?}");
    apart.run(&["--into", "aside"]).succeeds();
    assert_eq!(state(&other), theirs);
    sql(&apart.there, &format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn an_owner_of_a_database_of_its_own_drills_into_it() {
    let Some(apart) = Apart::new(2) else { return };
    let (role, name) = (format!("o{}", &apart.cli.namespace[1..20]), apart.place().0);
    sql(
        &apart.cli.db_url,
        &format!("CREATE ROLE {role} LOGIN PASSWORD 'of-this-role'; ALTER DATABASE {name} OWNER TO {role}"),
    );
    let mut owner = url::Url::parse(&apart.there).unwrap();
    owner.set_username(&role).unwrap();
    owner.set_password(Some("of-this-role")).unwrap();
    let own = Apart { there: owner.to_string(), cli: apart.cli };
    own.run(&["--all"]).succeeds();
    assert!(!own.left_there());
    let ledgers = |apart: &Apart| Apart { there: with_admin(&apart.there), cli: apart.cli.beside() }.there;
    let ended = |url: &str| {
        sql(url, "SELECT bool_and(ended_at IS NOT NULL AND cleared_at IS NOT NULL) FROM eventodb_store.drills")
    };
    assert_eq!(ended(&ledgers(&own)), "t");
    own.broken("rehydrate.commit.after=kill");
    assert!(own.left_there());
    own.run_when_free(&[]).succeeds();
    assert!(!own.left_there());
    assert_eq!(ended(&ledgers(&own)), "t");
    sql(&own.cli.db_url, &format!("DROP DATABASE {name} WITH (FORCE)"));
    sql(&own.cli.db_url, &format!("DROP ROLE {role}"));
}

/// The same database as a superuser.
fn with_admin(url: &str) -> String {
    let admin = url::Url::parse(&super::cli::var("EVENTODB_TEST_DB_URL")).unwrap();
    let mut url = url::Url::parse(url).unwrap();
    url.set_username(admin.username()).unwrap();
    url.set_password(admin.password()).unwrap();
    url.to_string()
}

#[test]
fn a_place_that_dies_in_the_middle_says_nothing_about_archives_and_is_cleared_up_later() {
    let Some(apart) = Apart::new(3) else { return };
    let (cli, before, (name, _)) = (&apart.cli, state(&apart.cli), apart.place());
    let end = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    let (out, _) =
        held_at(cli, "rehydrate.copy.before", &apart.words(&["--all", "-o", "json"]), || sql(&cli.db_url, &end));
    let report: Value = serde_json::from_str(&out.stdout).unwrap();
    assert_eq!((out.code, &report["verdict"], &report["not_begun"]), (1, &json!("unknown"), &json!(2)), "{out:?}");
    let (_, result, part) = &results(&report)[0];
    assert_eq!((&result[..], &part[..]), ("unknown", "scratch"), "{out:?}");
    assert!(out.stderr.contains("removing the throw-away namespace"), "{out:?}");
    assert!(apart.left_there() && state(cli) == before);
    assert_eq!(cli.json(&["drill", "list"])[0]["stored_in"], json!([cli.store()]));
    // The archive keeps its turn.
    let next = apart.run_when_free(&["--archives", "3", "-o", "json"]);
    assert_eq!((results(&next.json()).len(), &next.json()["never_drilled"]), (3, &json!(0)));
    assert!(!apart.left_there() && state(cli) == before);
    // The live session ends: nothing is left there as far as that goes.
    let live = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'mortal'";
    let url = format!("{}?application_name=mortal", cli.db_url);
    let mortal = Cli { db_url: url, namespace: cli.namespace.clone(), ..cli.beside() };
    let (out, _) = held_at(&mortal, "drill.note.before", &apart.words(&[]), || sql(&cli.db_url, live));
    assert!(out.code == 1 && !apart.left_there(), "{out:?}");
    apart.run_when_free(&[]).succeeds();
    assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()));
}

#[test]
fn a_namespace_there_that_somebody_has_made_his_own_stays() {
    let Some(apart) = Apart::new(1) else { return };
    let name = scratch(&apart.cli);
    for (theirs, told) in [
        (
            "DO $$ BEGIN EXECUTE (SELECT format('INSERT INTO %I.messages (time, position, global_position, stream_name, type)
                 VALUES (now(), 0, 100000, ''mine-1'', ''T'')', nspname) FROM pg_namespace WHERE nspname LIKE 'tsdb_%'); END $$",
            "has not brought in",
        ),
        ("UPDATE eventodb_store.namespaces SET description = 'mine'", "somebody else's by now"),
    ] {
        apart.broken("rehydrate.commit.after=kill");
        sql(&apart.there, theirs);
        apart.run_when_free(&[]).fails(4, told);
        apart.run(&["--into", "aside"]).succeeds();
        assert!(apart.left_there(), "{told}");
        let other = Cli { db_url: apart.there.clone(), namespace: name.clone(), ..apart.cli.beside() };
        other.run(&["namespaces", "delete", &name, "--yes"]).succeeds();
        apart.run(&[]).succeeds();
        assert!(!apart.left_there());
        assert_eq!(apart.ledgers().0, CLEARED);
    }
}

#[test]
fn two_drills_take_one_place_in_turn_and_others_beside_each_other() {
    let Some(apart) = Apart::new(2) else { return };
    let cli = &apart.cli;
    let (out, ()) = held_at(cli, "rehydrate.commit.after", &apart.words(&[]), || {
        apart.run(&[]).fails(7, "is under way");
        apart.run(&["--into", "aside"]).succeeds();
        // In the live database the name is free.
        let beside = cli.run(&["drill", "run"]);
        assert!(beside.succeeds().stderr.contains("is under way in namespace"), "{beside:?}");
        let id =
            cli.json(&["drill", "list"]).as_array().unwrap().last().unwrap()["drill_id"].as_str().unwrap().to_owned();
        cli.run(&["drill", "forget", &id]).fails(7, "it is under way");
    });
    out.succeeds();
    assert!(!apart.left_there());
    // Before anything is made there, too.
    let (out, ()) = held_at(cli, "drill.make-there.before", &apart.words(&[]), || {
        apart.run(&[]).fails(7, "is under way");
    });
    out.succeeds();
    assert_eq!(apart.ledgers(), (CLEARED.to_owned(), CLEARED.to_owned()));
}

#[test]
fn a_live_namespace_that_knows_less_than_its_archives_is_found_from_another_database() {
    let Some(apart) = Apart::new(2) else { return };
    let (cli, schema) = (&apart.cli, schema(&apart.cli));
    let found = |part: &str| {
        let out = apart.run(&["--all", "-o", "json"]);
        let report: Value = serde_json::from_str(&out.stdout).unwrap();
        let parts: Vec<_> = results(&report).into_iter().map(|(_, _, part)| part).collect();
        assert_eq!((out.code, &parts[1][..]), (5, part), "{out:?}");
        assert!(!apart.left_there());
    };
    let as_replica = |text: &str| sql(&cli.db_url, &format!("SET session_replication_role = replica; {text}"));
    as_replica(&format!("DELETE FROM {schema}.heads WHERE stream_name = 'account-4'"));
    found("heads");
    cli.run(&["namespaces", "recount", "--yes"]).succeeds();
    sql(&cli.db_url, &format!("SELECT setval('{schema}.messages_global_position_seq', 39)"));
    found("sequence");
    sql(&cli.db_url, &format!("SELECT setval('{schema}.messages_global_position_seq', 40)"));
    apart.run(&["--all"]).succeeds();
    let path = super::scene::of_namespace(cli)[0].clone();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(path, bytes).unwrap();
    apart.run(&[&id(cli, 0)]).fails(5, "archive");
    assert!(!apart.left_there());
}

#[test]
fn drills_of_a_deleted_namespace_are_kept_apart_from_those_of_the_next_one_of_its_name() {
    let (cli, lines) = archived(2);
    let drilled = cli.json(&["drill", "run", "--all"]);
    cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    assert_eq!(cli.json(&["drill", "list"]), json!([]));
    let former = cli.json(&["drill", "list", "--former"]);
    assert_eq!(former[0]["drill_id"], drilled["drill_id"], "{former}");
    assert_eq!(cli.json(&["drill", "show", drilled["drill_id"].as_str().unwrap()]), drilled);
    let checks = cli.json(&["doctor"]);
    let check = checks.as_array().unwrap().iter().find(|c| c["check"] == "restore drills").unwrap();
    assert_eq!(check["found"], "there is no archive to drill", "{check}");
    // What they measured tells nothing of the new one's archives.
    let elsewhere = format!("file://{}", cli.path("store-of-the-next").display());
    let next = Cli { db_url: cli.db_url.clone(), namespace: cli.namespace.clone(), ..cli.beside() }
        .with("EVENTODB_STORE", &elsewhere);
    next.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    super::scene::archive(&next);
    let plan = next.run(&["drill", "run", "--dry-run"]);
    assert!(plan.code == 0 && !plan.stderr.contains("takes about"), "{plan:?}");
    next.run(&["drill", "run"]).succeeds();
    assert_eq!(next.json(&["drill", "list"]).as_array().unwrap().len(), 1);
    assert!(try_sql(&cli.db_url, "SELECT 1").is_ok());
}
