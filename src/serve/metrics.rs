//! What Prometheus reads of the server (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::in_place::ArchiveReader;

/// Counters since the start.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Sessions that are open.
    pub sessions: AtomicU64,
    /// Sessions that were let in.
    pub sessions_total: AtomicU64,
    /// Statements that were begun.
    pub statements: AtomicU64,
    /// Rows that were sent.
    pub rows: AtomicU64,
    /// Statements that failed, by SQLSTATE.
    faults: Mutex<BTreeMap<&'static str, u64>>,
}

impl Metrics {
    /// One more.
    pub fn count(counter: &AtomicU64, n: u64) {
        counter.fetch_add(n, Ordering::Relaxed);
    }

    /// A statement has failed.
    pub fn fault(&self, code: &'static str) {
        if let Ok(mut faults) = self.faults.lock() {
            *faults.entry(code).or_default() += 1;
        }
    }

    /// The text.
    pub fn render(&self, reader: &ArchiveReader) -> String {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let fetched = reader.fetched();
        let mut text = String::new();
        let all = [
            ("sessions", "gauge", "Sessions that are open.", get(&self.sessions)),
            ("sessions_total", "counter", "Sessions that were let in.", get(&self.sessions_total)),
            ("statements_total", "counter", "Statements that were begun.", get(&self.statements)),
            ("rows_total", "counter", "Rows that were sent.", get(&self.rows)),
            ("archives_total", "counter", "Archives that were looked into.", fetched.archives),
            ("store_requests_total", "counter", "Requests to stores.", fetched.requests),
            ("fetched_bytes_total", "counter", "Bytes that came from stores.", fetched.bytes),
            ("cache_hits_total", "counter", "Parts that were in the cache.", fetched.cached),
            ("cached_bytes_total", "counter", "Bytes that came from the cache.", fetched.cached_bytes),
        ];
        for (name, kind, help, value) in all {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "# HELP eventodb_admin_serve_{name} {help}\n# TYPE eventodb_admin_serve_{name} {kind}\neventodb_admin_serve_{name} {value}"
            );
        }
        let _ = writeln!(
            text,
            "# HELP eventodb_admin_serve_errors_total Statements that failed.\n# TYPE eventodb_admin_serve_errors_total counter"
        );
        if let Ok(faults) = self.faults.lock() {
            for (code, n) in &*faults {
                let _ = writeln!(text, "eventodb_admin_serve_errors_total{{sqlstate=\"{code}\"}} {n}");
            }
        }
        text
    }
}
