//! What is asked of characters in names and texts that people read.

use std::borrow::Cow;

/// Whether a character moves a terminal's cursor, turns the direction of what follows, or is not shown at all.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Text without what would have it look like other text.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(is_unprintable) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| if is_unprintable(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}

/// The first so many characters of a text; where some are left out, it says how many there were.
pub(crate) fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}… (cut: it has {} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
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

/// A word that a shell takes for one.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A store's URL as a word of a shell: as it is where no shell makes anything of its characters. Whoever sets a policy writes it, and
/// somebody else pastes the command that a hint names.
pub(crate) fn shell_url(url: &impl std::fmt::Display) -> String {
    let text = url.to_string();
    let is_plain = !text.starts_with('-')
        && text.chars().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '@' | '%' | '+' | ',' | '=')
        });
    if is_plain && !text.is_empty() { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// A text without secrets in it that can be told by their form: passwords of URLs, and private keys of age.
pub(crate) fn without_passwords(text: &str) -> Cow<'_, str> {
    match without_passwords_of_urls(text) {
        Cow::Borrowed(text) => without_identities(text),
        Cow::Owned(text) => Cow::Owned(without_identities(&text).into_owned()),
    }
}

/// How a private key of age begins, in capital letters or in small ones.
const IDENTITY: &str = "age-secret-key-";

/// A text without the private keys of age in it: `AGE-SECRET-KEY-***`.
fn without_identities(text: &str) -> Cow<'_, str> {
    let small = text.to_ascii_lowercase();
    if !small.contains(IDENTITY) {
        return Cow::Borrowed(text);
    }
    let (mut out, mut from) = (String::new(), 0);
    while let Some(at) = small[from..].find(IDENTITY) {
        let key = from + at + IDENTITY.len();
        let end =
            small[key..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(small.len(), |end| key + end);
        out.push_str(&text[from..key]);
        out.push_str("***");
        from = end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// A text without the passwords of URLs in it: `postgres://user:***@host/db`. What is one is not known of every word that a user
/// gives; so all that is printed as a note, a warning or an error goes through here, wherever the word was given.
fn without_passwords_of_urls(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')).unwrap_or(after.len());
        out.push_str(before);
        out.push_str(&masked_url(&after[..end]));
        rest = &after[end..];
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What follows a URL's scheme. A password may hold any character but white space: it ends with the last `@`.
fn masked_url(url: &str) -> String {
    let user = url.find([':', '@', '/', '?', '#']).filter(|at| url[*at..].starts_with(':'));
    let mut masked = match (user, url.rfind('@')) {
        (Some(colon), Some(end)) if colon < end => format!("{}:***{}", &url[..colon], &url[end..]),
        _ => url.to_owned(),
    };
    let mut from = 0;
    while let Some(at) = masked[from..].find("password=") {
        let value = from + at + "password=".len();
        let end = masked[value..].find(['&', '#']).map_or(masked.len(), |end| value + end);
        masked.replace_range(value..end, "***");
        from = value;
    }
    masked
}

/// The program's name, as commands in hints begin.
const PROGRAM: &str = "eventodb-admin ";

/// What works on one namespace, and on the default one where none is named.
const OF_A_NAMESPACE: [&str; 9] =
    ["archives", "chunks", "coverage", "doctor", "drill", "holds", "lifecycle", "policy", "report"];

/// A hint whose commands name the namespace that it is about: it is read where nobody sees which one the run was at.
pub(crate) fn with_namespace(hint: &str, namespace: &str) -> String {
    let mut parts = hint.split(PROGRAM);
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        told.push_str(PROGRAM);
        let noun = part.split_whitespace().next().unwrap_or_default();
        if OF_A_NAMESPACE.contains(&noun) && !part.contains("--all-namespaces") {
            told.extend(["-n ", &shell_word(namespace), " "]);
        }
        told.push_str(part);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_command_is_one_word_of_a_shell() {
        assert_eq!(shell_word("flights-2013"), "flights-2013");
        assert_eq!(shell_word("a b'; rm -rf"), "'a b'\\''; rm -rf'");
        assert_eq!(shell_word("-x"), "'-x'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn a_url_in_a_command_is_one_word_of_a_shell_that_does_nothing() {
        for plain in ["file:///srv/archives", "s3://events/a=b/2013"] {
            assert_eq!(shell_url(&plain), plain);
        }
        for (url, word) in [
            ("file:///x;touch$IFS/tmp/p;", "'file:///x;touch$IFS/tmp/p;'"),
            ("file:///it's", "'file:///it'\\''s'"),
            ("file:///a b", "'file:///a b'"),
            ("-x", "'-x'"),
            ("", "''"),
        ] {
            assert_eq!(shell_url(&url), word);
        }
    }

    #[test]
    fn the_beginning_of_a_text_says_that_it_is_one() {
        assert_eq!(beginning("äöü", 3), "äöü");
        assert_eq!(beginning("äöü", 2), "äö… (cut: it has 3 characters)");
        assert_eq!(beginning("", 0), "");
    }

    #[test]
    fn a_url_in_a_text_shows_no_password_whatever_characters_it_has() {
        for (text, told) in [
            ("no \"postgres://u:secret@h:5432/db\", nor s3://b/x", "no \"postgres://u:***@h:5432/db\", nor s3://b/x"),
            ("file://u:a/b@c:d@host/dir x@y", "file://u:***@host/dir x@y"),
            ("postgres://:secret@h", "postgres://:***@h"),
            (
                "postgres://h/db?user=u&password=secret&sslpassword=s#f",
                "postgres://h/db?user=u&password=***&sslpassword=***#f",
            ),
            (
                "postgres://u@h:5432/db, s3://b/a:b@c, http://h:80/a@b",
                "postgres://u@h:5432/db, s3://b/a:b@c, http://h:***@b",
            ),
            ("nothing: a@b", "nothing: a@b"),
            ("", ""),
        ] {
            assert_eq!(without_passwords(text), told);
        }
    }

    #[test]
    fn a_private_key_in_a_text_is_not_shown() {
        for (text, told) in [
            ("no 'AGE-SECRET-KEY-1QQQSECRET' for --add", "no 'AGE-SECRET-KEY-***' for --add"),
            ("age-secret-key-1qqqsecret", "age-secret-key-***"),
            ("ä AGE-SECRET-KEY-PQ-1QQ, AGE-SECRET-KEY-1QQ", "ä AGE-SECRET-KEY-***, AGE-SECRET-KEY-***"),
            ("file://u:s@h AGE-SECRET-KEY-1QQ", "file://u:***@h AGE-SECRET-KEY-***"),
            ("age1qqq is a recipient", "age1qqq is a recipient"),
        ] {
            assert_eq!(without_passwords(text), told);
        }
    }

    #[test]
    fn commands_of_a_hint_name_the_namespace_that_they_are_about() {
        let told = |hint| with_namespace(hint, "carts");
        assert_eq!(
            told("mount it; else: eventodb-admin policy set --remove-copy U, eventodb-admin archives sync"),
            "mount it; else: eventodb-admin -n carts policy set --remove-copy U, eventodb-admin -n carts archives sync"
        );
        for whole in [
            "eventodb-admin -n carts coverage",
            "eventodb-admin namespaces upgrade carts",
            "eventodb-admin lifecycle history --all-namespaces lists them",
            "the eventodb-admin that made it",
            "",
        ] {
            assert_eq!(told(whole), whole);
        }
    }
}
