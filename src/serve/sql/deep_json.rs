//! The part of a stored jsonb that is nested deeper than a statement may nest. It is kept as text, so that no depth takes the stack.

use super::decimal::Decimal;

/// A container of a stored jsonb with its text as `PostgreSQL` prints it: keys in one order, each once, and one way to escape.
#[derive(Debug, Clone)]
pub struct DeepJson(String);

impl DeepJson {
    /// Reads the container that a text begins with, and returns it with its length in bytes.
    ///
    /// `None` where the text ends before the container does.
    pub fn read(text: &str) -> Option<(Self, usize)> {
        let mut open = 0_usize;
        let mut at = 0;
        while let Some(token) = JsonToken::next(text, &mut at) {
            match token {
                JsonToken::Sign(b'{' | b'[') => open += 1,
                JsonToken::Sign(b'}' | b']') => open = open.checked_sub(1)?,
                _ => {}
            }
            if open == 0 {
                return Some((Self(text[..at].to_owned()), at));
            }
        }
        None
    }

    /// Bytes of its text.
    pub const fn text_bytes(&self) -> usize {
        self.0.len()
    }

    /// As `jsonb_typeof`.
    pub fn type_name(&self) -> &'static str {
        if self.0.starts_with('{') { "object" } else { "array" }
    }

    fn tokens(&self) -> impl Iterator<Item = JsonToken<'_>> {
        let mut at = 0;
        std::iter::from_fn(move || JsonToken::next(&self.0, &mut at))
    }
}

impl PartialEq for DeepJson {
    fn eq(&self, other: &Self) -> bool {
        self.tokens().eq(other.tokens())
    }
}

impl Eq for DeepJson {}

#[derive(Debug)]
enum JsonToken<'a> {
    /// One of `{}[],:`.
    Sign(u8),
    /// A string with its quotes.
    Text(&'a str),
    /// A number, true, false or null.
    Word(&'a str),
}

impl<'a> JsonToken<'a> {
    fn next(text: &'a str, at: &mut usize) -> Option<Self> {
        let bytes = text.as_bytes();
        *at += bytes[*at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let start = *at;
        let first = *bytes.get(start)?;
        if first == b'"' {
            *at = end_of_string(bytes, start)?;
            return Some(Self::Text(&text[start..*at]));
        }
        let is_sign = |b: u8| matches!(b, b'{' | b'}' | b'[' | b']' | b',' | b':');
        if is_sign(first) {
            *at += 1;
            return Some(Self::Sign(first));
        }
        let ends = |b: &u8| is_sign(*b) || *b == b'"' || b.is_ascii_whitespace();
        *at += bytes[start..].iter().position(ends).unwrap_or(bytes.len() - start);
        Some(Self::Word(&text[start..*at]))
    }
}

impl PartialEq for JsonToken<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sign(a), Self::Sign(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            // A number has no scale: 1.0 is 1.
            (Self::Word(a), Self::Word(b)) => {
                a == b || matches!((Decimal::read(a), Decimal::read(b)), (Ok(a), Ok(b)) if a == b)
            }
            _ => false,
        }
    }
}

/// The byte after a string whose first quote is at `start`; `None` where it does not end.
pub fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut end = start + 1;
    loop {
        end += memchr::memchr2(b'"', b'\\', bytes.get(end..)?)?;
        if bytes[end] == b'"' {
            return Some(end + 1);
        }
        end += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_ends_where_its_last_sign_is() {
        for (text, whole) in [
            ("[1, [2, \"]\\\"]\"], {}], 3", "[1, [2, \"]\\\"]\"], {}]"),
            ("{\"a}\": {\"b\": [null]}}}", "{\"a}\": {\"b\": [null]}}"),
        ] {
            let (deep, length) = DeepJson::read(text).unwrap();
            assert_eq!((deep.0.as_str(), length), (whole, whole.len()));
        }
        assert!(DeepJson::read("[1, [2]").is_none());
        assert!(DeepJson::read("[\"a").is_none());
        assert!(DeepJson::read("[\"a\\").is_none());
    }

    #[test]
    fn containers_are_equal_whatever_the_scale_of_their_numbers() {
        let read = |text: &str| DeepJson::read(text).unwrap().0;
        for (a, b, equal) in [
            ("[1.0, {\"a\": 1e2}]", "[1,{\"a\": 100.00}]", true),
            ("[1, 2]", "[1, 3]", false),
            ("[1, 2]", "[1]", false),
            ("[\"1\"]", "[1]", false),
            ("[true]", "[null]", false),
            ("[\"a b\"]", "[\"ab\"]", false),
        ] {
            assert_eq!(read(a) == read(b), equal, "{a} = {b}");
        }
    }
}
