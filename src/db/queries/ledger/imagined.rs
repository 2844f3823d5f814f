//! Archives that are not there yet, for a forecast.

use super::{ArchiveRow, Objects, State};
use crate::db::queries::chunks::ChunkRow;

impl ArchiveRow {
    /// The archive that a chunk will be once it is archived and dropped, as far as that can be said before.
    pub(crate) fn imagined(id: i64, namespace: &str, chunk: &ChunkRow) -> Self {
        Self {
            id,
            namespace: namespace.to_owned(),
            range_start: chunk.range_start,
            range_end: chunk.range_end,
            generation: 1,
            chunk_name: chunk.name().to_owned(),
            state: State::Dropped,
            store_url: None,
            object_key: None,
            manifest_key: None,
            heads_key: None,
            codec: None,
            message_count: chunk.estimate,
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
            created_at: chunk.range_end,
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
