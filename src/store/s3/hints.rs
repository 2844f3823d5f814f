//! What the user can do about what an S3 service, or the way to it, said.

use super::super::{KeySource, StoreUrl};
use super::error::{Class, RequestFault, TlsFault};
use crate::{Error, Kind};

/// Where requests go.
#[derive(Debug, Clone)]
pub(super) struct BucketAddress {
    pub(super) bucket: String,
    /// Absent for AWS itself.
    pub(super) endpoint: Option<String>,
    pub(super) region: String,
    pub(super) path_style: bool,
    /// The section of the configuration file that says how the store is reached.
    pub(super) section: Option<SectionHint>,
}

/// What a section has to do with a failure.
#[derive(Debug, Clone)]
pub(super) struct SectionHint {
    pub(super) url: StoreUrl,
    pub(super) keys: KeySource,
}

/// For a bucket that locks nothing.
pub(super) const LOCKS: &str = "objects are to be locked: the bucket must have Object Lock, and the key s3:PutObjectRetention; \
                                eventodb-admin doctor tells";

/// For a service that does not know checksums.
pub(super) const CHECKSUMS: &str = "if the service does not know checksums, set both AWS_REQUEST_CHECKSUM_CALCULATION=when_required and \
                                    AWS_RESPONSE_CHECKSUM_VALIDATION=when_required: what is read is proven by its SHA-256 in any case";

impl BucketAddress {
    fn service(&self) -> String {
        self.endpoint.as_deref().map_or_else(|| format!("AWS in {}", self.region), ToOwned::to_owned)
    }

    /// What names the access key and its secret: the section or, where that names none, the environment.
    fn keys(&self, variable: &str) -> String {
        match &self.section {
            Some(SectionHint { url, keys: KeySource::Profile(profile) }) => {
                let file = profile.file.as_ref().map(|file| format!(" in {}", file.display())).unwrap_or_default();
                format!("the AWS profile {}{file}, which the section of {url} names", profile.name)
            }
            Some(SectionHint { url, keys: KeySource::Settings }) => {
                format!("the variables that the section of {url} names")
            }
            Some(SectionHint { keys: KeySource::Chain, .. }) | None => format!("{variable} or the profile"),
        }
    }

    /// Where the region is named.
    fn name_region(&self, right: Option<&str>) -> String {
        match (&self.section, right) {
            (Some(section), Some(right)) => format!("set region = \"{right}\" in the section of {}", section.url),
            (Some(section), None) => format!("set region in the section of {}", section.url),
            (None, Some(right)) => format!("set AWS_REGION={right}"),
            (None, None) => "set AWS_REGION".to_owned(),
        }
    }

    /// What the endpoint is named by.
    fn endpoint_name(&self) -> String {
        match &self.section {
            Some(section) => format!("the endpoint of {}", section.url),
            None => "AWS_ENDPOINT_URL_S3".to_owned(),
        }
    }

    fn no_credentials(&self) -> String {
        match &self.section {
            Some(SectionHint { keys: KeySource::Profile(_), .. }) => {
                format!("are there keys in {}?", self.keys(""))
            }
            _ => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; a machine of AWS can have a role instead"
                .to_owned(),
        }
    }

    /// Whether the endpoint seems to name the bucket, which goes into the store's URL.
    fn names_the_bucket(&self) -> bool {
        let Some(url) = self.endpoint.as_deref().and_then(|endpoint| url::Url::parse(endpoint).ok()) else {
            return false;
        };
        let in_host = url.host_str().is_some_and(|host| host.starts_with(&format!("{}.", self.bucket)));
        let in_path = url.path().split('/').rfind(|part| !part.is_empty()) == Some(&self.bucket);
        in_host || in_path
    }
}

impl RequestFault {
    /// As the user sees it: `doing` says what was tried.
    pub(super) fn into_error(self, doing: impl Into<String>, place: &BucketAddress) -> Error {
        let kind = match self.class() {
            Class::NoBucket | Class::NoKey => Kind::NotFound,
            Class::UnknownStorageKind | Class::BadBucketName => Kind::Usage,
            _ => Kind::Failed,
        };
        self.into_error_of(kind, doing, place)
    }

    /// As [`RequestFault::into_error`] where the error is of a kind that is known.
    pub(super) fn into_error_of(self, kind: Kind, doing: impl Into<String>, place: &BucketAddress) -> Error {
        let hint = self.hint(place);
        Error::new(kind, doing).because(self).hint_if_any(hint)
    }

    fn hint(&self, place: &BucketAddress) -> Option<String> {
        let BucketAddress { bucket, region, .. } = place;
        let service = place.service();
        if place.names_the_bucket() && self.may_be_of_a_wrong_address() {
            return Some(format!(
                "the endpoint {service} seems to name the bucket {bucket}: an endpoint is the service's address alone, \
                 the bucket is part of the store's URL"
            ));
        }
        let hint = match self.class() {
            Class::NoBucket => format!(
                "there is no bucket {bucket} at {service}: create it, or correct the store's URL or the endpoint"
            ),
            Class::BadBucketName => format!(
                "{service} takes no bucket named {bucket}: correct the store's URL; a bucket's name has 3 to 63 lower-case \
                 letters, digits, hyphens and dots, and a letter or a digit at either end"
            ),
            Class::Denied => format!(
                "check the access key and its secret ({}); these credentials need s3:ListBucket, s3:ListBucketMultipartUploads on {bucket} and s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload on its objects",
                place.keys("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY")
            ),
            Class::UnknownKeyId => {
                format!("{service} does not know this access key: check {}", place.keys("AWS_ACCESS_KEY_ID"))
            }
            Class::WrongSecret => {
                let keys = place.keys("AWS_SECRET_ACCESS_KEY");
                format!("the secret key does not belong to the access key: check {keys}")
            }
            Class::ClockSkew => "this machine's clock is wrong by more than 15 minutes: set it (NTP)".into(),
            Class::ExpiredToken => {
                "the session has expired: renew the credentials (AWS_SESSION_TOKEN, `aws sso login`)".into()
            }
            Class::NoCredentials => place.no_credentials(),
            Class::CredentialsRefused => {
                "the profile or the environment names a role, a program or a service that gives credentials, and it gave none: \
                 check role_arn and who may take that role, source_profile, and the way to STS"
                    .into()
            }
            Class::WrongRegion(Some(right)) => {
                format!("the bucket is in {right}, not in {region}: {}", place.name_region(Some(right)))
            }
            Class::WrongRegion(None) => {
                let name_region = place.name_region(None);
                format!("requests are signed for the region {region}, which is not the bucket's: {name_region}")
            }
            Class::Throttled => "the service asks for fewer requests: run again later, or with fewer jobs".into(),
            Class::Server => format!("{service} is in trouble: run again later"),
            Class::RacingWrite => {
                "the service was busy with another request for the same bucket or object: run again later".into()
            }
            Class::NoUpload => {
                "somebody has removed the unfinished upload (a lifecycle rule of the bucket?): run again".into()
            }
            Class::Frozen => "the object is in an archive storage class: restore it there first, then run again".into(),
            Class::UnknownStorageKind => format!("{service} does not have this storage class"),
            Class::TooLarge => format!(
                "{service}, or a proxy before it, refuses bodies of this size: it has to take 8 MiB, and more for large chunks \
                 (nginx: client_max_body_size)"
            ),
            _ => return self.hint_of_the_way(place, &service),
        };
        Some(hint)
    }

    /// Where the address, the line or the other end is wrong.
    fn hint_of_the_way(&self, place: &BucketAddress, service: &str) -> Option<String> {
        let hint = match self.class() {
            Class::HostStyleOnly => format!(
                "{service} takes the bucket in the host name only: set s3_path_style = false, or --s3-path-style=false"
            ),
            Class::HttpsOnly => format!("{service} answers at https only: write the endpoint with https://"),
            Class::Refused => {
                format!("nothing listens at {service}: is it running, and is {} right?", place.endpoint_name())
            }
            Class::NoSuchHost if !place.path_style && place.endpoint.is_some() => {
                format!(
                    "the bucket's name is part of the host name here: try path-style requests (--s3-path-style), or check {service}"
                )
            }
            Class::NoSuchHost => format!(
                "the name of {service} does not resolve: check the endpoint or the region, and this machine's DNS"
            ),
            Class::Tls(what) => what.hint(service),
            Class::Timeout => format!("{service} does not answer: check the endpoint, the network, HTTPS_PROXY"),
            Class::Broken => "the connection broke: run again".into(),
            Class::CutShort => {
                "answers are cut on their way, differently each time: suspect a proxy in between, and run again".into()
            }
            Class::Altered => {
                "bytes were changed on their way to the service, differently each time: suspect a proxy in between, or this machine's memory"
                    .into()
            }
            Class::NotS3 => format!("{service} does not answer as S3 does: check the endpoint"),
            _ => return None,
        };
        Some(hint)
    }

    /// Whether the failure is one that a wrong address comes to.
    fn may_be_of_a_wrong_address(&self) -> bool {
        matches!(
            self.class(),
            Class::NoBucket
                | Class::BadBucketName
                | Class::NoKey
                | Class::NotS3
                | Class::NoSuchHost
                | Class::WrongSecret
                | Class::WrongRegion(None)
                | Class::Tls(TlsFault::OtherName)
        )
    }
}

impl TlsFault {
    fn hint(self, service: &str) -> String {
        let what = match self {
            Self::Untrusted => {
                "nobody who is trusted here vouches for its certificate. A private authority's certificate, or a self-signed \
                 one, goes into AWS_CA_BUNDLE"
            }
            Self::Expired => "its certificate has ended, or this machine's clock is wrong",
            Self::OtherName => "its certificate is for another host: use the name that is in it",
            Self::Authority => {
                "it shows an authority's own certificate (CA:TRUE) as the server's: sign one for the server with it, or make \
                 the self-signed one with basicConstraints=CA:FALSE. The authority's goes into AWS_CA_BUNDLE"
            }
            Self::Other => "is it http rather than https? A private certificate authority goes into AWS_CA_BUNDLE",
        };
        format!("no TLS with {service}: {what}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_in_the_endpoint_is_seen() {
        let place = |endpoint: &str| BucketAddress {
            bucket: "pbk".into(),
            endpoint: Some(endpoint.into()),
            region: "r".into(),
            path_style: true,
            section: None,
        };
        for named in ["https://pbk.s3.example.org", "http://h:9000/pbk", "http://h/storage/pbk/"] {
            assert!(place(named).names_the_bucket(), "{named}");
        }
        for other in ["https://s3.example.org", "http://h:9000/", "http://h/pbk/storage", "https://pbks.example.org"] {
            assert!(!place(other).names_the_bucket(), "{other}");
        }
    }
}
