//! Archives that are in no ledger: those of a forecast, and those of tests.

use chrono::{DateTime, Utc};

use super::{ArchiveRow, Objects, State};
use crate::db::queries::chunks::ChunkRow;

impl ArchiveRow {
    /// The archive that a chunk will be once it is archived and dropped, as far as that can be said before.
    pub(crate) fn imagined(id: i64, namespace: &str, chunk: &ChunkRow) -> Self {
        Self {
            created_at: chunk.range_end,
            chunk_name: chunk.name().to_owned(),
            message_count: chunk.estimate,
            ..Self::bare(id, namespace, State::Dropped, (chunk.range_start, chunk.range_end))
        }
    }

    /// A first generation of which nothing else is known.
    pub(super) fn bare(
        id: i64,
        namespace: &str,
        state: State,
        (range_start, range_end): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        Self {
            id,
            namespace: namespace.to_owned(),
            range_start,
            range_end,
            generation: 1,
            chunk_name: String::new(),
            state,
            store_url: None,
            object_key: None,
            manifest_key: None,
            heads_key: None,
            codec: None,
            message_count: None,
            first_global_position: None,
            last_global_position: None,
            global_position_sum: None,
            first_time: None,
            last_time: None,
            csv_bytes: None,
            csv_sha256: None,
            stored_bytes: None,
            stored_sha256: None,
            manifest_sha256: None,
            category_counts: None,
            frozen_chunk: None,
            superseded_by: None,
            attempts: 1,
            last_error: None,
            created_at: range_start,
            verified_at: None,
            dropped_at: None,
            rehydrated_at: None,
            lease_until: None,
            objects: Objects::Kept,
            copies: Vec::new(),
            locked_until: None,
            lock_mode: None,
        }
    }
}
