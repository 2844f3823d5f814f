//! Names of objects, relative to their store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// S3's limit for a key, prefix included, in bytes.
pub(super) const MAX_KEY_BYTES: usize = 1024;
/// Longest path segment, in bytes: file systems take 255, and a temporary name adds to it.
const MAX_SEGMENT_BYTES: usize = 230;

/// The name of an object below its store's prefix: `/`-separated, no empty, `.` or `..` segment, no `/` at either
/// end, no backslash or control character. The same names are valid in a bucket and in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Checks `key`. Usage error where it breaks a rule.
    pub fn new(key: impl Into<String>) -> Result<Self> {
        let key = key.into();
        match validate(&key) {
            Ok(()) => Ok(Self(key)),
            Err(why) => Err(Error::usage(format!("the object name {key:?} {why}"))),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

/// Why `key` cannot be a name, or nothing.
pub(super) fn validate(key: &str) -> std::result::Result<(), &'static str> {
    if key.is_empty() {
        return Err("is empty");
    }
    if key.len() > MAX_KEY_BYTES {
        return Err("is longer than 1024 bytes");
    }
    if key.chars().any(|c| c.is_control() || c == '\\') {
        return Err("has a control character or a backslash");
    }
    for segment in key.split('/') {
        match segment {
            "" => return Err("has an empty part, or a '/' at an end"),
            "." | ".." => return Err("has a '.' or '..' part"),
            _ if segment.len() > MAX_SEGMENT_BYTES => return Err("has a part longer than 230 bytes"),
            _ => {}
        }
    }
    Ok(())
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ObjectKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for ObjectKey {
    type Err = Error;

    fn from_str(key: &str) -> Result<Self> {
        Self::new(key)
    }
}

impl TryFrom<String> for ObjectKey {
    type Error = Error;

    fn try_from(key: String) -> Result<Self> {
        Self::new(key)
    }
}

impl From<ObjectKey> for String {
    fn from(key: ObjectKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_store_are_refused() {
        let long = "x".repeat(231);
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "a\nb", &long] {
            assert!(ObjectKey::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_and_parts_are_as_long_as_they_may_be_and_no_longer() {
        let part = "x".repeat(MAX_SEGMENT_BYTES);
        // Four parts, their slashes, and what is left.
        let whole = format!("{part}/{part}/{part}/{part}/{}", "y".repeat(MAX_KEY_BYTES - 4 * (MAX_SEGMENT_BYTES + 1)));
        assert_eq!(ObjectKey::new(&whole).unwrap().as_str(), whole);
        assert!(ObjectKey::new(format!("{whole}y")).is_err());
        assert!(ObjectKey::new(format!("a/{part}x")).is_err());
    }

    #[test]
    fn ordinary_names_are_taken() {
        for good in ["a", "shop/messages/2024/w07/2024-02-12_2024-02-19.1.csv.zst", "ä/b c", "..a", "a..b"] {
            assert_eq!(ObjectKey::new(good).unwrap().as_str(), good);
        }
    }
}
