//! Archives read where they lie: the same answers as before they were archived, few bytes, whatever happens meanwhile.
// Both the binary's and the library's tools know the servers.

mod by_format;
mod cache;
mod damage;
mod equal;
mod few;
mod find;
mod formats;
mod meanwhile;
mod queries;

use crate::support::{cli, lab};

/// Messages of many kinds over `weeks` weeks: two long streams, many short ones, names and data that CSV has to quote, a
/// category that is rare, correlation streams, times that do not rise with positions, late messages.
pub fn mixed(weeks: usize, per_week: usize) -> String {
    let mut lines = String::new();
    let mut positions = std::collections::HashMap::<String, i64>::new();
    for i in 0..weeks * per_week {
        let stream = match i % 10 {
            0..4 => format!("account-{}", i % 2),
            4..8 => format!("order-{}", i * 7 % 50),
            8 if i % 130 == 8 => "rare-1".to_owned(),
            8 => format!("account-{}+{}", i % 5, i % 3),
            _ => format!("odd 'name', \"quoted\"\nand cut-{}", i % 4),
        };
        let position = positions.entry(stream.clone()).or_default();
        // Every 17th message is of the week before: its global position lies among later ones.
        let week = (i / per_week).saturating_sub(usize::from(i % 17 == 0));
        let micros = 1_357_171_200_000_000 + week as i64 * 604_800_000_000 + (i % per_week) as i64 * 1_000_001;
        let time = eventodb_admin::messages::rfc3339(chrono::DateTime::from_timestamp_micros(micros).unwrap());
        let data = match i % 7 {
            0 => "null".to_owned(),
            1 => "\"\"".to_owned(),
            2 => "123456789012345678901234567890.50".to_owned(),
            _ => format!("{{\"n\":{i},\"text\":\"a \\\"quote\\\", a comma,\\n ünïcode 🦀\"}}"),
        };
        let meta = match i % 3 {
            0 => "null".to_owned(),
            1 => format!("{{\"correlationStreamName\":\"order-{}\"}}", i % 9),
            _ => format!("{{\"correlationStreamName\":\"account-{}\"}}", i % 9),
        };
        let kind = ["Happened", "", "Clo,sed"][i % 3];
        lines.push_str(&format!(
            "{{\"id\":\"{}\",\"stream\":{},\"type\":\"{kind}\",\"pos\":{position},\"gpos\":{},\"data\":{data},\"meta\":{meta},\"time\":\"{time}\"}}\n",
            uuid::Uuid::from_u128(i as u128 + 1),
            serde_json::to_string(&stream).unwrap(),
            i + 1,
        ));
        *position += 1;
    }
    lines
}

/// A namespace with these messages.
pub fn filled(lines: &str) -> cli::Cli {
    let cli = cli::Cli::new();
    cli.run_with(&["messages", "import"], lines.as_bytes()).succeeds();
    let store = cli.store();
    cli.with("EVENTODB_STORE", &store)
}

/// What a run with `-v` says it has fetched from the store, and what it took from the cache.
pub fn fetched(out: &cli::Out) -> (u64, u64) {
    let note = out.stderr.lines().find(|l| l.contains(" bytes fetched in ")).unwrap_or_else(|| panic!("{out:?}"));
    let before = |mark: &str| note.split(mark).next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    (before(" bytes fetched"), before(" bytes from the cache"))
}

/// The data objects of a namespace's store.
pub fn objects(cli: &cli::Cli, ending: &str) -> Vec<std::path::PathBuf> {
    objects_below(cli.path("store"), ending)
}

/// The files below a folder.
pub fn objects_below(folder: std::path::PathBuf, ending: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
