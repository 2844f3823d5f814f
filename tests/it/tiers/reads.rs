//! What the functions and plain queries give where a part is archived: what they gave before.

use super::lab::skip_where_nobody_waits;
use super::stand_in::{answer, application, served, soon};

/// Pages of every kind: whole ones, short ones, those that begin, end or lie in archives, and those that are all live.
pub fn reads() -> Vec<String> {
    let mut all = vec![
        "SELECT count(*), min(global_position), max(global_position), count(DISTINCT id) FROM {{schema}}.messages".to_owned(),
        "SELECT * FROM {{schema}}.messages ORDER BY global_position".to_owned(),
        "SELECT stream_name, count(*), max(position) FROM {{schema}}.messages GROUP BY 1 ORDER BY 1".to_owned(),
        "SELECT h.stream_name FROM {{schema}}.heads h JOIN {{schema}}.messages m USING (stream_name, position) ORDER BY 1".to_owned(),
        "SELECT * FROM {{schema}}.messages WHERE data @> '{\"n\": 7}'".to_owned(),
        "SELECT * FROM {{schema}}.get_category_messages('account', 1, -1)".to_owned(),
        "SELECT * FROM {{schema}}.get_category_messages('', 1, -1)".to_owned(),
        "SELECT * FROM {{schema}}.get_category_messages('order', 1, 1000, NULL, 1, 3)".to_owned(),
        "SELECT * FROM {{schema}}.get_category_messages('order', 1, 1000, 'nobody')".to_owned(),
        "SELECT * FROM {{schema}}.get_category_messages('nothing')".to_owned(),
        "SELECT * FROM {{schema}}.get_last_stream_message('account-0')".to_owned(),
        "SELECT * FROM {{schema}}.get_last_stream_message('account-0', 'Happened')".to_owned(),
        "SELECT * FROM {{schema}}.get_last_stream_message('account-0', 'Nothing')".to_owned(),
        "SELECT * FROM {{schema}}.get_last_stream_message('nobody-1')".to_owned(),
        "SELECT {{schema}}.stream_version('account-0')".to_owned(),
    ];
    for (from, limit) in
        [(0, 1000), (0, 3), (4, 2), (9, 1), (12, 5), (15, 5), (17, 1000), (19, 1), (20, 5), (0, -1), (3, 0)]
    {
        all.push(format!("SELECT * FROM {{{{schema}}}}.get_stream_messages('account-1', {from}, {limit})"));
    }
    for (from, limit) in [(1, 10), (95, 10), (150, 30), (250, 1000), (299, 5), (301, 20), (399, 10), (500, 3)] {
        all.push(format!("SELECT * FROM {{{{schema}}}}.get_category_messages('account', {from}, {limit})"));
        all.push(format!("SELECT * FROM {{{{schema}}}}.get_category_messages('', {from}, {limit})"));
    }
    all
}

#[tokio::test]
async fn every_read_gives_what_it_gave_before_its_messages_were_archived() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(4, 100).await;
    let reader = application(&lab).await;
    let mut before = Vec::new();
    for read in reads() {
        before.push(answer(&lab, &reader, &read).await.unwrap());
    }
    for archived in [1, 3] {
        // The middle first: pages go from live over archived to live again.
        let chunks = lab.closed().await;
        let some = if archived == 1 { &chunks[1..2] } else { &chunks[..2] };
        for result in lab.archive(some, eventodb_admin::archive::AfterVerify::Drop).await {
            result.unwrap();
        }
        for session in [&reader, &application(&lab).await] {
            for (read, before) in reads().iter().zip(&before) {
                assert_eq!(answer(&lab, session, read).await.as_ref(), Ok(before), "{read} with {archived} archived");
            }
        }
    }
    lab.assert_covered().await;
    lab.rehydrate_all().await;
    for (read, before) in reads().iter().zip(&before) {
        assert_eq!(soon(&lab, &reader, read).await.as_ref(), Ok(before), "{read} once all is back");
    }
    far.end(&mut lab).await;
}

#[tokio::test]
async fn the_driver_gives_what_is_served_and_fails_where_nothing_is() {
    use eventodb_admin::events::{CategoryQuery, Events, Reading, StreamQuery};

    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 60).await;
    lab.archive_all().await;
    let events = Events::open(lab.db.client(), lab.scope.namespace()).await.unwrap();
    let app = application(&lab).await;
    let stream = "account-1".parse().unwrap();
    let page = StreamQuery { stream: &stream, from: 2, limit: 3, reading: Reading::Complete };
    let all = CategoryQuery {
        category: None,
        from: 1,
        limit: 100,
        correlation: None,
        group: None,
        reading: Reading::Complete,
    };
    assert_eq!(events.read_stream(app.client(), page).await.unwrap().len(), 3);
    assert_eq!(events.read_category(app.client(), all).await.unwrap().len(), 100);
    assert!(events.last(app.client(), &stream, None, Reading::Complete).await.unwrap().is_some());
    let live = StreamQuery { reading: Reading::Live, ..page };
    assert!(events.read_stream(app.client(), live).await.unwrap().is_empty());
    far.end(&mut lab).await;
    assert_eq!(events.read_stream(app.client(), page).await.unwrap_err().kind(), eventodb_admin::Kind::Archived);
}

#[tokio::test]
async fn conditions_and_prepared_statements_see_what_is_archived() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(3, 60).await;
    let reader = application(&lab).await;
    reader
        .batch_execute("SET message_store.sql_condition = 'on'; SET plan_cache_mode = force_generic_plan")
        .await
        .unwrap();
    let count = lab.scope.render("SELECT count(*) FROM {{schema}}.messages WHERE stream_name = $1").unwrap();
    let prepared = reader.prepare(&count).await.unwrap();
    let reads = [
        "SELECT * FROM {{schema}}.get_stream_messages('account-1', 0, 1000, 'messages.position % 2 = 0')",
        "SELECT * FROM {{schema}}.get_category_messages('account', 1, 1000, NULL, NULL, NULL, 'global_position < 100')",
    ];
    let mut before = Vec::new();
    for read in reads {
        before.push(answer(&lab, &reader, read).await.unwrap());
    }
    assert_eq!(reader.query_one(&prepared, &[&"account-1"]).await.unwrap().get::<_, i64>(0), 9);
    let chunks = lab.closed().await;
    lab.archive(&chunks[..2], eventodb_admin::archive::AfterVerify::Drop).await;
    assert_eq!(reader.query_one(&prepared, &[&"account-1"]).await.unwrap().get::<_, i64>(0), 9);
    for (read, before) in reads.iter().zip(&before) {
        assert_eq!(answer(&lab, &reader, read).await.as_ref(), Ok(before), "{read}");
    }
    far.end(&mut lab).await;
}

#[tokio::test]
async fn a_late_message_goes_into_an_archived_time_and_is_seen_once() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 50).await;
    lab.archive_all().await;
    let reader = application(&lab).await;
    let late = "{\"id\":\"00000000-0000-4000-8000-00000000beef\",\"stream\":\"late-1\",\"type\":\"Late\",\"pos\":0,\"gpos\":900,\
                \"data\":null,\"meta\":null,\"time\":\"2013-01-04T12:00:00Z\"}\n";
    lab.import(late.as_bytes()).await.unwrap();
    let all = "SELECT count(*), count(DISTINCT id) FROM {{schema}}.messages";
    assert_eq!(answer(&lab, &reader, all).await.unwrap(), "(101,101)");
    // Archived as a second part of that time, and back.
    far.keep().await;
    lab.archive_all().await;
    assert_eq!(answer(&lab, &reader, all).await.unwrap(), "(101,101)");
    lab.rehydrate_all().await;
    assert_eq!(soon(&lab, &reader, all).await.unwrap(), "(101,101)");
    lab.assert_covered().await;
    far.end(&mut lab).await;
}

#[tokio::test]
async fn a_session_may_say_otherwise_and_nothing_is_short_where_the_foreign_table_is_gone() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(2, 50).await;
    lab.archive_all().await;
    let reader = application(&lab).await;
    let read = "SELECT count(*) FROM {{schema}}.get_category_messages('account')";
    let mode = |mode: &str| format!("SET eventodb.archived_reads = '{mode}'");
    assert_eq!(answer(&lab, &reader, read).await.unwrap(), "(50)");
    reader.batch_execute(&mode("skip")).await.unwrap();
    assert_eq!(answer(&lab, &reader, read).await.unwrap(), "(0)");
    reader.batch_execute(&mode("fail")).await.unwrap();
    assert_eq!(answer(&lab, &reader, read).await, Err("VA001".to_owned()));
    reader.batch_execute(&mode("")).await.unwrap();
    // Plain queries are without them where the session says so; the functions ask all the same.
    reader.batch_execute("SET timescaledb.enable_tiered_reads = off").await.unwrap();
    assert_eq!(answer(&lab, &reader, read).await.unwrap(), "(50)");
    lab.sql("SELECT _timescaledb_functions.drop_osm_chunk('{{schema}}.messages')").await;
    assert_eq!(answer(&lab, &reader, read).await, Err("VA001".to_owned()));
    assert_eq!(
        answer(&lab, &reader, "SELECT * FROM {{schema}}.get_stream_messages('account-1')").await,
        Err("VA001".to_owned())
    );
    assert_eq!(
        answer(&lab, &reader, "SELECT * FROM {{schema}}.get_last_stream_message('account-1')").await,
        Err("VA001".to_owned())
    );
    far.end(&mut lab).await;
    reader.batch_execute(&mode("serve")).await.unwrap();
    assert_eq!(answer(&lab, &reader, read).await, Err("VA001".to_owned()), "it is not served any more");
}

#[tokio::test]
async fn a_stream_that_a_column_names_is_asked_for_and_not_all_that_is_archived() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(3, 200).await;
    lab.archive_all().await;
    lab.sql("CREATE TABLE {{schema}}.wanted AS SELECT 'account-1'::text COLLATE \"C\" AS stream, 'account' COLLATE \"C\" AS category").await;
    // The far end notes what it is asked.
    let note = "CREATE TABLE far.asked (statement text);
        CREATE FUNCTION far.told() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO far.asked SELECT c.statement FROM pg_cursors c; RETURN true; END $$;
        CREATE OR REPLACE VIEW {{schema}}.messages AS SELECT a.*, NULL::tid AS ctid FROM far.archived() a WHERE (SELECT far.told())";
    far.db.batch_execute(&lab.scope.render(note).unwrap()).await.unwrap();
    let app = application(&lab).await;
    for (call, condition) in [
        ("get_stream_messages(w.stream)", "stream_name = "),
        ("get_last_stream_message(w.stream)", "stream_name = "),
        ("get_last_stream_message(w.stream, 'Happened' COLLATE \"C\")", "stream_name = "),
        ("get_category_messages(w.category, 5)", "split_part(stream_name, "),
    ] {
        far.db.batch_execute("TRUNCATE far.asked").await.unwrap();
        let page = format!("SELECT count(*) > 0 FROM {{{{schema}}}}.wanted w, {{{{schema}}}}.{call} m");
        assert_eq!(soon(&lab, &app, &page).await.unwrap(), "(t)", "{call}");
        let asked = far.db.query("SELECT statement FROM far.asked", &[]).await.unwrap();
        assert!(!asked.is_empty(), "{call}");
        for statement in asked.iter().map(|row| row.get::<_, String>(0)) {
            assert!(statement.contains(condition), "{call}: {statement}");
        }
    }
    far.end(&mut lab).await;
}

#[tokio::test]
async fn pages_as_text_are_for_whoever_may_read_them_and_hide_what_a_policy_hides() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(3, 60).await;
    let role = format!("r{}", lab.scope.namespace());
    lab.sql(&format!(
        "CREATE ROLE {role}; GRANT USAGE ON SCHEMA {{{{schema}}}} TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA {{{{schema}}}} TO {role};
         GRANT USAGE ON SCHEMA eventodb_store TO {role}; GRANT SELECT ON eventodb_store.archives TO {role}"
    ))
    .await;
    let (all, reader) = (application(&lab).await, application(&lab).await);
    reader.batch_execute(&format!("SET ROLE {role}")).await.unwrap();
    lab.archive_all().await;
    let reads =
        ["get_category_messages('')", "get_category_messages('order', 7, 50)", "get_stream_messages('order-12', 1)"];
    let is_text = "SELECT {{schema}}.reads_archived_text()";
    let mut before = Vec::new();
    for read in reads {
        before.push(soon(&lab, &all, &format!("SELECT * FROM {{{{schema}}}}.{read}")).await.unwrap());
    }
    assert!(before.iter().all(|rows| rows.lines().count() > 2));
    for (change, expected) in [
        ("", "(t)"),
        ("REVOKE SELECT ON {{schema}}.archived_text FROM {role}", "(f)"),
        ("GRANT SELECT ON {{schema}}.archived_text TO {role}", "(t)"),
        ("ALTER TABLE {{schema}}.messages ENABLE ROW LEVEL SECURITY;
          CREATE POLICY orders ON {{schema}}.messages FOR SELECT TO {role} USING (stream_name LIKE 'order-%')", "(f)"),
        ("DROP POLICY IF EXISTS orders ON {{schema}}.messages; ALTER TABLE {{schema}}.messages DISABLE ROW LEVEL SECURITY", "(t)"),
        // Another server's table is not taken for it.
        ("DROP FOREIGN TABLE {{schema}}.archived_text; CREATE TABLE {{schema}}.archived_text (LIKE {{schema}}.messages);
          GRANT SELECT ON {{schema}}.archived_text TO {role}", "(f)"),
    ] {
        match lab.try_sql(&change.replace("{role}", &role)).await {
            Err(e) if e.code().is_some_and(|c| c.code() == "0A000") => {
                eprintln!("SKIPPED: needs a server without the columnstore for {change}");
                continue;
            }
            done => done.unwrap(),
        }
        assert_eq!(answer(&lab, &reader, is_text).await.as_deref(), Ok(expected), "{change}");
        for (read, before) in reads.iter().zip(&before) {
            let found = answer(&lab, &reader, &format!("SELECT * FROM {{{{schema}}}}.{read}")).await.unwrap();
            let seen = |line: &&str| !change.contains("POLICY orders ON {{schema}}.messages FOR") || line.contains("order-");
            let expected: Vec<_> = before.lines().filter(seen).collect();
            assert_eq!(found.lines().collect::<Vec<_>>(), expected, "{read} after {change}");
        }
    }
    lab.sql(&format!("DROP TABLE {{{{schema}}}}.archived_text; DROP OWNED BY {role}; DROP ROLE {role}")).await;
    far.end(&mut lab).await;
}
