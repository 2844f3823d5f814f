//! Nothing archived is changed by way of the server; what hits nothing archived goes through.

use super::far_end::{ask, fault};
use super::nasty::twins;

#[tokio::test]
async fn changes_that_hit_nothing_archived_go_through_and_others_are_refused() {
    let twins = twins(&[]).await;
    let (archived, foreign) = (&twins.archived, &twins.foreign);
    let client = twins.far_end.client().await;
    for sql in [
        format!("DELETE FROM {archived} WHERE stream_name = 'none'"),
        format!("UPDATE {archived} SET \"type\" = 'x' WHERE global_position > 100000"),
        format!("UPDATE {archived} SET \"type\" = 'x' WHERE stream_name = 'none' RETURNING id"),
        format!("SELECT * FROM {archived} WHERE stream_name = 'none' FOR UPDATE"),
        format!("TRUNCATE {archived}"),
    ] {
        assert_eq!(ask(&client, &sql).await, Ok(Vec::new()), "{sql}");
    }
    for sql in [
        format!("DELETE FROM {archived} WHERE stream_name = 'account-1'"),
        format!("DELETE FROM {archived}"),
        format!("UPDATE {archived} SET \"type\" = 'x' WHERE \"type\" = 'Opened' RETURNING id"),
        format!("SELECT * FROM {archived} WHERE stream_name = 'account-1' FOR UPDATE"),
        format!("INSERT INTO {archived} VALUES (1)"),
    ] {
        let (code, _, hint) = fault(&client, &sql).await;
        assert_eq!(code, "55000", "{sql}");
        assert!(hint.contains("eventodb-admin archives erase") || hint.contains("messages import"), "{hint}");
    }
    // By the foreign table, also where the database looks at the rows itself.
    for sql in [
        format!("DELETE FROM {foreign} WHERE stream_name = 'none'"),
        format!("DELETE FROM {foreign} WHERE stream_name = 'none' AND data ->> 'a' = '1'"),
        format!("DELETE FROM {foreign} WHERE stream_name = 'account-1' AND data ->> 'a' = 'nowhere'"),
        format!("UPDATE {foreign} SET \"type\" = 'x' WHERE stream_name = 'none' RETURNING *"),
        format!("TRUNCATE {foreign}"),
    ] {
        assert_eq!(ask(&twins.db, &sql).await, Ok(Vec::new()), "{sql}");
    }
    for sql in [
        format!("DELETE FROM {foreign} WHERE stream_name = 'account-1'"),
        format!("DELETE FROM {foreign} WHERE data ->> 'a' = '1'"),
        format!("UPDATE {foreign} SET \"type\" = 'x' WHERE stream_name = 'account-1'"),
    ] {
        let (code, _, hint) = fault(&twins.db, &sql).await;
        assert_eq!(code, "55000", "{sql}");
        assert!(hint.contains("eventodb-admin archives erase"), "{hint}");
    }
    let count = |table: &str| format!("SELECT count(*) FROM {table}");
    assert_eq!(ask(&twins.db, &count(foreign)).await, ask(&twins.db, &count(&twins.plain)).await);
}

#[tokio::test]
async fn what_is_not_answered_exactly_is_refused_with_what_to_do() {
    let twins = twins(&[]).await;
    let client = twins.far_end.client().await;
    let t = &twins.archived;
    for sql in [
        format!("SELECT data -> 'a' FROM {t}"),
        format!("SELECT * FROM {t} WHERE data ->> 'a' = '1'"),
        format!("SELECT * FROM {t} WHERE stream_name ~ 'a.*'"),
        format!("SELECT * FROM {t} WHERE stream_name SIMILAR TO 'a%'"),
        format!("SELECT * FROM {t} WHERE lower(\"type\") = 'opened'"),
        format!("SELECT * FROM {t} WHERE data < '1'::jsonb"),
        format!("SELECT * FROM {t} ORDER BY data"),
        format!("SELECT * FROM {t} a JOIN {t} b ON a.id = b.id"),
        format!("SELECT * FROM {t}, {t} b"),
        format!("SELECT \"type\", count(*) FROM {t} GROUP BY \"type\""),
        format!("SELECT DISTINCT stream_name FROM {t}"),
        format!("SELECT sum(global_position) FROM {t}"),
        format!("SELECT * FROM {t} WHERE \"time\" > now()"),
        format!("SELECT * FROM {t} WHERE \"time\" > 'yesterday'"),
        format!("SELECT * FROM {t} WHERE \"time\"::date = '2013-01-03'::date"),
        format!("SELECT * FROM {t} WHERE global_position IN (SELECT 1)"),
        format!("WITH m AS (SELECT 1) SELECT * FROM {t}"),
        format!("SELECT * FROM {t} UNION ALL SELECT * FROM {t}"),
        format!("SELECT * FROM {t} TABLESAMPLE SYSTEM (10)"),
        format!("SELECT row_number() OVER () FROM {t}"),
        format!("SELECT (global_position, id) FROM {t}"),
        "SET timezone = 'Europe/Berlin'".to_owned(),
        "SET statement_timeout = 5".to_owned(),
        "VACUUM".to_owned(),
        "CREATE TABLE a (b int)".to_owned(),
        "EXPLAIN ANALYZE SELECT 1".to_owned(),
    ] {
        let (code, message, hint) = fault(&client, &sql).await;
        assert_eq!(code, "0A000", "{sql}: {message}");
        assert!(!hint.is_empty(), "{sql}: {message}");
    }
    assert_eq!(fault(&client, "SELECT nothing FROM tsdb.messages").await.0, "42703");
    assert_eq!(fault(&client, "SELECT * FROM nowhere.messages").await.0, "42P01");
    assert_eq!(fault(&client, "SELEC").await.0, "0A000");
    assert_eq!(fault(&client, "SELECT * FROM WHERE").await.0, "42601");
    // The way round that the hint names.
    let outside = format!(
        "SELECT \"type\", count(*) FROM (SELECT * FROM {} OFFSET 0) m WHERE data ->> 'a' IS NULL GROUP BY 1 ORDER BY 1",
        twins.foreign
    );
    let plain = outside.replace(&twins.foreign, &twins.plain);
    assert_eq!(ask(&twins.db, &outside).await, ask(&twins.db, &plain).await);
}
