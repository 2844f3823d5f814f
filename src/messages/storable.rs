//! JSON that is JSON, and that `PostgreSQL` keeps no value of all the same.
//!
//! The server refuses such a text without saying which of the messages of a statement has it; so it is looked for here.

use std::fmt;

use serde_json::value::RawValue;

/// Why `jsonb` does not take a text of JSON. The server's rules: `jsonapi.c` for escapes, `numeric.c` for numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unstorable {
    /// `\u0000`: no text of the server's has a zero byte.
    Zero,
    /// One half of a pair of escapes, as `\ud800`: no character.
    HalfPair,
    /// A number beyond 131,072 digits before the decimal point, or 16,383 behind it.
    Number,
}

impl fmt::Display for Unstorable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zero => "it has \\u0000, which PostgreSQL cannot store",
            Self::HalfPair => "it has one half of a surrogate pair (\\ud800 to \\udfff), which is no character",
            Self::Number => {
                "it has a number of more digits than PostgreSQL keeps: 131,072 before the decimal point, 16,383 behind it"
            }
        })
    }
}

impl std::error::Error for Unstorable {}

/// Digits that the server keeps behind a decimal point.
const MAX_FRACTION: i64 = 16_383;
/// Digits that it keeps before it.
const MAX_WHOLE: i64 = 131_072;

/// What the server would refuse in a text that is JSON; the first of it.
pub fn unstorable(json: &str) -> Option<Unstorable> {
    let bytes = json.as_bytes();
    // Nearly all texts end here: no escape of that kind, no exponent, no room for that many digits.
    let is_plain = bytes.len() <= 16_000
        && memchr::memmem::find(bytes, b"\\u").is_none()
        && !memchr::memchr2_iter(b'e', b'E', bytes).any(|at| at > 0 && bytes[at - 1].is_ascii_digit());
    if is_plain {
        return None;
    }
    let mut at = 0;
    while at < bytes.len() {
        at = match bytes[at] {
            b'"' => match string(bytes, at + 1) {
                Ok(end) => end,
                Err(why) => return Some(why),
            },
            b'-' | b'0'..=b'9' => {
                let end = bytes[at..].iter().position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
                let end = end.map_or(bytes.len(), |n| at + n);
                if !is_kept(&bytes[at..end]) {
                    return Some(Unstorable::Number);
                }
                end
            }
            _ => at + 1,
        };
    }
    None
}

/// Whether a text that is JSON is an object: `EventoDB`'s server reads no other data or metadata.
pub fn is_object(json: &str) -> bool {
    json.trim_start().starts_with('{')
}

/// How deep objects and arrays lie in each other in a text that is JSON. The server's limit depends on its
/// `max_stack_depth`, so that of several texts the deepest is the one that it refused.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    let bytes = json.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                // Its end, whatever the server thinks of its escapes.
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// The deepest of several messages, by their data and metadata, and how deep it is.
pub fn deepest<'a, M>(messages: &'a [M], json: impl Fn(&'a M) -> [Option<&'a RawValue>; 2]) -> Option<(usize, usize)> {
    let deep = |m| json(m).into_iter().flatten().map(|json| depth(json.get())).max().unwrap_or_default();
    messages.iter().map(deep).enumerate().max_by_key(|(_, deep)| *deep)
}

/// Where the string ends that begins at `at`, behind its quote.
fn string(bytes: &[u8], mut at: usize) -> Result<usize, Unstorable> {
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return Ok(at + 1),
            b'\\' if bytes.get(at + 1) == Some(&b'u') => match escaped(bytes, at) {
                Some(0) => return Err(Unstorable::Zero),
                Some(0xd800..=0xdbff) if matches!(escaped(bytes, at + 6), Some(0xdc00..=0xdfff)) => at += 12,
                Some(0xd800..=0xdfff) => return Err(Unstorable::HalfPair),
                _ => at += 6,
            },
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Ok(at)
}

/// What the escape `\uXXXX` at `at` stands for.
fn escaped(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whether `numeric` has room for a number of JSON's.
fn is_kept(number: &[u8]) -> bool {
    let number = number.strip_prefix(b"-").unwrap_or(number);
    let (digits, exponent) = match number.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&number[..at], std::str::from_utf8(&number[at + 1..]).map_or(Some(0), |e| e.parse::<i64>().ok())),
        None => (number, Some(0)),
    };
    // The server takes no exponent that its arithmetic could not hold, whatever the digits are.
    let Some(exponent) = exponent.filter(|e| e.abs() < i64::from(i32::MAX / 2)) else { return false };
    let point = digits.iter().position(|b| *b == b'.');
    let fraction = point.map_or(0, |at| digits.len() - at - 1);
    let whole = point.unwrap_or(digits.len());
    let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX / 4);
    if (length(fraction) - exponent).max(0) > MAX_FRACTION {
        return false;
    }
    let zeros = digits.iter().take_while(|b| matches!(b, b'0' | b'.'));
    let leading = zeros.filter(|b| **b == b'0').count();
    let is_zero = leading + usize::from(point.is_some()) == digits.len();
    is_zero || length(whole) - length(leading) + exponent <= MAX_WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_refuses_is_found_and_nothing_else() {
        use Unstorable::{HalfPair, Number, Zero};
        for (json, found) in [
            (r#"{"a":"\u0000"}"#, Some(Zero)),
            (r#"{"a":"\\\u0000"}"#, Some(Zero)),
            (r#"{"a":"\\u0000"}"#, None),
            (r#"{"\u0000":1}"#, Some(Zero)),
            (r#"{"a":"\ud83d\ude00"}"#, None),
            (r#"{"a":"\ud83d"}"#, Some(HalfPair)),
            (r#"{"a":"\ude00\ud83d"}"#, Some(HalfPair)),
            (r#"{"a":"\ud83dx\ude00"}"#, Some(HalfPair)),
            (r#"{"a":"\ud83d\\ude00"}"#, Some(HalfPair)),
            (r#"{"a":"\\ud83d"}"#, None),
            (r#"{"a":"1e999999999"}"#, None),
            ("1e999999999", Some(Number)),
            ("0e999999999", None),
            ("0e2999999999", Some(Number)),
            ("1e131071", None),
            ("[1e131072]", Some(Number)),
            ("0.001e131074", None),
            ("0.001e131075", Some(Number)),
            ("-1e-16383", None),
            ("-1e-16384", Some(Number)),
            ("1.5e-16382", None),
            ("1.5E-16383", Some(Number)),
            ("null", None),
        ] {
            assert_eq!(unstorable(json), found, "{json}");
        }
        assert_eq!(depth(r#"[{"a[[[\"[":[[1],[]]}, 2, "]"]"#), 4);
        assert_eq!(unstorable(&"9".repeat(131_072)), None);
        assert_eq!(unstorable(&"9".repeat(131_073)), Some(Number));
        assert_eq!(unstorable(&format!("0.{}", "1".repeat(16_383))), None);
        assert_eq!(unstorable(&format!("0.{}", "1".repeat(16_384))), Some(Number));
    }
}
