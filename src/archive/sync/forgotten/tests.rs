use super::*;
use crate::db::queries::ledger::State;

fn decided(state: State, counts: (i64, i64), place: Place, entering: Entering) -> &'static str {
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
        assert_eq!(decided(State::Failed, (0, 0), Place::Expected, entering), "not");
        assert_eq!(decided(State::Failed, (1, 0), Place::Expected, entering), "left out", "the rest is elsewhere");
        assert_eq!(decided(State::Failed, (0, 1), Place::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (1, 1), Place::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (9, 1), Place::Expected, entering), "left out");
        assert_eq!(decided(State::Failed, (10, 0), Place::Taken("7".to_owned()), entering), "left out");
        assert_eq!(decided(State::Failed, (10, 0), Place::Expected, entering), "enter");
    }
    assert_eq!(decided(State::Failed, (10, 0), Place::Free, expected), "forgotten");
    assert_eq!(decided(State::Expired, (10, 0), Place::Expected, expected), "forgotten");
    assert_eq!(decided(State::Expired, (10, 0), Place::Free, forgotten), "enter");
}
