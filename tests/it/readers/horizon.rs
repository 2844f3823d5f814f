//! Whoever reads all categories stops before what may still come.

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};

async fn all(lab: &Lab) -> String {
    lab.one("SELECT string_agg(global_position::text, ',') FROM {{schema}}.get_category_messages('', 1, -1)").await
}

async fn horizon(lab: &Lab) -> String {
    lab.one("SELECT {{schema}}.global_horizon()").await
}

const WRITE: &str = "SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'slow-1', 'T', NULL)";

#[tokio::test]
async fn what_commits_late_is_read_by_all_who_read_all_categories() {
    if skip_where_nobody_waits().await {
        return;
    }
    for slow in [
        WRITE,
        "INSERT INTO {{schema}}.messages (position, stream_name, type) VALUES (0, 'slow-1', 'T')",
        "SAVEPOINT a; SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'gone-1', 'T', NULL); ROLLBACK TO a;
         SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'slow-1', 'T', NULL)",
        "SELECT {{schema}}.append_messages('slow-1', ARRAY[gen_random_uuid()], ARRAY['T'], ARRAY[NULL]::jsonb[], ARRAY[NULL]::jsonb[])",
        "INSERT INTO {{schema}}.messages (position, global_position, stream_name, type) VALUES (0, 2, 'slow-1', 'T')",
    ] {
        let lab = Lab::new(Server::Main).await;
        let writer = lab.another_session().await;
        lab.write("fast-1", "T").await.map_err(shown).unwrap();
        writer.batch_execute(&lab.scope.render(&format!("BEGIN; {slow}")).unwrap()).await.unwrap();
        lab.write("fast-1", "T").await.map_err(shown).unwrap();
        // Of what was given up nothing comes.
        assert_eq!(horizon(&lab).await, if slow.starts_with("SAVEPOINT") { "2" } else { "1" }, "{slow}");
        assert_eq!(all(&lab).await, "1", "{slow}");
        // Within a category nobody comes late: it is read to its end.
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.get_category_messages('fast')").await, "2", "{slow}");
        // Its own writes do not keep a transaction from reading.
        let own = lab.scope.render("SELECT {{schema}}.global_horizon()").unwrap();
        assert!(writer.query_one(&own, &[]).await.unwrap().get::<_, i64>(0) > 1, "{slow}");
        writer.batch_execute("COMMIT").await.unwrap();
        let highest = lab.one("SELECT max(global_position) FROM {{schema}}.messages").await;
        assert_eq!(horizon(&lab).await, highest, "{slow}");
        assert_eq!(all(&lab).await.split(',').count(), 3, "{slow}");
        assert!(all(&lab).await.ends_with(&highest), "{slow}");
    }
}

#[tokio::test]
async fn a_position_that_was_given_up_holds_nobody_back() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let writer = lab.another_session().await;
    lab.write("fast-1", "T").await.map_err(shown).unwrap();
    writer
        .batch_execute(&lab.scope.render(&format!("BEGIN; {WRITE}; ROLLBACK; BEGIN; {WRITE}")).unwrap())
        .await
        .unwrap();
    lab.write("fast-1", "T").await.map_err(shown).unwrap();
    // 2 was given up, 3 is open, 4 is there.
    assert_eq!((horizon(&lab).await, all(&lab).await), ("2".to_owned(), "1".to_owned()));
    writer.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!((horizon(&lab).await, all(&lab).await), ("4".to_owned(), "1,4".to_owned()));
    // Of another namespace nobody is held back.
    let other = Lab::new(Server::Main).await;
    writer.batch_execute(&other.scope.render(&format!("BEGIN; {WRITE}")).unwrap()).await.unwrap();
    assert_eq!(horizon(&lab).await, "4");
    writer.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn writers_that_begin_while_it_is_asked_for_do_not_hide_it() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    for _ in 0..10 {
        lab.write("fast-1", "T").await.map_err(shown).unwrap();
    }
    let mut writers = Vec::new();
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for n in 0..4 {
        let (session, done) = (lab.another_session().await, std::sync::Arc::clone(&done));
        let write = lab.scope.render(&WRITE.replace("slow-1", &format!("busy{n}-1"))).unwrap();
        writers.push(tokio::spawn(async move {
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                session.batch_execute(&write).await.unwrap();
            }
        }));
    }
    let mut lowest = i64::MAX;
    for _ in 0..1_000 {
        lowest = lowest.min(horizon(&lab).await.parse().unwrap());
    }
    done.store(true, std::sync::atomic::Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(lowest >= 10, "{lowest}");
}

#[tokio::test]
async fn a_transaction_of_many_writes_announces_itself_once() {
    let lab = Lab::new(Server::Main).await;
    lab.sql(
        "BEGIN; DO $$ BEGIN FOR i IN 1..300 LOOP
             PERFORM {{schema}}.write_message(gen_random_uuid()::varchar, 'many-' || i % 5, 'T', NULL); END LOOP; END $$",
    )
    .await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (position, stream_name, type) SELECT i, 'rows-1', 'T' FROM generate_series(0, 999) i;
         DO $$ BEGIN FOR i IN REVERSE 9000..8000 LOOP
             INSERT INTO {{schema}}.messages (position, global_position, stream_name, type) VALUES (9000 - i, i, 'old-1', 'T');
         END LOOP; END $$",
    )
    .await;
    let locks = lab
        .one("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND objsubid = 2")
        .await;
    assert!(locks.parse::<i64>().unwrap() < 20, "{locks}");
    lab.sql("COMMIT").await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, "2301");
}

#[tokio::test]
async fn a_snapshot_that_is_older_than_the_horizon_is_told_so() {
    let lab = Lab::new(Server::Main).await;
    lab.write("fast-1", "T").await.map_err(shown).unwrap();
    lab.sql("BEGIN ISOLATION LEVEL REPEATABLE READ").await;
    // What is read there is of one moment, and is read as a whole.
    assert_eq!(all(&lab).await, "1");
    let refused = lab.try_sql("SELECT {{schema}}.global_horizon()").await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "25001");
    lab.sql("ROLLBACK").await;
}

#[tokio::test]
async fn what_came_past_the_triggers_is_read_as_before() {
    let lab = Lab::new(Server::Main).await;
    lab.write("fast-1", "T").await.map_err(shown).unwrap();
    lab.sql(
        "BEGIN; SET LOCAL session_replication_role = replica;
         INSERT INTO {{schema}}.messages (position, global_position, stream_name, type) VALUES (0, 70, 'past-1', 'T'); COMMIT",
    )
    .await;
    assert_eq!(all(&lab).await, "1,70");
}
