//! What only AWS has, against ministack, an emulator of it (`bin/servers` starts it): keys of one's own, KMS, tags, Object
//! Lock, archive storage classes, and credentials by STS. Where it cannot be had, each test says so and is skipped.

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials as Keys, Region};
use aws_sdk_s3::types::{
    DefaultRetention, MetadataDirective, ObjectLockConfiguration, ObjectLockEnabled, ObjectLockRetentionMode,
    ObjectLockRule, ServerSideEncryption, StorageClass,
};
use eventodb_admin::Kind;
use eventodb_admin::store::{Credentials, CustomerKey, Frozen, Sse, Store, StoreSettings, StoreUrl, Thaw, ThawSpeed};

use super::proxy::{Harm, Proxy};
use super::{drain, key, listed, noise, remove_all, settings, shown};

const MIB: usize = 1 << 20;
/// Keys that the emulator takes.
pub const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The emulator's URL.
pub fn endpoint(test: &str) -> Option<&'static str> {
    static ENDPOINT: OnceLock<String> = OnceLock::new();
    let endpoint = ENDPOINT.get_or_init(|| {
        if let Ok(endpoint) = std::env::var("EVENTODB_TEST_AWS_ENDPOINT") {
            return endpoint;
        }
        let script =
            r#"set -e; settings=$(bin/servers env); eval "$settings" >/dev/null; echo "$EVENTODB_TEST_AWS_ENDPOINT""#;
        let run = Command::new("bash").args(["-c", script]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        String::from_utf8(run.stdout).unwrap().trim().to_owned()
    });
    if endpoint.is_empty() {
        eprintln!("SKIPPED {test}: NOT TESTED HERE, ministack could not be started (bin/servers start says why)");
        return None;
    }
    Some(endpoint)
}

/// A bucket of the emulator, and a client beside the store's.
pub struct Aws {
    pub endpoint: &'static str,
    pub bucket: String,
    client: Client,
}

impl Aws {
    pub async fn start(test: &str) -> Option<Self> {
        let aws = Self::without_bucket(test)?;
        aws.client.create_bucket().bucket(&aws.bucket).send().await.unwrap();
        Some(aws)
    }

    fn without_bucket(test: &str) -> Option<Self> {
        let endpoint = endpoint(test)?;
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(endpoint)
            .force_path_style(true)
            .region(Region::new("us-east-1"))
            .credentials_provider(Keys::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
            .build();
        let bucket = format!("b-{}", uuid::Uuid::new_v4());
        Some(Self { endpoint, bucket, client: Client::from_conf(config) })
    }

    pub fn url(&self) -> StoreUrl {
        format!("s3://{}/archive", self.bucket).parse().unwrap()
    }

    fn settings(&self) -> StoreSettings {
        StoreSettings {
            endpoint: Some(self.endpoint.to_owned()),
            region: Some("us-east-1".into()),
            credentials: Some(Credentials {
                access_key_id: ACCESS_KEY.into(),
                secret_access_key: SECRET_KEY.into(),
                session_token: None,
            }),
            ..settings()
        }
    }

    async fn store(&self, settings: StoreSettings) -> Store {
        Store::open(&self.url(), &settings).await.unwrap()
    }

    /// As a rule of the bucket does.
    async fn moves(&self, name: &str, class: StorageClass) {
        let full = format!("archive/{name}");
        let copy = self.client.copy_object().bucket(&self.bucket).key(&full);
        let copy = copy.copy_source(format!("{}/{full}", self.bucket)).metadata_directive(MetadataDirective::Copy);
        copy.storage_class(class).send().await.unwrap();
    }

    async fn restore_header(&self, name: &str) -> Option<String> {
        let head = self.client.head_object().bucket(&self.bucket).key(format!("archive/{name}"));
        head.send().await.unwrap().restore().map(ToOwned::to_owned)
    }
}

fn customer(byte: u8) -> Sse {
    Sse::Customer(CustomerKey::parse(&[byte; 32]).unwrap())
}

async fn write_large(store: &Store) {
    let mut upload = store.upload(&key("large"), 0).await.unwrap();
    upload.write(noise(9 * MIB)).await.unwrap();
    upload.finish().await.unwrap();
}

#[tokio::test]
async fn what_a_key_of_ours_encrypted_is_read_with_that_key_alone() {
    let Some(aws) = Aws::start("what_a_key_of_ours_encrypted_is_read_with_that_key_alone").await else { return };
    let ours = aws.store(StoreSettings { sse: Some(customer(7)), ..aws.settings() }).await;
    ours.put(&key("small"), noise(1000)).await.unwrap();
    write_large(&ours).await;
    assert_eq!(ours.read_all(&key("small"), 1000).await.unwrap(), noise(1000));
    assert_eq!(ours.head(&key("large")).await.unwrap().unwrap().size, 9 * MIB as u64);
    assert!(drain(ours.get(&key("large"), None).await.unwrap()).await.unwrap() == noise(9 * MIB));
    let part = drain(ours.get(&key("large"), Some(8_388_600..8_388_700)).await.unwrap()).await.unwrap();
    assert!(part == noise(9 * MIB)[8_388_600..8_388_700]);
    assert_eq!(ours.put(&key("small"), noise(1)).await.unwrap_err().kind(), Kind::Conflict);

    for (other, text) in [
        (aws.settings(), "--sse-c-key-file"),
        (StoreSettings { sse: Some(customer(8)), ..aws.settings() }, "is this the key"),
    ] {
        let other = aws.store(other).await;
        for name in ["small", "large"] {
            for error in
                [other.get(&key(name), None).await.map(drop).unwrap_err(), other.head(&key(name)).await.unwrap_err()]
            {
                // Neither lost nor damaged: exit 1, not 5.
                assert_eq!(error.kind(), Kind::Failed, "{}", shown(&error));
                assert!(shown(&error).contains(text), "{}", shown(&error));
            }
        }
    }
}

#[tokio::test]
async fn what_was_written_before_there_was_a_key_is_still_read() {
    let Some(aws) = Aws::start("what_was_written_before_there_was_a_key_is_still_read").await else { return };
    aws.store(aws.settings()).await.put(&key("plain"), noise(1000)).await.unwrap();
    let ours = aws.store(StoreSettings { sse: Some(customer(7)), ..aws.settings() }).await;
    assert_eq!(ours.head(&key("plain")).await.unwrap().unwrap().size, 1000);
    assert_eq!(ours.read_all(&key("plain"), 1000).await.unwrap(), noise(1000));
    assert_eq!(ours.head(&key("absent")).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_is_not_sent_where_others_could_read_it() {
    let settings =
        StoreSettings { sse: Some(customer(7)), endpoint: Some("http://s3.example.org".into()), ..settings() };
    let error = Store::open(&"s3://bucket".parse().unwrap(), &settings).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert!(shown(&error).contains("https"), "{}", shown(&error));
}

#[tokio::test]
async fn the_service_encrypts_as_it_was_asked_to() {
    let Some(aws) = Aws::start("the_service_encrypts_as_it_was_asked_to").await else { return };
    let kms = Sse::Kms { key_id: Some("arn:aws:kms:us-east-1:000000000000:key/1".into()) };
    for (sse, algorithm, key_id) in [(Sse::S3, "AES256", None), (kms, "aws:kms", Some("arn:"))] {
        let store = aws.store(StoreSettings { sse: Some(sse), ..aws.settings() }).await;
        store.put(&key("small"), noise(1000)).await.unwrap();
        let mut names = vec!["archive/small"];
        // The emulator takes its time over parts: once is enough.
        if key_id.is_some() {
            write_large(&store).await;
            names.push("archive/large");
        }
        for name in names {
            let head = aws.client.head_object().bucket(&aws.bucket).key(name).send().await.unwrap();
            assert_eq!(head.server_side_encryption().map(ServerSideEncryption::as_str), Some(algorithm));
            assert_eq!(head.ssekms_key_id().map(|id| &id[..4]), key_id);
        }
        remove_all(&store).await;
    }
}

#[tokio::test]
async fn every_new_object_has_the_tags() {
    let Some(aws) = Aws::start("every_new_object_has_the_tags").await else { return };
    let tags = vec![("team".to_owned(), "events + audit".to_owned()), ("cost/centre".to_owned(), "a=b".to_owned())];
    let store = aws.store(StoreSettings { tags: tags.clone(), ..aws.settings() }).await;
    store.put(&key("small"), noise(1000)).await.unwrap();
    {
        let told = aws.client.get_object_tagging().bucket(&aws.bucket).key("archive/small").send().await.unwrap();
        let mut found: Vec<_> =
            told.tag_set().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
        found.sort();
        let mut expected = tags.clone();
        expected.sort();
        assert_eq!(found, expected);
    }
    // The emulator drops the tags of an upload in parts: what is asked of it has to do.
    let header = "\nx-amz-tagging: team=events+%2b+audit&cost%2fcentre=a%3db\r";
    let picks = move |head: &str| head.contains("uploads") && head.to_ascii_lowercase().contains(header);
    let proxy = Proxy::start(aws.endpoint, 1, picks, Harm::None).await;
    let watched = StoreSettings { endpoint: Some(proxy.endpoint()), tags, ..aws.settings() };
    write_large(&aws.store(watched).await).await;
    assert_eq!(proxy.harmed(), 1);
}

#[tokio::test]
async fn what_lies_in_an_archive_storage_class_is_asked_for_and_read_once_it_is_back() {
    let test = "what_lies_in_an_archive_storage_class_is_asked_for_and_read_once_it_is_back";
    let Some(aws) = Aws::start(test).await else { return };
    let thaw = Some(Thaw { speed: ThawSpeed::Bulk, days: 3 });
    let store = aws.store(StoreSettings { thaw, ..aws.settings() }).await;
    store.put(&key("deep"), noise(1000)).await.unwrap();
    store.put(&key("beside"), noise(2000)).await.unwrap();
    store.put(&key("warm"), noise(10)).await.unwrap();
    aws.moves("deep", StorageClass::DeepArchive).await;
    aws.moves("beside", StorageClass::Glacier).await;
    aws.moves("warm", StorageClass::GlacierIr).await;
    assert_eq!(store.read_all(&key("warm"), 10).await.unwrap(), noise(10));

    // A plan, or --thaw-tier never, asks for nothing.
    let plan = aws.store(aws.settings()).await;
    let error = plan.read_all(&key("deep"), 1000).await.unwrap_err();
    assert!(Frozen::is_cause_of(&error) && shown(&error).contains("--thaw-tier"), "{}", shown(&error));
    assert_eq!(aws.restore_header("deep").await, None);

    let error = store.read_all(&key("deep"), 1000).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Failed);
    assert!(Frozen::is_cause_of(&error), "{error:?}");
    assert!(shown(&error).contains("asked now") && shown(&error).contains("48 h at most"), "{}", shown(&error));
    // Both are on their way now, the one again and the other for the first time.
    let error = store.thaw(&[key("deep"), key("beside"), key("warm"), key("absent")]).await.unwrap_err();
    assert!(shown(&error).contains("what belongs to it"), "{}", shown(&error));
    for name in ["deep", "beside"] {
        assert!(aws.restore_header(name).await.unwrap().contains("ongoing-request"), "{name}");
    }
    assert_eq!(aws.restore_header("warm").await, None);

    // The emulator takes two seconds for S3's hours.
    for _ in 0..100 {
        match store.thaw(&[key("deep"), key("beside")]).await {
            Ok(()) => break,
            Err(e) => assert!(Frozen::is_cause_of(&e) && shown(&e).contains("is bringing it back"), "{}", shown(&e)),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(store.read_all(&key("deep"), 1000).await.unwrap(), noise(1000));
    assert_eq!(store.read_all(&key("beside"), 2000).await.unwrap(), noise(2000));
}

#[tokio::test]
async fn a_bucket_that_locks_its_objects_is_written_to_and_keeps_what_is_deleted() {
    let test = "a_bucket_that_locks_its_objects_is_written_to_and_keeps_what_is_deleted";
    let Some(aws) = Aws::without_bucket(test) else { return };
    let made = aws.client.create_bucket().bucket(&aws.bucket).object_lock_enabled_for_bucket(true);
    made.send().await.unwrap();
    let retention = DefaultRetention::builder().mode(ObjectLockRetentionMode::Compliance).days(30).build();
    let rule = ObjectLockRule::builder().default_retention(retention).build();
    let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).rule(rule).build();
    let set = aws.client.put_object_lock_configuration().bucket(&aws.bucket).object_lock_configuration(lock);
    set.send().await.unwrap();
    let store = aws.store(aws.settings()).await;
    store.check_rights().await.unwrap();
    let put = store.put(&key("small"), noise(1000)).await.unwrap();
    write_large(&store).await;
    store.delete(&key("small")).await.unwrap();
    assert_eq!(store.head(&key("small")).await.unwrap(), None);
    assert_eq!(listed(&store, "").await.len(), 1);
    // What is gone from sight is not gone: the version is there until its time is up.
    let kept = aws.client.get_object().bucket(&aws.bucket).key("archive/small").version_id(put.version.unwrap());
    assert_eq!(kept.send().await.unwrap().content_length(), Some(1000));
}
