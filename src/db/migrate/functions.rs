//! A namespace's functions, as they are today: each has a file, and all are made anew where a text has changed.
//!
//! Steps make tables, and the functions of their time; what a function is now stands in its file alone. So nobody has to find the
//! newest of several texts, and what changes one states nothing again.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Rises with every change of a text, so that an earlier program does not take a later one's functions back.
const GENERATION: i32 = 7;

macro_rules! functions {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("../../../migrations/namespace/functions/", $name, ".sql"))),)*]
    };
}

#[rustfmt::skip]
static FUNCTIONS: &[(&str, &str)] = functions![
    "acquire_lock", "announce_positions", "announce_return", "append_message", "append_messages",
    "archive_of_category", "archive_of_stream", "archived_category_page", "archived_category_text",
    "archived_last_message", "archived_moment", "archived_reads", "archived_stream_page", "archived_stream_text",
    "cardinal_id", "category", "category_page", "check_own_chunk", "chunk_digest", "chunk_witness",
    "compress_chunks_older_than", "count_again", "count_all_again", "drop_chunk", "drop_chunks_older_than",
    "end_of_move", "even_out", "expect_version", "forget_heads", "freeze_chunk", "get_category_messages",
    "get_chunks", "get_last_stream_message", "get_stream_messages", "global_horizon", "hash_64", "id",
    "identify_messages", "is_category", "is_partly_archived", "is_served", "keep_heads", "keep_heads_moved",
    "last_given_out", "live_stream_run", "make_archived_text", "message_store_version", "next_global_position",
    "note_dropped", "note_given_out", "note_returned", "raise_given_out", "reads_archived_text", "refuse_archived",
    "refuse_archived_meanwhile", "refuse_large", "refuse_short_page", "require_served", "sql_condition", "still_open",
    "stream_version", "take_positions", "unfreeze_chunk", "write_message",
];

/// What follows them: settings that the server may not know, and rights.
const FOLLOWING: &str = include_str!("../../../migrations/namespace/functions.sql");

static CHECKSUM: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for text in texts() {
        hash.update(text.as_bytes());
    }
    hex::encode(hash.finalize())
});

/// The texts in the order in which they are applied.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    // One may name another that comes later.
    let before = ["SET LOCAL check_function_bodies = off"];
    let behind = [FOLLOWING, "SET LOCAL check_function_bodies TO DEFAULT"];
    before.into_iter().chain(FUNCTIONS.iter().map(|(_, text)| *text)).chain(behind)
}

/// What a history has of them, under the number 0: the generation as the name.
pub(super) fn name() -> String {
    format!("functions_{GENERATION}")
}

/// The hash of all texts.
pub(super) fn checksum() -> &'static str {
    &CHECKSUM
}

/// Whether they are to be made, where a history has this of them.
///
/// # Errors
/// Where those of a later program are there.
pub(super) fn is_due(name: &str, checksum: &str, doing: &str) -> Result<bool> {
    let generation: i32 = name.trim_start_matches("functions_").parse().unwrap_or(0);
    if generation > GENERATION {
        return Err(Error::failed(doing)
            .because("the functions of the namespace are those of a later version of the program")
            .hint("a newer eventodb-admin was here; use that version"));
    }
    Ok(generation < GENERATION || checksum != self::checksum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_one_of_them() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/namespace/functions");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".sql", ""))
            .collect();
        files.sort();
        assert_eq!(files, FUNCTIONS.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
        for (name, text) in FUNCTIONS {
            assert!(text.contains(&format!("CREATE OR REPLACE FUNCTION {{{{schema}}}}.{name}(")), "{name}");
        }
    }

    #[test]
    fn the_texts_are_plain_ascii_which_a_database_of_any_encoding_takes() {
        for (name, text) in FUNCTIONS {
            assert!(text.is_ascii(), "{name}");
        }
    }

    // A text has changed: raise GENERATION, and put the new hash here.
    #[test]
    fn the_generation_rises_with_the_texts() {
        assert_eq!((GENERATION, checksum()), (7, "ebbe28f6de9220b32f5daa7a9f59667a94752cd024dae2fb9b31b1ed5c678b60"));
    }

    #[test]
    fn functions_of_an_earlier_program_are_made_anew_and_those_of_a_later_one_stay() {
        assert!(!is_due(&name(), checksum(), "x").unwrap());
        assert!(is_due(&name(), "0", "x").unwrap());
        assert!(is_due("functions_0", checksum(), "x").unwrap());
        assert!(is_due("functions_1000", "0", "x").unwrap_err().hint_text().unwrap().contains("newer"));
    }
}
