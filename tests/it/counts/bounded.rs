//! The server's read functions with more chunks than they all look into: they give what is there, whatever has happened
//! since it was settled where messages lie.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use eventodb_admin::archive::AfterVerify;
use eventodb_admin::chunks::{self, Direction};
use eventodb_admin::stats::{self, Settled};
use eventodb_admin::stop::Stop;

use super::lab::{Lab, Server, shown, skip_where_nobody_waits};

/// More than a stream is looked for in one by one.
const WEEKS: usize = 56;
/// Weeks begin on a Thursday, as chunks do.
const FIRST_WEEK: i64 = 1_357_171_200;
const WEEK: i64 = 604_800;

/// Whether there are streams whose global positions or times are in no order at all: all that overlaps is read at once.
#[derive(Clone, Copy, PartialEq)]
enum Odd {
    With,
    Without,
}

/// Messages whose global positions are in no order within a week and at times overlap with those of the next; a stream that grew all at
/// once, one whose times go backwards, and one with gaps.
fn history(odd: Odd) -> String {
    let mut lines = String::new();
    let (mut id, mut positions, mut taken) = (0_u128, BTreeMap::<String, i64>::new(), BTreeSet::new());
    let mut push = |stream: &str, position: Option<i64>, mut global_position: i64, time: i64| {
        id += 1;
        while !taken.insert(global_position) {
            global_position += 1;
        }
        let next = positions.entry(stream.to_owned()).or_default();
        let position = position.unwrap_or(*next);
        *next = position + 1;
        let time = chrono::DateTime::from_timestamp(time, 0).unwrap().to_rfc3339();
        writeln!(
            lines,
            "{{\"id\":\"{}\",\"stream\":\"{stream}\",\"type\":\"T\",\"pos\":{position},\"gpos\":{global_position},\"data\":{{\"n\":{id}}},\
             \"meta\":null,\"time\":\"{time}\"}}",
            uuid::Uuid::from_u128(id)
        )
        .unwrap();
    };
    for week in 0..WEEKS as i64 {
        let start = FIRST_WEEK + week * WEEK;
        for n in 0..20_i64 {
            // Out of order, and sometimes one far behind.
            let global_position = week * 20 + n * 7 % 20 + if n == 5 && week % 4 == 0 { 1030 } else { 1000 };
            let global_position = global_position * 10 + n;
            let stream = match n % 4 {
                0 => format!("order-{}", week * 3 + n / 8),
                1 => "account-1".to_owned(),
                2 => format!("account-{}", 2 + n % 3),
                _ => format!("sensor-{}", n),
            };
            push(&stream, None, global_position, start + n * 7000);
        }
        if week == 20 {
            for n in 0..30 {
                push("burst-1", None, 14_000 + n * 3, start + 200_000 + n);
            }
        }
        if week == 3 {
            push("burst-1", None, 3, start);
        }
        if week % 2 == 0 && odd == Odd::With {
            push("gap-1", Some(week * 5), 20_000 - week * 7, start + 300_000);
            // The later the position, the earlier the time.
            push("back-1", None, 30_000 + week, FIRST_WEEK + (WEEKS as i64 - week) * WEEK - 1000);
        }
    }
    lines
}

/// Compares every page with what a plain query finds.
async fn assert_right(lab: &Lab, after: &str) {
    let sql = "DO $$
        DECLARE
            _c text; _p bigint; _n bigint; _m bigint; _s record; _found text; _there text;
        BEGIN
            FOR _c IN SELECT unnest(ARRAY['', 'account', 'gap']) LOOP
                FOR _p IN SELECT 1 UNION SELECT m.global_position FROM (SELECT m.global_position, row_number() OVER (ORDER BY m.global_position) AS r
                                                                 FROM {{schema}}.messages m) m WHERE m.r % 199 = 0 UNION SELECT 99999999 LOOP
                    FOREACH _n IN ARRAY ARRAY[4, 60, -1]::bigint[] LOOP
                        FOR _m IN SELECT CASE WHEN _n = 4 THEN 1 END LOOP
                            SELECT string_agg(f.global_position::text, ',' ORDER BY f.nth) INTO _found
                              FROM {{schema}}.get_category_messages(_c, _p, _n, NULL, _m, CASE WHEN _m IS NOT NULL THEN 3 END)
                                   WITH ORDINALITY AS f(id, stream_name, type, position, global_position, data, metadata, time, nth);
                            SELECT string_agg(m.global_position::text, ',' ORDER BY m.global_position) INTO _there
                              FROM (SELECT m.global_position FROM {{schema}}.messages m
                                     WHERE (_c = '' OR split_part(m.stream_name, '-', 1) = _c) AND m.global_position >= _p
                                       AND (_m IS NULL OR mod(abs({{schema}}.hash_64({{schema}}.cardinal_id(m.stream_name))), 3) = _m)
                                     ORDER BY m.global_position LIMIT nullif(_n, -1)) m;
                            IF _found IS DISTINCT FROM _there THEN
                                RAISE EXCEPTION 'category % from %, %: found %, there is %', _c, _p, _n, _found, _there;
                            END IF;
                        END LOOP;
                    END LOOP;
                END LOOP;
            END LOOP;
            FOR _s IN SELECT h.stream_name, h.position FROM {{schema}}.heads h
                       WHERE h.stream_name !~ '^(order|sensor)' OR h.stream_name ~ '111$' LOOP
                FOR _p IN SELECT generate_series(0, _s.position, greatest(1, _s.position / 3)) LOOP
                    FOREACH _n IN ARRAY ARRAY[30, -1]::bigint[] LOOP
                        SELECT string_agg(f.position::text || '/' || f.global_position, ',' ORDER BY f.nth) INTO _found
                          FROM {{schema}}.get_stream_messages(_s.stream_name, _p, _n)
                               WITH ORDINALITY AS f(id, stream_name, type, position, global_position, data, metadata, time, nth);
                        SELECT string_agg(m.position::text || '/' || m.global_position, ',' ORDER BY m.position) INTO _there
                          FROM (SELECT m.position, m.global_position FROM {{schema}}.messages m
                                 WHERE m.stream_name = _s.stream_name AND m.position >= _p ORDER BY m.position LIMIT nullif(_n, -1)) m;
                        IF _found IS DISTINCT FROM _there THEN
                            RAISE EXCEPTION 'stream % from %, %: found %, there is %', _s.stream_name, _p, _n, _found, _there;
                        END IF;
                    END LOOP;
                END LOOP;
                SELECT f.position::text INTO _found FROM {{schema}}.get_last_stream_message(_s.stream_name) f;
                SELECT m.position::text INTO _there FROM {{schema}}.messages m
                 WHERE m.stream_name = _s.stream_name AND m.position = _s.position;
                IF _found IS DISTINCT FROM _there THEN
                    RAISE EXCEPTION 'last of stream %: found %, there is %', _s.stream_name, _found, _there;
                END IF;
            END LOOP;
        END $$";
    if let Err(e) = lab.try_sql(sql).await {
        panic!("{after}: {}", e.as_db_error().map_or_else(|| e.to_string(), |e| e.message().to_owned()));
    }
}

async fn try_settle(lab: &Lab) -> Settled {
    let mut lock = lab.lock().await;
    let settled = stats::count_and_settle(&mut lock, &lab.scope, &Stop::default()).await.map_err(shown).unwrap();
    lock.release().await.unwrap();
    settled
}

async fn settle(lab: &Lab) {
    assert_eq!(try_settle(lab).await, Settled::Yes);
    assert!(is_settled(lab).await);
}

async fn is_settled(lab: &Lab) -> bool {
    lab.one(
        "SELECT (settled_until IS NOT NULL AND NOT EXISTS (SELECT FROM {{schema}}.unsettled))::text FROM {{schema}}.settings",
    )
    .await
        == "true"
}

#[tokio::test]
async fn a_page_at_the_end_of_a_category_reads_nothing_of_what_others_have_written_since() {
    let lab = Lab::new(Server::Main).await;
    lab.sql(
        "INSERT INTO {{schema}}.messages (time, position, stream_name, type)
         SELECT now() - i % 8 * interval '7 days', i / 8, 'order-' || i % 8, 'T'
           FROM generate_series(0, 799) i;
         INSERT INTO {{schema}}.messages (position, stream_name, type)
         SELECT i, 'parcel-' || n, 'T' FROM generate_series(0, 1999) i, generate_series(1, 10) n;
         ANALYZE {{schema}}.messages",
    )
    .await;
    for (from, messages) in [("701", 100), ("801", 0)] {
        let call = format!("get_category_messages('order', {from}, 1000)");
        lab.sql("BEGIN").await;
        assert_eq!(lab.one(&format!("SELECT count(*) FROM {{{{schema}}}}.{call}")).await, messages.to_string());
        let read = lab
            .one(
                "SELECT sum(coalesce(s.idx_tup_fetch, 0) + s.seq_tup_read)::text FROM pg_stat_xact_user_tables s
                   JOIN pg_inherits i ON i.inhrelid = s.relid AND i.inhparent = '{{schema_text}}.messages'::regclass",
            )
            .await;
        lab.sql("COMMIT").await;
        assert!(read.parse::<i64>().unwrap() < 1000, "{call} read {read} messages");
    }
}

/// How many chunks a call looks into: it locks each.
async fn chunks_of(lab: &Lab, call: &str) -> i64 {
    lab.sql(&format!("BEGIN; SELECT count(*) FROM {{{{schema}}}}.{call}")).await;
    let chunks = lab
        .one(
            "SELECT count(DISTINCT l.relation)::text FROM pg_locks l
               JOIN pg_inherits i ON i.inhrelid = l.relation AND i.inhparent = '{{schema_text}}.messages'::regclass
              WHERE l.pid = pg_backend_pid()",
        )
        .await;
    lab.sql("COMMIT").await;
    chunks.parse().unwrap()
}

async fn filled(odd: Odd) -> Lab {
    let mut lab = Lab::new(Server::Main).await;
    lab.import(history(odd).as_bytes()).await.map_err(shown).unwrap();
    lab
}

/// A message that nobody counted upon, by INSERT as EventoDB's import does it.
fn insert(stream: &str, global_position: i64, time: &str) -> String {
    format!(
        "INSERT INTO {{{{schema}}}}.messages (id, stream_name, type, position, global_position, time)
         SELECT gen_random_uuid(), '{stream}', 'Late', coalesce((SELECT position FROM {{{{schema}}}}.heads WHERE stream_name = '{stream}'), -1) + 1,
                {global_position}, {time}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_give_what_is_there_settled_or_not_and_whatever_was_written_since() {
    let lab = filled(Odd::With).await;
    assert!(!is_settled(&lab).await);
    assert_right(&lab, "never settled").await;
    settle(&lab).await;
    assert_right(&lab, "settled").await;

    lab.sql(&insert("account-1", 99_000, "'2013-01-20T12:00:00Z'")).await;
    assert!(!is_settled(&lab).await);
    assert_right(&lab, "a late message").await;
    settle(&lab).await;
    assert_right(&lab, "settled with a late message").await;

    lab.sql(&insert("order-1", 11_111, "now()")).await;
    assert!(!is_settled(&lab).await);
    assert_right(&lab, "a present message with a global position of old").await;
    settle(&lab).await;
    assert_right(&lab, "settled with it").await;

    lab.write("order-7", "Placed").await.unwrap();
    lab.write("new-1", "Placed").await.unwrap();
    assert!(is_settled(&lab).await, "a write as usual unsettles nothing");
    assert_right(&lab, "writes").await;

    lab.sql("UPDATE {{schema}}.messages SET global_position = 500000 WHERE global_position = 14000").await;
    assert_right(&lab, "an update by hand").await;
    settle(&lab).await;
    lab.sql("DELETE FROM {{schema}}.messages WHERE global_position = 14003").await;
    assert_right(&lab, "a deletion by hand").await;
    settle(&lab).await;
    assert_right(&lab, "settled after both").await;

    lab.sql(&insert("account-9", 15_001, "'2012-06-01T12:00:00Z'")).await;
    assert_right(&lab, "a message before all others").await;
    settle(&lab).await;
    assert_right(&lab, "settled before all others").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_give_what_is_there_when_chunks_have_gone_and_come_back() {
    let lab = filled(Odd::With).await;
    settle(&lab).await;
    let chunks = lab.closed().await;
    for result in lab.archive(&chunks[2..5], AfterVerify::Drop).await {
        result.map_err(shown).unwrap();
    }
    assert_right(&lab, "three weeks archived").await;
    settle(&lab).await;
    assert_right(&lab, "settled without them").await;

    lab.sql(&insert("late-1", 99_500, "'2013-01-20T12:00:00Z'")).await;
    assert_right(&lab, "a new chunk where one was archived").await;
    settle(&lab).await;
    let ids: Vec<i64> = lab.archives().await.iter().map(|a| a.id).collect();
    for id in ids {
        lab.rehydrate(id).await.map_err(shown).unwrap();
        assert!(!is_settled(&lab).await);
        assert_right(&lab, "an archive that came back").await;
        settle(&lab).await;
        assert_right(&lab, "settled with it").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_give_what_is_there_in_compressed_chunks() {
    let lab = filled(Odd::With).await;
    if !lab.db.server.supports_compression() {
        eprintln!("SKIPPED: needs TimescaleDB Community");
        return;
    }
    for chunk in &lab.closed().await[..20] {
        chunks::resize(&lab.db, &lab.scope, chunk, Direction::Compress).await.map_err(shown).unwrap();
    }
    settle(&lab).await;
    assert_right(&lab, "compressed").await;
    lab.sql(&insert("account-1", 99_000, "'2013-01-20T12:00:00Z'")).await;
    settle(&lab).await;
    assert_right(&lab, "a late message in a compressed chunk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transaction_wrote_before_it_was_settled_is_read_once_it_commits() {
    if skip_where_nobody_waits().await {
        return;
    }
    let lab = filled(Odd::With).await;
    settle(&lab).await;
    let writer = lab.another_session().await;
    for isolation in ["READ COMMITTED", "REPEATABLE READ"] {
        let begin = lab.scope.render(&format!(
            "BEGIN ISOLATION LEVEL {isolation}; {}",
            insert("account-1", 99_600 + isolation.len() as i64, "'2013-02-01T12:00:00Z'")
        ));
        writer.client().batch_execute(&begin.unwrap()).await.unwrap();
        assert_eq!(try_settle(&lab).await, Settled::NotNow, "{isolation}: it waits for the writer, and gives up");
        assert_right(&lab, isolation).await;
        writer.client().batch_execute("COMMIT").await.unwrap();
        assert_right(&lab, isolation).await;
        settle(&lab).await;
        assert_right(&lab, isolation).await;
    }
    // An old snapshot does not see that anything was settled.
    writer.client().batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await.unwrap();
    lab.sql("UPDATE {{schema}}.settings SET settled_until = NULL, settled_position = NULL").await;
    writer
        .client()
        .batch_execute("COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class")
        .await
        .unwrap();
    settle(&lab).await;
    let late = lab.scope.render(&insert("account-1", 99_900, "'2011-02-01T12:00:00Z'")).unwrap();
    writer.client().batch_execute(&late).await.unwrap();
    writer.client().batch_execute("COMMIT").await.unwrap();
    assert_right(&lab, "an old snapshot that has written").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_looks_into_the_chunks_it_needs() {
    let lab = filled(Odd::Without).await;
    let page = "get_category_messages('account', 12000, 3)";
    let all = chunks_of(&lab, page).await;
    assert!(all >= WEEKS as i64, "not settled, it looks into all: {all}");
    settle(&lab).await;
    for (call, most) in [
        (page, 4),
        ("get_category_messages('', 12000, 3)", 4),
        ("get_category_messages('account', 12000, 3, NULL, 0, 2)", 8),
        ("get_category_messages('burst', 14050, 3)", 4),
        ("get_category_messages('order', 99999, 3)", 1),
        ("get_category_messages('none', 1, 3)", 1),
        ("get_stream_messages('order-30', 0, 100)", 2),
        ("get_stream_messages('account-1', 60, 3)", 4),
        ("get_last_stream_message('account-1')", 1),
    ] {
        let looked = chunks_of(&lab, call).await;
        assert!(looked <= most, "{call} looks into {looked} chunks");
    }
}
