//! Changes of messages by hand, while archived ones stand beside the live.

use eventodb_admin::archive::AfterVerify;

use super::lab::{shown, skip_where_nobody_waits};
use super::stand_in::{COLUMNS, answer, application, connect, served, served_from, set};

#[tokio::test]
async fn what_hits_live_messages_is_done_and_what_would_hit_archived_ones_is_refused() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(3, 60).await;
    let chunks = lab.closed().await;
    lab.archive(&chunks[..1], AfterVerify::Drop).await;
    let app = application(&lab).await;
    for session in [&app, &lab.another_session().await] {
        let scope = &lab.scope;
        let done = |sql: &'static str| async move {
            session.execute(&scope.render(sql).unwrap(), &[]).await.map_err(|e| e.code().unwrap().code().to_owned())
        };
        assert_eq!(done("UPDATE {{schema}}.messages SET metadata = '{}' WHERE global_position = 100").await, Ok(1));
        assert_eq!(
            done("UPDATE {{schema}}.messages SET metadata = '{}' WHERE global_position = 7").await,
            Err("0A000".into())
        );
        assert_eq!(done("DELETE FROM {{schema}}.messages WHERE global_position = 7").await, Err("0A000".into()));
        assert_eq!(done("DELETE FROM {{schema}}.messages WHERE global_position = 7000").await, Ok(0));
        assert_eq!(done("DELETE FROM {{schema}}.messages").await, Err("0A000".into()));
    }
    assert_eq!(answer(&lab, &app, "SELECT count(*) FROM {{schema}}.messages").await.unwrap(), "(180)");
    let delete = lab.scope.render("DELETE FROM {{schema}}.messages WHERE global_position = 180").unwrap();
    assert_eq!(app.execute(&delete, &[]).await.unwrap(), 1);
    far.end(&mut lab).await;
}

#[tokio::test]
async fn clearing_a_namespace_clears_it() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 50).await;
    lab.archive_all().await;
    // A far end that takes TRUNCATE as done: a table, which is empty already.
    let sql = format!("DROP VIEW {0}.messages; CREATE TABLE {0}.messages ({COLUMNS})", lab.scope.schema());
    far.db.batch_execute(&sql).await.unwrap();
    let app = application(&lab).await;
    app.batch_execute(&lab.scope.render("TRUNCATE {{schema}}.messages RESTART IDENTITY").unwrap()).await.unwrap();
    assert_eq!(answer(&lab, &app, "SELECT count(*) FROM {{schema}}.messages").await.unwrap(), "(0)");
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.heads").await, "0");
    assert!(lab.archives().await.iter().all(|a| a.state == eventodb_admin::archive::State::Expired));
    assert_eq!(lab.write("new-1", "A").await.unwrap(), 0);
    far.end(&mut lab).await;
}

#[tokio::test]
async fn an_erasure_reaches_live_messages_beside_archived_ones_of_the_same_time() {
    use eventodb_admin::db::queries::erasures;

    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(1, 40).await;
    lab.archive_all().await;
    let late = "{\"id\":\"00000000-0000-4000-8000-00000000beef\",\"stream\":\"account-1\",\"type\":\"Late\",\"pos\":2,\"gpos\":900,\
                \"data\":{\"a\":1},\"meta\":null,\"time\":\"2013-01-04T12:00:00Z\"}\n";
    lab.import(late.as_bytes()).await.map_err(shown).unwrap();
    let chunk = lab.closed().await.remove(0);
    let streams = ["account-1".to_owned()];
    let erased = erasures::erase_in(lab.db.client(), &lab.scope, &chunk, &streams).await.unwrap();
    assert_eq!(erased, [("account-1".to_owned(), 1)]);
    set(&mut lab, served_from(&far.url)).await;
    drop(connect(&far.url).await);
    far.end(&mut lab).await;
}
