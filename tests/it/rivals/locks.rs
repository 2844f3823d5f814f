//! Transactions that hold the chunk: open ones with rows in it, readers in the way of the drop.

use eventodb_admin::Kind;
use eventodb_admin::archive;
use eventodb_admin::archive::{AfterVerify, State};

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};
use super::program::{ARCHIVE, run, start_armed, start_held, wait_until, wait_until_queued};

const LATE: &str = "INSERT INTO {{schema}}.messages (time, position, stream_name, type) VALUES ('2013-01-03T12:00:00Z', 0, 'late-1', 'Late')";

/// A session in the midst of a transaction that has run `sql`.
async fn open_transaction(lab: &Lab, sql: &str) -> eventodb_admin::db::Db {
    let session = lab.another_session().await;
    session.batch_execute(&lab.scope.render(&format!("BEGIN; {sql}")).unwrap()).await.unwrap();
    session
}

#[tokio::test]
async fn an_open_transaction_is_waited_for_and_its_rows_are_archived_once_it_commits() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let table = lab.closed().await.remove(0).table.to_string();
    let writer = open_transaction(&lab, LATE).await;
    let run = start_armed(&lab, &[&ARCHIVE[..], &["--lock-timeout", "300ms"]].concat(), "");
    // It takes its request back, with the writers who queue behind it, and comes again.
    wait_until_queued(&lab, &table, "%").await;
    let is_queued = "EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass)";
    wait_until(&lab, &format!("NOT {}", is_queued.replace("{table}", &table))).await;
    wait_until_queued(&lab, &table, "%").await;
    writer.batch_execute("COMMIT").await.unwrap();
    run.ended().await.succeeds();
    assert_eq!(lab.archives().await[0].message_count, Some(101));
    lab.assert_covered().await;
}

#[tokio::test]
async fn the_sql_function_waits_for_an_open_transaction_and_keeps_the_chunk_that_it_has_written_to() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 100).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    let writer = open_transaction(&lab, LATE).await;
    let dropper = lab.another_session().await;
    let pid: i32 = dropper.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    let sql = lab.scope.render("SELECT count(*) FROM {{schema}}.drop_chunks_older_than('1 year')").unwrap();
    let dropped = tokio::spawn(async move { dropper.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0) });
    wait_until(&lab, &format!("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid = {pid})")).await;
    writer.batch_execute("COMMIT").await.unwrap();
    assert_eq!(dropped.await.unwrap(), 0);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "101");
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_open_transaction_that_rolls_back_leaves_nothing_in_the_archive() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    let table = lab.closed().await.remove(0).table.to_string();
    let writer = open_transaction(&lab, LATE).await;
    let run = start_armed(&lab, &ARCHIVE, "");
    wait_until_queued(&lab, &table, "%").await;
    writer.batch_execute("ROLLBACK").await.unwrap();
    run.ended().await.succeeds();
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn an_open_transaction_that_stays_fails_the_run_with_what_to_do_and_the_next_archives_its_rows() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    let writer = open_transaction(&lab, LATE).await;
    let out =
        start_armed(&lab, &[&ARCHIVE[..], &["--lock-timeout", "200ms"]].concat(), "retry.once=error").ended().await;
    out.fails(1, "55P03");
    assert!(out.stderr.contains("writer") && out.stderr.contains("run it again"), "{out:?}");
    // The other chunk was nobody's.
    assert!(out.stderr.contains("1 done; 1 chunk failed"), "{out:?}");
    // Nobody is kept out for it meanwhile.
    lab.sql(&LATE.replace("'late-1'", "'late-2'")).await;
    writer.batch_execute("COMMIT").await.unwrap();
    lab.assert_covered().await;
    run(&lab, &ARCHIVE).await.succeeds();
    let mut archived: Vec<_> =
        lab.archives().await.iter().filter(|a| a.state == State::Dropped).map(|a| a.message_count).collect();
    archived.sort();
    assert_eq!(archived, [Some(100), Some(102)]);
    lab.assert_covered().await;
}

/// Others go on while a reader keeps a run from its drop: the run must not stand in everybody's way behind it.
async fn a_reader_holds_the_drop_up(reading: &str) {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(1, 100).await;
    // The chunk of now is there.
    lab.write("fresh-1", "T").await.unwrap();
    let chunk = lab.closed().await.remove(0);
    let table = chunk.table.to_string();
    let reader = open_transaction(&lab, reading).await;
    let run_ = start_armed(&lab, &ARCHIVE, "retry.once=error");
    wait_until_queued(&lab, &table, "AccessExclusiveLock").await;
    // The reader still holds the chunk while these come to their ends.
    lab.write("fresh-1", "T").await.unwrap();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "102");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.get_stream_messages('fresh-1')").await, "2");
    let out = run_.ended().await;
    out.fails(1, "hint: a reader ");
    lab.assert_covered().await;
    // And it is the reader's for as long as it likes.
    reader.batch_execute("COMMIT").await.unwrap();
    run(&lab, &ARCHIVE).await.succeeds();
    let archives = lab.archives().await;
    let states: Vec<_> = archives.iter().map(|a| (a.generation, a.state)).collect();
    if lab.db.server.supports_freeze() {
        assert_eq!(states, [(1, State::Dropped)], "it was uploaded again");
    } else {
        assert_eq!(states, [(1, State::Failed), (2, State::Dropped)]);
    }
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'fresh-1'").await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn a_long_query_in_the_way_of_the_drop_holds_up_nobody_else() {
    if skip_where_nobody_waits().await {
        return;
    }
    a_reader_holds_the_drop_up("SELECT count(*) FROM {{schema}}.messages").await;
}

#[tokio::test]
async fn a_vacuum_in_the_way_of_the_drop_is_waited_for_until_the_server_ends_it_and_holds_up_nobody_else() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if !lab.db.server.supports_freeze() {
        eprintln!(
            "SKIPPED: it needs a server whose chunks can be frozen: on others the export's lock keeps a vacuum out"
        );
        return;
    }
    let lines = lab.fill(1, 100).await;
    let table = lab.closed().await.remove(0).table.to_string();
    let mut held = start_held(&lab, &ARCHIVE, &["freeze.lock-out-vacuum.before"]);
    held.until("freeze.lock-out-vacuum.before").await;
    // The lock of a vacuum.
    let vacuum = open_transaction(&lab, &format!("LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE")).await;
    held.let_go();
    // The server ends an automatic one for whom it has kept waiting so long.
    wait_until(
        &lab,
        &format!(
            "EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass
                AND clock_timestamp() - waitstart > current_setting('deadlock_timeout')::interval)"
        ),
    )
    .await;
    // Who reads meanwhile does not queue, and neither would a writer.
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "100");
    lab.try_sql(&format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE NOWAIT; COMMIT")).await.unwrap();
    vacuum.batch_execute("ROLLBACK").await.unwrap();
    held.ended().await.succeeds();
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    assert!(lab.export().await.unwrap() == lines, "the export differs");
}

#[tokio::test]
async fn a_cursor_in_the_way_of_the_drop_holds_up_nobody_else() {
    if skip_where_nobody_waits().await {
        return;
    }
    a_reader_holds_the_drop_up(
        "DECLARE all_of_it CURSOR FOR SELECT * FROM {{schema}}.messages; FETCH 1 FROM all_of_it",
    )
    .await;
}

#[tokio::test]
async fn a_backup_in_the_way_of_the_drop_sees_every_message_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    // As pg_dump does it: one snapshot, all locks first.
    let dump = open_transaction(
        &lab,
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; LOCK TABLE {{schema}}.messages IN ACCESS SHARE MODE;
         SELECT count(*) FROM {{schema}}.heads",
    )
    .await;
    start_armed(&lab, &ARCHIVE, "retry.once=error").ended().await;
    let seen = dump.query_one(&lab.scope.render("SELECT count(*) FROM {{schema}}.messages").unwrap(), &[]).await;
    let ledger = dump
        .query_one(
            &lab.scope
                .render("SELECT count(*) FROM eventodb_store.archives WHERE namespace = {{namespace_text}}")
                .unwrap(),
            &[],
        )
        .await;
    // A chunk that its snapshot still knows cannot be read any more once it is dropped: that fails, it does not skip.
    if let (Ok(seen), Ok(ledger)) = (seen, ledger) {
        assert_eq!((seen.get::<_, i64>(0), ledger.get::<_, i64>(0)), (200, 0));
    }
    dump.batch_execute("ROLLBACK").await.unwrap();
    run(&lab, &ARCHIVE).await.succeeds();
    lab.assert_covered().await;
}

#[tokio::test]
async fn an_empty_chunk_that_a_reader_holds_is_left_for_the_next_run() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 10).await;
    lab.sql("DELETE FROM {{schema}}.messages; UPDATE {{schema}}.heads SET messages = 0").await;
    let reader = open_transaction(&lab, "SELECT count(*) FROM {{schema}}.messages").await;
    start_armed(&lab, &ARCHIVE, "retry.once=error").ended().await.fails(1, "55P03");
    reader.batch_execute("COMMIT").await.unwrap();
    lab.sql("SELECT 1").await;
    run(&lab, &ARCHIVE).await.succeeds();
    assert!(lab.closed().await.is_empty());
    lab.assert_covered().await;
}

#[tokio::test]
async fn messages_whose_copy_is_being_pruned_cannot_be_deleted_until_the_ledger_knows() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    let closed = lab.closed().await;
    lab.archive(&closed, AfterVerify::Keep).await;
    let prune = ["archives", "prune", "--older-than", "1d", "--yes", "--confirm-count", "1"];
    let mut run = start_held(&lab, &prune, &["prune.tell.before"]);
    run.until("prune.tell.before").await;
    let rival = lab.another_session().await;
    rival.batch_execute("SET lock_timeout = '200ms'").await.unwrap();
    let delete = lab.scope.render("DELETE FROM {{schema}}.messages").unwrap();
    assert_eq!(rival.batch_execute(&delete).await.unwrap_err().code().unwrap().code(), "55P03");
    run.let_go();
    run.ended().await.succeeds();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "20");
}

/// What is found free under the lock is free until the commit.
#[tokio::test]
async fn writers_wait_while_archives_are_entered_again_or_copied_into_their_namespace() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    lab.archive_all().await;
    let id = lab.archives().await[0].id.to_string();
    let into = Lab::new(Server::Main).await;
    let copy = ["archives", "rehydrate", &id, "--into", into.scope.namespace()];
    let waits = async |rival: &Lab| {
        let session = rival.another_session().await;
        session.batch_execute("SET lock_timeout = '200ms'").await.unwrap();
        let refused = session.batch_execute(&rival.scope.render(LATE).unwrap()).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "55P03");
    };
    let mut run = start_held(&lab, &copy, &["into.raise.before"]);
    run.until("into.raise.before").await;
    waits(&into).await;
    run.let_go();
    run.ended().await.succeeds();
    lab.sql("DELETE FROM eventodb_store.archives WHERE namespace = {{namespace_text}}").await;
    let mut run = start_held(&lab, &["archives", "sync"], &["sync.enter.before"]);
    run.until("sync.enter.before").await;
    waits(&lab).await;
    run.let_go();
    run.ended().await.succeeds();
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_message_that_was_on_its_way_when_the_loss_was_confirmed_is_not_thrown_away_with_the_others() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(1, 20).await;
    let chunk = lab.closed().await.remove(0);
    let confirmed = archive::discard::count(&mut lab.db, &lab.scope, &chunk).await.map_err(shown).unwrap();
    let writer = open_transaction(&lab, LATE).await;
    let (mut session, scope) = (lab.another_session().await, lab.scope.clone());
    let is_queued =
        format!("EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{}'::regclass)", chunk.table);
    let discard =
        tokio::spawn(
            async move { archive::discard::discard(&mut session, &scope, &chunk, &confirmed).await.map(|_| ()) },
        );
    wait_until(&lab, &is_queued).await;
    writer.batch_execute("COMMIT").await.unwrap();
    assert_eq!(discard.await.unwrap().unwrap_err().kind(), Kind::Conflict);
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "21");
}

#[tokio::test]
async fn nobody_thaws_writes_to_and_freezes_a_chunk_between_its_last_count_and_its_drop() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if !lab.db.server.supports_freeze() {
        return;
    }
    lab.fill(1, 20).await;
    let table = lab.closed().await.remove(0).table;
    let mut run = start_held(&lab, &ARCHIVE, &["drop.lock.before"]);
    run.until("drop.lock.before").await;
    let rival = lab.another_session().await;
    let thaw = format!("SELECT _timescaledb_functions.unfreeze_chunk('{table}')");
    let freeze = format!("SELECT _timescaledb_functions.freeze_chunk('{table}')");
    let late = lab.scope.render(LATE).unwrap();
    rival.batch_execute("SET lock_timeout = '200ms'").await.unwrap();
    let written = rival.batch_execute(&format!("{thaw}; {late}; {freeze}")).await;
    assert_eq!(written.unwrap_err().code().unwrap().code(), "55P03");
    run.let_go();
    run.ended().await.succeeds();
    lab.assert_covered().await;
}

#[tokio::test]
async fn a_chunk_is_not_compressed_between_the_looks_of_an_erasure() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    if super::skip_without(lab.db.server.supports_compression(), "compression") {
        return;
    }
    lab.fill(1, 100).await;
    let chunk = lab.closed().await.remove(0);
    let erase = ["archives", "erase", "--stream", "account-1", "--reason", "asked for", "--yes"];
    let mut held = start_held(&lab, &erase, &["erase.lock.after", "erase.live.after"]);
    let rival = lab.another_session().await;
    rival.batch_execute("SET lock_timeout = '200ms'").await.unwrap();
    let compress = lab.scope.render(&format!("SELECT {{{{extension}}}}.compress_chunk('{}'::regclass)", chunk.table));
    let compress = compress.unwrap();
    // A compression writes the chunk anew: what an older snapshot sees of it is empty, and nothing would be found to erase.
    for step in ["erase.lock.after", "erase.live.after"] {
        held.until(step).await;
        let refused = rival.batch_execute(&compress).await.unwrap_err();
        assert_eq!(refused.code().map(tokio_postgres::error::SqlState::code), Some("55P03"), "{step}: {refused}");
        held.step();
    }
    held.let_go();
    held.ended().await.succeeds();
    let left = "SELECT count(*) FROM {{schema}}.messages WHERE stream_name = 'account-1' AND data IS NOT NULL";
    assert_eq!(lab.one(left).await, "0");
    rival.batch_execute(&compress).await.unwrap();
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "100");
}
