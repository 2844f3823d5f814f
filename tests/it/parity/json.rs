//! JSON that is JSON, and that the server keeps no value of: named by event, by line, and before anything is written.

use eventodb_admin::Kind;
use eventodb_admin::events::{Events, Expect, NewEvent, Reading, StreamQuery};
use eventodb_admin::messages::{StreamName, unstorable};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::value::RawValue;

use crate::parity::scene::{Side, sides};

fn json(text: &str) -> Option<Box<RawValue>> {
    Some(RawValue::from_string(text.to_owned()).unwrap())
}

fn event(data: &str) -> NewEvent {
    NewEvent::new("Happened", json(data))
}

fn nested(depth: usize) -> String {
    format!("{}1{}", "[".repeat(depth), "]".repeat(depth))
}

async fn opened(side: &Side) -> Events {
    Events::open(side.db.client(), &side.cli.namespace).await.unwrap()
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_is_named_and_none_of_its_batch_is_written() {
    for mut side in sides().await {
        let (events, stream) = (opened(&side).await, "account-1".parse::<StreamName>().unwrap());
        let of_type = |event_type: &str| NewEvent { event_type: event_type.to_owned(), ..event("1") };
        let with_metadata = NewEvent { metadata: json(r#"{"a":"\u0000"}"#), ..event("{}") };
        for (bad, why) in [
            (event(r#"{"a":"\u0000"}"#), "data: it has \\u0000"),
            (event(r#"{"a":"\ud83d"}"#), "data: it has one half of a surrogate pair"),
            (event(r#"{"a":1e131072}"#), "data: it has a number of more digits"),
            (with_metadata, "metadata: it has \\u0000"),
            (of_type("a\0b"), "type: it has a zero byte"),
            (event(&nested(40_000)), "nested 40000 deep"),
        ] {
            let named = format!("event 3 of 4 ({}): ", bad.id);
            let batch = [event("1"), event(&nested(50)), bad.clone(), event("{}")];
            let error = events.write_batch(side.db.client_mut(), &stream, Expect::Any, &batch).await.unwrap_err();
            let told = error.to_string();
            assert_eq!(error.kind(), Kind::Usage, "{}: {told}", side.layout);
            assert!(told.contains(&named) && told.contains(why), "{}: {told}", side.layout);
            let error = events.write(side.db.client_mut(), &stream, Expect::Any, &bad).await.unwrap_err();
            assert!(error.to_string().contains("writing to stream account-1"), "{}: {error}", side.layout);
            assert_eq!(events.version(side.db.client(), &stream).await.unwrap(), None, "{}", side.layout);
        }
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_stored_is_named_and_nothing_is_imported() {
    for side in sides().await {
        for (bad, why) in [
            (r#"{"a":"\u0000"}"#.to_owned(), "line 3: data: it has \\u0000"),
            (r#"["\udc00"]"#.to_owned(), "line 3: data: it has one half"),
            ("[1e-16384]".to_owned(), "line 3: data: it has a number"),
            (nested(40_000), "line 3: its JSON is nested 40000 deep"),
        ] {
            let line = |data: &str| format!("{{\"stream\":\"a-1\",\"type\":\"T\",\"data\":{data}}}\n");
            let file = side.cli.file("bad.ndjson", [line("1"), line("{}"), line(&bad), line("2")].concat());
            let out = side.cli.run(&["messages", "import", &file]);
            assert_eq!(out.code, 1, "{}: {out:?}", side.layout);
            assert!(
                out.stderr.contains(why) && out.stderr.contains("nothing was imported"),
                "{}: {out:?}",
                side.layout
            );
            assert_eq!(side.answer("SELECT count(*) FROM {s}.messages").await, "0", "{}", side.layout);
        }
    }
}

#[tokio::test]
async fn the_server_refuses_just_what_is_refused_before_it_is_asked() {
    let numbers =
        "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,5})?[eE][+-]?(1310[67][0-9]|1638[0-9]|[0-9]{1,4}|107374182[0-24-9])";
    let strings =
        "\"(a|\\\\\\\\|\\\\\"|\\\\u0000|\\\\ud83d|\\\\ude00|\\\\uD83D\\\\uDE00|\\\\u00e9|u0000|1e999999){0,5}\"";
    let texts = proptest::string::string_regex(&format!("({numbers}|{strings})")).unwrap();
    let side = sides().await.remove(0);
    side.answer(
        "CREATE FUNCTION pg_temp.takes(t text) RETURNS boolean LANGUAGE plpgsql AS $$
         BEGIN PERFORM t::jsonb; RETURN true; EXCEPTION WHEN data_exception THEN RETURN false; END $$; SELECT 1",
    )
    .await;
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> = (0..4_000).map(|_| texts.new_tree(&mut runner).unwrap().current()).collect();
    let taken: Vec<bool> = side
        .db
        .client()
        .query_one(
            "SELECT array_agg(pg_temp.takes(t) ORDER BY n) FROM unnest($1::text[]) WITH ORDINALITY AS t(t, n)",
            &[&texts],
        )
        .await
        .unwrap()
        .get(0);
    let differ: Vec<_> = texts.iter().zip(&taken).filter(|(t, taken)| unstorable(t).is_none() != **taken).collect();
    assert!(differ.is_empty(), "{differ:?}");
    let refused = taken.iter().filter(|taken| !**taken).count();
    assert!((200..3_800).contains(&refused), "both kinds are there: {refused} of {} refused", texts.len());
}

#[tokio::test]
async fn a_null_of_json_is_kept_apart_from_no_data() {
    for mut side in sides().await {
        let (events, stream) = (opened(&side).await, "account-1".parse::<StreamName>().unwrap());
        let none = NewEvent { data: None, ..event("1") };
        let batch = [event("null"), none.clone(), NewEvent { metadata: json("null"), ..event("{}") }];
        events.write_batch(side.db.client_mut(), &stream, Expect::Any, &batch).await.unwrap();
        events.write(side.db.client_mut(), &stream, Expect::Any, &event("null")).await.unwrap();
        // The same id with the other of the two is another event.
        let other = NewEvent { data: json("null"), ..none };
        let error = events.write(side.db.client_mut(), &stream, Expect::Any, &other).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Conflict, "{}", side.layout);
        let page = StreamQuery { stream: &stream, from: 0, limit: 10, reading: Reading::Complete };
        let read = events.read_stream(side.db.client(), page).await.unwrap();
        let told: Vec<_> = read.iter().map(|m| (m.data.as_deref(), m.metadata.as_deref())).collect();
        let expected = [(Some("null"), None), (None, None), (Some("{}"), Some("null")), (Some("null"), None)];
        assert_eq!(told, expected, "{}", side.layout);
    }
}

#[tokio::test]
async fn json_that_eventodbs_server_cannot_read_is_warned_of() {
    let side = sides().await.remove(0);
    let cli = &side.cli;
    let told = "is no JSON object, which EventoDB's server cannot read";
    for (argument, json, warned) in
        [("--data", "5", true), ("--metadata", "[1]", true), ("--data", " {}", false), ("--data", "null", false)]
    {
        let out = cli.run(&["messages", "write", "a-1", "T", argument, json]);
        out.succeeds();
        assert_eq!(out.stderr.contains(told), warned, "{argument} {json}: {}", out.stderr);
    }
    let line = |data: &str| format!("{{\"stream\":\"b-1\",\"type\":\"T\",\"data\":{data}}}\n");
    let file = cli.file("kinds.ndjson", [line("{}"), line("\"s\""), line("null"), line("true")].concat());
    let out = cli.run(&["messages", "import", &file]);
    out.succeeds();
    assert!(out.stderr.contains("2 of the messages, first in line 2, "), "{}", out.stderr);
}
