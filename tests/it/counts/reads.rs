//! The functions that servers call, where a read reaches into archives and the namespace says that this is to fail.

use eventodb_admin::Kind;
use eventodb_admin::archive::AfterVerify;
use eventodb_admin::db::errors::explain;
use eventodb_admin::messages::{self, StreamName};
use eventodb_admin::namespace::{self, ArchivedReads, NewReads};

use super::lab::{Lab, Server, shown};

/// Reads as a server does, with nothing set in the session.
pub async fn as_server(lab: &Lab, call: &str) -> Result<String, String> {
    lab.sql("SET eventodb.archived_reads = ''").await;
    let sql =
        lab.scope.render(&format!("SELECT coalesce(string_agg(position::text, ','), '') FROM {{{{schema}}}}.{call}"));
    let read = lab.db.query_one(&sql.unwrap(), &[]).await;
    lab.sql("SET eventodb.archived_reads = 'skip'").await;
    match read {
        Ok(row) => Ok(row.get(0)),
        Err(e) => Err(e.code().unwrap().code().to_owned()),
    }
}

pub async fn set(lab: &mut Lab, mode: ArchivedReads) {
    let reads = match mode {
        ArchivedReads::Skip => NewReads::Skip,
        ArchivedReads::Fail => NewReads::Fail,
        ArchivedReads::Serve => unreachable!("nothing is served here"),
    };
    namespace::set_archived_reads(&mut lab.db, &lab.scope, &reads).await.map_err(shown).unwrap();
}

fn line(n: u128, stream: &str, kind: &str, pos: i64, gpos: i64, day: u32) -> String {
    format!(
        "{{\"id\":\"{}\",\"stream\":\"{stream}\",\"type\":\"{kind}\",\"pos\":{pos},\"gpos\":{gpos},\"data\":null,\
         \"meta\":null,\"time\":\"2013-01-{day:02}T12:00:00Z\"}}\n",
        uuid::Uuid::from_u128(n)
    )
}

/// Three weeks, of which the first or the second is archived. `account-1` is in all of them, `account-2` in the first and
/// third, `quiet-1` in the first alone; `gap-1` was imported with a hole.
async fn three_weeks(archived: usize) -> Lab {
    let mut lab = Lab::new(Server::Main).await;
    let lines = [
        line(1, "account-1", "Opened", 0, 1, 3),
        line(2, "account-2", "Opened", 0, 2, 4),
        line(3, "quiet-1", "Opened", 0, 3, 5),
        line(4, "account-1", "Moved", 1, 4, 6),
        line(5, "account-1", "Moved", 2, 5, 11),
        line(6, "other-1", "Moved", 0, 6, 12),
        line(7, "account-1", "Closed", 3, 7, 18),
        line(8, "account-2", "Moved", 1, 8, 19),
        line(9, "gap-1", "Moved", 0, 9, 19),
        line(10, "gap-1", "Moved", 5, 10, 20),
    ];
    lab.import(lines.concat().as_bytes()).await.map_err(shown).unwrap();
    let chunks = lab.closed().await;
    for result in lab.archive(&chunks[archived..=archived], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    lab
}

const FAILS: Result<&str, &str> = Err("VA001");

async fn assert_reads(lab: &Lab, cases: &[(&str, Result<&str, &str>)]) {
    for (call, expected) in cases {
        let found = as_server(lab, call).await;
        assert_eq!(found.as_ref().map(String::as_str).map_err(String::as_str), *expected, "{call}");
    }
}

#[tokio::test]
async fn reads_that_reach_into_the_archived_past_fail_and_others_do_not() {
    let mut lab = three_weeks(0).await;
    set(&mut lab, ArchivedReads::Fail).await;
    assert_reads(
        &lab,
        &[
            // A new projection begins at the beginning.
            ("get_category_messages('account')", FAILS),
            ("get_category_messages('account', 1, 1)", FAILS),
            ("get_category_messages('')", FAILS),
            ("get_category_messages('account', 1, -1)", FAILS),
            ("get_category_messages('account', 4)", FAILS),
            ("get_category_messages('account', 1, 10, NULL, 0, 2)", FAILS),
            // One that has read all of the archive goes on.
            ("get_category_messages('account', 5)", Ok("2,3,1")),
            ("get_category_messages('account', 11)", Ok("")),
            // What the archive does not hold, or holds only before the position.
            ("get_category_messages('other')", Ok("0")),
            ("get_category_messages('quiet', 4)", Ok("")),
            ("get_category_messages('quiet', 3)", FAILS),
            ("get_category_messages('nobody')", Ok("")),
            ("get_category_messages('account', 1, 0)", Ok("")),
            // Streams.
            ("get_stream_messages('account-1')", FAILS),
            ("get_stream_messages('account-1', 1, 1)", FAILS),
            ("get_stream_messages('account-1', 2)", Ok("2,3")),
            ("get_stream_messages('account-1', 2, 1)", Ok("2")),
            ("get_stream_messages('account-1', 4)", Ok("")),
            ("get_stream_messages('account-1', 2, -1)", Ok("2,3")),
            ("get_stream_messages('account-1', 0, -1)", FAILS),
            ("get_stream_messages('account-2', 1)", Ok("1")),
            ("get_stream_messages('quiet-1')", FAILS),
            ("get_stream_messages('quiet-1', 1)", Ok("")),
            ("get_stream_messages('nobody-1')", Ok("")),
            // A hole that was imported is no archive.
            ("get_stream_messages('gap-1')", Ok("0,5")),
            ("get_stream_messages('gap-1', 1)", Ok("5")),
            ("get_stream_messages('gap-1', 0, 2)", Ok("0,5")),
            ("get_stream_messages('gap-1', 0, 1)", Ok("0")),
            ("get_stream_messages('gap-1', 0, -1)", Ok("0,5")),
            // The last message.
            ("get_last_stream_message('account-1')", Ok("3")),
            ("get_last_stream_message('account-1', 'Moved')", Ok("2")),
            ("get_last_stream_message('account-1', 'Opened')", FAILS),
            ("get_last_stream_message('account-1', 'Nothing')", Ok("")),
            ("get_last_stream_message('quiet-1')", FAILS),
            ("get_last_stream_message('quiet-1', 'Opened')", FAILS),
            ("get_last_stream_message('quiet-1', 'Moved')", Ok("")),
            ("get_last_stream_message('gap-1', 'Opened')", Ok("")),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_page_that_would_jump_over_an_archive_fails_and_a_page_before_it_does_not() {
    let mut lab = three_weeks(1).await;
    set(&mut lab, ArchivedReads::Fail).await;
    assert_reads(
        &lab,
        &[
            ("get_category_messages('account', 1, 3)", Ok("0,0,1")),
            ("get_category_messages('account', 1, 4)", FAILS),
            ("get_category_messages('account', 6)", Ok("3,1")),
            ("get_category_messages('quiet')", Ok("0")),
            ("get_category_messages('', 1, 4)", Ok("0,0,0,1")),
            ("get_category_messages('', 1, 5)", FAILS),
            ("get_stream_messages('account-1', 0, 2)", Ok("0,1")),
            ("get_stream_messages('account-1', 0, 3)", FAILS),
            ("get_stream_messages('account-1', 3)", Ok("3")),
            // All of it is live, whatever is archived around it.
            ("get_stream_messages('account-2')", Ok("0,1")),
            ("get_last_stream_message('account-1', 'Closed')", Ok("3")),
            ("get_last_stream_message('account-1', 'Moved')", FAILS),
            ("get_last_stream_message('account-2', 'Opened')", Ok("0")),
        ],
    )
    .await;
}

#[tokio::test]
async fn archives_that_were_never_counted_hold_what_the_ledger_says() {
    let mut lab = three_weeks(0).await;
    set(&mut lab, ArchivedReads::Fail).await;
    lab.sql("DELETE FROM {{schema}}.counted").await;
    assert_reads(
        &lab,
        &[
            ("get_category_messages('account')", FAILS),
            ("get_category_messages('other')", Ok("0")),
            ("get_category_messages('quiet', 4)", FAILS),
            ("get_category_messages('quiet', 5)", Ok("")),
            ("get_last_stream_message('account-1', 'Nothing')", FAILS),
        ],
    )
    .await;
    // Without counts in the ledger any category may be in it.
    lab.sql("UPDATE eventodb_store.archives SET category_counts = NULL WHERE namespace = {{namespace_text}}").await;
    assert_reads(&lab, &[("get_category_messages('other')", FAILS), ("get_category_messages('other', 5)", Ok("0"))])
        .await;
}

#[tokio::test]
async fn nothing_changes_until_it_is_asked_for_and_what_came_back_is_read() {
    let mut lab = three_weeks(0).await;
    let skipping: &[(&str, Result<&str, &str>)] = &[
        ("get_category_messages('account')", Ok("2,3,1")),
        ("get_stream_messages('account-1')", Ok("2,3")),
        ("get_last_stream_message('account-1', 'Opened')", Ok("")),
    ];
    assert_reads(&lab, skipping).await;
    set(&mut lab, ArchivedReads::Fail).await;
    assert_reads(&lab, &[("get_category_messages('account')", FAILS)]).await;
    // Our own reads reach into the archive.
    let stream: StreamName = "account-1".parse().unwrap();
    let read = messages::StreamRead { stream, from: 0, limit: None, archived: messages::Archived::Auto };
    let (mut positions, reach) = (Vec::new(), lab.reach());
    messages::read_stream(&mut lab.db, &lab.scope, &read, &reach, |m| {
        positions.push(m.position);
        Ok(())
    })
    .await
    .unwrap();
    assert_eq!(positions, [0, 1, 2, 3]);
    // What the server says is told as what it is.
    lab.sql("SET eventodb.archived_reads = 'fail'").await;
    let sql = lab.scope.render("SELECT FROM {{schema}}.get_category_messages('account')").unwrap();
    let e = explain("reading", lab.db.query(&sql, &[]).await.unwrap_err());
    assert_eq!(e.kind(), Kind::Archived);
    assert!(e.hint_text().unwrap().contains("archives rehydrate"), "{e}");
    lab.sql("SET eventodb.archived_reads = 'skip'").await;

    lab.rehydrate_all().await;
    assert_reads(
        &lab,
        &[
            ("get_category_messages('account')", Ok("0,0,1,2,3,1")),
            ("get_stream_messages('account-1')", Ok("0,1,2,3")),
            ("get_last_stream_message('account-1', 'Opened')", Ok("0")),
        ],
    )
    .await;
    lab.archive_all().await;
    set(&mut lab, ArchivedReads::Skip).await;
    assert_reads(&lab, &[("get_category_messages('account')", Ok("")), ("get_stream_messages('account-1')", Ok(""))])
        .await;
}
