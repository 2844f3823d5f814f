//! Archives that may hold the same message: one that had come back keeps its row beside later ones of the same messages where these
//! are in another store, or were cut into other chunks.

use crate::db::queries::ledger::ArchiveRow;

/// Whether two of them may hold the same message.
pub fn may_repeat(archives: &[ArchiveRow]) -> bool {
    let mut archives: Vec<_> = archives.iter().collect();
    archives.sort_by_key(|a| a.first_global_position);
    archives.iter().enumerate().any(|(at, one)| {
        let is_within = |other: &&&ArchiveRow| match (one.last_global_position, other.first_global_position) {
            (Some(last), Some(first)) => first <= last,
            _ => true,
        };
        archives[at + 1..].iter().take_while(is_within).any(|other| share_time(one, other))
    })
}

fn share_time(a: &ArchiveRow, b: &ArchiveRow) -> bool {
    let begins_by = |a: &ArchiveRow, b: &ArchiveRow| match (a.first_time, b.last_time) {
        (Some(first), Some(last)) => first <= last,
        _ => true,
    };
    begins_by(a, b) && begins_by(b, a)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;
    use crate::archive::State;

    fn archive(global_positions: (i64, i64), days: (u32, u32)) -> ArchiveRow {
        let at = |day: u32| format!("2013-01-{day:02}T00:00:00Z").parse::<DateTime<Utc>>().ok();
        ArchiveRow {
            first_global_position: Some(global_positions.0),
            last_global_position: Some(global_positions.1),
            first_time: at(days.0),
            last_time: at(days.1),
            ..ArchiveRow::sample(1, State::Dropped)
        }
    }

    #[test]
    fn archives_may_repeat_each_other_where_both_their_positions_and_their_times_meet() {
        let week = archive((1, 50), (1, 7));
        let cases = [
            (vec![], false),
            (vec![week.clone()], false),
            (vec![week.clone(), archive((51, 90), (3, 4))], false),
            (vec![week.clone(), archive((40, 90), (8, 9))], false),
            (vec![week.clone(), archive((50, 50), (7, 7))], true),
            (vec![week.clone(), archive((2, 3), (8, 9)), archive((9, 9), (2, 2))], true),
            (vec![week.clone(), ArchiveRow { last_time: None, ..archive((2, 3), (1, 1)) }], true),
        ];
        for (archives, expected) in cases {
            assert_eq!(may_repeat(&archives), expected, "{archives:?}");
        }
    }
}
