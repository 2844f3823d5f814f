//! Names of namespaces, and the schemas they get.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// `PostgreSQL` cuts longer identifiers off.
const MAX_IDENTIFIER_BYTES: usize = 63;
const MAX_NAME_BYTES: usize = 128;
/// Of a part of an object's name: a namespace with a longer one could not be archived.
const MAX_FOLDER_BYTES: usize = 230;

/// The name of a namespace that may be made: letters, digits, `_`, `-` and `.`, at most 128 of them, the first a letter
/// or digit. (EventoDB's server takes any text; names it made are still found.)
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamespaceName(String);

impl NamespaceName {
    /// The one that is meant where none is named.
    pub const DEFAULT: &str = "default";

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The schema for it: `tsdb_<name>` where that says it all, otherwise with a hash at its end. So `a-b` and `a_b`,
    /// or two long names with one beginning, never share a schema.
    pub fn schema(&self) -> String {
        let plain = self.0.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let schema = format!("tsdb_{}", self.0);
        if plain && schema.len() <= MAX_IDENTIFIER_BYTES {
            return schema;
        }
        let readable: String = self
            .0
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .take(40)
            .collect();
        let hash = hex::encode(Sha256::digest(self.0.as_bytes()));
        format!("tsdb_{readable}_{}", &hash[..12])
    }
}

impl fmt::Display for NamespaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for NamespaceName {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let refuse = |why: &str| {
            // A name can be anything here: escaped, and no longer than a line.
            let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
            Err(Error::usage(format!("namespace name \"{shown}\""))
                .because(why.to_owned())
                .hint("use letters, digits, '_', '-' and '.', starting with a letter or digit"))
        };
        if name.is_empty() {
            return refuse("it is empty");
        }
        if name.len() > MAX_NAME_BYTES {
            return refuse(&format!("it has {} bytes, {MAX_NAME_BYTES} are allowed", name.len()));
        }
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return refuse("it does not start with a letter or digit");
        }
        if let Some(c) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.')) {
            return refuse(&format!("it has the character {c:?}"));
        }
        // A '.' takes three bytes there.
        let folder = name.len() + 2 * name.matches('.').count();
        if folder > MAX_FOLDER_BYTES {
            return refuse(&format!(
                "its folder in a store would have a name of {folder} bytes, {MAX_FOLDER_BYTES} are allowed"
            ));
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str) -> String {
        name.parse::<NamespaceName>().unwrap().schema()
    }

    #[test]
    fn plain_names_give_the_schema_that_eventodb_gives() {
        assert_eq!(schema("default"), "tsdb_default");
        assert_eq!(schema("tenant_7"), "tsdb_tenant_7");
    }

    #[test]
    fn names_that_look_alike_get_schemas_of_their_own() {
        let all = ["a-b", "a_b", "A-b", "a.b", "A_b"].map(schema);
        let mut unique = all.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), all.len(), "{all:?}");
    }

    #[test]
    fn long_names_fit_an_identifier_and_stay_apart() {
        let (one, two) = (schema(&format!("{}1", "x".repeat(70))), schema(&format!("{}2", "x".repeat(70))));
        assert_ne!(one, two);
        assert!(one.len() <= MAX_IDENTIFIER_BYTES);
    }

    #[test]
    fn names_that_would_surprise_are_refused() {
        for name in [
            "",
            "\"; DROP SCHEMA public; --",
            "a b",
            "-a",
            "ä",
            "a\0b",
            "a/b",
            &"x".repeat(129),
            &format!("a{}", ".".repeat(100)),
        ] {
            assert!(name.parse::<NamespaceName>().is_err(), "{name:?}");
        }
    }
}
