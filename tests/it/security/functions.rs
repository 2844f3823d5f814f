//! Whose functions are called: ours have their names pinned, and nobody's look-alike is taken for one.

use super::cli::{Cli, made_up, sql, try_sql, var};
use super::roles::{Role, has_roles, quoted};

#[test]
fn every_function_has_its_search_path_pinned_and_those_of_the_owner_are_nobody_elses_to_call() {
    let cli = Cli::new();
    let functions = format!(
        "FROM pg_proc p, unnest(ARRAY['eventodb_store', 'tsdb_{}']) AS s(name) \
         WHERE p.pronamespace = s.name::regnamespace",
        cli.namespace
    );
    let count = sql(&cli.db_url, &format!("SELECT count(*) {functions}"));
    assert!(count.parse::<i64>().unwrap() >= 20, "{count}");
    // A body that was parsed when the function was made has no names left to look up.
    let loose = sql(
        &cli.db_url,
        &format!(
            "SELECT string_agg(p.oid::regprocedure::text, ', ') {functions} AND p.prosqlbody IS NULL AND NOT EXISTS \
             (SELECT FROM unnest(p.proconfig) c WHERE c = 'search_path=pg_catalog, pg_temp')"
        ),
    );
    assert_eq!(loose, "NULL");
    let definers = format!("{functions} AND p.prosecdef");
    let names = sql(&cli.db_url, &format!("SELECT string_agg(p.proname, ' ' ORDER BY p.proname) {definers}"));
    assert_eq!(
        names,
        "announce_return append_message append_messages archive_in_use archives_claimed_twice archives_let_copies_go copies_tell_archive count_all_again drills_make_room drop_chunk end_of_move forget_heads forget_history freeze_chunk global_horizon has_left keep_heads keep_heads_moved last_given_out lifecycle_locks_choose_key may next_global_position note_dropped note_returned runs_keep_bounded store_inside unfreeze_chunk use_copy"
    );
    let open = sql(
        &cli.db_url,
        &format!(
            "SELECT string_agg(p.proname, ' ' ORDER BY p.proname) {definers} AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, \
             acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner)"
        ),
    );
    // One tells of a role what the catalog tells everybody; two tell readers where positions are, and one gives a row its number:
    // what nobody inserts is a gap. The others ask themselves whose the archive, the namespace or its name is.
    assert_eq!(
        open,
        "archive_in_use archives_claimed_twice forget_history global_horizon has_left last_given_out may next_global_position store_inside use_copy"
    );
}

#[test]
fn the_triggers_of_messages_refuse_to_work_for_another_table() {
    let cli = Cli::new();
    let schema = format!("tsdb_{}", cli.namespace);
    cli.run(&["messages", "write", "a-1", "T"]).succeeds();
    for (event, function) in [("TRUNCATE", "forget_heads"), ("INSERT", "keep_heads"), ("TRUNCATE", "count_all_again")] {
        let rows = if event == "INSERT" { "REFERENCING NEW TABLE AS new_rows" } else { "" };
        let hung = format!(
            "CREATE TEMP TABLE t (stream_name text, position bigint, global_position bigint, time timestamptz);
             CREATE TRIGGER t AFTER {event} ON t {rows} FOR EACH STATEMENT EXECUTE FUNCTION {schema}.{function}();
             INSERT INTO t VALUES ('a-1', 99, 1, now()); TRUNCATE t"
        );
        // Even by the owner.
        assert_eq!(try_sql(&cli.db_url, &hung), Err("42501".to_owned()), "{function}");
    }
    assert_eq!(sql(&cli.db_url, &format!("SELECT position FROM {schema}.heads WHERE stream_name = 'a-1'")), "0");
}

/// Tables, functions, operators and types that are called like what our statements use, each leaving a trace.
fn shadows(schema: &str, extension: &str) -> String {
    let mut all = format!(
        "CREATE TABLE IF NOT EXISTS {schema}.called (by text);
         GRANT ALL ON {schema}.called TO PUBLIC;
         CREATE OR REPLACE FUNCTION {schema}.trace(what text) RETURNS void LANGUAGE sql AS
             $t$ INSERT INTO {schema}.called VALUES (what || ' as ' || current_user) $t$;"
    );
    let functions = [
        ("count(bigint)", "bigint", "0"),
        ("now()", "timestamptz", "pg_catalog.now()"),
        ("split_part(varchar, text, integer)", "text", "'x'"),
        ("strpos(varchar, text)", "integer", "0"),
        ("md5(varchar)", "text", "pg_catalog.repeat('0', 32)"),
        ("hashtextextended(text, integer)", "bigint", "1"),
        ("format(text, text)", "text", "'x'"),
        ("format(text, name, name)", "text", "'x'"),
        ("to_regclass(varchar)", "regclass", "NULL::regclass"),
        ("pg_try_advisory_lock(bigint)", "boolean", "true"),
        ("set_config(text, text, boolean)", "text", "''"),
        ("write_message(varchar, varchar, varchar, jsonb, jsonb, bigint)", "bigint", "0"),
        ("stream_version(varchar)", "bigint", "0"),
    ];
    for (signature, returns, value) in functions {
        all.push_str(&format!(
            "CREATE FUNCTION {schema}.{signature} RETURNS {returns} LANGUAGE plpgsql AS
                 $f$ BEGIN PERFORM {schema}.trace($t${signature}$t$); RETURN {value}; END $f$;"
        ));
    }
    // Better matches than the extension's, which have further arguments with defaults.
    for signature in ["compress_chunk(regclass)", "decompress_chunk(regclass)"] {
        all.push_str(&format!(
            "CREATE FUNCTION {extension}.{signature} RETURNS regclass LANGUAGE plpgsql AS
                 $f$ BEGIN PERFORM {schema}.trace($t${signature}$t$); RETURN $1; END $f$;"
        ));
    }
    for table in ["messages", "heads", "archives", "namespaces", "pg_class", "pg_namespace", "pg_proc", "pg_settings"] {
        all.push_str(&format!("CREATE TABLE {schema}.{table} (id text, name text, oid oid, relname name);"));
    }
    all.push_str(&format!(
        "CREATE FUNCTION {schema}.never(text, text) RETURNS boolean LANGUAGE plpgsql AS
             $f$ BEGIN PERFORM {schema}.trace('operator'); RETURN false; END $f$;
         CREATE OPERATOR {schema}.= (LEFTARG = text, RIGHTARG = text, FUNCTION = {schema}.never);
         CREATE DOMAIN {schema}.uuid AS text CHECK (false);"
    ));
    all
}

#[test]
fn look_alikes_in_front_of_the_search_path_and_beside_the_extension_are_never_called() {
    if !has_roles() {
        return;
    }
    let cli = Cli::new();
    let database = sql(&cli.db_url, "SELECT current_database()");
    let extension = "public";
    let mallory = Role::new(&cli.db_url, "mallory");
    // As servers up to PostgreSQL 14 have it for everybody.
    sql(&cli.db_url, &format!("GRANT CREATE ON SCHEMA {extension} TO {}", quoted(&mallory.name)));
    sql(
        &cli.db_url,
        &format!("CREATE SCHEMA early AUTHORIZATION {0}; GRANT USAGE ON SCHEMA early TO PUBLIC", quoted(&mallory.name)),
    );
    sql(&mallory.url, &shadows("early", extension));
    for path in ["early, pg_catalog, public", "early, public"] {
        sql(&cli.db_url, &format!("ALTER DATABASE {database} SET search_path = {path}"));
        let user = sql(&cli.db_url, "SELECT quote_ident(current_user)");
        sql(&cli.db_url, &format!("ALTER ROLE {user} IN DATABASE {database} SET search_path = {path}"));
        let store = cli.store();
        let file = cli.file("in.ndjson", made_up(3, 20));
        let mut verbs: Vec<Vec<&str>> = vec![
            vec!["messages", "import", &file],
            vec!["messages", "write", "account-1", "T"],
            vec!["messages", "read", "account-1"],
            vec!["messages", "read", "--category", "account", "--consumer-group", "0/2"],
            vec!["chunks", "list", "--exact"],
            vec!["streams", "list"],
            vec!["chunks", "archive", "--older-than", "0d", "--store", &store],
            vec!["archives", "verify", "--all"],
            vec!["coverage"],
            vec!["archives", "rehydrate", "--from", "2012-01-01"],
            vec!["messages", "export"],
            vec!["coverage"],
        ];
        if var("EVENTODB_TEST_DB_EDITION") == "community" {
            verbs.insert(5, vec!["chunks", "compress", "--older-than", "0d"]);
            verbs.insert(6, vec!["chunks", "decompress", "--older-than", "0d"]);
        }
        for verb in &verbs {
            cli.run(verb).succeeds();
        }
        let expected = made_up(3, 20).lines().count() + 1;
        assert_eq!(cli.run(&["messages", "export"]).stdout.lines().count(), expected);
        // As another client of the functions, whose session has the hostile path.
        let calls = format!(
            "SET search_path = {path}; SELECT tsdb_{0}.stream_version('account-1'); \
             SELECT tsdb_{0}.write_message('8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1', 'account-9', 'T', '{{}}'); \
             SELECT pg_catalog.count(*) FROM tsdb_{0}.get_category_messages('account', 1, -1, NULL, 0, 2); \
             SELECT tsdb_{0}.category('a-1'), tsdb_{0}.hash_64('a'), tsdb_{0}.cardinal_id('a-1+2'), tsdb_{0}.id('a-1'); \
             SELECT tsdb_{0}.chunk_digest(c) FROM public.show_chunks('tsdb_{0}.messages'::pg_catalog.regclass) c; \
             SELECT tsdb_{0}.drop_chunks_older_than('1 day')",
            cli.namespace
        );
        try_sql(&cli.db_url, &calls).unwrap();
        assert_eq!(sql(&cli.db_url, "SELECT pg_catalog.string_agg(by, '; ') FROM early.called"), "NULL");
        cli.run(&["namespaces", "delete", &cli.namespace, "--yes"]).succeeds();
        cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
    }
    // The trap works: what has no schema in front does meet the look-alikes.
    sql(&cli.db_url, "SET search_path = early, pg_catalog; SELECT strpos('a'::varchar, 'a'::text)");
    assert_eq!(sql(&cli.db_url, "SELECT pg_catalog.count(*) FROM early.called"), "1");
    // Those that could not be told from the extension's own by their arguments are looked for.
    sql(
        &mallory.url,
        "CREATE FUNCTION public.by_range(text, interval) RETURNS text LANGUAGE plpgsql AS \
         $f$ BEGIN PERFORM early.trace('by_range'); RETURN ''; END $f$",
    );
    let out = cli.run(&["namespaces", "create", &format!("{}b", cli.namespace)]);
    out.fails(1, "by_range").fails(1, "REVOKE CREATE");
    assert_eq!(sql(&cli.db_url, "SELECT pg_catalog.count(*) FROM early.called"), "1");
}
