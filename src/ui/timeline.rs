//! Strips of characters: a line a namespace, a character a part of the time that all lines share.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::chart::terminal_width;
use super::human;
use crate::report::{StripCell, StripState};

/// The width where standard output is no terminal.
const PLAIN_WIDTH: usize = 80;
/// A strip is not narrower than this.
const NARROWEST: usize = 20;
/// Names are cut at so many characters.
const LONGEST_NAME: usize = 30;

/// What a state looks like: as high as the chunk is in the database.
const fn glyph(state: StripState) -> char {
    match state {
        StripState::Open => '▒',
        StripState::Closed => '█',
        StripState::Compressed => '▅',
        StripState::Rehydrated => '▀',
        StripState::Archived => '▂',
        StripState::Discarded => '·',
        StripState::Mixed => '?',
    }
}

const MISSING: char = '!';

/// Namespaces with their chunks.
#[derive(Debug, Default)]
pub struct Timeline {
    lines: Vec<(String, Vec<StripCell>)>,
}

impl Timeline {
    /// One more line.
    pub fn push(&mut self, name: &str, cells: Vec<StripCell>) {
        self.lines.push((human::shortened(&human::printable(name), LONGEST_NAME), cells));
    }

    /// Years above, a line a namespace, and what the characters mean.
    pub(super) fn text(&self) -> String {
        self.drawn(terminal_width().unwrap_or(PLAIN_WIDTH))
    }

    fn drawn(&self, width: usize) -> String {
        let cells = || self.lines.iter().flat_map(|(_, cells)| cells);
        let (Some(from), Some(to)) = (cells().map(|c| c.range_start).min(), cells().map(|c| c.range_end).max()) else {
            let lines: Vec<_> = self.lines.iter().map(|(name, _)| format!("{name}  no chunks")).collect();
            return format!("{}\n", lines.join("\n"));
        };
        let names = self.lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let axis = Axis { from, to, slots: width.saturating_sub(names + 2).max(NARROWEST) };
        let mut lines = vec![format!("{:names$}  {}", "", axis.years().trim_end())];
        for (name, cells) in &self.lines {
            lines.push(format!("{name:names$}  {}", axis.strip(cells)).trim_end().to_owned());
        }
        let legend: Vec<String> = StripState::ALL.iter().map(|s| format!("{} {}", glyph(*s), s.as_str())).collect();
        format!("{}\n\n{}  {MISSING} copies missing\n", lines.join("\n"), legend.join("  "))
    }
}

/// The time that all lines share.
struct Axis {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    slots: usize,
}

impl Axis {
    /// The slot of an instant; one past the last for the end.
    fn slot(&self, at: DateTime<Utc>) -> usize {
        let all = i128::from((self.to - self.from).num_seconds().max(1));
        let since = i128::from((at - self.from).num_seconds().max(0));
        usize::try_from(since * self.slots as i128 / all).unwrap_or(usize::MAX).min(self.slots)
    }

    /// Of chunks in one slot the one shows that is nearest to the database: what is in no archive is never hidden.
    fn strip(&self, cells: &[StripCell]) -> String {
        let mut states: Vec<Option<(StripState, bool)>> = vec![None; self.slots];
        for cell in cells {
            let first = self.slot(cell.range_start).min(self.slots - 1);
            // Its last instant.
            let last = self.slot(cell.range_end - TimeDelta::seconds(1)).min(self.slots - 1);
            for slot in &mut states[first..=last.max(first)] {
                let lacks = cell.missing_copies > 0;
                *slot =
                    Some(slot.map_or((cell.state, lacks), |(state, lacked)| (state.min(cell.state), lacked || lacks)));
            }
        }
        states
            .into_iter()
            .map(|state| match state {
                None => ' ',
                Some((StripState::Archived | StripState::Rehydrated | StripState::Mixed, true)) => MISSING,
                Some((state, _)) => glyph(state),
            })
            .collect()
    }

    /// Years, each where it begins, as far as there is room.
    fn years(&self) -> String {
        let mut text = vec![' '; self.slots];
        let mut free = 0;
        let first = format!("{}", self.from.format("%Y-%m-%d"));
        let mut put = |at: usize, label: &str| {
            if at >= free && at + label.len() <= text.len() {
                text[at..at + label.len()].iter_mut().zip(label.chars()).for_each(|(slot, c)| *slot = c);
                free = at + label.len() + 1;
            }
        };
        put(0, &first);
        for year in self.from.year() + 1..=self.to.year() {
            let begin =
                NaiveDate::from_ymd_opt(year, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).map(|t| t.and_utc());
            // Beyond the screen's resolution there may be many.
            if let Some(begin) = begin.filter(|begin| *begin < self.to) {
                put(self.slot(begin), &year.to_string());
            }
        }
        text.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(week: i64, state: StripState) -> StripCell {
        let start = "2013-01-03T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::weeks(week);
        StripCell {
            range_start: start,
            range_end: start + TimeDelta::weeks(1),
            state,
            chunks: 1,
            messages: 1,
            is_exact: true,
            bytes: 1,
            archives: None,
            copies: None,
            missing_copies: 0,
        }
    }

    fn year() -> Vec<StripCell> {
        let state = |week| match week {
            0..40 => StripState::Archived,
            40..60 => StripState::Compressed,
            60..70 => StripState::Closed,
            _ => StripState::Open,
        };
        (0..71).map(|week| cell(week, state(week))).collect()
    }

    #[test]
    fn lines_share_one_time_and_fit_the_width() {
        let mut timeline = Timeline::default();
        timeline.push("flights", year());
        timeline.push("a\u{1b}b", year().split_off(60));
        for width in [60, 80, 200] {
            let text = timeline.drawn(width);
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines.iter().take(3).all(|line| line.chars().count() <= width), "{text}");
            assert!(lines[0].contains("2013-01-03") && lines[0].contains("2014"), "{text}");
            let strips: Vec<Vec<char>> = lines[1..3].iter().map(|line| line.chars().collect()).collect();
            assert_eq!(strips[0].len(), strips[1].len(), "both end now: {text}");
            assert!(lines[2].starts_with("a\\u{1b}b"), "{text}");
            for state in [StripState::Archived, StripState::Compressed, StripState::Closed, StripState::Open] {
                assert!(strips[0].contains(&glyph(state)), "{state:?} {text}");
            }
        }
    }

    #[test]
    fn a_chunk_in_no_archive_is_not_hidden_by_many_that_are() {
        let mut cells: Vec<_> = (0..2000).map(|week| cell(week, StripState::Archived)).collect();
        cells[700].state = StripState::Closed;
        cells[900].missing_copies = 1;
        let mut timeline = Timeline::default();
        timeline.push("n", cells);
        let text = timeline.drawn(60);
        let strip = text.lines().nth(1).unwrap();
        assert!(strip.contains('█') && strip.contains('!'), "{text}");
    }

    #[test]
    fn a_namespace_without_chunks_says_so() {
        let mut timeline = Timeline::default();
        timeline.push("empty", Vec::new());
        assert_eq!(timeline.drawn(80), "empty  no chunks\n");
    }
}
