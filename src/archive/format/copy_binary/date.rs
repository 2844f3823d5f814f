//! Dates of the Gregorian calendar, whenever they are: a server's go further than a library's.

/// Seconds a day.
pub const DAY: i64 = 86_400;
/// Days from 0000-03-01 to 2000-01-01, from which a server counts.
const DAYS_TO_2000: i64 = 730_425;
/// Days in 400 years.
const ERA: i64 = 146_097;

/// A date; the year before 1 is 0. Years begin in March in what is counted here, so that a leap day is a year's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// The year.
    pub year: i64,
    /// From 1 to 12.
    pub month: i64,
    /// From 1 to 31.
    pub day: i64,
}

impl Date {
    /// By days since 2000-01-01.
    pub fn new(day: i64) -> Self {
        let day = day + DAYS_TO_2000;
        let (era, day) = (day.div_euclid(ERA), day.rem_euclid(ERA));
        // Leap days before it: every 4 years, not every 100, but at the end of the 400.
        let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Five months have 153 days, from March and from August on.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self { year: era * 400 + year + next, month, day }
    }

    /// Days since 2000-01-01.
    pub fn days(self) -> i64 {
        let (year, month) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day = 365 * year + year / 4 - year / 100 + (153 * month + 2) / 5 + self.day - 1;
        era * ERA + day - DAYS_TO_2000
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate, TimeDelta};

    use super::*;

    #[test]
    fn dates_are_those_of_a_library_that_knows_them() {
        let begin = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
        for day in (-90_000_000..90_000_000).step_by(997).chain(-800_000..800_000) {
            let (date, known) = (Date::new(day), begin + TimeDelta::days(day));
            let known = Date { year: known.year().into(), month: known.month().into(), day: known.day().into() };
            assert_eq!(date, known);
            assert_eq!(date.days(), day);
        }
    }
}
