//! What users read of the program is also in `tests/snapshots`, so that a change of words is seen where a change is read.
//!
//! `EVENTODB_TEST_WRITE_SNAPSHOTS=1 bin/test snapshots` writes the files again.

use std::collections::BTreeMap;
use std::fs;

use super::commands::PROGRAM;
use super::{collect_code, messages, none_of, root};

/// Words with which a statement begins: SQL is no message.
const STATEMENTS: [&str; 22] = [
    "ALTER ",
    "ANALYZE ",
    "BEGIN ",
    "CALL ",
    "COMMENT ",
    "COMMIT",
    "COPY ",
    "CREATE ",
    "DECLARE ",
    "DELETE ",
    "DO ",
    "DROP ",
    "FETCH ",
    "GRANT ",
    "INSERT ",
    "LOCK ",
    "REVOKE ",
    "SELECT ",
    "SET ",
    "TRUNCATE ",
    "UPDATE ",
    "WITH ",
];

/// The line above the flags that all commands have.
const GLOBAL: &str = "Global options:\n";

/// The snapshots of a folder: a file's name and its text.
type Snapshots = BTreeMap<String, String>;

/// A literal as it is read: on one line, without quotes and the breaks of a source line.
fn one_line(literal: &str) -> String {
    let text = literal.trim_start_matches(['r', 'b', '#']).trim_end_matches('#');
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let mut lines = text.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |text, line| text + line.trim_start()).replace('\n', "\\n")
}

/// Two words at least: a list of settings or a format is no message.
fn has_words(text: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_lowercase);
    text.split([' ', ',', ':', ';', '.', '(', ')']).filter(is_word).nth(1).is_some()
}

/// Modules whose literals are SQL.
fn is_sql(path: &str) -> bool {
    path.starts_with("src/db/queries") || path == "src/db/queries.rs"
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start_matches(['(', ' ']);
    STATEMENTS.iter().any(|word| text.starts_with(word))
}

/// The messages of all modules, a file for each folder of `src`.
fn messages() -> Snapshots {
    let mut paths = Vec::new();
    collect_code(&root().join("src"), &mut paths);
    paths.sort();
    let mut snapshots = Snapshots::new();
    for path in paths.iter().filter(|path| !path.ends_with("tests.rs")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if is_sql(&name) {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let literals: Vec<_> = messages::shown(&name, &text)
            .into_iter()
            .filter(|(_, piece)| !piece.starts_with("///"))
            .map(|(_, piece)| one_line(piece))
            .filter(|text| has_words(text) && !is_statement(text))
            .collect();
        if literals.is_empty() {
            continue;
        }
        let below = name.strip_prefix("src/").unwrap();
        let folder = below.split_once('/').map_or("src", |(folder, _)| folder);
        let snapshot = snapshots.entry(format!("{folder}.txt")).or_default();
        snapshot.push_str(&format!("# {name}\n{}\n\n", literals.join("\n")));
    }
    snapshots
}

/// The help texts of the commands, a file for each noun.
fn helps() -> Option<Snapshots> {
    let program = PROGRAM.as_ref()?;
    let mut snapshots = Snapshots::new();
    for (command, help) in &program.helps {
        let noun = command.split(' ').next().unwrap_or_default();
        // Flags that all commands have stand in one file.
        let (own, rest) = help.split_at(help.find(GLOBAL).unwrap_or(help.len()));
        let ends = rest[..].match_indices("\n\n").find(|(at, _)| !rest[at + 2..].starts_with(' '));
        let (global, examples) = rest.split_at(ends.map_or(rest.len(), |(at, _)| at + 1));
        let known = snapshots.entry("global.txt".into()).or_insert_with(|| global.to_owned());
        let global = if global == known { "" } else { global };
        let text = format!("$ eventodb-admin {command} --help\n{own}{global}{examples}\n");
        snapshots.entry(format!("{noun}.txt")).or_default().push_str(&text);
    }
    Some(snapshots)
}

/// Compares snapshots with the files of a folder, or writes them.
fn compare(folder: &str, snapshots: &Snapshots) {
    let folder = root().join("tests/snapshots").join(folder);
    if std::env::var_os("EVENTODB_TEST_WRITE_SNAPSHOTS").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in snapshots {
            fs::write(folder.join(name), text).unwrap();
        }
        return;
    }
    let mut faults = Vec::new();
    for (name, text) in snapshots {
        let path = folder.join(name);
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let differs = text.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
        match differs {
            Some((now, kept)) => faults.push(format!("{}: now {now:?}, in the file {kept:?}", path.display())),
            None if *text != kept => faults.push(format!("{}: one is longer", path.display())),
            None => {}
        }
    }
    let files =
        fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    faults.extend(files.filter(|name| !snapshots.contains_key(name)).map(|name| format!("{name}: has no source")));
    if !faults.is_empty() {
        faults.push(
            "EVENTODB_TEST_WRITE_SNAPSHOTS=1 bin/test snapshots writes the files again; read what changed".into(),
        );
    }
    none_of(&faults);
}

#[test]
fn messages_are_as_their_snapshots_have_them() {
    compare("messages", &messages());
}

#[test]
fn help_texts_are_as_their_snapshots_have_them() {
    let Some(helps) = helps() else {
        eprintln!("no program: EVENTODB_ADMIN names none");
        return;
    };
    compare("help", &helps);
}

#[test]
fn a_message_is_one_line_of_its_snapshot() {
    assert_eq!(one_line("\"cannot read \\\n      {name}\""), "cannot read {name}");
    assert_eq!(one_line("r#\"a\n\"b\" c\"#"), "a\\n\"b\" c");
    assert!(is_statement("SELECT 1 FROM a") && is_statement("(SELECT 1)") && !is_statement("a SELECT fails"));
    assert!(has_words("the {} fails") && !has_words("ISO, YMD, {}") && !has_words("{} ({})"));
}
