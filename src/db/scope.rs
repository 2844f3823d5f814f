//! What a namespace's SQL is about: its names, quoted, and the placeholders of the .sql files they stand for.

use super::ident::{Ident, Qualified, literal};
use crate::error::Result;

/// How a namespace keeps its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// In a hypertable with stream heads: `EventoDB`'s `TimescaleDB` driver, and what this program adds.
    Hypertable,
    /// In a plain table: `EventoDB`'s Postgres driver. No chunks, no heads, no archives.
    Plain,
}

/// The names that a namespace's statements need, quoted once.
#[derive(Debug, Clone)]
pub struct Scope {
    namespace: String,
    schema: Ident,
    extension: Ident,
    layout: Layout,
}

/// The functions of the triggers that a namespace has on its messages, as a list for SQL: others are somebody else's.
const OWN_TRIGGERS: &str = "'keep_heads', 'forget_heads', 'count_all_again', 'keep_heads_moved', 'end_of_move'";

impl Scope {
    /// `namespace` as the registry has it, `schema` its schema, `extension` the schema of `TimescaleDB`'s functions.
    pub fn new(namespace: impl Into<String>, schema: impl Into<String>, extension: impl Into<String>) -> Self {
        Self {
            namespace: namespace.into(),
            schema: Ident::new(schema),
            extension: Ident::new(extension),
            layout: Layout::Hypertable,
        }
    }

    /// As [`Scope::new`], for a plain schema: its SQL has no business with the extension.
    pub fn plain(namespace: impl Into<String>, schema: impl Into<String>) -> Self {
        Self { layout: Layout::Plain, ..Self::new(namespace, schema, "pg_catalog") }
    }

    /// How the messages are kept.
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The namespace's name.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The schema, quoted by its Display.
    pub fn schema_ident(&self) -> &Ident {
        &self.schema
    }

    /// The schema's name, unquoted.
    pub fn schema(&self) -> &str {
        self.schema.as_str()
    }

    /// The schema of `TimescaleDB`'s own functions.
    pub fn extension(&self) -> &Ident {
        &self.extension
    }

    /// The messages hypertable.
    pub fn messages(&self) -> Qualified {
        Qualified::new(self.schema.as_str(), "messages")
    }

    /// A statement with its placeholders filled in: `{{schema}}` (identifier), `{{schema_text}}` (identifier inside
    /// a text literal), `{{schema_format}}` (the same in the first argument of `format`), `{{schema_name_text}}` and
    /// `{{namespace_text}}` (literals), `{{extension}}` (identifier), `{{own_triggers}}` (a list of literals). `$$` quotes whatever the names hold.
    ///
    /// # Errors
    /// Where a name has a zero byte.
    pub fn render(&self, template: &str) -> Result<String> {
        self.render_with(template, &[])
    }

    /// [`Scope::render`], with further placeholders: names and the SQL text that stands for them.
    ///
    /// # Errors
    /// Where a name has a zero byte.
    pub fn render_with(&self, template: &str, more: &[(&str, &str)]) -> Result<String> {
        let schema = self.schema.to_string();
        let schema_text = schema.replace('\'', "''");
        let own = [
            ("schema_format", schema_text.replace('%', "%%")),
            ("own_triggers", OWN_TRIGGERS.to_owned()),
            ("schema_text", schema_text),
            ("schema", schema),
            ("schema_name_text", literal(self.schema.as_str())?),
            ("namespace_text", literal(&self.namespace)?),
            ("extension", self.extension.to_string()),
        ];
        let known = |name: &str| {
            let own = own.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
            own.or_else(|| more.iter().find(|(n, _)| *n == name).map(|(_, value)| *value))
        };
        let values = || own.iter().map(|(_, value)| value.as_str()).chain(more.iter().map(|(_, value)| *value));
        // A name with the quote of a function's body in it would end the body.
        let mut quote = "$$".to_owned();
        for n in 0.. {
            if !values().any(|value| value.contains(&quote)) {
                break;
            }
            quote = format!("$q{n}$");
        }
        let template = template.replace("$$", &quote);
        // One pass: a name that looks like a placeholder is still a name.
        let mut rendered = String::with_capacity(template.len());
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            rendered.push_str(before);
            if let Some((value, tail)) = after.split_once("}}").and_then(|(name, tail)| Some((known(name)?, tail))) {
                rendered.push_str(value);
                rest = tail;
            } else {
                rendered.push_str("{{");
                rest = after;
            }
        }
        rendered.push_str(rest);
        Ok(rendered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_quoted_for_where_they_stand() {
        let scope = Scope::new("o'hare", "tsdb_o\"x", "public");
        assert_eq!(
            scope.render("{{schema}} '{{schema_text}}' {{namespace_text}} {{extension}}").unwrap(),
            r#""tsdb_o""x" '"tsdb_o""x"' 'o''hare' "public""#
        );
    }

    #[test]
    fn no_name_ends_the_body_of_a_function() {
        let scope = Scope::new("a$$; DROP", "b$q0$", "public");
        assert_eq!(
            scope.render("DO $$ {{schema}} {{namespace_text}} $$").unwrap(),
            r#"DO $q1$ "b$q0$" 'a$$; DROP' $q1$"#
        );
    }

    #[test]
    fn names_that_look_like_placeholders_are_names() {
        let scope = Scope::new("{{extension}}", "{{namespace_text}}", "{{schema}}");
        assert_eq!(
            scope
                .render_with(
                    "{{schema}} {{namespace_text}} {{extension}} {{chunk}} {{other}}",
                    &[("chunk", "{{schema}}")]
                )
                .unwrap(),
            r#""{{namespace_text}}" '{{extension}}' "{{schema}}" {{schema}} {{other}}"#
        );
    }
}
