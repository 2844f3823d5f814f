//! The emulator of AWS that `bin/servers` starts: buckets that keep versions and lock objects.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};

pub const KEYS: [&str; 2] = ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"];

/// Its endpoint; says that a test is skipped where it does not run.
pub fn endpoint(test: &str) -> Option<String> {
    let given = std::env::var("EVENTODB_TEST_AWS_ENDPOINT").ok().filter(|endpoint| !endpoint.is_empty());
    if given.is_none() {
        eprintln!("SKIPPED {test}: NOT TESTED HERE, ministack could not be started (bin/servers start says why)");
    }
    given
}

pub fn client(endpoint: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint)
        .force_path_style(true)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(KEYS[0], KEYS[1], None, None, "test"))
        .build();
    Client::from_conf(config)
}
