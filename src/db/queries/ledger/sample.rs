//! A row for tests.

use chrono::DateTime;

use super::{ArchiveRow, State};

impl ArchiveRow {
    /// A row of the first week of 2026, whose objects bear names as this program gives them.
    pub(crate) fn sample(id: i64, state: State) -> Self {
        let range_start = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let range_end = range_start + chrono::TimeDelta::days(7);
        let stem = format!("n/messages/2026/w01/20260101T000000Z_20260108T000000Z.0001-{id:08x}");
        Self {
            chunk_name: format!("chunk_{id}"),
            store_url: Some("file:///store".to_owned()),
            object_key: Some(format!("{stem}.csv.zst")),
            manifest_key: Some(format!("{stem}.manifest.json")),
            heads_key: Some(format!("{stem}.heads.zst")),
            codec: Some("zstd".to_owned()),
            message_count: Some(10),
            first_global_position: Some(11),
            last_global_position: Some(20),
            global_position_sum: Some("155".to_owned()),
            first_time: Some(range_start),
            last_time: Some(range_start),
            ..Self::bare(id, "n", state, (range_start, range_end))
        }
    }
}
