//! Commands and flags in the documentation are those of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use super::{Kind, book, line_of, none_of, pieces, read, styled};

/// Flags of other programs that a page names without the program: `examples/read_archive.py`.
const OTHERS_FLAGS: [&str; 1] = ["--frame"];

/// The help texts of the program's commands: by `NOUN VERB`, or `NOUN` for those without verbs.
pub struct Program {
    pub helps: BTreeMap<String, String>,
    /// Names that a command can begin with, and the noun that each means.
    nouns: BTreeMap<String, String>,
}

pub static PROGRAM: LazyLock<Option<Program>> = LazyLock::new(Program::find);

impl Program {
    fn find() -> Option<Self> {
        let built = option_env!("CARGO_BIN_EXE_eventodb-admin").map(str::to_owned);
        let path = built.or_else(|| std::env::var("EVENTODB_ADMIN").ok())?;
        let help = |words: &[&str]| {
            // Neither a variable of the user nor the width of a terminal is in a help text.
            let run = Command::new(&path).env_clear().args(words).arg("--help").output().expect("the program runs");
            assert!(run.status.success(), "{words:?}");
            String::from_utf8(run.stdout).unwrap()
        };
        let mut program = Self { helps: BTreeMap::new(), nouns: BTreeMap::new() };
        for (noun, about) in commands_of(&help(&[])) {
            let text = help(&[&noun]);
            for (verb, _) in commands_of(&text) {
                program.helps.insert(format!("{noun} {verb}"), help(&[&noun, &verb]));
            }
            program.helps.insert(noun.clone(), text);
            if let Some((_, alias)) = about.split_once("[alias: ") {
                program.nouns.insert(alias.trim_end_matches(']').to_owned(), noun.clone());
            }
            program.nouns.insert(noun.clone(), noun);
        }
        Some(program)
    }

    /// What is wrong with a command's words, without the program's name.
    fn fault(&self, words: &[String]) -> Option<String> {
        // Global flags may come first, with a value each.
        let first = words.iter().position(|word| self.nouns.contains_key(word))?;
        let noun = &self.nouns[&words[first]];
        let verb = words[first + 1..].iter().find(|word| self.helps.contains_key(&format!("{noun} {word}")));
        let has_verbs = self.helps.keys().any(|name| name.starts_with(&format!("{noun} ")));
        let help = match verb {
            Some(verb) => &self.helps[&format!("{noun} {verb}")],
            None if has_verbs && words.get(first + 1).is_some_and(|word| word.starts_with(char::is_alphabetic)) => {
                return Some(format!("{noun} has no verb {}", words[first + 1]));
            }
            None => &self.helps[noun],
        };
        words.iter().find_map(|word| {
            let flag = word.split('=').next().unwrap();
            (is_flag(flag) && !has_flag(help, flag)).then(|| format!("{noun} {} has no {flag}", verb.map_or("", |v| v)))
        })
    }
}

/// The commands that a help text lists, and what it says of each.
fn commands_of(help: &str) -> Vec<(String, String)> {
    let Some((_, list)) = help.split_once("Commands:\n") else { return Vec::new() };
    list.lines()
        .take_while(|line| !line.is_empty())
        // What goes on in a second line is indented further.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(name, about)| (name.to_owned(), about.to_owned()))
        .filter(|(name, _)| name != "help")
        .collect()
}

fn is_flag(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn has_flag(help: &str, flag: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || c == '-'));
    help.match_indices(flag).any(|(at, _)| ends(help[at + flag.len()..].chars().next()))
}

/// A command line's words up to a pipe, a redirection or a comment; quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if matches!(c, '|' | '>' | '#' | ';' | '&' | '(' | ')') => break,
            None if c.is_whitespace() => words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty())),
            None => word.push(c),
        }
    }
    words.extend(Some(word).filter(|w| !w.is_empty()));
    words
}

/// The commands of a code block, with the line of each within it. In a session they follow the prompt.
fn commands_in(block: &str) -> Vec<(usize, Vec<String>)> {
    let prompt = block.starts_with("```console");
    let (mut commands, mut unfinished) = (Vec::new(), String::new());
    for (number, line) in block.lines().enumerate() {
        if prompt && unfinished.is_empty() && !line.starts_with("$ ") {
            continue;
        }
        if let Some(line) = line.strip_suffix('\\') {
            unfinished.push_str(line);
            continue;
        }
        unfinished.push_str(line);
        let line = std::mem::take(&mut unfinished);
        if let Some((_, command)) = line.split_once("eventodb-admin ") {
            commands.push((number, words(command)));
        }
    }
    commands
}

/// Commands of the program on a page: in code blocks, and in inline code, where the program's name may be left out.
fn commands_on(text: &str, program: &Program) -> Vec<(usize, Vec<String>)> {
    let (mut commands, mut at) = (Vec::new(), 0);
    for (kind, piece) in pieces(text) {
        let line = line_of(text, at);
        if kind == Kind::CodeBlock {
            commands.extend(commands_in(piece).into_iter().map(|(number, words)| (line + number, words)));
        } else if kind == Kind::InlineCode {
            let all = words(piece.trim_matches('`'));
            let named = all.first().is_some_and(|word| word == "eventodb-admin");
            let words = if named { all[1..].to_vec() } else { all };
            if named || words.first().is_some_and(|word| program.nouns.contains_key(word)) {
                commands.push((line, words));
            }
        }
        at += piece.len();
    }
    commands
}

#[test]
fn every_command_in_the_documentation_exists() {
    let Some(program) = &*PROGRAM else {
        eprintln!("no program: EVENTODB_ADMIN names none");
        return;
    };
    let (mut faults, mut seen) = (Vec::new(), 0);
    for page in styled().into_iter().chain(["SECURITY.md".into(), "CHANGELOG.md".into()]) {
        for (line, words) in commands_on(&read(&page), program) {
            seen += 1;
            if let Some(fault) = program.fault(&words) {
                faults.push(format!("{page}:{line}: {}: {fault}", words.join(" ")));
            }
        }
    }
    assert!(seen > 100, "{seen}");
    none_of(&faults);
}

#[test]
fn every_flag_in_the_documentation_is_one_of_the_program() {
    let Some(program) = &*PROGRAM else {
        eprintln!("no program: EVENTODB_ADMIN names none");
        return;
    };
    let verbs: BTreeSet<&str> =
        program.helps.keys().filter_map(|name| name.split_once(' ')).map(|(_, verb)| verb).collect();
    let mut faults = Vec::new();
    for page in book() {
        let (text, mut at) = (read(&page), 0);
        for (kind, piece) in pieces(&text) {
            let words = words(piece.trim_matches('`'));
            // Flags of other programs follow their names.
            let ours = words.first().is_some_and(|word| is_flag(word) || verbs.contains(word.as_str()));
            if kind == Kind::InlineCode && ours {
                let known = |flag: &str| {
                    OTHERS_FLAGS.contains(&flag) || program.helps.values().any(|help| has_flag(help, flag))
                };
                let flags = words.iter().map(|word| word.split(['=', '[']).next().unwrap());
                faults.extend(
                    flags
                        .filter(|flag| is_flag(flag) && !known(flag))
                        .map(|flag| format!("{page}:{}: {flag}", line_of(&text, at))),
                );
            }
            at += piece.len();
        }
    }
    none_of(&faults);
}
