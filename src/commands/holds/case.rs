//! The name of a case, and who asks.

use crate::error::{Error, Result};
use crate::text;

/// Percent-encoded, it is part of an object's name.
const LONGEST_CASE: usize = 180;

pub(super) fn checked_case(case: &str) -> Result<String> {
    let (case, doing) = (case.trim(), "looking at --case");
    if case.is_empty() {
        return Err(Error::usage(doing).because("it is empty").hint("it is what whoever asks for the hold calls it"));
    }
    if case.chars().any(text::is_unprintable) {
        return Err(Error::usage(doing).because("it has characters that cannot be shown"));
    }
    let length: usize = case.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-_".contains(&b) { 1 } else { 3 }).sum();
    if length > LONGEST_CASE {
        return Err(Error::usage(doing).because(format!(
            "it is longer than {LONGEST_CASE} characters; others than letters, digits, - and _ count as three"
        )));
    }
    Ok(case.to_owned())
}

pub(super) fn person() -> String {
    whoami::username().unwrap_or_else(|_| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::checked_case;

    #[test]
    fn a_case_is_a_name_that_can_be_shown_and_that_a_store_takes() {
        assert_eq!(checked_case(" 7 O 12/26 ").unwrap(), "7 O 12/26");
        assert!(checked_case(&"x".repeat(180)).is_ok());
        for bad in ["", "  ", "a\u{1b}b", "a\nb", &"x".repeat(181), &"ä".repeat(31)] {
            assert!(checked_case(bad).is_err(), "{bad:?}");
        }
    }
}
