//! Nothing is given out twice: global positions, ids.

use eventodb_admin::Kind;
use eventodb_admin::archive::AfterVerify;
use eventodb_admin::chunks::{self, Direction};
use eventodb_admin::db::Db;
use eventodb_admin::stats;
use eventodb_admin::stop::Stop;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};

async fn doubled(lab: &Lab) -> String {
    lab.one("SELECT count(*) - count(DISTINCT global_position) FROM {{schema}}.messages").await
}

async fn highest(lab: &Lab) -> String {
    lab.one("SELECT max(global_position) FROM {{schema}}.messages").await
}

async fn sqlstate(db: &Db, lab: &Lab, sql: &str) -> Result<(), String> {
    db.batch_execute(&lab.scope.render(sql).unwrap()).await.map_err(|e| e.code().unwrap().code().to_owned())
}

fn explicit(stream: &str, position: i64, global_position: i64) -> String {
    format!(
        "INSERT INTO {{{{schema}}}}.messages (time, position, global_position, stream_name, type)
         VALUES ('2013-01-03', {position}, {global_position}, '{stream}', 'Imported')"
    )
}

const BATCH: &str = "SELECT array_to_string(global_positions, ',') FROM {{schema}}.append_messages('batch-1',
    ARRAY[gen_random_uuid(), gen_random_uuid(), gen_random_uuid()], ARRAY['T', 'T', 'T'],
    ARRAY[NULL, NULL, NULL]::jsonb[], ARRAY[NULL, NULL, NULL]::jsonb[])";

#[tokio::test]
async fn positions_given_by_hand_are_given_out_to_nobody_else() {
    let lab = Lab::new(Server::Main).await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, global_position, stream_name, type)
         SELECT now(), i - 1, i, 'account-1', 'T' FROM generate_series(1, 5) i",
    )
    .await;
    lab.write("account-1", "T").await.map_err(shown).unwrap();
    assert_eq!(highest(&lab).await, "6");
    // In the middle of what a batch will take, and far ahead.
    lab.sql(&explicit("order-1", 0, 8)).await;
    assert_eq!(lab.one(BATCH).await, "9,10,11");
    lab.sql(&explicit("order-1", 1, 2_000_000)).await;
    assert_eq!(lab.one(BATCH).await, "2000001,2000002,2000003");
    // By COPY, and by an UPDATE.
    lab.sql("UPDATE {{schema}}.messages SET global_position = 3000000 WHERE global_position = 8").await;
    lab.write("account-1", "T").await.map_err(shown).unwrap();
    assert_eq!(highest(&lab).await, "3000001");
    // One that the statement leaves to the counter.
    lab.sql(
        "INSERT INTO {{schema}}.messages (position, stream_name, type) VALUES (0, 'plain-1', 'T'), (1, 'plain-1', 'T')",
    )
    .await;
    assert_eq!(highest(&lab).await, "3000003");
    assert_eq!(doubled(&lab).await, "0");
    // What is there is refused.
    let taken = explicit("order-1", 2, 3_000_003);
    for global_position in [3_000_003, 3_000_000, 9] {
        let sql = explicit("order-1", 2, global_position);
        assert_eq!(sqlstate(&lab.db, &lab, &sql).await, Err("23505".to_owned()), "{global_position}");
    }
    let twice = taken
        .replace("'Imported')", "'Imported'), ('2013-01-03', 3, 3000003, 'order-1', 'Imported')")
        .replace("3000003", "5000000");
    assert_eq!(sqlstate(&lab.db, &lab, &twice).await, Err("23505".to_owned()));
    assert_eq!(doubled(&lab).await, "0");
}

#[tokio::test]
async fn a_sequence_that_others_set_gives_nothing_out_twice() {
    let lab = Lab::new(Server::Main).await;
    let set = |to: i64| format!("SELECT setval('{{{{schema_text}}}}.messages_global_position_seq', {to})");
    for _ in 0..30 {
        lab.write("account-1", "T").await.map_err(shown).unwrap();
    }
    for (to, next) in
        [(3, "31"), (30, "32"), (500, "501"), (499, "502"), (1, "503"), (100_000, "100001"), (7, "100002")]
    {
        lab.sql(&set(to)).await;
        lab.write("account-1", "T").await.map_err(shown).unwrap();
        assert_eq!(highest(&lab).await, next, "set to {to}");
    }
    // It follows: whoever looks there, or takes a position from it, is not misled.
    assert_eq!(lab.one("SELECT last_value FROM {{schema}}.messages_global_position_seq").await, "100002");
    lab.sql(
        "INSERT INTO {{schema}}.messages (position, global_position, stream_name, type)
         SELECT 0, nextval('{{schema_text}}.messages_global_position_seq'), 'own-1', 'T'",
    )
    .await;
    lab.sql(&set(5)).await;
    assert_eq!(lab.one(BATCH).await, "100004,100005,100006");
    assert_eq!(doubled(&lab).await, "0");
}

#[tokio::test]
async fn an_import_whose_rows_are_there_before_it_sets_the_sequence_back_costs_no_writer_its_position() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let import = lab.another_session().await;
    for _ in 0..100 {
        lab.write("account-1", "T").await.map_err(shown).unwrap();
    }
    // The rows first, as EventoDB's server has it; others write before the sequence is set.
    import.batch_execute(&lab.scope.render(&format!("BEGIN; {}", explicit("old-1", 0, 1_000))).unwrap()).await.unwrap();
    for _ in 0..3 {
        lab.write("order-1", "T").await.map_err(shown).unwrap();
    }
    let set = "SELECT setval('{{schema_text}}.messages_global_position_seq', 50); COMMIT";
    import.batch_execute(&lab.scope.render(set).unwrap()).await.unwrap();
    lab.write("order-1", "T").await.map_err(shown).unwrap();
    lab.sql(BATCH).await;
    assert_eq!((doubled(&lab).await, highest(&lab).await), ("0".to_owned(), "1007".to_owned()));

    // What a writer may have been given meanwhile is not taken by an import, nor the other way round.
    lab.sql("BEGIN; SELECT {{schema}}.write_message(gen_random_uuid()::varchar, 'slow-1', 'T', NULL)").await;
    assert_eq!(sqlstate(&import, &lab, &explicit("old-2", 0, 1_008)).await, Err("55P03".to_owned()));
    lab.sql("COMMIT").await;
    assert_eq!(
        sqlstate(&import, &lab, &explicit("old-2", 0, 1_008).replace("'2013-01-03'", "now()")).await,
        Err("23505".to_owned())
    );
    assert_eq!(sqlstate(&import, &lab, &explicit("old-2", 0, 1_009)).await, Ok(()));
    lab.write("order-1", "T").await.map_err(shown).unwrap();
    assert_eq!((doubled(&lab).await, highest(&lab).await), ("0".to_owned(), "1010".to_owned()));
}

#[tokio::test]
async fn an_id_is_taken_once_in_whatever_categories_it_is_written_at_the_same_time() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    let one = |id: u128, stream: &str| {
        format!("SELECT {{{{schema}}}}.write_message('{}', '{stream}', 'T', NULL)", uuid::Uuid::from_u128(id))
    };
    let batch = |id: u128, stream: &str| {
        format!(
            "SELECT {{{{schema}}}}.append_messages('{stream}', ARRAY['{}', '{}']::uuid[], ARRAY['T', 'T'],
                                               ARRAY[NULL, NULL]::jsonb[], ARRAY[NULL, NULL]::jsonb[])",
            uuid::Uuid::from_u128(id + 1000),
            uuid::Uuid::from_u128(id),
        )
    };
    for (id, first, second) in [
        (1, one(1, "left-1"), one(1, "right-1")),
        (2, batch(2, "left-2"), one(2, "right-2")),
        (3, one(3, "left-3"), batch(3, "right-3")),
        (4, batch(4, "left-4"), batch(4, "right-4")),
    ] {
        let other = lab.another_session().await;
        lab.sql(&format!("BEGIN; {first}")).await;
        let pid: i32 = other.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
        let write = lab.scope.render(&second).unwrap();
        let waiting = tokio::spawn(async move { other.batch_execute(&write).await });
        // It waits for the first one, or is done.
        while !waiting.is_finished()
            && lab.one(&format!("SELECT count(*) FROM pg_locks WHERE pid = {pid} AND NOT granted")).await == "0"
        {
            tokio::task::yield_now().await;
        }
        lab.sql("COMMIT").await;
        let error = waiting.await.unwrap().unwrap_err();
        assert_eq!(error.code().unwrap().code(), "23505", "{id}");
        let stored = format!("SELECT count(*) FROM {{{{schema}}}}.messages WHERE id = '{}'", uuid::Uuid::from_u128(id));
        assert_eq!(lab.one(&stored).await, "1", "{id}");
        // A retry of the first is still the first.
        lab.sql(&first).await;
        assert_eq!(lab.one(&stored).await, "1", "{id}");
    }
}

#[tokio::test]
async fn lines_with_ids_are_imported_once_whether_or_not_they_have_positions_and_times() {
    let mut lab = Lab::new(Server::Main).await;
    let line = |id: u128, stream: &str, rest: &str| {
        format!(
            "{{\"id\":\"{}\",\"stream\":\"{stream}\",\"type\":\"T\"{rest},\"data\":{{\"n\":{id}}}}}\n",
            uuid::Uuid::from_u128(id)
        )
    };
    let source = line(1, "account-1", "") + &line(2, "account-1", "") + &line(3, "order-1", "");
    lab.import(source.as_bytes()).await.map_err(shown).unwrap();
    let there = "SELECT count(*) || '/' || max(position) FROM {{schema}}.messages";
    let again = [
        source.clone(),
        // One of them, among others, at a time of its own, in another stream.
        line(7, "account-1", "") + &line(2, "account-1", ""),
        line(8, "account-1", "") + &line(1, "account-1", ",\"time\":\"2013-01-03T12:00:00Z\""),
        line(3, "account-9", ""),
        // One twice in the source.
        line(9, "account-1", "") + &line(9, "account-2", ""),
    ];
    for source in &again {
        let error = lab.import(source.as_bytes()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Conflict, "{source}: {error}");
        assert_eq!(lab.one(there).await, "3/1", "{source}");
    }
    // Lines without ids are other messages each time.
    let loose = "{\"stream\":\"account-1\",\"type\":\"T\",\"data\":null}\n";
    for n in 4..6 {
        lab.import(loose.as_bytes()).await.map_err(shown).unwrap();
        assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.messages").await, n.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_given_by_hand_that_old_compressed_messages_or_archives_without_gaps_have_are_refused() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(4, 5).await;
    let closed = lab.closed().await;
    for archived in lab.archive(&closed[..1], AfterVerify::Drop).await {
        archived.map_err(shown).unwrap();
    }
    if lab.db.server.supports_compression() {
        chunks::resize(&lab.db, &lab.scope, &closed[2], Direction::Compress).await.map_err(shown).unwrap();
    }
    for is_settled in [false, true] {
        if is_settled {
            let mut lock = lab.lock().await;
            stats::count_and_settle(&mut lock, &lab.scope, &Stop::default()).await.map_err(shown).unwrap();
            lock.release().await.unwrap();
        }
        // Archived; live; live in the compressed chunk.
        for taken in [2, 7, 12] {
            let sql = explicit("other-1", 0, taken);
            assert_eq!(sqlstate(&lab.db, &lab, &sql).await, Err("23505".into()), "{taken}, settled: {is_settled}");
        }
    }
    lab.sql("DELETE FROM {{schema}}.messages WHERE global_position IN (9, 14)").await;
    for free in [9, 14, 500] {
        let sql = explicit(&format!("other-{free}"), 0, free);
        assert_eq!(sqlstate(&lab.db, &lab, &sql).await, Ok(()), "{free}");
    }
    assert_eq!(doubled(&lab).await, "0");
}
