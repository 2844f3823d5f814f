//! Endpoints with paths, buckets in host names, redirects, and what else is wrong with an address.

use eventodb_admin::Kind;
use eventodb_admin::store::{PathStyle, Store, StoreSettings, StoreUrl};

use super::{Quirky, is_failure, is_part, quirky, says, write_large};
use crate::store::proxy::{Answer, Harm, Proxy};
use crate::store::{fresh_url, remove_all, server, settings, shown};

#[tokio::test]
async fn an_endpoint_with_a_path_is_asked_below_that_path() {
    for path in ["/storage/v1/s3", "/storage/v1/s3/"] {
        const LISTING: &str = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
        let answer = Answer { body: LISTING, ..Answer::new(200, "") };
        let proxy = Proxy::with(&server().endpoint, move |_| Some(Harm::Say(answer))).await;
        let settings = StoreSettings { endpoint: Some(format!("{}{path}", proxy.endpoint())), ..settings() };
        Store::open(&fresh_url(), &settings).await.unwrap().check().await.unwrap();
        let line = &proxy.seen()[0].line;
        assert!(line.starts_with(&format!("GET /storage/v1/s3/{}", server().bucket)), "{line}");
    }
    for bad in ["http://h/?x=1", "http://h/#x"] {
        let settings = StoreSettings { endpoint: Some(bad.into()), ..settings() };
        assert_eq!(Store::open(&fresh_url(), &settings).await.unwrap_err().kind(), Kind::Usage);
    }
}

#[tokio::test]
async fn a_service_that_takes_the_bucket_in_the_host_name_only_is_told_how() {
    // Alibaba OSS
    let Quirky { store, proxy, .. } = quirky(|_| Some(says(403, "SecondLevelDomainForbidden"))).await;
    is_failure(&store.check().await.unwrap_err(), &["s3_path_style = false", "--s3-path-style=false"]);
    assert_eq!(proxy.harmed(), 1);
    // Set so, it is there.
    let endpoint = Some(proxy.endpoint().replace("127.0.0.1", "localhost"));
    let never = StoreSettings { path_style: PathStyle::Never, endpoint, ..settings() };
    Store::open(&fresh_url(), &never).await.unwrap().check().await.unwrap_err();
    for seen in proxy.seen().iter().skip(1) {
        assert!(!seen.line.contains(&server().bucket), "{}", seen.line);
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_said() {
    let moved =
        Answer { head: "location: https://s3.example.org/\r\n", body: "<html>moved</html>", ..Answer::new(301, "") };
    for answer in [moved, Answer { status: 308, ..moved }, Answer { status: 307, ..moved }] {
        let Quirky { store, .. } = quirky(move |_| Some(Harm::Say(answer))).await;
        is_failure(&store.check().await.unwrap_err(), &["https only", "https://"]);
    }
    for code in ["", "EntityTooLarge"] {
        let Quirky { store, sound, proxy } = quirky(move |head| is_part(head).then(|| says(413, code))).await;
        is_failure(&write_large(&store).await.unwrap_err(), &["8 MiB", "client_max_body_size"]);
        assert!(proxy.harmed() <= 2, "final");
        remove_all(&sound).await;
    }
    let arn = "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/nightly".parse::<StoreUrl>().unwrap_err();
    assert!(arn.kind() == Kind::Usage && shown(&arn).contains("-s3alias"), "{}", shown(&arn));
    // The bucket's name in the endpoint, as some services' consoles show it.
    let proxy = Proxy::with(&server().endpoint, |_| Some(says(404, "NoSuchBucket"))).await;
    let settings = StoreSettings { endpoint: Some(format!("{}/{}", proxy.endpoint(), server().bucket)), ..settings() };
    let error = Store::open(&fresh_url(), &settings).await.unwrap().check().await.unwrap_err();
    assert!(shown(&error).contains("seems to name the bucket"), "{}", shown(&error));
}
