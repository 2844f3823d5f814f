//! Holds: the owner of a namespace places and releases them, whoever may read sees them, and nobody goes on without.

use super::cli::{sql, try_sql};
use super::one_namespace::Two;

const PLACE: [&str; 5] = ["holds", "place", "--case", "7", "--whole-namespace"];
const RELEASE: [&str; 5] = ["holds", "release", "--case", "7", "--yes"];

fn two() -> Option<Two> {
    let two = Two::new()?;
    for cli in [&two.alpha, &two.beta] {
        cli.run(&[&PLACE[..], &["--store", &cli.store()]].concat()).succeeds();
    }
    Some(two)
}

fn holds(two: &Two) -> String {
    two.sql("SELECT string_agg(h::text, '|' ORDER BY h.id) FROM eventodb_store.holds h")
}

const BY_HAND: &[&str] = &[
    "UPDATE eventodb_store.holds SET released_at = now(), released_by = 'me' WHERE namespace = 'NAME'",
    "UPDATE eventodb_store.holds SET case_name = 'another' WHERE namespace = 'NAME'",
    "UPDATE eventodb_store.holds SET from_time = now() WHERE namespace = 'NAME'",
    "DELETE FROM eventodb_store.holds WHERE namespace = 'NAME'",
    "TRUNCATE eventodb_store.holds",
    "INSERT INTO eventodb_store.holds (namespace, case_name, placed_by) VALUES ('NAME', 'mine', 'me')",
];

#[test]
fn only_the_owner_of_a_namespace_places_and_releases_its_holds() {
    let Some(two) = two() else { return };
    let before = holds(&two);
    for purpose in ["reader", "writer", "archiver", "operator"] {
        let role = two.role(&two.alpha, purpose, &[]);
        let sees = |namespace: &str| {
            let count = format!("SELECT count(*) FROM eventodb_store.holds WHERE namespace = '{namespace}'");
            try_sql(&role.url, &count).unwrap()
        };
        assert_eq!(
            (sees(&two.alpha.namespace), sees(&two.beta.namespace)),
            ("1".to_owned(), "0".to_owned()),
            "{purpose}"
        );
        let names: &[&str] =
            if purpose == "operator" { &[&two.beta.namespace] } else { &[&two.alpha.namespace, &two.beta.namespace] };
        for name in names {
            for statement in BY_HAND {
                let ran = try_sql(&role.url, &statement.replace("NAME", name));
                assert!(
                    ran.as_ref().is_ok_and(String::is_empty) || ran == Err("42501".to_owned()),
                    "{ran:?} {statement}"
                );
                assert_eq!(holds(&two), before, "{purpose} {statement}");
            }
        }
        two.run(&two.alpha, &role, &["holds", "list"]).succeeds();
        if purpose == "operator" {
            continue;
        }
        two.run(&two.alpha, &role, &["holds", "place", "--case", "8", "--whole-namespace"]).fails(1, "42501");
        two.run(&two.alpha, &role, &RELEASE).fails(1, "only the owner");
        assert_eq!(holds(&two), before, "{purpose}");
    }
    let owner = two.role(&two.alpha, "operator", &[]);
    two.run(&two.alpha, &owner, &["holds", "place", "--case", "8", "--stream", "account-1"]).succeeds();
    two.run(&two.alpha, &owner, &RELEASE).succeeds();
    // What was released stays so, and is never taken out of the record.
    let released = holds(&two);
    for statement in [
        "UPDATE eventodb_store.holds SET released_at = NULL, released_by = NULL WHERE namespace = 'NAME' AND case_name = '7'",
        "DELETE FROM eventodb_store.holds WHERE namespace = 'NAME'",
    ] {
        let _ = try_sql(&owner.url, &statement.replace("NAME", &two.alpha.namespace));
        assert_eq!(holds(&two), released, "{statement}");
    }
}

#[test]
fn a_role_that_archives_sees_what_is_held_and_stops_where_it_may_not_look() {
    let Some(two) = two() else { return };
    let cli = &two.alpha;
    two.sql("UPDATE eventodb_store.policies SET archive_after = NULL, expire_archives_after = '1 day' WHERE namespace = 'ALPHA'");
    let role = two.role(cli, "archiver", &[]);
    let state = || {
        two.sql("SELECT string_agg(concat_ws(' ', id, state, objects), ',' ORDER BY id) FROM eventodb_store.archives")
    };
    let before = state();
    let night = || two.run(cli, &role, &["lifecycle", "run", "-o", "json"]);
    let held = night();
    assert_eq!(held.json()[0]["held"], 1, "{held:?}");
    let chunk = Two::chunks(cli).pop().unwrap();
    let discard = ["chunks", "drop", &chunk, "--unarchived", "--yes"];
    let prune = ["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "2"];
    two.run(cli, &role, &discard).fails(4, "case 7");
    two.run(cli, &role, &prune).fails(4, "case 7");
    two.sql("REVOKE SELECT ON eventodb_store.holds FROM PUBLIC");
    night().fails(1, "42501");
    two.run(cli, &role, &discard).fails(1, "42501");
    two.run(cli, &role, &prune).fails(1, "42501");
    assert_eq!(state(), before);
    assert!(Two::chunks(cli).contains(&chunk));
    two.sql("GRANT SELECT ON eventodb_store.holds TO PUBLIC");
    // What only the store knows binds, and is not this role's to enter.
    sql(&cli.db_url, "DELETE FROM eventodb_store.holds");
    let synced = two.run(cli, &role, &["archives", "sync"]);
    assert!(synced.succeeds().stderr.contains("a hold of case 7 is in the store alone, where it binds"), "{synced:?}");
    assert_eq!(night().json()[0]["held"], 1);
    assert_eq!(state(), before);
}
