//! Messages that somebody moves by UPDATE, to another stream or position: what they have is given to nobody else.

use eventodb_admin::archive::AfterVerify;

use super::lab::{Lab, Server, shown};

async fn state(lab: &Lab, sql: &str) -> String {
    match lab.try_sql(sql).await {
        Ok(()) => "done".to_owned(),
        Err(e) => e.code().unwrap().code().to_owned(),
    }
}

/// What is wrong with heads: streams whose version or number is not that of their messages.
async fn wrong(lab: &Lab) -> String {
    lab.one(
        "SELECT coalesce(string_agg(stream_name, ','), '') FROM {{schema}}.heads h
           LEFT JOIN (SELECT stream_name, max(position) AS hi, count(*) AS n FROM {{schema}}.messages GROUP BY 1) m
                  USING (stream_name)
          WHERE h.messages <> coalesce(m.n, 0) OR (m.n > 0 AND h.position < m.hi)",
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_renamed_goes_on_behind_its_messages() {
    let mut lab = Lab::new(Server::Main).await;
    lab.import(
        &(0..6)
            .map(|n| {
                format!(
                    "{{\"stream\":\"old-1\",\"type\":\"T\",\"pos\":{n},\"gpos\":{},\"time\":\"2013-01-{:02}T00:00:00Z\"}}\n",
                    n + 1,
                    1 + 7 * (n % 3)
                )
            })
            .collect::<String>()
            .into_bytes(),
    )
    .await
    .map_err(shown)
    .unwrap();
    lab.sql("UPDATE {{schema}}.messages SET stream_name = 'new-1' WHERE stream_name = 'old-1'").await;
    assert_eq!(lab.version("new-1").await, 5);
    assert_eq!(lab.write("new-1", "T").await.map_err(shown).unwrap(), 6);
    // The old one's positions are not begun anew.
    assert_eq!(lab.write("old-1", "T").await.map_err(shown).unwrap(), 6);
    assert_eq!(wrong(&lab).await, "");
    // Into a stream that has the position, in another chunk: refused. Behind its messages: not.
    let to_other = "UPDATE {{schema}}.messages SET stream_name = 'new-1' WHERE stream_name = 'old-1'";
    assert_eq!(state(&lab, to_other).await, "23505");
    lab.sql("UPDATE {{schema}}.messages SET stream_name = 'new-1', position = 9 WHERE stream_name = 'old-1'").await;
    assert_eq!(lab.write("new-1", "T").await.map_err(shown).unwrap(), 10);
    // Within a stream: two change places, which no order of rows must refuse.
    lab.sql("UPDATE {{schema}}.messages SET position = 1 - position WHERE stream_name = 'new-1' AND position <= 1")
        .await;
    assert_eq!(state(&lab, "UPDATE {{schema}}.messages SET position = -1 WHERE position = 3").await, "23505");
    assert_eq!(wrong(&lab).await, "");
    assert_eq!(
        lab.one("SELECT count(*) - count(DISTINCT (stream_name, position)) FROM {{schema}}.messages").await,
        "0"
    );
    lab.assert_covered().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_global_position_that_is_taken_is_given_to_no_message_by_an_update() {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(3, 2).await;
    assert_eq!(
        state(&lab, "UPDATE {{schema}}.messages SET global_position = 5 WHERE global_position = 2").await,
        "23505"
    );
    lab.sql("UPDATE {{schema}}.messages SET global_position = 100 WHERE global_position = 2").await;
    assert_eq!(lab.one("SELECT count(*) FROM {{schema}}.heads WHERE global_position = 2").await, "0");
    let swap = "UPDATE {{schema}}.messages SET global_position = 9 - global_position WHERE global_position IN (4, 5)";
    assert_eq!(state(&lab, swap).await, "done");
    assert_eq!(wrong(&lab).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_moved_to_a_position_that_may_be_archived() {
    let mut lab = Lab::new(Server::Main).await;
    let line = |stream: &str, pos: i64, gpos: i64, day: &str| {
        format!(
            "{{\"stream\":\"{stream}\",\"type\":\"T\",\"pos\":{pos},\"gpos\":{gpos},\"time\":\"{day}T00:00:00Z\"}}\n"
        )
    };
    let lines = [
        line("a-1", 0, 1, "2013-01-01"),
        line("a-1", 1, 2, "2013-01-09"),
        line("a-1", 2, 3, "2013-01-16"),
        line("b-1", 0, 4, "2013-01-16"),
        line("b-1", 1, 5, "2013-01-16"),
        line("b-1", 5, 6, "2013-01-16"),
    ];
    lab.import(lines.concat().as_bytes()).await.map_err(shown).unwrap();
    let closed = lab.closed().await;
    for archived in lab.archive(&closed[..1], AfterVerify::Drop).await {
        archived.map_err(shown).unwrap();
    }
    // Some of these lie behind its messages, and one where an archived one is.
    assert_eq!(
        state(&lab, "UPDATE {{schema}}.messages SET stream_name = 'a-1' WHERE stream_name = 'b-1'").await,
        "23505"
    );
    let behind =
        "UPDATE {{schema}}.messages SET stream_name = 'a-1', position = position + 3 WHERE stream_name = 'b-1'";
    assert_eq!(state(&lab, behind).await, "done");
    assert_eq!(lab.version("a-1").await, 8);
    // To a stream of its own goes all of a stream's live part.
    assert_eq!(
        state(&lab, "UPDATE {{schema}}.messages SET stream_name = 'c-1' WHERE stream_name = 'a-1'").await,
        "done"
    );
    assert_eq!((lab.version("c-1").await, lab.version("a-1").await), (8, 8));
    lab.rehydrate_all().await;
    assert_eq!(wrong(&lab).await, "");
    // What has come back is held to the same.
    lab.sql("UPDATE {{schema}}.messages SET stream_name = 'd-1' WHERE stream_name = 'a-1'").await;
    assert_eq!((lab.version("d-1").await, wrong(&lab).await), (0, String::new()));
}
