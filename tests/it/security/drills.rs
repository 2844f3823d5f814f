//! Drills: the owner of a namespace runs them, whoever may read sees them, and what they say stays as it is.

use super::cli::try_sql;
use super::one_namespace::Two;

const BY_HAND: &[&str] = &[
    "UPDATE eventodb_store.drills SET verdict = 'ok', report = '{}' WHERE namespace = 'NAME'",
    "UPDATE eventodb_store.drills SET scratch = 'BETA', scratch_schema = 'tsdb_BETA' WHERE namespace = 'NAME'",
    "DELETE FROM eventodb_store.drills WHERE namespace = 'NAME'",
    "TRUNCATE eventodb_store.drills",
    "INSERT INTO eventodb_store.drills (id, namespace, begun_by, scratch, scratch_schema, scratch_oid)
        VALUES (gen_random_uuid(), 'NAME', 'me', 'BETA', 'tsdb_BETA', 'tsdb_BETA'::regnamespace)",
    "UPDATE eventodb_store.drilled SET result = 'ok', last_ok_at = now() WHERE namespace = 'NAME'",
    "DELETE FROM eventodb_store.drilled WHERE namespace = 'NAME'",
    "INSERT INTO eventodb_store.drilled (archive, namespace, store_url, drill, result)
        SELECT id, namespace, 'file:///x', gen_random_uuid(), 'ok' FROM eventodb_store.archives WHERE namespace = 'NAME'",
];

fn drills(two: &Two) -> String {
    two.sql(
        "SELECT concat_ws('|', (SELECT string_agg(d::text, '|' ORDER BY d.id) FROM eventodb_store.drills d),
                               (SELECT string_agg(d::text, '|' ORDER BY d.archive, d.store_url) FROM eventodb_store.drilled d))",
    )
}

#[test]
fn only_the_owner_of_a_namespace_drills_it_and_what_a_drill_has_said_stays() {
    let Some(two) = Two::new() else { return };
    for cli in [&two.alpha, &two.beta] {
        cli.run(&["drill", "run", "--store", &cli.store()]).succeeds();
    }
    let before = drills(&two);
    for purpose in ["reader", "writer", "archiver", "operator"] {
        let role = two.role(&two.alpha, purpose, &[]);
        let sees = |namespace: &str| {
            try_sql(&role.url, &format!("SELECT count(*) FROM eventodb_store.drills WHERE namespace = '{namespace}'"))
                .unwrap()
        };
        let seen = (sees(&two.alpha.namespace), sees(&two.beta.namespace));
        assert_eq!(seen, ("1".to_owned(), "0".to_owned()), "{purpose}");
        // Of another namespace nothing, and where it does not own one, nothing either.
        let names: &[&str] =
            if purpose == "operator" { &[&two.beta.namespace] } else { &[&two.alpha.namespace, &two.beta.namespace] };
        for statement in names.iter().flat_map(|name| BY_HAND.iter().map(move |s| s.replace("NAME", name))) {
            let ran = try_sql(&role.url, &two.filled(&statement));
            let is_refused = ran == Err("42501".to_owned()) || ran.as_ref().is_ok_and(String::is_empty);
            assert!(is_refused, "{purpose} {ran:?} {statement}");
        }
        assert_eq!(drills(&two), before, "{purpose}");
        two.run(&two.alpha, &role, &["drill", "list"]).succeeds();
        if purpose != "operator" {
            two.run(&two.alpha, &role, &["drill", "run"]).fails(1, "42501");
            assert_eq!(drills(&two), before, "{purpose}");
        }
    }
    let owner = two.role(&two.alpha, "operator", &[]);
    let beta = two.of_beta();
    two.run(&two.alpha, &owner, &["drill", "run", "--all"]).succeeds();
    let after = drills(&two);
    assert_ne!(after, before);
    // Not even the owner changes what was said, or has another namespace taken for a drill's.
    for (statement, code) in [
        ("UPDATE eventodb_store.drills SET verdict = 'failed' WHERE namespace = 'ALPHA'", "23514"),
        ("UPDATE eventodb_store.drills SET report = '{}' WHERE namespace = 'ALPHA'", "23514"),
        ("UPDATE eventodb_store.drills SET scratch = 'BETA' WHERE namespace = 'ALPHA'", "42501"),
        ("DELETE FROM eventodb_store.drills WHERE namespace = 'ALPHA'", "42501"),
    ] {
        assert_eq!(try_sql(&owner.url, &two.filled(statement)), Err(code.to_owned()), "{statement}");
        assert_eq!(drills(&two), after, "{statement}");
    }
    // A row that names another's schema has nothing dropped: registry and rights say whose it is.
    let forged = "INSERT INTO eventodb_store.drills (id, namespace, begun_by, scratch, scratch_schema, scratch_oid)
                  SELECT gen_random_uuid(), 'ALPHA', 'me', 'BETA', s.nspname, s.oid FROM pg_namespace s WHERE s.nspname = 'tsdb_BETA'";
    try_sql(&owner.url, &two.filled(forged)).unwrap();
    let _ = two.run(&two.alpha, &owner, &["drill", "run"]);
    two.alpha.run(&["drill", "run", "--store", &two.alpha.store()]);
    assert_eq!(two.of_beta(), beta);
}
