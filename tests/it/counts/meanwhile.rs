//! Chunks that are archived, and archives that come back, while others read.

use eventodb_admin::db::Db;
use eventodb_admin::namespace::ArchivedReads;

use super::lab::{Lab, Server, skip_where_nobody_waits};
use super::reads::set;
use super::stats::{assert_agreed, figures, refresh};

/// A session as a server has it.
async fn server(lab: &Lab) -> Db {
    let db = lab.another_session().await;
    db.batch_execute("SET eventodb.archived_reads = ''").await.unwrap();
    db
}

/// The rows that a statement gives, or its SQLSTATE.
async fn rows(lab: &Lab, db: &Db, sql: &str) -> Result<usize, String> {
    let sql = lab.scope.render(sql).unwrap();
    db.query(&sql, &[]).await.map(|rows| rows.len()).map_err(|e| e.code().unwrap().code().to_owned())
}

const READS: [(&str, usize); 3] = [
    ("get_category_messages('account')", 50),
    ("get_stream_messages('account-0')", 5),
    ("get_last_stream_message('account-0')", 1),
];

#[tokio::test]
async fn a_chunk_that_is_archived_between_the_snapshot_and_the_read_is_not_skipped() {
    if skip_where_nobody_waits().await {
        return;
    }
    for isolation in ["READ COMMITTED", "REPEATABLE READ"] {
        for (read, whole) in READS {
            for mode in [ArchivedReads::Skip, ArchivedReads::Fail] {
                let mut lab = Lab::new(Server::Main).await;
                lab.fill(1, 100).await;
                set(&mut lab, mode).await;
                let reader = server(&lab).await;
                // A cursor has its snapshot from the start; the function runs with the first row that is asked for.
                let declare = lab
                    .scope
                    .render(&format!(
                        "BEGIN ISOLATION LEVEL {isolation}; DECLARE c CURSOR FOR SELECT * FROM {{{{schema}}}}.{read}"
                    ))
                    .unwrap();
                reader.batch_execute(&declare).await.unwrap();
                lab.archive_all().await;
                let found = rows(&lab, &reader, "FETCH ALL FROM c").await;
                match mode {
                    // The chunk is gone whatever the snapshot says: this is what the setting is for.
                    ArchivedReads::Skip => assert_eq!(found, Ok(0), "{isolation} {read}"),
                    // A read has a snapshot of its own, where the transaction lets it: it sees that all is archived.
                    ArchivedReads::Fail if isolation == "READ COMMITTED" => {
                        assert_eq!(found, Err("VA001".into()), "{isolation} {read}");
                    }
                    _ => assert_eq!(found, Err("40001".into()), "{isolation} {read}"),
                }
                reader.batch_execute("ROLLBACK").await.unwrap();
                let again = rows(&lab, &reader, &format!("SELECT FROM {{{{schema}}}}.{read}")).await;
                let expected = if mode == ArchivedReads::Skip { Ok(0) } else { Err("VA001".to_owned()) };
                assert_eq!(again, expected, "{isolation} {read}");
                lab.rehydrate_all().await;
                let again = rows(&lab, &reader, &format!("SELECT FROM {{{{schema}}}}.{read}")).await;
                assert_eq!(again, Ok(whole), "{isolation} {read}");
            }
        }
    }
}

#[tokio::test]
async fn an_archive_that_comes_back_between_the_snapshot_and_the_read_is_not_skipped() {
    if skip_where_nobody_waits().await {
        return;
    }
    for ((read, whole), isolation) in
        READS.into_iter().flat_map(|read| ["READ COMMITTED", "REPEATABLE READ"].map(|isolation| (read, isolation)))
    {
        let mut lab = Lab::new(Server::Main).await;
        lab.fill(1, 100).await;
        set(&mut lab, ArchivedReads::Fail).await;
        let reader = server(&lab).await;
        let declare =
            format!("BEGIN ISOLATION LEVEL {isolation}; DECLARE c CURSOR FOR SELECT * FROM {{{{schema}}}}.{read}");
        let declare = lab.scope.render(&declare).unwrap();
        reader.batch_execute(&declare).await.unwrap();
        // Gone and back again: the rows are there, and the transaction's snapshot does not see them.
        lab.archive_all().await;
        lab.rehydrate_all().await;
        // A read of a stream has a snapshot of its own, where the transaction lets it. One of a category goes by when the
        // transaction began.
        let is_new = isolation == "READ COMMITTED" && !read.starts_with("get_category");
        let expected = if is_new { Ok(whole) } else { Err("40001".to_owned()) };
        assert_eq!(rows(&lab, &reader, "FETCH ALL FROM c").await, expected, "{isolation} {read}");
        reader.batch_execute("ROLLBACK").await.unwrap();
    }
}

#[tokio::test]
async fn figures_are_of_one_moment_while_chunks_go_and_come_back() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(4, 200).await;
    let all = figures(&mut lab).await;
    let mut reader = Lab { db: lab.another_session().await, scope: lab.scope.clone(), ..Lab::new(Server::Main).await };
    let done = std::sync::atomic::AtomicBool::new(false);
    let come_and_go = async {
        for round in 0..3 {
            lab.archive_all().await;
            lab.rehydrate_all().await;
            if round == 1 {
                refresh(&lab).await;
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    };
    let watch = async {
        let mut looks = 0;
        while !done.load(std::sync::atomic::Ordering::Relaxed) {
            assert_eq!(figures(&mut reader).await, all);
            looks += 1;
        }
        looks
    };
    let ((), looks) = tokio::join!(come_and_go, watch);
    assert!(looks > 3, "{looks}");
    assert_agreed(&mut lab, &all).await;
}
