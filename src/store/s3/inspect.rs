//! How a bucket is set up, as far as the service and the key's rights tell.

use aws_sdk_s3::types::{BucketVersioningStatus, ExpirationStatus};

use super::super::object::{BucketFacts, Known};
use super::S3Store;
use super::error::{Class, RequestFault};

impl S3Store {
    pub(in super::super) async fn facts(&self) -> BucketFacts {
        let (client, name) = (&self.0.client, &self.0.name);
        let versioning = match client.get_bucket_versioning().bucket(name).send().await {
            Ok(told) => Known::Is(told.status() == Some(&BucketVersioningStatus::Enabled)),
            Err(e) => Known::Unknown(RequestFault::of(&e).text().to_owned()),
        };
        let (expiring_rule, aborts_uploads) = self.rules().await;
        let encryption = match client.get_bucket_encryption().bucket(name).send().await {
            Ok(told) => Known::Is(told.server_side_encryption_configuration().and_then(|c| {
                let default = c.rules().first()?.apply_server_side_encryption_by_default()?;
                Some(default.sse_algorithm().as_str().to_owned())
            })),
            Err(e) => {
                let fault = RequestFault::of(&e);
                if fault.is_absent_setting() { Known::Is(None) } else { Known::Unknown(fault.text().to_owned()) }
            }
        };
        BucketFacts { versioning, expiring_rule, aborts_uploads, encryption, refuses_overwrites: self.is_conditional() }
    }

    /// A rule that deletes current objects below the prefix, and whether one ends unfinished uploads there.
    async fn rules(&self) -> (Known<Option<String>>, Known<bool>) {
        let told = match self.0.client.get_bucket_lifecycle_configuration().bucket(&self.0.name).send().await {
            Ok(told) => told,
            Err(e) => {
                let fault = RequestFault::of(&e);
                if fault.is_absent_setting() {
                    return (Known::Is(None), Known::Is(false));
                }
                let why = fault.text().to_owned();
                return (Known::Unknown(why.clone()), Known::Unknown(why));
            }
        };
        let ours = |prefix: &str| self.0.prefix.starts_with(prefix) || prefix.starts_with(&self.0.prefix);
        let meant: Vec<_> = told
            .rules()
            .iter()
            .filter(|rule| *rule.status() == ExpirationStatus::Enabled)
            .filter(|rule| {
                #[allow(deprecated)] // what older rules still have
                let old = rule.prefix();
                let and = rule.filter().and_then(|f| f.and()).and_then(|a| a.prefix());
                ours(rule.filter().and_then(|f| f.prefix()).or(and).or(old).unwrap_or_default())
            })
            .collect();
        let expiring = meant
            .iter()
            .find(|rule| rule.expiration().is_some_and(|e| e.days().is_some() || e.date().is_some()))
            .map(|rule| rule.id().unwrap_or("without a name").to_owned());
        let aborts = meant.iter().any(|rule| rule.abort_incomplete_multipart_upload().is_some());
        (Known::Is(expiring), Known::Is(aborts))
    }
}

impl RequestFault {
    /// Whether the service answered that the bucket has no such setting.
    fn is_absent_setting(&self) -> bool {
        matches!(self.class(), Class::NoSetting)
    }
}
