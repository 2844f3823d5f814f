//! Arguments whose value may lie elsewhere: `@FILE`, or `-` for standard input.

use std::io::Read;

use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::messages::unstorable;

/// `PostgreSQL` keeps at most 255 MiB of JSON in one value.
const MAX_BYTES: u64 = 256 << 20;

/// The text of an argument. `what` is its flag, for errors.
pub async fn text(what: &'static str, argument: String) -> Result<String> {
    let from: Box<dyn Read + Send> = if argument == "-" {
        Box::new(std::io::stdin())
    } else if let Some(path) = argument.strip_prefix('@') {
        let opened = std::fs::File::open(path);
        Box::new(opened.map_err(|e| Error::usage(format!("reading {what} from {path}")).because(e))?)
    } else {
        return Ok(argument);
    };
    let read = tokio::task::spawn_blocking(move || {
        let mut text = String::new();
        from.take(MAX_BYTES + 1).read_to_string(&mut text).map(|_| text)
    });
    let doing = || format!("reading {what} from {}", argument.strip_prefix('@').unwrap_or("standard input"));
    let text =
        read.await.map_err(|e| Error::failed(doing()).because(e))?.map_err(|e| Error::usage(doing()).because(e))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(Error::usage(doing()).because("it is longer than 256 MiB, more than PostgreSQL keeps"));
    }
    Ok(text)
}

/// The JSON of an argument, every digit kept; JSON's null is none.
pub async fn json(what: &'static str, argument: Option<String>) -> Result<Option<Box<RawValue>>> {
    match argument {
        None => Ok(None),
        Some(argument) => parse_json(what, &text(what, argument).await?),
    }
}

fn parse_json(what: &str, text: &str) -> Result<Option<Box<RawValue>>> {
    let json: Box<RawValue> = serde_json::from_str(text).map_err(|e| {
        Error::usage(format!("reading {what}"))
            .because(format!("it is not JSON: {e}"))
            .hint(format!("quote it for the shell: {what} '{{\"n\": 1}}', or give {what} @FILE"))
    })?;
    if let Some(why) = unstorable(json.get()) {
        return Err(Error::usage(format!("reading {what}")).because(why));
    }
    Ok(if json.get() == "null" { None } else { Some(json) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_digits_and_null_is_nothing() {
        let long = "{\"n\": 123456789012345678901234567890.123456789}";
        assert_eq!(parse_json("--data", long).unwrap().unwrap().get(), long);
        assert!(parse_json("--data", " null ").unwrap().is_none());
    }

    #[test]
    fn what_postgres_cannot_keep_and_what_is_no_json_is_refused() {
        for text in ["", "{", "{'a': 1}", "nul", "{} {}", "NaN", r#"{"a": "\u0000"}"#, r#""\ude00""#, "1e131072"] {
            let error = parse_json("--data", text).unwrap_err();
            assert!(error.to_string().contains("--data"), "{error}");
        }
    }
}
