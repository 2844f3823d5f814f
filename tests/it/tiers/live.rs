//! What means live messages does not ask the far end: here nobody answers there.

use eventodb_admin::archive::AfterVerify;
use eventodb_admin::chunks;
use eventodb_admin::messages::Archived;
use eventodb_admin::namespace;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};
use super::stand_in::{NOWHERE, answer, application, served, served_from, set, soon};

/// Four weeks, of which two are archived, and a far end that is away.
async fn nobody_answers() -> Lab {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(4, 100).await;
    set(&mut lab, served_from(NOWHERE)).await;
    let chunks = lab.closed().await;
    for result in lab.archive(&chunks[..2], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    lab
}

#[tokio::test]
async fn writes_and_reads_of_live_messages_go_on_while_the_far_end_is_away() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = nobody_answers().await;
    let app = application(&lab).await;
    let fine = [
        ("SELECT {{schema}}.write_message('00000000-0000-4000-8000-00000000000a', 'new-1', 'A', '{}')", "(0)"),
        // The same id again keeps its place.
        ("SELECT {{schema}}.write_message('00000000-0000-4000-8000-00000000000a', 'new-1', 'A', '{}')", "(0)"),
        ("SELECT {{schema}}.write_message('00000000-0000-4000-8000-00000000000b', 'account-1', 'A', '{}', NULL, 19)", "(20)"),
        (
            "SELECT (b).first_position FROM {{schema}}.append_messages('new-1', ARRAY[gen_random_uuid()], ARRAY['B'::varchar],
                ARRAY['{}'::jsonb], ARRAY[NULL::jsonb]) b",
            "(1)",
        ),
        ("SELECT count(*) FROM {{schema}}.get_stream_messages('new-1')", "(2)"),
        // Its beginning is archived; this page is not.
        ("SELECT count(*) FROM {{schema}}.get_stream_messages('account-1', 15)", "(6)"),
        ("SELECT count(*) FROM {{schema}}.get_category_messages('account', 201)", "(101)"),
        ("SELECT count(*) FROM {{schema}}.get_category_messages('', 201)", "(203)"),
        ("SELECT count(*) FROM {{schema}}.get_category_messages('new')", "(2)"),
        ("SELECT position FROM {{schema}}.get_last_stream_message('account-1')", "(20)"),
        ("SELECT position FROM {{schema}}.get_last_stream_message('account-1', 'A')", "(20)"),
        ("SELECT {{schema}}.stream_version('account-1')", "(20)"),
    ];
    for (sql, expected) in fine {
        assert_eq!(answer(&lab, &app, sql).await, Ok(expected.to_owned()), "{sql}");
    }
    // Plain inserts, and copies of rows with positions of their own.
    let insert = "INSERT INTO {{schema}}.messages (position, stream_name, type) VALUES (0, 'plain-1', 'C')";
    app.batch_execute(&lab.scope.render(insert).unwrap()).await.unwrap();
    let own = "INSERT INTO {{schema}}.messages (position, global_position, stream_name, type) VALUES (0, 900, 'plain-2', 'C')";
    app.batch_execute(&lab.scope.render(own).unwrap()).await.unwrap();
    let taken = "INSERT INTO {{schema}}.messages (position, stream_name, type) VALUES (0, 'plain-1', 'C')";
    let error = app.batch_execute(&lab.scope.render(taken).unwrap()).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23505");
    let away = [
        "SELECT count(*) FROM {{schema}}.messages",
        "SELECT * FROM {{schema}}.get_stream_messages('account-1', 5)",
        "SELECT * FROM {{schema}}.get_category_messages('account')",
        "SELECT * FROM {{schema}}.get_category_messages('', 5)",
    ];
    for sql in away {
        assert_eq!(answer(&lab, &app, sql).await, Err("08001".to_owned()), "{sql}");
    }
}

#[tokio::test]
async fn the_program_counts_archives_and_proves_without_the_far_end() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = nobody_answers().await;
    lab.assert_covered().await;
    assert_eq!(lab.export().await.unwrap().lines().count(), 400);
    assert_eq!(lab.export_with(Archived::Skip).await.unwrap().lines().count(), 200);
    let listed =
        chunks::select(&lab.db, &lab.scope, &chunks::Selection::OlderThan(std::time::Duration::ZERO)).await.unwrap();
    assert_eq!(listed.len(), 2);
    // What is archived and counted is what is live: nothing of another archive comes in.
    let archived = lab.archive(&listed[..1], AfterVerify::Keep).await.remove(0).map_err(shown).unwrap();
    assert_eq!(archived.rows, 100);
    if lab.db.server.supports_compression() {
        lab.sql(&format!("SELECT {}.compress_chunk('{}')", lab.scope.extension(), listed[1].table)).await;
    }
    for archive in lab.archives().await.iter().filter(|a| a.state == eventodb_admin::archive::State::Dropped) {
        lab.rehydrate(archive.id).await.map_err(shown).unwrap();
    }
    lab.assert_covered().await;
    assert_eq!(lab.export_with(Archived::Skip).await.unwrap().lines().count(), 400);
    lab.sql("DROP SCHEMA {{schema}} CASCADE").await;
}

#[tokio::test]
async fn no_function_that_means_live_messages_lacks_the_setting() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = Lab::new(Server::Main).await;
    // Whatever names the messages in a query has to say which ones it means.
    let unsaid = lab
        .one(
            "SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p
              WHERE p.pronamespace = '{{schema}}'::regnamespace
                AND p.prosrc ~* '(from|join|update) +\"?{{schema}}\"?\\.messages\\M'
                AND NOT coalesce(array_to_string(p.proconfig, ' ') ~ 'enable_tiered_reads', false)",
        )
        .await;
    assert_eq!(unsaid, "NULL");
}

#[tokio::test]
async fn a_continuous_aggregate_counts_archived_messages_as_well() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(4, 60).await;
    if !lab.db.server.supports_compression() {
        // Continuous aggregates are the Community edition's.
        return far.end(&mut lab).await;
    }
    let app = application(&lab).await;
    let made = format!(
        "CREATE MATERIALIZED VIEW {{{{schema}}}}.by_month WITH (timescaledb.continuous) AS
         SELECT {0}.time_bucket('28 days', time) AS month, count(*) AS messages FROM {{{{schema}}}}.messages GROUP BY 1 WITH NO DATA",
        lab.scope.extension()
    );
    let refresh =
        format!("CALL {}.refresh_continuous_aggregate('{{{{schema}}}}.by_month', NULL, NULL)", lab.scope.extension());
    app.batch_execute(&lab.scope.render(&made).unwrap()).await.unwrap();
    let chunks = lab.closed().await;
    for result in lab.archive(&chunks[..2], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    let sum = "SELECT sum(messages) FROM {{schema}}.by_month";
    app.batch_execute(&lab.scope.render(&refresh).unwrap()).await.unwrap();
    assert_eq!(answer(&lab, &app, sum).await.unwrap(), "(240)");
    // One comes back; the bucket has messages of the other, which is still archived.
    let id = lab.archives().await[0].id;
    lab.rehydrate(id).await.map_err(shown).unwrap();
    assert_eq!(answer(&lab, &app, sum).await.unwrap(), "(240)");
    far.end(&mut lab).await;
}

#[tokio::test]
async fn how_far_archives_reach_is_noted_with_the_drop_and_without_the_note_no_page_is_short() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(4, 100).await;
    let app = application(&lab).await;
    let noted = "SELECT archived_until || ' ' || archived_position FROM {{schema}}.settings";
    let reach = "SELECT max(range_end) || ' ' || max(last_global_position) FROM eventodb_store.archives
                  WHERE namespace = {{namespace_text}} AND state IN ('dropped', 'rehydrated')";
    assert_eq!(lab.one(noted).await, "-infinity -9223372036854775808");
    let chunks = lab.closed().await;
    for at in [2, 0] {
        lab.archive(&chunks[at..=at], AfterVerify::Drop).await.remove(0).map_err(shown).unwrap();
        assert_eq!(lab.one(noted).await, lab.one(reach).await, "{at}");
    }
    let before = lab.one(noted).await;
    lab.rehydrate_all().await;
    assert_eq!(lab.one(noted).await, before, "it does not go back");
    lab.archive_all().await;
    let all = lab.one(noted).await;
    assert_eq!(all, lab.one(reach).await);
    let page = "SELECT count(*) FROM {{schema}}.get_stream_messages('account-1')";
    assert_eq!(soon(&lab, &app, page).await.unwrap(), "(20)");
    lab.sql("UPDATE {{schema}}.settings SET archived_until = '-infinity'").await;
    assert_eq!(answer(&lab, &app, page).await, Err("40001".to_owned()));
    // A namespace that has no such note looks when it is upgraded.
    lab.sql(
        "ALTER TABLE {{schema}}.settings DROP COLUMN archived_until, DROP COLUMN archived_position;
         DROP FUNCTION {{schema}}.note_dropped, {{schema}}.refuse_short_page;
         DELETE FROM {{schema}}._admin_migrations WHERE version = 20",
    )
    .await;
    let row = namespace::find(&lab.db, lab.scope.namespace()).await.unwrap();
    assert_eq!(
        namespace::upgrade(&mut lab.db, &row).await.map_err(shown).unwrap().applied,
        ["020_live_costs", "functions"]
    );
    assert_eq!(lab.one(noted).await, all);
    assert_eq!(soon(&lab, &application(&lab).await, page).await.unwrap(), "(20)");
    far.end(&mut lab).await;
}
