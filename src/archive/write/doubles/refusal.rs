//! Messages that are there a second time, by stream and position.

use crate::chunks::ChunkRow;
use crate::error::{Error, Kind};

/// Other chunks or archives that are looked into for one chunk, of those whose global positions overlap.
pub(super) const MAX_OTHERS: usize = 8;

/// The refusal.
pub(super) fn refused(chunk: &ChunkRow, place: &str) -> Error {
    Error::new(Kind::Verification, format!("looking for doubled messages in chunk {}", chunk.name()))
        .because(format!("a message of it is there a second time, {place}, at the same place of the same stream"))
        .hint(
            "an archive of it could not be brought back beside that one; nothing was dropped. messages export with --archived \
             only and with --archived skip, or SELECT stream_name, position FROM messages GROUP BY 1, 2 HAVING count(*) > 1, \
             show which: DELETE the one that is too many",
        )
}
