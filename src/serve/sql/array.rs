//! Arrays in text and in binary form
//! (<https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO>).

use super::value::{self, Type, Value};
use crate::serve::fault::{Answer, Fault};

fn bad(text: &str) -> Fault {
    Fault::new("22P02", format!("malformed array literal: \"{text}\""))
}

/// Values of an array: each takes some hundred bytes, in a list that is put in order.
const MAX_VALUES: usize = 500_000;

fn within(values: usize) -> Answer<()> {
    if values < MAX_VALUES {
        return Ok(());
    }
    Err(Fault::new("54000", format!("an array has more than {MAX_VALUES} values"))
        .hint("ask for them by several statements"))
}

/// Reads `{a,"b\"c",NULL}`, of one dimension.
pub fn read(text: &str, kind: Type) -> Answer<Vec<Value<'static>>> {
    let inner = text.trim().strip_prefix('{').and_then(|t| t.strip_suffix('}')).ok_or_else(|| {
        // `[2:3]={…}` and the like are the database's.
        if text.trim_start().starts_with('[') { Fault::refused("an array with bounds") } else { bad(text) }
    })?;
    let mut all = Vec::new();
    if inner.trim().is_empty() {
        return Ok(all);
    }
    let mut chars = inner.chars().peekable();
    loop {
        within(all.len())?;
        all.push(match element(&mut chars, text)? {
            Some(element) => value::read(&element, kind)?,
            None => Value::Null,
        });
        match chars.next() {
            Some(',') => {}
            Some(_) => return Err(bad(text)),
            None => return Ok(all),
        }
    }
}

/// An element up to its comma; `None` for NULL.
fn element(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, whole: &str) -> Answer<Option<String>> {
    while chars.next_if(char::is_ascii_whitespace).is_some() {}
    let mut text = String::new();
    if chars.next_if_eq(&'"').is_some() {
        loop {
            match chars.next().ok_or_else(|| bad(whole))? {
                '"' => break,
                '\\' => text.push(chars.next().ok_or_else(|| bad(whole))?),
                c => text.push(c),
            }
        }
        while chars.next_if(char::is_ascii_whitespace).is_some() {}
        return Ok(Some(text));
    }
    // Spaces behind it count for nothing, unless they are escaped.
    let (mut length, mut is_escaped) = (0, false);
    while let Some(c) = chars.next_if(|c| *c != ',') {
        match c {
            '{' | '}' => return Err(Fault::refused("an array of more than one dimension")),
            '"' => return Err(bad(whole)),
            '\\' => {
                text.push(chars.next().ok_or_else(|| bad(whole))?);
                is_escaped = true;
                length = text.len();
            }
            c => {
                text.push(c);
                if !c.is_ascii_whitespace() {
                    length = text.len();
                }
            }
        }
    }
    text.truncate(length);
    if text.is_empty() {
        return Err(bad(whole));
    }
    Ok((is_escaped || !text.eq_ignore_ascii_case("null")).then_some(text))
}

/// Reads an array's binary form: dimensions, whether it has NULLs, the type, then each with its length.
pub fn read_binary(bytes: &[u8], kind: Type) -> Answer<Vec<Value<'static>>> {
    let broken = || Fault::new("22P03", "incorrect binary data format for an array");
    let mut rest = bytes;
    let mut number = || {
        let (four, more) = rest.split_at_checked(4).ok_or_else(broken)?;
        rest = more;
        four.try_into().map(i32::from_be_bytes).map_err(|_| broken())
    };
    let (dimensions, _nulls, _type) = (number()?, number()?, number()?);
    match dimensions {
        0 => return Ok(Vec::new()),
        1 => {}
        _ => return Err(Fault::refused("an array of more than one dimension")),
    }
    let (count, _lower) = (number()?, number()?);
    let mut all = Vec::new();
    for _ in 0..count {
        let (four, more) = rest.split_at_checked(4).ok_or_else(broken)?;
        let length = i32::from_be_bytes(four.try_into().map_err(|_| broken())?);
        rest = more;
        let Ok(length) = usize::try_from(length) else {
            all.push(Value::Null);
            continue;
        };
        let (element, more) = rest.split_at_checked(length).ok_or_else(broken)?;
        rest = more;
        within(all.len())?;
        all.push(value::read_binary(element, kind)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::sql::value::Collation;

    #[test]
    fn arrays_are_read_as_the_server_prints_them() {
        let texts = |text: &str| -> Vec<Option<String>> {
            let all = read(text, Type::Text(Collation::C)).unwrap();
            all.iter().map(|v| v.text().unwrap()).collect()
        };
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(texts("{}"), []);
        assert_eq!(texts("{a,b c,NULL}"), [some("a"), some("b c"), None]);
        assert_eq!(
            texts(r#"{"a\"b","c\\d","","NULL", x }"#),
            [some("a\"b"), some("c\\d"), some(""), some("NULL"), some("x")]
        );
        assert_eq!(texts(r#"{"a,b","{c}"}"#), [some("a,b"), some("{c}")]);
        assert_eq!(read("{1, -2}", Type::Int8).unwrap(), [Value::Int(1), Value::Int(-2)]);
    }

    #[test]
    fn what_is_no_array_is_refused() {
        for odd in ["", "a", "{a", "{a,}", "{,a}", "{{a}}", "{a\"b}", "{\"a\"b}", "[0:1]={a,b}"] {
            assert!(read(odd, Type::Text(Collation::C)).is_err(), "{odd}");
        }
    }
}
