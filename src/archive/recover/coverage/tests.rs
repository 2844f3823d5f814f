use super::finding::of_archive;
use super::*;
use crate::error::{Error, Kind};

fn found(expected: i64, hot: (i64, i64), archived: i64, head: i64) -> (&'static str, String) {
    let odd = UnbalancedStream {
        stream: "s-1".to_owned(),
        expected,
        head,
        hot: hot.0,
        hot_positions: hot.1,
        archived,
        last: head,
        streams: 1,
    };
    let CoverageFinding { kind, text } = odd_stream(&odd);
    (kind, text)
}

#[test]
fn a_stream_with_too_many_messages_overlaps_and_one_with_too_few_has_a_hole() {
    for (finding, kind, text) in [
        (found(10, (5, 5), 4, 9), "hole", "10 messages were stored, 5 are live and 4 archived"),
        (found(10, (5, 5), 6, 9), "overlap", "10 messages were stored, 5 are live and 6 archived"),
        (found(10, (5, 5), 5, 9), "hole", "its head is at position 9"),
        (found(10, (5, 4), 5, 9), "overlap", "1 of its live messages share a position"),
        (found(11, (5, 5), 6, 9), "overlap", "11 messages were stored at 10 positions"),
    ] {
        assert_eq!(finding.0, kind, "{finding:?}");
        assert!(finding.1.contains(text), "{finding:?}");
    }
}

#[test]
fn what_is_not_proven_is_not_broken_and_what_is_lost_is() {
    let coverage = |kinds: &[&'static str]| Coverage {
        findings: kinds.iter().map(|kind| CoverageFinding { kind, text: String::new() }).collect(),
        hot_messages: 0,
        archived_messages: 0,
        expected_messages: 0,
        streams: 0,
        first_global_position: None,
        head_global_position: None,
        segments: Vec::new(),
        noted: Vec::new(),
        store_read: true,
        hint: None,
    };
    assert!(!coverage(&[]).is_broken() && !coverage(&[UNPROVEN]).is_broken());
    assert!(coverage(&["hole"]).is_broken() && coverage(&[UNPROVEN, "archive"]).is_broken());
    let row = ArchiveRow::sample(1, State::Dropped);
    let kind = |kind| of_archive(&row, &Error::new(kind, "reading")).kind;
    assert_eq!((kind(Kind::Verification), kind(Kind::Failed)), ("archive", UNPROVEN));
}

#[test]
fn what_was_dropped_or_discarded_is_a_segment_and_nothing_else_of_the_ledger() {
    let kind = |state| stored(&ArchiveRow::sample(1, state)).map(|segment| segment.kind);
    assert_eq!(kind(State::Dropped), Some(SegmentKind::Archived));
    assert_eq!(kind(State::Discarded), Some(SegmentKind::Discarded));
    for state in [State::Verified, State::Rehydrated, State::Failed, State::Expired] {
        assert_eq!(kind(state), None, "{state}");
    }
}

#[test]
fn an_archive_that_is_live_in_part_is_a_hole_with_a_way_back() {
    let row = ArchiveRow::sample(7, State::Rehydrated);
    let mut found = Vec::new();
    let hint = lacking(&[(&row, 3)], &mut found);
    assert_eq!((found.len(), found[0].kind), (1, "hole"));
    assert!(found[0].text.contains("archive 7") && found[0].text.contains("3 of its messages"), "{}", found[0].text);
    assert!(hint.unwrap().contains("archives rehydrate 7"));
    assert_eq!(lacking(&[], &mut found), None);
}
