//! What the statements of all engines are made of: the archives, how their stores are reached, and the view.

use std::fmt::Write;

use chrono::Datelike;

use crate::db::queries::ledger::ArchiveRow;
use crate::store::StoreUrl;

/// How the service is reached, where it is not AWS itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its URL.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
}

/// How the services of several stores are reached.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// Of all stores but those below.
    pub shared: Service,
    /// Of stores that are reached by settings of their own.
    pub own: Vec<(StoreUrl, Service)>,
}

impl Services {
    pub(super) fn of(&self, store: &StoreUrl) -> &Service {
        self.own.iter().find(|(url, _)| url == store).map_or(&self.shared, |(_, service)| service)
    }
}

/// An archive to read.
pub(super) struct ArchiveFile<'a> {
    pub(super) archive: &'a ArchiveRow,
    pub(super) store: StoreUrl,
    pub(super) key: &'a str,
    pub(super) codec: &'a str,
}

impl ArchiveFile<'_> {
    /// Where an engine finds it.
    pub(super) fn address(&self) -> String {
        match &self.store {
            StoreUrl::S3 { .. } => format!("{}/{}", self.store, self.key),
            StoreUrl::File { dir } => dir.join(self.key).display().to_string(),
        }
    }

    pub(super) fn is_in_folder(&self) -> bool {
        matches!(self.store, StoreUrl::File { .. })
    }

    /// Whether the engine has all of the archive's times.
    pub(super) fn is_of_years(&self, (first, last): (i32, i32)) -> bool {
        let earliest = self.archive.first_time.unwrap_or(self.archive.range_start);
        let latest = self.archive.last_time.unwrap_or(self.archive.range_end);
        earliest.year() >= first && latest.year() <= last
    }
}

pub(super) fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The view that is made.
pub(super) struct View<'a> {
    pub(super) name: &'a str,
    /// Whether what comes may come twice, and is to be given once.
    pub(super) is_distinct: bool,
}

impl View<'_> {
    /// Begins the statement that makes it; `kind` is what the engine calls it.
    pub(super) fn begin(&self, sql: &mut String, kind: &str) {
        let distinct = if self.is_distinct { "SELECT DISTINCT * FROM (\n" } else { "" };
        let _ = write!(sql, "CREATE OR REPLACE {kind} {} AS\n{distinct}", name(self.name));
    }

    /// What follows the part with this number, of so many.
    pub(super) const fn behind(&self, part: usize, parts: usize) -> &'static str {
        match (part + 1 < parts, self.is_distinct) {
            (true, _) => "\nUNION ALL",
            (false, true) => "\n) AS messages;",
            (false, false) => ";",
        }
    }
}

pub(super) fn comment(sql: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(sql, "-- {line}");
    }
}

/// Sources that have one thing in common each, in the order of the sources.
pub(super) fn grouped<'s, 'a, K: PartialEq>(
    sources: &'s [ArchiveFile<'a>],
    key: impl Fn(&'s ArchiveFile<'a>) -> K,
) -> Vec<(K, Vec<&'s ArchiveFile<'a>>)> {
    let mut groups: Vec<(K, Vec<&ArchiveFile<'_>>)> = Vec::new();
    for source in sources {
        let key = key(source);
        match groups.iter_mut().find(|(own, _)| *own == key) {
            Some((_, group)) => group.push(source),
            None => groups.push((key, vec![source])),
        }
    }
    groups
}

/// A list of where they are, a line each, written as the engine has it, with what each is.
pub(super) fn listed(sources: &[&ArchiveFile<'_>], written: impl Fn(&str) -> String) -> String {
    let mut list = String::new();
    for (n, source) in sources.iter().enumerate() {
        let comma = if n + 1 < sources.len() { "," } else { "" };
        let (id, state) = (source.archive.id, source.archive.state);
        let _ = writeln!(list, "    {}{comma} -- archive {id}, {state}", text(&written(&source.address())));
    }
    list
}

/// The name of a table or a view of files that the view is made of.
pub(super) fn file_table(view: &str, n: usize) -> String {
    if n == 0 { format!("{view}_files") } else { format!("{view}_files_{}", n + 1) }
}
