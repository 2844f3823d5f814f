//! What S3 refuses, and what the user reads then.

use eventodb_admin::store::{Credentials, Sse, Store, StoreSettings, StoreUrl};
use eventodb_admin::{Error, Kind};
use futures::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{fresh_url, key, noise, server, settings, shown};

async fn open(settings: &StoreSettings) -> Store {
    Store::open(&fresh_url(), settings).await.unwrap()
}

fn says(error: &Error, kind: Kind, texts: &[&str]) {
    let shown = shown(error);
    assert_eq!(error.kind(), kind, "{shown}");
    for text in texts {
        assert!(shown.contains(text), "{text:?} is not in: {shown}");
    }
    assert!(!shown.contains(&server().secret_key) && !shown.contains("not the secret"), "a secret is in: {shown}");
}

#[tokio::test]
async fn a_missing_bucket_is_not_found_whatever_is_asked() {
    let url: StoreUrl = "s3://eventodb-no-such-bucket/x".parse().unwrap();
    let store = || async { Store::open(&url, &settings()).await.unwrap() };
    let not_found = |error: Error| says(&error, Kind::NotFound, &["eventodb-no-such-bucket", "create it"]);
    not_found(store().await.check().await.unwrap_err());
    not_found(store().await.head(&key("a")).await.unwrap_err());
    not_found(store().await.get(&key("a"), None).await.unwrap_err());
    not_found(store().await.put(&key("a"), noise(1)).await.unwrap_err());
    not_found(store().await.list("").try_collect::<Vec<_>>().await.unwrap_err());
    not_found(store().await.list_uploads("").await.unwrap_err());
    not_found(store().await.delete(&key("a")).await.unwrap_err());
    let mut upload = store().await.upload(&key("a"), 0).await.unwrap();
    not_found(upload.write(noise(9 << 20)).await.unwrap_err());
}

#[tokio::test]
async fn a_wrong_secret_is_said_and_not_shown() {
    let mut settings = settings();
    settings.credentials = Some(Credentials {
        access_key_id: server().access_key.clone(),
        secret_access_key: "not the secret".into(),
        session_token: None,
    });
    let store = open(&settings).await;
    // Garage does not tell a wrong secret from missing rights.
    let text = if server().kind == "garage" { "credentials" } else { "AWS_SECRET_ACCESS_KEY" };
    says(&store.check().await.unwrap_err(), Kind::Failed, &[text]);
    says(&store.get(&key("a"), None).await.unwrap_err(), Kind::Failed, &[text]);
    says(&store.put(&key("a"), noise(1)).await.unwrap_err(), Kind::Failed, &[text]);
    says(&store.head(&key("a")).await.unwrap_err(), Kind::Failed, &[text]);
    assert!(!format!("{settings:?}").contains("not the secret"));
}

#[tokio::test]
async fn an_unknown_access_key_is_said() {
    let mut settings = settings();
    settings.credentials = Some(Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_access_key: "not the secret".into(),
        session_token: None,
    });
    let error = open(&settings).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &[]);
    assert!(!shown(&error).contains("AKIAIOSFODNN7EXAMPLE"), "{}", shown(&error));
}

#[tokio::test]
async fn a_wrong_region_is_said_where_the_service_minds() {
    if server().kind != "garage" {
        eprintln!("SKIPPED a_wrong_region_is_said_where_the_service_minds: this server takes any region");
        return;
    }
    let settings = StoreSettings { region: Some("eu-nowhere-1".into()), ..settings() };
    let error = open(&settings).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &["eu-nowhere-1", "AWS_REGION"]);
}

#[tokio::test]
async fn an_endpoint_where_nothing_listens_is_said() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let settings = StoreSettings { endpoint: Some(format!("http://127.0.0.1:{port}")), ..settings() };
    let error = open(&settings).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &[&port.to_string(), "nothing listens", "AWS_ENDPOINT_URL_S3"]);
}

#[tokio::test]
async fn an_endpoint_that_is_not_s3_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut request = [0; 8192];
            if client.read(&mut request).await.is_err() {
                continue;
            }
            let page = "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<h1>Hello!</h1>";
            client.write_all(page.as_bytes()).await.ok();
        }
    });
    let error = open(&StoreSettings { endpoint: Some(endpoint), ..settings() }).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &["does not answer as S3 does"]);
}

#[tokio::test]
async fn an_endpoint_without_an_address_is_said() {
    let settings = StoreSettings { endpoint: Some("http://s3.eventodb.invalid".into()), ..settings() };
    let error = open(&settings).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &["does not resolve", "s3.eventodb.invalid"]);
}

#[tokio::test]
async fn https_to_a_plain_server_is_said() {
    let endpoint = server().endpoint.replace("http://", "https://");
    let error = open(&StoreSettings { endpoint: Some(endpoint), ..settings() }).await.check().await.unwrap_err();
    says(&error, Kind::Failed, &["no TLS with", "AWS_CA_BUNDLE"]);
}

#[tokio::test]
async fn settings_that_cannot_work_are_usage_errors() {
    for endpoint in ["127.0.0.1:9000", "ftp://x", "http://user:hunter2@127.0.0.1:9000", ""] {
        let settings = StoreSettings { endpoint: Some(endpoint.into()), ..settings() };
        let error = Store::open(&fresh_url(), &settings).await.unwrap_err();
        says(&error, Kind::Usage, &["endpoint"]);
        assert!(!shown(&error).contains("hunter2"));
    }
    let cold = StoreSettings { storage_class: Some("DEEP_ARCHIVE".into()), ..settings() };
    says(&Store::open(&fresh_url(), &cold).await.unwrap_err(), Kind::Usage, &["storage class"]);
}

#[tokio::test]
async fn storage_class_and_encryption_are_asked_for() {
    if server().kind != "embedded" {
        eprintln!("SKIPPED storage_class_and_encryption_are_asked_for: only the embedded server keeps both");
        return;
    }
    let settings = StoreSettings { storage_class: Some("STANDARD_IA".into()), sse: Some(Sse::S3), ..settings() };
    let store = open(&settings).await;
    store.put(&key("small"), noise(1)).await.unwrap();
    let mut upload = store.upload(&key("large"), 0).await.unwrap();
    upload.write(noise(9 << 20)).await.unwrap();
    upload.finish().await.unwrap();
    for name in ["small", "large"] {
        let info = store.head(&key(name)).await.unwrap().unwrap();
        assert_eq!(info.storage_class.as_deref(), Some("STANDARD_IA"));
    }
    super::remove_all(&store).await;
}
