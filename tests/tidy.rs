//! Holds what can drift where no compiler looks: links, lists of files, words, names of types, and commands in the documentation.
//!
//! It needs no server and nothing but the standard library, so it can be built alone:
//! `CARGO_MANIFEST_DIR=$PWD rustc --edition 2024 --test tests/tidy.rs -o target/tidy && target/tidy`. The commands are then
//! compared only where `EVENTODB_ADMIN` names a built program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::pedantic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/commands.rs"]
mod commands;
#[path = "tidy/messages.rs"]
mod messages;
#[path = "tidy/snapshots.rs"]
mod snapshots;
#[path = "tidy/structure.rs"]
mod structure;
#[path = "tidy/type_names.rs"]
mod type_names;

/// Pages outside of the book that follow STYLE.md. A page is added once it does.
const STYLED: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "STYLE.md"];

const MAX_README_LINES: usize = 200;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap_or_else(|e| panic!("{page}: {e}"))
}

/// Adds the files below a folder whose names end in `.md`, as paths from the root.
fn collect_pages(folder: &Path, pages: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !matches!(name, "target" | "node_modules") && (!name.starts_with('.') || name == ".github") {
                collect_pages(&path, pages);
            }
        } else if name.ends_with(".md") {
            pages.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
        }
    }
}

fn pages_below(folder: &str) -> Vec<String> {
    let mut pages = Vec::new();
    collect_pages(&root().join(folder), &mut pages);
    pages.sort();
    pages
}

/// The pages of the book.
fn book() -> Vec<String> {
    pages_below("docs").into_iter().filter(|page| page != "docs/SUMMARY.md").collect()
}

fn styled() -> Vec<String> {
    STYLED.iter().map(|page| (*page).to_owned()).chain(book()).collect()
}

/// A page in which every character outside of a kind of text is a blank; line breaks stay, so lines keep their numbers.
fn blanked(text: &str, keep: impl Fn(Kind) -> bool) -> String {
    let mut result = String::with_capacity(text.len());
    for (kind, piece) in pieces(text) {
        if keep(kind) {
            result.push_str(piece);
        } else {
            result.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
    }
    result
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Prose,
    InlineCode,
    CodeBlock,
    Comment,
}

/// Cuts a page into prose, inline code, code blocks and HTML comments.
fn pieces(text: &str) -> Vec<(Kind, &str)> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let at_line = at == 0 || text.as_bytes()[at - 1] == b'\n';
        let found = if at_line && rest.starts_with("```") {
            let close = rest.find("\n```").expect("a code block has an end") + 4;
            Some((Kind::CodeBlock, close))
        } else if rest.starts_with("<!--") {
            Some((Kind::Comment, rest.find("-->").expect("a comment has an end") + 3))
        } else if rest.starts_with('`') {
            let paragraph = rest.find("\n\n").unwrap_or(rest.len());
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            rest[ticks..paragraph].find(&rest[..ticks]).map(|end| (Kind::InlineCode, end + 2 * ticks))
        } else {
            None
        };
        if let Some((kind, length)) = found {
            pieces.push((Kind::Prose, &text[start..at]));
            pieces.push((kind, &text[at..at + length]));
            at += length;
            start = at;
        } else {
            at += rest.chars().next().unwrap().len_utf8();
        }
    }
    pieces.push((Kind::Prose, &text[start..]));
    pieces
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The targets of links, with the line of each.
fn links(text: &str) -> Vec<(usize, String)> {
    // Inline code may be the text of a link, but holds none.
    let prose = blanked(text, |kind| kind == Kind::Prose);
    prose
        .match_indices("](")
        .map(|(at, _)| {
            let target = &prose[at + 2..];
            let end = target.find(')').expect("a link has an end");
            (line_of(&prose, at), target[..end].to_owned())
        })
        .collect()
}

/// The anchors that GitHub and mdBook give to a page's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = BTreeSet::new();
    for line in blanked(text, |kind| matches!(kind, Kind::Prose | Kind::InlineCode)).lines() {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let anchor: String = title
            .trim()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let before = seen.entry(anchor.clone()).and_modify(|n| *n += 1).or_insert(0);
        anchors.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
    }
    anchors
}

/// A path from the root for a link on a page, or nothing where the link leaves the repository.
fn resolved(page: &str, target: &str) -> Option<PathBuf> {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(target).components() {
        match part {
            Component::ParentDir => {
                if !path.pop() {
                    return None;
                }
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    Some(path)
}

fn broken(page: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { Some(PathBuf::from(page)) } else { resolved(page, file) };
    let Some(path) = path else { return Some("it leaves the repository".into()) };
    let path = path.to_str().unwrap().to_owned();
    if !root().join(&path).exists() {
        return Some(format!("there is no {path}"));
    }
    if !anchor.is_empty() && !anchors(&read(&path)).contains(anchor) {
        return Some(format!("{path} has no heading for #{anchor}"));
    }
    None
}

fn none_of(faults: &[String]) {
    assert!(faults.is_empty(), "{} found:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_link_and_anchor_leads_somewhere() {
    let mut faults = Vec::new();
    for page in pages_below("") {
        let text = read(&page);
        for (line, target) in links(&text) {
            if let Some(why) = broken(&page, &target) {
                faults.push(format!("{page}:{line}: {target}: {why}"));
            }
        }
    }
    none_of(&faults);
}

#[test]
fn the_readme_is_read_to_its_end() {
    let lines = read("README.md").lines().count();
    assert!(
        lines <= MAX_README_LINES,
        "README.md has {lines} lines, {MAX_README_LINES} at most: move the rest into docs/"
    );
}

#[test]
fn the_summary_names_every_page_of_the_book_once() {
    let named: Vec<String> =
        links(&read("docs/SUMMARY.md")).into_iter().map(|(_, page)| format!("docs/{page}")).collect();
    let times = |page: &String| named.iter().filter(|other| *other == page).count();
    let book = book();
    let mut faults: Vec<String> = book
        .iter()
        .filter(|page| times(page) != 1)
        .map(|page| format!("docs/SUMMARY.md names {page} {} times", times(page)))
        .collect();
    faults
        .extend(named.iter().filter(|page| !book.contains(page)).map(|page| format!("{page} is no page of the book")));
    none_of(&faults);
}

/// Whether a word is a file's or a folder's name in the repository, and no pattern of one.
fn is_path(word: &str) -> bool {
    const TOPS: [&str; 11] = [
        "src/",
        "tests/",
        "migrations/",
        "docs/",
        "bin/",
        "packaging/",
        "examples/",
        "benches/",
        "fuzz/",
        ".ci/",
        ".github/",
    ];
    TOPS.iter().any(|top| word.starts_with(top))
        && !["NNN", "NAME", "NOUN", "FILE", "*"].iter().any(|p| word.contains(p))
}

#[test]
fn the_files_that_pages_name_exist() {
    let mut faults = Vec::new();
    for page in styled() {
        let text = read(&page);
        // The figures of ARCHITECTURE.md are code blocks; elsewhere these show output.
        let code =
            blanked(&text, |kind| kind == Kind::InlineCode || (page == "ARCHITECTURE.md" && kind == Kind::CodeBlock));
        for (number, line) in code.lines().enumerate() {
            for word in line.split(|c: char| c.is_whitespace() || matches!(c, '`' | ',' | '(' | ')' | ';')) {
                if is_path(word) && !root().join(word).exists() {
                    faults.push(format!("{page}:{}: there is no {word}", number + 1));
                }
            }
        }
    }
    none_of(&faults);
}

/// The phrases of STYLE.md's deny list.
static DENIED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let style = read("STYLE.md");
    let (_, list) = style.split_once("## Deny list").expect("STYLE.md has a deny list");
    let denied: Vec<String> = list.lines().filter_map(|line| line.strip_prefix("- ")).map(str::to_lowercase).collect();
    assert!(denied.len() > 5, "{denied:?}");
    denied
});

/// A page's prose in lower case with single blanks, also where a line ends, and the line of each byte.
fn flowing(text: &str) -> (String, Vec<usize>) {
    let (mut flow, mut lines) = (String::new(), Vec::new());
    for (number, line) in text.lines().enumerate() {
        for word in line.split_whitespace() {
            flow.push(' ');
            flow.push_str(&word.to_lowercase());
            lines.resize(flow.len(), number + 1);
        }
    }
    (flow, lines)
}

/// Returns the phrases of the deny list that a text has, with the line of each.
fn denied_in(text: &str) -> Vec<(usize, String)> {
    let (flow, lines) = flowing(text);
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut found = Vec::new();
    for phrase in DENIED.iter() {
        for (at, word) in flow.match_indices(phrase.as_str()) {
            if edge(flow[..at].chars().next_back()) && edge(flow[at + word.len()..].chars().next()) {
                found.push((lines[at], phrase.clone()));
            }
        }
    }
    found
}

#[test]
fn no_page_has_words_of_the_deny_list() {
    let mut faults = Vec::new();
    for page in styled() {
        let text = read(&page);
        let text = if page == "STYLE.md" { text.split_once("## Deny list").unwrap().0 } else { &text };
        let found = denied_in(&blanked(text, |kind| kind == Kind::Prose));
        faults.extend(found.into_iter().map(|(line, phrase)| format!("{page}:{line}: {phrase}")));
    }
    none_of(&faults);
}

#[test]
fn the_sessions_of_the_readme_are_those_of_the_book() {
    let book: BTreeSet<String> =
        book().iter().flat_map(|page| read(page).lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let readme = read("README.md");
    let mut faults = Vec::new();
    for (kind, block) in pieces(&readme) {
        if kind == Kind::CodeBlock && block.starts_with("```console") {
            faults.extend(block.lines().skip(1).filter(|line| !book.contains(*line)).map(str::to_owned));
        }
    }
    none_of(&faults);
}

/// Adds the files below a folder whose names end in `.rs`.
fn collect_code(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_code(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn no_file_of_code_has_more_than_500_lines() {
    let mut files = Vec::new();
    for folder in ["src", "tests", "examples"] {
        collect_code(&root().join(folder), &mut files);
    }
    let lines = |path: &Path| fs::read_to_string(path).unwrap().lines().count();
    let long = files.iter().map(|path| (path, lines(path))).filter(|(_, lines)| *lines > 500);
    none_of(&long.map(|(path, lines)| format!("{}: {lines} lines", path.display())).collect::<Vec<_>>());
}
