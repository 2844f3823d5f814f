//! Several runs at once, and runs whose sessions are taken from them.

use std::time::Duration;

use eventodb_admin::archive::State;
use eventodb_admin::namespace;

use super::lab::{self, Lab, Server, shown, skip_where_nobody_waits};
use super::program::{
    ARCHIVE, Out, application, run, run_when_free, start_armed, start_held, wait_until, wait_until_gone,
    wait_until_queued,
};
use super::steps::some;

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L')";
const REHYDRATE: [&str; 6] = ["archives", "rehydrate", "--from", "2012-01-01", "--to", "2014-01-01"];

#[tokio::test]
async fn whatever_else_would_touch_chunks_exits_7_while_an_archive_run_is_at_work() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(2, 50).await;
    let chunk = lab.closed().await.remove(0);
    let namespace = lab.scope.namespace().to_owned();
    let mut first = start_held(&lab, &ARCHIVE, &["archive.tell-uploaded.after"]);
    first.until("archive.tell-uploaded.after").await;
    run(&lab, &ARCHIVE).await.fails(7, "another run holds it");
    run(&lab, &REHYDRATE).await.fails(7, "another run holds it");
    run(&lab, &["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"])
        .await
        .fails(7, "another run holds it");
    run(&lab, &["namespaces", "delete", &namespace, "--yes"]).await.fails(7, "another run holds it");
    if lab.db.server.supports_freeze() {
        run(&lab, &["chunks", "compress", chunk.name()]).await.fails(7, "frozen");
    }
    // Reading needs no lock.
    run(&lab, &["chunks", "list"]).await.succeeds();
    run(&lab, &["coverage"]).await.succeeds();
    first.let_go();
    first.ended().await.succeeds();
    lab.assert_covered().await;
    let ids: Vec<_> = lab.archives().await.iter().map(|a| (a.generation, a.state)).collect();
    assert_eq!(ids, [(1, State::Dropped), (1, State::Dropped)]);
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn an_archive_run_exits_7_while_archives_come_back() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 50).await;
    lab.archive_all().await;
    for step in ["rehydrate.tell.after", "rehydrate.copy.after", "rehydrate.raise.after"] {
        let mut back = start_held(&lab, &REHYDRATE, &[step]);
        back.until(step).await;
        run(&lab, &ARCHIVE).await.fails(7, "another run holds it");
        run(&lab, &REHYDRATE).await.fails(7, "another run holds it");
        back.let_go();
        back.ended().await.succeeds();
        assert!(lab.export().await.unwrap() == lines, "{step}: the export differs");
        run(&lab, &ARCHIVE).await.succeeds();
        lab.assert_covered().await;
    }
}

#[tokio::test]
async fn of_many_runs_started_at_once_each_chunk_is_archived_by_one() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(3, 50).await;
    let runs: Vec<_> = (0..4).map(|_| start_armed(&lab, &ARCHIVE, "")).collect();
    let mut codes = Vec::new();
    for one in runs {
        let out = one.ended().await;
        assert!([Some(0), Some(7)].contains(&out.code), "{out:?}");
        codes.push(out.code);
    }
    assert!(codes.contains(&Some(0)));
    assert_eq!(lab.archives().await.iter().map(|a| a.state).collect::<Vec<_>>(), [State::Dropped; 3]);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

/// Which of a run's sessions is terminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    LockHolder,
    Workers,
    All,
}

impl Victim {
    async fn is_terminated(self, lab: &Lab) {
        let holds = "EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory')";
        let who = match self {
            Self::LockHolder => holds.to_owned(),
            Self::Workers => format!("NOT {holds}"),
            Self::All => "true".to_owned(),
        };
        let of_run = format!("application_name = '{}' AND {who}", application(lab));
        let killed =
            lab.one(&format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity a WHERE {of_run}")).await;
        assert_ne!(killed, "0", "there was nobody to terminate");
        wait_until(lab, &format!("NOT EXISTS (SELECT FROM pg_stat_activity a WHERE {of_run})")).await;
    }
}

fn is_a_clean_failure(out: &Out, told: &str) {
    assert!([Some(1), Some(7)].contains(&out.code), "{told}: {out:?}");
    assert!(out.stderr.contains("error: ") && out.stderr.contains("hint: "), "{told}: {out:?}");
    assert!(!out.stderr.contains("panicked"), "{told}: {out:?}");
}

/// Nothing lost, nothing doubled, nothing frozen, and the next run comes to the end.
async fn the_next_run_finishes(lab: &mut Lab, lines: &str, told: &str) {
    wait_until_gone(lab).await;
    lab.assert_covered().await;
    run_when_free(lab, &ARCHIVE).await.succeeds();
    assert!(lab.closed().await.is_empty(), "{told}");
    lab.assert_covered().await;
    assert!(lab.archives().await.iter().all(|a| a.frozen_chunk.is_none()), "{told}");
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "{told}: the export differs");
    lab.sql(LATE).await;
}

/// The steps of an archive run at which its session does something next.
fn steps(lab: &Lab) -> Vec<&'static str> {
    let mut steps =
        vec!["archive.enter.after", "archive.tell-uploaded.after", "archive.tell-verified.after", "drop.drop.after"];
    steps.push(if lab.db.server.supports_freeze() { "freeze.freeze.after" } else { "lock.lock.after" });
    steps
}

async fn sessions_are_terminated(victim: Victim, jobs: &str) {
    let steps = steps(&Lab::new(Server::Main).await);
    for step in some(&format!("{victim:?} terminated"), steps) {
        let told = format!("{victim:?} at {step} with {jobs} jobs");
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(3, 40).await;
        let mut held = start_held(&lab, &[&ARCHIVE[..], &["--jobs", jobs]].concat(), &[step]);
        held.until(step).await;
        victim.is_terminated(&lab).await;
        held.let_go();
        let out = held.ended().await;
        is_a_clean_failure(&out, &told);
        the_next_run_finishes(&mut lab, &lines, &told).await;
    }
}

#[tokio::test]
async fn the_only_session_terminated_at_any_step_costs_nothing_but_another_run() {
    if skip_where_nobody_waits().await {
        return;
    }
    sessions_are_terminated(Victim::All, "1").await;
}

#[tokio::test]
async fn the_session_with_the_lock_terminated_under_its_workers_costs_nothing_but_another_run() {
    if skip_where_nobody_waits().await {
        return;
    }
    sessions_are_terminated(Victim::LockHolder, "2").await;
}

#[tokio::test]
async fn no_chunk_is_dropped_once_the_session_with_the_lock_is_gone() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 40).await;
    let step = "archive.tell-verified.after";
    let mut held = start_held(&lab, &[&ARCHIVE[..], &["--jobs", "2"]].concat(), &[step]);
    held.until(step).await;
    Victim::LockHolder.is_terminated(&lab).await;
    held.let_go();
    is_a_clean_failure(&held.ended().await, step);
    assert_eq!(lab.closed().await.len(), 2, "another run may be at these chunks by now");
    lab.assert_covered().await;
}

#[tokio::test]
async fn workers_terminated_at_any_step_cost_nothing_but_another_run() {
    if skip_where_nobody_waits().await {
        return;
    }
    sessions_are_terminated(Victim::Workers, "2").await;
}

#[tokio::test]
async fn a_statement_that_is_cancelled_fails_its_chunk_alone() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 50).await;
    // More than waits in the sockets between: the server is still at it.
    lab.fill_large(32).await;
    let mut held = start_held(&lab, &ARCHIVE, &["archive.copying"]);
    held.until("archive.copying").await;
    let cancelled = lab
        .one(&format!(
            "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE application_name = '{}' AND state = 'active'",
            application(&lab)
        ))
        .await;
    assert_eq!(cancelled, "1");
    held.let_go();
    let out = held.ended().await;
    out.fails(1, "57014");
    assert!(out.stderr.contains("1 done; 1 chunk failed"), "{out:?}");
    lab.sql(LATE).await;
    lab.assert_covered().await;
    run(&lab, &ARCHIVE).await.succeeds();
    assert!(lab.closed().await.is_empty());
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_rehydrate_whose_session_is_terminated_restores_nothing_and_the_next_run_all() {
    if skip_where_nobody_waits().await {
        return;
    }
    let steps = ["rehydrate.tell.after", "object.reading", "rehydrate.copy.after", "rehydrate.raise.after"];
    for step in some("a rehydrate terminated", steps) {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(1, 50).await;
        lab.archive_all().await;
        let mut held = start_held(&lab, &REHYDRATE, &[step]);
        held.until(step).await;
        Victim::All.is_terminated(&lab).await;
        held.let_go();
        is_a_clean_failure(&held.ended().await, step);
        lab.assert_covered().await;
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "0", "{step}");
        run_when_free(&lab, &REHYDRATE).await.succeeds();
        assert!(lab.export().await.unwrap() == lines, "{step}: the export differs");
        lab.assert_covered().await;
    }
}

#[tokio::test]
async fn a_column_that_is_added_after_the_run_has_begun_is_not_left_out_of_the_archive_in_silence() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    let mut held = start_held(&lab, &ARCHIVE, &["archive.enter.after"]);
    held.until("archive.enter.after").await;
    lab.sql("ALTER TABLE {{schema}}.messages ADD COLUMN origin text DEFAULT 'here'").await;
    held.let_go();
    let out = held.ended().await;
    assert!(out.code != Some(0) && out.stderr.contains("it has origin text"), "{out:?}");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "20");
    lab.sql("ALTER TABLE {{schema}}.messages DROP COLUMN origin").await;
    run(&lab, &ARCHIVE).await.succeeds();
    lab.assert_covered().await;
}

/// A chunk that was made for an archive is taken away again where the archive does not come: not with somebody's message.
#[tokio::test]
async fn a_chunk_that_was_made_for_an_archive_stays_where_somebody_has_written_to_it_meanwhile() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 50).await;
    lab.archive_all().await;
    // With it an archive comes back row by row, into a chunk that is made beforehand.
    lab.sql("ALTER TABLE {{schema}}.messages ADD CONSTRAINT typed CHECK (type <> '')").await;
    let folder = tempfile::tempdir().unwrap();
    let gate = folder.path().join("made");
    let armed = format!("rehydrate.make-range.after=wait:{};rehydrate.tell.before=error", gate.display());
    let run = start_armed(&lab, &REHYDRATE, &armed);
    while !gate.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    // It is not there to be seen yet, and is once the chunk can be had.
    let table = lab.closed().await.remove(0).table.to_string();
    let writer = lab.another_session().await;
    writer.batch_execute(&lab.scope.render(&format!("BEGIN; {LATE}")).unwrap()).await.unwrap();
    std::fs::remove_file(&gate).unwrap();
    wait_until_queued(&lab, &table, "%").await;
    writer.batch_execute("COMMIT").await.unwrap();
    run.ended().await.fails(1, "failpoint");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "1");
    lab.assert_covered().await;
    run_when_free(&lab, &REHYDRATE).await.succeeds();
    assert!(lab.export().await.unwrap().starts_with(&lines), "the export differs");
    lab.assert_covered().await;
}

/// The same where nobody has: an empty chunk says that something was there.
#[tokio::test]
async fn a_chunk_that_was_made_for_an_archive_goes_again_where_the_archive_does_not_come() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 50).await;
    lab.archive_all().await;
    lab.sql("ALTER TABLE {{schema}}.messages ADD CONSTRAINT typed CHECK (type <> '')").await;
    for point in ["rehydrate.make-range.after", "rehydrate.tell.before", "rehydrate.copy.after"] {
        let failed = start_armed(&lab, &REHYDRATE, &format!("{point}=error")).ended().await;
        failed.fails(1, "failpoint");
        assert_eq!(lab.closed().await.len(), 0, "{point}: the chunk has stayed");
        lab.assert_covered().await;
    }
    run_when_free(&lab, &REHYDRATE).await.succeeds();
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn a_chunk_that_another_one_is_compared_with_may_go_at_that_moment() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 50).await;
    // A message of the first week among the global positions of the second one.
    lab.sql(
        "SET eventodb.heads_kept = 'on';
         INSERT INTO {{schema}}.messages (time, position, stream_name, type, global_position)
         VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'L', 60)",
    )
    .await;
    let closed = lab.closed().await;
    let (chunk, other) = (closed[0].name().to_owned(), closed[1].table.to_string());
    let step = if lab.db.server.supports_freeze() { "freeze.freeze.after" } else { "lock.lock.after" };
    let mut held = start_held(&lab, &["chunks", "archive", &chunk], &[step]);
    held.until(step).await;
    let rival = lab.another_session().await;
    rival.batch_execute(&format!("BEGIN; SELECT _timescaledb_functions.drop_chunk('{other}')")).await.unwrap();
    held.let_go();
    wait_until_queued(&lab, &other, "AccessShareLock").await;
    rival.batch_execute("COMMIT").await.unwrap();
    held.ended().await.succeeds();
    assert_eq!(
        lab.archives().await.iter().map(|a| (a.message_count, a.state)).collect::<Vec<_>>(),
        [(Some(51), State::Dropped)]
    );
}

#[tokio::test]
async fn a_namespace_is_made_while_another_one_is_being_made() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut slow = lab::connector(Server::Main).connect().await.unwrap();
    let (mut fast, name) = (lab::connector(Server::Main).connect().await.unwrap(), uuid::Uuid::new_v4().simple());
    let first = format!("t{name}a").parse().unwrap();
    namespace::prepare(&mut slow, &first, "7 days", async |_, _| {
        // The first one is there and not yet committed.
        let made = tokio::time::timeout(Duration::from_secs(60), lab::create(&mut fast, &format!("t{name}b"))).await;
        made.map_err(|_| eventodb_admin::Error::failed("waiting"))
    })
    .await
    .map_err(shown)
    .unwrap();
}

#[tokio::test]
async fn an_upgrade_that_waits_for_another_one_keeps_no_writer_waiting() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let other = lab.another_session().await;
    let key = format!("hashtextextended('eventodb-admin/migrations of {}', 0)", lab.scope.schema());
    other.batch_execute(&format!("BEGIN; SELECT pg_advisory_xact_lock({key})")).await.unwrap();
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    let mut upgrading = lab::connector(Server::Main).connect().await.unwrap();
    let waits = "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                        AND (classid::bigint << 32 | objid::bigint) = ";
    let (upgraded, ()) = tokio::join!(namespace::upgrade(&mut upgrading, &row), async {
        wait_until(&lab, &format!("{waits}{key})")).await;
        lab.sql("SET lock_timeout = '2s'").await;
        lab.write("account-1", "T").await.map_err(shown).unwrap();
        other.batch_execute("COMMIT").await.unwrap();
    });
    upgraded.map_err(shown).unwrap();
}

/// A hold that is placed while an archive is being given up is seen before that is done, or comes when it is over: nothing in
/// between.
#[tokio::test]
async fn a_hold_that_is_placed_while_an_archive_expires_or_a_chunk_is_thrown_away_keeps_it() {
    if skip_where_nobody_waits().await {
        return;
    }
    let place = ["holds", "place", "--case", "7", "--stream", "account-0"];
    let expire = ["lifecycle", "run"];
    let prune = ["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"];
    let discard = ["chunks", "drop", "--older-than", "0d", "--unarchived", "--yes"];
    let erase = ["archives", "erase", "--stream", "account-0", "--reason", "r", "--yes"];
    for (command, step, is_archived) in [
        (&expire[..], "expire.tell.before", true),
        (&prune[..], "expire.put-tombstone.before", true),
        (&discard[..], "lifecycle.lock.after", false),
        (&erase[..], "erase.lock.before", false),
    ] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(1, 40).await;
        if is_archived {
            lab.archive_all().await;
            lab.sql(
                "INSERT INTO eventodb_store.policies (namespace, archive_after, expire_archives_after)
                 VALUES ({{namespace_text}}, '0', '1 day')",
            )
            .await;
        }
        let objects = |lab: &Lab| {
            let mut found = walk(lab.dir.path());
            found.retain(|path| !path.ends_with("owner.json") && !path.to_str().unwrap().contains("/holds/"));
            found.sort();
            found
        };
        let before = objects(&lab);
        let mut running = start_held(&lab, command, &[step]);
        running.until(step).await;
        // The transaction that gives it up has not asked for the last time: whoever places a hold does not wait for it.
        run(&lab, &place).await.succeeds();
        running.let_go();
        running.ended().await.fails(4, "case 7");
        assert_eq!(objects(&lab), before, "{command:?}");
        lab.assert_covered().await;
        assert!(lab.export().await.unwrap() == lines, "{command:?}: the export differs");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}
