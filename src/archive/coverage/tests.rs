use super::*;

fn found(expected: i64, hot: (i64, i64), archived: i64, head: i64) -> (&'static str, String) {
    let odd = OddStream {
        stream: "s-1".to_owned(),
        expected,
        head,
        hot: hot.0,
        hot_positions: hot.1,
        archived,
        last: head,
        streams: 1,
    };
    let Finding { kind, text } = odd_stream(&odd);
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
