use chrono::TimeDelta;

use super::*;
use crate::db::queries::ledger::State;

fn row(id: i64, state: State, superseded_by: Option<i64>) -> ArchiveRow {
    ArchiveRow { superseded_by, ..ArchiveRow::sample(id, state) }
}

#[test]
fn the_end_of_a_chain_is_one_that_is_kept_with_its_objects() {
    let first = row(1, State::Expired, Some(2));
    let end = |all: &[ArchiveRow]| end_of_chain(&first, all).map(|a| a.id);
    let middle = row(2, State::Expired, Some(3));
    assert_eq!(end(&[first.clone(), middle.clone(), row(3, State::Dropped, None)]), Some(3));
    assert_eq!(end(&[first.clone(), row(2, State::Verified, None)]), Some(2));
    assert_eq!(end(std::slice::from_ref(&first)), None, "the ledger has lost it");
    assert_eq!(end(&[first.clone(), middle.clone(), row(3, State::Expired, None)]), None);
    let gone = ArchiveRow { objects: Objects::Deleted, ..row(3, State::Dropped, None) };
    assert_eq!(end(&[first.clone(), middle, gone]), None, "its objects are gone");
    assert_eq!(end(&[first.clone(), row(2, State::Expired, Some(1))]), None, "in a circle");
    assert!(end_of_chain(&row(1, State::Expired, None), &[first.clone(), row(2, State::Dropped, None)]).is_none());
}

#[test]
fn a_row_names_only_the_objects_of_its_own_namespace_and_range() {
    let good = row(1, State::Dropped, None);
    assert_eq!(misnamed(&good), None);
    let other = row(2, State::Dropped, None);
    let wrong = [
        ArchiveRow { object_key: None, ..good.clone() },
        ArchiveRow { heads_key: None, ..good.clone() },
        ArchiveRow { manifest_key: None, ..good.clone() },
        ArchiveRow { namespace: "m".to_owned(), ..good.clone() },
        ArchiveRow { object_key: other.object_key.clone(), ..good.clone() },
        ArchiveRow { heads_key: other.heads_key.clone(), ..good.clone() },
        ArchiveRow { manifest_key: other.manifest_key.clone(), ..good.clone() },
        ArchiveRow { range_start: good.range_start - TimeDelta::days(1), ..good.clone() },
        ArchiveRow { range_end: good.range_end + TimeDelta::days(1), ..good.clone() },
    ];
    for row in wrong {
        assert!(misnamed(&row).is_some(), "{row:?}");
    }
}

#[test]
fn a_row_is_history_where_the_one_that_came_after_it_has_the_same_objects() {
    let old = row(1, State::Failed, Some(2));
    let same = ArchiveRow { id: 2, superseded_by: None, state: State::Dropped, ..old.clone() };
    assert!(is_history(&old, &[old.clone(), same.clone()]));
    assert_eq!(history(&[old.clone(), same.clone()]), HashSet::from([1]));
    assert!(history(&[old.clone(), ArchiveRow { manifest_key: None, ..same.clone() }]).is_empty());
    assert!(!is_history(&old, &[old.clone(), ArchiveRow { id: 3, ..same.clone() }]));
    assert!(!is_history(&old, &[ArchiveRow { object_key: None, ..same.clone() }]));
    assert!(!is_history(&old, &[ArchiveRow { manifest_key: None, ..same.clone() }]));
    assert!(!is_history(&ArchiveRow { superseded_by: None, ..old.clone() }, &[old, same]));
}
