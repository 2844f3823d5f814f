//! timestamptz: its text in ISO form, and microseconds since 2000-01-01 UTC, as `PostgreSQL` keeps it
//! (<https://www.postgresql.org/docs/current/datatype-datetime.html>).

use crate::serve::fault::{Answer, Fault};

/// What is later than all times.
pub const INFINITY: i64 = i64::MAX;
/// What is earlier.
pub const MINUS_INFINITY: i64 = i64::MIN;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// Days from 1970 to 2000.
const EPOCH: i64 = 10_957;
/// 4714-11-24 BC and 294277-01-01.
const BOUNDS: (i64, i64) = (-211_813_488_000_000_000, 9_223_371_331_200_000_000);

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar; year 0 is 1 BC.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March end with the day that leap years add.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The opposite.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year + era * 400, month + 3) } else { (year + era * 400 + 1, month - 9) };
    (year, month, day)
}

fn number(digits: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<i64> {
    (lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// `+01`, `-03:30`, `+00:53:28`, `Z`: in microseconds.
fn zone(text: &str) -> Option<i64> {
    if text == "Z" || text == "z" {
        return Some(0);
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let mut parts = rest.split(':');
    let hours = number(parts.next()?, 1..=2).filter(|h| *h <= 15)?;
    let mut seconds = hours * 3600;
    for unit in [60, 1] {
        match parts.next() {
            Some(part) => seconds += number(part, 2..=2).filter(|n| *n < 60)? * unit,
            None => break,
        }
    }
    parts.next().is_none().then_some(sign * seconds * SECOND)
}

/// `10:15`, `10:15:00`, `10:15:00.123456`: in microseconds.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?, 1..=2)?, number(parts.next()?, 2..=2)?);
    let (second, fraction) = match parts.next() {
        Some(rest) => rest.split_once('.').unwrap_or((rest, "0")),
        None => ("00", "0"),
    };
    let second = number(second, 2..=2)?;
    // Digits past the sixth are rounded by rules that are not repeated here.
    let fraction = number(&format!("{:0<6}", (fraction.len() <= 6).then_some(fraction)?), 6..=6)?;
    (hour < 24 && minute < 60 && second < 60).then_some((hour * 3600 + minute * 60 + second) * SECOND + fraction)
}

fn finite(text: &str) -> Option<i64> {
    let (text, is_before) = match text.strip_suffix(" BC").or_else(|| text.strip_suffix(" bc")) {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (day, rest) = match text.find([' ', 'T']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = day.splitn(3, '-');
    let year = number(parts.next()?, 4..=6).filter(|y| *y > 0)?;
    let (month, day) = (number(parts.next()?, 2..=2)?, number(parts.next()?, 2..=2)?);
    let year = if is_before { 1 - year } else { year };
    let at = days(year, month, day);
    if !(1..=12).contains(&month) || date(at) != (year, month, day) {
        return None;
    }
    let of_day = match rest {
        None => 0,
        Some(rest) => {
            let end = rest.find(['+', '-', 'Z', 'z', ' ']).unwrap_or(rest.len());
            let zone_text = rest[end..].trim_start();
            // Sessions are in UTC here.
            clock(&rest[..end])? - if zone_text.is_empty() { 0 } else { zone(zone_text)? }
        }
    };
    (at - EPOCH).checked_mul(DAY)?.checked_add(of_day)
}

/// Reads a timestamptz in ISO form.
///
/// # Errors
/// 0A000 where it is in another form, which the database may understand; 22008 where it is out of range.
pub fn read(text: &str) -> Answer<i64> {
    let text = text.trim_matches(' ');
    match text {
        "infinity" => return Ok(INFINITY),
        "-infinity" => return Ok(MINUS_INFINITY),
        "epoch" => return Ok(-EPOCH * DAY),
        _ => {}
    }
    let at = finite(text).ok_or_else(|| {
        Fault::new("0A000", format!("a time is not read in the form \"{text}\" here"))
            .hint("write it as 2013-01-31 23:59:59.123456+00")
    })?;
    if at < BOUNDS.0 || at >= BOUNDS.1 {
        return Err(Fault::new("22008", format!("timestamp out of range: \"{text}\"")));
    }
    Ok(at)
}

/// As the server prints it in UTC.
pub fn text(at: i64) -> String {
    match at {
        INFINITY => return "infinity".to_owned(),
        MINUS_INFINITY => return "-infinity".to_owned(),
        _ => {}
    }
    let (year, month, day) = date(at.div_euclid(DAY) + EPOCH);
    let of_day = at.rem_euclid(DAY);
    let (seconds, micros) = (of_day / SECOND, of_day % SECOND);
    let (shown, era) = if year > 0 { (year, "") } else { (1 - year, " BC") };
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}").trim_end_matches('0').to_owned() };
    format!(
        "{shown:04}-{month:02}-{day:02} {:02}:{:02}:{:02}{fraction}+00{era}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_printed_as_the_server_does() {
        for same in [
            "2000-01-01 00:00:00+00",
            "2013-01-01 10:15:00.5+00",
            "1969-12-31 23:59:59.999999+00",
            "12013-02-28 00:00:00.000001+00",
            "0044-03-15 12:00:00+00 BC",
            "0001-12-31 23:59:59+00 BC",
            "4714-11-24 00:00:00+00 BC",
            "294276-12-31 23:59:59.999999+00",
            "2000-02-29 00:00:00+00",
            "infinity",
            "-infinity",
        ] {
            assert_eq!(text(read(same).unwrap()), same);
        }
        assert_eq!(read("2000-01-01 00:00:00+00").unwrap(), 0);
        assert_eq!(read("epoch").unwrap(), read("1970-01-01 00:00:00+00").unwrap());
    }

    #[test]
    fn zones_are_offsets() {
        for (given, shown) in [
            ("2013-01-01 10:15:00+01", "2013-01-01 09:15:00+00"),
            ("2013-01-01T10:15:00Z", "2013-01-01 10:15:00+00"),
            ("2013-01-01 10:15:00-03:30", "2013-01-01 13:45:00+00"),
            ("1890-01-01 00:53:28+00:53:28", "1890-01-01 00:00:00+00"),
            ("2013-01-01", "2013-01-01 00:00:00+00"),
            ("2013-01-01 10:15", "2013-01-01 10:15:00+00"),
        ] {
            assert_eq!(text(read(given).unwrap()), shown, "{given}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for odd in [
            "",
            "now",
            "yesterday",
            "Jan 1 2013",
            "2013-02-29",
            "2013-13-01",
            "0000-01-01",
            "2013-01-01 24:00:00+00",
            "2013-01-01 10:15:00 Europe/Berlin",
            "2013-01-01 10:15:00.1234567+00",
            "2013-1-1",
            "294277-01-01",
            "4715-01-01 BC",
        ] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
