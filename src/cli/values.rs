//! Values as people type them. Each parser's error ends clap's sentence `invalid value …`.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use crate::db::queries::messages::ConsumerGroup;
use crate::db::queries::policies::KeepFree;

/// The number of a run, or its beginning: the first and the last number that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunId {
    /// The lowest.
    pub first: Uuid,
    /// The highest.
    pub last: Uuid,
}

/// A run's number, or eight digits of it and more.
pub fn run_id(text: &str) -> Result<RunId, String> {
    const SHORTEST: usize = 8;
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    if !(SHORTEST..=32).contains(&digits.len()) || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(
            "a run has a number like 019ade0c-35f1-7c41-a2ce-0b31e6a0b5f7; its first eight digits are enough".into()
        );
    }
    let filled = |with: &str| format!("{digits}{}", with.repeat(32 - digits.len())).parse().map_err(|e| format!("{e}"));
    Ok(RunId { first: filled("0")?, last: filled("f")? })
}

/// Longer than any store will live, and far from every overflow.
const LONGEST: Duration = Duration::from_hours(24 * 366 * 1000);

/// A duration: `7d`, `36h`, `3 days`, `1y`.
///
/// # Errors
/// Where it is negative, has no unit or an unknown one, or is longer than 1,000 years.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if text.starts_with(['-', '−']) {
        return Err("a duration cannot be negative".to_owned());
    }
    let duration = humantime::parse_duration(text).map_err(|e| match e {
        humantime::DurationError::NumberOverflow => "it is too long".to_owned(),
        e => format!("{e}; durations are 7d, 36h, '3 days', 1y"),
    })?;
    if duration > LONGEST { Err("it is longer than 1,000 years".to_owned()) } else { Ok(duration) }
}

/// From when on: so long ago, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// So long before now.
    Ago(Duration),
    /// This instant.
    At(DateTime<Utc>),
}

/// A duration that ends now, `30d`, or an instant, `2013-07-01`.
///
/// # Errors
/// Where it is neither.
pub fn since(text: &str) -> Result<Since, String> {
    match duration(text) {
        Ok(ago) => Ok(Since::Ago(ago)),
        Err(e) => instant(text).map(Since::At).map_err(|_| format!("{e}; or an instant such as 2013-07-01")),
    }
}

/// The age at which something is done by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeOrNever {
    /// Once a chunk is this old.
    Age(Duration),
    /// Never.
    Never,
}

/// A duration, or `never`.
///
/// # Errors
/// As [`duration`].
pub fn age_or_never(text: &str) -> Result<AgeOrNever, String> {
    if text.trim() == "never" { Ok(AgeOrNever::Never) } else { duration(text).map(AgeOrNever::Age) }
}

/// In how many stores an archive lies before its chunk is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// In so many.
    Some(i32),
    /// In all that the policy names.
    All,
}

/// A number of copies, or `all`.
///
/// # Errors
/// Where it is neither, or none.
pub fn copies(text: &str) -> Result<Copies, String> {
    match text.trim() {
        "all" => Ok(Copies::All),
        number => match number.parse() {
            Ok(n) if n >= 1 => Ok(Copies::Some(n)),
            _ => Err("a number from 1 on, or all".to_owned()),
        },
    }
}

/// An archive's number.
///
/// # Errors
/// Where it is none.
pub fn archive(text: &str) -> Result<i64, String> {
    let form = "archives have numbers (archives list, ID); archives rehydrate --chunk takes chunks by name";
    text.parse().map_err(|_| form.to_owned())
}

/// An instant: RFC 3339, a day in UTC, or what tables print, in UTC as well.
///
/// # Errors
/// Where it is neither, or no time that the database has.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    let at = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(day) => day.and_time(NaiveTime::MIN).and_utc(),
        Err(_) => match NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f") {
            Ok(printed) => printed.and_utc(),
            Err(_) => DateTime::parse_from_rfc3339(text)
                .map_err(|_| {
                    "instants are 2013-07-01, 2013-07-01T12:00:00Z or, in UTC, 2013-07-01 12:00:00".to_owned()
                })?
                .to_utc(),
        },
    };
    // On the 24th of November 4714 BC, which is the year -4713. They end later than a year can be written here.
    if at.year() < -4712 {
        return Err("it is before 4713 BC, where the database's times begin".to_owned());
    }
    Ok(at)
}

/// A share of a consumer group: `MEMBER/SIZE`, members counted from 0.
///
/// # Errors
/// Where it is not that, or the member is not within the size.
pub fn consumer_group(text: &str) -> Result<ConsumerGroup, String> {
    let form = || "it is MEMBER/SIZE, such as 0/3".to_owned();
    let (member, size) = text.split_once('/').ok_or_else(form)?;
    let number = |s: &str| s.parse::<i64>().map_err(|_| form());
    let group = ConsumerGroup { member: number(member)?, size: number(size)? };
    if group.size < 1 || group.member < 0 || group.member >= group.size {
        return Err(format!("members of a group of {} are 0 to {}", group.size, group.size.saturating_sub(1).max(0)));
    }
    Ok(group)
}

/// An age recipient: `age1…`.
///
/// # Errors
/// Where it is none.
pub fn recipient(text: &str) -> Result<String, String> {
    if text.trim().to_ascii_lowercase().starts_with("age-secret-key-") {
        return Err("it is a private key, which is for files alone (--age-identity-file); a recipient is age1…, the public key \
                    beside it"
            .to_owned());
    }
    let parsed = text.trim().parse::<age::x25519::Recipient>();
    parsed
        .map(|recipient| recipient.to_string())
        .map_err(|e| format!("{e}; a recipient is age1…, as age-keygen prints it"))
}

/// A part of a whole, more than 0 and at most 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(pub f64);

/// A percentage: `10%`.
///
/// # Errors
/// Where it has no `%` or is not within 0 to 100.
pub fn share(text: &str) -> Result<Share, String> {
    let form = || "it is a percentage, such as 10%".to_owned();
    let percent: f64 = text.trim().strip_suffix('%').ok_or_else(form)?.trim().parse().map_err(|_| form())?;
    if percent > 0.0 && percent <= 100.0 {
        Ok(Share(percent / 100.0))
    } else {
        Err("a share is more than 0% and at most 100%".to_owned())
    }
}

/// Bytes a second: `20M`, `512K`, `1.5G`, or plain bytes; powers of 1024, as curl and rclone have them.
///
/// # Errors
/// Where it is none, or so low that no request would end in time.
pub fn rate(text: &str) -> Result<u64, String> {
    let form = || "a rate is bytes a second, such as 512K, 20M or 1.5G".to_owned();
    match bytes(text.trim().trim_end_matches("/s")).ok_or_else(form)? {
        rate if rate < LOWEST_RATE => Err("less than 16K a second is too slow for S3's requests".to_owned()),
        rate => Ok(rate),
    }
}

/// A SHA-256 in hex, in small letters.
///
/// # Errors
/// Where it is none.
pub fn sha256(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hash { Ok(text) } else { Err("a SHA-256 is 64 hexadecimal digits".to_owned()) }
}

/// Bytes: `512M`, `1.5G`, or plain bytes; powers of 1024.
///
/// # Errors
/// Where it is none.
pub fn size(text: &str) -> Result<u64, String> {
    bytes(text.trim()).ok_or_else(|| "a size is bytes, such as 512M, 1.5G or 0".to_owned())
}

/// A size that is set, or `never`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// So many bytes, from 1 on.
    Bytes(u64),
    /// None.
    Never,
}

/// Room: `200G`, `1.5T`, or `never`.
///
/// # Errors
/// Where it is neither, 0, or more than the server can count.
pub fn room(text: &str) -> Result<Size, String> {
    if text.trim() == "never" {
        return Ok(Size::Never);
    }
    match bytes(text.trim()).ok_or_else(|| "a size is bytes, such as 512M, 200G or 1.5T, or never".to_owned())? {
        0 => Err("it must be more than 0; never takes an aim away".to_owned()),
        n if i64::try_from(n).is_err() => Err("it is more than 8 EiB".to_owned()),
        n => Ok(Size::Bytes(n)),
    }
}

/// How much of a disk stays free, or `never`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Free {
    /// So much.
    Keep(KeepFree),
    /// It does not matter.
    Never,
}

/// A part of a disk: `20%`, `100G`, or `never`.
///
/// # Errors
/// Where it is neither a share nor a size, or nothing or all of the disk.
pub fn free(text: &str) -> Result<Free, String> {
    if text.trim().parse::<f64>().is_ok() {
        return Err(format!("{0} alone is neither a part nor a size: {0}% or {0}G", text.trim()));
    }
    let Some(percent) = text.trim().strip_suffix('%') else {
        return Ok(match room(text).map_err(|e| format!("{e}; or a part of the disk, such as 20%"))? {
            Size::Bytes(n) => Free::Keep(KeepFree::Bytes(n)),
            Size::Never => Free::Never,
        });
    };
    match percent.trim().parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(Free::Keep(KeepFree::Percent(percent))),
        _ => Err("a part of the disk is more than 0% and less than 100%".to_owned()),
    }
}

fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let factor: f64 = match unit.to_ascii_uppercase().trim_end_matches("IB").trim_end_matches('B') {
        "" => 1.0,
        "K" => 1024.0,
        "M" => 1024.0 * 1024.0,
        "G" => 1024.0 * 1024.0 * 1024.0,
        "T" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        "P" => 1024.0 * 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    let bytes = number * factor;
    if !bytes.is_finite() || bytes < 0.0 {
        return None;
    }
    // Within range: saturates far above any line.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some(bytes as u64)
}

/// Bytes a second: the smallest part of an upload takes nine minutes then.
const LOWEST_RATE: u64 = 16 << 10;

/// A tag of an object: `KEY=VALUE`.
///
/// # Errors
/// Where S3 would refuse it.
pub fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a tag is KEY=VALUE")?;
    checked_tag(key, value).map(|()| (key.to_owned(), value.to_owned()))
}

/// Whether S3 takes a tag.
///
/// # Errors
/// Says why not.
pub fn checked_tag(key: &str, value: &str) -> Result<(), String> {
    if key.is_empty() || key.chars().count() > 128 {
        return Err("a tag's key has 1 to 128 characters".to_owned());
    }
    if value.chars().count() > 256 {
        return Err("a tag's value has at most 256 characters".to_owned());
    }
    if key.starts_with("aws:") {
        return Err("tags that begin with aws: are the service's own".to_owned());
    }
    let plain = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    if !key.chars().chain(value.chars()).all(plain) {
        return Err("a tag is of letters, digits, spaces and _ . : / = + - @".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_what_people_type() {
        let day = Duration::from_hours(24);
        for (text, expected) in [
            ("7d", day * 7),
            ("36h", Duration::from_hours(36)),
            ("3 days", day * 3),
            ("0d", Duration::ZERO),
            ("1d 12h", Duration::from_hours(36)),
            ("1y", Duration::from_hours(8766)),
        ] {
            assert_eq!(duration(text).unwrap(), expected, "{text}");
        }
        for text in ["", "-1d", "5 parsecs", "7", "d", "99999999999y", "2000y", "1e3d", "99999999999999999999999d"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert!(duration("-1d").unwrap_err().contains("negative"));
    }

    #[test]
    fn instants_are_days_or_rfc_3339() {
        assert_eq!(instant("2013-07-01").unwrap().to_rfc3339(), "2013-07-01T00:00:00+00:00");
        assert_eq!(instant("2013-07-01T02:00:00+02:00").unwrap().to_rfc3339(), "2013-07-01T00:00:00+00:00");
        assert_eq!(instant("2013-07-01 12:00:00.5").unwrap().to_rfc3339(), "2013-07-01T12:00:00.500+00:00");
        for text in ["", "yesterday", "2013-13-01", "2013-07-01T12:00:00", "-100000-01-01", "-4713-12-31"] {
            assert!(instant(text).is_err(), "{text}");
        }
    }

    #[test]
    fn room_is_a_size_above_nothing_that_the_server_can_count() {
        let gib = 1_u64 << 30;
        for (text, bytes) in
            [("200G", 200 * gib), ("200GiB", 200 * gib), ("1.5T", 1536 * gib), ("7", 7), ("2PB", gib << 21)]
        {
            assert_eq!(room(text).unwrap(), Size::Bytes(bytes), "{text}");
        }
        assert_eq!(room("never").unwrap(), Size::Never);
        for text in ["0", "0G", "-1G", "8192P", "1e30G", "G", "lots", "5X", "NaN", "inf", ""] {
            assert!(room(text).is_err(), "{text}");
        }
        assert!(room("0.1").is_err(), "less than a byte");
        assert!(room("9000P").unwrap_err().contains("8 EiB"));
    }

    #[test]
    fn free_is_a_part_of_the_disk_or_a_size() {
        assert_eq!(free("20%").unwrap(), Free::Keep(KeepFree::Percent(20.0)));
        assert_eq!(free("0.5 %").unwrap(), Free::Keep(KeepFree::Percent(0.5)));
        assert_eq!(free("1G").unwrap(), Free::Keep(KeepFree::Bytes(1 << 30)));
        assert_eq!(free("never").unwrap(), Free::Never);
        for text in ["0%", "100%", "-5%", "120%", "%", "x%", "NaN%", "0", "half"] {
            assert!(free(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_member_is_within_its_group() {
        assert_eq!(consumer_group("2/3").unwrap(), ConsumerGroup { member: 2, size: 3 });
        for text in ["3/2", "3/3", "-1/3", "0/0", "0/-1", "x/y", "1", "1/2/3", ""] {
            assert!(consumer_group(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_percentages() {
        assert!((share("10%").unwrap().0 - 0.1).abs() < 1e-9);
        for text in ["200%", "0%", "-1%", "10", "x%", "NaN%", ""] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn never_is_no_duration() {
        assert_eq!(age_or_never("never").unwrap(), AgeOrNever::Never);
        assert_eq!(since("30d").unwrap(), Since::Ago(Duration::from_hours(720)));
        assert_eq!(since("2013-07-01").unwrap(), Since::At(instant("2013-07-01").unwrap()));
        assert!(since("-1d").unwrap_err().contains("negative"));
        assert!(age_or_never("later").is_err());
    }

    #[test]
    fn rates_are_what_curl_takes() {
        for (text, bytes) in [
            ("20M", 20 << 20),
            ("512k", 512 << 10),
            ("512KiB/s", 512 << 10),
            ("1.5G", 3 << 29),
            ("65536", 65536),
            ("1MB", 1 << 20),
        ] {
            assert_eq!(rate(text).unwrap(), bytes, "{text}");
        }
        for text in ["", "fast", "-1M", "0", "1K", "20X", "M", "NaN", "inf", "1e999"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn tags_are_what_s3_takes() {
        assert_eq!(tag("team=a=b").unwrap(), ("team".into(), "a=b".into()));
        for text in ["team", "=x", "aws:x=y", "a=<b>", "a=b&c=d"] {
            assert!(tag(text).is_err(), "{text}");
        }
    }
}
