//! Somebody has the archiver's keys, and every right that a key can have.

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, Delete, ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    NoncurrentVersionExpiration, ObjectIdentifier, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetention,
    ObjectLockRetentionMode,
};
use sha2::{Digest, Sha256};

use super::super::cli::Cli;
use super::super::scene::covered;
use super::bucket::{Bucket, Version};
use super::listed;

/// All that can be tried on a version. How much of it the service has let be done is told.
async fn attack(bucket: &Bucket, version: &Version) -> Vec<&'static str> {
    let (client, name) = (&bucket.client, &bucket.name);
    let mut done = Vec::new();
    for bypass in [false, true] {
        let deleted = client.delete_object().bucket(name).key(&version.key).version_id(&version.id);
        if deleted.bypass_governance_retention(bypass).send().await.is_ok() {
            done.push("deleted");
        }
        let one = ObjectIdentifier::builder().key(&version.key).version_id(&version.id).build().unwrap();
        let some = Delete::builder().objects(one).build().unwrap();
        let deleted =
            client.delete_objects().bucket(name).delete(some).bypass_governance_retention(bypass).send().await;
        if deleted.is_ok_and(|deleted| deleted.errors().is_empty()) {
            done.push("deleted with others");
        }
        for mode in [ObjectLockRetentionMode::Governance, ObjectLockRetentionMode::Compliance] {
            let soon = aws_sdk_s3::primitives::DateTime::from_secs(super::bucket::now().timestamp() + 1);
            let shorter = ObjectLockRetention::builder().mode(mode).retain_until_date(soon).build();
            let put = client.put_object_retention().bucket(name).key(&version.key).version_id(&version.id);
            if put.retention(shorter).bypass_governance_retention(bypass).send().await.is_ok() {
                done.push("shortened");
            }
        }
    }
    done
}

/// All that can be tried on the bucket.
async fn attack_the_bucket(bucket: &Bucket) {
    let (client, name) = (&bucket.client, &bucket.name);
    bucket.set_versioning("Suspended").await;
    let off = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::from("Disabled")).build();
    let _ = client.put_object_lock_configuration().bucket(name).object_lock_configuration(off).send().await;
    let rule = LifecycleRule::builder()
        .id("gone")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .expiration(LifecycleExpiration::builder().days(1).build())
        .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(1).build())
        .build()
        .unwrap();
    let rules = BucketLifecycleConfiguration::builder().rules(rule).build().unwrap();
    client.put_bucket_lifecycle_configuration().bucket(name).lifecycle_configuration(rules).send().await.unwrap();
    client.delete_bucket().bucket(name).send().await.unwrap_err();
}

/// Every archive of the ledger, read back by version: the hashes of data and manifest are those that the ledger has.
async fn assert_whole(bucket: &Bucket, cli: &Cli, versions: &[Version]) {
    for archive in listed(cli) {
        for (name, hash) in [("object", "stored_sha256"), ("manifest_object", "manifest_sha256")] {
            let key = format!("events/{}", archive[name].as_str().unwrap());
            let version = versions.iter().find(|v| v.key == key).unwrap_or_else(|| panic!("no version of {key}"));
            let content = bucket.content(version).await;
            assert_eq!(hex::encode(Sha256::digest(&content)), archive[hash].as_str().unwrap(), "{key}");
        }
    }
}

#[tokio::test]
async fn an_attacker_with_the_archivers_keys_destroys_no_archive_before_its_date() {
    let test = "an_attacker_with_the_archivers_keys_destroys_no_archive_before_its_date";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.filled(2);
    let confirmed = ["--confirm-compliance", &cli.namespace];
    cli.run(&[&["policy", "set", "--lock", "10d", "--lock-mode", "compliance"], &confirmed[..]].concat()).succeeds();
    cli.run(&["chunks", "archive", "--older-than", "0d"]).succeeds();
    let ours = bucket.versions().await;
    assert_eq!(ours.len(), 6);
    // With the keys of a running server, the program itself is a weapon as well.
    cli.run(&["archives", "prune", "--older-than", "0d", "--yes", "--confirm-count", "2"]).fails(4, "(compliance)");
    cli.run(&["policy", "set", "--archive-after", "0d", "--expire-archives-after", "2d", "--yes"]).succeeds();
    cli.run(&["lifecycle", "run"]).succeeds();
    for version in &ours {
        assert_eq!(attack(&bucket, version).await, Vec::<&str>::new(), "{version:?}");
    }
    attack_the_bucket(&bucket).await;
    for (n, version) in ours.iter().enumerate() {
        assert_eq!(attack(&bucket, version).await, Vec::<&str>::new(), "{version:?}");
        // Hidden by a marker, or put something else over.
        if n % 2 == 0 {
            bucket.client.delete_object().bucket(&bucket.name).key(&version.key).send().await.unwrap();
        } else {
            let over = bucket.client.put_object().bucket(&bucket.name).key(&version.key);
            over.body(b"yours no more".to_vec().into()).send().await.unwrap();
        }
    }
    assert_whole(&bucket, &cli, &ours).await;
    cli.run(&["archives", "verify", "--all"]).fails(5, "");
    // The way back: what lies over the archives is taken away, version by version.
    for version in bucket.versions().await.iter().filter(|v| !ours.contains(v)) {
        let deleted = bucket.client.delete_object().bucket(&bucket.name).key(&version.key).version_id(&version.id);
        deleted.send().await.unwrap();
    }
    assert_eq!(bucket.versions().await, ours);
    cli.run(&["archives", "verify", "--all"]).succeeds();
    covered(&cli);
    cli.run(&["archives", "rehydrate", "--from", "2013-01-01"]).succeeds();
    assert_eq!(cli.run(&["messages", "export"]).succeeds().stdout.lines().count(), 40);
}

#[tokio::test]
async fn an_archive_that_somebody_has_hidden_is_told_with_the_way_back() {
    let test = "an_archive_that_somebody_has_hidden_is_told_with_the_way_back";
    let Some(bucket) = Bucket::new(test, true).await else { return };
    let cli = bucket.archived(1, &["--lock", "1d"]);
    let ours = bucket.versions().await;
    for version in &ours {
        let hidden = bucket.client.delete_object().bucket(&bucket.name).key(&version.key).send().await.unwrap();
        let marker = hidden.version_id().unwrap().to_owned();
        let out = cli.run(&["archives", "verify", "--all"]);
        out.fails(5, "a delete marker hides it");
        let back = format!("delete-object --bucket {} --key '{}' --version-id {marker}", bucket.name, version.key);
        assert!(out.stderr.contains(&back), "{out:?}");
        let away = bucket.client.delete_object().bucket(&bucket.name).key(&version.key).version_id(&marker);
        away.send().await.unwrap();
        cli.run(&["archives", "verify", "--all"]).succeeds();
    }
}
