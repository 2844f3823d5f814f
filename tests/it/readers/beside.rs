//! Writers, imports and open transactions beside readers, who see each message once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eventodb_admin::db::Db;

use super::lab::{Lab, Server, skip_where_nobody_waits};

/// How long they write; the variable has it in seconds.
fn duration() -> Duration {
    let seconds = std::env::var("EVENTODB_TEST_READERS_SECONDS").ok().and_then(|s| s.parse().ok());
    Duration::from_secs(seconds.unwrap_or(15))
}

/// A page after the other, each from behind the last message that was seen; what it has seen. It ends once the others have,
/// and nothing more comes.
async fn reader(db: Db, call: String, done: Arc<AtomicBool>) -> Vec<i64> {
    let (mut seen, mut next) = (Vec::new(), 1_i64);
    loop {
        let is_last = done.load(Ordering::SeqCst);
        let rows = db.query(&call, &[&next]).await.unwrap();
        seen.extend(rows.iter().map(|r| r.get::<_, i64>(0)));
        if rows.is_empty() {
            if is_last {
                return seen;
            }
            tokio::task::yield_now().await;
        }
        next = seen.last().map_or(1, |last| last + 1);
    }
}

/// One transaction of a writer: single messages, batches and INSERTs to several categories, some of which are given up.
fn transaction(writer: u64, n: u64) -> String {
    let category = |k: u64| ["account", "order", "sensor"][((n + k) % 3) as usize];
    let one = |k: u64| {
        format!(
            "SELECT {{{{schema}}}}.write_message(gen_random_uuid()::varchar, '{}-{}', 'T', NULL);",
            category(k),
            (n * 7 + k) % 40
        )
    };
    let batch = format!(
        "SELECT {{{{schema}}}}.append_messages('{}-{writer}', ARRAY[gen_random_uuid(), gen_random_uuid()], ARRAY['T', 'T'],
                                           ARRAY[NULL, NULL]::jsonb[], ARRAY[NULL, NULL]::jsonb[]);",
        category(1)
    );
    match n % 7 {
        0 => format!("BEGIN; {} SELECT pg_sleep(0.02); COMMIT", one(0)),
        1 => format!("BEGIN; {} ROLLBACK", one(0)),
        2 => format!("BEGIN; {} SAVEPOINT a; {} ROLLBACK TO a; {batch} COMMIT", one(0), one(0)),
        3 => batch,
        // Other than by the functions: to a category of its own, which nobody else writes to.
        4 => format!(
            "BEGIN; INSERT INTO {{{{schema}}}}.messages (position, stream_name, type)
                 SELECT coalesce(max(position), -1) + 1, 'insert{writer}-1', 'T' FROM {{{{schema}}}}.messages
                  WHERE stream_name = 'insert{writer}-1'; SELECT pg_sleep(0.005); COMMIT"
        ),
        _ => one(0),
    }
}

/// As EventoDB's server imports: rows with positions of their own, ahead of all others, and the sequence is set at the end, at
/// times far back.
fn import(n: u64) -> String {
    format!(
        "BEGIN;
         DO $$ DECLARE _at bigint := 20 + coalesce((SELECT max(global_position) FROM {{{{schema}}}}.messages), 0); BEGIN
             FOR i IN 0..4 LOOP
                 INSERT INTO {{{{schema}}}}.messages (time, position, global_position, stream_name, type)
                 VALUES ('2013-01-03'::timestamptz + {n} * interval '1 hour', i, _at + i, 'account-import{n}', 'Imported');
                 -- Others were quicker: what is below a message that is there comes late for who has read that one, as docs say.
                 IF i = 0 AND EXISTS (SELECT FROM {{{{schema}}}}.messages WHERE global_position > _at) THEN
                     RAISE EXCEPTION 'late' USING ERRCODE = 'lock_not_available';
                 END IF;
             END LOOP;
             PERFORM setval('{{{{schema_text}}}}.messages_global_position_seq', greatest(1, _at + CASE WHEN {n} % 2 = 0 THEN 4 ELSE -300 END));
         END $$; SELECT pg_sleep(0.01); COMMIT"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_beside_writers_imports_and_open_transactions_see_each_message_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = Lab::new(Server::Main).await;
    let (done, end) = (Arc::new(AtomicBool::new(false)), Instant::now() + duration());
    let mut readers = Vec::new();
    for category in ["account", "order", ""] {
        let call =
            format!("SELECT global_position FROM {{{{schema}}}}.get_category_messages('{category}', $1::bigint, 100)");
        let call = lab.scope.render(&call).unwrap();
        readers.push((category, tokio::spawn(reader(lab.another_session().await, call, Arc::clone(&done)))));
    }
    let mut writers = Vec::new();
    for writer in 0..4 {
        let (db, scope) = (lab.another_session().await, lab.scope.clone());
        writers.push(tokio::spawn(async move {
            let mut n = writer;
            while Instant::now() < end {
                let sql = scope.render(&transaction(writer, n)).unwrap();
                if let Err(e) = db.batch_execute(&sql).await {
                    // Two that write to several categories in turn.
                    assert_eq!(e.code().map(|c| c.code()), Some("40P01"), "{e:?}");
                    db.batch_execute("ROLLBACK").await.unwrap();
                }
                n += 1;
            }
        }));
    }
    let (db, scope) = (lab.another_session().await, lab.scope.clone());
    writers.push(tokio::spawn(async move {
        let mut n = 0;
        while Instant::now() < end {
            if let Err(e) = db.batch_execute(&scope.render(&import(n)).unwrap()).await {
                // A writer may have been given its positions.
                let code = e.code().map(|c| c.code().to_owned()).unwrap_or_default();
                assert!(["55P03", "23505", "40P01"].contains(&code.as_str()), "{e:?}");
                db.batch_execute("ROLLBACK").await.unwrap();
            }
            n += 1;
        }
    }));
    // The program's own import beside them.
    while Instant::now() < end {
        let lines: String =
            (0..20).map(|i| format!("{{\"stream\":\"order-{}\",\"type\":\"Lines\",\"data\":null}}\n", i % 5)).collect();
        lab.import(lines.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let doubled = lab
        .one(
            "SELECT coalesce(string_agg(d::text, ' '), '') FROM (
                 SELECT global_position, array_agg(stream_name || '/' || position || ' ' || type || ' ' || \"time\") FROM {{schema}}.messages
                  GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 10) d",
        )
        .await;
    assert_eq!(doubled, "", "global positions were given out twice");
    for (category, reader) in readers {
        let seen = reader.await.unwrap();
        let there = lab
            .one(&format!(
                "SELECT string_agg(global_position::text, ',') FROM {{{{schema}}}}.messages
                  WHERE '{category}' = '' OR split_part(stream_name, '-', 1) = '{category}'"
            ))
            .await;
        let there: BTreeSet<i64> = there.split(',').map(|n| n.parse().unwrap()).collect();
        eprintln!("{category:?}: {} messages", there.len());
        assert!(seen.is_sorted_by(|a, b| a < b), "{category:?} was read in order, each once");
        let missed: Vec<_> = there.difference(&seen.iter().copied().collect()).copied().collect();
        assert!(missed.is_empty() && seen.len() == there.len(), "{category:?}: missed {missed:?} of {}", there.len());
    }
}
