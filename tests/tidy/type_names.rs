//! A type's name is unique in the crate.

use std::collections::BTreeMap;
use std::fs;

use super::{collect_code, none_of, root};

/// Returns the name at the head of a text, where it begins as types do.
fn name_of(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.starts_with(|c: char| c.is_ascii_uppercase()).then_some(&text[..end])
}

/// Returns the keyword and the name of a type that a line defines.
fn defined(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    let (keyword, rest) = line.split_once(' ')?;
    matches!(keyword, "struct" | "enum" | "union" | "trait" | "type").then_some((keyword, name_of(rest)?))
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line of `lines` lies in an `impl` or a `trait`, as an associated type does.
fn is_associated(lines: &[&str], at: usize) -> bool {
    let within = lines[..at].iter().rev().find(|line| {
        !line.trim().is_empty() && depth(line) < depth(lines[at]) && !matches!(line.trim(), "{" | "where")
    });
    within.is_some_and(|line| {
        line.trim_start().starts_with("impl") || defined(line).is_some_and(|(keyword, _)| keyword == "trait")
    })
}

/// Returns the types that a file defines, with the line of each.
fn types_of(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut types = Vec::new();
    let mut is_record = false;
    for (at, line) in lines.iter().enumerate() {
        is_record |= line.trim() == "record! {";
        if let Some((keyword, name)) = defined(line) {
            if keyword != "type" || !is_associated(&lines, at) {
                types.push((name.to_owned(), at + 1));
            }
        } else if is_record && let Some(name) = name_of(line.trim_start()) {
            types.push((name.to_owned(), at + 1));
            is_record = false;
        }
    }
    types
}

/// Returns a line for each name that is defined more than once, with the places.
fn doubled(files: &[(String, String)]) -> Vec<String> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        for (name, line) in types_of(text) {
            places.entry(name).or_default().push(format!("{path}:{line}"));
        }
    }
    places.retain(|_, places| places.len() > 1);
    places.into_iter().map(|(name, places)| format!("{name}: {}", places.join(", "))).collect()
}

#[test]
fn a_type_s_name_is_unique_in_the_crate() {
    let mut paths = Vec::new();
    collect_code(&root().join("src"), &mut paths);
    paths.sort();
    let text = |path: &std::path::PathBuf| {
        (path.strip_prefix(root()).unwrap().display().to_string(), fs::read_to_string(path).unwrap())
    };
    let files: Vec<_> = paths.iter().map(text).collect();
    assert!(files.iter().map(|(_, text)| types_of(text).len()).sum::<usize>() > 1000);
    none_of(&doubled(&files));
}

#[test]
fn a_name_that_is_given_twice_is_found() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let one = "pub struct Stream {\n    at: u64,\n}\n\nimpl FromStr for Stream\nwhere\n    Self: Sized,\n{\n    type Err = Error;\n}\n";
    let other =
        "impl FromStr for Page {\n    type Err = Error;\n}\n\nmod tests {\n    pub(super) type Stream = u64;\n}\n";
    let record =
        "record! {\n    /// A page.\n    Page {\n        at: u64,\n    }\n}\n\ntrait Reads {\n    type Item;\n}\n";
    let files =
        [file("one.rs", one), file("other.rs", other), file("record.rs", record), file("enum.rs", "enum Page {}")];
    assert_eq!(doubled(&files), ["Page: record.rs:3, enum.rs:1", "Stream: one.rs:1, other.rs:6"]);
}
