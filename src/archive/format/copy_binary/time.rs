//! Times, in microseconds since 2000-01-01, and as the server writes them.

use super::date::{DAY, Date};

/// Writes times, most of them of the same day as the one before.
#[derive(Debug, Default)]
pub struct TimeWriter {
    /// The date that was written last, and its day.
    date: Option<(i64, Date)>,
}

impl TimeWriter {
    /// As the server writes a time in UTC, with `DateStyle` ISO.
    pub fn write(&mut self, csv: &mut Vec<u8>, micros: i64) {
        match micros {
            i64::MAX => return csv.extend_from_slice(b"infinity"),
            i64::MIN => return csv.extend_from_slice(b"-infinity"),
            _ => {}
        }
        let (seconds, micros) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
        let (day, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let date = match self.date {
            Some((same, date)) if same == day => date,
            _ => self.date.insert((day, Date::new(day))).1,
        };
        let (year, era) = if date.year > 0 { (date.year, &b""[..]) } else { (1 - date.year, &b" BC"[..]) };
        add_padded(csv, year, 4);
        for (mark, value) in [(b'-', date.month), (b'-', date.day), (b' ', second / 3600), (b':', second / 60 % 60)] {
            csv.push(mark);
            add_padded(csv, value, 2);
        }
        csv.push(b':');
        add_padded(csv, second % 60, 2);
        if micros > 0 {
            csv.push(b'.');
            add_padded(csv, micros, 6);
            while csv.last() == Some(&b'0') {
                csv.pop();
            }
        }
        csv.extend_from_slice(b"+00");
        csv.extend_from_slice(era);
    }
}

/// Reads times, most of them of the same day as the one before.
#[derive(Debug, Default)]
pub struct TimeReader {
    /// The date that was read last, as it stands there, and its day.
    date: Option<(Vec<u8>, i64)>,
}

impl TimeReader {
    /// A time as the server writes it in UTC: `2013-01-03 12:00:00.5+00`.
    pub fn read(&mut self, text: &[u8]) -> Option<i64> {
        match text {
            b"infinity" => return Some(i64::MAX),
            b"-infinity" => return Some(i64::MIN),
            _ => {}
        }
        let (text, is_before_christ) = text.strip_suffix(b" BC").map_or((text, false), |text| (text, true));
        let (date, time) = text.split_at_checked(memchr::memchr(b' ', text)?)?;
        let day = match &self.date {
            // One before Christ is rare.
            Some((same, day)) if same == date && !is_before_christ => *day,
            _ => {
                let day = day(date, is_before_christ)?;
                if !is_before_christ {
                    self.date = Some((date.to_vec(), day));
                }
                day
            }
        };
        let time = time.strip_suffix(b"+00")?;
        let [b' ', h1, h2, b':', m1, m2, b':', s1, s2, rest @ ..] = time else { return None };
        let [hour, minute, second] = [[*h1, *h2], [*m1, *m2], [*s1, *s2]].map(|two| digits(&two));
        let (hour, minute, second) =
            (hour.filter(|h| *h < 24)?, minute.filter(|m| *m < 60)?, second.filter(|s| *s < 60)?);
        let second = hour * 3600 + minute * 60 + second;
        let micros = match rest {
            [] => 0,
            [b'.', rest @ ..] if (1..=6).contains(&rest.len()) => {
                rest.iter().chain(b"00000").take(6).try_fold(0, |n, b| Some(n * 10 + digits(&[*b])?))?
            }
            _ => return None,
        };
        day.checked_mul(DAY)?.checked_add(second)?.checked_mul(1_000_000)?.checked_add(micros)
    }
}

fn day(date: &[u8], is_before_christ: bool) -> Option<i64> {
    let (year, rest) = date.split_at_checked(memchr::memchr(b'-', date)?)?;
    let [b'-', m1, m2, b'-', d1, d2] = rest else { return None };
    let year = if (4..=6).contains(&year.len()) { digits(year)? } else { return None };
    let year = if is_before_christ { 1 - year } else { year };
    let date = Date { year, month: digits(&[*m1, *m2])?, day: digits(&[*d1, *d2])? };
    let days = date.days();
    // There is no 30th of February.
    (Date::new(days) == date).then_some(days)
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

/// A number that is not negative, with zeros before it up to this width.
fn add_padded(csv: &mut Vec<u8>, number: i64, width: usize) {
    add_digits(csv, number.unsigned_abs(), width);
}

pub(super) fn add_digits(csv: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut begin = digits.len();
    while number > 0 {
        begin -= 1;
        // Below ten.
        digits[begin] = b'0' + (number % 10).to_le_bytes()[0];
        number /= 10;
    }
    csv.extend_from_slice(&digits[begin.min(digits.len() - width)..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_was_read_last_stands_for_no_other_one() {
        let mut times = TimeReader::default();
        let mut read = |text: &str| times.read(text.as_bytes());
        let (after, before) = (read("0044-03-15 00:00:00+00"), read("0044-03-15 00:00:00+00 BC"));
        assert!(before < after && before.is_some(), "{before:?} {after:?}");
        assert_eq!(read("0044-03-15 00:00:00+00"), after);
        assert_eq!(read("0044-03-16 00:00:00+00"), after.map(|at| at + DAY * 1_000_000));
    }

    #[test]
    fn an_hour_a_minute_and_a_second_end_before_the_next() {
        let mut times = TimeReader::default();
        let mut read = |time: &str| times.read(format!("2013-01-03 {time}+00").as_bytes());
        assert_eq!(read("23:59:59.999999").map(|at| at % (DAY * 1_000_000)), Some(DAY * 1_000_000 - 1));
        for odd in ["24:00:00", "23:60:00", "23:59:60", "23:59:59.", "23:59:59.0000001"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn times_are_written_as_the_server_writes_them() {
        let mut times = TimeWriter::default();
        // The server's own, by extract(epoch …) of each.
        for (seconds, micros, text) in [
            (410_529_600_i64, 0_i64, "2013-01-03 12:00:00+00"),
            (410_529_600, 500_000, "2013-01-03 12:00:00.5+00"),
            (410_529_600, 1, "2013-01-03 12:00:00.000001+00"),
            (-1, 999_999, "1999-12-31 23:59:59.999999+00"),
            (5_097_600, 0, "2000-02-29 00:00:00+00"),
            (-63_082_281_600, 0, "0001-01-01 00:00:00+00"),
            (-63_082_281_601, 0, "0001-12-31 23:59:59+00 BC"),
            (252_455_616_000, 0, "10000-01-01 00:00:00+00"),
        ] {
            let mut csv = Vec::new();
            times.write(&mut csv, seconds * 1_000_000 + micros);
            assert_eq!(String::from_utf8(csv).unwrap(), text);
        }
    }
}
