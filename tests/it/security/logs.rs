//! What is logged, however much is asked for: no message, token or hash of one, no header or signature of a request.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::cli::{Cli, var};

const CONTENT: &str = "a-content-that-nobody-sees-4711";

/// All that may not be told of this run's namespace.
fn secrets(cli: &Cli, token: &str) -> Vec<String> {
    let password = url::Url::parse(&cli.db_url).unwrap().password().unwrap().to_owned();
    let hash = Sha256::digest(token.as_bytes());
    [CONTENT.to_owned(), token.to_owned(), token.rsplit('_').next().unwrap().to_owned(), password]
        .into_iter()
        .chain([
            hex::encode(hash),
            STANDARD.encode(hash),
            format!("{:?}", &hash[..8]).trim_matches(['[', ']']).to_owned(),
        ])
        .collect()
}

#[test]
fn no_level_of_logging_tells_what_is_in_messages_tokens_or_requests() {
    let named = "trace,tokio_postgres=trace,tokio_postgres::query=trace,log=trace,aws_sigv4=trace,aws_runtime=trace,\
                 aws_smithy_runtime=trace,aws_sdk_s3=trace,hyper=trace,hyper_util=trace,h2=trace,rustls=trace";
    for (level, form) in [("trace", "text"), ("debug", "json"), (named, "text"), (named, "json")] {
        let mut cli = Cli::bare().with("RUST_LOG", level).with("EVENTODB_LOG_FORMAT", form);
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_S3"] {
            cli = cli.with(name, &var(name));
        }
        let made = cli.run(&["namespaces", "create", &cli.namespace, "--compress-after", "never", "-o", "json"]);
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let secrets = secrets(&cli, &token);
        let data = format!("{{\"secret\":\"{CONTENT}\"}}");
        let line = format!(
            "{{\"stream\":\"old-1\",\"type\":\"T\",\"pos\":0,\"gpos\":10,\"data\":{data},\"meta\":{data},\"time\":\"2020-01-01T00:00:00Z\",\
             \"id\":\"{}\"}}\n",
            uuid::Uuid::new_v4()
        );
        let lines = cli.file("in.ndjson", line);
        let store = format!("s3://{}/{}", var("EVENTODB_TEST_S3_BUCKET"), cli.namespace);
        let mut told = made.stderr;
        for args in [
            &["messages", "write", "s-1", "T", "--data", &data, "--metadata", &data][..],
            &["messages", "import", &lines],
            &["messages", "read", "s-1"],
            &["messages", "last", "s-1"],
            &["chunks", "archive", "--older-than", "1d", "--store", &store],
            &["messages", "read", "old-1", "--no-cache"],
            &["archives", "verify", "--all"],
            &["messages", "export"],
            &["namespaces", "show"],
        ] {
            told.push_str(&cli.run(args).succeeds().stderr);
        }
        let id = cli.json(&["archives", "list"])[0]["id"].to_string();
        let cat = cli.run(&["archives", "cat", &id]);
        assert!(cat.succeeds().stdout.contains(CONTENT), "{cat:?}");
        told.push_str(&cat.stderr);
        for secret in &secrets {
            assert!(!told.contains(secret.as_str()), "{level} {form} told {secret}");
        }
        for of_requests in ["AWS4-HMAC-SHA256", "Signature=", "x-amz-content-sha256", "with parameters"] {
            assert!(!told.contains(of_requests), "{level} {form} told {of_requests}");
        }
        // The driver's steps are told all the same, where all is asked for.
        assert_eq!(told.contains("poll_read"), level != "debug", "{level} {form}");
    }
}
