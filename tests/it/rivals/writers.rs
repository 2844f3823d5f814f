//! Writers at full speed, into what is archived and beside it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eventodb_admin::Kind;
use eventodb_admin::archive::{self, AfterVerify};
use eventodb_admin::messages::{self, StreamName};
use eventodb_admin::progress::Silent;
use eventodb_admin::stop::Stop;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};

#[tokio::test]
async fn writers_at_full_speed_into_old_ranges_lose_nothing_while_chunks_are_archived() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(3, 400).await;
    let mut writers = Vec::new();
    let done = Arc::new(AtomicBool::new(false));
    for w in 0..3 {
        let session = lab.another_session().await;
        let scope = lab.scope.clone();
        let done = Arc::clone(&done);
        writers.push(tokio::spawn(async move {
            let mut written = 0;
            for i in 0.. {
                if done.load(Ordering::SeqCst) {
                    break;
                }
                let sql = scope
                    .render(&format!(
                        "INSERT INTO {{{{schema}}}}.messages (time, position, stream_name, type)
                         VALUES ('2013-01-03T12:00:00Z'::timestamptz + interval '{} seconds', {written}, 'late-{w}', 'Late')",
                        (i % 3) * 604_800
                    ))
                    .unwrap();
                // A frozen chunk refuses the writer, who tries again: what was not acknowledged is not expected.
                if session.batch_execute(&sql).await.is_ok() {
                    written += 1;
                }
            }
            written
        }));
    }
    for _ in 0..4 {
        let closed = lab.closed().await;
        for result in lab.archive(&closed, AfterVerify::Drop).await {
            if let Err(e) = result {
                // A writer may hold a chunk for longer than we wait; it is archived by the next run.
                assert_eq!(e.kind(), Kind::Failed, "{}", shown(e));
            }
        }
    }
    done.store(true, Ordering::SeqCst);
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.unwrap();
    }
    assert!(acknowledged > 0);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    lab.assert_covered().await;
    let total = lab.one("SELECT count(*) FROM {{schema}}.messages").await;
    assert_eq!(total, (1200 + acknowledged).to_string());
}

/// Writes to a stream of its own, and to one that it shares with the others, until told to end. Returns how many writes
/// were acknowledged.
async fn write_to_all(lab: &Lab, w: usize, done: Arc<AtomicBool>) -> tokio::task::JoinHandle<i64> {
    let (session, scope) = (lab.another_session().await, lab.scope.clone());
    tokio::spawn(async move {
        let write = |stream: String, expected_version: Option<i64>| {
            let write = messages::Write {
                stream: stream.parse::<StreamName>().unwrap(),
                message_type: "Happened".to_owned(),
                data: None,
                metadata: None,
                id: None,
                expected_version,
            };
            let (session, scope) = (&session, &scope);
            async move { messages::write(session, scope, &write).await }
        };
        let (mut acknowledged, mut own) = (0, -1);
        while !done.load(Ordering::SeqCst) {
            // Of its own stream it knows the version: a conflict here is a version lost.
            let (_, written) = write(format!("writer-{w}"), Some(own)).await.map_err(shown).unwrap();
            assert_eq!(written.position, own + 1);
            own = written.position;
            // An old stream goes on where its archived messages end.
            write(format!("account-{w}"), None).await.map_err(shown).unwrap();
            acknowledged += 2;
            let shared = session
                .query_one(&scope.render("SELECT {{schema}}.stream_version('shared-1')").unwrap(), &[])
                .await
                .unwrap()
                .get::<_, Option<i64>>(0);
            match write("shared-1".to_owned(), Some(shared.unwrap_or(-1))).await {
                Ok(_) => acknowledged += 1,
                // Another writer was faster.
                Err(e) => assert_eq!(e.kind(), Kind::Conflict, "{}", shown(e)),
            }
        }
        acknowledged
    })
}

#[tokio::test]
async fn versions_and_positions_hold_for_writers_at_full_speed_while_chunks_go_come_back_and_go_again() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(3, 200).await;
    let done = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for w in 0..4 {
        writers.push(write_to_all(&lab, w, Arc::clone(&done)).await);
    }
    for _ in 0..2 {
        lab.archive_all().await;
        lab.rehydrate_all().await;
        let mut lock = lab.lock().await;
        let store = archive::claimed(&mut lock, &lab.scope, &lab.store).await.map_err(shown).unwrap();
        let to = archive::Destination::alone(store);
        for chunk in lab.closed().await {
            archive::drop_verified(&mut lock, &lab.scope, &to, &chunk, &Silent, &Stop::default())
                .await
                .map_err(shown)
                .unwrap();
        }
        lock.release().await.unwrap();
        lab.rehydrate_all().await;
    }
    lab.archive_all().await;
    done.store(true, Ordering::SeqCst);
    let mut acknowledged = 0;
    for writer in writers {
        acknowledged += writer.await.unwrap();
    }
    assert!(acknowledged > 0);
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    let total = lab.one("SELECT count(*) FROM {{schema}}.messages").await;
    assert_eq!(total, (600 + acknowledged).to_string());
    let twice = lab.one("SELECT count(*) - count(DISTINCT global_position) FROM {{schema}}.messages").await;
    assert_eq!(twice, "0");
    let gaps = lab
        .one(
            "SELECT count(*) FROM (SELECT FROM {{schema}}.messages GROUP BY stream_name
             HAVING count(*) <> max(position) + 1 OR count(DISTINCT position) <> count(*) OR min(position) <> 0) s",
        )
        .await;
    assert_eq!(gaps, "0");
    let wrong_heads = lab
        .one(
            "SELECT count(*) FROM (SELECT stream_name, max(position) AS last FROM {{schema}}.messages GROUP BY 1) m
             JOIN {{schema}}.heads h USING (stream_name) WHERE h.position <> m.last",
        )
        .await;
    assert_eq!(wrong_heads, "0");
    lab.assert_covered().await;
}
