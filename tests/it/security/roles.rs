//! The scripts of `namespaces grants`: each role does what it is for, and nothing else.

use super::cli::{Cli, Out, made_up, sql, try_sql, var};

/// A role of the test's own, gone with it.
pub struct Role {
    pub name: String,
    pub url: String,
    admin: String,
}

impl Role {
    pub fn new(admin: &str, name: &str) -> Self {
        let name = format!("{name}_{}", uuid::Uuid::new_v4().simple());
        sql(admin, &format!("CREATE ROLE {} LOGIN PASSWORD 'role%secret'", quoted(&name)));
        let mut url = url::Url::parse(admin).unwrap();
        url.set_username(&percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC).to_string())
            .unwrap();
        url.set_password(Some("role%25secret")).unwrap();
        Self { name, url: url.to_string(), admin: admin.to_owned() }
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let name = quoted(&self.name);
        let _ = try_sql(&self.admin, &format!("REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}"));
        let _ = try_sql(&self.admin, &format!("DROP ROLE {name}"));
    }
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The embedded server has one role only.
pub fn has_roles() -> bool {
    var("EVENTODB_TEST_DB_EDITION") != "wasm"
}

/// The superuser's view of a namespace with four weeks of messages: the first is archived, the second archived and kept.
struct Stage {
    cli: Cli,
    schema: String,
}

impl Stage {
    fn new() -> Self {
        let cli = Cli::new();
        let schema = format!("tsdb_{}", cli.namespace);
        let file = cli.file("in.ndjson", made_up(4, 30));
        cli.run(&["messages", "import", &file]).succeeds();
        let stage = Self { cli, schema };
        let (first, second) = (stage.chunk(0), stage.chunk(1));
        stage.cli.run(&["chunks", "archive", &first, "--store", &stage.cli.store()]).succeeds();
        stage.cli.run(&["chunks", "archive", &second, "--keep", "--store", &stage.cli.store()]).succeeds();
        stage
    }

    fn chunk(&self, nth: usize) -> String {
        let chunks = self.cli.json(&["chunks", "list"]);
        let live: Vec<_> = chunks.as_array().unwrap().iter().filter(|c| c["state"] != "archived").collect();
        live[nth]["chunk_name"].as_str().unwrap().to_owned()
    }

    fn sql(&self, statement: &str) -> String {
        sql(&self.cli.db_url, statement)
    }

    /// A role with the script for a purpose, as the program prints it.
    fn role(&self, purpose: &str) -> Role {
        let role = Role::new(&self.cli.db_url, purpose);
        self.grant(&role, purpose, &[]);
        role
    }

    fn grant(&self, role: &Role, purpose: &str, more: &[&str]) {
        let before = self.state();
        let args = [&["namespaces", "grants", "--role", &role.name, "--as", purpose], more].concat();
        let script = self.cli.run(&args).succeeds().stdout.clone();
        assert_eq!(self.state(), before, "printing a script has changed something");
        self.sql(&script);
    }

    fn run(&self, role: &Role, args: &[&str]) -> Out {
        let store = self.cli.store();
        let args = [&["--db-url", &role.url, "--store", &store], args].concat();
        self.cli.run(&args)
    }

    /// All that a refused verb might have changed.
    fn state(&self) -> String {
        let state = "SELECT concat_ws(E'\\n',
            (SELECT md5(string_agg(m::text, '|' ORDER BY m::text)) FROM SCHEMA.messages m),
            (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM SCHEMA.heads h),
            (SELECT md5(string_agg(a::text, '|' ORDER BY a::text)) FROM eventodb_store.archives a),
            (SELECT md5(string_agg(n::text, '|' ORDER BY n::text)) FROM eventodb_store.namespaces n),
            (SELECT string_agg(n.nspname || ':' || n.nspowner || ':' || coalesce(n.nspacl::text, ''), ',' ORDER BY n.nspname)
               FROM pg_catalog.pg_namespace n WHERE n.nspname NOT LIKE 'pg_%'),
            (SELECT string_agg(c.chunk_name || ':' || c.is_compressed, ',' ORDER BY c.chunk_name)
               FROM timescaledb_information.chunks c),
            (SELECT last_value FROM SCHEMA.messages_global_position_seq))";
        self.sql(&state.replace("SCHEMA", &self.schema))
    }
}

/// Whoever may read.
const READING: &[&[&str]] = &[
    &["namespaces", "list"],
    &["namespaces", "show"],
    &["messages", "read", "account-1", "--archived", "skip"],
    &["messages", "read", "--category", "account", "--archived", "skip"],
    &["messages", "last", "account-1"],
    &["messages", "export", "--archived", "skip"],
    &["streams", "list"],
    &["streams", "version", "account-1"],
    &["categories", "list"],
    &["chunks", "list", "--exact"],
    &["chunks", "archive", "--older-than", "0d", "--dry-run"],
    &["archives", "list"],
    &["archives", "show", "ARCHIVE"],
    &["archives", "verify", "--all"],
    &["coverage"],
];

/// Whoever may write.
const WRITING: &[&[&str]] = &[&["messages", "write", "account-1", "Happened", "--data", "{}"]];

/// Whoever may archive; in an order in which each has something to do.
const ARCHIVING: &[&[&str]] = &[
    &["chunks", "archive", "CHUNK", "--keep"],
    &["chunks", "drop", "CHUNK"],
    &["archives", "rehydrate", "ARCHIVE"],
    &["chunks", "archive", "--older-than", "0d"],
    &["archives", "rehydrate", "--from", "2012-01-01"],
];

/// What an archiver's right to archive is not.
const ERASING: &[&[&str]] = &[&["archives", "erase", "--stream", "account-1", "--reason", "asked", "--yes"]];
const RULING: &[&[&str]] = &[&["policy", "set", "--archive-after", "1d"]];

/// The owner's verbs.
const OPERATING: &[&[&str]] =
    &[&["namespaces", "upgrade"], &["namespaces", "create", "NEW"], &["namespaces", "delete", "NEW", "--yes"]];

fn filled(stage: &Stage, args: &[&str], new: &str) -> Vec<String> {
    let archive = || stage.sql("SELECT id FROM eventodb_store.archives ORDER BY state <> 'dropped', id LIMIT 1");
    args.iter()
        .map(|a| match *a {
            "CHUNK" => stage.chunk(0),
            "ARCHIVE" => archive(),
            "NEW" => new.to_owned(),
            other => other.to_owned(),
        })
        .collect()
}

fn does(stage: &Stage, role: &Role, verbs: &[&[&str]]) {
    let new = format!("{}x", stage.cli.namespace);
    for args in verbs {
        let args = filled(stage, args, &new);
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        stage.run(role, &args).succeeds();
    }
}

fn is_refused(stage: &Stage, role: &Role, verbs: &[&[&str]]) {
    // A namespace that is there, so that it is its deletion that is refused.
    let new = &stage.cli.namespace;
    for args in verbs {
        let mut args = filled(stage, args, new);
        if args.starts_with(&["namespaces".into(), "create".into()]) {
            args[2].push('x');
        }
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        let before = stage.state();
        let out = stage.run(role, &args);
        out.fails(1, "42501").fails(1, "namespaces grants");
        assert_eq!(stage.state(), before, "{} {args:?} {out:?}", role.name);
    }
}

/// What no purpose but the owner's allows, by hand.
fn cannot_by_hand(stage: &Stage, role: &Role, statements: &[&str]) {
    for statement in statements {
        let statement = statement.replace("SCHEMA", &stage.schema);
        let before = stage.state();
        let error = try_sql(&role.url, &statement).expect_err(&statement);
        assert_eq!(error, "42501", "{} {statement}", role.name);
        assert_eq!(stage.state(), before, "{statement}");
    }
}

const BY_HAND: &[&str] = &[
    "UPDATE SCHEMA.messages SET data = NULL",
    "TRUNCATE SCHEMA.messages",
    "UPDATE eventodb_store.namespaces SET token_hash = 'x'",
    "SELECT token_hash FROM eventodb_store.namespaces",
    "SELECT * FROM eventodb_store.namespaces",
    "DELETE FROM eventodb_store.archives",
    "TRUNCATE eventodb_store.archives",
    "DELETE FROM SCHEMA.heads",
    "TRUNCATE SCHEMA.heads",
    "DROP TABLE SCHEMA.messages",
    "CREATE TABLE SCHEMA.mine (a int)",
    "DELETE FROM SCHEMA._admin_migrations",
    "UPDATE eventodb_store.admin_migrations SET checksum = ''",
    // As the owner, on a table of one's own.
    "CREATE TEMP TABLE t (a int); CREATE TRIGGER t AFTER TRUNCATE ON t EXECUTE FUNCTION SCHEMA.forget_heads(); TRUNCATE t",
    "CREATE TEMP TABLE t (stream_name text, position bigint, global_position bigint, time timestamptz); \
     CREATE TRIGGER t AFTER INSERT ON t REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT \
     EXECUTE FUNCTION SCHEMA.keep_heads(); INSERT INTO t VALUES ('account-1', 1000000, 1, now())",
];

const BY_HAND_OF_READERS_AND_WRITERS: &[&str] = &[
    "DELETE FROM SCHEMA.messages",
    "INSERT INTO SCHEMA.messages (position, stream_name, type) VALUES (100, 'account-1', 'x')",
    "SET eventodb.heads_kept = 'on'; INSERT INTO SCHEMA.messages (position, stream_name, type) VALUES (1, 'a-1', 'x')",
    "UPDATE SCHEMA.heads SET position = 0",
    "INSERT INTO SCHEMA.heads SELECT * FROM SCHEMA.heads",
    "UPDATE eventodb_store.archives SET state = 'expired'",
    "INSERT INTO eventodb_store.archives (namespace) VALUES ('x')",
    "SELECT setval('SCHEMA.messages_global_position_seq', 1)",
    "SELECT nextval('SCHEMA.messages_global_position_seq')",
];

#[test]
fn a_reader_reads_and_changes_nothing() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let role = stage.role("reader");
    does(&stage, &role, READING);
    is_refused(&stage, &role, WRITING);
    is_refused(&stage, &role, ARCHIVING);
    is_refused(&stage, &role, OPERATING);
    is_refused(&stage, &role, ERASING);
    is_refused(&stage, &role, RULING);
    is_refused(&stage, &role, &[&["messages", "import", "in.ndjson"]]);
    cannot_by_hand(&stage, &role, BY_HAND);
    cannot_by_hand(&stage, &role, BY_HAND_OF_READERS_AND_WRITERS);
    let write = "SELECT SCHEMA.write_message(gen_random_uuid()::text, 'a-1', 'T', '{}')";
    cannot_by_hand(&stage, &role, &[write]);
    // A chunk that did not exist when the rights were given.
    stage.cli.run(&["messages", "write", "later-1", "T"]).succeeds();
    let read = stage.run(&role, &["messages", "read", "later-1", "-o", "json"]).json();
    assert_eq!(read.as_array().unwrap().len(), 1, "{read}");
    let chunk = stage.sql("SELECT max(chunk_schema || '.' || chunk_name) FROM timescaledb_information.chunks");
    assert!(try_sql(&role.url, &format!("SELECT count(*) FROM {chunk}")).is_ok());
}

#[test]
fn a_writer_writes_through_the_functions_alone() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let role = stage.role("writer");
    does(&stage, &role, READING);
    does(&stage, &role, WRITING);
    let functions = format!("SELECT {}.write_message(gen_random_uuid()::text, 'a-1', 'T', '{{}}')", stage.schema);
    assert_eq!(try_sql(&role.url, &functions), Ok("0".to_owned()));
    is_refused(&stage, &role, ARCHIVING);
    is_refused(&stage, &role, OPERATING);
    is_refused(&stage, &role, &[&["messages", "import", "in.ndjson"]]);
    cannot_by_hand(&stage, &role, BY_HAND);
    cannot_by_hand(&stage, &role, BY_HAND_OF_READERS_AND_WRITERS);
    stage.cli.run(&["coverage", "--store", &stage.cli.store()]).succeeds();
}

#[test]
fn an_archiver_archives_drops_and_brings_back_without_owning_anything() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let role = stage.role("archiver");
    let messages = format!("SELECT count(*) FROM {}.messages", stage.schema);
    does(&stage, &role, READING);
    is_refused(&stage, &role, WRITING);
    is_refused(&stage, &role, OPERATING);
    is_refused(&stage, &role, ERASING);
    is_refused(&stage, &role, RULING);
    cannot_by_hand(&stage, &role, BY_HAND);
    does(&stage, &role, ARCHIVING);
    assert_eq!(stage.sql(&messages), "120");
    does(&stage, &role, &[&["chunks", "archive", "--older-than", "0d"]]);
    assert_eq!(stage.sql(&messages), "0");
    // Late rows in a range that is archived: a chunk that this role has never had rights on by name.
    let late = "{\"stream\":\"late-1\",\"type\":\"T\",\"time\":\"2013-01-05T00:00:00Z\"}\n";
    let file = stage.cli.file("late.ndjson", late);
    stage.cli.run(&["messages", "import", &file]).succeeds();
    does(&stage, &role, &[&["chunks", "archive", "--older-than", "0d"]]);
    stage.cli.run(&["policy", "set", "--archive-after", "0d", "--store", &stage.cli.store()]).succeeds();
    does(&stage, &role, &[&["lifecycle", "run"]]);
    stage.cli.run(&["coverage", "--store", &stage.cli.store()]).succeeds();
    // It deletes messages by hand, as its right to lock a chunk has it; nothing hides that.
    stage.cli.run(&["messages", "write", "hole-1", "T"]).succeeds();
    try_sql(&role.url, &format!("DELETE FROM {}.messages WHERE stream_name = 'hole-1'", stage.schema)).unwrap();
    assert_eq!(stage.cli.run(&["coverage", "--store", &stage.cli.store()]).code, 5);
}

#[test]
fn an_archiver_encrypts_archives_again_with_their_figures() {
    use age::secrecy::ExposeSecret;
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let role = stage.role("archiver");
    does(&stage, &role, &[&["chunks", "archive", "--older-than", "0d"]]);
    let identity = age::x25519::Identity::generate();
    let file = stage.cli.file("identity.txt", identity.to_string().expose_secret());
    let recipient = identity.to_public().to_string();
    does(&stage, &role, &[&["archives", "rekey", "--add", &recipient, "--age-identity-file", &file]]);
    let figures = format!(
        "SELECT sum(d.messages) FROM {0}.counts d JOIN {0}.counted c ON c.id = d.counted_id
           JOIN eventodb_store.archives a ON a.id = c.archive_id AND a.state = 'dropped'",
        stage.schema
    );
    assert_eq!(stage.sql(&figures), "120");
}

#[test]
fn compressed_chunks_are_archived_without_owning_them_and_only_the_owner_changes_compression() {
    if var("EVENTODB_TEST_DB_EDITION") != "community" {
        return;
    }
    let stage = Stage::new();
    stage.cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
    let role = stage.role("archiver");
    let compression: &[&[&str]] = &[&["chunks", "decompress", "CHUNK"]];
    is_refused(&stage, &role, compression);
    does(&stage, &role, READING);
    does(
        &stage,
        &role,
        &[&["chunks", "archive", "--older-than", "0d"], &["archives", "rehydrate", "--from", "2012-01-01"]],
    );
    assert_eq!(stage.sql(&format!("SELECT count(*) FROM {}.messages", stage.schema)), "120");
    let other = stage.role("reader");
    is_refused(&stage, &other, &[&["chunks", "compress", "CHUNK"]]);
    stage.cli.run(&["coverage", "--store", &stage.cli.store()]).succeeds();
}

#[test]
fn an_operator_owns_what_a_superuser_owned_and_needs_no_more() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let role = stage.role("operator");
    let foreign = format!(
        "SELECT count(*) FROM (
            SELECT relowner AS owner FROM pg_class WHERE relnamespace = '{0}'::regnamespace
            UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = '{0}'::regnamespace
            UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = '{0}'::regnamespace
            UNION ALL SELECT relowner FROM pg_class WHERE oid IN (
                SELECT format('%I.%I', chunk_schema, chunk_name)::regclass FROM timescaledb_information.chunks
                 WHERE hypertable_schema = '{0}')) o
          WHERE pg_get_userbyid(owner) <> '{1}'",
        stage.schema, role.name
    );
    assert_eq!(stage.sql(&foreign), "0");
    for verbs in [READING, WRITING, OPERATING, ARCHIVING, RULING, ERASING] {
        does(&stage, &role, verbs);
    }
    if var("EVENTODB_TEST_DB_EDITION") == "community" {
        does(&stage, &role, &[&["chunks", "compress", "CHUNK"], &["chunks", "decompress", "CHUNK"]]);
    }
    assert_eq!(try_sql(&role.url, "CREATE ROLE another").unwrap_err(), "42501");
    // Printed again, for the owner itself, there is nothing left to hand over.
    stage.grant(&role, "operator", &[]);
    // A second operator becomes a member, and the namespace stays whose it is.
    let second = stage.role("operator");
    assert_eq!(stage.sql(&foreign), "0");
    does(&stage, &second, OPERATING);
    does(&stage, &second, &[&["chunks", "archive", "--older-than", "0d"]]);
    stage.cli.run(&["coverage", "--store", &stage.cli.store()]).succeeds();
}

#[test]
fn chunk_functions_can_be_taken_from_everybody_else_and_archiving_goes_on() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    let archiver = Role::new(&stage.cli.db_url, "archiver");
    stage.grant(&archiver, "archiver", &["--restrict-chunk-functions"]);
    let reader = stage.role("reader");
    let chunk = stage.chunk(0);
    for function in ["drop_chunk", "freeze_chunk", "unfreeze_chunk"] {
        for schema in ["_timescaledb_functions", "_timescaledb_internal"] {
            let name = format!("{schema}.{function}(regclass)");
            if stage.sql(&format!("SELECT to_regprocedure('{name}') IS NULL")) == "t" {
                continue;
            }
            let call = format!("SELECT {schema}.{function}('_timescaledb_internal.{chunk}')");
            cannot_by_hand(&stage, &reader, &[&call]);
        }
    }
    does(&stage, &archiver, ARCHIVING);
    does(&stage, &archiver, &[&["chunks", "archive", "--older-than", "0d"]]);
    assert_eq!(stage.sql(&format!("SELECT count(*) FROM {}.messages", stage.schema)), "0");
    let operator = Role::new(&stage.cli.db_url, "operator");
    stage.grant(&operator, "operator", &["--restrict-chunk-functions"]);
    does(
        &stage,
        &operator,
        &[&["archives", "rehydrate", "--from", "2012-01-01"], &["chunks", "archive", "--older-than", "0d"]],
    );
}

#[test]
fn odd_role_names_are_quoted_in_the_script_and_unfit_ones_are_refused() {
    if !has_roles() {
        return;
    }
    let stage = Stage::new();
    for odd in [r#"o"dd; DROP SCHEMA eventodb_store CASCADE; --"#, "{{schema}}", "$$ ' \\ %", ":x \\! id", "ünï 🦀"]
    {
        // Names are cut off at 63 bytes: what makes it unique stands in front.
        let name = format!("{}{odd}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
        sql(&stage.cli.db_url, &format!("CREATE ROLE {}", quoted(&name)));
        let role = Role { name, url: stage.cli.db_url.clone(), admin: stage.cli.db_url.clone() };
        stage.grant(&role, "archiver", &["--restrict-chunk-functions"]);
        let can = format!("SELECT has_table_privilege($r${}$r$, '{}.messages', 'INSERT')", role.name, stage.schema);
        assert_eq!(stage.sql(&can), "t", "{odd}");
    }
    for bad in ["", "public", "none", "a\nb", "a\u{202e}b", &"x".repeat(64)] {
        stage.cli.run(&["namespaces", "grants", "--role", bad, "--as", "reader"]).fails(2, "role name");
    }
    stage.cli.run(&["namespaces", "grants", "nowhere", "--role", "x", "--as", "reader"]).fails(3, "nowhere");
}
