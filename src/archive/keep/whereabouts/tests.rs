use super::*;
use crate::db::queries::ledger::State;

#[test]
fn only_a_kept_archive_of_other_objects_may_hold_what_is_left() {
    let scope = Scope::new("n", "s", "public");
    let kept = ArchiveRow::sample(1, State::Dropped);
    let stem = Names::stem(kept.object_key.as_deref().unwrap()).to_owned();
    let holds = |row: &ArchiveRow, stem: &str| may_hold(&scope, row, stem, &RemainingMessages::default());
    assert!(holds(&kept, "another"));
    assert!(!holds(&kept, &stem), "it is the same archive");
    for state in [State::Verified, State::Rehydrated] {
        assert!(holds(&ArchiveRow { state, ..kept.clone() }, "another"), "{state}");
    }
    for state in [State::Planned, State::Exported, State::Uploaded, State::Failed, State::Expired, State::Discarded] {
        assert!(!holds(&ArchiveRow { state, ..kept.clone() }, "another"), "{state}");
    }
    for row in [
        ArchiveRow { objects: Objects::Erasing, ..kept.clone() },
        ArchiveRow { objects: Objects::Deleted, ..kept.clone() },
        ArchiveRow { object_key: None, ..kept.clone() },
        ArchiveRow { heads_key: None, ..kept.clone() },
        ArchiveRow { manifest_key: None, ..kept.clone() },
        ArchiveRow { object_key: Some("m/messages/x.csv".to_owned()), ..kept },
    ] {
        assert!(!holds(&row, "another"), "{row:?}");
    }
}

#[test]
fn what_says_something_of_one_archive_is_told_from_what_says_nothing() {
    for kind in [Kind::Verification, Kind::NotFound, Kind::Unsupported, Kind::Usage] {
        assert!(is_untold(&Error::new(kind, "reading it")), "{kind:?}");
    }
    for kind in [Kind::Failed, Kind::Busy, Kind::Conflict] {
        assert!(!is_untold(&Error::new(kind, "reading it")), "{kind:?}");
    }
}

#[test]
fn an_archive_is_untold_where_it_cannot_be_opened_or_read_and_not_where_nobody_answers() {
    use crate::store::CannotOpen;
    let told = |e: Error| is_untold(&e);
    assert!(told(Error::failed("reading").because(CannotOpen)));
    assert!(told(Error::failed("reading").because(std::io::Error::other(CannotOpen))));
    for kind in [Kind::Verification, Kind::NotFound, Kind::Unsupported, Kind::Usage] {
        assert!(told(Error::new(kind, "reading")), "{kind:?}");
    }
    assert!(!told(Error::failed("reading").because(std::io::Error::other("no route"))));
    assert!(!told(Error::failed("reading")));
}
