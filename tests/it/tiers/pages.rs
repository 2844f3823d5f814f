//! Pages of streams and categories that are older than what is archived: what is live is given as it is, nobody is asked for it, and
//! the rest follows.

use eventodb_admin::archive::AfterVerify;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};
use super::stand_in::{NOWHERE, StandIn, answer, application, served, served_from, set, soon};
use super::steps::some;

/// Four weeks, and a stream whose positions have gaps: within a week, and from one to the next.
async fn with_gaps() -> Lab {
    let mut lab = Lab::new(Server::Main).await;
    lab.fill(4, 100).await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT '2013-01-03T12:00:00Z'::timestamptz + w * interval '7 days' + i * interval '1 minute', w * 7 + i + i / 3, 'gaps-1', 'G'
           FROM generate_series(0, 3) w, generate_series(0, 4) i",
    )
    .await;
    lab
}

/// Every page of a stream, by both plans: of few chunks together, and of those alone where it should lie.
const EVERY_PAGE: &str = "SELECT f, l, g.position, g.global_position, g.type
    FROM generate_series(0, 30) f, unnest(ARRAY[1, 2, 4, 5, 6, 11, 30, -1]) l,
         LATERAL {{schema}}.get_stream_messages('STREAM', f, l) g";

#[tokio::test]
async fn every_page_of_a_stream_is_what_it_was_whichever_of_its_weeks_are_archived() {
    if skip_where_nobody_waits().await {
        return;
    }
    let sets = [vec![0], vec![1], vec![3], vec![0, 2], vec![1, 3], vec![0, 1, 2, 3]];
    for weeks in some("weeks that are archived", sets) {
        let mut lab = with_gaps().await;
        let far = StandIn::of(&lab).await;
        set(&mut lab, served_from(&far.url)).await;
        let app = application(&lab).await;
        let pages = ["account-1", "gaps-1"].map(|stream| EVERY_PAGE.replace("STREAM", stream));
        let mut before = Vec::new();
        for page in &pages {
            before.push(answer(&lab, &app, page).await.unwrap());
        }
        assert!(before.iter().all(|pages| pages.lines().count() > 500));
        let closed = lab.closed().await;
        let chunks: Vec<_> = weeks.iter().map(|w| closed[*w].clone()).collect();
        for result in lab.archive(&chunks, AfterVerify::Drop).await {
            result.map_err(shown).unwrap();
        }
        for only_where_it_should_lie in ["false", "true"] {
            lab.sql(&format!("UPDATE {{{{schema}}}}.settings SET is_compressed = {only_where_it_should_lie}")).await;
            for (page, before) in pages.iter().zip(&before) {
                let found = soon(&lab, &app, page).await.unwrap();
                assert!(found == *before, "weeks {weeks:?} archived, {only_where_it_should_lie}: {page}");
            }
        }
        far.end(&mut lab).await;
    }
}

#[tokio::test]
async fn a_live_page_of_an_older_stream_is_given_while_the_far_end_is_away_however_its_messages_lie() {
    if skip_where_nobody_waits().await {
        return;
    }
    let mut lab = with_gaps().await;
    // Few at first, many in the last week: a page does not lie where it would if the stream had grown evenly.
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT '2013-01-03T12:00:00Z'::timestamptz + CASE WHEN p < 4 THEN p * interval '7 days'
                ELSE interval '21 days' + p * interval '1 second' END, p, 'late-1', 'L'
           FROM generate_series(0, 300) p",
    )
    .await;
    set(&mut lab, served_from(NOWHERE)).await;
    let closed = lab.closed().await;
    for result in lab.archive(&closed[..2], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    let app = application(&lab).await;
    for only_where_it_should_lie in ["false", "true"] {
        lab.sql(&format!("UPDATE {{{{schema}}}}.settings SET is_compressed = {only_where_it_should_lie}")).await;
        for (stream, from, limit, expected) in [
            ("account-1", 10, 1, 1),
            ("account-1", 10, 1000, 10),
            ("account-1", 12, -1, 8),
            ("late-1", 2, 1000, 299),
            ("late-1", 2, 2, 2),
            ("late-1", 150, 10, 10),
            ("late-1", 290, 1000, 11),
        ] {
            let page = format!("SELECT count(*) FROM {{{{schema}}}}.get_stream_messages('{stream}', {from}, {limit})");
            let found = answer(&lab, &app, &page).await;
            assert_eq!(found, Ok(format!("({expected})")), "{only_where_it_should_lie}: {page}");
        }
        for (stream, from, limit) in [("account-1", 9, 1), ("account-1", 0, -1), ("late-1", 1, 300), ("gaps-1", 7, 3)] {
            let page = format!("SELECT count(*) FROM {{{{schema}}}}.get_stream_messages('{stream}', {from}, {limit})");
            let found = answer(&lab, &app, &page).await;
            assert_eq!(found, Err("08001".to_owned()), "{only_where_it_should_lie}: {page}");
        }
    }
}

#[tokio::test]
async fn a_drop_is_counted_past_every_snapshot_and_an_older_one_gets_no_page_that_lacks_the_chunk() {
    if skip_where_nobody_waits().await {
        return;
    }
    let (mut lab, far) = served(4, 100).await;
    let counted =
        "SELECT s.chunk_drops || ' ' || d.last_value FROM {{schema}}.settings s, {{schema}}.messages_chunk_drops d";
    assert_eq!(lab.one(counted).await, "0 0");
    let app = application(&lab).await;
    let pages = ["account", ""]
        .map(|category| format!("SELECT count(*) FROM {{{{schema}}}}.get_category_messages('{category}', 350, 10)"));
    let closed = lab.closed().await;
    for (n, chunk) in closed[2..].iter().enumerate() {
        // Its snapshot is from before the drop; it has looked into no chunk yet, or the drop would wait for it.
        app.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await.unwrap();
        lab.archive(std::slice::from_ref(chunk), AfterVerify::Drop).await.remove(0).map_err(shown).unwrap();
        assert_eq!(lab.one(counted).await, format!("{0} {0}", n + 1));
        let found = answer(&lab, &app, &pages[n]).await;
        app.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(found, Err("40001".to_owned()), "{}", pages[n]);
        assert_eq!(soon(&lab, &app, &pages[n]).await, Ok("(10)".to_owned()));
    }
    // One that was undone: the numbers differ, no chunk is gone, and the next one has them agree.
    lab.sql("BEGIN; SELECT {{schema}}.note_dropped('2013-01-01', 1); ROLLBACK").await;
    assert_eq!(lab.one(counted).await, "2 3");
    for page in &pages {
        assert_eq!(soon(&lab, &app, page).await, Ok("(10)".to_owned()));
    }
    lab.archive(&closed[..1], AfterVerify::Drop).await.remove(0).map_err(shown).unwrap();
    assert_eq!(lab.one(counted).await, "3 3");
    far.end(&mut lab).await;
}
