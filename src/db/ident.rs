//! The one place that quotes identifiers and literals for SQL text.

use std::fmt;

use crate::error::{Error, Result};

/// A single SQL identifier. [`Display`](fmt::Display) quotes it, so it can go straight into SQL text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ident(String);

impl Ident {
    /// Takes the name as it is stored in the catalog: unquoted, case kept.
    ///
    /// A zero byte cannot be part of a name; it is dropped here and could not be sent to the server anyway.
    pub fn new(name: impl Into<String>) -> Self {
        let mut name = name.into();
        name.retain(|c| c != '\0');
        Self(name)
    }

    /// The bare name, as the catalog has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// Names of columns as SQL takes a list of them.
pub fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| Ident::new(name).to_string()).collect::<Vec<_>>().join(", ")
}

/// A name with its schema. [`Display`](fmt::Display) gives `"schema"."name"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Qualified {
    /// The schema.
    pub schema: Ident,
    /// The table, view, function or sequence in it.
    pub name: Ident,
}

impl Qualified {
    /// Takes both names as the catalog has them.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: Ident::new(schema), name: Ident::new(name) }
    }
}

impl fmt::Display for Qualified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// A text literal with its quotes, for the rare statement that takes no parameters.
///
/// Holds with `standard_conforming_strings` on, which every session of ours sets.
///
/// # Errors
/// A usage error where the text has a zero byte: `PostgreSQL` has no text like that.
pub fn literal(text: &str) -> Result<String> {
    if text.contains('\0') {
        return Err(Error::usage("quoting a text for SQL").because("it has a zero byte, which PostgreSQL cannot store"));
    }
    Ok(format!("'{}'", text.replace('\'', "''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn identifiers_keep_case_and_double_their_quotes() {
        assert_eq!(Ident::new("Plain").to_string(), "\"Plain\"");
        assert_eq!(Ident::new(r#"a"b"#).to_string(), r#""a""b""#);
        assert_eq!(Ident::new("a\0b").to_string(), "\"ab\"");
        assert_eq!(Qualified::new("tsdb_a.b", r#"x";--"#).to_string(), r#""tsdb_a.b"."x"";--""#);
    }

    #[test]
    fn literals_double_their_quotes_and_refuse_a_zero_byte() {
        assert_eq!(literal("it's").unwrap(), "'it''s'");
        assert_eq!(literal(r"back\slash").unwrap(), r"'back\slash'");
        assert_eq!(literal("a\0").unwrap_err().kind(), Kind::Usage);
    }
}
