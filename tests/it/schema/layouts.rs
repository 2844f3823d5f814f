//! A namespace that any version of this program has made becomes, by an upgrade, what one of today is; and what that is stands in
//! `migrations/namespace/schema.txt`.

use eventodb_admin::db::queries::namespaces as queries;
use eventodb_admin::namespace;
use sha2::{Digest, Sha256};

use super::lab::{Lab, Server, shown};

macro_rules! steps {
    ($($name:literal,)*) => { [$(($name, include_str!(concat!("../../../migrations/namespace/", $name, ".sql"))),)*] };
}

#[rustfmt::skip]
const STEPS: &[(&str, &str)] = &steps![
    "001_messages", "002_heads", "003_functions", "004_lifecycle",
    "005_compression.community", "006_counts", "007_archived_reads", "008_message_db",
    "009_bounded_reads", "010_kept_plans", "011_proven_drops", "012_identities",
    "013_counted_once", "014_own_chunks", "015_given_out", "016_readers",
    "017_catalogs", "018_by_hand", "019_served", "020_live_costs",
    "021_archived_text", "022_chunk_drops",
];

const TODAY: &str = include_str!("../../../migrations/namespace/schema.txt");

/// What a schema has, a line each: tables with columns, constraints, indexes and triggers, sequences, types, functions.
const SCHEMA: &str = r#"
SELECT string_agg(t.line, E'\n' ORDER BY t.kind, t.name, t.part, t.at, t.line) FROM (
    SELECT CASE c.relkind WHEN 'S' THEN 2 ELSE 1 END AS kind, c.relname::text AS name, 0 AS part, 0 AS at,
           CASE c.relkind WHEN 'S' THEN 'sequence ' ELSE 'table ' END || c.relname || coalesce(
               (SELECT format(' %s from %s, least %s, cache %s', format_type(s.seqtypid, NULL), s.seqstart, s.seqmin, s.seqcache)
                  FROM pg_sequence s WHERE s.seqrelid = c.oid), '') AS line
      FROM pg_class c WHERE c.relnamespace = '{{schema}}'::regnamespace AND c.relkind IN ('r', 'S')
    UNION ALL
    SELECT 1, c.relname, 1, a.attnum, format('    %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
               CASE WHEN a.attcollation <> y.typcollation THEN ' collate ' || (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END,
               CASE WHEN a.attnotnull THEN ' not null' END, ' default ' || pg_get_expr(d.adbin, d.adrelid))
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type y ON y.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE c.relnamespace = '{{schema}}'::regnamespace AND c.relkind = 'r'
    UNION ALL
    SELECT 1, c.relname, 2, 0, format('    %s: %s', o.conname, pg_get_constraintdef(o.oid))
      FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
     WHERE c.relnamespace = '{{schema}}'::regnamespace AND o.contype IN ('p', 'u', 'c', 'f')
    UNION ALL
    SELECT 1, c.relname, 3, 0, format('    %s', pg_get_indexdef(i.indexrelid))
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE c.relnamespace = '{{schema}}'::regnamespace AND NOT i.indisprimary
    UNION ALL
    SELECT 1, c.relname, 4, 0, format('    %s', pg_get_triggerdef(g.oid))
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     WHERE c.relnamespace = '{{schema}}'::regnamespace AND NOT g.tgisinternal AND g.tgname NOT LIKE 'ts\_%'
    UNION ALL
    SELECT 3, t.typname, 0, 0, format('type %s (%s)', t.typname,
               (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
                  FROM pg_attribute a WHERE a.attrelid = t.typrelid))
      FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
     WHERE t.typnamespace = '{{schema}}'::regnamespace
    UNION ALL
    SELECT 4, p.proname, 0, 0, format('function %s(%s) returns %s, %s%s%s%s', p.proname, pg_get_function_arguments(p.oid),
               pg_get_function_result(p.oid), CASE p.provolatile WHEN 'v' THEN 'volatile' WHEN 's' THEN 'stable' ELSE 'immutable' END,
               CASE WHEN p.prosecdef THEN ', as the owner' END, ', for everybody' || CASE WHEN p.proacl IS NULL THEN '' END,
               '; ' || array_to_string(p.proconfig, '; '))
      FROM pg_proc p WHERE p.pronamespace = '{{schema}}'::regnamespace) t"#;

/// Texts of functions, which have files of their own.
const BODIES: &str = "SELECT string_agg(p.oid::regprocedure::text || md5(pg_get_functiondef(p.oid)), E'\n' ORDER BY p.oid::regprocedure::text)
    FROM pg_proc p WHERE p.pronamespace = '{{schema}}'::regnamespace";

/// The schema without its own name.
async fn schema_of(lab: &Lab) -> String {
    lab.one(SCHEMA).await.replace(lab.scope.schema(), "SCHEMA")
}

/// What a schema has beside that: who may do what, how a table tells its rows apart, what it is stored with, whose a sequence is,
/// what is applied, how chunks are compressed.
const BESIDE: &str = "
SELECT string_agg(t.line, E'\n' ORDER BY t.line) FROM (
    SELECT format('%s: %s, %s, %s', c.relname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(c.relacl) a), c.relreplident, c.reloptions)
      FROM pg_class c WHERE c.relnamespace = '{{schema}}'::regnamespace
    UNION ALL
    SELECT format('%s: %s', p.oid::regprocedure, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(p.proacl) a))
      FROM pg_proc p WHERE p.pronamespace = '{{schema}}'::regnamespace
    UNION ALL
    SELECT format('%s is of %s.%s, %s', d.objid::regclass, d.refobjid::regclass, d.refobjsubid, d.deptype)
      FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
     WHERE c.relnamespace = '{{schema}}'::regnamespace AND d.refclassid = 'pg_class'::regclass
    UNION ALL
    SELECT format('applied: %s %s %s', m.version, m.name, m.checksum) FROM {{schema}}._admin_migrations m
    UNION ALL
    SELECT format('server version: %s', v.version) FROM {{schema}}._schema_version v
    UNION ALL
    SELECT format('hypertable: %s %s', h.num_dimensions, h.compression_enabled)
      FROM timescaledb_information.hypertables h WHERE h.hypertable_schema = '{{schema}}'
    UNION ALL
    SELECT format('dimension: %s %s', d.column_name, d.time_interval)
      FROM timescaledb_information.dimensions d WHERE d.hypertable_schema = '{{schema}}') t (line)";

async fn beside(lab: &Lab) -> String {
    lab.one(BESIDE).await.replace(lab.scope.schema(), "SCHEMA")
}

/// Makes the namespace's schema as it was after so many steps.
async fn make_as_it_was(lab: &Lab, steps: &[(&str, &str)]) {
    lab.sql("DROP SCHEMA {{schema}} CASCADE; CREATE SCHEMA {{schema}}").await;
    lab.sql(
        "CREATE TABLE {{schema}}._admin_migrations (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
             applied_at timestamptz NOT NULL DEFAULT now())",
    )
    .await;
    let is_compressing = lab.db.server.supports_compression();
    for (name, step) in steps.iter().filter(|(name, _)| is_compressing || !name.contains("community")) {
        let sql = lab.scope.render_with(step, &[("chunk_interval", "7 days")]).unwrap();
        lab.db.batch_execute(&sql).await.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let (version, hash) = (&name[..3], hex::encode(Sha256::digest(step)));
        lab.sql(&format!("INSERT INTO {{{{schema}}}}._admin_migrations (version, name, checksum) VALUES ({version}, '{name}', '{hash}')"))
            .await;
    }
}

#[tokio::test]
async fn a_new_namespace_is_what_one_that_was_made_step_by_step_becomes() {
    let mut lab = Lab::new(Server::Main).await;
    // A step takes a namespace whose own rows are of several moments for EventoDB's, and so these are.
    let counters = "SELECT format('%s %s %s %s', to_jsonb(s) - 'not_a_category', (g.last_value, g.is_called), (h.last_value, h.is_called),
                (d.last_value, d.is_called))
         FROM {{schema}}.settings s, {{schema}}.messages_given_out g, {{schema}}.messages_global_position_seq h,
              {{schema}}.messages_chunk_drops d";
    let (new, rights, counted) = (schema_of(&lab).await, beside(&lab).await, lab.one(counters).await);
    make_as_it_was(&lab, STEPS).await;
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
    assert_eq!(schema_of(&lab).await, new);
    assert_eq!(beside(&lab).await, rights);
    assert_eq!(lab.one(counters).await, counted);
}

#[tokio::test]
async fn a_namespace_of_every_layout_that_ever_was_becomes_one_of_today() {
    let mut lab = Lab::new(Server::Main).await;
    let (schema, bodies, rights) = (schema_of(&lab).await, lab.one(BODIES).await, beside(&lab).await);
    let newest = lab.one("SELECT max(version) FROM {{schema}}._admin_migrations").await;
    assert_eq!(newest, STEPS.len().to_string(), "a step is missing here");
    for n in 1..=STEPS.len() {
        let last = STEPS[n - 1].0;
        make_as_it_was(&lab, &STEPS[..n]).await;
        lab.sql(
            "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
             SELECT '2013-01-03T00:00:00Z'::timestamptz + p * interval '7 days', p, 'account-1', 'T' FROM generate_series(0, 2) p",
        )
        .await;
        let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
        let upgraded = namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
        assert_eq!(upgraded.applied.last(), Some(&"functions"), "{last}");
        assert_eq!(schema_of(&lab).await, schema, "{last}");
        assert_eq!(lab.one(BODIES).await, bodies, "{last}");
        assert_eq!(beside(&lab).await, rights, "{last}");
        assert_eq!(lab.version("account-1").await, 2, "{last}");
        assert_eq!(lab.write("account-1", "T").await.unwrap(), 3, "{last}");
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.get_category_messages('account')").await, "4", "{last}");
        lab.assert_covered().await;
    }
}

#[tokio::test]
async fn a_namespace_of_an_earlier_program_gets_todays_functions_and_its_rights_stay() {
    let mut lab = Lab::new(Server::Main).await;
    let role = format!("reader_{}", lab.scope.schema());
    let all = "SELECT md5(string_agg(pg_get_functiondef(p.oid) || coalesce(p.proacl::text, ''), '' ORDER BY p.oid::regprocedure::text))
                 FROM pg_proc p WHERE p.pronamespace = '{{schema}}'::regnamespace";
    lab.sql(&format!(
        "CREATE ROLE {role}; GRANT SELECT ON {{{{schema}}}}.messages, {{{{schema}}}}.settings, {{{{schema}}}}.messages_chunk_drops TO {role};
         REVOKE EXECUTE ON FUNCTION {{{{schema}}}}.get_category_messages, {{{{schema}}}}.live_stream_run FROM PUBLIC;
         GRANT EXECUTE ON FUNCTION {{{{schema}}}}.get_category_messages, {{{{schema}}}}.live_stream_run TO {role}"
    ))
    .await;
    let today = lab.one(all).await;
    lab.sql(
        "DROP FUNCTION {{schema}}.live_stream_run;
         DROP SEQUENCE {{schema}}.messages_chunk_drops;
         ALTER TABLE {{schema}}.settings DROP COLUMN chunk_drops;
         CREATE OR REPLACE FUNCTION {{schema}}.stream_version(stream_name varchar) RETURNS bigint LANGUAGE sql AS 'SELECT 5::bigint';
         ALTER FUNCTION {{schema}}.get_stream_messages RESET ALL;
         DELETE FROM {{schema}}._admin_migrations WHERE version IN (0, 22)",
    )
    .await;
    assert_ne!(lab.one(all).await, today);
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    let upgraded = namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap();
    assert_eq!(upgraded.applied, ["022_chunk_drops", "functions"]);
    assert_eq!(lab.one(all).await, today);
    let reads = format!("SELECT has_sequence_privilege('{role}', '{{{{schema}}}}.messages_chunk_drops', 'SELECT')");
    assert_eq!(lab.one(&reads).await, "t");
    assert!(namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied.is_empty());
    // Another text of the same generation.
    lab.sql("UPDATE {{schema}}._admin_migrations SET checksum = 'x' WHERE version = 0").await;
    assert_eq!(namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied, ["functions"]);
    assert_eq!(lab.one(all).await, today);
    // Those of a later program stay.
    lab.sql("UPDATE {{schema}}._admin_migrations SET name = 'functions_1000000' WHERE version = 0").await;
    let refused = namespace::upgrade(&mut lab.db, &row).await.unwrap_err();
    assert!(refused.hint_text().unwrap().contains("newer eventodb-admin"), "{}", shown(refused));
    lab.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn upgrades_of_two_namespaces_that_give_rights_on_the_ledger_at_the_same_time_both_succeed() {
    let (mut one, mut other) = (Lab::new(Server::Main).await, Lab::new(Server::Main).await);
    let watcher = one.another_session().await;
    let tx = one.db.client_mut().transaction().await.unwrap();
    queries::adopt(&tx, &one.scope).await.map_err(shown).unwrap();
    other.sql("DELETE FROM {{schema}}._admin_migrations WHERE version = 0").await;
    let row = namespace::find(&other.db, other.scope.namespace()).await.unwrap();
    let session = other.one("SELECT pg_backend_pid()").await;
    let upgrade = tokio::spawn(async move { namespace::upgrade(&mut other.db, &row).await.map(|_| ()).map_err(shown) });
    let waits = format!("SELECT count(*) FROM pg_locks WHERE pid = {session} AND NOT granted");
    while watcher.client().query_one(&waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(!upgrade.is_finished(), "it has waited for nobody");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    tx.commit().await.unwrap();
    assert_eq!(upgrade.await.unwrap(), Ok(()));
}

// The schema has changed: EVENTODB_TEST_WRITE_SCHEMA=1 writes the file.
#[tokio::test]
async fn the_schema_of_a_fresh_namespace_is_the_one_that_is_written_down() {
    let lab = Lab::new(Server::Main).await;
    let version = lab.one("SHOW server_version_num").await;
    if !version.starts_with("15") {
        eprintln!(
            "SKIPPED: NOT TESTED HERE, the schema is written down as PostgreSQL 15 spells it, and this is {version}"
        );
        return;
    }
    let found = format!(
        "What a namespace has today, as a fresh one on PostgreSQL 15 is. Written by a test (tests/it/schema/layouts.rs), which compares it;\n\
         the texts of the functions are in functions/.\n\n{}\n",
        schema_of(&lab).await
    );
    if std::env::var_os("EVENTODB_TEST_WRITE_SCHEMA").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/namespace/schema.txt");
        std::fs::write(file, &found).unwrap();
        return;
    }
    assert_eq!(found, TODAY);
}
