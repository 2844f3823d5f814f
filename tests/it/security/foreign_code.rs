//! Code on tables that a role has made, outside of namespaces, while a superuser's run reads or writes them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::cli::{BINARY, Cli, sql, try_sql};
use super::roles::{Role, quoted};

/// A database in which a role without further rights has made a schema, with code that would make it a superuser.
struct Planted {
    cli: Cli,
    role: Role,
}

const MESSAGES: &str = "CREATE TABLE SCHEMA.messages (global_position bigserial PRIMARY KEY, position bigint NOT NULL,
    time timestamp NOT NULL DEFAULT now(), stream_name text NOT NULL, type text NOT NULL, data jsonb, metadata jsonb,
    id uuid NOT NULL DEFAULT gen_random_uuid());
    INSERT INTO SCHEMA.messages (position, stream_name, type) SELECT n, 's-1', 'T' FROM generate_series(0, 9) n;";

const TRIGGER: &str = "CREATE FUNCTION SCHEMA.evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM SCHEMA.deed(); RETURN NEW; END $$;
    CREATE TRIGGER evil BEFORE INSERT ON SCHEMA.TABLE FOR EACH ROW EXECUTE FUNCTION SCHEMA.evil();";

const STATISTICS: &str = "CREATE FUNCTION SCHEMA.imm() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
    PERFORM SCHEMA.deed(); RETURN ''; END $$;
    CREATE STATISTICS SCHEMA.evil ON (COLUMN || SCHEMA.imm()), OTHER FROM SCHEMA.RELATION;";

/// Statistics of an expression, which is computed whenever a query of the table is planned.
fn statistics(table: &str, column: &str, other: &str) -> String {
    STATISTICS.replace("RELATION", table).replace("COLUMN", column).replace("OTHER", other)
}

const REGISTRY: &str =
    "CREATE TABLE SCHEMA.namespaces (id text PRIMARY KEY, token_hash text, schema_name text, description text,
    created_at bigint, metadata jsonb);";

impl Planted {
    fn new(schema: &str, code: &str) -> Option<Self> {
        let cli = Cli::alone()?;
        let role = Role::new(&cli.db_url, "plain");
        let name = quoted(&role.name);
        sql(&cli.db_url, "DROP SCHEMA IF EXISTS eventodb_store CASCADE");
        sql(&cli.db_url, &format!("CREATE SCHEMA {schema} AUTHORIZATION {name}"));
        let deed = format!(
            "CREATE FUNCTION SCHEMA.deed() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
               IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AND current_setting('transaction_read_only') = 'off'
               THEN EXECUTE 'ALTER ROLE {name} SUPERUSER'; END IF;
               RETURN true;
             END $$;"
        );
        let planted = format!("{deed}{code}").replace("SCHEMA", schema);
        assert_eq!(try_sql(&role.url, &planted), Ok(String::new()), "{planted}");
        Some(Self { cli, role })
    }

    #[track_caller]
    fn is_no_superuser(&self) {
        let is_super = format!("SELECT rolsuper FROM pg_roles WHERE rolname = '{}'", self.role.name);
        assert_eq!(sql(&self.cli.db_url, &is_super), "f");
    }

    #[track_caller]
    fn refused(&self, args: &[&str]) {
        let out = self.cli.run(args);
        self.is_no_superuser();
        out.fails(4, "would run with a superuser's rights").fails(4, "connect as role");
    }
}

#[test]
fn a_migrations_source_runs_no_code_of_its_indexes_as_a_superuser() {
    let evil = "CREATE FUNCTION SCHEMA.imm() RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN SCHEMA.deed(); END $$;
                CREATE INDEX evil ON SCHEMA.messages (type) WHERE SCHEMA.imm();";
    let Some(planted) = Planted::new("message_store", &format!("{MESSAGES}{evil}")) else { return };
    let url = planted.cli.db_url.clone();
    for more in [&["--dry-run"][..], &[]] {
        planted
            .refused(&[&["migrate", "postgres", "--from-schema", "message_store", "--from-url", &url], more].concat());
    }
}

#[test]
fn a_schema_that_is_migrated_to_runs_no_triggers_as_a_superuser() {
    let code = format!("{MESSAGES}DELETE FROM SCHEMA.messages;{}", TRIGGER.replace("TABLE", "messages"));
    let Some(planted) = Planted::new("theirs", &code) else { return };
    let cli = &planted.cli;
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run(&["messages", "write", "s-1", "T"]).succeeds();
    let url = cli.db_url.clone();
    planted.refused(&["migrate", "to-postgres", "--to-url", &url, "--to-schema", "theirs"]);
}

#[test]
fn a_registry_that_a_role_has_made_beforehand_runs_no_triggers_as_a_superuser() {
    let code = format!("{REGISTRY}{}", TRIGGER.replace("TABLE", "namespaces"));
    let Some(planted) = Planted::new("eventodb_store", &code) else { return };
    planted.refused(&["namespaces", "create", "shop"]);
    // Without code on it, it may well be that of EventoDB's server.
    sql(&planted.cli.db_url, "DROP TRIGGER evil ON eventodb_store.namespaces");
    let _ = planted.cli.run(&["namespaces", "create", "shop"]);
}

#[test]
fn a_migrations_source_runs_no_code_of_its_statistics_as_a_superuser() {
    let code = format!("{MESSAGES}{}", statistics("messages", "type", "position"));
    let Some(planted) = Planted::new("message_store", &code) else { return };
    let url = planted.cli.db_url.clone();
    for more in [&["--dry-run"][..], &[]] {
        planted
            .refused(&[&["migrate", "postgres", "--from-schema", "message_store", "--from-url", &url], more].concat());
    }
}

#[test]
fn a_source_that_gets_code_while_it_is_followed_is_read_no_further_by_a_superuser() {
    let Some(planted) = Planted::new("message_store", MESSAGES) else { return };
    let (cli, url) = (&planted.cli, planted.cli.db_url.clone());
    let child = Command::new(BINARY)
        .args(["migrate", "postgres", "--from-schema", "message_store", "--from-url", &url, "--follow"])
        .env_clear()
        .envs(cli.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !cli.run(&["migrate", "status", "--output", "json"]).stdout.contains("\"caught_up\"") {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not catch up");
        std::thread::sleep(Duration::from_millis(50));
    }
    let code = statistics("messages", "type", "position").replace("SCHEMA", "message_store");
    assert_eq!(try_sql(&planted.role.url, &code), Ok(String::new()));
    let ended = child.wait_with_output().unwrap();
    planted.is_no_superuser();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(4), "{said}");
    assert!(said.contains("would run with a superuser's rights"), "{said}");
}

#[test]
fn a_schema_that_is_migrated_to_runs_no_code_of_its_statistics_as_a_superuser() {
    let code = format!("{MESSAGES}DELETE FROM SCHEMA.messages;{}", statistics("messages", "type", "position"));
    let Some(planted) = Planted::new("theirs", &code) else { return };
    let cli = &planted.cli;
    cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    cli.run(&["messages", "write", "s-1", "T"]).succeeds();
    let url = cli.db_url.clone();
    planted.refused(&["migrate", "to-postgres", "--to-url", &url, "--to-schema", "theirs"]);
}

#[test]
fn a_registry_that_a_role_has_made_beforehand_runs_no_code_of_its_statistics_as_a_superuser() {
    let code = format!("{REGISTRY}{}", statistics("namespaces", "id", "description"));
    let Some(planted) = Planted::new("eventodb_store", &code) else { return };
    for args in [&["namespaces", "list"][..], &["namespaces", "create", "shop"], &["doctor"], &["report"]] {
        planted.refused(args);
    }
}
