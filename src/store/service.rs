//! What a service is told: whose keys it gets, how a bucket is named, encryption, thawing.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use md5::Digest;

use crate::{Error, Result};

/// A profile of the AWS tools' files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsProfile {
    /// Its name.
    pub name: String,
    /// The one file that it is looked for in, rather than the AWS tools' own two.
    pub file: Option<PathBuf>,
}

/// Where keys come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeySource {
    /// The AWS chain: environment, profile, instance.
    #[default]
    Chain,
    /// One profile and nothing else, whatever the environment says.
    Profile(AwsProfile),
    /// [`StoreSettings::credentials`](super::StoreSettings::credentials) and nothing else.
    Settings,
}

/// Keys that the calling program has, rather than the AWS chain.
#[derive(Clone)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret key; never shown.
    pub secret_access_key: String,
    /// The session's token, for keys that expire; never shown.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// How the bucket is named in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathStyle {
    /// In the path where an endpoint is set, in the host name on AWS.
    #[default]
    Auto,
    /// Always in the path: `http://host/bucket/key`.
    Always,
    /// Always in the host name: `http://bucket.host/key`.
    Never,
}

impl FromStr for PathStyle {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(Error::usage(format!("there is no path style {text:?}")).hint("it is auto, always or never")),
        }
    }
}

/// Encryption at rest, done by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sse {
    /// Keys of the service (`AES256`).
    S3,
    /// A key of the key management service (`aws:kms`).
    Kms {
        /// Its id or ARN; the account's default key for S3 without one.
        key_id: Option<String>,
    },
    /// A key of ours, which the service does not keep (SSE-C).
    Customer(CustomerKey),
}

/// A key of 256 bits. Without it nobody reads again what it encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct CustomerKey([u8; 32]);

impl CustomerKey {
    /// From 32 bytes, or these in base64 or hex.
    ///
    /// # Errors
    /// A usage error for anything else; it does not repeat it.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if let Ok(raw) = <[u8; 32]>::try_from(bytes) {
            return Ok(Self(raw));
        }
        let decoded = std::str::from_utf8(bytes).ok().map(str::trim).and_then(|text| match text.len() {
            64 => hex::decode(text).ok(),
            _ => STANDARD.decode(text).ok(),
        });
        let raw = decoded.and_then(|decoded| <[u8; 32]>::try_from(decoded).ok());
        raw.map(Self).ok_or_else(|| {
            Error::usage("a key of SSE-C")
                .because("it is not 32 bytes, nor these in base64 or hex")
                .hint("make one with: openssl rand -base64 32")
        })
    }

    /// As requests carry it.
    pub(super) fn base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// By which the service checks what came.
    pub(super) fn md5(&self) -> String {
        STANDARD.encode(md5::Md5::digest(self.0))
    }
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(..)")
    }
}

/// How what lies in an archive storage class is brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thaw {
    /// How fast.
    pub speed: ThawSpeed,
    /// Days that it stays readable.
    pub days: u16,
}

/// S3's retrieval tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThawSpeed {
    /// Minutes; not from `DEEP_ARCHIVE`.
    Expedited,
    /// Hours.
    Standard,
    /// Up to two days.
    Bulk,
}

impl Sse {
    /// From S3's own words, `AES256` or `aws:kms`, and the key's id if one was named.
    pub fn parse(algorithm: &str, key_id: Option<String>) -> Result<Self> {
        match (algorithm, key_id) {
            ("AES256", None) => Ok(Self::S3),
            ("AES256", Some(_)) => Err(Error::usage("a key of KMS with AES256").hint("keys go with aws:kms")),
            ("aws:kms", key_id) => Ok(Self::Kms { key_id }),
            _ => Err(Error::usage(format!("there is no encryption {algorithm:?}")).hint("it is AES256 or aws:kms")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encryption_is_named_as_s3_names_it() {
        assert_eq!(Sse::parse("AES256", None).unwrap(), Sse::S3);
        assert_eq!(Sse::parse("aws:kms", Some("k".into())).unwrap(), Sse::Kms { key_id: Some("k".into()) });
        assert!(Sse::parse("AES256", Some("k".into())).is_err());
        assert!(Sse::parse("rot13", None).is_err());
    }

    #[test]
    fn path_styles_are_read() {
        assert_eq!("auto".parse::<PathStyle>().unwrap(), PathStyle::Auto);
        assert!("yes".parse::<PathStyle>().is_err());
    }

    #[test]
    fn a_customer_key_is_read_raw_or_encoded_and_never_shown() {
        let raw = [7; 32];
        let key = CustomerKey::parse(&raw).unwrap();
        assert_eq!(CustomerKey::parse(format!("{}\n", STANDARD.encode(raw)).as_bytes()).unwrap(), key);
        assert_eq!(CustomerKey::parse(hex::encode(raw).as_bytes()).unwrap(), key);
        assert!(!format!("{key:?}").contains('7'));
        for bad in [&b""[..], b"hunter2", &[1; 31], &[b'A'; 64 - 2]] {
            assert!(!format!("{}", CustomerKey::parse(bad).unwrap_err()).contains("hunter2"));
        }
    }
}
