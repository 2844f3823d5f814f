//! Commands of hints, for the namespace that the command line has named.

use std::borrow::Cow;

use crate::text::shell_word;

/// The program, as hints name it.
const PROGRAM: &str = "eventodb-admin ";

/// Verbs that work on one namespace, which `-n` names.
const VERBS: [&str; 12] = [
    "archives",
    "categories",
    "chunks",
    "coverage",
    "doctor",
    "drill",
    "holds",
    "lifecycle",
    "messages",
    "policy",
    "stats",
    "streams",
];

/// A hint whose commands name the namespace, so that they mean it when they are run as they stand.
pub(super) fn to<'h>(hint: &'h str, namespace: Option<&str>) -> Cow<'h, str> {
    let Some(namespace) = namespace.filter(|_| hint.contains(PROGRAM)) else { return Cow::Borrowed(hint) };
    let mut parts = hint.split(PROGRAM);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(PROGRAM);
        let verb = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let command = part.split(['`', ';', ':', ',']).next().unwrap_or_default();
        if VERBS.contains(&verb) && !command.contains("--all-namespaces") {
            text.push_str("-n ");
            text.push_str(&shell_word(namespace));
            text.push(' ');
        }
        text.push_str(part);
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_name_the_namespace_that_was_named_and_other_words_stay() {
        let of = |hint| to(hint, Some("my shop")).into_owned();
        assert_eq!(
            of("eventodb-admin policy show; then `eventodb-admin archives list`"),
            "eventodb-admin -n 'my shop' policy show; then `eventodb-admin -n 'my shop' archives list`"
        );
        for same in [
            "eventodb-admin namespaces list shows them",
            "a newer eventodb-admin was here",
            "eventodb-admin -n other policy show",
            "eventodb-admin lifecycle run --all-namespaces, by a timer",
        ] {
            assert_eq!(of(same), same);
        }
        assert_eq!(to("eventodb-admin policy show", None), "eventodb-admin policy show");
    }
}
