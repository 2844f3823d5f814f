//! Bars for people: a line each, as wide as the terminal.

use std::fmt::Write as _;

use super::human;

/// The width where standard output is no terminal.
const PLAIN_WIDTH: usize = 80;
/// A bar is not narrower than this, however long the labels are.
const NARROWEST: usize = 10;
/// Labels are cut at so many characters.
const LONGEST_LABEL: usize = 40;
/// Parts of a character's width, from an eighth to all of it.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// A bar, and what it is of.
#[derive(Debug, Clone)]
pub struct ChartBar {
    /// A text a column.
    pub labels: Vec<String>,
    /// Its length.
    pub value: i64,
}

/// Bars below each other.
#[derive(Debug)]
pub struct Chart {
    headings: Vec<String>,
    /// `None` is a gap.
    bars: Vec<Option<ChartBar>>,
}

impl Chart {
    /// With a heading for each label, and one for the value.
    pub fn new(headings: &[&str]) -> Self {
        Self { headings: headings.iter().map(|&h| h.to_owned()).collect(), bars: Vec::new() }
    }

    /// One more bar.
    pub fn push(&mut self, bar: &ChartBar) {
        let labels = bar.labels.iter().map(|l| human::shortened(&human::printable(l), LONGEST_LABEL)).collect();
        self.bars.push(Some(ChartBar { labels, value: bar.value }));
    }

    /// The next bar does not follow the last one.
    pub fn gap(&mut self) {
        self.bars.push(None);
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }

    /// Heading and lines, within a width where that can be.
    pub(super) fn lines(&self, width: Option<usize>) -> (String, Vec<String>) {
        let bars = || self.bars.iter().flatten();
        let columns = self.headings.len() - 1;
        let widths: Vec<usize> = (0..columns)
            .map(|n| {
                let longest = bars().filter_map(|b| b.labels.get(n)).map(|l| l.chars().count()).max();
                longest.unwrap_or_default().max(self.headings[n].chars().count())
            })
            .collect();
        let largest = bars().map(|b| b.value).max().unwrap_or_default().max(1);
        let figures = human::count(largest).chars().count().max(self.headings[columns].chars().count());
        let taken = widths.iter().map(|w| w + 2).sum::<usize>() + figures + 2;
        let room = width.unwrap_or(PLAIN_WIDTH).saturating_sub(taken).max(NARROWEST);
        let line = |labels: &[String], value: &str, bar: &str| {
            let mut text = String::new();
            for (label, width) in labels.iter().zip(&widths) {
                let _ = write!(text, "{label:width$}  ");
            }
            let _ = write!(text, "{value:>figures$}  {bar}");
            text.trim_end().to_owned()
        };
        let head = line(&self.headings[..columns], &self.headings[columns], "");
        let lines = self
            .bars
            .iter()
            .map(|bar| match bar {
                Some(bar) => line(&bar.labels, &human::count(bar.value), &drawn(bar.value, largest, room)),
                None => "…".to_owned(),
            })
            .collect();
        (head, lines)
    }
}

/// A bar of eighths of a character; what is there at all is seen.
fn drawn(value: i64, largest: i64, room: usize) -> String {
    let share = |n: i64| u128::try_from(n).unwrap_or_default();
    let eighths = share(value) * (room as u128) * 8 / share(largest).max(1);
    let eighths = usize::try_from(eighths).unwrap_or(usize::MAX).clamp(usize::from(value > 0), room * 8);
    let mut bar = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        bar.push(EIGHTHS[eighths % 8 - 1]);
    }
    bar
}

/// The terminal's width; none where standard output is no terminal.
pub(super) fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let mut chart = Chart::new(&["DAY", "CATEGORY", "MESSAGES"]);
        for (day, category, value) in
            [("2013-01-03", "account", 1_000_000), ("2013-01-04", "order", 500_000), ("2013-01-06", "o\u{1b}", 1)]
        {
            if day == "2013-01-06" {
                chart.gap();
            }
            chart.push(&ChartBar { labels: vec![day.to_owned(), category.to_owned()], value });
        }
        chart
    }

    #[test]
    fn bars_fit_the_width_and_are_as_long_as_their_figures() {
        for width in [60, 80, 200] {
            let (head, lines) = chart().lines(Some(width));
            assert!(head.starts_with("DAY         CATEGORY"), "{head}");
            let longest = lines.iter().map(|l| l.chars().count()).max().unwrap();
            assert_eq!(longest, width, "{lines:?}");
            let full = |line: &String| line.chars().filter(|c| *c == '█').count();
            assert_eq!(full(&lines[0]) / 2, full(&lines[1]), "{lines:?}");
            assert_eq!(lines[2], "…");
            assert!(lines[3].ends_with("1  ▏") && lines[3].contains("o\\u{1b}"), "{lines:?}");
        }
    }

    #[test]
    fn a_narrow_terminal_still_has_bars() {
        let (_, lines) = chart().lines(Some(5));
        assert!(lines[0].ends_with(&"█".repeat(NARROWEST)), "{lines:?}");
        assert!(Chart::new(&["DAY", "MESSAGES"]).is_empty());
    }
}
