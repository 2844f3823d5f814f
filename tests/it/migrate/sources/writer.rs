//! Writers that do not stop because somebody migrates.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::database::session;

/// A message that the source said it had taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    pub id: String,
    pub stream: String,
    pub position: i64,
}

/// Runs until it is stopped, or the source refuses.
pub struct Writer {
    stop: Arc<AtomicBool>,
    written: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<(Vec<Acknowledged>, Option<String>)>>,
}

impl Writer {
    pub fn start(url: &str, schema: &str, at_a_time: usize, pause: Duration) -> Self {
        let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = (0..at_a_time)
            .map(|n| {
                let (stop, written) = (Arc::clone(&stop), Arc::clone(&written));
                let (url, schema) = (url.to_owned(), schema.to_owned());
                std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(write(&url, &schema, n, pause, &stop, &written))
                })
            })
            .collect();
        Self { stop, written, threads }
    }

    /// Waits until at least so many messages were acknowledged.
    #[track_caller]
    pub fn wait_for(&self, messages: usize) {
        let begun = Instant::now();
        while self.written.load(Ordering::SeqCst) < messages {
            assert!(self.threads.iter().any(|t| !t.is_finished()), "all writers were refused");
            assert!(begun.elapsed() < Duration::from_secs(60), "the writers do not get on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it: what was acknowledged, and why writers were refused.
    pub fn stop(mut self) -> (Vec<Acknowledged>, Vec<String>) {
        self.stop.store(true, Ordering::SeqCst);
        let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
        for thread in std::mem::take(&mut self.threads) {
            let (written, error) = thread.join().unwrap();
            acknowledged.extend(written);
            refused.extend(error);
        }
        (acknowledged, refused)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        for thread in std::mem::take(&mut self.threads) {
            let _ = thread.join();
        }
    }
}

async fn write(
    url: &str,
    schema: &str,
    n: usize,
    pause: Duration,
    stop: &AtomicBool,
    written: &AtomicUsize,
) -> (Vec<Acknowledged>, Option<String>) {
    let db = session(url).await;
    // A writer waits for a lock as long as it takes.
    db.batch_execute("SET lock_timeout = 0").await.unwrap();
    let sql = format!("SELECT \"{schema}\".write_message($1, $2, 'Written', $3::text::jsonb)");
    let mut acknowledged = Vec::new();
    for i in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let id = uuid::Uuid::new_v4().to_string();
        // Two categories that all writers share, and one of each's own.
        let stream = match i % 3 {
            0 => format!("shared-{}", i % 5),
            1 => "other-1".to_owned(),
            _ => format!("writer{n}-{}", i % 7),
        };
        let data = format!("{{\"writer\": {n}, \"i\": {i}}}");
        match db.query_one(&sql, &[&id, &stream, &data]).await {
            Ok(row) => {
                acknowledged.push(Acknowledged { id, stream, position: row.get(0) });
                written.fetch_add(1, Ordering::SeqCst);
            }
            Err(e) => {
                let text =
                    e.as_db_error().map_or_else(|| e.to_string(), |e| format!("{}: {}", e.code().code(), e.message()));
                return (acknowledged, Some(text));
            }
        }
        tokio::time::sleep(pause).await;
    }
    (acknowledged, None)
}
