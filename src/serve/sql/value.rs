//! Values and their types.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::decimal::Decimal;
use super::json::Json;
use super::time;
use crate::serve::fault::{Answer, Fault};

/// How text is in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collation {
    /// By bytes.
    C,
    /// By code points, which is by bytes; which letters have another case is another question.
    CodePoints,
    /// As the database has it, which may be another order.
    OfDatabase,
}

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// boolean
    Bool,
    /// integer
    Int4,
    /// bigint
    Int8,
    /// numeric
    Numeric,
    /// text
    Text(Collation),
    /// timestamptz
    Time,
    /// uuid
    Uuid,
    /// jsonb
    Json,
    /// A literal or a parameter that takes the type of what it stands beside.
    Unknown,
}

impl Type {
    /// The type's number in `pg_type`.
    pub const fn oid(self) -> u32 {
        match self {
            Self::Bool => 16,
            Self::Int8 => 20,
            Self::Int4 => 23,
            Self::Text(_) | Self::Unknown => 25,
            Self::Time => 1184,
            Self::Numeric => 1700,
            Self::Uuid => 2950,
            Self::Json => 3802,
        }
    }

    /// The type of a parameter; `None` where it takes that of what it stands beside.
    pub const fn of_oid(oid: u32) -> Option<Self> {
        Some(match oid {
            16 => Self::Bool,
            20 => Self::Int8,
            21 | 23 => Self::Int4,
            25 | 1043 => Self::Text(Collation::OfDatabase),
            1184 => Self::Time,
            1700 => Self::Numeric,
            2950 => Self::Uuid,
            3802 => Self::Json,
            _ => return None,
        })
    }

    /// Its size in a row's description.
    pub const fn size(self) -> i16 {
        match self {
            Self::Bool => 1,
            Self::Int4 => 4,
            Self::Int8 | Self::Time => 8,
            Self::Uuid => 16,
            Self::Numeric | Self::Text(_) | Self::Json | Self::Unknown => -1,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Int4 => "integer",
            Self::Int8 => "bigint",
            Self::Numeric => "numeric",
            Self::Text(_) => "text",
            Self::Time => "timestamp with time zone",
            Self::Uuid => "uuid",
            Self::Json => "jsonb",
            Self::Unknown => "unknown",
        }
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// NULL
    Null,
    /// boolean
    Bool(bool),
    /// integer and bigint
    Int(i64),
    /// numeric
    Numeric(Decimal),
    /// text
    Text(Cow<'a, str>),
    /// timestamptz
    Time(i64),
    /// uuid
    Uuid(u128),
    /// jsonb
    Json(Json),
}

impl Value<'_> {
    /// The same, for as long as one likes.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Int(n) => Value::Int(n),
            Self::Numeric(n) => Value::Numeric(n),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Time(t) => Value::Time(t),
            Self::Uuid(u) => Value::Uuid(u),
            Self::Json(j) => Value::Json(j),
        }
    }

    /// As the server prints it; `None` for NULL.
    ///
    /// # Errors
    /// 0A000 for what has lost its form.
    pub fn text(&self) -> Answer<Option<String>> {
        Ok(Some(match self {
            Self::Null => return Ok(None),
            Self::Bool(b) => (if *b { "t" } else { "f" }).to_owned(),
            Self::Int(n) => n.to_string(),
            Self::Text(t) => t.clone().into_owned(),
            Self::Time(at) => time::text(*at),
            Self::Uuid(u) => uuid::Uuid::from_u128(*u).to_string(),
            Self::Numeric(_) => return Err(Fault::refused("an expression of type numeric in the list of columns")),
            Self::Json(_) => return Err(Fault::refused("an expression of type jsonb in the list of columns")),
        }))
    }

    /// The order of two values of one type; `None` where one is NULL.
    pub fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Self::Int(a), Value::Int(b)) | (Self::Time(a), Value::Time(b)) => a.cmp(b),
            (Self::Numeric(a), Value::Numeric(b)) => a.cmp(b),
            (Self::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Self::Uuid(a), Value::Uuid(b)) => a.cmp(b),
            // Only whether they are equal is asked.
            (Self::Json(a), Value::Json(b)) => {
                if a == b {
                    Ordering::Equal
                } else {
                    Ordering::Less
                }
            }
            _ => return None,
        })
    }
}

fn integer(text: &str, kind: &str) -> Answer<i64> {
    let trimmed = text.trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::not_a(kind, text));
    }
    let range = || Fault::new("22003", format!("value \"{text}\" is out of range for type {kind}"));
    let n: i64 = trimmed.parse().map_err(|_| range())?;
    if kind == "integer" && i32::try_from(n).is_err() { Err(range()) } else { Ok(n) }
}

fn boolean(text: &str) -> Answer<bool> {
    let word = text.trim().to_ascii_lowercase();
    match word.as_str() {
        "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Ok(true),
        "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => Ok(false),
        _ => Err(Fault::not_a("boolean", text)),
    }
}

/// Hexadecimal digits, with a hyphen after each fourth at most, perhaps in braces.
fn uuid(text: &str) -> Answer<u128> {
    let bad = || Fault::not_a("uuid", text);
    let inner = match text.strip_prefix('{') {
        Some(rest) => rest.strip_suffix('}').ok_or_else(bad)?,
        None => text,
    };
    let (mut value, mut digits, mut after_hyphen) = (0_u128, 0_usize, true);
    for c in inner.chars() {
        if c == '-' && !after_hyphen && digits.is_multiple_of(4) && digits < 32 {
            after_hyphen = true;
            continue;
        }
        let digit = c.to_digit(16).filter(|_| digits < 32).ok_or_else(bad)?;
        value = value << 4 | u128::from(digit);
        digits += 1;
        after_hyphen = false;
    }
    if digits == 32 { Ok(value) } else { Err(bad()) }
}

/// Reads a type's input.
pub fn read(text: &str, kind: Type) -> Answer<Value<'static>> {
    Ok(match kind {
        Type::Bool => Value::Bool(boolean(text)?),
        Type::Int4 => Value::Int(integer(text, "integer")?),
        Type::Int8 => Value::Int(integer(text, "bigint")?),
        Type::Numeric => match text.trim().to_ascii_lowercase().as_str() {
            "nan" | "infinity" | "-infinity" | "inf" | "-inf" | "+inf" | "+infinity" => {
                return Err(Fault::refused(format_args!("the number {text}")));
            }
            number => Value::Numeric(Decimal::read(number)?),
        },
        Type::Text(_) | Type::Unknown => Value::Text(Cow::Owned(text.to_owned())),
        Type::Time => Value::Time(time::read(text)?),
        Type::Uuid => Value::Uuid(uuid(text)?),
        Type::Json => Value::Json(Json::read(text)?),
    })
}

/// Reads a type's binary form.
pub fn read_binary(bytes: &[u8], kind: Type) -> Answer<Value<'static>> {
    let bad = || Fault::new("22P03", format!("incorrect binary data format for type {}", kind.name()));
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| bad());
    Ok(match kind {
        Type::Bool => Value::Bool(*bytes.first().ok_or_else(bad)? != 0),
        Type::Int4 => match bytes.len() {
            2 => Value::Int(i64::from(i16::from_be_bytes(bytes.try_into().map_err(|_| bad())?))),
            _ => Value::Int(i64::from(i32::from_be_bytes(bytes.try_into().map_err(|_| bad())?))),
        },
        Type::Int8 => Value::Int(i64::from_be_bytes(bytes.try_into().map_err(|_| bad())?)),
        Type::Time => Value::Time(i64::from_be_bytes(bytes.try_into().map_err(|_| bad())?)),
        Type::Uuid => Value::Uuid(u128::from_be_bytes(bytes.try_into().map_err(|_| bad())?)),
        Type::Text(_) | Type::Unknown => Value::Text(Cow::Owned(text(bytes)?)),
        Type::Json => match bytes.split_first() {
            Some((1, rest)) => Value::Json(Json::read(&text(rest)?)?),
            _ => return Err(bad()),
        },
        Type::Numeric => return Err(Fault::refused("a number in binary form")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_is_read_as_the_server_does() {
        for (text, kind, value) in [
            (" 42 ", Type::Int8, Value::Int(42)),
            ("-9223372036854775808", Type::Int8, Value::Int(i64::MIN)),
            ("TRUE", Type::Bool, Value::Bool(true)),
            ("of", Type::Bool, Value::Bool(false)),
            (
                "{A0EEBC99-9C0B4EF8-BB6D-6BB9BD380A11}",
                Type::Uuid,
                Value::Uuid(0xa0ee_bc99_9c0b_4ef8_bb6d_6bb9_bd38_0a11),
            ),
        ] {
            assert_eq!(read(text, kind).unwrap(), value, "{text}");
        }
        for (text, kind, code) in [
            ("", Type::Int8, "22P02"),
            ("1x", Type::Int8, "22P02"),
            ("9223372036854775808", Type::Int8, "22003"),
            ("2147483648", Type::Int4, "22003"),
            ("o", Type::Bool, "22P02"),
            ("a0eebc99", Type::Uuid, "22P02"),
            ("a0e-ebc999c0b4ef8bb6d6bb9bd380a11", Type::Uuid, "22P02"),
            ("NaN", Type::Numeric, "0A000"),
        ] {
            assert_eq!(read(text, kind).unwrap_err().code, code, "{text}");
        }
    }
}
