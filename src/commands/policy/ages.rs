//! Ages, as they are given and shown.

use std::time::Duration;

use crate::cli::values::AgeOrNever;
use crate::ui::human;

/// A duration as people type it, in years where it is some: what keeps archives is long.
pub(super) fn in_years(age: Duration) -> String {
    // A year as it is read: 365.25 days.
    match age.as_secs() {
        s if s > 0 && s % 31_557_600 == 0 => format!("{}y", s / 31_557_600),
        _ => human::typed(age),
    }
}

pub(super) const fn age(age: AgeOrNever) -> Option<Duration> {
    match age {
        AgeOrNever::Age(age) => Some(age),
        AgeOrNever::Never => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_shown_as_they_are_typed() {
        for (seconds, text) in [(0, "0d"), (604_800, "7d"), (129_600, "36h"), (90, "90s")] {
            assert_eq!(human::typed(Duration::from_secs(seconds)), text);
        }
        assert_eq!(in_years(Duration::from_hours(61_362)), "7y");
        assert_eq!(in_years(Duration::from_hours(240)), "10d");
    }
}
