//! Messages that were deleted and come back are counted once, by whatever way they come.

use eventodb_admin::archive::{self, AfterVerify};
use eventodb_admin::error::Kind;

use super::lab::{Lab, Server};

const SAVE: &str = "CREATE TEMPORARY TABLE saved AS SELECT * FROM {{schema}}.messages";
const BRING_BACK: &str = "INSERT INTO {{schema}}.messages SELECT s.* FROM saved s
    WHERE NOT EXISTS (SELECT FROM {{schema}}.messages m WHERE m.global_position = s.global_position)";

async fn counted(lab: &Lab) -> i64 {
    lab.one("SELECT sum(messages) FROM {{schema}}.heads").await.parse().unwrap()
}

fn of_stream(lines: &str, stream: &str) -> String {
    let name = format!("\"stream\":\"{stream}\"");
    lines.lines().filter(|line| line.contains(&name)).map(|line| format!("{line}\n")).collect()
}

#[tokio::test]
async fn messages_that_were_deleted_and_are_imported_again_are_counted_once() {
    let mut lab = Lab::new(Server::Main).await;
    let lines = lab.fill(2, 100).await;
    for stream in ["account-7", "order-14"] {
        lab.sql(&format!("DELETE FROM {{{{schema}}}}.messages WHERE stream_name = '{stream}'")).await;
        assert_eq!(counted(&lab).await, 200, "a deletion does not hide a loss");
        assert!(lab.coverage().await.findings.iter().any(|f| f.kind == "hole"));
        lab.import(of_stream(&lines, stream).as_bytes()).await.unwrap();
        assert_eq!(counted(&lab).await, 200);
        lab.assert_covered().await;
    }
    // All of it, and once the chunks were dropped by somebody.
    for forget in ["DELETE FROM {{schema}}.messages", "SELECT drop_chunks('{{schema}}.messages'::regclass, now())"] {
        lab.sql(&format!("SET search_path = public, pg_catalog; {forget}")).await;
        lab.import(lines.as_bytes()).await.unwrap();
        assert_eq!(counted(&lab).await, 200);
        lab.assert_covered().await;
    }
    // New ones are counted as ever.
    lab.write("account-7", "Happened").await.unwrap();
    assert_eq!(counted(&lab).await, 201);
    lab.archive_all().await;
    lab.assert_covered().await;
}

#[tokio::test]
async fn messages_that_were_deleted_and_are_inserted_again_are_counted_once() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    lab.sql(SAVE).await;
    // Some of a stream, in the middle and at its end, together with new ones.
    for gone in ["position IN (1, 3)", "position > 5", "stream_name LIKE 'order-%'"] {
        lab.sql(&format!("DELETE FROM {{{{schema}}}}.messages WHERE {gone}")).await;
        lab.sql(BRING_BACK).await;
        assert_eq!(counted(&lab).await, 200, "{gone}");
        lab.assert_covered().await;
    }
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'account-7' AND position = 9").await;
    lab.sql(
        "INSERT INTO {{schema}}.messages SELECT * FROM saved WHERE stream_name = 'account-7' AND position = 9
         UNION ALL SELECT (jsonb_populate_record(s, '{\"position\": 10, \"global_position\": 500, \"id\": \"11111111-2222-4333-8444-555555555555\"}')).* FROM saved s
                    WHERE stream_name = 'account-7' AND position = 9",
    )
    .await;
    assert_eq!(counted(&lab).await, 201);
    lab.assert_covered().await;
}

#[tokio::test]
async fn messages_of_a_stream_that_is_partly_archived_come_back_after_its_archives_and_are_counted_once() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(2, 100).await;
    lab.sql(SAVE).await;
    let closed = lab.closed().await;
    lab.archive(&closed[..1], AfterVerify::Drop).await;
    lab.sql("DELETE FROM {{schema}}.messages WHERE stream_name = 'account-7'").await;
    // Whether the archive holds them is not known to the database.
    assert!(lab.try_sql(BRING_BACK).await.is_err());
    assert_eq!(counted(&lab).await, 200);
    lab.rehydrate_all().await;
    lab.sql(BRING_BACK).await;
    assert_eq!(counted(&lab).await, 200);
    lab.assert_covered().await;
    lab.archive_all().await;
    lab.assert_covered().await;
    let dropped = lab.archives().await;
    assert_eq!(
        dropped.iter().filter(|a| a.state == archive::State::Dropped).filter_map(|a| a.message_count).sum::<i64>(),
        200
    );
}

#[tokio::test]
async fn a_gap_that_was_never_filled_counts_when_it_is() {
    let mut lab = Lab::new(Server::Main).await;
    let insert = |positions: &str| {
        format!(
            "INSERT INTO {{{{schema}}}}.messages (time, position, global_position, stream_name, type)
             SELECT '2013-01-04'::timestamptz + i * interval '1 s', i, 100 + i, 'gaps-1', 'T' FROM unnest(ARRAY{positions}) i"
        )
    };
    lab.sql(&insert("[0, 2, 5]")).await;
    assert_eq!(counted(&lab).await, 3);
    lab.sql(&insert("[3, 6]")).await;
    assert_eq!(counted(&lab).await, 5);
    lab.assert_covered().await;
    // What was lost does not come back by what fills a gap.
    lab.sql("DELETE FROM {{schema}}.messages WHERE position = 0").await;
    lab.sql(&insert("[1]")).await;
    assert_eq!(counted(&lab).await, 6);
    let findings = lab.coverage().await.findings;
    assert!(findings.iter().any(|f| f.kind == "hole"), "{findings:?}");
    // A position that is taken is refused as ever.
    let e = lab
        .import(b"{\"stream\":\"gaps-1\",\"type\":\"T\",\"pos\":2,\"gpos\":900,\"time\":\"2013-01-05T00:00:00Z\"}\n")
        .await;
    assert_eq!(e.unwrap_err().kind(), Kind::Conflict);
}
