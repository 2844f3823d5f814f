//! How a policy is shown.

use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A namespace's policy, the server's policies, and how the runs went.
    PolicyRecord {
        /// The namespace.
        namespace: String,
        /// Age at which chunks are compressed.
        compress_after: Option<String>,
        /// Age at which chunks are archived and dropped.
        archive_after: Option<String>,
        /// Time after which archives that came back are dropped again.
        drop_rehydrated_after: Option<String>,
        /// Age at which archives are deleted for good.
        expire_archives_after: Option<String>,
        /// Where archives go.
        store_url: Option<String>,
        /// The stores in which they are kept beside that one.
        copies: Vec<String>,
        /// In how many stores an archive lies before its chunk is dropped; none: in all of them.
        drop_after_copies: Option<i32>,
        /// Age at which the server compresses chunks by itself.
        server_compress_after: Option<String>,
        /// Age at which the server drops chunks by itself, archived or not.
        server_drop_after: Option<String>,
        /// Whether chunks go that continuous aggregates are made from: `allow` or `refuse`.
        continuous_aggregates: String,
        /// How long objects of new archives are locked.
        lock: Option<String>,
        /// Who may end a lock before: `governance` or `compliance`.
        lock_mode: Option<String>,
        /// Whether locks are renewed night after night.
        lock_renew: bool,
        /// Age before which archives are neither pruned nor expire.
        keep_at_least: Option<String>,
        /// When the last run ended.
        last_run_at: Option<Time>,
        /// When the last run ended that did all it had to.
        last_success_at: Option<Time>,
        /// Why the last run did not.
        last_error: Option<String>,
        /// Bytes that the chunks take at most after a night.
        keep_at_most_bytes: Option<u64>,
        /// How many percent of the disk stay free.
        keep_free_percent: Option<f64>,
        /// How many bytes of the disk stay free.
        keep_free_bytes: Option<u64>,
        /// Age before which no chunk leaves the database.
        keep_live_at_least: Option<String>,
        /// The size of the disk, as it was named.
        disk_size_bytes: Option<u64>,
    }
}

impl PolicyRecord {
    fn locking(&self) -> String {
        let renewed = if self.lock_renew { ", renewed" } else { "" };
        let locked = self.lock.as_ref().zip(self.lock_mode.as_ref());
        human::or_dash(locked, |(period, mode)| format!("{period} {mode}{renewed}"))
    }
}

impl Tabular for PolicyRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Right("COMPRESS"),
        TableColumn::Right("ARCHIVE"),
        TableColumn::Right("RELEASE"),
        TableColumn::Right("EXPIRE"),
        TableColumn::Left("STORE"),
        TableColumn::Right("SERVER COMPRESSES"),
        TableColumn::Right("SERVER DROPS"),
        TableColumn::Left("AGGREGATES"),
        TableColumn::Optional("LOCK"),
        TableColumn::Optional("KEEP AT LEAST"),
        TableColumn::Optional("ROOM"),
        TableColumn::Left("LAST SUCCESS"),
        TableColumn::Left("LAST ERROR"),
    ];

    fn cells(&self) -> Vec<String> {
        let text = |t: &Option<String>| human::or_dash(t.clone(), |t| t);
        vec![
            self.namespace.clone(),
            text(&self.compress_after),
            text(&self.archive_after),
            text(&self.drop_rehydrated_after),
            text(&self.expire_archives_after),
            self.stores(),
            text(&self.server_compress_after),
            text(&self.server_drop_after),
            self.continuous_aggregates.clone(),
            self.locking(),
            text(&self.keep_at_least),
            human::or_dash(self.room(), |room| room),
            human::or_dash(self.last_success_at, |t| human::time(t.0)),
            text(&self.last_error),
        ]
    }
}

impl PolicyRecord {
    /// Aims by space, for people.
    fn room(&self) -> Option<String> {
        let size = |n: u64| human::bytes(i64::try_from(n).unwrap_or(i64::MAX));
        let parts = [
            self.keep_at_most_bytes.map(|n| format!("at most {}", size(n))),
            self.keep_free_percent.map(|percent| format!("{percent}% free")),
            self.keep_free_bytes.map(|n| format!("{} free", size(n))),
            self.keep_live_at_least.as_ref().map(|age| format!("live for {age}")),
            self.disk_size_bytes.map(|n| format!("disk of {}", size(n))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// Where archives lie, for people.
    fn stores(&self) -> String {
        let all: Vec<&str> = self.store_url.iter().chain(&self.copies).map(String::as_str).collect();
        match (all.is_empty(), self.drop_after_copies) {
            (true, _) => human::or_dash(None::<String>, |t| t),
            (false, Some(n)) => format!("{} (drop after {n})", all.join(" + ")),
            (false, None) => all.join(" + "),
        }
    }
}
