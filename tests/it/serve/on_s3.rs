//! What a service does to a request for an archive: passing trouble is not seen, any other fails the statement. Never fewer
//! rows.

use std::sync::{Arc, Mutex};

use super::cli::var;
use super::far_end::{ask, fault};
use super::nasty::twins_on_s3;
use super::proxy::{Answer, Checksums, Harm, Proxy};

/// Which requests.
type Picks = fn(&str) -> bool;

/// Requests that are still to be harmed, and how.
type Trouble = Arc<Mutex<Option<(usize, Picks, Harm)>>>;

fn is_of_data(head: &str) -> bool {
    head.starts_with("GET ") && head.contains(".csv")
}

fn is_any(_: &str) -> bool {
    true
}

const fn says(status: u16, code: &'static str) -> Harm {
    Harm::Say(Answer::new(status, code))
}

/// A line to the service that does harm as long as it is told to.
async fn line(trouble: &Trouble) -> Proxy {
    let trouble = Arc::clone(trouble);
    Proxy::with(&var("EVENTODB_TEST_S3_ENDPOINT"), move |head| {
        let mut now = trouble.lock().unwrap();
        let (left, picks, harm) = now.as_mut()?;
        if !picks(head) {
            return None;
        }
        *left = left.checked_sub(1)?;
        Some(*harm)
    })
    .await
}

/// What is harmed, how often, and what becomes of the statement.
type Case = (&'static str, usize, Picks, Harm, Result<(), &'static str>);

const CASES: [Case; 8] = [
    ("busy for a moment", 2, is_any, says(503, "SlowDown"), Ok(())),
    ("an answer that breaks off", 1, is_of_data, Harm::CutAnswer(300), Ok(())),
    ("down", usize::MAX, is_any, says(503, "ServiceUnavailable"), Err("58030")),
    ("nobody answers", usize::MAX, is_any, Harm::Reset, Err("58030")),
    ("forbidden", usize::MAX, is_of_data, says(403, "AccessDenied"), Err("58030")),
    ("gone", usize::MAX, is_of_data, says(404, "NoSuchKey"), Err("XX001")),
    ("changed", usize::MAX, is_of_data, Harm::FlipAnswer(Checksums::Removed), Err("XX001")),
    // Other bytes than were asked for are the service's fault, not the archive's.
    ("short", usize::MAX, is_of_data, Harm::ShortAnswer(20), Err("58030")),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_in_trouble_fails_each_statement_that_needs_it_and_is_outwaited_where_that_helps() {
    let trouble = Trouble::default();
    let proxy = line(&trouble).await;
    let twins = twins_on_s3(&proxy.endpoint(), &["--no-cache"]).await;
    let all = format!("SELECT * FROM {} ORDER BY global_position", twins.archived);
    let client = twins.far_end.client().await;
    let rows = ask(&client, &all).await.unwrap();
    assert_eq!(rows.len(), 240);
    for (what, times, picks, harm, expected) in CASES {
        let before = proxy.harmed();
        *trouble.lock().unwrap() = Some((times, picks, harm));
        match expected {
            Ok(()) => assert_eq!(ask(&client, &all).await.as_ref(), Ok(&rows), "{what}"),
            Err(expected) => {
                let (code, message, hint) = fault(&client, &all).await;
                assert_eq!(code, expected, "{what}: {message}");
                assert!(!hint.is_empty(), "{what}: {message}");
            }
        }
        assert!(proxy.harmed() > before, "{what}: nothing was harmed");
        *trouble.lock().unwrap() = None;
        assert_eq!(ask(&client, &all).await.as_ref(), Ok(&rows), "after: {what}");
    }
    // What is ready says so, and the foreign table passes on what it is told.
    *trouble.lock().unwrap() = Some((usize::MAX, is_any, says(403, "AccessDenied")));
    // Not their number: that is known without the store.
    let ids = format!("SELECT id FROM {}", twins.foreign);
    assert_eq!(ask(&twins.db, &ids).await, Err("58030".to_owned()));
    *trouble.lock().unwrap() = None;
    assert_eq!(ask(&twins.db, &ids).await.unwrap().len(), 240);
}
