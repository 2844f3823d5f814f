//! What is asked of characters in names and texts that people read.

/// Whether a character moves a terminal's cursor, turns the direction of what follows, or is not shown at all.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
