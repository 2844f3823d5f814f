//! What was found with stores that the tests' registries give.

use eventodb_admin::Kind;
use eventodb_admin::store::Lack;

use super::{
    MIB, Quirky, has, impatient, is_completion, is_failure, is_head, is_list_of_uploads, is_put, quirky, quirky_with,
    says, write_large,
};
use crate::store::proxy::{Answer, Harm};
use crate::store::{key, noise, remove_all, shown};

fn without_metadata(head: &str, body: Vec<u8>) -> (String, Vec<u8>) {
    let is_kept = |line: &&str| {
        let line = line.to_lowercase();
        !line.starts_with("x-amz-meta-") && !line.starts_with("etag:")
    };
    (head.split_inclusive("\r\n").filter(is_kept).collect(), body)
}

#[tokio::test]
async fn a_service_that_keeps_no_metadata_is_written_to_all_the_same() {
    // JuiceFS's gateway: what an upload named itself by is gone, and its ETag with it.
    let quirk = |head: &str| is_head(head).then_some(Harm::Retell(without_metadata));
    let Quirky { store, sound, proxy } = quirky(quirk).await;
    write_large(&store).await.unwrap_or_else(|e| panic!("{}", shown(&e)));
    assert!(proxy.harmed() >= 1);
    assert!(sound.read_all(&key("large"), 10 << 20).await.unwrap() == noise(9 * MIB));
    // Without the service's own word nothing says whose it is.
    let quirk = |head: &str| match head {
        head if is_head(head) => Some(Harm::Retell(without_metadata)),
        head if is_completion(head) => Some(Harm::DoAndSay(Answer::new(500, "InternalError"))),
        _ => None,
    };
    let Quirky { store, sound: other, .. } = quirky(quirk).await;
    assert_eq!(write_large(&store).await.unwrap_err().kind(), Kind::Conflict);
    remove_all(&sound).await;
    remove_all(&other).await;
}

#[tokio::test]
async fn a_service_that_lists_no_uploads_is_told_and_fails_nothing() {
    // s3rver, localbucket
    let Quirky { store, .. } = quirky(|head| is_list_of_uploads(head).then(|| says(501, "NotImplemented"))).await;
    assert!(store.list_uploads("").await.unwrap().is_empty());
    assert_eq!(store.lacks(), [Lack::UploadListing]);
    // One that may not list them is not taken for one that cannot.
    let Quirky { store, .. } = quirky(|head| is_list_of_uploads(head).then(|| says(403, "AccessDenied"))).await;
    is_failure(&store.list_uploads("").await.unwrap_err(), &["s3:ListBucketMultipartUploads"]);
}

#[tokio::test]
async fn a_service_that_takes_a_condition_and_does_not_keep_it_is_found_out() {
    // s3rver
    let quirk = |head: &str| (is_put(head) && has(head, "if-none-match")).then_some(Harm::Say(Answer::new(200, "")));
    let Quirky { store, .. } = quirky_with(impatient(), quirk).await;
    // What was said to be stored is not there: it cannot be read back, either.
    store.check_rights().await.unwrap_err();
    assert_eq!(store.lacks(), [Lack::ConditionalWrites]);
    let facts = store.bucket_facts().await.unwrap();
    assert!(!facts.refuses_overwrites);
    let keeps = quirky(|_| None).await.store;
    keeps.check_rights().await.unwrap();
    // Whatever this server does is what is told.
    assert_eq!(keeps.lacks().is_empty(), keeps.bucket_facts().await.unwrap().refuses_overwrites);
}
