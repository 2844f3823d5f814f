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

/// A word that a shell takes for one.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
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
