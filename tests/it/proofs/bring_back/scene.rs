//! A namespace with a week in an archive, what others have put on its table, and what has to be as it was afterwards.

use crate::proofs::cli::{Cli, Out, made_up, sql, try_sql, var};

/// What is in the range when its archive comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Nothing: it has no chunk.
    Empty,
    /// A message that came late.
    Late,
    /// The same, compressed.
    LateCompressed,
}

pub fn ranges() -> Vec<Range> {
    let mut all = vec![Range::Empty, Range::Late];
    if is_community() {
        all.push(Range::LateCompressed);
    } else {
        eprintln!("NOT TESTED HERE: compressed chunks; this needs the Community edition");
    }
    all
}

pub fn is_community() -> bool {
    var("EVENTODB_TEST_DB_EDITION") != "apache"
}

/// The embedded server has one role only.
pub fn has_roles() -> bool {
    var("EVENTODB_TEST_DB_EDITION") != "wasm"
}

/// What others put on messages. `SCHEMA` is the namespace's, `OTHERS` a schema of their own.
pub const CHECK: &str =
    "ALTER TABLE SCHEMA.messages ADD CONSTRAINT sane CHECK (position >= 0 AND stream_name <> '' AND type <> '')";
pub const FOREIGN_KEY: &str =
    "CREATE TABLE OTHERS.types (name text PRIMARY KEY); INSERT INTO OTHERS.types VALUES ('Happened'), ('L');
    GRANT SELECT, REFERENCES ON OTHERS.types TO PUBLIC;
    ALTER TABLE SCHEMA.messages ADD CONSTRAINT known_type FOREIGN KEY (type) REFERENCES OTHERS.types";
pub const GUARD: &str = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.nothing()";
pub const STRICT_GUARD: &str = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.refuse()";
pub const OUTBOX: &str =
    "CREATE TRIGGER outbox AFTER INSERT ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.publish()";
pub const STATEMENTS: &str =
    "CREATE TRIGGER told_before BEFORE INSERT ON SCHEMA.messages FOR EACH STATEMENT EXECUTE FUNCTION OTHERS.publish();
    CREATE TRIGGER told_after AFTER INSERT ON SCHEMA.messages FOR EACH STATEMENT EXECUTE FUNCTION OTHERS.publish()";
pub const STAMP: &str =
    "CREATE TRIGGER stamp BEFORE INSERT ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.stamp()";
pub const DEFERRED: &str =
    "CREATE CONSTRAINT TRIGGER later AFTER INSERT ON SCHEMA.messages DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position >= 0) EXECUTE FUNCTION OTHERS.publish()";
pub const SKIP: &str =
    "CREATE TRIGGER skip BEFORE INSERT ON SCHEMA.messages FOR EACH ROW EXECUTE FUNCTION OTHERS.nothing()";
/// With this one a foreign key needs to be checked all the same.
pub const ALL: &[&str] = &[CHECK, FOREIGN_KEY, GUARD, OUTBOX, STATEMENTS, STAMP, DEFERRED];

const FUNCTIONS: &str =
    "CREATE SCHEMA OTHERS; GRANT USAGE ON SCHEMA OTHERS TO PUBLIC; CREATE TABLE OTHERS.box (what text);
    CREATE FUNCTION OTHERS.publish() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN INSERT INTO OTHERS.box VALUES (TG_NAME); RETURN NEW; END $$;
    CREATE FUNCTION OTHERS.nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE FUNCTION OTHERS.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
    CREATE FUNCTION OTHERS.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.metadata := '{\"stamped\": true}'; RETURN NEW; END $$";

pub struct Scene {
    pub cli: Cli,
    /// What an export gives once all is back.
    pub expected: String,
}

impl Scene {
    /// A week that is archived, and what has come since.
    pub fn new(range: Range) -> Self {
        Self::of(range, 1)
    }

    pub fn of(range: Range, weeks: usize) -> Self {
        let cli = Cli::new();
        let store = cli.store();
        let cli = cli.with("EVENTODB_STORE", &store);
        let mut expected = made_up(weeks, 40);
        cli.run_with(&["messages", "import"], expected.as_bytes()).succeeds();
        cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
        let scene = Self { cli, expected: String::new() };
        if range != Range::Empty {
            scene.write_late();
            expected.push_str(&scene.cli.run(&["messages", "export", "--archived", "skip"]).succeeds().stdout);
        }
        if range == Range::LateCompressed {
            scene.cli.run(&["chunks", "compress", "--older-than", "0d"]).succeeds();
        }
        scene.sql(FUNCTIONS);
        Self { expected, ..scene }
    }

    /// Another namespace in the same database and store, with nothing in it.
    pub fn beside(other: &Self) -> Self {
        let cli = other.cli.beside().with("EVENTODB_STORE", &other.cli.store());
        cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
        let scene = Self { cli, expected: String::new() };
        scene.sql(FUNCTIONS);
        scene
    }

    pub fn write_late(&self) {
        self.sql(
            "INSERT INTO SCHEMA.messages (time, position, stream_name, type)
             SELECT '2013-01-03T12:00:00Z', h.n, 'late-1', 'L'
               FROM (SELECT coalesce(max(position) + 1, 0) AS n FROM SCHEMA.heads WHERE stream_name = 'late-1') h",
        );
    }

    pub fn schema(&self) -> String {
        format!("tsdb_{}", self.cli.namespace)
    }

    fn worded(&self, statement: &str) -> String {
        statement
            .replace("SCHEMA.", &format!("{}.", self.schema()))
            .replace("'SCHEMA'", &format!("'{}'", self.schema()))
            .replace("OTHERS", &format!("out_{}", self.cli.namespace))
    }

    #[track_caller]
    pub fn sql(&self, statement: &str) -> String {
        sql(&self.cli.db_url, &self.worded(statement))
    }

    pub fn export(&self) -> String {
        self.cli.run(&["messages", "export"]).succeeds().stdout.clone()
    }

    /// Triggers, constraints and columns of the hypertable and of the chunks that are there: what others have made.
    pub fn made_by_others(&self) -> String {
        self.sql(
            "SELECT concat_ws(E'\\n',
                (SELECT string_agg(concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid)), E'\\n' ORDER BY t.tgrelid::text, t.tgname)
                   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
                  WHERE NOT t.tgisinternal AND (t.tgrelid = 'SCHEMA.messages'::regclass
                        OR p.pronamespace <> 'SCHEMA'::regnamespace AND t.tgrelid IN (
                        SELECT format('%I.%I', chunk_schema, chunk_name)::regclass FROM timescaledb_information.chunks
                         WHERE hypertable_schema = 'SCHEMA'))),
                (SELECT string_agg(concat_ws(' ', conname, convalidated, pg_get_constraintdef(oid)), E'\\n' ORDER BY conname)
                   FROM pg_constraint WHERE conrelid = 'SCHEMA.messages'::regclass))",
        )
    }

    /// All that a refused command might have changed.
    pub fn state(&self) -> String {
        self.sql(
            "SELECT concat_ws(E'\\n', (SELECT string_agg(m::text, '|' ORDER BY m::text) FROM SCHEMA.messages m),
                (SELECT string_agg(h::text, '|' ORDER BY h::text) FROM SCHEMA.heads h),
                (SELECT string_agg(concat_ws(' ', a.id, a.state), '|' ORDER BY a.id) FROM eventodb_store.archives a),
                (SELECT string_agg(c.chunk_name || ':' || c.is_compressed, ',' ORDER BY c.chunk_name)
                   FROM timescaledb_information.chunks c WHERE c.hypertable_schema = 'SCHEMA'),
                (SELECT string_agg(what, ',') FROM OTHERS.box))",
        ) + &self.made_by_others()
    }

    pub fn rehydrate(&self) -> Out {
        self.cli.run(&["archives", "rehydrate", "--from", "2012-01-01"])
    }

    pub fn rehydrate_as(&self, role: &Role) -> Out {
        self.cli.run(&["--db-url", &role.url, "archives", "rehydrate", "--from", "2012-01-01"])
    }

    /// Every message is back as it was, and nothing else has happened.
    #[track_caller]
    pub fn is_back(&self, told: &str, before: &str) {
        assert_eq!(self.export(), self.expected, "{told}");
        assert_eq!(
            self.sql("SELECT count(*) FROM OTHERS.box"),
            "0",
            "{told}: {}",
            self.sql("SELECT string_agg(what, ',') FROM OTHERS.box")
        );
        let made_up = "SELECT count(*) FROM SCHEMA.messages WHERE position < 0 OR stream_name = '' OR type = ''";
        assert_eq!(self.sql(made_up), "0", "{told}");
        let after = self.made_by_others();
        for line in before.lines() {
            assert!(after.lines().any(|l| l == line), "{told}: no more {line}\n{after}");
        }
        let coverage = self.cli.json(&["coverage"]);
        assert_eq!(coverage["verdict"], "complete", "{told}: {coverage}");
        // A chunk has all triggers that the hypertable has for rows.
        let lacking = "SELECT count(*) FROM timescaledb_information.chunks c, pg_trigger t
             WHERE c.hypertable_schema = 'SCHEMA' AND t.tgrelid = 'SCHEMA.messages'::regclass AND NOT t.tgisinternal
               AND t.tgtype & 1 = 1 AND t.tgname NOT LIKE 'ts_%'
               AND NOT EXISTS (SELECT FROM pg_trigger k
                                WHERE k.tgrelid = format('%I.%I', c.chunk_schema, c.chunk_name)::regclass AND k.tgname = t.tgname
                                  AND k.tgtype = t.tgtype AND k.tgenabled = 'O')";
        assert_eq!(self.sql(lacking), "0", "{told}");
    }
}

/// A role of the test's own, gone with it.
pub struct Role {
    pub name: String,
    pub url: String,
    admin: String,
}

impl Role {
    /// With the script for a purpose, as the program prints it.
    pub fn new(scene: &Scene, purpose: &str) -> Self {
        let admin = scene.cli.db_url.clone();
        let name = format!("{purpose}_{}", uuid::Uuid::new_v4().simple());
        sql(&admin, &format!("CREATE ROLE {name} LOGIN PASSWORD 'role%secret'"));
        let mut url = url::Url::parse(&admin).unwrap();
        url.set_username(&name).unwrap();
        url.set_password(Some("role%25secret")).unwrap();
        let script =
            scene.cli.run(&["namespaces", "grants", "--role", &name, "--as", purpose]).succeeds().stdout.clone();
        sql(&admin, &script);
        Self { name, url: url.to_string(), admin }
    }

    /// May make its session one of a replica; false where the server knows no such right.
    pub fn may_be_replica(&self) -> bool {
        let name = &self.name;
        try_sql(&self.admin, &format!("GRANT SET ON PARAMETER session_replication_role TO {name}")).is_ok()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let name = &self.name;
        let _ = try_sql(&self.admin, &format!("REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}"));
        let _ = try_sql(&self.admin, &format!("DROP ROLE {name}"));
    }
}
