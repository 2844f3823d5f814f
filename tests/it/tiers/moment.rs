//! Readers of every isolation level beside archives that come and go: each message is seen once, or the statement fails so that
//! it may be run again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use eventodb_admin::db::Db;
use eventodb_admin::db::queries::serve::{self, SessionVisibility};

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};
use super::stand_in::{answer, application, served, soon};

pub const LEVELS: [&str; 3] = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];
const ALL: &str = "SELECT count(*), count(DISTINCT id), sum(global_position) FROM {{schema}}.messages";
/// What may be run again.
pub const PASSING: [&str; 3] = ["40001", "40P01", "55P03"];

#[tokio::test]
async fn a_snapshot_from_before_a_return_is_told_to_read_again() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 50).await;
    let app = application(&lab).await;
    for level in LEVELS {
        lab.archive_all().await;
        app.batch_execute(&format!("BEGIN ISOLATION LEVEL {level}; SELECT 1")).await.unwrap();
        lab.rehydrate_all().await;
        let found = answer(&lab, &app, ALL).await;
        app.batch_execute("ROLLBACK").await.unwrap();
        // In READ COMMITTED, too: whether a statement has looked for its chunks before, nobody can tell.
        assert_eq!(found, Err("40001".to_owned()), "{level}");
        assert_eq!(soon(&lab, &app, ALL).await.unwrap(), "(100,100,5050)", "{level}");
    }
    far.end(&mut lab).await;
}

#[tokio::test]
async fn what_comes_back_waits_for_those_who_ask_for_it() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 50).await;
    lab.archive_all().await;
    let app = application(&lab).await;
    app.batch_execute("BEGIN").await.unwrap();
    assert_eq!(answer(&lab, &app, ALL).await.unwrap(), "(100,100,5050)");
    let id = lab.archives().await[0].id;
    let twin = lab.twin().await;
    let back = tokio::spawn(async move { twin.rehydrate(id).await.map_err(shown) });
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(!back.is_finished(), "a reader still counts on its being archived");
    // Others are held up for a turn at most, and writers not at all.
    assert_eq!(lab.write("new-1", "A").await.unwrap(), 0);
    assert_eq!(answer(&lab, &app, ALL).await.unwrap(), "(101,101,5151)");
    app.batch_execute("COMMIT").await.unwrap();
    back.await.unwrap().unwrap();
    assert_eq!(soon(&lab, &app, ALL).await.unwrap(), "(101,101,5151)");
    far.end(&mut lab).await;
}

#[tokio::test]
async fn a_return_in_plain_sql_is_announced_as_well() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(1, 20).await;
    lab.archive_all().await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.returned").await, "0");
    let app = application(&lab).await;
    app.batch_execute("BEGIN").await.unwrap();
    answer(&lab, &app, ALL).await.unwrap();
    let tell = "SET lock_timeout = '300ms'; UPDATE eventodb_store.archives SET state = 'rehydrated' WHERE namespace = {{namespace_text}}";
    let refused = lab.try_sql(tell).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "55P03");
    app.batch_execute("COMMIT").await.unwrap();
    lab.sql(tell).await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.returned WHERE visible_at IS NULL").await, "1");
    // Nobody has noted when it was over: the far end's session remembers since when it has seen it.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1";
    let pid: i32 = app.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    let moment = format!("SELECT {{{{schema}}}}.archived_moment({pid})");
    app.batch_execute(begin).await.unwrap();
    for _ in 0..2 {
        assert_eq!(lab.one(&moment).await, "f");
    }
    let mut found = String::new();
    for _ in 0..300 {
        app.batch_execute(&format!("ROLLBACK; {begin}")).await.unwrap();
        found = lab.one(&moment).await;
        if found == "t" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(found, "t");
    app.batch_execute("ROLLBACK").await.unwrap();
    far.end(&mut lab).await;
}

/// Reads until it is told to stop. Counts what was whole; a statement that fails otherwise than so that it may be run again, or
/// gives another answer, is a fault.
async fn read_on(db: Db, lab: Arc<Lab>, level: &'static str, read: String, expected: String, state: Arc<State>) {
    while !state.stop.load(Ordering::Relaxed) {
        db.batch_execute(&format!("BEGIN ISOLATION LEVEL {level}")).await.unwrap();
        // The second one has the snapshot of the first, but in READ COMMITTED.
        for _ in 0..2 {
            match answer(&lab, &db, &read).await {
                Ok(found) => {
                    assert_eq!(found, expected, "{level} {read}");
                    state.whole.fetch_add(1, Ordering::Relaxed);
                }
                Err(code) => {
                    assert!(PASSING.contains(&code.as_str()), "{level} {read}: {code}");
                    state.again.fetch_add(1, Ordering::Relaxed);
                    break;
                }
            }
        }
        db.batch_execute("ROLLBACK").await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[derive(Default)]
struct State {
    stop: AtomicBool,
    whole: AtomicUsize,
    again: AtomicUsize,
}

/// Archives come and go beside six readers, for so long.
pub async fn come_and_go(lab: Lab, time: Duration) -> Lab {
    let lab = Arc::new(lab);
    let state = Arc::new(State::default());
    let app = application(&lab).await;
    let reads = [
        ALL,
        "SELECT count(*), count(DISTINCT id) FROM {{schema}}.get_category_messages('account', 1, -1)",
        "SELECT string_agg(position::text, ',') FROM {{schema}}.get_stream_messages('account-1')",
        "SELECT count(*), min(global_position) FROM {{schema}}.get_category_messages('', 30, 100)",
    ];
    let mut readers = Vec::new();
    for (i, level) in LEVELS.into_iter().cycle().take(6).enumerate() {
        let read = reads[(i + i / 3) % reads.len()].to_owned();
        let expected = answer(&lab, &app, &read).await.unwrap();
        let db = application(&lab).await;
        readers.push(tokio::spawn(read_on(db, Arc::clone(&lab), level, read, expected, Arc::clone(&state))));
    }
    let end = tokio::time::Instant::now() + time;
    let mut cycles = 0;
    while tokio::time::Instant::now() < end && !readers.iter().any(tokio::task::JoinHandle::is_finished) {
        lab.archive_all().await;
        for archive in lab.archives().await.iter().filter(|a| a.state == eventodb_admin::archive::State::Dropped) {
            lab.rehydrate(archive.id).await.map_err(shown).unwrap();
        }
        cycles += 1;
    }
    state.stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
    let (whole, again) = (state.whole.load(Ordering::Relaxed), state.again.load(Ordering::Relaxed));
    eprintln!("{cycles} cycles, {whole} whole answers, {again} to be read again");
    assert!(cycles >= 1 && whole > again, "{cycles} cycles, {whole} whole, {again} again");
    let mut lab = Arc::into_inner(lab).unwrap();
    lab.assert_covered().await;
    lab
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_see_each_message_once_while_archives_come_and_go() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (lab, far) = served(4, 40).await;
    let mut lab = come_and_go(lab, Duration::from_secs(6)).await;
    far.end(&mut lab).await;
}

#[tokio::test]
async fn a_session_of_another_server_is_not_answered_by_this_ledger() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let session =
        "(SELECT to_hex(extract(epoch FROM date_trunc('second', backend_start))::bigint) || '.' || to_hex(pid)
                      FROM pg_stat_activity WHERE pid = pg_backend_pid())";
    let asked = |arguments: String| format!("SELECT {{{{schema}}}}.archived_moment({arguments})");
    assert_eq!(lab.one(&asked("pg_backend_pid()".into())).await, "t");
    assert_eq!(lab.one(&asked(format!("pg_backend_pid(), {session}"))).await, "t");
    assert_eq!(lab.one(&asked("pg_backend_pid(), '65000000.1'".into())).await, "f");
    assert_eq!(lab.one(&asked("2147483647".into())).await, "f", "no such session");
}

#[tokio::test]
async fn a_session_that_the_far_end_will_never_answer_is_told_from_one_that_is_to_ask_again() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let asking = lab.another_session().await;
    let row = asking
        .query_one(
            "SELECT a.pid, to_hex(extract(epoch FROM date_trunc('second', a.backend_start))::bigint) || '.' || to_hex(a.pid)
               FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()",
            &[],
        )
        .await
        .unwrap();
    let (pid, session): (i32, String) = (row.get(0), row.get(1));
    let known = async |pid, session: Option<&str>| serve::known(lab.db.client(), pid, session).await.unwrap();
    assert_eq!(known(pid, Some(&session)).await, SessionVisibility::Seen);
    assert_eq!(known(pid, None).await, SessionVisibility::Seen);
    assert_eq!(
        known(pid, Some("65000000.1")).await,
        SessionVisibility::No,
        "a session of a copy may have the same process"
    );
    assert_eq!(known(i32::MAX, None).await, SessionVisibility::No);
    let role = lab.scope.schema();
    lab.sql(&format!("CREATE ROLE {role}; SET ROLE {role}")).await;
    assert_eq!(known(pid, Some(&session)).await, SessionVisibility::Hidden);
    assert_eq!(known(i32::MAX, None).await, SessionVisibility::No);
    lab.sql(&format!("RESET ROLE; GRANT pg_read_all_stats TO {role}; SET ROLE {role}")).await;
    assert_eq!(known(pid, Some(&session)).await, SessionVisibility::Seen);
    lab.sql(&format!("RESET ROLE; DROP ROLE {role}")).await;
}
