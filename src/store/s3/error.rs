//! What an S3 service, or the way to it, says when something fails: read once, by code and status.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::dns::ResolveDnsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::ErrorKind;

use super::retry::is_altered;
use crate::{Error, Kind};

/// Where requests go, for hints.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) bucket: String,
    /// Absent for AWS itself.
    pub(super) endpoint: Option<String>,
    pub(super) region: String,
    pub(super) path_style: bool,
}

/// What sort of failure it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class {
    NoBucket,
    NoKey,
    NoUpload,
    /// The bucket has no such setting.
    NoSetting,
    Denied,
    UnknownKeyId,
    WrongSecret,
    ClockSkew,
    ExpiredToken,
    /// The region that the service named, if it did.
    WrongRegion(Option<String>),
    Throttled,
    Precondition,
    RacingWrite,
    BadRange,
    NotImplemented,
    /// What arrived is not what was sent.
    Altered,
    Frozen,
    /// It was asked for before.
    Thawing,
    UnknownStorageKind,
    /// The service's own trouble.
    Server,
    NoCredentials,
    Refused,
    NoSuchHost,
    Tls,
    Timeout,
    Broken,
    NotS3,
    Other,
}

/// A failed request.
#[derive(Debug)]
pub(super) struct Fault {
    class: Class,
    status: Option<u16>,
    /// Whether the service named the error, not only its status.
    has_code: bool,
    text: String,
}

impl Fault {
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match error {
            SdkError::ServiceError(service) => Self::answered(service.err(), service.raw()),
            SdkError::ResponseError(response) => Self {
                class: Class::NotS3,
                status: Some(response.raw().status().as_u16()),
                has_code: false,
                text: format!("HTTP {} with an answer that cannot be read", response.raw().status().as_u16()),
            },
            SdkError::TimeoutError(_) => {
                Self { class: Class::Timeout, status: None, has_code: false, text: "no answer in time".into() }
            }
            SdkError::DispatchFailure(dispatch) => {
                let mut fault = Self::unanswered(error);
                if fault.class == Class::Other && dispatch.is_timeout() {
                    fault.class = Class::Timeout;
                }
                // Such as a connection that ends before its answer has.
                let may_pass = dispatch.as_other().is_some_and(|kind| kind == ErrorKind::TransientError);
                if fault.class == Class::Other && (dispatch.is_io() || may_pass) {
                    fault.class = Class::Broken;
                }
                fault
            }
            other => Self::unanswered(other),
        }
    }

    /// A body that broke off.
    pub(super) fn of_body(error: &(dyn StdError + 'static)) -> Self {
        Self { class: Class::Broken, status: None, has_code: false, text: chain(error) }
    }

    fn answered<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse) -> Self {
        let status = raw.status().as_u16();
        let meta = error.meta();
        // A HEAD has no body: the SDK then makes up a code from the status, or gives none.
        let code = meta.code().filter(|code| !matches!(*code, "NotFound" | "Forbidden" | "BadRequest"));
        let region = raw.headers().get("x-amz-bucket-region").map(ToOwned::to_owned);
        let class = match code {
            Some(code) => by_code(code, status, region),
            None => by_status(status, region, raw.body().bytes().is_none_or(<[u8]>::is_empty)),
        };
        let mut text = match code {
            Some(code) => format!("{code} (HTTP {status})"),
            None => format!("HTTP {status}"),
        };
        if let Some(message) = meta.message().filter(|_| may_be_repeated(&class)) {
            text.push_str(": ");
            text.push_str(&without_key_ids(message.trim_end_matches('.')));
        }
        if let Some(id) =
            raw.headers().get("x-amz-request-id").filter(|_| matches!(class, Class::Server | Class::Other))
        {
            text.push_str(", request ");
            text.push_str(id);
        }
        Self { class, status: Some(status), has_code: code.is_some(), text }
    }

    fn unanswered(error: &(dyn StdError + 'static)) -> Self {
        let mut class = Class::Other;
        for cause in causes(error) {
            if let Some(credentials) = cause.downcast_ref::<CredentialsError>() {
                let text = match credentials {
                    CredentialsError::CredentialsNotLoaded(_) => "there are no credentials".to_owned(),
                    other => chain(other),
                };
                return Self { class: Class::NoCredentials, status: None, has_code: false, text };
            }
            class = match class {
                Class::Other | Class::Broken | Class::Timeout => by_cause(cause).unwrap_or(class),
                found => found,
            };
        }
        Self { class, status: None, has_code: false, text: chain(error) }
    }

    pub(super) const fn class(&self) -> &Class {
        &self.class
    }

    /// What the service, or the way to it, said.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the service refused and did not say why.
    pub(super) fn has_no_reason(&self) -> bool {
        self.status.is_some_and(|status| (300..500).contains(&status)) && !self.has_code
    }

    /// Whether it may be that the object was encrypted with another key, or with one at all.
    pub(super) fn is_about_a_key(&self) -> bool {
        match self.class {
            Class::Other => self.status == Some(400),
            Class::Denied => self.status == Some(403),
            _ => false,
        }
    }

    /// Whether the service found the request itself wrong.
    pub(super) fn is_bad_request(&self) -> bool {
        self.class == Class::Other && self.status == Some(400)
    }

    /// Whether the service may have done what was asked all the same.
    pub(super) fn is_ambiguous(&self) -> bool {
        match self.class {
            Class::Precondition | Class::RacingWrite | Class::NoUpload => true,
            Class::NotImplemented | Class::NoCredentials | Class::Refused | Class::NoSuchHost | Class::Tls => false,
            _ => self.status.is_none_or(|status| !(400..500).contains(&status)),
        }
    }

    /// As the user sees it: `doing` says what was tried.
    pub(super) fn into_error(self, doing: impl Into<String>, place: &Place) -> Error {
        let kind = match self.class {
            Class::NoBucket | Class::NoKey => Kind::NotFound,
            Class::UnknownStorageKind => Kind::Usage,
            _ => Kind::Failed,
        };
        let hint = self.hint(place);
        let error = Error::new(kind, doing).because(self);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    fn hint(&self, place: &Place) -> Option<String> {
        let Place { bucket, endpoint, region, path_style } = place;
        let service = endpoint.as_deref().map_or_else(|| format!("AWS in {region}"), ToOwned::to_owned);
        let hint = match &self.class {
            Class::NoBucket => format!(
                "there is no bucket {bucket} at {service}: create it, or correct the store's URL or the endpoint"
            ),
            Class::Denied => format!(
                "check the access key and its secret; these credentials need s3:ListBucket, s3:ListBucketMultipartUploads on {bucket} and s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload on its objects"
            ),
            Class::UnknownKeyId => {
                format!("{service} does not know this access key: check AWS_ACCESS_KEY_ID or the profile")
            }
            Class::WrongSecret => {
                "the secret key does not belong to the access key: check AWS_SECRET_ACCESS_KEY or the profile".into()
            }
            Class::ClockSkew => "this machine's clock is wrong by more than 15 minutes: set it (NTP)".into(),
            Class::ExpiredToken => {
                "the session has expired: renew the credentials (AWS_SESSION_TOKEN, `aws sso login`)".into()
            }
            Class::WrongRegion(Some(right)) => {
                format!("the bucket is in {right}, not in {region}: set AWS_REGION={right}")
            }
            Class::WrongRegion(None) => {
                format!("requests are signed for the region {region}, which is not the bucket's: set AWS_REGION")
            }
            Class::Throttled => "the service asks for fewer requests: run again later, or with fewer jobs".into(),
            Class::Server => format!("{service} is in trouble: run again later"),
            Class::Altered => {
                "bytes were changed on their way to the service, each time anew: suspect a proxy in between, or this machine's memory"
                    .into()
            }
            Class::NoUpload => {
                "somebody has removed the unfinished upload (a lifecycle rule of the bucket?): run again".into()
            }
            Class::Frozen => "the object is in an archive storage class: restore it there first, then run again".into(),
            Class::UnknownStorageKind => format!("{service} does not have this storage class"),
            Class::NoCredentials => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE".into(),
            Class::Refused => format!("nothing listens at {service}: is it running, and is AWS_ENDPOINT_URL_S3 right?"),
            Class::NoSuchHost if !path_style && endpoint.is_some() => {
                format!("the bucket's name is part of the host name here: try path-style requests, or check {service}")
            }
            Class::NoSuchHost => format!(
                "the name of {service} does not resolve: check the endpoint or the region, and this machine's DNS"
            ),
            Class::Tls => format!(
                "no TLS with {service}: is it http rather than https? A private certificate authority goes into AWS_CA_BUNDLE"
            ),
            Class::Timeout => format!("{service} does not answer: check the endpoint, the network, HTTPS_PROXY"),
            Class::Broken => "the connection broke: run again".into(),
            Class::NotS3 => format!("{service} does not answer as S3 does: check the endpoint"),
            Class::NoKey
            | Class::NoSetting
            | Class::Precondition
            | Class::RacingWrite
            | Class::BadRange
            | Class::NotImplemented
            | Class::Thawing
            | Class::Other => return None,
        };
        Some(hint)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Fault {}

fn by_code(code: &str, status: u16, region: Option<String>) -> Class {
    match code {
        "NoSuchBucket" => Class::NoBucket,
        "NoSuchKey" => Class::NoKey,
        "NoSuchUpload" => Class::NoUpload,
        "NoSuchLifecycleConfiguration"
        | "ServerSideEncryptionConfigurationNotFoundError"
        | "ObjectLockConfigurationNotFoundError" => Class::NoSetting,
        "AccessDenied" | "AllAccessDisabled" | "AccountProblem" => Class::Denied,
        "InvalidAccessKeyId" | "NotSignedUp" => Class::UnknownKeyId,
        "SignatureDoesNotMatch" => Class::WrongSecret,
        "RequestTimeTooSkewed" | "RequestExpired" => Class::ClockSkew,
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken" => Class::ExpiredToken,
        "PermanentRedirect"
        | "TemporaryRedirect"
        | "Redirect"
        | "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException" => Class::WrongRegion(region),
        "SlowDown" | "Throttling" | "ThrottlingException" | "TooManyRequests" | "RequestLimitExceeded" => {
            Class::Throttled
        }
        "RequestTimeout" | "RequestTimeoutException" => Class::Timeout,
        code if is_altered(code) => Class::Altered,
        "PreconditionFailed" => Class::Precondition,
        "ConditionalRequestConflict" | "OperationAborted" => Class::RacingWrite,
        "InvalidRange" => Class::BadRange,
        "NotImplemented" => Class::NotImplemented,
        "InvalidObjectState" => Class::Frozen,
        "RestoreAlreadyInProgress" => Class::Thawing,
        "InvalidStorageClass" => Class::UnknownStorageKind,
        _ if status >= 500 => Class::Server,
        _ => Class::Other,
    }
}

fn by_status(status: u16, region: Option<String>, bodiless: bool) -> Class {
    match status {
        301 | 307 => Class::WrongRegion(region),
        400 if region.is_some() => Class::WrongRegion(region),
        404 if bodiless => Class::NoKey,
        403 if bodiless => Class::Denied,
        412 => Class::Precondition,
        416 => Class::BadRange,
        429 => Class::Throttled,
        501 => Class::NotImplemented,
        500.. => Class::Server,
        _ if bodiless => Class::Other,
        _ => Class::NotS3,
    }
}

fn by_cause(cause: &(dyn StdError + 'static)) -> Option<Class> {
    if cause.is::<ResolveDnsError>() {
        return Some(Class::NoSuchHost);
    }
    if cause.is::<rustls::Error>() {
        return Some(Class::Tls);
    }
    match cause.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused => Some(Class::Refused),
        io::ErrorKind::TimedOut => Some(Class::Timeout),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Some(Class::Broken),
        _ => None,
    }
}

/// Answers about keys repeat them, and what was signed.
const fn may_be_repeated(class: &Class) -> bool {
    !matches!(class, Class::UnknownKeyId | Class::WrongSecret | Class::ExpiredToken)
}

/// Access key ids in a service's text are not for logs.
fn without_key_ids(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 16 && ["AKIA", "ASIA", "GK"].iter().any(|start| word.starts_with(start));
    let mut kept = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_id(word) {
            kept.push_str("(key id)");
            kept.push_str(&piece[word.len()..]);
        } else {
            kept.push_str(piece);
        }
    }
    kept
}

/// `error` and what is below it. An I/O error hides its own content from `source`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| match cause.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => cause.source(),
    })
}

/// The causes in one line, each text once, without the SDK's own outermost words.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut said = String::new();
    for cause in causes(error).skip(usize::from(error.source().is_some())) {
        let text = cause.to_string();
        if said.contains(&text) {
            continue;
        }
        if !said.is_empty() {
            said.push_str(": ");
        }
        said.push_str(&text);
    }
    without_key_ids(&said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_key_ids_are_cut_from_what_a_service_says() {
        let said = without_key_ids("Forbidden: No such key: GK31c2f218a2e44f485b94239e, sorry");
        assert_eq!(said, "Forbidden: No such key: (key id), sorry");
        assert_eq!(without_key_ids("AKIAIOSFODNN7EXAMPLE"), "(key id)");
        assert_eq!(without_key_ids("a short GK1, kept"), "a short GK1, kept");
    }

    #[test]
    fn an_answer_without_a_body_is_read_by_its_status() {
        assert_eq!(by_status(404, None, true), Class::NoKey);
        assert_eq!(by_status(403, None, true), Class::Denied);
        assert_eq!(by_status(404, None, false), Class::NotS3);
        assert_eq!(by_status(301, Some("eu-west-1".into()), true), Class::WrongRegion(Some("eu-west-1".into())));
        assert_eq!(by_status(503, None, false), Class::Server);
    }

    #[test]
    fn a_refusal_is_certain_and_a_lost_answer_is_not() {
        let fault = |class, status| Fault { class, status, has_code: false, text: String::new() };
        assert!(fault(Class::Timeout, None).is_ambiguous());
        assert!(fault(Class::Broken, None).is_ambiguous());
        assert!(fault(Class::Server, Some(500)).is_ambiguous());
        assert!(fault(Class::Other, Some(200)).is_ambiguous());
        assert!(fault(Class::Precondition, Some(412)).is_ambiguous());
        assert!(!fault(Class::Denied, Some(403)).is_ambiguous());
        assert!(!fault(Class::Refused, None).is_ambiguous());
        assert!(!fault(Class::NotImplemented, Some(501)).is_ambiguous());
    }
}
