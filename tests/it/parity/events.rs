//! The crate's API: on clients of the caller's own, in the caller's transactions, and from the built-in pool.

use std::collections::HashSet;

use eventodb_admin::Kind;
use eventodb_admin::events::{
    CategoryQuery, ConsumerGroup, Events, Expect, NewEvent, Pool, Reading, StreamQuery, member_of,
};
use eventodb_admin::messages::{CategoryName, Source, StreamName, StreamPage, names};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::value::RawValue;

use crate::parity::scene::{Side, connector, sides};

fn stream(name: &str) -> StreamName {
    name.parse().unwrap()
}

fn event(n: usize) -> NewEvent {
    NewEvent::new("Happened", Some(RawValue::from_string(format!("{{\"n\": {n}}}")).unwrap()))
}

fn page<'a>(stream: &'a StreamName, from: i64, limit: i64) -> StreamQuery<'a> {
    StreamQuery { stream, from, limit, reading: Reading::Complete }
}

fn everything() -> CategoryQuery<'static> {
    CategoryQuery { category: None, from: 1, limit: 10_000, correlation: None, group: None, reading: Reading::Complete }
}

async fn opened(side: &Side) -> Events {
    Events::open(side.db.client(), &side.cli.namespace).await.unwrap()
}

#[tokio::test]
async fn events_are_written_and_read_on_a_client_of_the_callers_own() {
    for mut side in sides().await {
        let events = opened(&side).await;
        let (account, order) = (stream("account-1+a"), stream("order-1"));
        let first = event(1);
        let written = events.write(side.db.client_mut(), &account, Expect::NoStream, &first).await.unwrap();
        assert_eq!((written.position, written.global_position, written.is_new), (0, 1, true), "{}", side.layout);
        // Once more, as after a lost answer.
        let again = events.write(side.db.client_mut(), &account, Expect::NoStream, &first).await.unwrap();
        assert_eq!((again.position, again.global_position, again.is_new), (0, 1, false), "{}", side.layout);
        let wrong = events.write(side.db.client_mut(), &account, Expect::Version(4), &event(2)).await.unwrap_err();
        assert_eq!(wrong.kind(), Kind::Conflict);
        assert!(
            wrong.to_string().contains("Wrong expected version: 4 (Stream: account-1+a, Stream Version: 0)"),
            "{wrong}"
        );
        let other = NewEvent { id: first.id, ..event(3) };
        assert_eq!(
            events.write(side.db.client_mut(), &order, Expect::Any, &other).await.unwrap_err().kind(),
            Kind::Conflict
        );
        events.write(side.db.client_mut(), &order, Expect::Any, &event(4)).await.unwrap();
        events.write(side.db.client_mut(), &account, Expect::Version(0), &event(5)).await.unwrap();

        let read = events.read_stream(side.db.client(), page(&account, 0, 10)).await.unwrap();
        assert_eq!(read.iter().map(|m| m.position).collect::<Vec<_>>(), [0, 1], "{}", side.layout);
        assert_eq!((read[0].id.clone(), read[0].data.as_deref()), (first.id.to_string(), Some("{\"n\": 1}")));
        assert_eq!(events.read_stream(side.db.client(), page(&account, 1, 1)).await.unwrap().len(), 1);
        assert!(events.read_stream(side.db.client(), page(&stream("nobody-1"), 0, 1)).await.unwrap().is_empty());
        let all = events.read_category(side.db.client(), everything()).await.unwrap();
        assert_eq!(all.len(), 3);
        let category = "account".parse().unwrap();
        let query = CategoryQuery { category: Some(&category), ..everything() };
        assert_eq!(events.read_category(side.db.client(), query).await.unwrap().len(), 2);
        let mine = member_of("account-1+a", 2).unwrap();
        for member in 0..2 {
            let query = CategoryQuery { group: Some(ConsumerGroup { member, size: 2 }), ..query };
            let n = events.read_category(side.db.client(), query).await.unwrap().len();
            assert_eq!(n, if member == mine { 2 } else { 0 }, "{}", side.layout);
        }
        let last = events.last(side.db.client(), &account, None, Reading::Complete).await.unwrap().unwrap();
        assert_eq!(last.position, 1);
        assert!(events.last(side.db.client(), &account, Some("Lost"), Reading::Complete).await.unwrap().is_none());
        assert_eq!(events.version(side.db.client(), &account).await.unwrap(), Some(1));
        assert_eq!(events.version(side.db.client(), &stream("nobody-1")).await.unwrap(), None);

        // Pages.
        let (mut after, mut names) = (String::new(), Vec::new());
        loop {
            let page = StreamPage { prefix: "", after: &after, limit: 1 };
            let found = events.streams(side.db.client(), page).await.unwrap();
            let Some(head) = found.into_iter().next() else { break };
            after.clone_from(&head.stream);
            names.push(head.stream);
        }
        assert_eq!(names, ["account-1+a", "order-1"], "{}", side.layout);
        let categories = events.categories(side.db.client(), "account", 10).await.unwrap();
        assert_eq!(categories.iter().map(|c| (c.category.as_str(), c.messages)).collect::<Vec<_>>(), [("order", 1)]);
        // The caller's session is as it was.
        assert_eq!(side.answer("SELECT current_setting('eventodb.archived_reads', true)").await, "", "{}", side.layout);
    }
}

#[tokio::test]
async fn a_limit_means_what_it_means_in_message_db() {
    for mut side in sides().await {
        let events = opened(&side).await;
        let account = stream("account-1");
        let batch: Vec<_> = (0..5).map(event).collect();
        events.write_batch(side.db.client_mut(), &account, Expect::Any, &batch).await.unwrap();
        for (limit, found) in [(-1, 5), (0, 0), (2, 2), (i64::MAX, 5)] {
            for from in [i64::MIN, 0] {
                let read = events.read_stream(side.db.client(), page(&account, from, limit)).await.unwrap();
                assert_eq!(read.len(), found, "{}: {limit} from {from}", side.layout);
                let named: CategoryName = "account".parse().unwrap();
                for category in [None, Some(&named)] {
                    let query = CategoryQuery { category, from, limit, ..everything() };
                    let read = events.read_category(side.db.client(), query).await.unwrap();
                    assert_eq!(read.len(), found, "{}: {limit} from {from}, {category:?}", side.layout);
                }
            }
            let behind = events.read_stream(side.db.client(), page(&account, i64::MAX, limit)).await.unwrap();
            assert_eq!(behind.len(), 0, "{}: {limit}", side.layout);
        }
        assert!(events.read_stream(side.db.client(), page(&account, 0, -2)).await.is_err(), "{}", side.layout);
        let query = CategoryQuery { limit: -2, ..everything() };
        assert!(events.read_category(side.db.client(), query).await.is_err(), "{}", side.layout);
    }
}

#[tokio::test]
async fn all_categories_are_read_up_to_what_may_still_come() {
    for mut side in sides().await {
        if crate::parity::scene::is_embedded() {
            return;
        }
        let events = opened(&side).await;
        let write =
            |name: &str| format!("SELECT {{s}}.write_message(gen_random_uuid()::varchar, '{name}', 'T', '{{}}')");
        let other = crate::parity::scene::connector(&side.cli.db_url).connect_plain().await.unwrap();
        side.run(&write("fast-1")).await;
        other.batch_execute(&side.render(&format!("BEGIN; {}", write("slow-1")))).await.unwrap();
        side.run(&write("fast-1")).await;
        let positions =
            |read: &[eventodb_admin::events::MessageRow]| read.iter().map(|m| m.global_position).collect::<Vec<_>>();
        let read = events.read_category(side.db.client(), everything()).await.unwrap();
        assert_eq!(positions(&read), [1], "{}", side.layout);
        assert_eq!(side.answer("SELECT {s}.global_horizon()").await, "1", "{}", side.layout);
        assert_eq!(side.answer("SELECT count(*) FROM {s}.get_category_messages('')").await, "1", "{}", side.layout);
        // The program's own command as well, and an export has all there is.
        let lines = |args: &[&str]| side.cli.run(args).stdout.lines().count();
        assert_eq!(side.cli.json(&["messages", "read", "--category", "fast"]).as_array().unwrap().len(), 2);
        assert_eq!(lines(&["messages", "export"]), 2, "{}", side.layout);
        // In a transaction of one snapshot, that is what is read.
        let tx =
            side.db.client_mut().build_transaction().isolation_level(tokio_postgres::IsolationLevel::RepeatableRead);
        let tx = tx.start().await.unwrap();
        assert_eq!(positions(&events.read_category(&tx, everything()).await.unwrap()), [1, 3]);
        tx.commit().await.unwrap();
        other.batch_execute("COMMIT").await.unwrap();
        let read = events.read_category(side.db.client(), everything()).await.unwrap();
        assert_eq!(positions(&read), [1, 2, 3], "{}", side.layout);
        assert_eq!(side.answer("SELECT {s}.global_horizon()").await, "3", "{}", side.layout);
    }
}

#[tokio::test]
async fn a_batch_is_there_as_a_whole_or_not_at_all() {
    for mut side in sides().await {
        let events = opened(&side).await;
        let account = stream("account-1");
        let batch: Vec<_> = (0..500).map(event).collect();
        let written = events.write_batch(side.db.client_mut(), &account, Expect::NoStream, &batch).await.unwrap();
        assert_eq!((written.first_position, written.is_new, written.global_positions.len()), (0, true, 500));
        assert!(written.global_positions.is_sorted_by(|a, b| a < b));
        let read = events.read_stream(side.db.client(), page(&account, 0, 1000)).await.unwrap();
        assert!(read.iter().enumerate().all(|(i, m)| m.position == i as i64
            && m.id == batch[i].id.to_string()
            && m.global_position == written.global_positions[i]));
        assert_eq!(read.len(), 500);
        // As a whole once more; a part of it; with another's id; with a wrong version; with one id twice; with none.
        let again = events.write_batch(side.db.client_mut(), &account, Expect::NoStream, &batch).await.unwrap();
        assert_eq!((again.first_position, again.is_new, again.global_positions), (0, false, written.global_positions));
        let mixed = [event(1), batch[7].clone()];
        let twice = [mixed[0].clone(), mixed[0].clone()];
        for (bad, expect) in [
            (&mixed[..], Expect::Any),
            (&batch[1..3], Expect::Version(3)),
            (&mixed[..1], Expect::Version(3)),
            (&twice[..], Expect::Any),
        ] {
            let refused = events.write_batch(side.db.client_mut(), &account, expect, bad).await;
            if bad.len() == 2 && bad[0].id == batch[1].id {
                // A part of the batch, whole in itself: it was written.
                assert_eq!(refused.unwrap().first_position, 1, "{}", side.layout);
            } else {
                assert_eq!(refused.unwrap_err().kind(), Kind::Conflict, "{}", side.layout);
            }
        }
        assert_eq!(
            events.write_batch(side.db.client_mut(), &account, Expect::Any, &[]).await.unwrap_err().kind(),
            Kind::Usage
        );
        assert_eq!(events.version(side.db.client(), &account).await.unwrap(), Some(499), "{}", side.layout);
        let next = events
            .write_batch(side.db.client_mut(), &account, Expect::Version(499), &[event(1), event(2)])
            .await
            .unwrap();
        assert_eq!(next.first_position, 500);
        // Heads and messages agree.
        let told = side.cli.json(&["streams", "list"]);
        assert_eq!((told[0]["version"].as_i64(), told[0]["messages"].as_i64()), (Some(501), Some(502)));
        assert_eq!(told[0]["global_position"].as_i64(), next.global_positions.last().copied());
        if side.layout == "hypertable" {
            side.cli.run(&["coverage"]).succeeds();
        }
    }
}

#[tokio::test]
async fn writers_of_batches_share_a_stream_without_gaps() {
    for side in sides().await {
        if side.layout == "hypertable" && crate::parity::scene::is_embedded() {
            continue;
        }
        let pool = Pool::new(connector(&side.cli.db_url), 4).unwrap();
        let events = opened(&side).await;
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let (pool, events) = (pool.clone(), events.clone());
                tokio::spawn(async move {
                    let mut db = pool.get().await.unwrap();
                    for _ in 0..5 {
                        let batch: Vec<_> = (0..10).map(event).collect();
                        events.write_batch(db.client_mut(), &stream("account-1"), Expect::Any, &batch).await.unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let read = events.read_stream(side.db.client(), page(&stream("account-1"), 0, 1000)).await.unwrap();
        assert_eq!(
            read.iter().map(|m| m.position).collect::<Vec<_>>(),
            (0..400).collect::<Vec<_>>(),
            "{}",
            side.layout
        );
        assert!(read.is_sorted_by(|a, b| a.global_position < b.global_position), "{}", side.layout);
    }
}

#[tokio::test]
async fn a_transaction_of_the_callers_decides_about_events_too() {
    for mut side in sides().await {
        let events = opened(&side).await;
        let account = stream("account-1");
        let mut tx = side.db.transaction().await.unwrap();
        events.write(&mut tx, &account, Expect::NoStream, &event(1)).await.unwrap();
        events.write_batch(&mut tx, &account, Expect::Version(0), &[event(2), event(3)]).await.unwrap();
        assert_eq!(events.read_stream(&tx, page(&account, 0, 10)).await.unwrap().len(), 3, "{}", side.layout);
        tx.rollback().await.unwrap();
        assert_eq!(events.version(side.db.client(), &account).await.unwrap(), None, "{}", side.layout);
        let mut tx = side.db.transaction().await.unwrap();
        events.write(&mut tx, &account, Expect::NoStream, &event(1)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(events.version(side.db.client(), &account).await.unwrap(), Some(0), "{}", side.layout);
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_leaves_its_session_fit_for_the_next() {
    for side in sides().await {
        if crate::parity::scene::is_embedded() {
            continue;
        }
        let pool = Pool::new(connector(&side.cli.db_url), 1).unwrap();
        let events = opened(&side).await;
        let account = stream("account-1");
        // Somebody holds the category: the batch waits, and is given up.
        side.run("BEGIN; SELECT {s}.acquire_lock('account-1')").await;
        let batch = [event(1), event(2)];
        {
            let mut db = pool.get().await.unwrap();
            let write = events.write_batch(db.client_mut(), &account, Expect::NoStream, &batch);
            assert!(tokio::time::timeout(std::time::Duration::from_millis(300), write).await.is_err());
        }
        side.run("COMMIT").await;
        // The same session: what was sent is over before anything else, and the same batch is stored once.
        let mut db = pool.get().await.unwrap();
        let written = events.write_batch(db.client_mut(), &account, Expect::NoStream, &batch).await.unwrap();
        assert_eq!(written.first_position, 0, "{}", side.layout);
        assert_eq!(events.version(db.client(), &account).await.unwrap(), Some(1), "{}", side.layout);
        // No transaction of the call before is open in it.
        let open = db.query_one("SELECT pg_current_xact_id_if_assigned() IS NOT NULL", &[]).await.unwrap();
        assert!(!open.get::<_, bool>(0), "{}", side.layout);
    }
}

#[tokio::test]
async fn what_is_imported_keeps_its_place_and_what_is_cleared_begins_anew() {
    for mut side in sides().await {
        let events = opened(&side).await;
        let lines = crate::parity::cli::made_up(2, 30);
        let source = || Source::from_reader(std::io::Cursor::new(lines.clone().into_bytes()), "memory").unwrap();
        let imported = events.import(side.db.client_mut(), source()).await.unwrap();
        assert_eq!((imported.messages, imported.last_global_position), (60, Some(60)), "{}", side.layout);
        let all = events.read_category(side.db.client(), everything()).await.unwrap();
        assert_eq!(all.iter().map(|m| m.global_position).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
        assert_eq!(events.import(side.db.client_mut(), source()).await.unwrap_err().kind(), Kind::Conflict);
        events.clear(side.db.client()).await.unwrap();
        assert!(events.read_category(side.db.client(), everything()).await.unwrap().is_empty(), "{}", side.layout);
        let first =
            events.write(side.db.client_mut(), &stream("account-0"), Expect::NoStream, &event(1)).await.unwrap();
        assert_eq!((first.position, first.global_position), (0, 1), "{}", side.layout);
    }
}

#[tokio::test]
async fn a_page_that_is_archived_fails_unless_it_may_be_left_out() {
    let side = sides().await.into_iter().next().unwrap();
    let events = opened(&side).await;
    let (file, store) = (side.cli.file("in.ndjson", crate::parity::cli::made_up(3, 30)), side.cli.store());
    side.cli.run(&["messages", "import", &file]).succeeds();
    side.cli.run(&["chunks", "archive", "--older-than", "7d", "--store", &store, "--yes"]).succeeds();
    let account = stream("account-0");
    assert_eq!(events.read_stream(side.db.client(), page(&account, 0, 10)).await.unwrap_err().kind(), Kind::Archived);
    assert_eq!(events.read_category(side.db.client(), everything()).await.unwrap_err().kind(), Kind::Archived);
    let last = events.last(side.db.client(), &account, None, Reading::Complete).await.unwrap_err();
    assert_eq!(last.kind(), Kind::Archived);
    let live = StreamQuery { reading: Reading::Live, ..page(&account, 0, 10) };
    assert!(events.read_stream(side.db.client(), live).await.unwrap().is_empty());
    assert!(events.last(side.db.client(), &account, None, Reading::Live).await.unwrap().is_none());
    assert!(events.version(side.db.client(), &account).await.unwrap().is_some());
    // The session's own setting is untouched.
    assert_eq!(side.answer("SELECT current_setting('eventodb.archived_reads', true)").await, "");
}

/// Names of all sorts: what PostgreSQL can keep, with many a '-' and '+'.
fn names_of_all_sorts() -> impl Strategy<Value = Vec<String>> {
    let odd = prop::collection::vec(
        prop_oneof![
            Just('-'),
            Just('+'),
            Just('a'),
            Just('ü'),
            Just('🦀'),
            any::<char>().prop_filter("zero", |c| *c != '\0')
        ],
        0..24,
    )
    .prop_map(|chars| chars.into_iter().collect::<String>());
    let usual = ("[a-z:]{1,12}", "[a-z0-9]{0,8}", "[-+a-z0-9]{0,8}").prop_map(|(a, b, c)| format!("{a}-{b}{c}"));
    prop::collection::vec(prop_oneof![odd, usual, "[a-z]{0,6}"], 200)
}

#[tokio::test]
async fn what_a_name_says_is_said_bit_for_bit_as_the_server_says_it() {
    let mut runner = TestRunner::deterministic();
    let mut members = HashSet::new();
    for side in sides().await {
        let sql = side.render(
            "SELECT {s}.category(n), {s}.id(n), {s}.cardinal_id(n), {s}.is_category(n), {s}.hash_64(n),
                    mod(abs({s}.hash_64({s}.cardinal_id(n))), $2)
               FROM unnest($1::varchar[]) WITH ORDINALITY AS t(n, i) ORDER BY i",
        );
        for size in 1..=25_i64 {
            let sample = names_of_all_sorts().new_tree(&mut runner).unwrap().current();
            let rows = side.db.query(&sql, &[&sample, &size]).await.unwrap();
            assert_eq!(rows.len(), sample.len());
            for (name, row) in sample.iter().zip(rows) {
                let ours = (
                    names::category(name),
                    names::id(name),
                    names::cardinal_id(name),
                    names::is_category(name),
                    names::hash_64(name),
                    names::member_of(name, size),
                );
                let theirs: (&str, Option<&str>, Option<&str>, bool, i64, Option<i64>) =
                    (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5));
                assert_eq!(ours, theirs, "{}: {name:?} of {size}", side.layout);
                members.insert(ours.5);
            }
        }
    }
    // The sample is no monotony.
    assert!(members.len() > 20, "{members:?}");
}

#[tokio::test]
async fn the_example_runs() {
    let cli = crate::parity::cli::Cli::bare();
    let folder = cli.path("archives").display().to_string();
    assert_eq!(crate::parity::driver::run(&cli.db_url, &folder, &cli.namespace).await.unwrap(), 1);
}
