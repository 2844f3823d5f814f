//! A right on one namespace is none on another: each role tries what it may do on its own on somebody else's.

use super::cli::{Cli, Out, made_up, sql, try_sql};
use super::roles::{Role, has_roles, quoted};

/// Two namespaces of one database, each with a week that is archived, a week that is archived and kept, two that are not,
/// a policy and an erasure.
pub struct Two {
    pub alpha: Cli,
    pub beta: Cli,
}

impl Two {
    #[allow(clippy::print_stderr)]
    pub fn new() -> Option<Self> {
        if !has_roles() {
            eprintln!("NOT TESTED HERE: rights of roles; the embedded server has one role");
            return None;
        }
        let alpha = Cli::alone()?;
        let beta = alpha.beside();
        for cli in [&alpha, &beta] {
            cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never"]).succeeds();
            let file = cli.file("in.ndjson", made_up(4, 20));
            cli.run(&["messages", "import", &file]).succeeds();
            let chunks: Vec<_> = Self::chunks(cli);
            cli.run(&["chunks", "archive", &chunks[0], "--store", &cli.store()]).succeeds();
            cli.run(&["chunks", "archive", &chunks[1], "--keep", "--store", &cli.store()]).succeeds();
            cli.run(&["policy", "set", "--archive-after", "0d", "--store", &cli.store()]).succeeds();
            cli.run(&["archives", "copy", "--all", "--to", &cli.second_store()]).succeeds();
            for end in ["NULL, NULL", "now(), 'done'"] {
                sql(
                    &cli.db_url,
                    &format!(
                        "INSERT INTO eventodb_store.runs (namespace, run_id, version, ended_at, result)
                         SELECT '{}', gen_random_uuid(), 'x', {end}",
                        cli.namespace
                    ),
                );
            }
            sql(
                &cli.db_url,
                &format!(
                    "INSERT INTO eventodb_store.erasures (namespace, stream_name, reason, erased_by)
                     VALUES ('{}', 'secret-1', 'request', 'somebody')",
                    cli.namespace
                ),
            );
        }
        Some(Self { alpha, beta })
    }

    pub fn chunks(cli: &Cli) -> Vec<String> {
        let chunks = cli.json(&["chunks", "list"]);
        let live = chunks.as_array().unwrap().iter().filter(|c| c["state"] != "archived");
        live.map(|c| c["chunk_name"].as_str().unwrap().to_owned()).collect()
    }

    /// A role with the script for a purpose on a namespace, as the program prints it.
    pub fn role(&self, on: &Cli, purpose: &str, more: &[&str]) -> Role {
        let role = Role::new(&on.db_url, purpose);
        self.grant(on, &role, purpose, more);
        role
    }

    pub fn grant(&self, on: &Cli, role: &Role, purpose: &str, more: &[&str]) {
        let args = [&["namespaces", "grants", "--role", &role.name, "--as", purpose], more].concat();
        sql(&on.db_url, &on.run(&args).succeeds().stdout);
    }

    pub fn run(&self, cli: &Cli, role: &Role, args: &[&str]) -> Out {
        let store = cli.store();
        cli.run(&[&["--db-url", &role.url, "--store", &store], args].concat())
    }

    pub fn sql(&self, statement: &str) -> String {
        sql(&self.alpha.db_url, &self.filled(statement))
    }

    pub fn filled(&self, statement: &str) -> String {
        let chunk = Self::chunks(&self.beta).last().cloned().unwrap_or_default();
        statement.replace("BETA", &self.beta.namespace).replace("ALPHA", &self.alpha.namespace).replace("CHUNK", &chunk)
    }

    /// All of beta that a role without rights on it must not change.
    pub fn of_beta(&self) -> String {
        self.sql(
            "SELECT concat_ws(E'\\n',
                (SELECT md5(string_agg(m::text, '|' ORDER BY m::text)) FROM tsdb_BETA.messages m),
                (SELECT string_agg(a::text, '|' ORDER BY a.id) FROM eventodb_store.archives a WHERE namespace = 'BETA'),
                (SELECT string_agg(p::text, '|') FROM eventodb_store.policies p WHERE namespace = 'BETA'),
                (SELECT string_agg(c::text, '|') FROM eventodb_store.claims c WHERE namespace = 'BETA'),
                (SELECT string_agg(r::text, '|' ORDER BY r.run_id) FROM eventodb_store.runs r WHERE namespace = 'BETA'),
                (SELECT string_agg(e::text, '|') FROM eventodb_store.erasures e WHERE namespace = 'BETA'),
                (SELECT string_agg(n::text, '|') FROM eventodb_store.namespaces n WHERE id = 'BETA'),
                (SELECT string_agg(c.chunk_name, ',') FROM timescaledb_information.chunks c
                  WHERE hypertable_schema = 'tsdb_BETA'))",
        )
    }

    /// Every statement fails for want of rights, or changes nothing of beta's.
    pub fn changes_nothing_of_beta(&self, role: &Role, statements: &[&str]) {
        let before = self.of_beta();
        for statement in statements {
            let ran = try_sql(&role.url, &self.filled(statement));
            assert_eq!(self.of_beta(), before, "{} {statement}", role.name);
            if let Err(code) = ran {
                assert_eq!(code, "42501", "{} {statement}", role.name);
            }
        }
    }

    pub fn is_refused(&self, role: &Role, statements: &[&str]) {
        for statement in statements {
            let ran = try_sql(&role.url, &self.filled(statement));
            assert_eq!(ran, Err("42501".to_owned()), "{} {statement}", role.name);
        }
    }
}

/// What an archiver may do on its own.
const ON_THE_LEDGER: &[&str] = &[
    "UPDATE eventodb_store.archives SET state = 'expired' WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.archives SET last_error = 'x'",
    "UPDATE eventodb_store.copies SET state = 'deleting' WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.copies SET namespace = 'BETA'",
    "UPDATE eventodb_store.copies SET locked_until = now(), lock_mode = 'governance' WHERE namespace = 'BETA'",
    "INSERT INTO eventodb_store.copies (archive, namespace, store_url)
     SELECT min(id), 'BETA', 'file:///x' FROM eventodb_store.archives WHERE namespace = 'BETA'",
    "SELECT eventodb_store.use_copy(c.archive, a.store_url, c.store_url) FROM eventodb_store.copies c
       JOIN eventodb_store.archives a ON a.id = c.archive WHERE c.namespace = 'BETA'",
    "SELECT eventodb_store.use_copy(n, s, 's') FROM generate_series(1, 99) n, (SELECT store_url FROM eventodb_store.archives
      LIMIT 1) s (s)",
    "UPDATE eventodb_store.archives SET copies = '{file:///x}', store_url = 'file:///x'",
    "UPDATE eventodb_store.archives SET read_back_at = now() WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.archives SET locked_until = NULL, lock_mode = NULL WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.claims SET epoch = 99, mark = gen_random_uuid() WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.claims SET namespace = 'BETA'",
    "UPDATE eventodb_store.policies SET last_error = NULL, last_success_at = now() WHERE namespace = 'BETA'",
    "INSERT INTO eventodb_store.runs (namespace, run_id, version) VALUES ('BETA', gen_random_uuid(), 'x')",
    "UPDATE eventodb_store.runs SET ended_at = now(), result = 'done' WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.runs SET failed = 7",
    "DELETE FROM eventodb_store.runs WHERE namespace = 'BETA'",
    "DELETE FROM eventodb_store.archives WHERE namespace = 'BETA'",
    "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state, store_url,
            object_key, manifest_key, heads_key, codec)
     SELECT 'BETA', range_start, range_end - interval '1us', generation, 'x', 'failed', store_url, object_key, manifest_key,
            heads_key, codec FROM eventodb_store.archives LIMIT 1",
    "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state, store_url,
            object_key, manifest_key, heads_key, codec, message_count, csv_bytes, csv_sha256, stored_bytes, stored_sha256,
            manifest_sha256)
     SELECT 'BETA', '2013-01-17', '2013-01-24', 1, 'CHUNK', 'verified', 'file:///x', 'k', 'm', 'h', 'zstd', 1, 1,
            repeat('a', 64), 1, repeat('a', 64), repeat('a', 64)",
    "INSERT INTO eventodb_store.claims (namespace, store_url, claim_id, epoch, mark, database_oid, database)
     VALUES ('BETA', 'file:///x', gen_random_uuid(), 1, gen_random_uuid(), 1, 'x')",
];

/// What an operator may do on its own, and an archiver may not.
const ON_THE_REGISTRY: &[&str] = &[
    "UPDATE eventodb_store.namespaces SET token_hash = 'x' || id",
    "UPDATE eventodb_store.namespaces SET token_hash = 'mine' WHERE id = 'BETA'",
    "UPDATE eventodb_store.namespaces SET schema_name = 'elsewhere' WHERE id = 'BETA'",
    "UPDATE eventodb_store.namespaces SET id = 'stolen' WHERE id = 'BETA'",
    "DELETE FROM eventodb_store.namespaces WHERE id = 'BETA'",
    "UPDATE eventodb_store.policies SET archive_after = '0', expire_archives_after = '0' WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.policies SET lock_for = NULL, lock_mode = NULL, keep_at_least = NULL WHERE namespace = 'BETA'",
    "DELETE FROM eventodb_store.policies WHERE namespace = 'BETA'",
    "UPDATE eventodb_store.policies SET namespace = 'BETA2'",
    "UPDATE eventodb_store.erasures SET finished_at = now(), reason = 'none' WHERE namespace = 'BETA'",
    "INSERT INTO eventodb_store.erasures (namespace, stream_name, reason, erased_by) VALUES ('BETA', 's', 'r', 'me')",
    "INSERT INTO eventodb_store.policies (namespace, archive_after) VALUES ('BETA', '0') ON CONFLICT (namespace)
     DO UPDATE SET archive_after = '0'",
];

/// Where each namespace's rows are.
const LEDGER: &[&str] = &["archives", "policies", "erasures", "claims", "copies", "runs"];

fn sees(two: &Two, role: &Role, table: &str, namespace: &str) -> String {
    try_sql(
        &role.url,
        &two.filled(&format!("SELECT count(*) FROM eventodb_store.{table} WHERE namespace = '{namespace}'")),
    )
    .unwrap()
}

#[test]
fn a_reader_of_one_namespace_sees_nothing_of_anothers_ledger() {
    let Some(two) = Two::new() else { return };
    for purpose in ["reader", "writer", "archiver", "operator"] {
        let role = two.role(&two.alpha, purpose, &[]);
        for table in LEDGER {
            assert_eq!(sees(&two, &role, table, "BETA"), "0", "{purpose} {table}");
            assert_ne!(sees(&two, &role, table, "ALPHA"), "0", "{purpose} {table}");
        }
        // With a right to read that one as well, it sees both.
        two.grant(&two.beta, &role, "reader", &[]);
        for table in LEDGER {
            assert_ne!(sees(&two, &role, table, "BETA"), "0", "{purpose} {table}");
        }
    }
}

#[test]
fn an_archiver_of_one_namespace_changes_nothing_of_anothers_ledger() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    two.changes_nothing_of_beta(&role, ON_THE_LEDGER);
    two.changes_nothing_of_beta(&role, ON_THE_REGISTRY);
    // Nor where it may read that one.
    two.grant(&two.beta, &role, "reader", &[]);
    two.changes_nothing_of_beta(&role, ON_THE_LEDGER);
    two.changes_nothing_of_beta(&role, ON_THE_REGISTRY);
    // Of its own it notes what the store has locked, and ends nothing that keeps archives.
    let noted =
        "UPDATE eventodb_store.archives SET locked_until = now(), lock_mode = 'governance' WHERE namespace = 'ALPHA'";
    try_sql(&role.url, &two.filled(noted)).unwrap();
    for column in
        ["lock_for", "lock_mode", "lock_renew", "keep_at_least", "keep_at_most", "keep_live_at_least", "disk_size"]
    {
        let set = format!("UPDATE eventodb_store.policies SET {column} = NULL WHERE namespace = 'ALPHA'");
        two.is_refused(&role, &[&set]);
    }
    // Nor is it its to say that nobody looks into a store any more: what lies there would not be erased.
    two.is_refused(&role, &["UPDATE eventodb_store.copies SET state = 'abandoned' WHERE namespace = 'ALPHA'"]);
    // Its own goes on.
    two.run(&two.alpha, &role, &["chunks", "archive", "--older-than", "0d"]).succeeds();
    two.alpha.run(&["coverage"]).succeeds();
}

#[test]
fn no_chunk_is_dropped_by_an_archive_that_another_namespaces_archiver_has_made_up() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    two.grant(&two.beta, &role, "reader", &[]);
    let forged =
        "INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state,
            store_url, object_key, manifest_key, heads_key, codec, message_count, csv_bytes, csv_sha256, stored_bytes,
            stored_sha256, manifest_sha256, content_digest, read_back_at)
         SELECT 'BETA', c.range_start, c.range_end, 1, c.chunk_name, 'verified', 'file:///x', 'k', 'm', 'h', 'zstd',
                d.message_count, 1, repeat('a', 64), 1, repeat('a', 64), repeat('a', 64), d.digest, now()
           FROM timescaledb_information.chunks c,
                tsdb_BETA.chunk_digest(format('%I.%I', c.chunk_schema, c.chunk_name)::regclass) d
          WHERE c.hypertable_schema = 'tsdb_BETA' AND c.chunk_name = 'CHUNK'";
    two.is_refused(&role, &[forged]);
    let before = two.sql("SELECT count(*) FROM tsdb_BETA.messages");
    two.sql("SELECT count(*) FROM tsdb_BETA.drop_chunks_older_than('0')");
    // The one whose archive was verified went, and no other.
    let after = two.sql("SELECT count(*) FROM tsdb_BETA.messages");
    assert_eq!(after.parse::<i64>().unwrap(), before.parse::<i64>().unwrap() - 20);
}

#[test]
fn an_operator_of_one_namespace_changes_no_token_no_policy_and_no_record_of_another() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "operator", &[]);
    two.changes_nothing_of_beta(&role, ON_THE_LEDGER);
    two.changes_nothing_of_beta(&role, ON_THE_REGISTRY);
    two.is_refused(
        &role,
        &[
            "SELECT token_hash FROM eventodb_store.namespaces",
            "INSERT INTO eventodb_store.namespaces (id, token_hash, schema_name, created_at)
             SELECT 'second', 'x', 'eventodb_store', 0",
        ],
    );
    // Its own it makes, sets and deletes.
    let store = two.alpha.store();
    two.run(&two.alpha, &role, &["policy", "set", "--archive-after", "1d", "--store", &store]).succeeds();
    two.run(&two.alpha, &role, &["chunks", "archive", "--older-than", "0d"]).succeeds();
    two.run(&two.alpha, &role, &["coverage"]).succeeds();
    two.run(&two.alpha, &role, &["namespaces", "create", "made"]).succeeds();
    two.run(&two.alpha, &role, &["namespaces", "delete", "made", "--yes"]).succeeds();
    two.run(&two.alpha, &role, &["namespaces", "delete", &two.alpha.namespace, "--yes"]).succeeds();
    let left =
        "SELECT count(*) FROM eventodb_store.archives WHERE namespace = 'ALPHA' AND state NOT IN ('expired', 'failed')";
    assert_eq!(two.sql(left), "0", "archives of a namespace that is gone are nobody's only copy");
    assert_eq!(two.sql("SELECT count(*) FROM eventodb_store.policies WHERE namespace = 'ALPHA'"), "0");
    assert_eq!(two.sql("SELECT count(*) FROM eventodb_store.archives WHERE namespace = 'BETA'"), "2");
}

#[test]
fn rights_that_earlier_versions_gave_reach_no_other_namespace_and_the_program_says_what_to_run() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    let name = quoted(&role.name);
    // As the scripts of earlier versions had it.
    two.sql(&format!(
        "GRANT INSERT, UPDATE ON eventodb_store.archives, eventodb_store.claims TO {name};
         GRANT SELECT, INSERT, UPDATE, DELETE ON eventodb_store.namespaces, eventodb_store.policies TO {name};
         GRANT SELECT, INSERT, UPDATE ON eventodb_store.erasures TO {name}"
    ));
    two.changes_nothing_of_beta(&role, ON_THE_LEDGER);
    two.changes_nothing_of_beta(&role, ON_THE_REGISTRY);
    let doctor = two.alpha.run(&["doctor"]);
    let told = format!("namespaces grants {} --role {} --as archiver", two.alpha.namespace, role.name);
    assert!(doctor.stdout.contains(&told), "{doctor:?}");
    two.grant(&two.alpha, &role, "archiver", &[]);
    let own = "UPDATE eventodb_store.archives SET object_key = 'x' WHERE namespace = 'ALPHA'";
    two.is_refused(&role, &[own]);
}

#[test]
fn an_archiver_cannot_write_of_its_own_archives_what_no_run_writes() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    two.is_refused(
        &role,
        &[
            "UPDATE eventodb_store.archives SET object_key = 'x' WHERE namespace = 'ALPHA'",
            "UPDATE eventodb_store.archives SET store_url = 'file:///home/op' WHERE namespace = 'ALPHA'",
            "UPDATE eventodb_store.archives SET range_end = range_end + interval '1us' WHERE namespace = 'ALPHA'",
            "UPDATE eventodb_store.archives SET namespace = 'BETA' WHERE namespace = 'ALPHA'",
            "UPDATE eventodb_store.archives SET id = -id WHERE namespace = 'ALPHA'",
            "INSERT INTO eventodb_store.archives (id, namespace, range_start, range_end, generation, chunk_name, state)
             VALUES (-1, 'ALPHA', '2013-01-01', '2013-01-02', 9, 'x', 'discarded')",
            "DELETE FROM eventodb_store.archives",
        ],
    );
}

/// The functions of the server that drop or freeze any chunk, up to 2.29.0.
#[test]
fn an_archiver_drops_freezes_and_thaws_its_own_chunks_and_no_others() {
    let Some(two) = Two::new() else { return };
    let role = Role::new(&two.alpha.db_url, "archiver");
    // As earlier versions gave it.
    two.sql(&format!(
        "GRANT EXECUTE ON FUNCTION _timescaledb_functions.freeze_chunk(regclass), \
         _timescaledb_functions.unfreeze_chunk(regclass), _timescaledb_functions.drop_chunk(regclass) TO {}",
        quoted(&role.name)
    ));
    two.grant(&two.alpha, &role, "archiver", &["--restrict-chunk-functions"]);
    let before = two.of_beta();
    for function in ["drop_chunk", "freeze_chunk", "unfreeze_chunk"] {
        for schema in ["_timescaledb_functions", "tsdb_ALPHA", "tsdb_BETA"] {
            let call = format!("SELECT {schema}.{function}('_timescaledb_internal.CHUNK')");
            two.is_refused(&role, &[&call]);
        }
        // Nor a table that is no chunk, and not with the rights of its owner.
        two.is_refused(&role, &[&format!("SELECT tsdb_ALPHA.{function}('eventodb_store.archives')")]);
    }
    assert_eq!(two.of_beta(), before);
    two.run(&two.alpha, &role, &["chunks", "archive", "--older-than", "0d"]).succeeds();
    assert_eq!(two.sql("SELECT count(*) FROM tsdb_ALPHA.messages"), "0");
    two.run(&two.alpha, &role, &["archives", "rehydrate", "--from", "2012-01-01"]).succeeds();
    two.run(&two.alpha, &role, &["archives", "release", "--all"]);
    two.alpha.run(&["coverage"]).succeeds();
    // A reader has none of these.
    let reader = two.role(&two.alpha, "reader", &[]);
    let chunk = Two::chunks(&two.alpha).first().cloned();
    if let Some(chunk) = chunk {
        two.is_refused(&reader, &[&format!("SELECT tsdb_ALPHA.drop_chunk('_timescaledb_internal.{chunk}')")]);
    }
}

#[test]
fn a_superuser_runs_no_view_that_an_operator_has_put_in_the_place_of_a_table() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "operator", &[]);
    let attack = format!(
        "CREATE FUNCTION tsdb_ALPHA.climb() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
             BEGIN EXECUTE 'ALTER ROLE {} SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END;
             RETURN 'skip'; END $$;
         ALTER TABLE tsdb_ALPHA.settings RENAME TO settings_kept;
         CREATE VIEW tsdb_ALPHA.settings AS SELECT s.*, tsdb_ALPHA.climb() AS climbed FROM tsdb_ALPHA.settings_kept s
          WHERE tsdb_ALPHA.climb() IS NOT NULL",
        quoted(&role.name)
    );
    try_sql(&role.url, &two.filled(&attack)).unwrap();
    let is_superuser = format!("SELECT rolsuper FROM pg_roles WHERE rolname = '{}'", role.name);
    for args in [&["namespaces", "show"][..], &["doctor"], &["coverage"], &["namespaces", "upgrade"]] {
        let out = two.alpha.run(args);
        assert_eq!(two.sql(&is_superuser), "f", "{args:?}");
        out.fails(4, "settings is a view");
    }
    // A table again, with a type whose cast is the operator's function.
    let cast = "DROP VIEW tsdb_ALPHA.settings; ALTER TABLE tsdb_ALPHA.settings_kept RENAME TO settings;
         CREATE TYPE tsdb_ALPHA.trap AS (a text);
         ALTER TABLE tsdb_ALPHA.settings ADD COLUMN trap tsdb_ALPHA.trap";
    try_sql(&role.url, &two.filled(cast)).unwrap();
    two.alpha.run(&["namespaces", "show"]).fails(4, "a column of type");
}

#[test]
fn a_superuser_works_on_an_operators_namespace_with_that_operators_rights() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "operator", &[]);
    // A trigger of the owner's, that would use a superuser's rights.
    let attack = format!(
        "CREATE FUNCTION tsdb_ALPHA.climb() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             BEGIN EXECUTE 'ALTER ROLE {} SUPERUSER'; EXCEPTION WHEN OTHERS THEN NULL; END;
             RETURN NULL; END $$;
         CREATE TRIGGER climb AFTER INSERT OR UPDATE OR DELETE ON tsdb_ALPHA.heads EXECUTE FUNCTION tsdb_ALPHA.climb();
         CREATE TRIGGER climb AFTER INSERT OR UPDATE OR DELETE ON tsdb_ALPHA.counts EXECUTE FUNCTION tsdb_ALPHA.climb();
         CREATE TRIGGER climb AFTER INSERT OR UPDATE OR DELETE ON tsdb_ALPHA.counted EXECUTE FUNCTION tsdb_ALPHA.climb()",
        quoted(&role.name)
    );
    try_sql(&role.url, &two.filled(&attack)).unwrap();
    let is_superuser = format!("SELECT rolsuper FROM pg_roles WHERE rolname = '{}'", role.name);
    let store = two.alpha.store();
    for args in [
        &["messages", "write", "account-1", "T"][..],
        &["stats", "refresh", "--store", &store],
        &["chunks", "archive", "--older-than", "0d", "--jobs", "2", "--store", &store],
        &["archives", "rehydrate", "--from", "2012-01-01"],
        &["lifecycle", "run", "--all-namespaces"],
        &["coverage"],
    ] {
        two.alpha.run(args).succeeds();
        assert_eq!(two.sql(&is_superuser), "f", "{args:?}");
    }
    assert_eq!(two.sql("SELECT count(*) FROM tsdb_BETA.messages"), "0", "the run has done the other one, too");
    // Without the rights that the ledger needs, the superuser's are used, which is said.
    two.sql(&format!("REVOKE INSERT ON eventodb_store.claims FROM {}", quoted(&role.name)));
    let out = two.alpha.run(&["coverage"]);
    out.succeeds();
    assert!(out.stderr.contains("is a superuser") && out.stderr.contains("--as operator"), "{out:?}");
    assert!(!two.beta.run(&["coverage"]).stderr.contains("is a superuser"));
}

#[test]
fn objects_that_a_row_of_another_namespace_counts_on_stay_though_this_role_does_not_see_that_row() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    // An attempt of alpha's that failed, whose objects a kept archive of beta's names.
    two.sql(
        "UPDATE eventodb_store.archives SET namespace = 'BETA', generation = 8 WHERE namespace = 'ALPHA' AND state = 'dropped';
         INSERT INTO eventodb_store.archives (namespace, range_start, range_end, generation, chunk_name, state, store_url,
                object_key, manifest_key, heads_key, codec)
         SELECT 'ALPHA', range_start, range_end, 1, chunk_name, 'failed', store_url, object_key, manifest_key, heads_key, codec
           FROM eventodb_store.archives WHERE namespace = 'BETA' AND generation = 8",
    );
    let folder = two.alpha.path("store");
    let before = walk(&folder);
    let swept = two.run(&two.alpha, &role, &["archives", "sweep", "--older-than", "0s"]);
    assert_eq!(walk(&folder), before, "{swept:?}");
    assert!(swept.stdout.contains(&two.beta.namespace), "{swept:?}");
}

/// The archives' files below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() { found.extend(walk(&entry)) } else { found.push(entry.display().to_string()) }
    }
    found.sort();
    found.retain(|name| name.contains("/messages/"));
    found
}

#[test]
fn a_night_of_a_role_that_sees_no_policy_fails_and_the_list_has_namespaces_of_others() {
    let Some(two) = Two::new() else { return };
    let archiver = two.role(&two.alpha, "archiver", &[]);
    two.sql("DELETE FROM eventodb_store.policies WHERE namespace = 'ALPHA'");
    let night = two.run(&two.alpha, &archiver, &["lifecycle", "run", "--all-namespaces"]);
    night.fails(1, "has no rights on 1 namespace").fails(1, "namespaces grants");
    let list = two.run(&two.alpha, &archiver, &["namespaces", "list"]);
    assert!(list.succeeds().stdout.contains(&two.beta.namespace), "{list:?}");
    let doctor = two.run(&two.alpha, &archiver, &["doctor"]);
    assert!(doctor.stdout.contains("may archive the chunks of"), "{doctor:?}");
}

#[test]
fn commands_of_hints_name_the_namespace_that_the_command_line_named() {
    let Some(two) = Two::new() else { return };
    two.sql("DELETE FROM eventodb_store.policies WHERE namespace = 'BETA'");
    let beta = &two.beta.namespace;
    two.alpha.run(&["-n", beta, "lifecycle", "run"]).fails(3, &format!("eventodb-admin -n {beta} policy set"));
}
