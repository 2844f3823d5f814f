//! `archives sync` where the archives are another database's.

use super::scene::{archive, covered, export, of, owner, states, store, write_late};
use crate::proofs::cli::{Cli, made_up, sql};

/// Another database, with a namespace of the same name that is empty, on the same store.
fn another(cli: &Cli) -> Cli {
    let lost = cli.after_the_database_is_lost().unwrap();
    of(cli, &lost.db_url)
}

fn other_streams() -> String {
    made_up(2, 20).replace("account-", "order-")
}

#[test]
fn another_databases_archives_are_named_and_left_out_until_told_whose() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let other = another(&cli);
    other.run_with(&["messages", "import"], other_streams().as_bytes()).succeeds();
    other.run(&["archives", "sync"]).fails(4, "they belong to database");
    other.run(&["chunks", "archive", "--older-than", "0d"]).fails(4, "they belong to database");
    let claimed = other.run(&["archives", "claim", "--yes", "-o", "json"]);
    assert!(claimed.succeeds().stderr.contains("another database's messages"), "{claimed:?}");
    archive(&other);
    let found = other.run(&["archives", "sync"]);
    found.fails(5, "it belongs to database").fails(5, "--from");
    assert!(found.stderr.contains("0 archives entered, 2 known"), "{found:?}");
    covered(&other);
    other.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(export(&other) == other_streams());
    // Told by the lineage's name they are entered, as far as they do not contradict.
    let id = found.stderr.split("--from ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let plan = other.run(&["archives", "sync", "--from", &id, "--dry-run"]);
    assert!(!plan.stderr.contains("it belongs to"), "{plan:?}");
}

#[test]
fn a_name_that_no_archive_of_the_store_has_is_an_error_and_not_an_empty_success() {
    let Some(cli) = owner() else { return };
    std::fs::create_dir(cli.path("store")).unwrap();
    let nothing = cli.run(&["archives", "sync", "--from", "nonsense"]);
    nothing.fails(3, "archives of nonsense").fails(3, "is it the right one (--store)?");
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    archive(&cli);
    let (own, foreign) = (claim_id(&cli), "11111111-2222-4333-8444-555555555555");
    for (from, plan) in [("nonsense", &["--dry-run"][..]), ("nonsense", &[]), ("7/other", &[]), (foreign, &[])] {
        let out = cli.run(&[&["archives", "sync", "--from", from], plan].concat());
        out.fails(3, &format!("archives of {from}")).fails(3, &own);
    }
    // Those that are known already are no error.
    cli.run(&["archives", "sync", "--from", &own]).succeeds();
    cli.run(&["archives", "sync", "--from", &own.to_uppercase()]).succeeds();
}

#[test]
fn a_store_that_was_another_databases_meanwhile_gives_back_what_is_its_first_owners_alone() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let lineage = claim_id(&cli);
    let other = another(&cli);
    other.run_with(&["messages", "import"], other_streams().as_bytes()).succeeds();
    other.run(&["archives", "claim", "--yes"]).succeeds();
    archive(&other);
    // Back and forth: each keeps its own lineage, and is told of what lies beside it.
    for (owner, own, foreign) in [(&cli, made_up(2, 20), 2), (&other, other_streams(), 2), (&cli, made_up(2, 20), 2)] {
        let claimed = owner.run(&["archives", "claim", "--yes"]);
        assert!(claimed.succeeds().stderr.contains("another database's messages"), "{claimed:?}");
        let found = owner.run(&["archives", "sync"]);
        found.fails(5, "it belongs to database");
        assert!(found.stderr.contains("0 archives entered, 2 known"), "{found:?}");
        assert_eq!(found.stderr.matches("it belongs to database").count(), foreign, "{found:?}");
        assert!(export(owner) == own);
        covered(owner);
    }
    assert_eq!(claim_id(&cli), lineage);
}

#[test]
fn a_mark_that_nobody_can_have_written_is_taken_over_like_one_that_cannot_be_read() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let mark = cli.path("store").join(&cli.namespace).join("owner.json");
    let text = std::fs::read_to_string(&mark).unwrap();
    for epoch in ["2147483647", "-1", "0"] {
        std::fs::write(&mark, text.replace("\"epoch\": 1", &format!("\"epoch\": {epoch}"))).unwrap();
        cli.run(&["archives", "sweep"]).fails(4, "take-overs");
    }
    cli.run(&["archives", "claim", "--yes"]).succeeds();
    cli.run(&["archives", "sweep"]).succeeds();
}

#[test]
fn archives_of_two_databases_below_one_prefix_are_entered_by_name_only() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let (source, lineage) = (source(&cli), claim_id(&cli));
    let other = another(&cli);
    other.run_with(&["messages", "import"], other_streams().as_bytes()).succeeds();
    other.run(&["archives", "claim", "--yes"]).succeeds();
    archive(&other);
    let new = another(&cli);
    let mixed = new.run(&["archives", "sync"]);
    mixed.fails(5, &format!("it belongs to database {source}"));
    assert_eq!(sql(&new.db_url, "SELECT count(*) FROM eventodb_store.archives"), "0");
    new.run(&["archives", "sync", "--from", &lineage]).fails(5, "it belongs to database");
    new.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(export(&new) == made_up(2, 20));
    let new = another(&cli);
    new.run(&["archives", "sync", "--from", &source]).fails(5, "it belongs to database");
    new.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(export(&new) == made_up(2, 20));
}

fn source(cli: &Cli) -> String {
    sql(&cli.db_url, "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || current_database()")
}

fn claim_id(cli: &Cli) -> String {
    sql(&cli.db_url, "SELECT claim_id::text FROM eventodb_store.claims")
}

#[test]
fn a_lost_database_gets_its_archives_back_untold_and_changes_them_once_it_has_claimed_them() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(3, 20).as_bytes()).succeeds();
    archive(&cli);
    let new = another(&cli);
    let synced = new.run(&["archives", "sync"]);
    assert!(synced.succeeds().stderr.contains(&source(&cli)), "{synced:?}");
    assert!(synced.stderr.contains("archives claim"), "{synced:?}");
    assert!(new.run(&["archives", "sync"]).succeeds().stderr.contains("0 archives entered, 3 known"));
    new.run(&["archives", "verify", "--all"]).succeeds();
    new.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(export(&new) == made_up(3, 20));
    new.run(&["chunks", "archive", "--older-than", "0d"]).fails(4, "archives claim");
    let claimed = new.json(&["archives", "claim", "--yes"]);
    assert_eq!(claimed["claim_id"], claim_id(&cli), "the lineage stays");
    write_late(&new, "2013-01-03T12:00:00Z", "late-1");
    archive(&new);
    covered(&new);
    assert_eq!(states(&new), ["expired", "dropped", "dropped", "dropped"]);
    // And once more: archives of both lives are of one lineage.
    let third = another(&cli);
    third.run(&["archives", "sync"]).succeeds();
    covered(&third);
    // A ledger from before there were marks, in a store from before: nobody is told either.
    assert_eq!(store(&third), store(&cli));
}

#[test]
fn a_database_restored_from_before_its_first_archive_takes_its_own_archives_back() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let restored = another(&cli);
    restored.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    restored.run(&["archives", "sync"]).fails(4, "archives claim");
    assert_eq!(restored.json(&["archives", "claim", "--yes"])["claim_id"], claim_id(&cli));
    restored.run(&["archives", "sync"]).succeeds();
    assert_eq!(states(&restored), ["rehydrated", "rehydrated"]);
    covered(&restored);
}

#[test]
fn archives_that_name_no_lineage_are_told_by_their_database() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    // As the first writers made them.
    for (path, bytes) in super::scene::content(&cli.path("store")) {
        if path.ends_with(".manifest.json") {
            let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            manifest.as_object_mut().unwrap().remove("claim_id").unwrap();
            std::fs::write(&path, serde_json::to_string_pretty(&manifest).unwrap()).unwrap();
        } else if path.ends_with("owner.json") {
            std::fs::remove_file(&path).unwrap();
        }
    }
    let lost = another(&cli);
    lost.run(&["archives", "sync"]).succeeds();
    lost.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(export(&lost) == made_up(2, 20));
    lost.run(&["chunks", "archive", "--older-than", "0d"]).fails(4, "the newest archive there is of database");
    lost.run(&["archives", "claim", "--yes"]).succeeds();
    archive(&lost);

    let other = another(&cli);
    let (store, url) = (other.path("store"), other.store());
    assert!(std::process::Command::new("cp").arg("-a").args([cli.path("store"), store]).status().unwrap().success());
    let other = other.with("EVENTODB_STORE", &url);
    other.run_with(&["messages", "import"], other_streams().as_bytes()).succeeds();
    other.run(&["archives", "claim", "--yes"]).succeeds();
    let source = source(&cli);
    other.run(&["archives", "sync"]).fails(5, &format!("archives sync --from {source}"));
    let plan = other.run(&["archives", "sync", "--from", &source, "--dry-run"]);
    assert!(!plan.stderr.contains("it belongs to"), "{plan:?}");
}
