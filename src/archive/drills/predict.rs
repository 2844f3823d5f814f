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

/// How long archives take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Speed {
    /// So many seconds an archive, and so many for its weight.
    Line(f64, f64),
    /// All that were measured have about this weight and took about this long: a larger one takes as much longer as it is larger, a
    /// smaller one as long.
    Same { weight: f64, seconds: f64 },
}

impl Speed {
    /// By the archives that came back last; `None` where none did.
    pub fn of(drilled: &[DrilledRow]) -> Option<Self> {
        let mut rows: Vec<&DrilledRow> = drilled.iter().filter(|row| row.restore_seconds.is_some()).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.last_ok_at));
        let measured = rows.into_iter().take(MEASURED);
        let points: Vec<(f64, f64)> =
            measured.filter_map(|row| Some((weight(row.messages, row.csv_bytes), row.restore_seconds?))).collect();
        Self::through(&points)
    }

    #[allow(clippy::cast_precision_loss)] // a few hundred at most
    fn through(points: &[(f64, f64)]) -> Option<Self> {
        if points.is_empty() {
            return None;
        }
        let n = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let spread = points.iter().map(|p| (p.0 - x).powi(2)).sum::<f64>() / n;
        // Too much alike to tell what comes with the weight and what with each archive.
        if spread.sqrt() < x / 4.0 || x <= 0.0 {
            return Some(Self::Same { weight: x, seconds: y });
        }
        let along = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / n;
        // Neither is below nothing.
        let slope = (along / spread).clamp(0.0, y / x);
        Some(Self::Line((y - slope * x).max(0.0), slope))
    }

    /// How long these would take, one after the other.
    pub fn seconds_of<'a>(self, archives: impl IntoIterator<Item = &'a ArchiveRow>) -> f64 {
        archives.into_iter().map(|a| self.seconds(weight(a.message_count, a.csv_bytes))).sum()
    }

    fn seconds(self, of: f64) -> f64 {
        match self {
            Self::Line(each, slope) => each + slope * of,
            Self::Same { weight, seconds } if weight > 0.0 => seconds * (of / weight).max(1.0),
            Self::Same { seconds, .. } => seconds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6
    }

    #[test]
    fn what_comes_with_each_archive_and_what_with_its_weight_are_told_apart() {
        assert_eq!(Speed::through(&[]), None);
        let line = Speed::through(&[(1e6, 3.0), (2e6, 4.0), (9e6, 11.0)]).unwrap();
        assert!(close(line.seconds(0.0), 2.0) && close(line.seconds(4e6), 6.0), "{line:?}");
        // A line that would begin below nothing, or fall.
        let steep = Speed::through(&[(1e6, 0.1), (10e6, 10.0)]).unwrap();
        assert!(steep.seconds(0.0) >= 0.0 && steep.seconds(1e6) > 0.0, "{steep:?}");
        let falling = Speed::through(&[(1e6, 10.0), (10e6, 1.0)]).unwrap();
        assert!(falling.seconds(20e6) > 0.0, "{falling:?}");
    }

    #[test]
    fn archives_that_are_alike_tell_of_others_like_them() {
        let same = Speed::through(&[(1000.0, 2.0), (1010.0, 2.2)]).unwrap();
        assert!(close(same.seconds(1005.0), 2.1) && close(same.seconds(2010.0), 4.2) && close(same.seconds(1.0), 2.1));
        assert!(close(Speed::through(&[(0.0, 0.5)]).unwrap().seconds(1e6), 0.5));
    }
}
