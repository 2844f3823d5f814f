//! One program serves several namespaces, and the login in a namespace's user mapping is for that namespace alone.

use eventodb_admin::db::Db;
use eventodb_admin::doctor::{self, Check, Verdict};
use eventodb_admin::namespace::NewReads;
use tokio_postgres::{Client, Config, NoTls};

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};
use super::real::{Program, served_by_the_program};
use super::setup::{log_in, make_operator};
use super::stand_in::{served_from, set, soon};

/// A namespace whose archived messages the program serves, another one with archives beside it, and an operator of the first.
struct Stage {
    alpha: Lab,
    beta: Lab,
    operator: Db,
    port: String,
    _program: Program,
}

impl Stage {
    async fn new() -> Self {
        let (alpha, program, port) = served_by_the_program(Lab::new(Server::Main).await, 2, 20).await;
        alpha.archive_all().await;
        let mut beta = Lab::new(Server::Main).await;
        beta.fill(2, 20).await;
        beta.archive_all().await;
        let role = alpha.scope.schema().to_owned();
        alpha.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 'geheim'")).await;
        make_operator(&alpha, &role).await;
        let operator = log_in(&role).await;
        operator
            .batch_execute("SET timescaledb.enable_tiered_reads = on; SET eventodb.archived_reads = ''")
            .await
            .unwrap();
        Self { alpha, beta, operator, port, _program: program }
    }

    fn url(&self) -> String {
        format!("postgres://eventodb:geheim@127.0.0.1:{}/archived", self.port)
    }

    /// The user and the password in the mapping, as its owner sees them.
    async fn login(&self) -> (String, String) {
        let sql = "SELECT max(o.option_value) FILTER (WHERE o.option_name = 'user'),
                          max(o.option_value) FILTER (WHERE o.option_name = 'password')
                     FROM pg_user_mappings u, pg_options_to_table(u.umoptions) o WHERE u.srvname = $1";
        let server = format!("{}_archived", self.alpha.scope.schema());
        let row = self.operator.query_one(sql, &[&server]).await.unwrap();
        (row.get(0), row.get(1))
    }

    async fn directly(&self, user: &str, password: &str) -> Result<Client, tokio_postgres::Error> {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port.parse().unwrap()).user(user).password(password).dbname("archived");
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    async fn checks(&self) -> Vec<Check> {
        let all =
            doctor::database(&self.alpha.another_session().await, &self.alpha.scope).await.map_err(shown).unwrap();
        all.into_iter().filter(|c| c.name == "served archives").collect()
    }
}

fn code(e: &tokio_postgres::Error) -> String {
    e.code().map_or_else(|| e.to_string(), |code| code.code().to_owned())
}

/// What a session of the program gives for each kind of statement on a table: the SQLSTATE, or `ok`.
async fn answers(client: &Client, table: &str) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        format!("SELECT stream_name FROM {table}"),
        format!("SELECT count(*) FROM {table}"),
        format!("SELECT stream_name FROM {table} WHERE global_position = -1 FOR UPDATE"),
        format!("EXPLAIN SELECT stream_name FROM {table}"),
        format!("BEGIN; DECLARE c CURSOR FOR SELECT stream_name FROM {table}; FETCH 1 FROM c"),
        format!("DELETE FROM {table} WHERE global_position = -1"),
        format!("UPDATE {table} SET \"type\" = 'x' WHERE global_position = -1"),
        format!("SELECT pg_catalog.pg_relation_size('{table}'::pg_catalog.regclass) / 8192"),
        format!("SELECT reltuples, relkind FROM pg_catalog.pg_class WHERE oid = '{table}'::pg_catalog.regclass"),
    ] {
        let asked = client.simple_query(&sql).await;
        let _ = client.simple_query("ROLLBACK").await;
        all.push(asked.map_or_else(|e| code(&e), |_| "ok".to_owned()));
    }
    let sql = format!("SELECT stream_name FROM {table} WHERE global_position > $1::bigint");
    all.push(client.query(&sql, &[&0_i64]).await.map_or_else(|e| code(&e), |_| "ok".to_owned()));
    all
}

#[tokio::test]
async fn whoever_owns_a_namespace_reads_no_other_one_by_the_login_in_its_mapping() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut stage = Stage::new().await;
    let (alpha, beta) = (stage.alpha.scope.schema().to_owned(), stage.beta.scope.schema().to_owned());
    let (own, others) = (format!("{alpha}.messages"), format!("{beta}.messages"));
    let count = format!("SELECT count(*) FROM {own}");
    assert_eq!(soon(&stage.alpha, &stage.operator, &count).await, Ok("(40)".to_owned()));
    let (user, password) = stage.login().await;
    assert_eq!(user, format!("eventodb/{}", stage.alpha.scope.namespace()));
    assert!(password.len() == 64 && !password.contains("geheim"), "{password}");

    // By a foreign table of its own, with each kind of statement, and with beta served as well.
    stage
        .operator
        .batch_execute(&format!(
            "CREATE FOREIGN TABLE {alpha}.other (stream_name text, data jsonb, global_position bigint)
                 SERVER {alpha}_archived OPTIONS (schema_name '{beta}', table_name 'messages')"
        ))
        .await
        .unwrap();
    for is_served in [false, true] {
        if is_served {
            let url = stage.url();
            set(&mut stage.beta, served_from(&url)).await;
        }
        for sql in [
            "SELECT * FROM {}",
            "SELECT count(*) FROM {}",
            "EXPLAIN SELECT * FROM {}",
            "BEGIN; DECLARE c CURSOR FOR SELECT * FROM {}; FETCH 1 FROM c",
            "PREPARE p AS SELECT * FROM {} WHERE global_position > $1; EXECUTE p(0)",
            "DELETE FROM {} WHERE global_position = -1",
            "UPDATE {} SET stream_name = 'x' WHERE global_position = -1",
            "ANALYZE {}",
        ] {
            let sql = sql.replace("{}", &format!("{alpha}.other"));
            let e = stage.operator.batch_execute(&sql).await.expect_err(&sql);
            assert_eq!(code(&e), "42501", "{sql}: {e}");
            stage.operator.batch_execute("ROLLBACK; DEALLOCATE ALL").await.unwrap();
        }
        // With the login itself.
        let client = stage.directly(&user, &password).await.unwrap();
        let of_own = answers(&client, &own).await;
        assert!(of_own.iter().all(|a| a == "ok"), "{of_own:?}");
        assert!(answers(&client, &others).await.iter().all(|a| a == "42501"), "{:?}", answers(&client, &others).await);
        let e = client.simple_query(&format!("SELECT * FROM {others}")).await.unwrap_err();
        let e = e.as_db_error().unwrap();
        assert!(e.message().contains("is for namespace") && e.hint().unwrap().contains("namespaces set"), "{e:?}");
        // An estimate that was made for somebody else is not told.
        let all = stage.directly("eventodb", "geheim").await.unwrap();
        assert!(answers(&all, &others).await.iter().all(|a| a == "ok"));
        assert!(answers(&client, &others).await.iter().all(|a| a == "42501"));
    }
}

#[tokio::test]
async fn another_user_with_the_password_of_a_namespace_is_not_let_in() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut stage = Stage::new().await;
    let (alpha, beta) = (stage.alpha.scope.schema().to_owned(), stage.beta.scope.schema().to_owned());
    let (user, password) = stage.login().await;
    let namespace = stage.beta.scope.namespace().to_owned();
    for other in [
        "eventodb".to_owned(),
        format!("eventodb/{namespace}"),
        format!("{user}/"),
        "eventodb/".to_owned(),
        user.to_uppercase(),
    ] {
        let e = stage.directly(&other, &password).await.map(drop).expect_err(&other);
        assert_eq!(code(&e), "28P01", "{other}");
    }
    let e = stage.directly(&user, "geheim").await.map(drop).expect_err("the server's password is not the namespace's");
    assert_eq!(code(&e), "28P01");
    stage
        .operator
        .batch_execute(&format!(
            "CREATE FOREIGN TABLE {alpha}.other (stream_name text) SERVER {alpha}_archived
                 OPTIONS (schema_name '{beta}', table_name 'messages')"
        ))
        .await
        .unwrap();
    let checks = stage.checks().await;
    assert!(checks.iter().all(|c| c.verdict == Verdict::Ok), "{checks:?}");
    let read = format!("SELECT count(*) FROM {alpha}.other");
    for other in ["eventodb".to_owned(), format!("eventodb/{namespace}")] {
        let changed = format!("ALTER USER MAPPING FOR PUBLIC SERVER {alpha}_archived OPTIONS (SET user '{other}')");
        stage.operator.batch_execute(&changed).await.unwrap();
        let e = stage.operator.query_one(&read, &[]).await.expect_err(&other);
        assert_eq!(code(&e), "08001", "{other}: {e}");
    }

    // A mapping of before has the server's own login: it goes on, and doctor says what it opens.
    let before = format!(
        "ALTER USER MAPPING FOR PUBLIC SERVER {alpha}_archived OPTIONS (SET user 'eventodb', SET password 'geheim')"
    );
    stage.operator.batch_execute(&before).await.unwrap();
    assert_eq!(soon(&stage.alpha, &stage.operator, &read).await, Ok("(40)".to_owned()));
    let checks = stage.checks().await;
    let warned = checks.iter().find(|c| c.verdict == Verdict::Warn).expect("doctor warns");
    assert!(warned.found.contains("for all namespaces"), "{warned:?}");
    assert!(warned.fix.as_ref().unwrap().contains("--serve-password-file"), "{warned:?}");
    let url = stage.url();
    stage.alpha.sql(&format!("DROP FOREIGN TABLE {alpha}.other")).await;
    set(&mut stage.alpha, served_from(&url)).await;
    let checks = stage.checks().await;
    assert!(checks.iter().all(|c| c.verdict == Verdict::Ok), "{checks:?}");

    // A login of a namespace that is not served any more is let in, and gets nothing.
    set(&mut stage.alpha, NewReads::Skip).await;
    let client = stage.directly(&user, &password).await.unwrap();
    let e = client.simple_query(&format!("SELECT * FROM {alpha}.messages")).await.unwrap_err();
    assert!(code(&e) == "42501" && e.as_db_error().unwrap().message().contains("is not set"), "{e:?}");
}

#[tokio::test]
async fn the_program_runs_nothing_that_the_owner_of_a_namespace_has_made() {
    if skip_where_nobody_waits().await {
        return;
    }
    let stage = Stage::new().await;
    let own = stage.alpha.scope.schema().to_owned();
    // What tells who ran it, in the place of all that the far end could ask.
    stage
        .operator
        .batch_execute(&format!(
            "CREATE TABLE {own}.caught (who text, what text);
             GRANT INSERT ON {own}.caught TO PUBLIC;
             GRANT USAGE ON SCHEMA {own} TO PUBLIC;
             CREATE FUNCTION {own}.catch(what text) RETURNS boolean LANGUAGE plpgsql AS $$
             BEGIN
                 INSERT INTO {own}.caught VALUES (CURRENT_USER, catch.what);
                 RETURN true;
             END $$;
             CREATE OR REPLACE FUNCTION {own}.archived_moment(pid integer, _session text) RETURNS boolean
                 LANGUAGE sql AS $$ SELECT {own}.catch('moment of two') $$;
             CREATE OR REPLACE FUNCTION {own}.archived_moment(pid integer) RETURNS boolean
                 LANGUAGE sql AS $$ SELECT {own}.catch('moment of one') $$;
             ALTER TABLE {own}.returned RENAME TO returned_before;
             CREATE VIEW {own}.returned AS SELECT * FROM {own}.returned_before WHERE {own}.catch('returned');
             CREATE POLICY catch ON {own}.heads USING ({own}.catch('heads'));
             CREATE POLICY catch ON {own}.counted USING ({own}.catch('counted'));
             CREATE POLICY catch ON {own}._admin_migrations USING ({own}.catch('steps'));
             ALTER TABLE {own}.heads ENABLE ROW LEVEL SECURITY;
             ALTER TABLE {own}.counted ENABLE ROW LEVEL SECURITY;
             ALTER TABLE {own}._admin_migrations ENABLE ROW LEVEL SECURITY"
        ))
        .await
        .unwrap();
    let count = format!("SELECT count(*) FROM {own}.messages");
    assert_eq!(soon(&stage.alpha, &stage.operator, &count).await, Ok("(40)".to_owned()));
    let caught = format!("SELECT who || ' ' || what FROM {own}.caught WHERE who <> CURRENT_USER LIMIT 1");
    let caught = stage.operator.query_opt(&caught, &[]).await.unwrap().map(|row| row.get::<_, String>(0));
    assert_eq!(caught, None);
}
