//! The history of nights: whoever may archive a namespace adds to it, and what has ended stays as it was written.

use super::cli::try_sql;
use super::one_namespace::Two;

fn history(two: &Two) -> String {
    two.sql("SELECT string_agg(r::text, '|' ORDER BY r.run_id) FROM eventodb_store.runs r")
}

#[test]
fn runs_that_never_were_push_none_of_the_last_weeks_out_and_are_not_of_the_time_to_come() {
    let Some(two) = Two::new() else { return };
    let role = two.role(&two.alpha, "archiver", &[]);
    let before = two.sql("SELECT count(*) FROM eventodb_store.runs WHERE namespace = 'ALPHA'");
    let insert = |runs: u32| {
        let statement = format!(
            "INSERT INTO eventodb_store.runs (namespace, run_id, began_at, ended_at, version, result, exit_code)
             SELECT 'ALPHA', gen_random_uuid(), '261000-01-01'::timestamptz + i * interval '1 s', '261999-01-01', 'x', 'done', 0
               FROM generate_series(1, {runs}) i"
        );
        try_sql(&role.url, &two.filled(&statement))
    };
    assert_eq!(insert(6000), Ok(String::new()));
    let after = two.sql("SELECT count(*) FROM eventodb_store.runs WHERE namespace = 'ALPHA'");
    assert_eq!(after.parse::<u32>().unwrap(), before.parse::<u32>().unwrap() + 6000);
    assert_eq!(two.sql("SELECT count(*) FROM eventodb_store.runs WHERE began_at > now() OR ended_at > now()"), "0");
    assert_eq!(insert(45_000), Err("54000".to_owned()), "there is an end to it");
    let night = two.alpha.run(&["lifecycle", "run"]);
    assert!(!night.succeeds().stderr.contains("not in the history"), "{night:?}");
}

#[test]
fn a_role_that_archives_adds_to_the_history_and_takes_nothing_from_it() {
    let Some(two) = Two::new() else { return };
    let cli = &two.alpha;
    let role = two.role(cli, "archiver", &[]);
    two.run(cli, &role, &["lifecycle", "run"]).succeeds();
    let seen = two.run(cli, &role, &["lifecycle", "history", "--all-namespaces", "-o", "json"]).json();
    let done: Vec<_> = seen.as_array().unwrap().iter().filter(|run| run["archived"] == 3).collect();
    assert_eq!(done.len(), 1, "its own night is there: {seen}");
    let before = history(&two);
    for statement in [
        "UPDATE eventodb_store.runs SET failed = 0, result = 'done' WHERE ended_at IS NOT NULL",
        "UPDATE eventodb_store.runs SET began_at = now()",
        "UPDATE eventodb_store.runs SET namespace = 'another'",
        "DELETE FROM eventodb_store.runs",
        "TRUNCATE eventodb_store.runs",
        "SELECT eventodb_store.runs_keep_bounded()",
    ] {
        let ran = try_sql(&role.url, statement);
        assert!(ran.as_ref().is_ok_and(String::is_empty) || ran.as_ref().is_err(), "{statement} {ran:?}");
        assert_eq!(history(&two), before, "{statement}");
    }
    for purpose in ["reader", "writer"] {
        let role = two.role(cli, purpose, &[]);
        let insert =
            "INSERT INTO eventodb_store.runs (namespace, run_id, version) VALUES ('ALPHA', gen_random_uuid(), 'x')";
        two.is_refused(&role, &[insert]);
        let seen = two.run(cli, &role, &["lifecycle", "history", "-o", "json"]).json();
        assert_eq!(seen.as_array().unwrap().len(), 3, "{purpose} reads it: {seen}");
        let report = two.run(cli, &role, &["report", "--all-namespaces", "-o", "json"]).json();
        let level = |name: &str| {
            report["namespaces"]
                .as_array()
                .unwrap()
                .iter()
                .find(|n| n["name"] == name)
                .map(|n| n["level"].clone())
                .unwrap()
        };
        assert_eq!(level(&two.beta.namespace), "unknown", "{purpose} sees nothing of another's: {report}");
        assert_ne!(level(&two.alpha.namespace), "unknown", "{purpose}");
    }
}
