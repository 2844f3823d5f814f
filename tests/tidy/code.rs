//! Rust's text, cut into code, comments and string literals.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Code,
    Comment,
    /// A string literal, with its quotes.
    Literal,
}

/// Returns how long the comment, string or character is that a text begins with.
fn token(text: &str, after_word: bool) -> Option<(Part, usize)> {
    if text.starts_with("//") {
        return Some((Part::Comment, text.find('\n').unwrap_or(text.len())));
    }
    if text.starts_with("/*") {
        return Some((Part::Comment, text.find("*/").expect("a comment has an end") + 2));
    }
    let raw = text.strip_prefix('b').unwrap_or(text).strip_prefix('r');
    if let Some(raw) = raw
        && !after_word
        && raw.trim_start_matches('#').starts_with('"')
    {
        let hashes = &raw[..raw.find('"').unwrap()];
        let begin = text.find('"').unwrap() + 1;
        let end = format!("\"{hashes}");
        return Some((Part::Literal, begin + text[begin..].find(&end).expect("a raw string has an end") + end.len()));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let mut escaped = false;
        let end = quoted.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        return Some((Part::Literal, end.expect("a string has an end") + 2));
    }
    if let Some(quoted) = text.strip_prefix('\'') {
        // A lifetime has no quote behind it.
        let first = quoted.chars().next()?;
        let end = if first == '\\' { quoted[2..].find('\'')? + 2 } else { first.len_utf8() };
        return quoted[end..].starts_with('\'').then_some((Part::Code, end + 2));
    }
    None
}

/// Cuts a file's text into its parts.
pub fn parts(text: &str) -> Vec<(Part, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let after_word = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match token(&text[at..], after_word) {
            Some((part, length)) => {
                parts.push((Part::Code, &text[start..at]));
                parts.push((part, &text[at..at + length]));
                at += length;
                start = at;
            }
            None => at += text[at..].chars().next().unwrap().len_utf8(),
        }
    }
    parts.push((Part::Code, &text[start..]));
    parts
}

#[test]
fn literals_and_comments_are_told_from_code() {
    let text = "let a = \"b // \\\" c\"; // it's\nlet 'a: r#\"x \" y\"#; '\"' '\\'' f(\"\")";
    let of = |wanted: Part| parts(text).into_iter().filter(move |(part, _)| *part == wanted).map(|(_, text)| text);
    assert_eq!(of(Part::Literal).collect::<Vec<_>>(), ["\"b // \\\" c\"", "r#\"x \" y\"#", "\"\""]);
    assert_eq!(of(Part::Comment).collect::<Vec<_>>(), ["// it's"]);
}
