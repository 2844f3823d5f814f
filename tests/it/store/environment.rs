//! What the AWS environment says. Each case is a process of its own: its environment is set from outside.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventodb_admin::store::{RetrySettings, Store, StoreSettings};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::aws::{ACCESS_KEY, Aws, SECRET_KEY};
use super::{fresh_url, key, noise, remove_all, server, shown};

const STORE: &str = "EVENTODB_STORE_TEST_URL";
const PROFILE: &str = "EVENTODB_STORE_TEST_PROFILE";
/// How often a request is tried; once unless set.
const TRIES: &str = "EVENTODB_STORE_TEST_TRIES";
/// Set where the service only answers listings.
const ONLY_CHECK: &str = "EVENTODB_STORE_TEST_ONLY_CHECK";
/// A name that resolves nowhere: who knows it is the proxy.
const FAR: &str = "s3.eventodb.invalid";

/// Runs `child` with exactly these variables, and gives what it said.
async fn child(variables: &[(&str, &str)]) -> String {
    let nowhere = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "store::environment::child_process", "--ignored", "--nocapture"])
        .env_clear()
        .env("HOME", nowhere.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env(STORE, fresh_url().to_string())
        .envs(variables.iter().copied());
    let run = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let Some((_, result)) = said.split_once("RESULT ") else {
        panic!("the child said {said} {}", String::from_utf8_lossy(&run.stderr));
    };
    result.split_once("END").unwrap().0.trim().to_owned()
}

#[tokio::test]
#[ignore = "run by the others, in a process of its own"]
async fn child_process() {
    let Ok(url) = std::env::var(STORE) else { return };
    let attempts = std::env::var(TRIES).map_or(1, |tries| tries.parse().unwrap());
    let initial_backoff = Duration::from_millis(10);
    let retries = RetrySettings { attempts, initial_backoff, ..RetrySettings::default() };
    let settings = StoreSettings { profile: std::env::var(PROFILE).ok(), retries, ..StoreSettings::default() };
    let done = async {
        let store = Store::open(&url.parse()?, &settings).await?;
        store.check().await?;
        if std::env::var_os(ONLY_CHECK).is_some() {
            return Ok(());
        }
        store.put(&key("written"), noise(100)).await?;
        assert_eq!(store.read_all(&key("written"), 100).await?, noise(100));
        remove_all(&store).await;
        Ok(())
    };
    let result: eventodb_admin::Result<()> = done.await;
    println!("RESULT {} END", result.map_or_else(|e| format!("{:?} {}", e.kind(), shown(&e)), |()| "done".into()));
}

fn keys() -> [(&'static str, &'static str); 3] {
    let server = server();
    [
        ("AWS_ACCESS_KEY_ID", &server.access_key),
        ("AWS_SECRET_ACCESS_KEY", &server.secret_key),
        ("AWS_REGION", &server.region),
    ]
}

#[tokio::test]
async fn endpoint_keys_and_region_come_from_the_environment() {
    let [id, secret, region] = keys();
    let endpoint = server().endpoint.as_str();
    assert_eq!(child(&[id, secret, region, ("AWS_ENDPOINT_URL_S3", endpoint)]).await, "done");
    assert_eq!(child(&[id, secret, region, ("AWS_ENDPOINT_URL", endpoint)]).await, "done");
    let both = [id, secret, region, ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_S3", endpoint)];
    assert_eq!(child(&both).await, "done");
}

#[tokio::test]
async fn a_service_of_ones_own_needs_no_region() {
    if server().region != "us-east-1" {
        eprintln!("SKIPPED a_service_of_ones_own_needs_no_region: this one is in {}", server().region);
        return;
    }
    let [id, secret, _] = keys();
    assert_eq!(child(&[id, secret, ("AWS_ENDPOINT_URL_S3", &server().endpoint)]).await, "done");
}

#[tokio::test]
async fn profiles_name_endpoint_keys_and_region() {
    let server = server();
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    let text = format!(
        "[profile archive]\nregion = {}\nservices = own\naws_access_key_id = {}\naws_secret_access_key = {}\n\
         [services own]\ns3 =\n  endpoint_url = {}\n",
        server.region, server.access_key, server.secret_key, server.endpoint
    );
    std::fs::write(&config, text).unwrap();
    let file = ("AWS_CONFIG_FILE", config.to_str().unwrap());
    assert_eq!(child(&[file, ("AWS_PROFILE", "archive")]).await, "done");
    assert_eq!(child(&[file, (PROFILE, "archive")]).await, "done");
}

#[tokio::test]
async fn a_program_may_give_the_keys() {
    let server = server();
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys.json");
    let said = format!(
        r#"{{"Version": 1, "AccessKeyId": "{}", "SecretAccessKey": "{}"}}"#,
        server.access_key, server.secret_key
    );
    std::fs::write(&keys, said).unwrap();
    let config = dir.path().join("config");
    let text = format!("[profile asks]\nregion = {}\ncredential_process = cat {}\n", server.region, keys.display());
    std::fs::write(&config, text).unwrap();
    let path = std::env::var("PATH").unwrap();
    let file = [("AWS_CONFIG_FILE", config.to_str().unwrap()), ("PATH", &path)];
    let endpoint = ("AWS_ENDPOINT_URL_S3", server.endpoint.as_str());
    assert_eq!(child(&[file[0], file[1], endpoint, ("AWS_PROFILE", "asks")]).await, "done");
    std::fs::write(&keys, "no keys").unwrap();
    let said = child(&[file[0], file[1], endpoint, ("AWS_PROFILE", "asks")]).await;
    assert!(said.starts_with("Failed") && said.contains("gives credentials, and it gave none"), "{said}");
}

#[tokio::test]
async fn a_role_is_taken_by_a_profile_or_by_a_web_identity() {
    let Some(aws) = Aws::start("a_role_is_taken_by_a_profile_or_by_a_web_identity").await else { return };
    let url = aws.url().to_string();
    let (trust, role) = ("AWS_ENDPOINT_URL", "arn:aws:iam::000000000000:role/archivist");
    let common = [(STORE, url.as_str()), (trust, aws.endpoint), ("AWS_REGION", "us-east-1")];
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config");
    let text = format!(
        "[profile base]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n\
         [profile archive]\nrole_arn = {role}\nsource_profile = base\n"
    );
    std::fs::write(&config, text).unwrap();
    let by_profile = [("AWS_CONFIG_FILE", config.to_str().unwrap()), ("AWS_PROFILE", "archive")];
    assert_eq!(child(&[&common[..], &by_profile].concat()).await, "done");

    let token = dir.path().join("token");
    let part = |text: &str| base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text);
    let claims = r#"{"iss":"https://issuer.example.org","sub":"archivist","aud":"sts","exp":4102444800}"#;
    std::fs::write(&token, format!("{}.{}.{}", part(r#"{"alg":"RS256"}"#), part(claims), part("signed"))).unwrap();
    let by_token = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_ROLE_ARN", role),
        ("AWS_ROLE_SESSION_NAME", "nightly"),
    ];
    assert_eq!(child(&[&common[..], &by_token].concat()).await, "done");
    // That it was the service of tokens which let us in: without it nobody does.
    let nowhere = [("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")];
    for way in [&by_profile[..], &by_token] {
        let said = child(&[&common[..], way, &nowhere].concat()).await;
        assert!(said.starts_with("Failed") && !said.contains("set AWS_ACCESS_KEY_ID"), "{said}");
    }
}

#[tokio::test]
async fn requests_go_by_the_proxy_of_the_environment_and_not_where_it_says_no() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    let port = serve_tls(&bundle).await;
    let (proxy, connects) = serve_connect().await;
    let [id, secret, region] = keys();
    let (far, near) = (format!("https://{FAR}:{port}"), format!("https://localhost:{port}"));
    let common = [id, secret, region, ("AWS_CA_BUNDLE", bundle.to_str().unwrap()), ("HTTPS_PROXY", proxy.as_str())];
    let at = |endpoint| ("AWS_ENDPOINT_URL_S3", endpoint);
    assert_eq!(child(&[&common[..], &[at(far.as_str())]].concat()).await, "done");
    let by_proxy = connects.load(Ordering::SeqCst);
    assert!(by_proxy > 0);
    let said = child(&[&common[..], &[at(far.as_str()), ("NO_PROXY", FAR)]].concat()).await;
    assert!(said.contains("does not resolve"), "{said}");
    // What is on this machine is never asked of a proxy elsewhere, nor are metadata services on its link.
    for all in ["HTTPS_PROXY", "ALL_PROXY"] {
        assert_eq!(child(&[&common[..], &[at(near.as_str()), (all, proxy.as_str())]].concat()).await, "done");
    }
    let plain = server().endpoint.replace("127.0.0.1", "localhost");
    for http in ["HTTP_PROXY", "http_proxy"] {
        assert_eq!(child(&[&common[..], &[at(plain.as_str()), (http, proxy.as_str())]].concat()).await, "done");
    }
    assert_eq!(connects.load(Ordering::SeqCst), by_proxy);
}

/// A proxy that counts the tunnels it digs.
async fn serve_connect() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            tokio::spawn(async move {
                let mut client = BufReader::new(client);
                let mut first = String::new();
                client.read_line(&mut first).await.unwrap();
                let mut line = first.clone();
                while line.trim() != "" {
                    line.clear();
                    client.read_line(&mut line).await.unwrap();
                }
                let Some(target) = first.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) else {
                    return;
                };
                // Whatever the name, it is the server here.
                let port = target.rsplit(':').next().unwrap();
                let Ok(mut server) = TcpStream::connect(format!("127.0.0.1:{port}")).await else { return };
                counted.fetch_add(1, Ordering::SeqCst);
                client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                copy_bidirectional(&mut client, &mut server).await.ok();
            });
        }
    });
    (url, count)
}

#[tokio::test]
async fn missing_credentials_are_said() {
    let said = child(&[("AWS_ENDPOINT_URL_S3", &server().endpoint)]).await;
    assert!(said.starts_with("Failed") && said.contains("AWS_ACCESS_KEY_ID"), "{said}");
}

#[tokio::test]
async fn a_missing_region_is_a_usage_error() {
    let [id, secret, _] = keys();
    let said = child(&[id, secret]).await;
    assert!(said.starts_with("Usage") && said.contains("AWS_REGION"), "{said}");
}

#[tokio::test]
async fn a_private_certificate_authority_is_trusted_once_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    let port = serve_tls(&bundle).await;
    let [id, secret, region] = keys();
    let endpoint = format!("https://localhost:{port}");
    let plain = [id, secret, region, ("AWS_ENDPOINT_URL_S3", endpoint.as_str())];
    let said = child(&plain).await;
    assert!(said.contains("no TLS with") && said.contains("AWS_CA_BUNDLE"), "{said}");
    let [a, b, c, d] = plain;
    assert_eq!(child(&[a, b, c, d, ("AWS_CA_BUNDLE", bundle.to_str().unwrap())]).await, "done");
    // Or once the machine trusts it.
    assert_eq!(child(&[a, b, c, d, ("SSL_CERT_FILE", bundle.to_str().unwrap())]).await, "done");
    std::fs::write(&bundle, "no certificate").unwrap();
    let said = child(&[a, b, c, d, ("AWS_CA_BUNDLE", bundle.to_str().unwrap())]).await;
    assert!(said.starts_with("Usage") && said.contains("AWS_CA_BUNDLE"), "{said}");
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused_though_its_authority_is_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    let port = serve_tls(&bundle).await;
    let [id, secret, region] = keys();
    let trusted = ("AWS_CA_BUNDLE", bundle.to_str().unwrap());
    // The certificate is for localhost.
    let other = format!("https://127.0.0.1:{port}");
    let said = child(&[id, secret, region, trusted, ("AWS_ENDPOINT_URL_S3", &other)]).await;
    assert!(said.starts_with("Failed") && said.contains("no TLS with"), "{said}");
    assert!(!said.contains(secret.1), "{said}");
    let own = format!("https://localhost:{port}");
    assert_eq!(child(&[id, secret, region, trusted, ("AWS_ENDPOINT_URL_S3", &own)]).await, "done");
}

#[tokio::test]
async fn a_bad_certificate_among_good_ones_in_a_bundle_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    let port = serve_tls(&bundle).await;
    let good = std::fs::read_to_string(&bundle).unwrap();
    let [id, secret, region] = keys();
    let endpoint = format!("https://localhost:{port}");
    let common =
        [id, secret, region, ("AWS_ENDPOINT_URL_S3", endpoint.as_str()), ("AWS_CA_BUNDLE", bundle.to_str().unwrap())];
    let pem = |inside: &str| format!("-----BEGIN CERTIFICATE-----\n{inside}\n-----END CERTIFICATE-----\n");
    let bad = [pem("AAAA"), pem("no base64 at all!"), pem(""), "-----BEGIN CERTIFICATE-----\nAAAA\n".to_owned()];
    for bad in &bad {
        for both in [format!("{bad}{good}"), format!("# a comment\n{good}\n{bad}"), format!("{good}{bad}{good}")] {
            std::fs::write(&bundle, &both).unwrap();
            assert_eq!(child(&common).await, "done", "{both}");
        }
        std::fs::write(&bundle, bad).unwrap();
        let said = child(&common).await;
        assert!(said.starts_with("Usage") && said.contains("AWS_CA_BUNDLE"), "{said}");
    }
}

#[tokio::test]
async fn an_authoritys_certificate_in_place_of_a_servers_is_told_from_an_unknown_one() {
    // As `openssl req -x509` makes them.
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    std::fs::write(&bundle, made.pem()).unwrap();
    let port = serve_tls_with(made.der().to_vec(), key.serialize_der()).await;
    let [id, secret, region] = keys();
    let endpoint = format!("https://localhost:{port}");
    let common = [id, secret, region, ("AWS_ENDPOINT_URL_S3", endpoint.as_str())];
    let said = child(&[&common[..], &[("AWS_CA_BUNDLE", bundle.to_str().unwrap())]].concat()).await;
    assert!(said.contains("no TLS with") && said.contains("CA:FALSE"), "{said}");
    let said = child(&common).await;
    assert!(said.contains("no TLS with") && said.contains("AWS_CA_BUNDLE"), "{said}");
}

#[tokio::test]
async fn a_stream_of_http2_that_is_reset_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = dir.path().join("ca.pem");
    for reason in
        [h2::Reason::INTERNAL_ERROR, h2::Reason::CANCEL, h2::Reason::PROTOCOL_ERROR, h2::Reason::REFUSED_STREAM]
    {
        for (resets, result) in [(2, "done"), (usize::MAX, "connection broke")] {
            let (port, asked) = serve_h2(&bundle, resets, reason).await;
            let [id, secret, region] = keys();
            let endpoint = format!("https://localhost:{port}");
            let trusted = ("AWS_CA_BUNDLE", bundle.to_str().unwrap());
            let how = [("AWS_ENDPOINT_URL_S3", endpoint.as_str()), (TRIES, "3"), (ONLY_CHECK, "1")];
            let said = child(&[&[id, secret, region, trusted][..], &how].concat()).await;
            assert!(said.contains(result), "{reason}: {said}");
            assert_eq!(asked.load(Ordering::SeqCst), 3, "{reason}");
        }
    }
}

/// A service that speaks HTTP/2 alone and resets the first streams.
async fn serve_h2(bundle: &Path, resets: usize, reason: h2::Reason) -> (u16, Arc<AtomicUsize>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(bundle, made.cert.pem()).unwrap();
    let mut config = tls_config(made.cert.der().to_vec(), made.signing_key.serialize_der());
    config.alpn_protocols = vec![b"h2".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
            tokio::spawn(async move {
                let client = acceptor.accept(client).await.unwrap();
                let mut connection = h2::server::handshake(client).await.unwrap();
                while let Some(Ok((_, mut respond))) = connection.accept().await {
                    if count.fetch_add(1, Ordering::SeqCst) < resets {
                        respond.send_reset(reason);
                        continue;
                    }
                    let head = hyper::Response::builder().header("content-type", "application/xml").body(()).unwrap();
                    let mut body = respond.send_response(head, false).unwrap();
                    let listing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
                    body.send_data(listing.into(), true).unwrap();
                }
            });
        }
    });
    (port, asked)
}

/// TLS before the server under test, with a certificate that `bundle` then holds.
async fn serve_tls(bundle: &Path) -> u16 {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), FAR.to_owned()]).unwrap();
    std::fs::write(bundle, made.cert.pem()).unwrap();
    serve_tls_with(made.cert.der().to_vec(), made.signing_key.serialize_der()).await
}

fn tls_config(certificate: Vec<u8>, key: Vec<u8>) -> ServerConfig {
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], PrivateKeyDer::try_from(key).unwrap())
        .unwrap()
}

async fn serve_tls_with(certificate: Vec<u8>, key: Vec<u8>) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(tls_config(certificate, key)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let upstream = server().endpoint.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, upstream) = (acceptor.clone(), upstream.clone());
            tokio::spawn(async move {
                let shake = tokio::time::timeout(Duration::from_secs(10), acceptor.accept(client)).await;
                let Ok(Ok(mut client)) = shake else { return };
                let Ok(mut server) = TcpStream::connect(upstream).await else { return };
                copy_bidirectional(&mut client, &mut server).await.ok();
            });
        }
    });
    port
}
