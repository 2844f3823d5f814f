//! Figures and texts for people.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::text;

/// Bytes: `1.5 GiB`.
pub fn bytes(n: i64) -> String {
    text::bytes(n)
}

/// A count: `1,234,567`.
pub fn count(n: i64) -> String {
    match u64::try_from(n) {
        Ok(n) => indicatif::HumanCount(n).to_string(),
        Err(_) => n.to_string(),
    }
}

/// A time to the second, without the zone, which is UTC; a day where it is midnight.
pub fn time(t: DateTime<Utc>) -> String {
    let text = t.format("%Y-%m-%d %H:%M:%S").to_string();
    text.strip_suffix(" 00:00:00").map_or_else(|| text.clone(), str::to_owned)
}

/// A range of time.
pub fn range(from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    format!("{} – {}", time(from), time(to))
}

/// A duration as people type it.
pub fn typed(age: Duration) -> String {
    let seconds = age.as_secs();
    match seconds {
        0 => "0d".to_owned(),
        s if s % 86_400 == 0 => format!("{}d", s / 86_400),
        s if s % 3600 == 0 => format!("{}h", s / 3600),
        s => format!("{s}s"),
    }
}

/// What a cell has that has nothing.
pub const NOTHING: &str = "-";

/// `-` for nothing.
pub fn or_dash<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), show)
}

/// Text without what would have it look like other text.
pub fn printable(text: &str) -> String {
    text::printable(text)
}

/// Text of at most so many characters, on one line.
pub fn shortened(text: &str, longest: usize) -> String {
    let short: String = text.chars().take(longest).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// `1 chunk`, `2 chunks`.
pub fn plural(n: usize, one: &str) -> String {
    text::counted(i64::try_from(n).unwrap_or(i64::MAX), one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\n"), "a\\u{1b}[2Jb\\n");
        assert_eq!(printable("crab-🦀"), "crab-🦀");
        assert_eq!(printable("a\u{202e}b"), "a\\u{202e}b");
    }

    #[test]
    fn midnight_is_a_day() {
        assert_eq!(time("2013-01-03T00:00:00Z".parse().unwrap()), "2013-01-03");
        assert_eq!(time("2013-01-03T10:00:00.5Z".parse().unwrap()), "2013-01-03 10:00:00");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        assert_eq!(shortened("äöü", 2), "äö…");
        assert_eq!(shortened("äö", 2), "äö");
    }
}
