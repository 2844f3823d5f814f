//! Object Lock: objects that nobody deletes before a date.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

use super::ObjectKey;
use crate::{Error, Result};

/// Who may end a lock before its date. The stricter one is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RetentionMode {
    /// Whoever has a right that is given for it, `s3:BypassGovernanceRetention`.
    Governance,
    /// Nobody, the account's owner included.
    Compliance,
}

impl RetentionMode {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Compliance => "compliance",
        }
    }
}

impl fmt::Display for RetentionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RetentionMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "governance" => Ok(Self::Governance),
            "compliance" => Ok(Self::Compliance),
            _ => Err("it is governance or compliance".to_owned()),
        }
    }
}

/// What new objects are to be locked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectLock {
    /// Who may end it.
    pub mode: RetentionMode,
    /// For how long, from the moment at which an object is written.
    pub period: Duration,
}

impl ObjectLock {
    /// The lock of something that is written at `now`. Services keep whole seconds: it ends no earlier than asked.
    ///
    /// # Errors
    /// A usage error where the calendar has no such date.
    pub fn from(self, now: DateTime<Utc>) -> Result<LockedUntil> {
        let end = TimeDelta::from_std(self.period).ok().and_then(|period| now.checked_add_signed(period));
        let whole = end.and_then(|end| match end.trunc_subsecs(0) {
            whole if whole == end => Some(whole),
            whole => whole.checked_add_signed(TimeDelta::seconds(1)),
        });
        let until = whole.filter(|until| *until <= LAST).ok_or_else(|| {
            Error::usage("locking objects")
                .because("the lock would end after the year 9999")
                .hint("give a shorter --lock")
        })?;
        Ok(LockedUntil { mode: self.mode, until })
    }
}

/// Later dates cannot be written as services read them.
const LAST: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(last) => last,
    None => DateTime::<Utc>::MAX_UTC,
};

/// A lock with its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedUntil {
    /// Who may end it before.
    pub mode: RetentionMode,
    /// When it ends.
    pub until: DateTime<Utc>,
}

impl LockedUntil {
    /// Whether it keeps an object for as long as `asked` does, and as strictly.
    pub fn is_at_least(&self, asked: &Self) -> bool {
        self.until >= asked.until && self.mode >= asked.mode
    }
}

impl fmt::Display for LockedUntil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "until {} ({})", self.until.format("%Y-%m-%dT%H:%M:%SZ"), self.mode)
    }
}

/// What a store says of how an object is kept from being deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectProtection {
    /// Its lock. A key without the right to see it is told of none.
    pub lock: Option<LockedUntil>,
    /// Whether a legal hold of the service keeps it as well.
    pub is_held: bool,
    /// The version that this is of, where the bucket keeps versions.
    pub version: Option<String>,
    /// The object's size in bytes.
    pub size: u64,
}

/// What somebody with the store's key could do to objects that are locked, as a trial on a small one has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockTrial {
    /// Whether the service kept the object while it was locked.
    pub keeping: Keeping,
    /// Whether the key may end a lock of governance mode.
    pub bypasses: bool,
    /// Whether the key may delete versions that are not locked.
    pub deletes_versions: bool,
    /// What the trial has left, as the key could not remove it.
    pub left: Option<ObjectKey>,
}

/// How a service has kept an object while it was locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeping {
    /// It refused to delete it and to shorten its lock.
    Kept,
    /// It did not, for what is told.
    Broken(&'static str),
    /// It cannot be told, for this reason.
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn lock(mode: RetentionMode, days: u64) -> ObjectLock {
        ObjectLock { mode, period: Duration::from_hours(24 * days) }
    }

    #[test]
    fn a_lock_ends_at_a_whole_second_and_never_too_early() {
        let governance = lock(RetentionMode::Governance, 1);
        assert_eq!(governance.from(at("2026-01-01T00:00:00Z")).unwrap().until, at("2026-01-02T00:00:00Z"));
        assert_eq!(governance.from(at("2026-01-01T00:00:00.1Z")).unwrap().until, at("2026-01-02T00:00:01Z"));
        let end = governance.from(at("2026-01-01T00:00:00Z")).unwrap();
        assert_eq!(end.to_string(), "until 2026-01-02T00:00:00Z (governance)");
        for far in [lock(RetentionMode::Governance, 366 * 9000), lock(RetentionMode::Governance, u64::MAX / 90_000)] {
            assert!(far.from(at("2026-01-01T00:00:00Z")).is_err());
        }
    }

    #[test]
    fn a_lock_serves_for_another_where_it_is_as_long_and_as_strict() {
        let now = at("2026-01-01T00:00:00Z");
        let of = |mode, days| lock(mode, days).from(now).unwrap();
        let asked = of(RetentionMode::Governance, 10);
        assert!(of(RetentionMode::Governance, 10).is_at_least(&asked));
        assert!(of(RetentionMode::Compliance, 11).is_at_least(&asked));
        assert!(!of(RetentionMode::Compliance, 9).is_at_least(&asked));
        assert!(!asked.is_at_least(&of(RetentionMode::Compliance, 9)));
    }
}
