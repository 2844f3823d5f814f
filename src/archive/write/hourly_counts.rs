//! An archive's messages by hour, category and type, counted while they pass: the server would read the chunk once more.

use std::collections::HashMap;

use crate::archive::format::csv::CsvRow;
use crate::db::queries::counts;

/// How many figures are kept in memory; where there are more, the server counts.
const MAX_FIGURES: usize = 50_000;
/// Bytes of their categories and types: one of megabytes is legal.
const MAX_BYTES: usize = 16 << 20;

/// Messages by hour, category and type.
#[derive(Debug, Clone, Default)]
pub struct HourlyCounts {
    /// By hour (`2013-01-03 17`, UTC), category and type, which are texts of the server's: none has a NUL in it.
    by: HashMap<Vec<u8>, Figure>,
    /// The key of the row at hand.
    key: Vec<u8>,
    /// Of the keys.
    bytes: usize,
    fit: Fit,
}

#[derive(Debug, Clone, Copy)]
struct Figure {
    messages: i64,
    first_global_position: i64,
    last_global_position: i64,
}

/// Whether all could be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Fit {
    #[default]
    Yes,
    No,
}

impl HourlyCounts {
    /// Counts a message.
    pub fn add(&mut self, row: &CsvRow<'_>) {
        if self.fit == Fit::No {
            return;
        }
        let Some(hour) = hour(row.time) else { return self.leave() };
        if row.category().len() + row.message_type.len() > MAX_BYTES {
            return self.leave();
        }
        self.key.clear();
        self.key.extend_from_slice(hour);
        self.key.push(0);
        self.key.extend_from_slice(row.category());
        self.key.push(0);
        self.key.extend_from_slice(&row.message_type);
        let at = row.global_position;
        if let Some(figure) = self.by.get_mut(&self.key) {
            figure.messages += 1;
            figure.first_global_position = figure.first_global_position.min(at);
            figure.last_global_position = figure.last_global_position.max(at);
        } else if self.by.len() < MAX_FIGURES && self.bytes + self.key.len() <= MAX_BYTES {
            self.bytes += self.key.len();
            let figure = Figure { messages: 1, first_global_position: at, last_global_position: at };
            self.by.insert(self.key.clone(), figure);
        } else {
            self.leave();
        }
    }

    fn leave(&mut self) {
        self.fit = Fit::No;
        self.by = HashMap::new();
    }

    /// The figures; `None` where the server has to count.
    pub fn into_columns(self) -> Option<counts::HourlyCountColumns> {
        if self.fit == Fit::No {
            return None;
        }
        let mut all: Vec<_> = self.by.into_iter().collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let mut columns = counts::HourlyCountColumns::default();
        for (key, figure) in all {
            let mut texts = key.split(|b| *b == 0);
            let mut text = || String::from_utf8(texts.next()?.to_vec()).ok();
            columns.hours.push(text()? + ":00:00+00");
            columns.categories.push(text()?);
            columns.types.push(text()?);
            columns.messages.push(figure.messages);
            columns.first_global_positions.push(figure.first_global_position);
            columns.last_global_positions.push(figure.last_global_position);
        }
        Some(columns)
    }
}

/// The hour of a time in UTC, of a year that is written as everybody's: `2013-01-03 17:30:00.5+00`.
fn hour(time: &[u8]) -> Option<&[u8]> {
    let is_plain = time.get(4) == Some(&b'-') && time.get(13) == Some(&b':') && time.ends_with(b"+00");
    is_plain.then(|| &time[..13])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(rows: &[&str]) -> Option<counts::HourlyCountColumns> {
        let mut figures = HourlyCounts::default();
        for row in rows {
            figures.add(&CsvRow::new(row.as_bytes()).unwrap());
        }
        figures.into_columns()
    }

    #[test]
    fn messages_are_counted_by_hour_category_and_type() {
        let counted = columns(&[
            "7,0,2013-01-03 17:59:59.9+00,a-1,T,x,,\n",
            "8,1,2013-01-03 18:00:00+00,a-1,T,x,,\n",
            "3,0,2013-01-03 17:00:00+00,\"a-\"\"2\",T,x,,\n",
            "9,0,2013-01-03 17:00:00+00,a,\"T,\",x,,\n",
        ])
        .unwrap();
        assert_eq!(counted.hours, ["2013-01-03 17:00:00+00", "2013-01-03 17:00:00+00", "2013-01-03 18:00:00+00"]);
        assert_eq!(counted.types, ["T", "T,", "T"]);
        assert_eq!(counted.categories, ["a"; 3]);
        assert_eq!(counted.messages, [2, 1, 1]);
        assert_eq!((counted.first_global_positions, counted.last_global_positions), (vec![3, 9, 8], vec![7, 9, 8]));
    }

    #[test]
    fn the_server_counts_odd_years_and_what_is_too_much() {
        assert_eq!(columns(&["7,0,0044-03-15 00:00:00+00 BC,a-1,T,x,,\n"]), None);
        assert_eq!(columns(&["7,0,10000-01-01 00:00:00+00,a-1,T,x,,\n"]), None);
        assert_eq!(columns(&["7,0,2013-01-03 17:00:00+01,a-1,T,x,,\n"]), None);
        let mut figures = HourlyCounts::default();
        for i in 0..=MAX_FIGURES {
            figures.add(&CsvRow::new(format!("{i},0,2013-01-03 17:00:00+00,c{i}-1,T,x,,\n").as_bytes()).unwrap());
        }
        assert_eq!(figures.into_columns(), None);
    }
}
