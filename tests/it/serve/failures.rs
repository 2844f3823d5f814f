//! What cannot be read fails: never fewer rows.

use super::far_end::{FarEnd, ask, fault, objects, one};
use super::nasty::twins;

/// What is done to an object.
type Harm = fn(&std::path::Path);

#[tokio::test]
async fn a_store_that_is_away_and_a_damaged_archive_fail_each_statement_that_needs_them() {
    let mut twins = twins(&["--no-cache"]).await;
    let table = twins.archived.clone();
    let all = format!("SELECT * FROM {table}");
    let client = twins.far_end.client().await;
    let rows = ask(&client, &all).await.unwrap();
    assert_eq!(rows.len(), 240);
    let store = twins.cli.path("store");
    let victims = objects(&store, ".csv.zst");
    let harm: [(&str, Harm); 3] = [
        ("changed", |path| {
            let mut bytes = std::fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(path, bytes).unwrap();
        }),
        ("cut", |path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 9]).unwrap();
        }),
        ("missing", |path| std::fs::remove_file(path).unwrap()),
    ];
    for (what, harm) in harm {
        let whole = std::fs::read(&victims[0]).unwrap();
        harm(&victims[0]);
        let (code, message, hint) = fault(&client, &all).await;
        assert_eq!(code, "XX001", "{what}: {message}");
        assert!(message.contains("archive") && !hint.is_empty(), "{what}: {message} {hint}");
        // By the foreign table as well.
        assert_eq!(
            ask(&twins.db, &format!("SELECT id FROM {}", twins.foreign)).await,
            Err("XX001".to_owned()),
            "{what}"
        );
        std::fs::write(&victims[0], whole).unwrap();
        assert_eq!(ask(&client, &all).await.as_ref(), Ok(&rows), "{what}: and mended");
    }
    let away = twins.cli.path("away");
    std::fs::rename(&store, &away).unwrap();
    let (code, message, hint) = fault(&client, &all).await;
    assert!(matches!(code.as_str(), "XX001" | "58030") && !hint.is_empty(), "{code} {message} {hint}");
    // A server that starts meanwhile answers what needs no archive, and fails the rest.
    twins.far_end.signal("KILL");
    twins.far_end.ended();
    twins.far_end = FarEnd::start_with(&twins.cli, &["--no-cache"]);
    let client = twins.far_end.client().await;
    assert_eq!(one(&client, "SELECT 1").await, "1");
    assert!(matches!(fault(&client, &all).await.0.as_str(), "XX001" | "58030"));
    std::fs::rename(&away, &store).unwrap();
    assert_eq!(ask(&client, &all).await.as_ref(), Ok(&rows));
}

#[tokio::test]
async fn the_far_end_is_down_and_the_database_says_so() {
    let mut twins = twins(&[]).await;
    let sql = format!("SELECT count(*) FROM {}", twins.foreign);
    assert_eq!(ask(&twins.db, &sql).await, Ok(vec![vec![Some("240".to_owned())]]));
    twins.far_end.signal("KILL");
    twins.far_end.ended();
    let (code, ..) = fault(&twins.db, &sql).await;
    assert!(code.starts_with("08"), "{code}");
}

#[tokio::test]
async fn after_a_failure_a_transaction_takes_nothing_until_it_is_rolled_back() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let count = format!("SELECT count(*) FROM {}", twins.archived);
    client.batch_execute("BEGIN; SAVEPOINT a").await.unwrap();
    assert_eq!(fault(&client, &format!("SELECT 1 / 0 FROM {}", twins.archived)).await.0, "22012");
    assert_eq!(fault(&client, &count).await.0, "25P02");
    client.batch_execute("ROLLBACK TO a").await.unwrap();
    assert_eq!(one(&client, &count).await, "240");
    client
        .batch_execute(&format!("DECLARE c CURSOR FOR SELECT global_position FROM {} ORDER BY 1", twins.archived))
        .await
        .unwrap();
    let first = ask(&client, "FETCH 7 FROM c").await.unwrap();
    assert_eq!(ask(&client, "FETCH 100 FROM c").await.unwrap().len(), 100);
    client.batch_execute("MOVE BACKWARD ALL IN c").await.unwrap();
    assert_eq!(ask(&client, "FETCH 7 FROM c").await.unwrap(), first);
    client.batch_execute("COMMIT").await.unwrap();
    assert_eq!(fault(&client, "FETCH 1 FROM c").await.0, "34000");
}

#[tokio::test]
async fn a_statement_whose_archive_is_removed_while_it_reads_is_to_be_run_again() {
    let twins = twins(&["--no-cache"]).await;
    let all = format!("SELECT global_position FROM {}", twins.archived);
    let listed = twins.cli.run(&["archives", "list", "-o", "json"]).json();
    let dropped = listed.as_array().unwrap().iter().filter(|a| a["state"] == "dropped").count();
    // All but that of the year 12013 are past their time.
    let count = (dropped - 1).to_string();
    let kept = one(&twins.db, &format!("SELECT count(*) FROM {} WHERE \"time\" > now()", twins.plain)).await;
    for (removal, left) in [
        // The archives that hold the stream are made anew, and the old ones go.
        (vec!["archives", "erase", "--stream", "account-2", "--reason", "asked for", "--yes"], "240"),
        (vec!["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", &count], &kept),
    ] {
        let client = twins.far_end.client().await;
        client.batch_execute(&format!("BEGIN; DECLARE c CURSOR FOR {all}")).await.unwrap();
        assert_eq!(ask(&client, "FETCH 1 FROM c").await.unwrap().len(), 1);
        twins.cli.run(&removal).succeeds();
        let (code, message, hint) = fault(&client, "FETCH ALL FROM c").await;
        assert_eq!(code, "40001", "{removal:?}: {message}");
        assert!(hint.contains("again"), "{hint}");
        client.batch_execute("ROLLBACK").await.unwrap();
        let now = one(&client, &format!("SELECT count(*) FROM {}", twins.archived)).await;
        assert_eq!(now, left, "{removal:?}");
    }
}

#[tokio::test]
async fn rows_come_once_and_in_order_however_many_are_fetched_at_a_time() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let select = format!("SELECT global_position FROM {} ORDER BY global_position", twins.archived);
    let whole = ask(&client, &select).await.unwrap();
    assert_eq!(whole.len(), 240);
    client.batch_execute(&format!("BEGIN; DECLARE c CURSOR FOR {select}")).await.unwrap();
    // What was read ahead is more, as much, and less than what comes to be asked for.
    for _ in 0..2 {
        let mut found = Vec::new();
        for amount in ["3", "3", "3", "2", "1", "7", "7", "60", "60", "1", "59", "ALL", "5"] {
            found.extend(ask(&client, &format!("FETCH {amount} FROM c")).await.unwrap());
        }
        assert_eq!(found, whole);
        client.batch_execute("MOVE BACKWARD ALL IN c").await.unwrap();
    }
    for amount in ["3", "3", "3"] {
        assert_eq!(ask(&client, &format!("FETCH {amount} FROM c")).await.unwrap().len(), 3);
    }
    client.batch_execute("MOVE BACKWARD ALL IN c").await.unwrap();
    assert_eq!(ask(&client, "FETCH 4 FROM c").await.unwrap(), whole[..4]);
    client.batch_execute("CLOSE c; COMMIT").await.unwrap();
}
