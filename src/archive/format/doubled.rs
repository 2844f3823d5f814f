//! Global positions that more than one message has, as a manifest notes them.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// As many ranges are told apart; what comes after widens the last one.
pub const MAX_RANGES: usize = 1000;

/// Global positions that more than one message had when a chunk was exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubled {
    /// How many.
    pub count: u64,
    /// Where they lie, first and last; of very many the last range is wider than it has to be.
    pub ranges: Vec<(i64, i64)>,
}

impl Doubled {
    /// Adds one that is no lower than those before it.
    pub fn add(&mut self, position: i64) {
        let is_full = self.ranges.len() >= MAX_RANGES;
        match self.ranges.last_mut() {
            Some(last) if position == last.1 => return,
            Some(last) if is_full || position.checked_sub(1) == Some(last.1) => last.1 = position,
            _ => self.ranges.push((position, position)),
        }
        self.count += 1;
    }

    /// With others, wherever they lie.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        let mut ranges: Vec<_> = self.ranges.into_iter().chain(other.ranges.iter().copied()).collect();
        ranges.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
        for range in ranges {
            let is_full = merged.len() >= MAX_RANGES;
            match merged.last_mut() {
                Some(last) if is_full || range.0 <= last.1.saturating_add(1) => last.1 = last.1.max(range.1),
                _ => merged.push(range),
            }
        }
        Self { count: self.count + other.count, ranges: merged }
    }

    /// As the server takes several ranges: `{[1,2],[5,5]}`; `None` where there are none.
    pub fn multirange(&self) -> Option<String> {
        let mut text = String::new();
        for (first, last) in &self.ranges {
            let _ = write!(text, "{}[{first},{last}]", if text.is_empty() { "" } else { "," });
        }
        (!text.is_empty()).then(|| format!("{{{text}}}"))
    }
}

/// Finds equal neighbours among global positions that come in order.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    last: Option<i64>,
    doubled: Doubled,
}

impl Neighbours {
    /// Looks at the next one.
    pub fn add(&mut self, position: i64) {
        if self.last.replace(position) == Some(position) {
            self.doubled.add(position);
        }
    }

    /// Those found.
    pub fn into_doubled(self) -> Doubled {
        self.doubled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(positions: &[i64]) -> Doubled {
        let mut doubled = Doubled::default();
        for position in positions {
            doubled.add(*position);
        }
        doubled
    }

    #[test]
    fn doubles_that_follow_each_other_are_one_range_and_each_counts_once() {
        let doubled = of(&[1, 2, 2, 4, 5, 9]);
        assert_eq!(doubled, Doubled { count: 5, ranges: vec![(1, 2), (4, 5), (9, 9)] });
        assert_eq!(doubled.multirange().as_deref(), Some("{[1,2],[4,5],[9,9]}"));
        assert_eq!(Doubled::default().multirange(), None);
    }

    #[test]
    fn the_doubles_of_two_add_up_wherever_they_lie() {
        let all = of(&[1, 2, 9]).with(&of(&[3, 5, 8, 20]));
        assert_eq!(all, Doubled { count: 7, ranges: vec![(1, 3), (5, 5), (8, 9), (20, 20)] });
        let wide = Doubled { count: 10, ranges: vec![(1, 10)] };
        assert_eq!(wide.with(&of(&[4])), Doubled { count: 11, ranges: vec![(1, 10)] });
    }

    #[test]
    fn of_very_many_the_last_range_is_wider_and_leaves_none_out() {
        let positions: Vec<i64> = (0..).step_by(10).take(MAX_RANGES + 5).collect();
        let (last, end) = (positions[MAX_RANGES - 1], positions[MAX_RANGES + 4]);
        let many = of(&positions);
        assert_eq!((many.ranges.len(), many.ranges.last()), (MAX_RANGES, Some(&(last, end))));
        assert_eq!(many.count, positions.len() as u64);
        let most = of(&positions[..MAX_RANGES]);
        assert_eq!(most.ranges.last(), Some(&(last, last)));
        let all = most.with(&of(&[end + 100]));
        assert_eq!((all.ranges.len(), all.ranges.last()), (MAX_RANGES, Some(&(last, end + 100))));
    }

    #[test]
    fn neighbours_that_are_equal_are_found() {
        let mut neighbours = Neighbours::default();
        for position in [1, 1, 1, 2, 3, 3] {
            neighbours.add(position);
        }
        assert_eq!(neighbours.into_doubled(), Doubled { count: 2, ranges: vec![(1, 1), (3, 3)] });
    }
}
