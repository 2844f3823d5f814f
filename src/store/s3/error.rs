//! What an S3 service, or the way to it, says when something fails: read once, by code and status.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use aws_config::imds::client::error::ImdsError;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::dns::ResolveDnsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::causes::causes;
use super::passing::{self, RetryVerdict, is_altered};
use super::whole::CutShort;

/// What sort of failure it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class {
    NoBucket,
    /// The service takes no bucket of this name.
    BadBucketName,
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
    /// The body is larger than the service, or a proxy before it, takes.
    TooLarge,
    /// The service has no buckets in the path.
    HostStyleOnly,
    /// The service sends requests on to https.
    HttpsOnly,
    /// Of a listing, or of another document.
    CutShort,
    /// The service's own trouble.
    Server,
    NoCredentials,
    /// A role, a program or a service was asked for credentials and gave none.
    CredentialsRefused,
    Refused,
    NoSuchHost,
    Tls(TlsFault),
    Timeout,
    Broken,
    NotS3,
    Other,
}

/// What does not fit about TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsFault {
    /// Nobody who is trusted vouches for the certificate.
    Untrusted,
    Expired,
    /// The certificate is of another host.
    OtherName,
    /// The certificate is an authority's own.
    Authority,
    Other,
}

/// A delete marker in the place of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) version: Option<String>,
}

/// A failed request.
#[derive(Debug)]
pub(super) struct RequestFault {
    class: Class,
    verdict: RetryVerdict,
    status: Option<u16>,
    /// What the service named the error, if not only its status.
    code: Option<String>,
    marker: Option<Marker>,
    text: String,
}

impl RequestFault {
    pub(super) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        match error {
            SdkError::ServiceError(service) => Self::answered(service.err(), service.raw()),
            SdkError::ResponseError(response) => {
                let status = response.raw().status().as_u16();
                let (class, text) = if causes(error).any(<dyn StdError>::is::<CutShort>) {
                    (Class::CutShort, CutShort.to_string())
                } else {
                    (Class::NotS3, format!("HTTP {status} with an answer that cannot be read"))
                };
                Self { status: Some(status), ..Self::silent(class, RetryVerdict::Passing, text) }
            }
            SdkError::TimeoutError(_) => {
                Self::silent(Class::Timeout, RetryVerdict::Passing, "no answer in time".into())
            }
            SdkError::DispatchFailure(dispatch) => {
                let mut fault = Self::unanswered(error);
                if fault.class == Class::Other && dispatch.is_timeout() {
                    fault.class = Class::Timeout;
                }
                // Such as a connection that ends before its answer has, or a stream of HTTP/2 that is reset.
                let is_of_the_way = dispatch.as_connector_error().is_some_and(|connector| !connector.is_user());
                if fault.class == Class::Other && is_of_the_way {
                    fault.class = Class::Broken;
                }
                if is_of_the_way {
                    fault.verdict = passing::of_silence(error);
                }
                fault
            }
            other => Self::unanswered(other),
        }
    }

    fn silent(class: Class, verdict: RetryVerdict, text: String) -> Self {
        Self { class, verdict, status: None, code: None, marker: None, text }
    }

    /// A body that broke off.
    pub(super) fn of_body(error: &(dyn StdError + 'static)) -> Self {
        Self::silent(Class::Broken, RetryVerdict::Passing, chain(error))
    }

    fn answered<E: ProvideErrorMetadata>(error: &E, raw: &HttpResponse) -> Self {
        let status = raw.status().as_u16();
        let meta = error.meta();
        // A HEAD has no body: the SDK then makes up a code from the status, or gives none.
        let code = meta.code().filter(|code| !matches!(*code, "NotFound" | "Forbidden" | "BadRequest"));
        let region = raw.headers().get("x-amz-bucket-region").map(ToOwned::to_owned);
        let goes_to_https = (300..400).contains(&status)
            && raw.headers().get("location").is_some_and(|to| to.starts_with("https://"))
            && region.is_none();
        let class = match code {
            _ if goes_to_https => Class::HttpsOnly,
            None if raw.status().is_success() && raw.body().bytes().is_none_or(<[u8]>::is_empty) => Class::CutShort,
            Some(code) => by_code(code, status, region),
            None => by_status(status, region, raw.body().bytes().is_none_or(<[u8]>::is_empty)),
        };
        let mut text = match code {
            Some(code) => format!("{code} (HTTP {status})"),
            None if raw.status().is_success() => format!("HTTP {status} with an answer that cannot be read"),
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
        let is_marked =
            raw.headers().get("x-amz-delete-marker").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let marker =
            is_marked.then(|| Marker { version: raw.headers().get("x-amz-version-id").map(ToOwned::to_owned) });
        let verdict = passing::of_answer(status, code);
        Self { class, verdict, status: Some(status), code: code.map(ToOwned::to_owned), marker, text }
    }

    fn unanswered(error: &(dyn StdError + 'static)) -> Self {
        let mut class = Class::Other;
        for cause in causes(error) {
            if let Some(credentials) = cause.downcast_ref::<CredentialsError>() {
                return if has_none(credentials) {
                    Self::silent(Class::NoCredentials, RetryVerdict::Final, "there are no credentials".to_owned())
                } else {
                    Self::silent(Class::CredentialsRefused, RetryVerdict::Final, chain(credentials))
                };
            }
            class = match class {
                Class::Other | Class::Broken | Class::Timeout => by_cause(cause).unwrap_or(class),
                found => found,
            };
        }
        Self::silent(class, RetryVerdict::Final, chain(error))
    }

    /// Whether the same request may go well at the next try.
    pub(super) fn is_passing(&self) -> bool {
        self.verdict != RetryVerdict::Final
    }

    /// The delete marker that stands where the object was, if the service told of one.
    pub(super) const fn marker(&self) -> Option<&Marker> {
        self.marker.as_ref()
    }

    /// Whether the service may mean a header that it does not know, rather than the request. Of a condition that can
    /// fail, 412 says nothing by itself.
    pub(super) fn may_mean_an_unknown_header(&self) -> bool {
        match self.class {
            Class::NotImplemented => true,
            Class::Other | Class::NoKey | Class::NotS3 => {
                self.status.is_some_and(|status| matches!(status, 400 | 404 | 405 | 422))
            }
            _ => false,
        }
    }

    /// How the service says that a part's number, or their count, is too high.
    pub(super) fn may_mean_too_many_parts(&self) -> bool {
        matches!(self.class, Class::Other | Class::NotS3)
            && self.status.is_some_and(|status| matches!(status, 400 | 422))
    }

    /// Whether the service finds something wrong with a part, by its number or by the count of them.
    pub(super) fn is_about_a_part(&self) -> bool {
        let codes = ["InvalidArgument", "InvalidPartNumber", "InvalidPart", "TooManyParts", "PartNumberTooLarge"];
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
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
        self.status.is_some_and(|status| (300..500).contains(&status)) && self.code.is_none()
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
            Class::Precondition | Class::RacingWrite | Class::NoUpload | Class::Timeout => true,
            Class::NotImplemented
            | Class::NoCredentials
            | Class::CredentialsRefused
            | Class::Refused
            | Class::NoSuchHost
            | Class::Tls(_) => false,
            // Whoever answered may stand before the service, which does not know of it.
            Class::Server if self.verdict != RetryVerdict::Final => true,
            _ => self.status.is_none_or(|status| !(400..500).contains(&status)),
        }
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for RequestFault {}

/// Whether nobody was named who gives credentials. The machine's metadata service is asked last and unnamed: that it does not
/// answer, or not as it would at AWS, says only that this is no machine of AWS.
fn has_none(error: &CredentialsError) -> bool {
    let is_no_answer = |cause: &(dyn StdError + 'static)| {
        cause.downcast_ref::<ImdsError>().is_some_and(|imds| !matches!(imds, ImdsError::ErrorResponse(_)))
    };
    matches!(error, CredentialsError::CredentialsNotLoaded(_)) || causes(error).any(is_no_answer)
}

fn by_code(code: &str, status: u16, region: Option<String>) -> Class {
    match code {
        "NoSuchBucket" => Class::NoBucket,
        "InvalidBucketName" => Class::BadBucketName,
        "NoSuchKey" => Class::NoKey,
        "NoSuchUpload" => Class::NoUpload,
        "NoSuchLifecycleConfiguration"
        | "ServerSideEncryptionConfigurationNotFoundError"
        | "ObjectLockConfigurationNotFoundError"
        | "NoSuchObjectLockConfiguration" => Class::NoSetting,
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
        "RequestTimeout" | "RequestTimeoutException" => Class::Timeout,
        code if is_altered(code) => Class::Altered,
        "PreconditionFailed" => Class::Precondition,
        "ConditionalRequestConflict" | "OperationAborted" => Class::RacingWrite,
        "InvalidRange" => Class::BadRange,
        "NotImplemented" => Class::NotImplemented,
        "InvalidObjectState" => Class::Frozen,
        "RestoreAlreadyInProgress" => Class::Thawing,
        "InvalidStorageClass" => Class::UnknownStorageKind,
        "EntityTooLarge" | "RequestEntityTooLarge" | "MaxMessageLengthExceeded" => Class::TooLarge,
        "SecondLevelDomainForbidden" | "PathStyleDomainForbidden" | "PathStyleNotAllowed" => Class::HostStyleOnly,
        _ if status == 413 => Class::TooLarge,
        code => match passing::of_answer(status, Some(code)) {
            RetryVerdict::Throttled => Class::Throttled,
            RetryVerdict::Passing => Class::Server,
            RetryVerdict::Final if status >= 500 => Class::Server,
            RetryVerdict::Final => Class::Other,
        },
    }
}

fn by_status(status: u16, region: Option<String>, bodiless: bool) -> Class {
    match status {
        301 | 307 | 308 => Class::WrongRegion(region),
        400 if region.is_some() => Class::WrongRegion(region),
        404 if bodiless => Class::NoKey,
        403 if bodiless => Class::Denied,
        412 => Class::Precondition,
        413 => Class::TooLarge,
        416 => Class::BadRange,
        429 | 509 => Class::Throttled,
        501 => Class::NotImplemented,
        408 | 425 | 499 | 500.. => Class::Server,
        _ if bodiless => Class::Other,
        _ => Class::NotS3,
    }
}

fn by_cause(cause: &(dyn StdError + 'static)) -> Option<Class> {
    if cause.is::<ResolveDnsError>() {
        return Some(Class::NoSuchHost);
    }
    if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
        // A record that was damaged on its way is the way's fault.
        let is_of_the_way = passing::of_silence(tls) == RetryVerdict::Passing;
        return Some(if is_of_the_way { Class::Broken } else { Class::Tls(TlsFault::of(tls)) });
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

impl TlsFault {
    fn of(error: &rustls::Error) -> Self {
        use rustls::CertificateError as Bad;
        let rustls::Error::InvalidCertificate(bad) = error else { return Self::Other };
        match bad {
            Bad::UnknownIssuer => Self::Untrusted,
            Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                Self::Expired
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Self::OtherName,
            bad if format!("{bad:?}").contains("CaUsedAsEndEntity") => Self::Authority,
            _ => Self::Other,
        }
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
mod tests;
