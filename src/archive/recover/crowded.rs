//! More messages than places: what tells, from counts alone, that archives are of two lives of a namespace.

/// Messages between two global positions, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageRange {
    /// The lowest global position.
    pub first: i64,
    /// The highest.
    pub last: i64,
    /// Messages.
    pub messages: i64,
}

impl MessageRange {
    /// Says what it means that so many messages are there, and what to do.
    pub fn means_two_lives(&self) -> String {
        let Self { first, last, messages } = self;
        format!(
            "{messages} messages are at the global positions from {first} to {last}, more than there are: archives of two lives \
             of the namespace count, as where it was cleared, or a backup was restored, and written to again. archives show \
             tells when each was made; archives rehydrate ID --into OTHER brings one into a namespace of its own, to be \
             compared. Only then let one of them go: archives prune takes the messages out for good"
        )
    }
}

/// Where runs have more messages than there are global positions for them: the places, and all messages there. Each global
/// position is one message's; where some are known to be more than one's, this is not asked. A namespace that was deleted, or
/// cleared, and written anew begins with low positions again.
pub fn crowded(runs: impl IntoIterator<Item = MessageRange>) -> Option<MessageRange> {
    let mut runs: Vec<MessageRange> =
        runs.into_iter().filter(|run| run.messages > 0 && run.first <= run.last).collect();
    runs.sort_unstable_by_key(|run| run.last);
    let mut firsts: Vec<i64> = runs.iter().map(|run| run.first).collect();
    firsts.sort_unstable();
    firsts.dedup();
    // Where there are very many, from the first one only.
    let firsts = if runs.len() > MAX_RUNS { &firsts[..firsts.len().min(1)] } else { &firsts[..] };
    for first in firsts {
        let mut messages = 0_i64;
        for run in runs.iter().filter(|run| run.first >= *first) {
            messages = messages.saturating_add(run.messages);
            let places = run.last.saturating_sub(*first).saturating_add(1);
            if messages > places {
                return Some(MessageRange { first: *first, last: run.last, messages });
            }
        }
    }
    None
}

/// Of how many each is looked at beside each: a second's work.
const MAX_RUNS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn run(first: i64, last: i64, messages: i64) -> MessageRange {
        MessageRange { first, last, messages }
    }

    #[test]
    fn runs_that_have_a_place_for_each_message_are_not_crowded() {
        assert_eq!(crowded([]), None);
        assert_eq!(crowded([run(1, 100, 100), run(101, 200, 100)]), None);
        assert_eq!(crowded([run(1, 200, 100), run(2, 199, 100)]), None, "they lie between each other");
        assert_eq!(crowded([run(i64::MIN, i64::MAX, i64::MAX)]), None);
    }

    #[test]
    fn one_message_more_than_there_are_places_is_told_wherever_it_is() {
        assert_eq!(crowded([run(1, 100, 100), run(1, 100, 100)]), Some(run(1, 100, 200)));
        assert_eq!(crowded([run(1, 100, 100), run(50, 50, 1)]), Some(run(1, 100, 101)));
        // All in all there is room: not there.
        assert_eq!(crowded([run(1, 10, 1), run(500, 600, 101), run(600, 600, 1)]), Some(run(500, 600, 102)));
    }
}
