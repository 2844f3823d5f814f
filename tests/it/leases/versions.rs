//! Erasing in buckets that keep versions, against ministack, an emulator of AWS (`bin/servers` starts it).

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{
    BucketVersioningStatus, DefaultRetention, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode,
    ObjectLockRule, VersioningConfiguration,
};

use super::aws::{self, KEYS};
use super::cli::{Cli, made_up, sql};
use super::scene::{covered, states};

const ERASE: [&str; 7] = ["archives", "erase", "--stream", "account-3", "--reason", "request 12", "--yes"];

pub struct Bucket {
    pub client: Client,
    pub name: String,
}

impl Bucket {
    /// With its versions kept, and locked for a month where so told.
    pub async fn new(test: &str, locked: bool) -> Option<Self> {
        let endpoint = aws::endpoint(test)?;
        let bucket = Self { client: aws::client(&endpoint), name: format!("b-{}", uuid::Uuid::new_v4()) };
        let made = bucket.client.create_bucket().bucket(&bucket.name).object_lock_enabled_for_bucket(locked);
        made.send().await.unwrap();
        let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let set = bucket.client.put_bucket_versioning().bucket(&bucket.name).versioning_configuration(versioning);
        set.send().await.unwrap();
        if locked {
            let retention = DefaultRetention::builder().mode(ObjectLockRetentionMode::Compliance).days(30).build();
            let rule = ObjectLockRule::builder().default_retention(retention).build();
            let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).rule(rule);
            let set = bucket.client.put_object_lock_configuration().bucket(&bucket.name);
            set.object_lock_configuration(lock.build()).send().await.unwrap();
        }
        Some(bucket)
    }

    /// The program, set to use it.
    pub fn set(&self, cli: Cli) -> Cli {
        cli.with("EVENTODB_STORE", &format!("s3://{}/events", self.name))
            .with("AWS_ENDPOINT_URL_S3", &std::env::var("EVENTODB_TEST_AWS_ENDPOINT").unwrap())
            .with("AWS_REGION", "us-east-1")
            .with("AWS_ACCESS_KEY_ID", KEYS[0])
            .with("AWS_SECRET_ACCESS_KEY", KEYS[1])
    }

    /// A namespace with an archived week in it.
    fn archived(&self) -> Cli {
        let cli = self.set(Cli::new());
        cli.run_with(&["messages", "import"], made_up(1, 20).as_bytes()).succeeds();
        cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
        cli
    }

    /// Names of all versions and delete markers.
    pub async fn versions(&self) -> Vec<String> {
        let all = self.client.list_object_versions().bucket(&self.name).send().await.unwrap();
        let versions = all.versions().iter().map(|v| v.key());
        let markers = all.delete_markers().iter().map(|m| m.key());
        let mut names: Vec<String> = versions.chain(markers).map(|k| k.unwrap().to_owned()).collect();
        // The store's mark, which every run that changes something writes anew.
        names.retain(|name| !name.ends_with("/owner.json"));
        names.sort();
        names
    }
}

#[tokio::test]
async fn all_versions_of_the_old_objects_go_and_their_delete_markers() {
    let test = "all_versions_of_the_old_objects_go_and_their_delete_markers";
    let Some(bucket) = Bucket::new(test, false).await else { return };
    let cli = bucket.archived();
    let old = bucket.versions().await;
    assert_eq!(old.len(), 3, "{old:?}");
    // Hidden by somebody, and put there again: both versions and the marker are to go.
    let data = old.iter().find(|k| k.ends_with(".csv.zst")).unwrap();
    let body = bucket.client.get_object().bucket(&bucket.name).key(data).send().await.unwrap();
    let body = body.body.collect().await.unwrap().into_bytes();
    bucket.client.delete_object().bucket(&bucket.name).key(data).send().await.unwrap();
    bucket.client.put_object().bucket(&bucket.name).key(data).body(body.into()).send().await.unwrap();
    cli.run(&ERASE).succeeds();
    let left = bucket.versions().await;
    assert!(left.iter().all(|k| !old.contains(k)), "{left:?}");
    // The new three, and the tombstone.
    assert_eq!(left.len(), 4, "{left:?}");
    assert_eq!(states(&cli), ["expired", "dropped"]);
    covered(&cli);
    cli.run(&["archives", "verify", "--all"]).succeeds();
}

#[tokio::test]
async fn what_is_locked_is_told_as_not_erased_and_tried_again() {
    let test = "what_is_locked_is_told_as_not_erased_and_tried_again";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived();
    let old = bucket.versions().await;
    for _ in 0..2 {
        let out = cli.run(&ERASE);
        out.fails(1, "not all of it is erased yet");
        assert!(out.stderr.contains("Object Lock"), "{out:?}");
        assert_eq!(states(&cli), ["expired", "dropped"], "it is not written anew once more");
        let record = format!(
            "SELECT count(*) || ' ' || bool_and(finished_at IS NULL AND last_error <> '') FROM eventodb_store.erasures
              WHERE namespace = '{}'",
            cli.namespace
        );
        assert_eq!(sql(&cli.db_url, &record), "1 true");
    }
    let left = bucket.versions().await;
    assert!(old.iter().all(|k| left.contains(k)), "{left:?}");
    covered(&cli);
}
