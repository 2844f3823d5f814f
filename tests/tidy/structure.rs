//! Folders use each other one way, and modules do not go round in circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::code::{Part, parts};
use super::{collect_code, none_of, read, root};

/// The folders and files of `src`, each of which may use those behind it. Those of one line do not use each other.
const LAYERS: [&[&str]; 14] = [
    &["main"],
    &["commands"],
    &["ui"],
    &["settings"],
    &["cli", "doctor", "report"],
    &["lifecycle", "serve", "fuzzed"],
    &["events", "stats"],
    &["migrate", "messages"],
    &["archive"],
    &["chunks", "namespace", "hooks", "store"],
    &["http_client", "failpoint"],
    &["db", "stop", "stream_name"],
    &["error", "timings"],
    &["text", "progress", "permissions", "about"],
];

/// A module's path from the crate's root: `archive::read::load`.
type Module = String;

/// The modules of the crate, each with the code of its file.
struct Crate {
    files: BTreeMap<Module, String>,
    /// What `pub use` gives on, by the module and the name, and the module that it comes from.
    given_on: BTreeMap<(Module, String), Module>,
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

/// Expands `a::{b, c::{d, e as f}}` into paths, each with the name that it is imported by.
fn expanded(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        return vec![tree.split(" as ").next().unwrap().trim().to_owned()];
    };
    let inner = tree[open + 1..].trim_end().strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let (mut depth, mut start, mut branches) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                branches.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&inner[start..]);
    let branches = branches.into_iter().filter(|branch| !branch.trim().is_empty());
    branches.flat_map(|branch| expanded(branch).into_iter().map(|end| format!("{}{end}", &tree[..open]))).collect()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The paths of a file that begin with `crate`, `super` or `self`, and whether the module gives each on.
fn paths(code: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for head in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(head) {
            let before = &code[..at];
            if before.ends_with(|c: char| is_word(c) || c == ':') {
                continue;
            }
            let line = before.rsplit(['\n', ';', '{', '}']).next().unwrap().trim();
            let rest = &code[at..];
            if line.ends_with("use") {
                let tree = &rest[..rest.find(';').unwrap()];
                found.extend(expanded(tree).into_iter().map(|path| (path, line.starts_with("pub"))));
            } else {
                let end = rest.find(|c: char| !is_word(c) && c != ':').unwrap_or(rest.len());
                found.push((rest[..end].to_owned(), false));
            }
        }
    }
    found
}

/// Resolves what a path begins with.
fn absolute(module: &str, path: &str) -> Vec<String> {
    let mut at = module.to_owned();
    let mut words = path.split("::").peekable();
    while let Some(word) = words.peek() {
        match *word {
            "crate" => at.clear(),
            "super" => at = parent(&at).to_owned(),
            "self" => {}
            _ => break,
        }
        words.next();
    }
    at.split("::").filter(|word| !word.is_empty()).chain(words).map(str::to_owned).collect()
}

impl Crate {
    fn read() -> Self {
        let mut files = BTreeMap::new();
        let src = root().join("src");
        let mut paths = Vec::new();
        collect_code(&src, &mut paths);
        for path in paths {
            let name = path.strip_prefix(&src).unwrap().with_extension("").display().to_string().replace('/', "::");
            let module = name.strip_suffix("::mod").unwrap_or(&name);
            if module == "lib" || module == "tests" || module.ends_with("::tests") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
            let code: String =
                parts(text).into_iter().filter(|(part, _)| *part == Part::Code).map(|(_, code)| code).collect();
            files.insert(module.to_owned(), code);
        }
        Self::of(files)
    }

    fn of(files: BTreeMap<Module, String>) -> Self {
        let mut this = Self { files, given_on: BTreeMap::new() };
        // Also `pub use part::Name;`, with the part below the module itself.
        for (module, code) in &this.files.clone() {
            for (at, _) in code.match_indices("use ") {
                let line = code[..at].rsplit(['\n', ';', '{', '}']).next().unwrap().trim();
                if !line.starts_with("pub") {
                    continue;
                }
                let tree = &code[at + 4..at + code[at..].find(';').unwrap()];
                for path in expanded(tree) {
                    let from = if ["crate", "super", "self"].contains(&path.split("::").next().unwrap()) {
                        absolute(module, &path)
                    } else {
                        absolute(module, &format!("self::{path}"))
                    };
                    let name = from.last().unwrap().clone();
                    if let Some(source) = this.holder(&from).filter(|source| source != module) {
                        this.given_on.insert((module.clone(), name), source);
                    }
                }
            }
        }
        this
    }

    /// The innermost module that a path names.
    fn holder(&self, path: &[String]) -> Option<Module> {
        (1..=path.len()).rev().map(|n| path[..n].join("::")).find(|module| self.files.contains_key(module))
    }

    /// The module that defines what a path names, through what others give on.
    fn definer(&self, path: &[String]) -> Option<Module> {
        let mut module = self.holder(path)?;
        let depth = module.split("::").count();
        if let Some(name) = path.get(depth) {
            while let Some(source) = self.given_on.get(&(module.clone(), name.clone())) {
                module.clone_from(source);
            }
        }
        Some(module)
    }

    /// Which modules each module uses; a façade uses nothing of what it gives on.
    fn arrows(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut arrows = BTreeMap::new();
        for (module, code) in &self.files {
            let used = paths(code)
                .into_iter()
                .filter(|(_, is_given_on)| !is_given_on)
                .filter_map(|(path, _)| self.definer(&absolute(module, &path)))
                .filter(|used| used != module)
                .collect();
            arrows.insert(module.clone(), used);
        }
        arrows
    }
}

/// The part of a module's path below `folder`, one word of it.
fn room<'a>(module: &'a str, folder: &str) -> Option<&'a str> {
    let below = if folder.is_empty() { module } else { module.strip_prefix(folder)?.strip_prefix("::")? };
    below.split("::").next()
}

/// Arrows between the rooms of a folder, each with one of the modules that draw it.
fn arrows_between(arrows: &BTreeMap<Module, BTreeSet<Module>>, folder: &str) -> BTreeMap<(String, String), String> {
    let mut between = BTreeMap::new();
    for (module, used) in arrows {
        for used in used {
            if let (Some(from), Some(to)) = (room(module, folder), room(used, folder))
                && from != to
            {
                between.entry((from.to_owned(), to.to_owned())).or_insert(format!("{module} uses {used}"));
            }
        }
    }
    between
}

/// What runs against an order, in which each room may use those of later places.
fn upwards(between: &BTreeMap<(String, String), String>, place: &dyn Fn(&str) -> Option<usize>) -> Vec<String> {
    let mut faults = Vec::new();
    for ((from, to), example) in between {
        match (place(from), place(to)) {
            (Some(above), Some(below)) if above < below => {}
            (Some(_), Some(_)) => faults.push(format!("{from} may not use {to}: {example}")),
            (None, _) => faults.push(format!("{from} has no place in the order")),
            (_, None) => faults.push(format!("{to} has no place in the order")),
        }
    }
    faults
}

#[test]
fn no_arrow_between_the_folders_of_src_points_upwards() {
    let arrows = Crate::read().arrows();
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 2000, "imports are read");
    let place = |room: &str| LAYERS.iter().position(|layer| layer.contains(&room));
    none_of(&upwards(&arrows_between(&arrows, ""), &place));
}

/// The wings as the table at the head of `src/archive/mod.rs` has them, the lowest first.
fn wings() -> Vec<String> {
    let head = read("src/archive/mod.rs");
    let (_, table) = head.split_once("//! | folder | what it does |").expect("a table of folders");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("//! |"));
    rows.flat_map(|row| row.split('|').nth(1).unwrap().split(',').map(|name| name.trim().trim_matches('`').to_owned()))
        .collect()
}

#[test]
fn each_wing_of_the_archive_uses_only_those_above_it_in_the_table() {
    let wings = wings();
    assert!(wings.len() > 10, "{wings:?}");
    let place = |room: &str| wings.iter().rev().position(|wing| wing == room);
    let mut between = arrows_between(&Crate::read().arrows(), "archive");
    between.retain(|(from, _), _| from != "fuzzed");
    none_of(&upwards(&between, &place));
}

/// A circle that goes through a module, where there is one.
fn circle(arrows: &BTreeMap<Module, BTreeSet<Module>>, from: &str) -> Option<Vec<Module>> {
    let mut came: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = vec![from];
    while let Some(at) = next.pop() {
        for used in arrows.get(at).into_iter().flatten() {
            if used == from {
                let mut way = vec![at.to_owned()];
                while let Some(before) = came.get(way.last().unwrap().as_str()) {
                    way.push((*before).to_owned());
                }
                return Some(way);
            }
            if !came.contains_key(used.as_str()) {
                came.insert(used, at);
                next.push(used);
            }
        }
    }
    None
}

/// A module and the parts below it are one to those outside: a part may use what its module defines.
fn family<'a>(module: &'a str, files: &BTreeMap<Module, String>) -> &'a str {
    let mut family = module;
    while !parent(family).is_empty() && !is_folder(parent(family), files) {
        family = parent(family);
    }
    family
}

/// Whether a module is a folder of equals, `mod.rs`, and no file with parts.
fn is_folder(module: &str, files: &BTreeMap<Module, String>) -> bool {
    files.contains_key(module) && root().join("src").join(module.replace("::", "/")).join("mod.rs").exists()
}

#[test]
fn modules_do_not_go_round_in_circles() {
    let all = Crate::read();
    let mut families: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, used) in all.arrows() {
        let from = family(&module, &all.files).to_owned();
        // A part of a folder may use what the folder's own file defines.
        let used = used.iter().filter(|used| !is_folder(used, &all.files)).map(|used| family(used, &all.files));
        let used: Vec<Module> = used.filter(|used| *used != from).map(str::to_owned).collect();
        families.entry(from).or_default().extend(used);
    }
    let mut faults: Vec<String> =
        families.keys().filter_map(|module| circle(&families, module)).map(|way| way.join(" <- ")).collect();
    faults.sort();
    none_of(&faults);
}

#[test]
fn an_arrow_upwards_and_a_circle_are_found() {
    let file = |name: &str, code: &str| (name.to_owned(), code.to_owned());
    let all = Crate::of(BTreeMap::from([
        file("low", "use crate::high::{self, part::Thing as Other, Kept};"),
        file("high", "mod part;\npub use part::{Thing, Kept};\nfn a() { crate::low::b() }"),
        file("high::part", "use super::super::low;"),
    ]));
    let arrows = all.arrows();
    let of = |module: &str| arrows[module].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((of("low"), of("high"), of("high::part")), (vec!["high", "high::part"], vec!["low"], vec!["low"]));
    let place = |room: &str| ["high", "low"].iter().position(|name| *name == room);
    assert_eq!(upwards(&arrows_between(&arrows, ""), &place).len(), 1);
    assert!(circle(&arrows, "low").is_some());
}
