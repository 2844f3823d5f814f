use super::*;
use crate::db::queries::ledger::State;

fn decided(state: State, counts: (i64, i64), place: PlaceState, entering: Entering) -> &'static str {
    let (alone, changed) = counts;
    let found = Whereabouts { messages: 10, live: 10 - alone - changed, elsewhere: Vec::new(), changed, alone };
    match decide(&ArchiveRow::sample(1, state), &found, place, entering) {
        Again::Not => "not",
        Again::Enter => "enter",
        Again::LeftOut(_) => "left out",
        Again::Forgotten(_) => "forgotten",
    }
}

#[test]
fn only_what_is_whole_and_nowhere_else_is_entered_again() {
    let (expected, forgotten) = (Entering::Expected, Entering::Forgotten);
    for entering in [expected, forgotten] {
        assert_eq!(decided(State::Failed, (0, 0), PlaceState::Expected, entering), "not");
        assert_eq!(decided(State::Failed, (1, 0), PlaceState::Expected, entering), "left out", "the rest is elsewhere");
        assert_eq!(decided(State::Failed, (0, 1), PlaceState::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (1, 1), PlaceState::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (9, 1), PlaceState::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (10, 0), PlaceState::Taken("7".to_owned()), entering), "left out");
        assert_eq!(decided(State::Failed, (10, 0), PlaceState::Expected, entering), "enter");
    }
    assert_eq!(decided(State::Failed, (10, 0), PlaceState::Free, expected), "forgotten");
    assert_eq!(decided(State::Expired, (10, 0), PlaceState::Expected, expected), "forgotten");
    assert_eq!(decided(State::Expired, (10, 0), PlaceState::Free, forgotten), "enter");
}

#[test]
fn only_an_archive_that_counts_has_taken_the_place_of_another() {
    let key = ObjectKey::new("old.manifest.json").unwrap();
    let replaced_by = |standing: ManifestStatus, old: &str| {
        let mut entry = super::super::tests::entry(1, standing);
        entry.manifest.replaces = vec!["another".to_owned(), old.to_owned()];
        is_replaced(&[entry], &key)
    };
    for standing in [ManifestStatus::Known(State::Dropped), ManifestStatus::OnlyCopy, ManifestStatus::Live] {
        assert!(replaced_by(standing, key.as_str()), "{standing:?}");
        assert!(!replaced_by(standing, "old"), "{standing:?}");
    }
    let idle = [ManifestStatus::Known(State::Expired), ManifestStatus::Replaced, ManifestStatus::Partly { alone: 1 }];
    for standing in idle.into_iter().chain([ManifestStatus::Overtaken(State::Dropped)]) {
        assert!(!replaced_by(standing, key.as_str()), "{standing:?}");
    }
}

#[test]
fn beside_one_that_is_entered_now_an_equal_one_is_not_and_one_that_may_share_messages_waits() {
    let of = |standing, first, last, hash: &str| {
        let mut entry = super::super::tests::entry(1, standing);
        (entry.manifest.first_global_position, entry.manifest.last_global_position) = (Some(first), Some(last));
        hash.clone_into(&mut entry.manifest.csv.sha256);
        entry
    };
    let it = of(ManifestStatus::Replaced, 10, 20, "it");
    let decided = |others: &[FoundManifest]| match beside(others, &it) {
        None => "nothing",
        Some(Again::Not) => "not",
        Some(Again::LeftOut(_)) => "left out",
        Some(Again::Enter | Again::Forgotten(_)) => "entered",
    };
    assert_eq!(decided(&[]), "nothing");
    for (first, last, expected) in [(20, 30, "left out"), (1, 10, "left out"), (21, 30, "nothing"), (1, 9, "nothing")] {
        assert_eq!(decided(&[of(ManifestStatus::OnlyCopy, first, last, "other")]), expected, "{first} to {last}");
    }
    assert_eq!(decided(&[of(ManifestStatus::Live, 10, 20, "other")]), "nothing");
    assert_eq!(
        decided(&[of(ManifestStatus::OnlyCopy, 10, 20, "other"), of(ManifestStatus::OnlyCopy, 10, 20, "it")]),
        "not"
    );
}
