//! S3 that answers with errors, and a line that changes bytes: what may pass is tried again, a few times, with pauses;
//! what will not is reported at once; nothing that failed is called done.

use std::time::Duration;

use eventodb_admin::store::{RetrySettings, Store, StoreSettings};
use eventodb_admin::{Kind, Result};

use super::proxy::{Answer, Checksums, Harm, Proxy};
use super::{drain, fresh_url, key, listed, noise, remove_all, server, settings, shown};

const MIB: usize = 1 << 20;
const EVERY: usize = usize::MAX;
/// Of [`settings`].
const TRIES: usize = 3;

type Picks = fn(&str) -> bool;

/// What is asked of a store, and by which request it is known.
const REQUESTS: [(&str, Picks); 7] = [
    ("put", |head| head.starts_with("PUT ") && head.contains("x-id=PutObject")),
    ("get", |head| head.starts_with("GET ") && head.contains("x-id=GetObject")),
    ("head", |head| head.starts_with("HEAD ")),
    ("list", |head| head.starts_with("GET ") && head.contains("list-type=2")),
    ("begin", |head| head.starts_with("POST ") && head.contains("uploads")),
    ("part", |head| head.starts_with("PUT ") && head.contains("partNumber=1&")),
    ("complete", |head| head.starts_with("POST ") && head.contains("uploadId=")),
];

fn picks(request: &str) -> Picks {
    REQUESTS.iter().find(|(name, _)| *name == request).unwrap().1
}

async fn stores(times: usize, picks: Picks, harm: Harm) -> (Store, Store, Proxy) {
    let sound = Store::open(&fresh_url(), &settings()).await.unwrap();
    let (store, proxy) = harmed(&sound, times, picks, harm).await;
    (store, sound, proxy)
}

/// The same store by a line that does harm.
async fn harmed(sound: &Store, times: usize, picks: Picks, harm: Harm) -> (Store, Proxy) {
    let proxy = Proxy::start(&server().endpoint, times, picks, harm).await;
    let harmed = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings() };
    (Store::open(sound.url(), &harmed).await.unwrap(), proxy)
}

/// A store with the object `small`.
async fn with_small() -> Store {
    let sound = Store::open(&fresh_url(), &settings()).await.unwrap();
    sound.put(&key("small"), noise(1000)).await.unwrap();
    sound
}

async fn write_large(store: &Store) -> Result<()> {
    let mut upload = store.upload(&key("large"), 0).await?;
    upload.write(noise(9 * MIB)).await?;
    upload.finish().await?;
    Ok(())
}

/// Does what `request` names; `small` is there already.
async fn ask(store: &Store, request: &str) -> Result<()> {
    match request {
        "put" => store.put(&key("new"), noise(1000)).await.map(|_| ()),
        "get" => drain(store.get(&key("small"), None).await?).await.map(|got| assert!(got == noise(1000))),
        "head" => store.head(&key("small")).await.map(|found| assert!(found.is_some())),
        "list" => store.check().await,
        _ => write_large(store).await,
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_given_up_after_the_tries_that_were_set() {
    let passing = [
        Answer::new(500, "InternalError"),
        Answer::new(503, "SlowDown"),
        Answer::new(503, "ServiceUnavailable"),
        Answer::new(502, ""),
        Answer::new(429, "TooManyRequests"),
        Answer::new(429, ""),
        Answer::new(400, "RequestTimeout"),
    ];
    let sound = with_small().await;
    for (request, picks) in REQUESTS {
        for answer in passing {
            // The answer to a HEAD holds no code: a bare 400 may be anything. Large uploads take their time.
            let is_large = matches!(request, "begin" | "part" | "complete");
            let is_one_of_many = !matches!(answer.code, "SlowDown" | "TooManyRequests" | "RequestTimeout");
            if request == "head" && answer.status == 400 || is_large && is_one_of_many {
                continue;
            }
            let (store, proxy) = harmed(&sound, TRIES - 1, picks, Harm::Say(answer)).await;
            ask(&store, request).await.unwrap_or_else(|e| panic!("{request}, {answer:?}: {}", shown(&e)));
            assert_eq!(proxy.harmed(), TRIES - 1, "{request}, {answer:?}");
            for name in ["new", "large"] {
                sound.delete(&key(name)).await.unwrap();
            }

            let (store, proxy) = harmed(&sound, EVERY, picks, Harm::Say(answer)).await;
            let error = ask(&store, request).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Failed, "{request}, {answer:?}: {}", shown(&error));
            assert!(error.hint_text().is_some(), "{request}, {answer:?}: {}", shown(&error));
            assert_eq!(proxy.harmed(), TRIES, "one layer of retries: {request}, {answer:?}");
            assert_eq!(listed(&sound, "").await.len(), 1, "{request}, {answer:?}");
        }
    }
    remove_all(&sound).await;
}

#[tokio::test]
async fn what_will_not_pass_is_reported_at_once_with_what_to_do() {
    let region = Answer { head: "x-amz-bucket-region: eu-west-7\r\n", ..Answer::new(301, "PermanentRedirect") };
    let refused = [
        (Answer::new(403, "RequestTimeTooSkewed"), "clock"),
        (Answer::new(400, "ExpiredToken"), "expired"),
        (Answer::new(403, "InvalidAccessKeyId"), "AWS_ACCESS_KEY_ID"),
        (Answer::new(403, "SignatureDoesNotMatch"), "AWS_SECRET_ACCESS_KEY"),
        (Answer::new(403, "AccessDenied"), "s3:PutObject"),
        (region, "AWS_REGION=eu-west-7"),
        (Answer::new(307, "TemporaryRedirect"), "AWS_REGION"),
        (Answer::new(403, "InvalidObjectState"), "restore"),
    ];
    let sound = with_small().await;
    for (request, picks) in REQUESTS {
        for (answer, text) in refused {
            if request == "head" {
                continue;
            }
            let (store, proxy) = harmed(&sound, EVERY, picks, Harm::Say(answer)).await;
            let error = ask(&store, request).await.unwrap_err();
            assert_eq!(error.kind(), Kind::Failed, "{request}, {answer:?}: {}", shown(&error));
            assert!(shown(&error).contains(text), "{request}, {answer:?}: {}", shown(&error));
            assert_eq!(proxy.harmed(), 1, "{request}, {answer:?}");
            assert_eq!(listed(&sound, "").await.len(), 1, "{request}, {answer:?}");
        }
    }
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_bucket_name_that_the_service_refuses_is_a_mistake_in_the_url() {
    let sound = with_small().await;
    for request in ["put", "get", "list", "begin"] {
        let answer = Answer::new(400, "InvalidBucketName");
        let (store, proxy) = harmed(&sound, EVERY, picks(request), Harm::Say(answer)).await;
        let error = ask(&store, request).await.unwrap_err();
        assert_eq!((error.kind(), proxy.harmed()), (Kind::Usage, 1), "{request}: {}", shown(&error));
        assert!(shown(&error).contains("correct the store's URL"), "{request}: {}", shown(&error));
    }
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_refusal_of_a_head_which_has_no_words_is_explained_by_a_listing() {
    for answer in [Answer::new(403, ""), Answer::new(301, ""), Answer::new(400, "")] {
        let sound = with_small().await;
        let (store, proxy) = harmed(&sound, EVERY, picks("head"), Harm::Say(answer)).await;
        let error = store.head(&key("small")).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Failed, "{}", shown(&error));
        assert_eq!(proxy.harmed(), 1);
        assert!(proxy.seen().iter().any(|s| s.line.contains("list-type=2")), "{:?}", proxy.seen());
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn pauses_grow_to_a_bound_and_are_never_the_same() {
    for answer in [Answer::new(503, "SlowDown"), Answer::new(500, "InternalError"), Answer::new(429, "")] {
        let proxy = Proxy::start(&server().endpoint, EVERY, picks("list"), Harm::Say(answer)).await;
        let longest = Duration::from_millis(200);
        let retries = RetrySettings { attempts: 12, initial_backoff: Duration::from_millis(20), max_backoff: longest };
        let settings = StoreSettings { endpoint: Some(proxy.endpoint()), retries, ..settings() };
        Store::open(&fresh_url(), &settings).await.unwrap().check().await.unwrap_err();
        let seen = proxy.seen();
        assert_eq!(seen.len(), 12, "{answer:?}");
        let pauses: Vec<_> = seen.windows(2).map(|w| w[1].at - w[0].at).collect();
        let all: Duration = pauses.iter().sum();
        // Doubling without a bound, eleven pauses of 20 ms and more come to 20 s on average.
        assert!(all > Duration::from_millis(100) && all < Duration::from_secs(5), "{answer:?}: {pauses:?}");
        let late = &pauses[5..];
        let spread = late.iter().max().unwrap().saturating_sub(*late.iter().min().unwrap());
        assert!(spread > longest / 20, "no jitter, {answer:?}: {pauses:?}");
    }
}

#[tokio::test]
async fn a_reset_is_tried_again_and_given_up_after_a_few() {
    for (request, picks) in REQUESTS {
        let (store, sound, proxy) = stores(TRIES - 1, picks, Harm::Reset).await;
        sound.put(&key("small"), noise(1000)).await.unwrap();
        ask(&store, request).await.unwrap_or_else(|e| panic!("{request}: {}", shown(&e)));
        assert_eq!(proxy.harmed(), TRIES - 1, "{request}");
        remove_all(&sound).await;
        let (store, sound, proxy) = stores(EVERY, picks, Harm::Reset).await;
        sound.put(&key("small"), noise(1000)).await.unwrap();
        let error = ask(&store, request).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Failed);
        assert!(shown(&error).contains("connection broke"), "{request}: {}", shown(&error));
        assert_eq!(proxy.harmed(), TRIES, "{request}");
        remove_all(&sound).await;
    }
}

#[tokio::test]
async fn what_was_done_although_the_service_said_that_it_failed_is_known_to_be_done() {
    for request in ["put", "part", "complete"] {
        for times in [1, EVERY] {
            if (request, times) == ("part", EVERY) {
                continue;
            }
            let answer = Harm::DoAndSay(Answer::new(500, "InternalError"));
            let (store, sound, proxy) = stores(times, picks(request), answer).await;
            sound.put(&key("small"), noise(1000)).await.unwrap();
            ask(&store, request).await.unwrap_or_else(|e| panic!("{request}: {}", shown(&e)));
            assert!(proxy.harmed() >= 1);
            let (name, size) = if request == "put" { ("new", 1000) } else { ("large", 9 * MIB) };
            assert!(sound.read_all(&key(name), 10 << 20).await.unwrap() == noise(size), "{request}");
            assert!(sound.list_uploads("").await.unwrap().is_empty());
            remove_all(&sound).await;
        }
    }
}

#[tokio::test]
async fn a_completion_that_says_200_and_then_an_error_is_an_error() {
    // S3 begins its answer before it knows the end of a long completion.
    let says = Answer::new(200, "InternalError");
    let (store, sound, proxy) = stores(TRIES - 1, picks("complete"), Harm::Say(says)).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert_eq!(proxy.harmed(), TRIES - 1);
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    remove_all(&sound).await;
    let (store, sound, proxy) = stores(EVERY, picks("complete"), Harm::Say(says)).await;
    let error = write_large(&store).await.unwrap_err();
    assert!(error.kind() == Kind::Failed && error.to_string().contains("InternalError"), "{}", shown(&error));
    assert_eq!(proxy.harmed(), TRIES);
    assert!(listed(&sound, "").await.is_empty());
    assert!(sound.list_uploads("").await.unwrap().is_empty());
    // Done all the same.
    let (store, sound, _proxy) = stores(EVERY, picks("complete"), Harm::DoAndSay(says)).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    remove_all(&sound).await;
}

#[tokio::test]
async fn an_upload_that_somebody_removed_is_a_failure_that_may_be_tried_again() {
    for request in ["part", "complete"] {
        let (store, sound, _proxy) = stores(EVERY, picks(request), Harm::Say(Answer::new(404, "NoSuchUpload"))).await;
        let error = write_large(&store).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Failed, "{request}: {}", shown(&error));
        assert!(shown(&error).contains("run again"), "{request}: {}", shown(&error));
        assert!(listed(&sound, "").await.is_empty());
    }
}

#[tokio::test]
async fn a_wrong_etag_is_never_taken_for_the_right_one() {
    // Of an object: it is not relied on.
    let (store, sound, proxy) = stores(EVERY, picks("put"), Harm::WrongEtag).await;
    store.put(&key("new"), noise(1000)).await.unwrap();
    assert_eq!(proxy.harmed(), 1);
    assert!(sound.read_all(&key("new"), 2000).await.unwrap() == noise(1000));
    remove_all(&sound).await;
    // Of a part: the service refuses to put the parts together.
    let (store, sound, _proxy) = stores(EVERY, picks("part"), Harm::WrongEtag).await;
    let error = write_large(&store).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed, "{}", shown(&error));
    assert!(listed(&sound, "").await.is_empty());
    assert!(sound.list_uploads("").await.unwrap().is_empty());
    // Of a completed object.
    let (store, sound, _proxy) = stores(EVERY, picks("complete"), Harm::DoAndSay(Answer::new(200, ""))).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_bit_that_flips_on_its_way_in_is_refused_and_sent_again() {
    for request in ["put", "part"] {
        let (store, sound, proxy) = stores(1, picks(request), Harm::FlipRequest).await;
        ask(&store, request).await.unwrap_or_else(|e| panic!("{request}: {}", shown(&e)));
        assert_eq!(proxy.harmed(), 1);
        let (name, size) = if request == "put" { ("new", 1000) } else { ("large", 9 * MIB) };
        assert!(sound.read_all(&key(name), 10 << 20).await.unwrap() == noise(size), "{request}");
        remove_all(&sound).await;
        let (store, sound, proxy) = stores(EVERY, picks(request), Harm::FlipRequest).await;
        let error = ask(&store, request).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Failed, "{request}: {}", shown(&error));
        assert!(proxy.harmed() >= TRIES, "{request}: {}", shown(&error));
        assert!(listed(&sound, "").await.is_empty(), "{request}");
    }
}

#[tokio::test]
async fn a_bit_that_flips_on_its_way_out_is_found_by_the_services_checksum() {
    let (store, sound, _proxy) = stores(EVERY, picks("get"), Harm::FlipAnswer(Checksums::Kept)).await;
    sound.put(&key("small"), noise(1000)).await.unwrap();
    let error = drain(store.get(&key("small"), None).await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Verification, "{}", shown(&error));
    remove_all(&sound).await;
}

#[tokio::test]
async fn an_object_that_seems_shorter_reads_as_long_as_it_says() {
    let (store, sound, _proxy) = stores(EVERY, picks("get"), Harm::ShortAnswer(500)).await;
    sound.put(&key("small"), noise(1000)).await.unwrap();
    let reader = store.get(&key("small"), None).await.unwrap();
    assert_eq!(reader.object_size(), 500, "who knows the right size can tell");
    assert_eq!(drain(reader).await.unwrap().len(), 500);
    remove_all(&sound).await;
}

#[tokio::test]
async fn a_slow_line_is_waited_for_as_long_as_it_moves() {
    let (store, sound, _proxy) = stores(EVERY, picks("get"), Harm::Drip(50, Duration::from_millis(20))).await;
    sound.put(&key("small"), noise(3000)).await.unwrap();
    assert!(drain(store.get(&key("small"), None).await.unwrap()).await.unwrap() == noise(3000));
    remove_all(&sound).await;
}
