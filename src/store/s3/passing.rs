//! Passing or final: the one table that says whether a failed request is sent again. It is told to the SDK, which sends;
//! nothing else decides, the SDK's own rules included.
//!
//! | what failed | verdict | why |
//! |---|---|---|
//! | 5xx but 501 and 505 | passing | trouble of the service or of a proxy before it, 507, 509 and 520 to 529 included |
//! | 501, 505 | final | the service does not have what was asked for, and will not in a minute |
//! | 408, 425, 499 | passing | the request came too slowly, too early, or its connection went |
//! | 429, 509, and codes of throttling | throttled | the service asks for pauses |
//! | 409 `OperationAborted`, `ConditionalRequestConflict` | passing | another request ran at the same moment |
//! | `RequestTimeout`, whatever the status | passing | the body stood still on its way |
//! | `BadDigest` and its like | passing | the body was damaged on its way; it is sent whole again |
//! | an error of trouble in an answer of 200 | as its code says | S3 begins some answers before it knows their end |
//! | an answer of 200 that cannot be read, or of XML without its end | passing | it was cut on its way |
//! | any other 3xx, 4xx | final | the same request would be refused again |
//! | no answer: a connection, a stream (HTTP/2) or a name that failed, a limit of time | passing | nothing was decided |
//! | a certificate or protocol of TLS that does not fit | final | it will not fit in a minute |
//! | no credentials, a request that cannot be built | final | nothing was sent |

use std::error::Error as StdError;

use aws_sdk_s3::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};
use rustls::{AlertDescription, Error as TlsError};

use super::causes::causes;
use super::whole::CutShort;

/// Whether a failure may be gone at the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryVerdict {
    Passing,
    /// Passing, after longer pauses.
    Throttled,
    Final,
}

/// Of an answer: by its code where it has one that decides, else by its status.
pub(super) fn of_answer(status: u16, code: Option<&str>) -> RetryVerdict {
    if let Some(verdict) = code.and_then(of_code) {
        return verdict;
    }
    match status {
        429 | 509 => RetryVerdict::Throttled,
        501 | 505 => RetryVerdict::Final,
        408 | 425 | 499 | 500.. => RetryVerdict::Passing,
        // Of a request that failed: what came cannot be read.
        200..300 if code.is_none() => RetryVerdict::Passing,
        _ => RetryVerdict::Final,
    }
}

fn of_code(code: &str) -> Option<RetryVerdict> {
    match code {
        "SlowDown"
        | "SlowDownRead"
        | "SlowDownWrite"
        | "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequests"
        | "TooManyRequestsException"
        | "BandwidthLimitExceeded" => Some(RetryVerdict::Throttled),
        "InternalError"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServerBusy"
        | "RequestTimeout"
        | "RequestTimeoutException"
        | "OperationAborted"
        | "ConditionalRequestConflict" => Some(RetryVerdict::Passing),
        "NotImplemented" => Some(RetryVerdict::Final),
        code if is_altered(code) => Some(RetryVerdict::Passing),
        _ => None,
    }
}

/// Whether the service says that the body which arrived is not the one that was sent.
pub(super) fn is_altered(code: &str) -> bool {
    matches!(
        code,
        "BadDigest"
            | "InvalidDigest"
            | "IncompleteBody"
            | "XAmzContentSHA256Mismatch"
            | "XAmzContentChecksumMismatch"
            | "ChecksumMismatch"
    )
}

/// Of a request that was sent, or tried to be, and got no answer.
pub(super) fn of_silence(error: &(dyn StdError + 'static)) -> RetryVerdict {
    let unfit = |tls: &TlsError| match tls {
        TlsError::InvalidCertificate(_)
        | TlsError::InvalidMessage(_)
        | TlsError::NoCertificatesPresented
        | TlsError::UnsupportedNameType
        | TlsError::PeerIncompatible(_)
        | TlsError::NoApplicationProtocol => true,
        // A balancer without a server behind it says so.
        TlsError::AlertReceived(alert) => *alert != AlertDescription::InternalError,
        _ => false,
    };
    let is_unfit = causes(error).any(|cause| cause.downcast_ref::<TlsError>().is_some_and(unfit));
    if is_unfit { RetryVerdict::Final } else { RetryVerdict::Passing }
}

/// A bound on tries is each request's own. The SDK's is the whole process's, and an outage uses it up: from then on nothing
/// would be tried again. So there is none.
pub(super) fn budget() -> RetryPartition {
    RetryPartition::custom("eventodb").token_bucket(TokenBucket::unlimited()).build()
}

/// The table, as the SDK asks it.
#[derive(Debug)]
pub(super) struct PassingOrFinal;

impl PassingOrFinal {
    fn verdict(context: &InterceptorContext) -> Option<RetryVerdict> {
        let error = context.output_or_error()?.err()?;
        if error.is_timeout_error() || error.is_response_error() {
            return Some(RetryVerdict::Passing);
        }
        if error.is_interceptor_error() {
            let is_cut = causes(error).any(<dyn StdError>::is::<CutShort>);
            return Some(if is_cut { RetryVerdict::Passing } else { RetryVerdict::Final });
        }
        if let Some(connector) = error.as_connector_error() {
            return Some(if connector.is_user() { RetryVerdict::Final } else { of_silence(connector) });
        }
        let response = context.response()?;
        Some(of_answer(response.status().as_u16(), response.body().bytes().and_then(code)))
    }
}

impl ClassifyRetry for PassingOrFinal {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if !context.is_failed() {
            return RetryAction::NoActionIndicated;
        }
        match Self::verdict(context) {
            Some(RetryVerdict::Passing) => RetryAction::transient_error(),
            Some(RetryVerdict::Throttled) => RetryAction::throttling_error(),
            Some(RetryVerdict::Final) | None => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "passing or final"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// The error code in an answer of S3.
fn code(body: &[u8]) -> Option<&str> {
    let body = std::str::from_utf8(body).ok()?;
    Some(body.split_once("<Code>")?.1.split_once("</Code>")?.0.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_read_from_an_answer_and_not_from_anything_else() {
        assert_eq!(code(b"<?xml?><Error><Code>BadDigest</Code><Message>m</Message></Error>"), Some("BadDigest"));
        assert_eq!(code(b"<html>no code</html>"), None);
        assert_eq!(code(b"<Code>cut off"), None);
        assert_eq!(code(&[0xff, 0xfe]), None);
    }

    #[test]
    fn every_5xx_but_two_passes_and_no_other_refusal_does_but_four() {
        for status in 300..600 {
            let expected = match status {
                429 | 509 => RetryVerdict::Throttled,
                501 | 505 => RetryVerdict::Final,
                408 | 425 | 499 | 500.. => RetryVerdict::Passing,
                _ => RetryVerdict::Final,
            };
            assert_eq!(of_answer(status, None), expected, "{status}");
            assert_eq!(of_answer(status, Some("SomethingNew")), expected, "{status}");
        }
    }

    #[test]
    fn a_code_that_decides_goes_before_the_status() {
        assert_eq!(of_answer(200, Some("InternalError")), RetryVerdict::Passing);
        assert_eq!(of_answer(200, Some("AccessDenied")), RetryVerdict::Final);
        assert_eq!(of_answer(200, None), RetryVerdict::Passing);
        assert_eq!(of_answer(409, Some("OperationAborted")), RetryVerdict::Passing);
        assert_eq!(of_answer(409, Some("ConditionalRequestConflict")), RetryVerdict::Passing);
        assert_eq!(of_answer(409, Some("BucketAlreadyExists")), RetryVerdict::Final);
        assert_eq!(of_answer(400, Some("RequestTimeout")), RetryVerdict::Passing);
        assert_eq!(of_answer(400, Some("BadDigest")), RetryVerdict::Passing);
        assert_eq!(of_answer(400, Some("XAmzContentSHA256Mismatch")), RetryVerdict::Passing);
        assert_eq!(of_answer(503, Some("SlowDown")), RetryVerdict::Throttled);
        assert_eq!(of_answer(403, Some("AccessDenied")), RetryVerdict::Final);
    }

    #[test]
    fn without_an_answer_only_what_cannot_fit_is_final() {
        let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert_eq!(of_silence(&reset), RetryVerdict::Passing);
        let expired = TlsError::InvalidCertificate(rustls::CertificateError::Expired);
        assert_eq!(of_silence(&std::io::Error::other(expired)), RetryVerdict::Final);
        let damaged = TlsError::DecryptError;
        assert_eq!(of_silence(&std::io::Error::other(damaged)), RetryVerdict::Passing);
        assert_eq!(of_silence(&TlsError::AlertReceived(AlertDescription::InternalError)), RetryVerdict::Passing);
        assert_eq!(of_silence(&TlsError::AlertReceived(AlertDescription::UnknownCA)), RetryVerdict::Final);
    }
}
