//! Where a store lies, as the user writes it: `s3://bucket/prefix` or `file:///dir`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::key::MAX_KEY_BYTES;
use crate::{Error, Result};

/// The address of a store.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum StoreUrl {
    /// A bucket of an S3-compatible service, and the folder in it that everything lies below.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// `/`-separated, without a `/` at either end; empty for the bucket's root.
        prefix: String,
    },
    /// A local folder.
    File {
        /// An absolute path.
        dir: PathBuf,
    },
}

/// Characters that a bucket's name has at least, at every service.
const SHORTEST_BUCKET: usize = 3;

/// The forms that exist, for hints.
const FORMS: &str = "a store is s3://bucket/prefix or file:///absolute/folder";

impl StoreUrl {
    /// The store of a local folder. Usage error where `dir` is not absolute.
    pub fn file(dir: &Path) -> Result<Self> {
        if url::Url::from_file_path(dir).is_err() {
            return Err(Error::usage(format!("the store folder {} is not an absolute path", dir.display())).hint(FORMS));
        }
        Ok(Self::File { dir: dir.to_owned() })
    }

    /// Whether `other` is this address, or lies below it.
    pub fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::S3 { bucket, prefix }, Self::S3 { bucket: other, prefix: below }) => {
                let is_below =
                    || below.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
                bucket == other && (prefix.is_empty() || is_below())
            }
            (Self::File { dir }, Self::File { dir: below }) => below.starts_with(dir),
            (Self::S3 { .. }, Self::File { .. }) | (Self::File { .. }, Self::S3 { .. }) => false,
        }
    }

    /// How many folders deep it lies.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::S3 { prefix, .. } => prefix.split('/').filter(|part| !part.is_empty()).count(),
            Self::File { dir } => dir.components().count(),
        }
    }

    fn parse_s3(rest: &str) -> Result<Self> {
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if rest.starts_with("arn:") {
            // Neither an access point's name nor its account is a secret, but its slashes are no folders.
            return Err(Error::usage("a store URL names a bucket, and not an ARN").hint(
                "an access point is named by its alias, which names the bucket: s3://…-s3alias/prefix (aws s3control list-access-points shows it)",
            ));
        }
        // A colon or an at sign could be credentials: such text is not repeated.
        if bucket.contains(['@', ':']) {
            return Err(Error::usage("a store URL holds no credentials and no port").hint(
                "give credentials by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile, another service by AWS_ENDPOINT_URL_S3",
            ));
        }
        let named = !bucket.is_empty()
            && bucket.len() <= 255
            && bucket.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
            && bucket.bytes().any(|b| b != b'.');
        if !named {
            return Err(Error::usage(format!("{bucket:?} is no bucket name")).hint(FORMS));
        }
        // Some services take names that others refuse, but none takes this.
        if bucket.len() < SHORTEST_BUCKET {
            return Err(Error::usage(format!("{bucket:?} is no bucket name"))
                .because(format!("it has fewer than {SHORTEST_BUCKET} characters"))
                .hint(FORMS));
        }
        let prefix = prefix.trim_end_matches('/');
        // It would be a folder of that name; what it says may be a secret, and is not repeated.
        if prefix.split_once('?').is_some_and(|(_, rest)| rest.contains('=')) {
            return Err(Error::usage("a store URL takes no parameters behind a '?'")
                .hint("another service is named by AWS_ENDPOINT_URL_S3 or a section of the configuration, credentials by the AWS variables"));
        }
        if prefix.len() > MAX_KEY_BYTES / 2 {
            return Err(Error::usage(format!(
                "the prefix of s3://{bucket} is longer than {} bytes",
                MAX_KEY_BYTES / 2
            )));
        }
        if !prefix.is_empty() {
            super::key::validate(prefix)
                .map_err(|why| Error::usage(format!("the prefix {prefix:?} of s3://{bucket} {why}")).hint(FORMS))?;
        }
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }

    fn parse_file(text: &str) -> Result<Self> {
        let refuse = |why: &str| Error::usage(format!("the store URL {text:?} {why}")).hint(FORMS);
        let parsed = url::Url::parse(text).map_err(|e| refuse("cannot be read").because(e))?;
        if parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(refuse("has a '?' or '#': write them as %3F and %23"));
        }
        if parsed.host_str().is_some() {
            return Err(refuse("names a host: a folder's URL has three slashes"));
        }
        let dir = parsed.to_file_path().map_err(|()| refuse("is no local path"))?;
        // As where a variable in it was empty.
        if dir.parent().is_none() {
            return Err(refuse("names no folder"));
        }
        Ok(Self::File { dir })
    }
}

impl FromStr for StoreUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.split_once("://") {
            Some(("s3", rest)) => Self::parse_s3(rest),
            Some(("file", _)) => Self::parse_file(text),
            Some((scheme, _)) => Err(Error::usage(format!("there is no store of scheme {scheme:?}")).hint(FORMS)),
            // With these it could hold credentials: such text is not repeated.
            None if text.contains(['@', ':', '?']) => Err(Error::usage("the store is not a URL").hint(FORMS)),
            None => {
                let shown: String = text.chars().take(80).collect();
                Err(Error::usage(format!("the store {shown:?} is not a URL")).hint(FORMS))
            }
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::File { dir } => match url::Url::from_file_path(dir) {
                Ok(url) => write!(f, "{url}"),
                Err(()) => write!(f, "file://{}", dir.display()),
            },
        }
    }
}

impl TryFrom<String> for StoreUrl {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<StoreUrl> for String {
    fn from(url: StoreUrl) -> Self {
        url.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn urls_come_back_as_they_were_written() {
        for text in ["s3://photos", "s3://photos/a/b.c", "file:///var/lib/archive", "file:///with%20space"] {
            assert_eq!(text.parse::<StoreUrl>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_trailing_slash_and_the_root_mean_the_same_store() {
        assert_eq!("s3://photos/".parse::<StoreUrl>().unwrap(), "s3://photos".parse().unwrap());
        assert_eq!("s3://photos/a/".parse::<StoreUrl>().unwrap(), "s3://photos/a".parse().unwrap());
    }

    #[test]
    fn buckets_and_prefixes_are_as_long_as_they_may_be_and_no_longer() {
        let bucket = "b".repeat(255);
        assert!(format!("s3://{bucket}").parse::<StoreUrl>().is_ok());
        assert!(format!("s3://{bucket}b").parse::<StoreUrl>().is_err());
        // Of parts that a key may have.
        let prefix = format!("{0}/{0}/{1}", "p".repeat(200), "q".repeat(MAX_KEY_BYTES / 2 - 402));
        assert!(format!("s3://bucket/{prefix}").parse::<StoreUrl>().is_ok());
        assert!(format!("s3://bucket/{prefix}q").parse::<StoreUrl>().is_err());
    }

    #[test]
    fn an_address_holds_what_lies_below_it_and_not_what_begins_like_it() {
        let holds = |this: &str, other: &str| this.parse::<StoreUrl>().unwrap().holds(&other.parse().unwrap());
        for (this, other) in [
            ("s3://bbb", "s3://bbb"),
            ("s3://bbb", "s3://bbb/a"),
            ("s3://bbb/a", "s3://bbb/a/"),
            ("s3://bbb/a", "s3://bbb/a/b"),
            ("file:///mnt", "file:///mnt/a"),
            ("file:///mnt/a/", "file:///mnt/a"),
        ] {
            assert!(holds(this, other), "{this} {other}");
        }
        for (this, other) in [
            ("s3://bbb", "s3://bbb2"),
            ("s3://bbb/a", "s3://bbb"),
            ("s3://bbb/a", "s3://bbb/ab"),
            ("s3://bbb/a", "s3://ccc/a"),
            ("file:///mnt/a", "file:///mnt/ab"),
            ("file:///b/a", "s3://bbb/a"),
            ("s3://bbb", "file:///b"),
        ] {
            assert!(!holds(this, other), "{this} {other}");
        }
    }

    #[test]
    fn spaces_in_a_folder_are_read_either_way() {
        let dir = StoreUrl::File { dir: "/a b".into() };
        assert_eq!("file:///a b".parse::<StoreUrl>().unwrap(), dir);
        assert_eq!("file:///a%20b".parse::<StoreUrl>().unwrap(), dir);
    }

    #[test]
    fn what_cannot_be_a_store_is_a_usage_error() {
        let bad = [
            "",
            "/var/lib",
            "s3:/bucket",
            "s3://",
            "s3:///prefix",
            "s3://bucket/../x",
            "s3://bucket//x",
            "s3://buc ket",
            "s3://bucket?region=x",
            "gs://bucket",
            "file://relative/dir",
            "file:///dir?x",
            // What a variable without a value leaves.
            "file://",
            "file:///",
            "file:////",
            "file:///..",
        ];
        for text in bad {
            assert_eq!(text.parse::<StoreUrl>().unwrap_err().kind(), Kind::Usage, "{text}");
        }
    }

    #[test]
    fn credentials_in_a_url_are_refused_without_being_repeated() {
        let error = "s3://AKIAEXAMPLE:hunter2@bucket/x".parse::<StoreUrl>().unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(!format!("{error} {:?}", error.hint_text()).contains("hunter2"));
    }
}
