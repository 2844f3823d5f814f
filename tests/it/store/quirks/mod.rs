//! Stores as people have them, played by a line to the real server that answers as the one or the other does.
//!
//! The next report of this kind is added in ten lines: a test that opens [`quirky`] with what the store does to a request
//! (by its head), asks for what failed, and looks at the sound store beside it. [`Harm`] says what can be done.

mod addresses;
mod content;
mod deletions;
mod listings;
mod others;
mod requests;
mod sticking;

use std::time::Duration;

use eventodb_admin::store::{Store, StoreSettings};
use eventodb_admin::{Error, Kind};

use crate::store::proxy::{Answer, Harm, Proxy};
use crate::store::{fresh_url, key, noise, server, settings, shown};

const MIB: usize = 1 << 20;
/// Of [`settings`].
const TRIES: usize = 3;

/// Whether a request is meant, by its head.
type Picks = fn(&str) -> bool;
/// How an answer is told otherwise.
type Retell = fn(&str, Vec<u8>) -> (String, Vec<u8>);

/// A store whose service has a quirk, and the same store without it.
struct Quirky {
    store: Store,
    sound: Store,
    proxy: Proxy,
}

async fn quirky(quirk: impl Fn(&str) -> Option<Harm> + Send + Sync + 'static) -> Quirky {
    quirky_with(settings(), quirk).await
}

async fn quirky_with(settings_: StoreSettings, quirk: impl Fn(&str) -> Option<Harm> + Send + Sync + 'static) -> Quirky {
    let proxy = Proxy::with(&server().endpoint, quirk).await;
    let url = fresh_url();
    let through = StoreSettings { endpoint: Some(proxy.endpoint()), ..settings_ };
    let sound = Store::open(&url, &settings()).await.unwrap();
    Quirky { store: Store::open(&url, &through).await.unwrap(), sound, proxy }
}

/// Settings that look again for a moment only.
fn impatient() -> StoreSettings {
    let mut settings = settings();
    settings.timeouts.visible = Duration::from_millis(300);
    settings
}

fn says(status: u16, code: &'static str) -> Harm {
    Harm::Say(Answer::new(status, code))
}

fn is_head(head: &str) -> bool {
    head.starts_with("HEAD ")
}

fn is_get(head: &str) -> bool {
    head.starts_with("GET ") && head.contains("x-id=GetObject")
}

fn is_put(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("x-id=PutObject")
}

fn is_part(head: &str) -> bool {
    head.starts_with("PUT ") && head.contains("partNumber=")
}

fn is_begin(head: &str) -> bool {
    head.starts_with("POST ") && head.contains("uploads")
}

fn is_completion(head: &str) -> bool {
    head.starts_with("POST ") && head.contains("uploadId=")
}

fn is_list(head: &str) -> bool {
    head.starts_with("GET ") && head.contains("list-type=2")
}

fn is_list_of_versions(head: &str) -> bool {
    head.starts_with("GET ") && head.lines().next().is_some_and(|line| line.contains("?versions"))
}

fn is_list_of_uploads(head: &str) -> bool {
    head.starts_with("GET ") && head.lines().next().is_some_and(|line| line.contains("?uploads"))
}

fn is_delete(head: &str) -> bool {
    head.starts_with("DELETE ") && !head.contains("uploadId=")
}

/// Whether a request has this header, by its name in lower case.
fn has(head: &str, name: &str) -> bool {
    head.lines().any(|line| line.to_lowercase().starts_with(name))
}

async fn write_large(store: &Store) -> eventodb_admin::Result<()> {
    let mut upload = store.upload(&key("large"), 0).await?;
    upload.write(noise(9 * MIB)).await?;
    upload.finish().await.map(drop)
}

fn is_failure(error: &Error, texts: &[&str]) {
    let shown = shown(error);
    assert_eq!(error.kind(), Kind::Failed, "{shown}");
    for text in texts {
        assert!(shown.contains(text), "{text:?} is not in: {shown}");
    }
}

/// An answer of 200 to a listing of versions.
const fn versions(inside: &'static str) -> Harm {
    Harm::Say(Answer { body: inside, ..Answer::new(200, "") })
}

const NO_VERSION: &str =
    "<?xml version=\"1.0\"?><ListVersionsResult><Name>b</Name><IsTruncated>false</IsTruncated></ListVersionsResult>";
