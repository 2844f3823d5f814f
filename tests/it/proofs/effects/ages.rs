//! A retention policy of the server goes by the calendar: it is compared by the shortest that it can be.

use super::*;

/// A policy that the server's scheduler leaves alone.
fn retention(cli: &Cli, age: &str) {
    let add = format!("add_retention_policy('{}.messages'::regclass, {age})", schema(cli));
    sql(&cli.db_url, &format!("SELECT alter_job({add}, scheduled => false)"));
}

fn policy() -> Option<Cli> {
    let cli = Cli::new();
    let store = cli.store();
    let cli = cli.with("EVENTODB_STORE", &store);
    if !is_community(&cli) {
        eprintln!("NOT TESTED HERE: policies of the server; the Apache-2 edition has none");
        return None;
    }
    std::fs::create_dir_all(cli.path("store")).unwrap();
    Some(cli)
}

fn retention_check(cli: &Cli) -> String {
    let out = cli.run(&["doctor", "-o", "json"]);
    let checks: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    let check =
        checks.as_array().unwrap().iter().find(|c| c["check"] == "retention policy" || c["name"] == "retention policy");
    let check = check.unwrap_or_else(|| panic!("{checks}"));
    check["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_retention_policy_of_the_calendar_is_taken_at_its_shortest() {
    let Some(cli) = policy() else { return };
    for (archive_after, drop_after, is_later) in [
        ("8763h", "1 year", false),
        ("364d", "1 year", false),
        ("363d", "1 year", true),
        ("29d", "1 month", false),
        ("27d", "1 month", false),
        ("26d", "1 month", true),
        ("59d", "2 months", false),
        ("54d", "2 months", true),
        ("30d", "30 days", false),
        ("29d", "30 days", false),
        ("28d", "30 days", true),
        ("719h", "720 hours", false),
        ("694h", "720 hours", true),
        ("1d", "2 months -40 days", false),
        ("364d", "1 year 1 day", true),
        ("365d", "1 year 1 day", false),
        ("0d", "1 hour", false),
    ] {
        cli.run(&["policy", "set", "--archive-after", archive_after]).succeeds();
        retention(&cli, &format!("interval '{drop_after}'"));
        let case = format!("{archive_after} against {drop_after}");
        let (run, plan) = (cli.run(&["lifecycle", "run"]), cli.run(&["lifecycle", "run", "--dry-run"]));
        assert_eq!((run.code == 0, plan.code == 0), (is_later, is_later), "{case}: {run:?} {plan:?}");
        assert_eq!(retention_check(&cli) == "ok", is_later, "{case}");
        cli.run(&["policy", "set", "--server-drop-after", "never"]).succeeds();
    }
}

#[test]
fn a_retention_policy_whose_age_cannot_be_told_stops_the_run() {
    let Some(cli) = policy() else { return };
    cli.run(&["policy", "set", "--archive-after", "1d"]).succeeds();
    for (drop_after, shown) in [("\"90 fortnights ago?\"", "90 fortnights ago?"), ("4711", "4711"), ("null", "")] {
        retention(&cli, "interval '90 days'");
        sql(
            &cli.db_url,
            &format!(
                "UPDATE _timescaledb_config.bgw_job SET config = jsonb_set(config, '{{drop_after}}', '{drop_after}')
                  WHERE proc_name = 'policy_retention' AND hypertable_name_of = hypertable_id"
            )
            .replace(
                "hypertable_name_of = hypertable_id",
                &format!(
                    "hypertable_id = (SELECT id FROM _timescaledb_catalog.hypertable WHERE schema_name = '{}')",
                    schema(&cli)
                ),
            ),
        );
        cli.run(&["lifecycle", "run"]).fails(1, "a retention policy drops").fails(1, shown);
        assert_eq!(retention_check(&cli), "fail", "{drop_after}");
        cli.run(&["policy", "show"]).succeeds();
        sql(&cli.db_url, &format!("SELECT remove_retention_policy('{}.messages'::regclass)", schema(&cli)));
    }
    cli.run(&["lifecycle", "run"]).succeeds();
}

#[test]
fn a_year_and_twelve_months_are_no_night_apart() {
    let cli = Cli::new();
    let store = cli.store();
    let set = |archive: &str, expire: &str| {
        cli.run(&[
            "policy",
            "set",
            "--archive-after",
            archive,
            "--expire-archives-after",
            expire,
            "--store",
            &store,
            "--yes",
        ])
    };
    set("1y", "12months").fails(2, "not above --archive-after");
    set("90d", "90d 23h").fails(2, "not above --archive-after");
    set("1y", "13months").succeeds();
}
