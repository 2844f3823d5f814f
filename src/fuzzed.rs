//! What reads bytes that come from outside, as the fuzzers in `fuzz/` call it. Each function takes any bytes, and panics where
//! something that must hold of them does not. The tests below play what the fuzzers have collected.

use crate::archive::fuzzed as archive;
use crate::db::conninfo::{self, ConnInfo};
use crate::db::queries::messages::MessageRow;
use crate::messages::{Source, write_line};

/// A manifest from a store: what is taken in is written as it was read.
pub fn manifest(bytes: &[u8]) {
    archive::manifest(bytes);
}

/// A stream list from a store: the first line is what is looked for. The answer does not depend on how the list is cut.
pub fn stream_list(bytes: &[u8]) {
    archive::stream_list(bytes);
}

/// The CSV of an archive: every way of reading it finds the same rows and fields, however it is cut.
pub fn csv(bytes: &[u8]) {
    archive::csv(bytes);
}

/// A URL or `key=value` string: what may be shown of it is the same whatever its password is.
pub fn conninfo(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let shown = conninfo::masked(text);
    assert_eq!(shown, conninfo::masked_with_another_password(text), "a password is shown");
    let Some(info) = resolved(text) else { return };
    assert!(shown.is_some(), "what can be used can be shown");
    let mut other = info.clone();
    for endpoint in &mut other.endpoints {
        endpoint.password = endpoint.password.as_ref().map(|_| "another".to_owned().into());
    }
    assert_eq!(info.shown(), other.shown(), "a password is shown");
    // The same by its text, where the password stands in it once and as it is: what is read wrongly is then read otherwise.
    for password in info.endpoints.iter().filter_map(|endpoint| endpoint.password.as_ref()) {
        let password = password.reveal();
        let another = "Q".repeat(password.len());
        let changed = text.replace(password, &another);
        let is_it = |info: &ConnInfo| {
            info.endpoints.iter().all(|endpoint| endpoint.password.as_ref().is_some_and(|p| p.reveal() == another))
        };
        if text.matches(password).count() == 1 && resolved(&changed).as_ref().is_some_and(is_it) {
            assert_eq!(shown, conninfo::masked(&changed), "a password is shown");
        }
    }
}

/// What is connected to by a URL or `key=value` string. What names a file is not followed: a fuzzer would come upon devices and
/// pipes.
fn resolved(text: &str) -> Option<ConnInfo> {
    if ["service", "passfile", "ssl"].iter().any(|name| text.contains(name)) {
        return None;
    }
    ConnInfo::resolve(Some(text), &|name| (name == "PGUSER").then(|| "u".to_owned())).ok()
}

/// NDJSON to be imported, plain or compressed: a message that is taken is written and read again as the same message.
pub fn ndjson(bytes: &[u8]) {
    let read = |bytes: &[u8]| -> Vec<MessageRow> {
        let Ok(mut source) = Source::from_reader(std::io::Cursor::new(bytes.to_vec()), "a fuzzer") else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        let mut size = 0;
        // A few bytes can be gigabytes when they are unpacked.
        while size < 1 << 20 {
            let Ok(Some(line)) = source.next_line() else { break };
            let json = |json: Option<Box<serde_json::value::RawValue>>| json.map(|json| json.get().to_owned());
            let (position, global_position) = line.place.unwrap_or((0, 1));
            let row = MessageRow {
                id: line.id.to_string(),
                stream_name: line.stream.as_str().to_owned(),
                message_type: line.message_type,
                position,
                global_position,
                data: json(line.data),
                metadata: json(line.metadata),
                time: line.time.unwrap_or_default(),
            };
            size += 100 + row.json_bytes();
            rows.push(row);
        }
        rows
    };
    let written = |rows: &[MessageRow]| {
        let mut lines = Vec::new();
        for row in rows {
            write_line(&mut lines, row).expect("memory takes it");
        }
        lines
    };
    let first = written(&read(bytes));
    let again = read(&first);
    assert!(first == written(&again), "a message has changed");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `target` with each file that `fuzz/corpus` has for it.
    fn play(name: &str, target: fn(&[u8])) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(files.len() > 5, "{} is nearly empty", folder.display());
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            let held = std::panic::catch_unwind(|| target(&bytes));
            assert!(held.is_ok(), "{}", file.display());
        }
    }

    #[test]
    fn manifests_that_fuzzers_made_are_refused_or_written_as_they_were_read() {
        play("manifest", manifest);
    }

    #[test]
    fn stream_lists_that_fuzzers_made_say_the_same_however_they_are_cut() {
        play("stream_list", stream_list);
    }

    #[test]
    fn csv_that_fuzzers_made_has_the_same_rows_however_it_is_read() {
        play("csv", csv);
    }

    #[test]
    fn connection_strings_that_fuzzers_made_show_no_password() {
        play("conninfo", conninfo);
    }

    #[test]
    fn ndjson_that_fuzzers_made_is_refused_or_comes_back_as_it_was() {
        play("ndjson", ndjson);
    }
}
