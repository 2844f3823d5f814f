//! What other sessions try at every moment between the copy and the drop.

use eventodb_admin::archive::State;
use eventodb_admin::chunks::ChunkRow;
use eventodb_admin::db::Db;

use super::lab::{Lab, Server, skip_where_nobody_waits};
use super::program::{ARCHIVE, Running, run, start_held, wait_until_queued};
use super::skip_without;

/// Every step between the copy and the drop, in order.
fn moments(lab: &Lab) -> &'static [&'static str] {
    if lab.db.server.supports_freeze() {
        &[
            "freeze.freeze.after",
            "archive.copying",
            "archive.finish-object.before",
            "archive.finish-object.after",
            "freeze.end-export.after",
            "archive.tell-exported.after",
            "archive.put-manifest.after",
            "archive.tell-uploaded.after",
            "archive.read-back.after",
            "archive.tell-verified.after",
            "drop.lock.after",
            "drop.tell.after",
            "drop.drop.after",
        ]
    } else {
        &[
            "lock.lock.after",
            "archive.copying",
            "archive.finish-object.before",
            "archive.finish-object.after",
            "archive.tell-exported.after",
            "archive.put-manifest.after",
            "archive.tell-uploaded.after",
            "archive.read-back.after",
            "archive.tell-verified.after",
            "drop.lock.after",
            "drop.tell.after",
            "drop.drop.after",
        ]
    }
}

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'Late')";

/// What a rival does to a chunk.
fn statements(lab: &Lab, chunk: &ChunkRow) -> Vec<(&'static str, String)> {
    let table = &chunk.table;
    let mut all = vec![
        ("insert", LATE.to_owned()),
        ("insert into the chunk", LATE.replace("{{schema}}.messages", &table.to_string())),
        ("update", "UPDATE {{schema}}.messages SET type = 'Other' WHERE time < '2013-02-01' AND stream_name = 'account-0'".into()),
        ("delete", "DELETE FROM {{schema}}.messages WHERE time < '2013-02-01' AND stream_name = 'account-0'".into()),
        (
            "upsert",
            "INSERT INTO {{schema}}.messages SELECT * FROM {{schema}}.messages WHERE time < '2013-02-01'
             ON CONFLICT DO NOTHING".into(),
        ),
        ("truncate", format!("TRUNCATE {table}")),
        ("drop table", format!("DROP TABLE {table}")),
        (
            "drop_chunks",
            "SELECT {{extension}}.drop_chunks('{{schema_text}}.messages'::regclass, '2014-01-01T00:00:00Z'::timestamptz)".into(),
        ),
        ("drop_chunk", format!("SELECT _timescaledb_functions.drop_chunk('{table}')")),
        ("add a column", "ALTER TABLE {{schema}}.messages ADD COLUMN tenant text".into()),
    ];
    if lab.db.server.supports_compression() {
        let call = |function: &str| format!("SELECT {{{{extension}}}}.{function}('{table}'::regclass)");
        all.push(("compress", call("compress_chunk")));
        all.push(("decompress", call("decompress_chunk")));
        all.push((
            "recompress",
            format!("SELECT {{{{extension}}}}.compress_chunk('{table}'::regclass, recompress => true)"),
        ));
    }
    all
}

/// By these a chunk that is only frozen can be taken away: its owner may, and neither the archive nor the ledger is
/// wrong for it.
fn may_destroy_what_is_frozen(name: &str) -> bool {
    ["drop table", "add a column"].contains(&name)
}

async fn rival(lab: &Lab) -> Db {
    let session = lab.another_session().await;
    session.batch_execute("SET lock_timeout = '60ms'").await.unwrap();
    session
}

async fn copy_in(lab: &Lab, session: &Db) -> Result<u64, tokio_postgres::Error> {
    use futures::SinkExt as _;
    let sql = lab.scope.render("COPY {{schema}}.messages (time, position, stream_name, type) FROM STDIN").unwrap();
    let sink = session.copy_in::<_, bytes::Bytes>(&sql).await?;
    let mut sink = std::pin::pin!(sink);
    sink.send("2013-01-03T12:00:00Z\t0\tlate-2\tLate\n".into()).await?;
    sink.finish().await
}

/// A lock in the way, or a frozen chunk's refusal.
#[track_caller]
fn is_kept_out(what: &str, moment: &str, result: Result<(), tokio_postgres::Error>) {
    let code = match result {
        Ok(()) => panic!("{what} was let in at {moment}"),
        Err(e) => e.code().unwrap_or_else(|| panic!("{what} at {moment}: {e}")).code().to_owned(),
    };
    assert!(["55P03", "55000", "0A000"].contains(&code.as_str()), "{what} at {moment}: {code}");
}

/// Tries everything at every step of a run; nothing may come through, and all that was there must be archived.
async fn nobody_comes_between(mut lab: Lab, lines: &str) {
    let chunk = lab.closed().await.remove(0);
    let statements = statements(&lab, &chunk);
    let session = rival(&lab).await;
    let freezes = lab.db.server.supports_freeze();
    let mut run = start_held(&lab, &ARCHIVE, moments(&lab));
    let mut seen = Vec::new();
    while let Some(moment) = run.arrives().await {
        // The export and the drop hold locks; in between a frozen chunk's owner may still destroy it.
        let only_frozen = freezes
            && !(moment.starts_with("drop.") || moment == "archive.copying" || moment.starts_with("archive.object"));
        for (what, sql) in &statements {
            if only_frozen && may_destroy_what_is_frozen(what) {
                continue;
            }
            let sql = lab.scope.render(sql).unwrap();
            let result = session.batch_execute(&sql).await;
            // What is frozen is passed by, and what is so already is left so, without a word.
            let changes_nothing = match *what {
                "drop_chunks" => freezes,
                "decompress" => !chunk.is_compressed,
                "compress" => chunk.is_compressed,
                _ => false,
            };
            if !(changes_nothing && result.is_ok()) {
                is_kept_out(what, &moment, result);
            }
            let live = lab.one(&format!("SELECT to_regclass('{}') IS NOT NULL", chunk.table)).await;
            assert_eq!(live, "t", "{what} at {moment} took the chunk away");
        }
        is_kept_out("copy", &moment, copy_in(&lab, &session).await.map(|_| ()));
        if !seen.contains(&moment) {
            seen.push(moment);
        }
        run.step();
    }
    run.ended().await.succeeds();
    assert_eq!(seen, moments(&lab));
    // The range is free again: what is late now becomes its second part.
    session.batch_execute(&lab.scope.render(LATE).unwrap()).await.unwrap();
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    lab.assert_covered().await;
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'late-1'").await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn nothing_comes_between_the_copy_and_the_drop() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 4000).await;
    nobody_comes_between(lab, &lines).await;
}

#[tokio::test]
async fn nothing_comes_between_the_copy_and_the_drop_of_a_compressed_chunk() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if skip_without(lab.db.server.supports_compression(), "compression") {
        return;
    }
    let lines = lab.fill(1, 4000).await;
    let chunk = lab.closed().await.remove(0);
    lab.sql(&format!("SELECT {{{{extension}}}}.compress_chunk('{}'::regclass)", chunk.table)).await;
    nobody_comes_between(lab, &lines).await;
}

/// A run that is held at a step, with one chunk of 100 messages.
async fn held_at(lab: &Lab, step: &str) -> Running {
    let mut run = start_held(lab, &ARCHIVE, &[step]);
    run.until(step).await;
    run
}

#[tokio::test]
async fn writers_that_wait_for_the_drop_go_into_a_new_chunk_or_are_told_that_they_failed() {
    if skip_where_nobody_waits().await {
        return;
    }
    for what in ["insert", "copy", "update", "delete"] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(1, 100).await;
        let table = lab.closed().await.remove(0).table;
        let mut run = held_at(&lab, "drop.lock.after").await;
        let session = lab.another_session().await;
        session
            .batch_execute(&format!("SET lock_timeout = 0; SET application_name = '{}'", lab.scope.namespace()))
            .await
            .unwrap();
        let sql = match what {
            "update" => "UPDATE {{schema}}.messages SET type = 'Other' WHERE time < '2013-02-01'",
            "delete" => "DELETE FROM {{schema}}.messages WHERE time < '2013-02-01'",
            _ => LATE,
        };
        let sql = lab.scope.render(sql).unwrap();
        let writes = async {
            if what == "copy" { copy_in(&lab, &session).await.map(|_| ()) } else { session.batch_execute(&sql).await }
        };
        let goes_on = async {
            crate::rivals::program::wait_until(
                &lab,
                &format!(
                    "EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted
                      AND a.application_name = '{}' AND a.query ~ '^(INSERT|COPY|UPDATE|DELETE)')
                     AND to_regclass('{table}') IS NOT NULL",
                    lab.scope.namespace()
                ),
            )
            .await;
            run.let_go();
        };
        let (written, ()) = tokio::join!(writes, goes_on);
        run.ended().await.succeeds();
        let live = if what != "update" && what != "delete" && written.is_ok() { "1" } else { "0" };
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, live, "{what}: {written:?}");
        lab.assert_covered().await;
        lab.rehydrate_all().await;
        lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name LIKE 'late-%'").await;
        assert!(lab.export().await.unwrap() == lines, "{what}: the export differs");
    }
}

#[tokio::test]
async fn a_reader_who_waits_for_the_drop_misses_nothing_without_being_told() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    lab.write("fresh-1", "T").await.unwrap();
    let table = lab.closed().await.remove(0).table.to_string();
    let mut run = held_at(&lab, "drop.lock.after").await;
    let session = lab.another_session().await;
    session
        .batch_execute(&format!("SET lock_timeout = 0; SET application_name = '{}'", lab.scope.namespace()))
        .await
        .unwrap();
    let sql = lab.scope.render("SELECT count(*) FROM {{schema}}.messages").unwrap();
    let reads = session.query_one(&sql, &[]);
    let goes_on = async {
        wait_until_queued(&lab, &table, "AccessShareLock").await;
        run.let_go();
    };
    let (read, ()) = tokio::join!(reads, goes_on);
    run.ended().await.succeeds();
    // Either it fails, or it has read what is live now; a part of the chunk it never reads.
    if let Ok(row) = read {
        assert_eq!(row.get::<_, i64>(0), 1);
    }
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_chunk_dropped_by_others_before_the_copy_is_told_as_a_hole_and_never_as_archived() {
    if skip_where_nobody_waits().await {
        return;
    }
    for sql in [
        "SELECT {{extension}}.drop_chunks('{{schema_text}}.messages'::regclass, '2014-01-01T00:00:00Z'::timestamptz)",
        "DROP TABLE {{chunk}}",
    ] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(1, 100).await;
        let table = lab.closed().await.remove(0).table.to_string();
        let mut run = held_at(&lab, "archive.enter.after").await;
        lab.sql(&sql.replace("{{chunk}}", &table)).await;
        run.let_go();
        let out = run.ended().await;
        out.fails(3, "does not exist");
        assert!(!out.stderr.contains("refuses writers"), "{out:?}");
        assert_eq!(lab.archives().await.iter().map(|a| a.state).collect::<Vec<_>>(), [State::Failed]);
        run_coverage(&lab, 5, "100 messages are missing").await;
        run_archive_has_nothing_to_do(&lab).await;
    }
}

async fn run_coverage(lab: &Lab, code: i32, text: &str) {
    let out = run(lab, &["coverage"]).await;
    assert_eq!(out.code, Some(code), "{out:?}");
    assert!(format!("{}{}", out.stdout, out.stderr).contains(text), "{out:?}");
}

async fn run_archive_has_nothing_to_do(lab: &Lab) {
    let out = run(lab, &ARCHIVE).await;
    out.succeeds();
    assert!(out.stderr.contains("nothing to archive"), "{out:?}");
}

#[tokio::test]
async fn a_frozen_chunk_destroyed_by_its_owner_is_in_its_archive_or_told_as_a_hole() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    if skip_without(lab.db.server.supports_freeze(), "chunks that can be frozen") {
        return;
    }
    for step in ["freeze.freeze.after", "freeze.end-export.after", "archive.tell-verified.after"] {
        let mut lab = Lab::new(Server::Main).await;
        let lines = lab.fill(1, 100).await;
        let table = lab.closed().await.remove(0).table;
        let mut held = held_at(&lab, step).await;
        lab.sql(&format!("DROP TABLE {table}")).await;
        held.let_go();
        held.ended().await.fails(3, "does not exist");
        let states: Vec<_> = lab.archives().await.iter().map(|a| a.state).collect();
        if step == "freeze.freeze.after" {
            assert_eq!(states, [State::Failed]);
            run_coverage(&lab, 5, "100 messages are missing").await;
            continue;
        }
        // Copied before it went: what was read back from the store serves.
        assert_eq!(states, [State::Verified], "{step}");
        run_archive_has_nothing_to_do(&lab).await;
        lab.rehydrate(lab.archives().await[0].id).await.unwrap();
        assert!(lab.export().await.unwrap() == lines, "{step}: the export differs");
        lab.assert_covered().await;
    }
}

#[tokio::test]
async fn a_namespace_cleared_in_mid_archive_has_no_archive_of_its_former_life() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    if skip_without(lab.db.server.supports_freeze(), "chunks that can be frozen") {
        return;
    }
    for step in [
        "freeze.end-export.after",
        "archive.tell-exported.after",
        "archive.tell-uploaded.after",
        "archive.tell-verified.after",
    ] {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(1, 100).await;
        let mut held = held_at(&lab, step).await;
        lab.sql("TRUNCATE {{schema}}.messages").await;
        held.let_go();
        let out = held.ended().await;
        assert!(out.code != Some(0) && !out.stderr.contains("refuses writers"), "{step}: {out:?}");
        let states: Vec<_> = lab.archives().await.iter().map(|a| a.state).collect();
        assert!(states.iter().all(|s| [State::Failed, State::Expired].contains(s)), "{step}: {states:?}");
        assert_eq!(lab.write("account-0", "T").await.unwrap(), 0);
        lab.assert_covered().await;
        run_archive_has_nothing_to_do(&lab).await;
    }
}

#[tokio::test]
async fn policies_that_fire_in_mid_archive_pass_the_chunk_by() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if skip_without(lab.db.server.supports_compression(), "policies") {
        return;
    }
    let lines = lab.fill(1, 4000).await;
    let table = lab.closed().await.remove(0).table;
    let compress = lab
        .one("SELECT {{extension}}.add_compression_policy('{{schema_text}}.messages'::regclass, interval '1 day')")
        .await;
    let retain = lab
        .one("SELECT {{extension}}.add_retention_policy('{{schema_text}}.messages'::regclass, interval '1 day')")
        .await;
    // Fired by hand alone: the server's own workers would make the test one of chance.
    lab.sql(&format!("SELECT {{{{extension}}}}.alter_job({compress}, scheduled => false), {{{{extension}}}}.alter_job({retain}, scheduled => false)")).await;
    let session = rival(&lab).await;
    let mut run = start_held(&lab, &ARCHIVE, moments(&lab));
    while let Some(moment) = run.arrives().await {
        for job in [&compress, &retain] {
            // It may be refused, or find nothing to do.
            let _ = session
                .batch_execute(&lab.scope.render(&format!("CALL {{{{extension}}}}.run_job({job})")).unwrap())
                .await;
        }
        let live = lab.one(&format!("SELECT to_regclass('{table}') IS NOT NULL")).await;
        assert_eq!(live, "t", "dropped at {moment}");
        run.step();
    }
    let out = run.ended().await;
    out.succeeds();
    assert!(out.stderr.contains("retention policy"), "{out:?}");
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    // They do not stay away for ever: a chunk that is back is theirs again, and what they take is still archived.
    lab.sql(&format!("CALL {{{{extension}}}}.run_job({retain})")).await;
    assert!(lab.closed().await.is_empty());
    let id = lab.archives().await[0].id;
    lab.rehydrate(id).await.unwrap();
    assert!(lab.export().await.unwrap() == lines, "the export differs");
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_chunk_that_somebody_thaws_and_writes_to_is_not_dropped_even_if_it_is_frozen_again() {
    if skip_where_nobody_waits().await {
        return;
    }
    let thaw = "SELECT _timescaledb_functions.unfreeze_chunk('{chunk}')";
    let freeze = "SELECT _timescaledb_functions.freeze_chunk('{chunk}')";
    for rival in [vec![thaw, LATE], vec![thaw, LATE, freeze]] {
        let mut lab = Lab::new(Server::Main).await;
        if !lab.db.server.supports_freeze() {
            eprintln!("NOT TESTED HERE: thawing a chunk; this needs TimescaleDB Community 2.24 or later");
            return;
        }
        lab.fill(1, 100).await;
        let chunk = lab.closed().await.remove(0).table.to_string();
        let mut held = start_held(&lab, &ARCHIVE, &["archive.tell-verified.after"]);
        held.until("archive.tell-verified.after").await;
        for statement in &rival {
            lab.sql(&statement.replace("{chunk}", &chunk)).await;
        }
        held.let_go();
        held.ended().await.fails(5, "nothing was dropped");
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
        lab.assert_covered().await;
        run(&lab, &ARCHIVE).await.succeeds();
        lab.assert_covered().await;
        lab.rehydrate_all().await;
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
    }
}
