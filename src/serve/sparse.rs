//! Lines of the log that others decide how often there is occasion for: one a minute.

use std::fmt;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_mins(1);

/// Of one kind of line: when the last one was written, and how many were left out since.
#[derive(Debug, Default)]
pub struct SparseLog(Mutex<Option<(Instant, u64)>>);

/// Says behind a line how many like it were left out.
#[derive(Debug, PartialEq, Eq)]
pub struct LeftOut(u64);

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { Ok(()) } else { write!(f, " (and {} more since the last line like this)", self.0) }
    }
}

impl SparseLog {
    /// Whether the line is to be written now.
    pub fn due(&self) -> Option<LeftOut> {
        self.due_at(Instant::now())
    }

    fn due_at(&self, now: Instant) -> Option<LeftOut> {
        let mut last = self.0.lock().ok()?;
        match &mut *last {
            Some((written, left_out)) if now.duration_since(*written) < EVERY => {
                *left_out += 1;
                None
            }
            other => {
                let left_out = other.map_or(0, |(_, n)| n);
                *other = Some((now, 0));
                Some(LeftOut(left_out))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_a_minute_is_written_and_the_others_are_counted() {
        let (log, start) = (SparseLog::default(), Instant::now());
        assert_eq!(log.due_at(start), Some(LeftOut(0)));
        for n in 0..50 {
            assert_eq!(log.due_at(start + Duration::from_secs(n)), None);
        }
        assert_eq!(log.due_at(start + EVERY), Some(LeftOut(50)));
        assert_eq!(log.due_at(start + EVERY * 2), Some(LeftOut(0)));
        assert_eq!(LeftOut(0).to_string(), "");
    }
}
