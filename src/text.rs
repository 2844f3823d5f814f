//! What is asked of characters in names and texts that people read.

/// Whether a character moves a terminal's cursor, turns the direction of what follows, or is not shown at all.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A number of things: `1 message`, `2 messages`.
pub(crate) fn counted(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// Bytes: `1.5 GiB`.
pub(crate) fn bytes(n: i64) -> String {
    u64::try_from(n).map_or_else(|_| n.to_string(), |n| indicatif::BinaryBytes(n).to_string())
}

/// The verb after a number of things.
pub(crate) const fn are(n: i64) -> &'static str {
    if n == 1 { "is" } else { "are" }
}
