//! What a session may keep between two messages: it is bounded in bytes, for the session and for all of them, and nobody ends the
//! server for others by it.

use tokio_postgres::{Client, Error};

use super::far_end::one;
use super::nasty::twins;

const MIB: usize = 1 << 20;
/// More than the server has ever needed for what it answers here, and less than what one session could have it keep without a bound.
const MOST: u64 = 600 << 20;

fn code(e: &Error) -> String {
    e.code().map_or_else(|| format!("no SQLSTATE: {e}"), |c| c.code().to_owned())
}

/// Declares cursors with long conditions until one is refused. Says how many there are, and with what the next was refused.
async fn declared(client: &Client, table: &str, bytes: usize) -> (usize, String) {
    client.batch_execute("BEGIN").await.unwrap();
    for n in 0..64 {
        let sql =
            format!("DECLARE c{n} CURSOR FOR SELECT position FROM {table} WHERE stream_name = '{}'", "x".repeat(bytes));
        if let Err(e) = client.batch_execute(&sql).await {
            return (n, code(&e));
        }
    }
    (64, String::new())
}

#[tokio::test]
async fn prepared_statements_take_what_their_texts_take_and_are_bounded_in_bytes() {
    let twins = twins(&[]).await;
    let alive = format!("SELECT count(*) FROM {}", twins.archived);
    let client = twins.far_end.client().await;
    // Each of these is parsed into some 40 MiB.
    let long = format!("{alive} WHERE position IN ({})", vec!["1"; 120_000].join(","));
    let mut kept = Vec::new();
    for _ in 0..12 {
        kept.push(client.prepare(&long).await.unwrap());
    }
    let found: i64 = client.query_one(&kept[11], &[]).await.unwrap().get(0);
    assert_eq!(found.to_string(), one(&client, &format!("{alive} WHERE position = 1")).await);
    let text = format!("{alive} WHERE stream_name = '{}'", "x".repeat(MIB));
    let refused = loop {
        match client.prepare(&text).await {
            Ok(statement) => kept.push(statement),
            Err(e) => break e,
        }
        assert!(kept.len() < 30, "it is not bounded");
    };
    assert_eq!(code(&refused), "53400");
    assert!(refused.as_db_error().unwrap().hint().unwrap().contains("DEALLOCATE"), "{refused:?}");
    let peak = twins.far_end.peak_bytes();
    assert!(peak < MOST, "{peak} bytes");
    // Nobody else is refused anything, and room that is given back can be had again.
    assert_eq!(one(&twins.far_end.client().await, &alive).await, "240");
    client.batch_execute("DEALLOCATE ALL").await.unwrap();
    client.prepare(&text).await.unwrap();
}

#[tokio::test]
async fn portals_and_their_parameters_are_bounded_in_bytes() {
    let twins = twins(&[]).await;
    let alive = format!("SELECT count(*) FROM {}", twins.archived);
    let mut client = twins.far_end.client().await;
    let sql = format!("SELECT position FROM {} WHERE stream_name = $1", twins.archived);
    let statement = client.prepare(&sql).await.unwrap();
    let value = "x".repeat(7 * MIB);
    for _ in 0..2 {
        let transaction = client.transaction().await.unwrap();
        let mut portals = Vec::new();
        let refused = loop {
            match transaction.bind(&statement, &[&value]).await {
                Ok(portal) => portals.push(portal),
                Err(e) => break e,
            }
            assert!(portals.len() < 10, "it is not bounded");
        };
        assert_eq!((portals.len(), code(&refused)), (2, "53400".to_owned()));
        // What the transaction kept is given back with it.
        transaction.rollback().await.unwrap();
    }
    let transaction = client.transaction().await.unwrap();
    let portal = transaction.bind(&statement, &[&"account-1"]).await.unwrap();
    let mut rows = 0;
    loop {
        let some = transaction.query_portal(&portal, 1).await.unwrap().len();
        rows += some;
        if some == 0 {
            break;
        }
    }
    transaction.commit().await.unwrap();
    let expected = one(&client, &format!("{alive} WHERE stream_name = 'account-1'")).await;
    assert_eq!(rows.to_string(), expected);
    assert!(twins.far_end.peak_bytes() < MOST, "{} bytes", twins.far_end.peak_bytes());
}

#[tokio::test]
async fn cursors_savepoints_and_settings_are_bounded_in_bytes() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    // The name is in the condition and in its bounds: each takes twice its length.
    let (cursors, refused) = declared(&client, &twins.archived, MIB).await;
    assert!((4..=8).contains(&cursors) && refused == "53400", "{cursors} {refused}");
    client.batch_execute("ROLLBACK; BEGIN").await.unwrap();
    let savepoint = format!("SAVEPOINT \"{}\"", "s".repeat(MIB));
    let mut savepoints = 0;
    let refused = loop {
        match client.batch_execute(&savepoint).await {
            Ok(()) => savepoints += 1,
            Err(e) => break code(&e),
        }
        assert!(savepoints < 30, "it is not bounded");
    };
    assert_eq!((savepoints, refused.as_str()), (15, "53400"));
    client.batch_execute("ROLLBACK").await.unwrap();
    let e = client.batch_execute(&format!("SET search_path = '{}'", "x".repeat(MIB))).await.unwrap_err();
    assert_eq!(code(&e), "22023");
    assert_eq!(one(&client, &format!("SELECT count(*) FROM {}", twins.archived)).await, "240");
}

#[tokio::test]
async fn all_sessions_together_are_bounded_and_none_keeps_others_from_ordinary_statements() {
    let twins = twins(&[]).await;
    let mut clients = Vec::new();
    let mut refused = String::new();
    for _ in 0..8 {
        let client = twins.far_end.client().await;
        refused = declared(&client, &twins.archived, 3 * MIB).await.1;
        clients.push(client);
    }
    assert_eq!(refused, "53200");
    let late = twins.far_end.client().await;
    assert_eq!(declared(&late, &twins.archived, 100).await, (64, String::new()));
    assert_eq!(one(&late, &format!("SELECT count(*) FROM {}", twins.archived)).await, "240");
    assert!(twins.far_end.peak_bytes() < MOST, "{} bytes", twins.far_end.peak_bytes());
    // What a session kept is given back at its end.
    drop(clients);
    for _ in 0..100 {
        let client = twins.far_end.client().await;
        if declared(&client, &twins.archived, 3 * MIB).await.1 == "53400" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("nothing is given back");
}

#[tokio::test]
async fn long_statements_of_many_sessions_at_once_take_the_memory_of_few() {
    let twins = twins(&[]).await;
    // Each is parsed into some 40 MiB.
    let long = format!("SELECT count(*) FROM {} WHERE position IN ({})", twins.archived, vec!["1"; 120_000].join(","));
    let mut all = Vec::new();
    for at in 0..24 {
        let (client, sql) = (twins.far_end.client().await, long.clone());
        all.push(tokio::spawn(async move {
            match at % 2 {
                0 => drop(client.simple_query(&sql).await.unwrap()),
                _ => drop(client.query_one(&sql, &[]).await.unwrap()),
            }
        }));
    }
    for one in all {
        one.await.unwrap();
    }
    let (peak, limit) = (twins.far_end.peak_bytes() >> 20, 480);
    assert!(peak < limit, "it took {peak} MiB, more than {limit}");
    let client = twins.far_end.client().await;
    let e = client.batch_execute(&format!("SELECT 1; SELECT '{}'", "x".repeat(9000))).await.unwrap_err();
    assert_eq!(code(&e), "54000");
}
