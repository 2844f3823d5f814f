//! Headers that a service does not know, and refusals that pass or do not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use eventodb_admin::Kind;
use eventodb_admin::store::{Lack, Store, StoreSettings};

use super::{
    MIB, Picks, Quirky, TRIES, has, is_begin, is_completion, is_failure, is_get, is_head, is_part, is_put, quirky,
    quirky_with, says, write_large,
};
use crate::store::proxy::{Answer, Harm};
use crate::store::{key, listed, noise, remove_all, settings, shown};

#[tokio::test]
async fn a_service_that_refuses_checksums_on_reading_is_read_without_and_asked_once() {
    for answer in [Answer::new(400, "InvalidArgument"), Answer::new(501, "NotImplemented"), Answer::new(400, "")] {
        let quirk = move |head: &str| has(head, "x-amz-checksum-mode").then_some(Harm::Say(answer));
        let Quirky { store, sound, proxy } = quirky(quirk).await;
        sound.put(&key("small"), noise(1000)).await.unwrap();
        for _ in 0..3 {
            assert_eq!(store.read_all(&key("small"), 1000).await.unwrap(), noise(1000));
        }
        assert_eq!(proxy.harmed(), 1, "found out once");
        assert_eq!(store.lacks(), [Lack::ReadChecksums]);
        // Remembered for the process, whoever opens it.
        let again = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings() };
        let again = Store::open(store.url(), &again).await.unwrap();
        assert_eq!(again.read_all(&key("small"), 1000).await.unwrap(), noise(1000));
        assert_eq!(proxy.harmed(), 1);
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_service_that_refuses_checksums_on_writing_is_told_with_both_settings() {
    let quirk = |head: &str| {
        let is_checked = has(head, "x-amz-sdk-checksum-algorithm") || has(head, "x-amz-checksum-algorithm");
        is_checked.then(|| says(400, "InvalidArgument"))
    };
    let Quirky { store, .. } = quirky(quirk).await;
    for error in
        [store.put(&key("small"), noise(10)).await.map(drop).unwrap_err(), write_large(&store).await.unwrap_err()]
    {
        is_failure(
            &error,
            &["AWS_REQUEST_CHECKSUM_CALCULATION=when_required", "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required"],
        );
    }
}

#[tokio::test]
async fn what_proxies_and_services_say_for_a_moment_is_tried_again() {
    let passing = [408, 425, 499, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 525, 526, 527, 529];
    for status in passing {
        for code in ["", "SomethingNew"] {
            let left = AtomicUsize::new(TRIES - 1);
            let quirk = move |_: &str| {
                left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).ok()?;
                Some(says(status, code))
            };
            let Quirky { store, proxy, .. } = quirky(quirk).await;
            store.check().await.unwrap_or_else(|e| panic!("{status} {code}: {}", shown(&e)));
            assert_eq!(proxy.harmed(), TRIES - 1);
        }
    }
    for status in [501, 505, 400, 401, 404, 405, 409, 410, 411] {
        let Quirky { store, proxy, .. } = quirky(move |_| Some(says(status, "SomethingNew"))).await;
        store.check().await.unwrap_err();
        assert_eq!(proxy.harmed(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_conflict_with_another_request_is_tried_again_and_a_completion_looked_at_first() {
    let requests: [(&str, Picks); 4] =
        [("put", is_put), ("begin", is_begin), ("part", is_part), ("complete", is_completion)];
    for (name, picks) in requests {
        for code in ["OperationAborted", "ConditionalRequestConflict"] {
            let once = AtomicBool::new(true);
            let quirk = move |head: &str| (picks(head) && once.swap(false, Ordering::SeqCst)).then(|| says(409, code));
            let Quirky { store, sound, proxy } = quirky(quirk).await;
            if name == "put" {
                store.put(&key("large"), noise(9 * MIB)).await.map(drop)
            } else {
                write_large(&store).await
            }
            .unwrap_or_else(|e| panic!("{name} {code}: {}", shown(&e)));
            assert_eq!(proxy.harmed(), 1);
            assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
            assert!(sound.list_uploads("").await.unwrap().is_empty());
            remove_all(&sound).await;
        }
    }
    // Done, and said to be in conflict: it is not asked for again.
    let harm = Harm::DoAndSay(Answer::new(409, "OperationAborted"));
    let Quirky { store, sound, proxy } = quirky(move |head| is_completion(head).then_some(harm)).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(proxy.harmed(), 1);
    remove_all(&sound).await;
    // For ever.
    let Quirky { store, proxy, .. } = quirky(|head| is_completion(head).then(|| says(409, "OperationAborted"))).await;
    is_failure(&write_large(&store).await.unwrap_err(), &["OperationAborted", "run again"]);
    assert_eq!(proxy.harmed(), TRIES);
}

#[tokio::test]
async fn retries_do_not_run_dry_in_a_long_outage() {
    let is_down = Arc::new(AtomicBool::new(true));
    let (down, once) = (Arc::clone(&is_down), AtomicUsize::new(0));
    let quirk = move |_: &str| {
        if down.load(Ordering::SeqCst) {
            return Some(says(503, "ServiceUnavailable"));
        }
        // Afterwards every other request fails.
        (once.fetch_add(1, Ordering::SeqCst) % 2 == 0).then(|| says(500, "InternalError"))
    };
    let mut hasty = settings();
    hasty.retries.initial_backoff = Duration::from_millis(1);
    hasty.retries.max_backoff = Duration::from_millis(1);
    let Quirky { store, proxy, .. } = quirky_with(hasty, quirk).await;
    for _ in 0..80 {
        store.check().await.unwrap_err();
    }
    assert_eq!(proxy.harmed(), 80 * TRIES, "each request was tried as often as the first");
    is_down.store(false, Ordering::SeqCst);
    for _ in 0..5 {
        store.check().await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    }
}

#[tokio::test]
async fn a_service_that_does_not_know_the_condition_of_a_write_is_written_to_without() {
    let refusals = [
        Answer::new(501, "NotImplemented"),
        Answer::new(400, "InvalidArgument"),
        Answer::new(400, ""),
        Answer::new(404, "NoSuchKey"),
        Answer::new(412, "PreconditionFailed"),
        Answer::new(412, ""),
    ];
    for answer in refusals {
        let quirk = move |head: &str| has(head, "if-none-match").then_some(Harm::Say(answer));
        let Quirky { store, sound, proxy } = quirky(quirk).await;
        store.put(&key("small"), noise(10)).await.unwrap_or_else(|e| panic!("{answer:?}: {}", shown(&e)));
        store.put(&key("second"), noise(10)).await.unwrap();
        write_large(&store).await.unwrap_or_else(|e| panic!("{answer:?}: {}", shown(&e)));
        assert_eq!(proxy.harmed(), 1, "found out once: {answer:?}");
        assert_eq!(store.lacks(), [Lack::ConditionalWrites]);
        assert_eq!(store.put(&key("small"), noise(20)).await.unwrap_err().kind(), Kind::Conflict);
        assert_eq!(listed(&sound, "").await.len(), 3);
        remove_all(&sound).await;
        // The same by a completion alone.
        let Quirky { store, sound, proxy } = quirky(quirk).await;
        write_large(&store).await.unwrap_or_else(|e| panic!("{answer:?}: {}", shown(&e)));
        assert_eq!((proxy.harmed(), store.lacks()), (1, vec![Lack::ConditionalWrites]), "{answer:?}");
        assert!(sound.list_uploads("").await.unwrap().is_empty());
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn a_write_that_is_refused_with_and_without_a_condition_is_a_failure() {
    for (status, code) in [(404, "NoSuchKey"), (400, "InvalidArgument")] {
        let Quirky { store, proxy, .. } = quirky(move |head| is_put(head).then(|| says(status, code))).await;
        is_failure(&store.put(&key("small"), noise(10)).await.unwrap_err(), &[code]);
        assert_eq!(proxy.harmed(), 2);
        assert!(store.lacks().is_empty(), "nothing was found out");
    }
}

#[tokio::test]
async fn a_403_of_an_absent_object_is_told_from_one_that_may_not_be_seen() {
    // Ceph, and AWS where s3:ListBucket is allowed below the prefix alone.
    let absent: fn(&str) -> bool =
        |head| (is_head(head) || is_get(head)) && !head.lines().next().unwrap().contains("/there");
    for (head_code, get_code) in [("", "AccessDenied")] {
        let quirk = move |head: &str| {
            let code = if is_head(head) { head_code } else { get_code };
            absent(head).then(|| says(403, code))
        };
        let Quirky { store, sound, .. } = quirky(quirk).await;
        assert_eq!(store.head(&key("small")).await.unwrap(), None);
        assert_eq!(store.get(&key("small"), None).await.unwrap_err().kind(), Kind::NotFound);
        assert_eq!(store.lacks(), [Lack::AbsenceByHead]);
        store.delete(&key("small")).await.unwrap();
        store.erase(&key("small")).await.unwrap();
        store.put(&key("there"), noise(10)).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
        assert_eq!(sound.read_all(&key("there"), 10).await.unwrap(), noise(10));
        // The name is taken, and may not be looked at: that it is free is not concluded.
        sound.put(&key("secret"), noise(10)).await.unwrap();
        is_failure(&store.head(&key("secret")).await.unwrap_err(), &["s3:GetObject"]);
        is_failure(&store.get(&key("secret"), None).await.map(drop).unwrap_err(), &["s3:GetObject"]);
        remove_all(&sound).await;
    }
}
