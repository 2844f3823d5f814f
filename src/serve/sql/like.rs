//! LIKE, character by character
//! (<https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE>).

use crate::serve::fault::{Answer, Fault};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternPart {
    /// This character.
    One(char),
    /// Any one: `_`.
    Any,
    /// Any number of any: `%`.
    Run,
}

/// A pattern, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<PatternPart>);

/// Whether letters of ASCII match in either case, as ILIKE has it by collation C.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// LIKE.
    Sensitive,
    /// ILIKE.
    Ignored,
}

impl Pattern {
    /// Reads a pattern in which `escape` takes the meaning from the character after it.
    pub fn read(text: &str, escape: Option<char>, case: Case) -> Answer<Self> {
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            parts.push(if Some(c) == escape {
                let ends = || Fault::new("22025", "LIKE pattern must not end with escape character");
                PatternPart::One(fold(chars.next().ok_or_else(ends)?, case))
            } else if c == '%' {
                PatternPart::Run
            } else if c == '_' {
                PatternPart::Any
            } else {
                PatternPart::One(fold(c, case))
            });
        }
        Ok(Self(parts))
    }

    /// Bytes that it takes.
    pub const fn bytes(&self) -> usize {
        self.0.len() * size_of::<PatternPart>()
    }

    /// Whether a text matches.
    pub fn matches(&self, text: &str, case: Case) -> bool {
        let text: Vec<char> = text.chars().map(|c| fold(c, case)).collect();
        let parts = &self.0;
        let (mut t, mut p) = (0, 0);
        // Where to go on if it fails: after the last run, one character later.
        let mut again: Option<(usize, usize)> = None;
        while t < text.len() {
            match parts.get(p) {
                Some(PatternPart::Run) => {
                    again = Some((t, p + 1));
                    p += 1;
                }
                Some(PatternPart::Any) => {
                    t += 1;
                    p += 1;
                }
                Some(PatternPart::One(c)) if *c == text[t] => {
                    t += 1;
                    p += 1;
                }
                _ => {
                    let Some((from, after)) = again else { return false };
                    again = Some((from + 1, after));
                    (t, p) = (from + 1, after);
                }
            }
        }
        parts[p..].iter().all(|part| *part == PatternPart::Run)
    }

    /// What every text that matches begins with.
    pub fn prefix(&self) -> String {
        let one = |part: &PatternPart| match part {
            PatternPart::One(c) => Some(*c),
            PatternPart::Any | PatternPart::Run => None,
        };
        self.0.iter().map_while(one).collect()
    }
}

const fn fold(c: char, case: Case) -> char {
    match case {
        Case::Sensitive => c,
        Case::Ignored => c.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts_by_character() {
        for (text, pattern, expected) in [
            ("abc", "abc", true),
            ("abc", "a%", true),
            ("abc", "_b_", true),
            ("abc", "c", false),
            ("abc", "%", true),
            ("", "%", true),
            ("", "", true),
            ("", "_", false),
            ("é", "_", true),
            ("a%c", "a\\%c", true),
            ("abc", "a\\%c", false),
            ("a\\c", "a\\\\c", true),
            ("aXbXc", "%X%c", true),
            ("aaab", "%a_b", true),
            ("a\nb", "a%b", true),
            ("mississippi", "m%iss%ip%i", true),
            ("mississippi", "m%iss%x%i", false),
            ("abc", "a\\bc", true),
        ] {
            let read = Pattern::read(pattern, Some('\\'), Case::Sensitive).unwrap();
            assert_eq!(read.matches(text, Case::Sensitive), expected, "{text} {pattern}");
        }
    }

    #[test]
    fn case_is_that_of_ascii() {
        let read = Pattern::read("aÉ%", Some('\\'), Case::Ignored).unwrap();
        assert!(read.matches("AÉx", Case::Ignored));
        assert!(!read.matches("Aéx", Case::Ignored));
    }

    #[test]
    fn a_pattern_does_not_end_with_an_escape() {
        assert!(Pattern::read("a\\", Some('\\'), Case::Sensitive).is_err());
        assert!(Pattern::read("a\\", None, Case::Sensitive).is_ok());
        assert_eq!(Pattern::read("a\\_-%x", Some('\\'), Case::Sensitive).unwrap().prefix(), "a_-");
    }
}
