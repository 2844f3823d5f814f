//! How an archive is shown.

use crate::archive::ArchiveRow;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// An archive, as the ledger has it.
    ArchiveRecord {
        /// Its number.
        id: i64,
        /// Where it stands.
        state: &'static str,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Counts the attempts and parts of this range.
        generation: i32,
        /// The chunk it was made from.
        chunk_name: String,
        /// Messages.
        messages: Option<i64>,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        last_global_position: Option<i64>,
        /// The earliest time.
        first_time: Option<Time>,
        /// The latest time.
        last_time: Option<Time>,
        /// Bytes of CSV.
        csv_bytes: Option<i64>,
        /// Bytes stored.
        stored_bytes: Option<i64>,
        /// The compression.
        codec: Option<String>,
        /// The store.
        store_url: Option<String>,
        /// The further stores that have a verified copy.
        copies: Vec<String>,
        /// The data's key.
        object: Option<String>,
        /// The manifest's key.
        manifest_object: Option<String>,
        /// SHA-256 of the CSV, in hex.
        csv_sha256: Option<String>,
        /// SHA-256 of what is stored, in hex.
        stored_sha256: Option<String>,
        /// SHA-256 of the manifest, in hex.
        manifest_sha256: Option<String>,
        /// How often this range was tried.
        attempts: i32,
        /// Why the last try failed.
        last_error: Option<String>,
        /// The archive that took its place.
        superseded_by: Option<i64>,
        /// When the row was made.
        created_at: Time,
        /// When it was read back and found equal.
        verified_at: Option<Time>,
        /// When the chunk was dropped.
        dropped_at: Option<Time>,
        /// When it came back.
        rehydrated_at: Option<Time>,
        /// Until when it is to stay in the hypertable.
        lease_until: Option<Time>,
        /// Until when the store keeps its objects from being deleted.
        locked_until: Option<Time>,
        /// Who may end that lock before: `governance` or `compliance`.
        lock_mode: Option<String>,
    }
}

impl From<ArchiveRow> for ArchiveRecord {
    fn from(a: ArchiveRow) -> Self {
        Self {
            id: a.id,
            state: a.state.as_str(),
            range_start: a.range_start.into(),
            range_end: a.range_end.into(),
            generation: a.generation,
            chunk_name: a.chunk_name,
            messages: a.message_count,
            first_global_position: a.first_global_position,
            last_global_position: a.last_global_position,
            first_time: a.first_time.map(Time),
            last_time: a.last_time.map(Time),
            csv_bytes: a.csv_bytes,
            stored_bytes: a.stored_bytes,
            codec: a.codec,
            store_url: a.store_url,
            copies: a.copies,
            object: a.object_key,
            manifest_object: a.manifest_key,
            csv_sha256: a.csv_sha256,
            stored_sha256: a.stored_sha256,
            manifest_sha256: a.manifest_sha256,
            attempts: a.attempts,
            last_error: a.last_error,
            superseded_by: a.superseded_by,
            created_at: a.created_at.into(),
            verified_at: a.verified_at.map(Time),
            dropped_at: a.dropped_at.map(Time),
            rehydrated_at: a.rehydrated_at.map(Time),
            // Of one that others have taken the place of it means nothing any more.
            lease_until: a.lease_until.filter(|_| a.state.is_kept()).map(Time),
            locked_until: a.locked_until.map(Time),
            lock_mode: a.lock_mode,
        }
    }
}

impl ArchiveRecord {
    pub fn locked(&self) -> String {
        let locked = self.locked_until.zip(self.lock_mode.as_deref());
        human::or_dash(locked, |(until, mode)| format!("{} {mode}", human::time(until.0)))
    }
}

impl Tabular for ArchiveRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ID"),
        TableColumn::Left("STATE"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("GEN"),
        TableColumn::Left("CHUNK"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("CSV"),
        TableColumn::Right("STORED"),
        TableColumn::Right("COPIES"),
        TableColumn::Left("CREATED"),
        TableColumn::Left("LEASE"),
        TableColumn::Optional("LOCKED UNTIL"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.state.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            self.generation.to_string(),
            self.chunk_name.clone(),
            human::or_dash(self.messages, human::count),
            human::or_dash(self.csv_bytes, human::bytes),
            human::or_dash(self.stored_bytes, human::bytes),
            human::or_dash(self.stored_bytes.and(self.store_url.as_ref()), |_| (1 + self.copies.len()).to_string()),
            human::time(self.created_at.0),
            human::or_dash(self.lease_until, |t| human::time(t.0)),
            self.locked(),
        ]
    }
}
