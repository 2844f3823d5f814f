//! Functions of text, numbers and JSON, as `PostgreSQL` has them.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::expr::Function;
use super::json::Json;
use super::range::fitting;
use super::value::{Type, Value};
use crate::serve::fault::{Answer, Fault};

/// A function's value; NULL where an argument is.
pub fn call<'r>(function: Function, args: &[Value<'r>]) -> Answer<Value<'r>> {
    let text = |s: &str| Value::Text(Cow::Owned(s.to_owned()));
    let count = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    Ok(match (function, args) {
        (Function::SplitPart, [Value::Text(s), Value::Text(by), Value::Int(n)]) => text(split_part(s, by, *n)?),
        (Function::Length, [Value::Text(s)]) => count(s.chars().count()),
        (Function::OctetLength, [Value::Text(s)]) => count(s.len()),
        (Function::Lower, [Value::Text(s)]) => text(&s.to_ascii_lowercase()),
        (Function::Upper, [Value::Text(s)]) => text(&s.to_ascii_uppercase()),
        (Function::Left, [Value::Text(s), Value::Int(n)]) => text(&characters(s, 0, until(s, *n))),
        (Function::Right, [Value::Text(_), Value::Int(0)]) => text(""),
        (Function::Right, [Value::Text(s), Value::Int(n)]) => {
            text(&characters(s, until(s, n.saturating_neg()), i64::MAX))
        }
        (Function::Substring, [Value::Text(s), Value::Int(from)]) => text(&characters(s, from - 1, i64::MAX)),
        (Function::Substring, [Value::Text(s), Value::Int(from), Value::Int(length)]) => {
            if *length < 0 {
                return Err(Fault::new("22011", "negative substring length not allowed"));
            }
            text(&characters(s, from - 1, (from - 1).saturating_add(*length)))
        }
        (Function::Position, [Value::Text(s), Value::Text(sought)]) => {
            s.find(&**sought).map_or(Value::Int(0), |at| count(s[..at].chars().count() + 1))
        }
        (Function::StartsWith, [Value::Text(s), Value::Text(start)]) => Value::Bool(s.starts_with(&**start)),
        (Function::LikeEscape, [Value::Text(pattern), Value::Text(escape)]) => text(&like_escape(pattern, escape)?),
        (Function::Abs(kind), [Value::Int(n)]) => Value::Int(fitting(n.checked_abs(), kind)?),
        (Function::JsonType, [Value::Json(json)]) => text(json.type_name()),
        (Function::JsonLength, [Value::Json(Json::Array(all))]) => count(all.len()),
        (Function::JsonLength, [Value::Json(Json::Object(_) | Json::Deep(_))]) => {
            return Err(Fault::new("22023", "cannot get array length of a non-array"));
        }
        (Function::JsonLength, [Value::Json(_)]) => {
            return Err(Fault::new("22023", "cannot get array length of a scalar"));
        }
        (Function::OfInteger(Type::Numeric), [Value::Int(n)]) => Value::Numeric(Decimal::from(*n)),
        (Function::OfInteger(Type::Text(_)), [Value::Int(n)]) => text(&n.to_string()),
        (Function::OfInteger(kind), [Value::Int(n)]) => Value::Int(fitting(Some(*n), kind)?),
        (Function::UuidText, [Value::Uuid(u)]) => text(&uuid::Uuid::from_u128(*u).to_string()),
        _ => Value::Null,
    })
}

fn split_part<'a>(s: &'a str, by: &str, n: i64) -> Answer<&'a str> {
    if n == 0 {
        return Err(Fault::new("22023", "field position must not be zero"));
    }
    if s.is_empty() {
        return Ok("");
    }
    if by.is_empty() {
        return Ok(if n == 1 || n == -1 { s } else { "" });
    }
    // Fields are found from the start, also where they are counted from the end.
    let at = if n > 0 { n - 1 } else { n.saturating_add(i64::try_from(s.split(by).count()).unwrap_or(i64::MAX)) };
    Ok(usize::try_from(at).ok().and_then(|at| s.split(by).nth(at)).unwrap_or_default())
}

/// Where the first `n` characters end, or all but the last `-n`.
fn until(s: &str, n: i64) -> i64 {
    if n >= 0 { n } else { (i64::try_from(s.chars().count()).unwrap_or(i64::MAX).saturating_add(n)).max(0) }
}

/// The characters from one place up to before another, counted from 0.
fn characters(s: &str, from: i64, to: i64) -> String {
    let place = |n: i64| usize::try_from(n.max(0)).unwrap_or(usize::MAX);
    let (from, to) = (place(from), place(to));
    s.chars().skip(from).take(to.saturating_sub(from)).collect()
}

/// A pattern with an escape of its own as one that has a backslash.
fn like_escape(pattern: &str, escape: &str) -> Answer<String> {
    let mut chars = escape.chars();
    let (one, more) = (chars.next(), chars.next());
    if more.is_some() {
        return Err(Fault::new("22025", "invalid escape string").hint("Escape string must be empty or one character."));
    }
    let Some(escape) = one else { return Ok(pattern.replace('\\', "\\\\")) };
    if escape == '\\' {
        return Ok(pattern.to_owned());
    }
    let mut out = String::with_capacity(pattern.len());
    let mut after_escape = false;
    for c in pattern.chars() {
        if c == escape && !after_escape {
            out.push('\\');
            after_escape = true;
        } else if c == '\\' {
            out.push('\\');
            if !after_escape {
                out.push('\\');
            }
            after_escape = false;
        } else {
            out.push(c);
            after_escape = false;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_counted_from_either_end() {
        for (s, by, n, part) in [
            ("a-b-c", "-", 1, "a"),
            ("a-b-c", "-", 3, "c"),
            ("a-b-c", "-", 4, ""),
            ("a-b-c", "-", -1, "c"),
            ("a-b-c", "-", -3, "a"),
            ("a-b-c", "-", -4, ""),
            ("", "-", 1, ""),
            ("abc", "", 1, "abc"),
            ("abc", "", -1, "abc"),
            ("abc", "", 2, ""),
            ("abc", "-", 1, "abc"),
            ("a--b", "--", 2, "b"),
            ("aaa", "aa", 2, "a"),
            ("aaa", "aa", -1, "a"),
        ] {
            assert_eq!(split_part(s, by, n).unwrap(), part, "{s} {by} {n}");
        }
        assert!(split_part("a", "-", 0).is_err());
    }

    #[test]
    fn characters_are_cut_where_they_lie() {
        let call = |f, args: &[Value<'static>]| super::call(f, args).unwrap();
        let text = |s: &'static str| Value::Text(Cow::Borrowed(s));
        assert_eq!(call(Function::Left, &[text("añb"), Value::Int(-1)]), text("añ"));
        assert_eq!(call(Function::Left, &[text("añb"), Value::Int(-5)]), text(""));
        assert_eq!(call(Function::Right, &[text("añb"), Value::Int(2)]), text("ñb"));
        assert_eq!(call(Function::Right, &[text("añb"), Value::Int(-1)]), text("ñb"));
        assert_eq!(call(Function::Substring, &[text("añb"), Value::Int(0), Value::Int(2)]), text("a"));
        assert_eq!(call(Function::Position, &[text("añb"), text("b")]), Value::Int(3));
        assert_eq!(call(Function::Length, &[Value::Null]), Value::Null);
    }

    #[test]
    fn an_escape_of_its_own_becomes_a_backslash() {
        for (pattern, escape, expected) in
            [("a!%", "!", "a\\%"), ("a!!", "!", "a\\!"), ("a\\%", "!", "a\\\\%"), ("a\\", "", "a\\\\")]
        {
            assert_eq!(like_escape(pattern, escape).unwrap(), expected);
        }
    }
}
