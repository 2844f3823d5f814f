//! The program's messages and help texts have no words of the deny list.

use std::fs;

use super::code::{Part, parts};
use super::{collect_code, denied_in, none_of, root};

/// Literals that are names and no prose: an effect's name stays as it is.
fn is_prose(literal: &str) -> bool {
    literal.contains(' ')
}

/// What a user reads of a file: its messages, and in `src/cli` the help texts, which are doc comments.
pub fn shown<'a>(path: &str, text: &'a str) -> Vec<(usize, &'a str)> {
    // A module of tests lies at a file's end.
    let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
    let is_help = path.starts_with("src/cli/");
    let (mut shown, mut line) = (Vec::new(), 1);
    for (part, piece) in parts(text) {
        let is_shown = match part {
            Part::Literal => is_prose(piece),
            Part::Comment => is_help && piece.starts_with("///"),
            Part::Code => false,
        };
        if is_shown {
            shown.push((line, piece));
        }
        line += piece.matches('\n').count();
    }
    shown
}

#[test]
fn no_message_and_no_help_has_words_of_the_deny_list() {
    let mut paths = Vec::new();
    collect_code(&root().join("src"), &mut paths);
    paths.sort();
    let mut faults = Vec::new();
    let mut messages = 0;
    for path in paths.iter().filter(|path| !path.ends_with("tests.rs")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for (line, piece) in shown(&name, &fs::read_to_string(path).unwrap()) {
            messages += 1;
            let found = denied_in(&piece.replace("\\\n", " "));
            faults.extend(found.into_iter().map(|(below, phrase)| format!("{name}:{}: {phrase}", line + below - 1)));
        }
    }
    assert!(messages > 3000, "{messages}");
    none_of(&faults);
}

#[test]
fn a_denied_word_in_a_message_is_found() {
    let text =
        "fail(\"it is made \\\n  anew\"); put(\"put-anew\"); // anew\n\n#[cfg(test)]\nmod tests {\n  (\"made anew\")";
    let found: Vec<_> = shown("src/a.rs", text)
        .into_iter()
        .map(|(line, piece)| (line, denied_in(&piece.replace("\\\n", " "))))
        .collect();
    assert_eq!(found, [(1, vec![(1, "anew".to_owned())])]);
    assert_eq!(shown("src/cli/a.rs", "/// Make it anew\nArchive,").len(), 1);
}
