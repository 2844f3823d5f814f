//! Putting the foreign table up and taking it down, and who may.

use eventodb_admin::db::conninfo::{ConnInfo, Secret};
use eventodb_admin::db::{ConnectOptions, Connector, Db};
use eventodb_admin::doctor::{self, Verdict};
use eventodb_admin::namespace::{self, ArchivedReads, FarEnd, NewReads};
use eventodb_admin::{Kind, namespace as spaces};

use super::lab::{Lab, Server, shown, skip_where_nobody_waits, var};
use super::stand_in::{NOWHERE, answer, application, served, served_from, set, soon};

/// What there is of it: servers, mappings, foreign tables, and whether it is a part of the messages.
async fn there(lab: &Lab) -> String {
    lab.one(
        "SELECT concat_ws(' ', (SELECT count(*) FROM pg_foreign_server WHERE srvname = {{schema_name_text}} || '_archived'),
                (SELECT count(*) FROM pg_user_mappings WHERE srvname = {{schema_name_text}} || '_archived'),
                (SELECT count(*) FROM pg_class WHERE relname = 'archived' AND relnamespace = '{{schema}}'::regnamespace),
                {{schema}}.is_served())",
    )
    .await
}

#[tokio::test]
async fn it_is_put_up_again_and_taken_down_and_nothing_is_left() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    for url in [NOWHERE, "host=/run/nowhere user=u dbname=d"] {
        set(&mut lab, served_from(url)).await;
        assert_eq!(there(&lab).await, "1 1 1 t");
        assert_eq!(namespace::archived_reads(&lab.db, &row).await.unwrap(), ArchivedReads::Serve);
        assert!(namespace::open(&lab.db, lab.scope.namespace()).await.is_ok());
        assert!(namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied.is_empty());
    }
    for mode in [NewReads::Fail, NewReads::Skip, NewReads::Skip] {
        set(&mut lab, mode).await;
        assert_eq!(there(&lab).await, "0 0 0 f");
    }
    set(&mut lab, served_from(NOWHERE)).await;
    namespace::delete(&mut lab.db, &row).await.map_err(shown).unwrap();
    let left =
        lab.one("SELECT count(*) FROM pg_foreign_server WHERE srvname = {{schema_name_text}} || '_archived'").await;
    assert_eq!(left, "0");
}

#[tokio::test]
async fn a_tiered_part_that_is_not_ours_is_refused() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    set(&mut lab, served_from(NOWHERE)).await;
    lab.sql("ALTER FOREIGN TABLE {{schema}}.archived RENAME TO others").await;
    let refused = namespace::open(&lab.db, lab.scope.namespace()).await.unwrap_err();
    assert_eq!(refused.kind(), Kind::Unsupported, "{refused}");
    assert!(refused.to_string().contains("others"), "{refused}");
    lab.sql("ALTER FOREIGN TABLE {{schema}}.others RENAME TO archived").await;
    lab.sql("ALTER FOREIGN TABLE {{schema}}.archived OPTIONS (SET table_name 'something')").await;
    assert!(namespace::open(&lab.db, lab.scope.namespace()).await.is_err());
}

pub async fn log_in(role: &str) -> Db {
    let main = var("EVENTODB_TEST_DB_URL").replace("postgres://postgres@", &format!("postgres://{role}:geheim@"));
    let info = ConnInfo::resolve(Some(&main), &|_| None).unwrap();
    Connector { info, options: ConnectOptions::default() }.connect().await.unwrap()
}

/// Runs GRANTs, one test at a time: two that change the rights of one object at once are an error (XX000).
async fn grant(lab: &Lab, script: &str) {
    let lock = "(hashtextextended('eventodb-admin/tests/grants', 0))";
    lab.db.batch_execute(&format!("SELECT pg_advisory_lock{lock}")).await.unwrap();
    lab.db.batch_execute(script).await.unwrap();
    lab.db.batch_execute(&format!("SELECT pg_advisory_unlock{lock}")).await.unwrap();
}

/// The script that the program prints for a role on the lab's namespace.
async fn script(lab: &Lab, role: &str, purpose: spaces::Purpose) -> String {
    let found = spaces::open(&lab.db, lab.scope.namespace()).await.unwrap();
    let named = role.parse().unwrap();
    spaces::grants(&lab.db, &found, &named, purpose, spaces::ChunkFunctions::Leave).await.map_err(shown).unwrap()
}

/// Makes a role the operator of the lab's namespace.
pub async fn make_operator(lab: &Lab, role: &str) {
    grant(lab, &script(lab, role, spaces::Purpose::Operator).await).await;
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_sets_it_up_and_is_told_what_takes_one() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(1, 20).await;
    let role = lab.scope.schema().to_owned();
    set(&mut lab, NewReads::Skip).await;
    lab.archive_all().await;
    // The namespace is handed over, as the script for an operator has it.
    lab.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 'geheim'")).await;
    make_operator(&lab, &role).await;
    let mut owner = log_in(&role).await;
    let reads = |url: &str, password: Option<&str>| {
        NewReads::Serve(
            FarEnd::new(&ConnInfo::resolve(Some(url), &|_| None).unwrap(), password.map(Secret::new)).unwrap(),
        )
    };
    let refused = namespace::set_archived_reads(&mut owner, &lab.scope, &reads(&far.url, None)).await.unwrap_err();
    let hint = refused.hint_text().unwrap().to_owned();
    assert!(hint.contains("GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO"), "{hint}");
    grant(&lab, hint.split_once(": ").unwrap().1).await;

    // With a password, which is kept and shown to nobody.
    let odd = r"it's a \ 'secret'	of mine%";
    namespace::set_archived_reads(&mut owner, &lab.scope, &reads(&far.url, Some(odd))).await.map_err(shown).unwrap();
    let kept = lab
        .one(
            "SELECT o.option_value FROM pg_user_mappings u, pg_options_to_table(u.umoptions) o
               WHERE u.srvname = {{schema_name_text}} || '_archived' AND o.option_name = 'password'",
        )
        .await;
    // What is kept is for this namespace alone.
    let derived = {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, odd.as_bytes());
        let text = format!("eventodb-admin serve: the password of namespace {}", lab.scope.namespace());
        hex::encode(ring::hmac::sign(&key, text.as_bytes()))
    };
    assert_eq!(kept, derived);

    // Without one a superuser says that none is needed: this server asks for none.
    namespace::set_archived_reads(&mut owner, &lab.scope, &reads(&far.url, None)).await.map_err(shown).unwrap();
    let app = log_in(&role).await;
    app.batch_execute("SET timescaledb.enable_tiered_reads = on; SET eventodb.archived_reads = ''").await.unwrap();
    let all = "SELECT count(*) FROM {{schema}}.messages";
    assert_eq!(answer(&lab, &app, all).await, Err("2F003".to_owned()));
    lab.sql(&format!("ALTER USER MAPPING FOR PUBLIC SERVER {role}_archived OPTIONS (ADD password_required 'false')"))
        .await;
    assert_eq!(answer(&lab, &app, all).await.unwrap(), "(20)");
    assert_eq!(answer(&lab, &application(&lab).await, all).await.unwrap(), "(20)");
    assert!(script(&lab, &role, spaces::Purpose::Server).await.contains("GRANT pg_read_all_stats TO"));
    drop((owner, app));
    far.end(&mut lab).await;
}

#[tokio::test]
async fn a_foreign_table_that_somebody_dropped_is_missed_and_put_up_again() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 40).await;
    lab.archive_all().await;
    let app = application(&lab).await;
    let all = "SELECT count(*) FROM {{schema}}.messages";
    let page = "SELECT count(*) FROM {{schema}}.get_category_messages('')";
    let ways = [
        // TimescaleDB goes on looking for it: a plain query fails.
        ("DROP FOREIGN TABLE {{schema}}.archived", Err("XX000".to_owned()), "of what is archived fail"),
        ("DROP SERVER {{schema_name}}_archived CASCADE", Err("XX000".to_owned()), "of what is archived fail"),
        (
            "ALTER FOREIGN TABLE {{schema}}.archived NO INHERIT {{schema}}.messages",
            Ok("(80)".to_owned()),
            "still ask it",
        ),
        // The way to take it out for good.
        (
            "SELECT _timescaledb_functions.drop_osm_chunk('{{schema}}.messages')",
            Ok("(0)".to_owned()),
            "leave out what is archived",
        ),
    ];
    for (done, plain, told) in ways {
        let done = done.replace("{{schema_name}}", lab.scope.schema());
        for mode in [served_from(&far.url), NewReads::Skip] {
            lab.sql(&done).await;
            assert_eq!(answer(&lab, &app, all).await, plain, "{done}");
            assert_eq!(answer(&lab, &app, page).await, Err("VA001".to_owned()), "{done}");
            let checks = doctor::database(&lab.another_session().await, &lab.scope).await.map_err(shown).unwrap();
            let check = checks.iter().find(|c| c.name == "served archives").unwrap();
            assert!(check.verdict == Verdict::Fail && check.found.contains(told), "{done}: {check:?}");
            let is_served = mode.mode() == ArchivedReads::Serve;
            set(&mut lab, mode).await;
            assert_eq!(there(&lab).await, if is_served { "1 1 1 t" } else { "0 0 0 f" }, "{done}");
            let found = soon(&lab, &app, all).await;
            assert_eq!(found, Ok(if is_served { "(80)" } else { "(0)" }.to_owned()), "{done}");
        }
        set(&mut lab, served_from(&far.url)).await;
    }
    // Live messages are written and read, and archives come back, while it is gone.
    lab.sql("DROP FOREIGN TABLE {{schema}}.archived").await;
    assert_eq!(lab.write("new-1", "A").await.unwrap(), 0);
    lab.rehydrate_all().await;
    lab.assert_covered().await;
    set(&mut lab, served_from(&far.url)).await;
    assert_eq!(soon(&lab, &app, all).await.unwrap(), "(81)");
    // And a namespace that is deleted leaves nothing.
    lab.sql("DROP FOREIGN TABLE {{schema}}.archived").await;
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    namespace::delete(&mut lab.db, &row).await.map_err(shown).unwrap();
    let left = lab
        .one("SELECT count(*) FROM _timescaledb_catalog.chunk WHERE to_jsonb(chunk) ->> 'schema_name' = '{{schema}}'")
        .await;
    assert_eq!(left, "0");
    far.db.close().await;
    lab.sql(&format!("DROP DATABASE \"{}\" WITH (FORCE)", far.url.rsplit_once('/').unwrap().1)).await;
}
