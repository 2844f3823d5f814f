//! jsonb: read, equality and containment as `PostgreSQL` has them
//! (<https://www.postgresql.org/docs/current/datatype-json.html#JSON-CONTAINMENT>).

use super::decimal::Decimal;
use super::deep_json::{DeepJson, end_of_string};
use crate::serve::fault::{Answer, Fault};

/// How many containers may lie in each other, so that the stack has room for them. A deeper constant of a statement is refused.
/// Of a message, the deeper part is kept as its text: no constant reaches that far.
const MAX_DEPTH: usize = 400;

/// A jsonb value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// A number, whatever its scale.
    Number(Decimal),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Self>),
    /// An object: each key once, in order.
    Object(Vec<(String, Self)>),
    /// An array or object of a stored value, deeper than constants are.
    Deep(DeepJson),
}

impl Json {
    /// Reads a statement's jsonb.
    ///
    /// # Errors
    /// 22P02 where it is none, 54001 where it is nested too deeply.
    pub fn read(text: &str) -> Answer<Self> {
        Self::read_as(text, JsonOrigin::Statement)
    }

    /// Reads a jsonb that a server printed, whatever its depth.
    ///
    /// # Errors
    /// 22P02 where it is none.
    pub fn read_stored(text: &str) -> Answer<Self> {
        Self::read_as(text, JsonOrigin::Stored)
    }

    fn read_as(text: &str, origin: JsonOrigin) -> Answer<Self> {
        let mut reader = Reader { text, at: 0, origin };
        let value = reader.value(0)?;
        reader.space();
        if reader.at == text.len() { Ok(value) } else { Err(reader.bad()) }
    }

    /// Whether `self @> other`.
    ///
    /// # Errors
    /// 54001 where both are nested too deeply to be compared.
    pub fn contains(&self, other: &Self) -> Answer<bool> {
        // Most often `other` is a constant, which is never so deep, and the message need not be looked through.
        if other.has_deep() && self.has_deep() {
            return Err(too_deep());
        }
        Ok(self.is_around(other))
    }

    fn has_deep(&self) -> bool {
        match self {
            Self::Deep(_) => true,
            Self::Array(all) => all.iter().any(Self::has_deep),
            Self::Object(all) => all.iter().any(|(_, value)| value.has_deep()),
            _ => false,
        }
    }

    fn is_around(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(_), Self::Array(_)) | (Self::Object(_), Self::Object(_)) => self.holds(other),
            // The one exception: an array contains a primitive value.
            (Self::Array(all), one) if one.is_primitive() => all.contains(one),
            (a, b) if a.is_primitive() && b.is_primitive() => a == b,
            _ => false,
        }
    }

    fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(own), Self::Object(wanted)) => wanted.iter().all(|(key, value)| {
                let found = own.binary_search_by(|(k, _)| k.cmp(key)).ok().map(|at| &own[at].1);
                found.is_some_and(|found| if value.is_primitive() { found == value } else { found.holds(value) })
            }),
            (Self::Array(own), Self::Array(wanted)) => wanted.iter().all(|value| {
                if value.is_primitive() { own.contains(value) } else { own.iter().any(|found| found.holds(value)) }
            }),
            _ => false,
        }
    }

    /// Whether a string is one of its keys, of its elements, or itself.
    pub fn has_key(&self, key: &str) -> bool {
        match self {
            Self::Object(own) => own.binary_search_by(|(k, _)| k.as_str().cmp(key)).is_ok(),
            Self::Array(own) => own.iter().any(|v| matches!(v, Self::String(s) if s == key)),
            Self::String(s) => s == key,
            _ => false,
        }
    }

    /// As `jsonb_typeof`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Deep(deep) => deep.type_name(),
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    const fn is_primitive(&self) -> bool {
        !matches!(self, Self::Array(_) | Self::Object(_) | Self::Deep(_))
    }
}

/// Whose text a jsonb is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JsonOrigin {
    Statement,
    Stored,
}

fn too_deep() -> Fault {
    Fault::new("54001", "JSON is nested too deeply to be compared here")
        .hint("compare it outside of the part that is read from archives")
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    origin: JsonOrigin,
}

impl Reader<'_> {
    fn bad(&self) -> Fault {
        Fault::new("22P02", format!("invalid input syntax for type json at byte {}", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn value(&mut self, depth: usize) -> Answer<Json> {
        self.space();
        if depth > MAX_DEPTH {
            match (self.origin, self.peek()) {
                (JsonOrigin::Statement, _) => return Err(too_deep()),
                (JsonOrigin::Stored, Some(b'{' | b'[')) => return self.deep(),
                (JsonOrigin::Stored, _) => {}
            }
        }
        match self.peek().ok_or_else(|| self.bad())? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Json::String),
            b'-' | b'0'..=b'9' => self.number(),
            _ => {
                for (word, value) in [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))] {
                    if self.text[self.at..].starts_with(word) {
                        self.at += word.len();
                        return Ok(value);
                    }
                }
                Err(self.bad())
            }
        }
    }

    fn deep(&mut self) -> Answer<Json> {
        let (deep, length) = DeepJson::read(&self.text[self.at..]).ok_or_else(|| self.bad())?;
        self.at += length;
        Ok(Json::Deep(deep))
    }

    fn array(&mut self, depth: usize) -> Answer<Json> {
        self.at += 1;
        let mut all = Vec::new();
        if self.eat(b']') {
            return Ok(Json::Array(all));
        }
        loop {
            all.push(self.value(depth + 1)?);
            if self.eat(b']') {
                return Ok(Json::Array(all));
            }
            if !self.eat(b',') {
                return Err(self.bad());
            }
        }
    }

    fn object(&mut self, depth: usize) -> Answer<Json> {
        self.at += 1;
        let mut all: Vec<(String, Json)> = Vec::new();
        if self.eat(b'}') {
            return Ok(Json::Object(all));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.bad());
            }
            let key = self.string()?;
            if !self.eat(b':') {
                return Err(self.bad());
            }
            all.push((key, self.value(depth + 1)?));
            if self.eat(b'}') {
                break;
            }
            if !self.eat(b',') {
                return Err(self.bad());
            }
        }
        // Of a key that comes twice the last value stays: the sort is stable.
        all.reverse();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, first| later.0 == first.0);
        Ok(Json::Object(all))
    }

    fn number(&mut self) -> Answer<Json> {
        let rest = &self.text[self.at..];
        let is_part = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        let number = &rest[..rest.bytes().position(|b| !is_part(b)).unwrap_or(rest.len())];
        // JSON's grammar is narrower than that of numeric.
        if serde_json::from_str::<&serde_json::value::RawValue>(number).is_err() {
            return Err(self.bad());
        }
        self.at += number.len();
        Decimal::read(number).map(Json::Number)
    }

    fn string(&mut self) -> Answer<String> {
        let start = self.at;
        let end = end_of_string(self.text.as_bytes(), start).ok_or_else(|| self.bad())?;
        let literal = self.text.get(start..end).ok_or_else(|| self.bad())?;
        let text: String = serde_json::from_str(literal).map_err(|_| self.bad())?;
        if text.contains('\0') {
            return Err(Fault::new(
                "22P05",
                "unsupported Unicode escape sequence: \\u0000 cannot be converted to text",
            ));
        }
        self.at = end;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(a: &str, b: &str) -> bool {
        Json::read_stored(a).unwrap().contains(&Json::read(b).unwrap()).unwrap()
    }

    #[test]
    fn containment_is_that_of_the_manual() {
        for (a, b, expected) in [
            ("[1,2,3]", "[3,1]", true),
            ("[1]", "[1,1,1]", true),
            ("[1,2,3]", "3", true),
            ("3", "[3]", false),
            ("3", "3.0", true),
            ("\"a\"", "\"a\"", true),
            ("[1,2,[1,3]]", "[1,3]", false),
            ("[1,2,[1,3]]", "[[1,3]]", true),
            ("[[1,2]]", "[1]", false),
            ("{\"a\":{\"b\":1e2}}", "{\"a\":{\"b\":100}}", true),
            ("{\"a\":{\"b\":1}}", "{\"a\":{}}", true),
            ("{\"a\":[1]}", "{\"a\":1}", false),
            ("{\"a\":[{\"b\":1},2]}", "{\"a\":[{}]}", true),
            ("{\"a\":1}", "{}", true),
            ("[]", "{}", false),
            ("[]", "[]", true),
            ("[{}]", "{}", false),
            ("{\"a\":null}", "{\"a\":null}", true),
            ("{}", "{\"a\":null}", false),
        ] {
            assert_eq!(contains(a, b), expected, "{a} @> {b}");
        }
    }

    #[test]
    fn equality_has_no_scale_no_order_of_keys_and_no_doubles() {
        for (a, b) in [
            ("{\"a\":1,\"b\":2}", " { \"b\" : 2.0 , \"a\" : 1e0 } "),
            ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
            ("\"\\u00e9\\n\"", "\"é\\n\""),
        ] {
            assert_eq!(Json::read(a).unwrap(), Json::read(b).unwrap());
        }
        assert_ne!(Json::read("[1]").unwrap(), Json::read("1").unwrap());
    }

    #[test]
    fn a_message_is_compared_with_a_constant_whatever_its_depth() {
        let nested = |depth: usize, inner: &str| format!("{}{inner}{}", "{\"a\": [".repeat(depth), "]}".repeat(depth));
        let deep = nested(100_000, "1");
        assert!(contains(&deep, &nested(199, "")));
        assert!(contains(&deep, "{\"a\": [{\"a\": []}]}"));
        assert!(!contains(&deep, &nested(199, "1")));
        assert!(!contains(&deep, "{\"a\": [1]}"));
        let stored = |text: &str| Json::read_stored(text).unwrap();
        assert_eq!(stored(&deep), stored(&nested(100_000, "1.0")));
        assert_ne!(stored(&deep), stored(&nested(100_000, "2")));
        assert_ne!(stored(&deep), Json::read(&nested(199, "1")).unwrap());
        assert_eq!(stored(&deep).contains(&stored(&deep)).unwrap_err().code, "54001");
        assert!(Json::read_stored(&deep[..deep.len() - 1]).is_err());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        for bad in [
            "",
            "{",
            "[1,]",
            "01",
            "+1",
            "1.",
            ".5",
            "nul",
            "\"a",
            "\"\\",
            "{\"a\"}",
            "1 2",
            "\"\u{1}\"",
            "\"\\u0000\"",
            &deep,
        ] {
            assert!(Json::read(bad).is_err(), "{bad}");
        }
    }
}
