use super::*;

#[test]
fn what_may_be_an_only_copy_stays_and_changed_content_counts_where_the_archive_counted() {
    let found = |alone, changed, elsewhere: &[(i64, i64)]| Whereabouts {
        messages: 10,
        live: 0,
        elsewhere: elsewhere.to_vec(),
        changed,
        alone,
    };
    let (expired, failed) = (ArchiveRow::sample(1, State::Expired), ArchiveRow::sample(1, State::Failed));
    for archive in [&expired, &failed] {
        assert_eq!(judge(archive, &found(1, 0, &[(2, 9)])), Err(ObjectsStayReason::Alone(1, 10)));
        assert_eq!(judge(archive, &found(1, 1, &[])), Err(ObjectsStayReason::Alone(1, 10)));
        assert_eq!(judge(archive, &found(0, 0, &[])), Ok(Evidence::Live));
        assert_eq!(judge(archive, &found(0, 0, &[(2, 4), (3, 6)])), Ok(Evidence::Elsewhere(vec![2, 3])));
    }
    assert_eq!(judge(&expired, &found(0, 1, &[(2, 9)])), Err(ObjectsStayReason::Changed(1, 10)));
    // It may go, and a hold on it would keep it.
    assert_eq!(judge(&failed, &found(0, 1, &[(2, 9)])), Ok(Evidence::Alike));
}
