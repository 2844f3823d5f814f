//! Copies of the database in the same cluster, and what the owner is asked in mid-run.

use super::scene::{
    archive, at, broken, by_template, changing, content, covered, export, goes_on, id, may_only_read, owner, prepared,
    sql_plain, states, write_late,
};
use crate::proofs::cli::{Held, made_up, programs, sql, var};

#[test]
fn a_copy_by_template_reads_the_archives_and_changes_nothing_until_it_claims_them() {
    let Some(cli) = owner() else { return };
    prepared(&cli);
    let all = export(&cli);
    let copy = by_template(&cli);
    let folder = cli.path("store");
    may_only_read(&copy, "a copy of it", || content(&folder));
    goes_on(&cli);

    // Taken over on purpose: a plan changes nothing, nobody answers for the operator, and then the original is refused.
    let before = content(&folder);
    copy.run(&["archives", "claim"]).fails(2, "--yes");
    let plan = copy.json(&["archives", "claim", "--dry-run"]);
    assert_eq!(plan["result"], "would claim");
    assert!(content(&folder) == before, "a plan has changed the store");
    let claimed = copy.json(&["archives", "claim", "--yes"]);
    assert_eq!((claimed["result"].as_str(), claimed["epoch"].as_i64()), (Some("claimed"), Some(2)), "{claimed}");
    assert!(cli.db_url.ends_with(claimed["previous_database"].as_str().unwrap()), "{claimed}");
    assert!(claimed["previous_changed_at"].is_string() && claimed["claim_id"].is_string());
    assert_eq!(copy.json(&["archives", "claim", "--yes"])["result"], "ours");
    may_only_read(&cli, "took them over", || content(&folder));
    // The copy has the ledger of when it was made: what the original has archived since it takes as its own.
    super::scene::sync_and_put_in(&copy);
    copy.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    covered(&copy);
    copy.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    assert!(all.lines().all(|line| export(&copy).contains(line)), "messages are missing");
}

#[test]
fn a_copy_never_marks_and_sweeps_the_attempt_that_its_original_has_in_flight() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    let killed = broken(&cli, "archive.put-manifest.after=kill", &["chunks", "archive", "--older-than", "0d"]);
    assert_eq!(killed.code, -1, "{killed:?}");
    let copy = by_template(&cli);
    let before = content(&cli.path("store"));
    assert_eq!(before.len(), 4, "three objects and the mark");
    for verb in [&["archives", "sweep", "--older-than", "0s"][..], &["chunks", "archive", "--older-than", "0d"]] {
        copy.run(verb).fails(4, "a copy of it");
    }
    assert!(content(&cli.path("store")) == before, "the copy has changed the store");
    archive(&cli);
    covered(&cli);
}

#[test]
fn a_copy_archives_in_a_store_of_its_own() {
    let Some(cli) = owner() else { return };
    prepared(&cli);
    let copy = by_template(&cli);
    let (before, own) = (content(&cli.path("store")), format!("file://{}", copy.path("own").display()));
    let copy = copy.with("EVENTODB_STORE", &own);
    copy.run(&["policy", "set", "--store", &own]).succeeds();
    archive(&copy);
    covered(&copy);
    assert!(!content(&copy.path("own")).is_empty());
    assert!(content(&cli.path("store")) == before, "the copy has changed its original's store");
    goes_on(&cli);
}

#[test]
fn a_take_over_in_mid_run_stops_the_old_owner_before_its_next_drop_and_its_next_deletion() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    cli.run(&["archives", "rehydrate", "--from", "1970-01-01"]).succeeds();
    for stream in ["late-1", "late-2"] {
        write_late(&cli, "2013-01-03T12:00:00Z", stream);
    }
    let copy = by_template(&cli);
    let steps: [(&str, &[&str]); 3] = [
        ("archive.read-back.before", &["chunks", "archive", "--older-than", "0d"]),
        ("archive.tell-exported.before", &["chunks", "archive", "--older-than", "0d", "--keep"]),
        ("remove.bury.after", &["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"]),
    ];
    let (mut this, mut other) = (&cli, &copy);
    for (point, verb) in steps {
        let live = sql(&this.db_url, &format!("SELECT count(*) FROM {}.messages", super::scene::schema(this)));
        let held = this.path("held");
        let armed = format!("{point}=wait:{}", held.display());
        std::thread::scope(|scope| {
            let run = scope.spawn(|| broken(this, &armed, verb));
            while !held.exists() && !run.is_finished() {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            if held.exists() {
                other.run(&["archives", "claim", "--yes"]).succeeds();
                std::fs::remove_file(&held).unwrap();
            }
            let out = run.join().unwrap();
            if point.starts_with("remove") && out.code == 0 {
                return;
            }
            assert_eq!(out.code, 4, "{verb:?}: {out:?}");
            assert!(out.stderr.contains("took them over"), "{verb:?}: {out:?}");
        });
        let left = sql(&this.db_url, &format!("SELECT count(*) FROM {}.messages", super::scene::schema(this)));
        assert_eq!(left, live, "{verb:?} has dropped something");
        covered(this);
        std::mem::swap(&mut this, &mut other);
    }
}

#[test]
fn a_take_over_is_broken_off_at_any_step_and_done_by_the_next_try() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    archive(&cli);
    let copy = by_template(&cli);
    let (mut this, mut other) = (&cli, &copy);
    for step in ["claim.tell-next", "claim.mark", "claim.tell-done"] {
        for (when, how) in [("before", "kill"), ("after", "kill"), ("before", "error"), ("after", "error")] {
            std::mem::swap(&mut this, &mut other);
            // `other` has it, `this` takes it.
            let out = broken(this, &format!("{step}.{when}={how}"), &["archives", "claim", "--yes"]);
            assert_ne!(out.code, 0, "{step}.{when}={how}: {out:?}");
            let is_written = step == "claim.tell-done" || step == "claim.mark" && when == "after";
            let sweep = ["archives", "sweep"];
            if is_written {
                this.run(&sweep).succeeds();
            } else {
                this.run(&sweep).fails(4, "archives claim");
                other.run(&sweep).succeeds();
                this.run(&["archives", "claim", "--yes"]).succeeds();
                this.run(&sweep).succeeds();
            }
            other.run(&sweep).fails(4, "took them over");
        }
    }
    covered(&cli);
    covered(&copy);
}

#[test]
fn a_run_that_ends_between_any_two_marks_is_known_again_and_a_copy_of_that_moment_is_not() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    for step in ["claim.tell-next", "claim.mark", "claim.tell-done"] {
        for (when, how) in [("before", "kill"), ("after", "kill"), ("before", "error"), ("after", "error")] {
            for (kept, args) in [
                ("the first run", &["chunks", "archive", "--older-than", "0d"][..]),
                ("a later run", &["archives", "sweep"]),
            ] {
                let out = broken(&cli, &format!("{step}.{when}={how}"), args);
                assert!(out.code == 1 || out.code == -1, "{kept}, {step}.{when}={how}: {out:?}");
                cli.run(&["archives", "sweep"]).succeeds();
            }
        }
    }
    archive(&cli);
    covered(&cli);
    let _ = broken(&cli, "claim.mark.after=kill", &["archives", "sweep"]);
    let copy = by_template(&cli);
    copy.run(&["archives", "sweep"]).fails(4, "a copy of it");
    cli.run(&["archives", "sweep"]).succeeds();
}

#[test]
fn one_namespace_of_a_copy_fails_with_the_reason_and_the_others_go_on() {
    let Some(cli) = owner() else { return };
    prepared(&cli);
    let copy = by_template(&cli);
    let before = content(&cli.path("store"));
    // One that the copy has made for itself.
    let own = copy.beside().with("EVENTODB_STORE", &format!("file://{}", copy.path("own").display()));
    own.run(&["namespaces", "create", &own.namespace, "--compress-after", "never"]).succeeds();
    own.run_with(&["messages", "import"], made_up(2, 20).as_bytes()).succeeds();
    let store = format!("file://{}", copy.path("own").display());
    own.run(&["policy", "set", "--archive-after", "1d", "--store", &store]).succeeds();
    let mut all = copy;
    all.variables.clear();
    let out = all.run(&["lifecycle", "run", "--all-namespaces", "-o", "json"]);
    out.fails(4, "a copy of it");
    let records: serde_json::Value = serde_json::from_str(&out.stdout).unwrap();
    for record in records.as_array().unwrap() {
        let is_own = record["namespace"] == own.namespace.as_str();
        assert_eq!(record["exit_code"], if is_own { 0 } else { 4 }, "{record}");
        assert_eq!(record["archived"], if is_own { 2 } else { 0 }, "{record}");
    }
    assert!(content(&cli.path("store")) == before, "the copy has changed the store");
    covered(&own);
}

#[test]
fn a_restored_dump_is_refused_and_what_it_lacks_comes_with_the_claim() {
    let (Some(bin), Some(cli)) = (programs("a dump"), owner()) else { return };
    prepared(&cli);
    let all = export(&cli);
    let dump = cli.path("dump");
    let run = |program: &str, args: &[&str]| {
        let out = std::process::Command::new(bin.join(program)).args(args).output().unwrap();
        assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    };
    run("pg_dump", &["-Fc", "-f", dump.to_str().unwrap(), &cli.db_url]);
    let name = format!("eventodb_cli_test_{}_{}", 1_900_000_000, uuid::Uuid::new_v4().simple());
    sql_plain(&var("EVENTODB_TEST_DB_URL"), &format!("CREATE DATABASE {name}"));
    let restored = at(&cli, &name);
    sql_plain(&restored.db_url, "CREATE EXTENSION timescaledb; SELECT timescaledb_pre_restore()");
    let _ = std::process::Command::new(bin.join("pg_restore"))
        .args(["-d", &restored.db_url, dump.to_str().unwrap()])
        .output()
        .unwrap();
    sql_plain(&restored.db_url, "SELECT timescaledb_post_restore()");
    // The original goes on for a while, and is lost.
    goes_on(&cli);
    let folder = cli.path("store");
    may_only_read(&restored, "a copy of it", || content(&folder));
    restored.run(&["archives", "claim", "--yes"]).succeeds();
    super::scene::sync_and_put_in(&restored);
    covered(&restored);
    restored.run(&["archives", "rehydrate", "--from", "1970-01-01"]);
    let back = export(&restored);
    assert!(all.lines().all(|line| back.contains(line)), "messages are missing");
    sql_plain(&var("EVENTODB_TEST_DB_URL"), &format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn a_lock_that_is_held_elsewhere_is_still_busy_and_a_claim_waits_for_it() {
    let Some(cli) = owner() else { return };
    cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
    archive(&cli);
    let copy = by_template(&cli);
    let held = Held::lifecycle(&copy.db_url, &copy.namespace);
    copy.run(&["archives", "claim", "--yes"]).fails(7, "another run holds it");
    drop(held);
    cli.run(&["archives", "sweep"]).succeeds();
    assert_eq!(states(&cli), ["dropped"]);
    assert_eq!(changing(&cli).len(), 9);
    assert!(!id(&cli, 0).is_empty());
}
