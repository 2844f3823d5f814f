//! A bucket with Object Lock, against ministack, an emulator of AWS (`bin/servers` starts it). It keeps versions from being
//! deleted and locks from being shortened, as S3 does. What it does not do: it forgets the lock of an upload in parts, lets
//! versioning be suspended, carries no lifecycle rule out, and knows no rights.

use aws_sdk_s3::Client;
use chrono::{DateTime, Utc};

use super::super::aws::{self, KEYS};
use super::super::cli::{Cli, made_up};

pub struct Bucket {
    pub client: Client,
    pub name: String,
    pub endpoint: String,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub key: String,
    pub id: String,
    pub is_marker: bool,
}

impl Bucket {
    /// One that locks objects, or one that keeps versions alone.
    pub async fn new(test: &str, locks: bool) -> Option<Self> {
        let endpoint = aws::endpoint(test)?;
        let bucket = Self { client: aws::client(&endpoint), name: format!("b-{}", uuid::Uuid::new_v4()), endpoint };
        let made = bucket.client.create_bucket().bucket(&bucket.name).object_lock_enabled_for_bucket(locks);
        made.send().await.unwrap();
        bucket.set_versioning("Enabled").await;
        Some(bucket)
    }

    pub async fn set_versioning(&self, status: &str) {
        let versioning = aws_sdk_s3::types::VersioningConfiguration::builder().status(status.into()).build();
        let set = self.client.put_bucket_versioning().bucket(&self.name).versioning_configuration(versioning);
        set.send().await.unwrap();
    }

    /// The program, with this bucket as its store, by way of `endpoint`.
    pub fn cli_by(&self, endpoint: &str) -> Cli {
        self.reached(Cli::new(), endpoint)
    }

    pub fn cli(&self) -> Cli {
        self.cli_by(&self.endpoint)
    }

    /// A program that is there already, with this bucket as its store.
    pub fn reached(&self, cli: Cli, endpoint: &str) -> Cli {
        cli.with("EVENTODB_STORE", &format!("s3://{}/events", self.name))
            .with("AWS_ENDPOINT_URL_S3", endpoint)
            .with("AWS_REGION", "us-east-1")
            .with("AWS_ACCESS_KEY_ID", KEYS[0])
            .with("AWS_SECRET_ACCESS_KEY", KEYS[1])
    }

    /// A namespace with so many weeks in it, none archived.
    pub fn filled(&self, weeks: usize) -> Cli {
        let cli = self.cli();
        cli.run_with(&["messages", "import"], made_up(weeks, 20).as_bytes()).succeeds();
        cli
    }

    /// With all of it archived, and more flags.
    pub fn archived(&self, weeks: usize, flags: &[&str]) -> Cli {
        let cli = self.filled(weeks);
        cli.run(&[&["chunks", "archive", "--older-than", "0d"], flags].concat()).succeeds();
        cli
    }

    /// All versions and delete markers but those of the store's mark, by key, the newest of a key first.
    pub async fn versions(&self) -> Vec<Version> {
        let all = self.client.list_object_versions().bucket(&self.name).send().await.unwrap();
        let of = |key: Option<&str>, id: Option<&str>, is_marker| Version {
            key: key.unwrap().to_owned(),
            id: id.unwrap().to_owned(),
            is_marker,
        };
        let versions = all.versions().iter().map(|v| of(v.key(), v.version_id(), false));
        let mut found: Vec<_> =
            versions.chain(all.delete_markers().iter().map(|m| of(m.key(), m.version_id(), true))).collect();
        found.retain(|v| !v.key.ends_with("/owner.json"));
        found.sort_by(|a, b| a.key.cmp(&b.key));
        found
    }

    /// The mode of an object's lock, and until when it is.
    pub async fn lock(&self, key: &str) -> Option<(String, DateTime<Utc>)> {
        let head = self.client.head_object().bucket(&self.name).key(key).send().await.unwrap();
        let until = DateTime::from_timestamp(head.object_lock_retain_until_date()?.secs(), 0).unwrap();
        Some((head.object_lock_mode()?.as_str().to_owned(), until))
    }

    /// What somebody with every right does: all locks of governance mode end.
    pub async fn end_locks(&self) {
        self.end_locks_in("").await;
    }

    /// The same, below a prefix.
    pub async fn end_locks_in(&self, prefix: &str) {
        for version in self.versions().await.iter().filter(|v| !v.is_marker && v.key.starts_with(prefix)) {
            let soon = aws_sdk_s3::primitives::DateTime::from_secs((now() - chrono::TimeDelta::days(1)).timestamp());
            let ended =
                aws_sdk_s3::types::ObjectLockRetention::builder().mode("GOVERNANCE".into()).retain_until_date(soon);
            let put = self.client.put_object_retention().bucket(&self.name).key(&version.key).version_id(&version.id);
            put.bypass_governance_retention(true).retention(ended.build()).send().await.unwrap();
        }
    }

    /// The content of a version.
    pub async fn content(&self, version: &Version) -> Vec<u8> {
        let got = self.client.get_object().bucket(&self.name).key(&version.key).version_id(&version.id);
        got.send().await.unwrap().body.collect().await.unwrap().into_bytes().to_vec()
    }
}

pub fn now() -> DateTime<Utc> {
    DateTime::from(std::time::SystemTime::now())
}
