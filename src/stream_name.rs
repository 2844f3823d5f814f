//! Names of streams and categories.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind, Result};

/// What is written: an index entry holds at most a third of an 8 KiB page; the rest of it is the position and the time.
const MAX_WRITTEN: usize = 2048;
/// What is read, imported and brought back: the server packs a name of many like bytes, and so may hold longer ones that
/// somebody wrote by SQL.
const MAX_BYTES: usize = 65_536;

/// A stream's name: not empty, no zero byte, at most 65,536 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StreamName(String);

/// A category's name: a stream's name without `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CategoryName(String);

/// Error texts go to terminals and logs: escaped, and no longer than a line.
fn shown(name: &str) -> String {
    name.chars().take(60).flat_map(char::escape_debug).collect()
}

fn check(what: &str, name: &str) -> Result<()> {
    let refuse = |why: String| Err(Error::usage(format!("{what} \"{}\"", shown(name))).because(why));
    if name.is_empty() {
        return refuse("it is empty".into());
    }
    if name.len() > MAX_BYTES {
        return refuse(format!("it has {} bytes, {MAX_BYTES} are allowed", name.len()));
    }
    if name.contains('\0') {
        return refuse("it has a zero byte, which PostgreSQL cannot store".into());
    }
    Ok(())
}

/// What a look for a stream without messages ends with.
pub(crate) fn stream_unknown(doing: impl Into<String>) -> Error {
    Error::new(Kind::NotFound, doing)
        .because("nothing was ever written to it")
        .hint("eventodb-admin streams list shows the streams of the namespace")
}

/// A stream's category.
pub fn category_of(stream: &str) -> &str {
    stream.split('-').next().unwrap_or_default()
}

impl StreamName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Looks whether it is short enough to be written, whatever its bytes are.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::Kind::Usage) where it has more than 2,048 bytes.
    pub fn check_to_write(&self) -> Result<()> {
        if self.0.len() <= MAX_WRITTEN {
            return Ok(());
        }
        Err(Error::usage(format!("stream name \"{}\"", shown(&self.0)))
            .because(format!("it has {} bytes, {MAX_WRITTEN} are allowed", self.0.len())))
    }
}

impl FromStr for StreamName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        check("stream name", name)?;
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CategoryName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CategoryName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        check("category", name)?;
        if name.contains('-') {
            return Err(Error::usage(format!("category \"{}\"", shown(name)))
                .because("it has a '-', so it names a stream")
                .hint("a category is the part of a stream's name before the first '-'"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl fmt::Display for CategoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_that_postgres_can_keep_are_kept() {
        for name in ["a", "account-1", "it's-\"q\"", "100%-x", "🦀-1", "a\nb-1", &"x".repeat(2048)] {
            assert!(name.parse::<StreamName>().is_ok(), "{name:?}");
        }
    }

    #[test]
    fn empty_endless_and_zero_byte_names_are_refused_in_one_line() {
        for name in ["", "a\0b", &"x".repeat(1_000_000)] {
            let error = name.parse::<StreamName>().unwrap_err().to_string();
            assert!(error.len() < 200 && !error.contains('\0'), "{error}");
        }
    }

    #[test]
    fn a_name_that_is_too_long_to_be_written_is_read_where_the_store_has_it() {
        for (bytes, is_written) in [(2048, true), (2049, false), (8000, false)] {
            let name: StreamName = "x".repeat(bytes).parse().unwrap();
            assert_eq!(name.check_to_write().is_ok(), is_written, "{bytes}");
        }
        assert!("x".repeat(65_537).parse::<StreamName>().is_err());
    }

    #[test]
    fn a_stream_is_no_category() {
        assert!("account-1".parse::<CategoryName>().is_err());
        assert!("account".parse::<CategoryName>().is_ok());
    }
}
