//! How long it would take to bring archives back, by what drills have measured.

use crate::db::queries::drills::DrilledRow;
use crate::db::queries::ledger::ArchiveRow;

/// Archives that came back last, by which the speed is told.
const MEASURED: usize = 200;

/// A message costs as much as so many bytes of CSV, beside its own: rows are put in and indexed one by one.
const BYTES_A_MESSAGE: f64 = 600.0;

/// How much work an archive is, in bytes.
#[allow(clippy::cast_precision_loss)] // a weight
fn weight(messages: Option<i64>, csv_bytes: Option<i64>) -> f64 {
    csv_bytes.unwrap_or_default().max(0) as f64 + BYTES_A_MESSAGE * messages.unwrap_or_default().max(0) as f64
}

/// What an archive that came back weighs, the seconds that it took, and those of them that one of any size takes.
#[derive(Debug, Clone, Copy)]
struct Point {
    weight: f64,
    seconds: f64,
    fixed: f64,
}

/// How long archives take. What an archive of any size takes is measured with each, so that one archive tells of smaller and of
/// larger ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Speed {
    /// Seconds that each takes.
    each: f64,
    /// Seconds that come with a byte of its weight.
    a_byte: f64,
}

impl Speed {
    /// By the archives that came back last; `None` where none did.
    pub fn of(drilled: &[DrilledRow]) -> Option<Self> {
        let mut rows: Vec<&DrilledRow> = drilled.iter().filter(|row| row.restore_seconds.is_some()).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_ok_at));
        let point = |row: &DrilledRow| {
            Some(Point {
                weight: weight(row.messages, row.csv_bytes),
                seconds: row.restore_seconds?,
                fixed: row.fixed_seconds.unwrap_or_default(),
            })
        };
        Self::through(&rows.into_iter().take(MEASURED).filter_map(point).collect::<Vec<_>>())
    }

    #[allow(clippy::cast_precision_loss)] // a few hundred at most
    fn through(points: &[Point]) -> Option<Self> {
        let sum = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>();
        let (n, weight) = (points.len() as f64, sum(|p| p.weight));
        if points.is_empty() {
            return None;
        }
        // Archives without a message weigh nothing: all of their time is each one's own.
        if weight <= 0.0 {
            return Some(Self { each: sum(|p| p.seconds) / n, a_byte: 0.0 });
        }
        let fixed = sum(|p| p.fixed.clamp(0.0, p.seconds));
        Some(Self { each: fixed / n, a_byte: (sum(|p| p.seconds) - fixed).max(0.0) / weight })
    }

    /// How long these would take, one after the other.
    pub fn seconds_of<'a>(self, archives: impl IntoIterator<Item = &'a ArchiveRow>) -> f64 {
        archives.into_iter().map(|a| self.seconds(weight(a.message_count, a.csv_bytes))).sum()
    }

    fn seconds(self, weight: f64) -> f64 {
        self.each + self.a_byte * weight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speed(points: &[(f64, f64, f64)]) -> Option<Speed> {
        let point = |&(weight, seconds, fixed)| Point { weight, seconds, fixed };
        Speed::through(&points.iter().map(point).collect::<Vec<_>>())
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn one_archive_tells_of_smaller_and_of_larger_ones() {
        assert_eq!(speed(&[]), None);
        let one = speed(&[(1e6, 3.0, 2.0)]).unwrap();
        assert!(
            close(one.seconds(1e6), 3.0) && close(one.seconds(4e6), 6.0) && close(one.seconds(0.0), 2.0),
            "{one:?}"
        );
        let more = speed(&[(1e6, 3.0, 2.0), (9e6, 12.0, 3.0)]).unwrap();
        assert!(close(more.seconds(0.0), 2.5) && close(more.seconds(1e6), 3.5), "{more:?}");
    }

    #[test]
    fn archives_that_weigh_nothing_and_measures_that_cannot_be_tell_no_nonsense() {
        assert!(close(speed(&[(0.0, 0.5, 0.1)]).unwrap().seconds(1e6), 0.5));
        let odd = speed(&[(1e6, 1.0, 7.0)]).unwrap();
        assert!(close(odd.seconds(1e6), 1.0) && close(odd.seconds(9e6), 1.0), "{odd:?}");
        // Of a version that did not measure it.
        assert!(close(speed(&[(1e6, 1.0, 0.0)]).unwrap().seconds(2e6), 2.0));
    }
}
