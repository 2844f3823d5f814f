//! What is tried again besides what the SDK tries. It is told to the SDK, which does the trying: there is one layer.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Answers of services that are not AWS, and bodies that were damaged on their way in.
#[derive(Debug)]
pub(super) struct AlsoPassing;

impl ClassifyRetry for AlsoPassing {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(response) = context.response() else { return RetryAction::NoActionIndicated };
        let status = response.status().as_u16();
        if status < 400 {
            return RetryAction::NoActionIndicated;
        }
        match response.body().bytes().and_then(code) {
            Some("TooManyRequests") => RetryAction::throttling_error(),
            _ if status == 429 => RetryAction::throttling_error(),
            Some(code) if is_altered(code) => RetryAction::transient_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "throttled or damaged on the way"
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
}
