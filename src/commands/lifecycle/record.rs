//! What a run tells of a namespace.

use uuid::Uuid;

use crate::error::Error;
use crate::lifecycle::{Last, run_result};
use crate::ui::record::record;
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// What a run has done to a namespace.
    RunRecord {
        /// The process that ran; lines of its log carry it, too.
        run_id: String,
        /// The namespace.
        namespace: String,
        /// `done`, `left` (time was too short for all), `failed`, `stopped`, `busy` (another run is at it), or `elsewhere`
        /// (another run did it while this one was under way).
        result: &'static str,
        /// Chunks compressed.
        compressed: u64,
        /// Chunks archived and dropped.
        archived: u64,
        /// Chunks archived that stay until their archives lie in as many stores as the policy asks for.
        waiting: u64,
        /// Copies of archives made in further stores.
        copied: u64,
        /// Chunks that had come back, dropped again.
        released: u64,
        /// Archives deleted.
        expired: u64,
        /// Archives past their time that a hold keeps.
        held: u64,
        /// Leftovers of failed attempts removed from the store.
        swept: u64,
        /// Archives whose lock was renewed.
        renewed: u64,
        /// Messages archived.
        messages: u64,
        /// Bytes of CSV archived.
        csv_bytes: u64,
        /// Bytes stored for them.
        stored_bytes: u64,
        /// Bytes that the database has no longer.
        freed_bytes: u64,
        /// Steps that were not begun: time was too short, a stop was asked for, or the store is down.
        left: u64,
        /// Chunks and archives that failed.
        failed: Vec<String>,
        /// The newest manifest's SHA-256, in hex: to be kept in another place.
        newest_manifest_sha256: Option<String>,
        /// Those of all manifests that no other one follows, the newest first: what `archives sync --expect-manifest` takes.
        expect_manifests: Vec<String>,
        /// The exit code that it would have had alone.
        exit_code: u8,
        /// How long it took.
        seconds: f64,
        /// Why it could not begin, or the first failure.
        error: Option<String>,
        /// Chunks among those archived and released that left for room, and not by age.
        for_space: u64,
        /// Bytes of the chunks in the database, where the policy has an aim by space.
        live_bytes: Option<i64>,
        /// Free bytes of the disk, where an aim asks for them.
        disk_free_bytes: Option<i64>,
        /// Bytes by which an aim by space is missed; 0 where it is reached.
        space_aim_missed_bytes: Option<i64>,
    }
}

impl Tabular for RunRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("RESULT"),
        TableColumn::Right("ARCHIVED"),
        TableColumn::Right("WAITING"),
        TableColumn::Right("RELEASED"),
        TableColumn::Right("COPIED"),
        TableColumn::Right("COMPRESSED"),
        TableColumn::Right("EXPIRED"),
        TableColumn::Right("LEFT"),
        TableColumn::Right("FAILED"),
        TableColumn::Right("STORED"),
        TableColumn::Right("FREED"),
        TableColumn::Right("SECONDS"),
    ];

    fn cells(&self) -> Vec<String> {
        let bytes = |n: u64| human::bytes(i64::try_from(n).unwrap_or(i64::MAX));
        vec![
            self.namespace.clone(),
            self.result.to_owned(),
            self.archived.to_string(),
            self.waiting.to_string(),
            self.released.to_string(),
            self.copied.to_string(),
            self.compressed.to_string(),
            self.expired.to_string(),
            self.left.to_string(),
            self.failed.len().to_string(),
            bytes(self.stored_bytes),
            bytes(self.freed_bytes),
            format!("{:.1}", self.seconds),
        ]
    }
}

impl RunRecord {
    /// Nothing was done here: another run is at it, or did it.
    pub(super) fn left_to_another(run_id: Uuid, namespace: &str, result: &'static str) -> Self {
        Self { result, ..Self::new(run_id, namespace, &Last::default(), None, Vec::new()) }
    }

    pub(super) fn new(
        run_id: Uuid,
        namespace: &str,
        last: &Last,
        error: Option<&Error>,
        manifests: Vec<String>,
    ) -> Self {
        let outcome = &last.outcome;
        let failure = outcome.failures.first().map(|f| &f.error);
        Self {
            run_id: run_id.to_string(),
            namespace: namespace.to_owned(),
            result: run_result(outcome, error).as_str(),
            compressed: outcome.compressed,
            archived: outcome.archived,
            waiting: outcome.waiting,
            copied: outcome.copied,
            released: outcome.released,
            expired: outcome.expired,
            held: outcome.held,
            swept: outcome.swept,
            renewed: outcome.renewed,
            messages: outcome.messages,
            csv_bytes: outcome.csv_bytes,
            stored_bytes: outcome.stored_bytes,
            freed_bytes: outcome.freed_bytes,
            left: outcome.left,
            failed: outcome.failures.iter().map(|f| f.name.clone()).collect(),
            newest_manifest_sha256: manifests.first().cloned(),
            expect_manifests: manifests,
            exit_code: last.exit_code,
            seconds: (last.seconds * 1000.0).round() / 1000.0,
            error: error.or(failure).map(ToString::to_string),
            for_space: outcome.for_space,
            live_bytes: outcome.space.map(|space| space.measured.live_bytes),
            disk_free_bytes: outcome.space.and_then(|space| space.measured.disk).map(|disk| disk.free_bytes),
            space_aim_missed_bytes: outcome.space.map(|space| space.missed_bytes),
        }
    }
}
