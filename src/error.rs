//! The one error type: what was being done, the cause, and what to do next.

use std::fmt;

use crate::text::without_passwords;

/// What sort of failure it was. Scripts see it as the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Failed; nothing is lost and the same command may be run again.
    Failed,
    /// A flag or value that cannot be meant.
    Usage,
    /// A namespace, stream, chunk or archive that does not exist.
    NotFound,
    /// Wrong expected version, an id used again, a name that exists.
    Conflict,
    /// An archive is missing, damaged or differs. Nothing was dropped.
    Verification,
    /// The range asked for is archived and was not read.
    Archived,
    /// Another run holds the lifecycle lock.
    Busy,
    /// This server's edition or version cannot do it.
    Unsupported,
    /// Stopped by SIGINT after a clean stop.
    Interrupted,
    /// Stopped by SIGTERM after a clean stop.
    Terminated,
}

impl Kind {
    /// The process exit code, as the command-line contract lists them.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Verification => 5,
            Self::Archived => 6,
            Self::Busy => 7,
            Self::Unsupported => 8,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The kind that has this exit code.
    pub fn of_exit_code(code: u8) -> Option<Self> {
        const ALL: [Kind; 10] = [
            Kind::Failed,
            Kind::Usage,
            Kind::NotFound,
            Kind::Conflict,
            Kind::Verification,
            Kind::Archived,
            Kind::Busy,
            Kind::Unsupported,
            Kind::Interrupted,
            Kind::Terminated,
        ];
        ALL.into_iter().find(|kind| kind.exit_code() == code)
    }

    /// Whether a stop was asked for, rather than that something went wrong.
    pub const fn is_stop(self) -> bool {
        matches!(self, Self::Interrupted | Self::Terminated)
    }

    /// How bad it is beside others: where several chunks failed, the worst one names the exit code.
    pub const fn severity(self) -> u8 {
        match self {
            Self::Verification => 9,
            Self::Interrupted | Self::Terminated => 8,
            Self::Failed => 7,
            Self::Conflict => 6,
            Self::Archived => 5,
            Self::Unsupported => 4,
            Self::NotFound => 3,
            Self::Busy => 2,
            Self::Usage => 1,
        }
    }
}

/// An error as the user sees it: `doing: cause`, then a `hint:` line.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    doing: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    hint: Option<String>,
}

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// `doing` says what was being done and to what, in lower case: `reading the manifest of archive 7`.
    pub fn new(kind: Kind, doing: impl Into<String>) -> Self {
        Self { kind, doing: doing.into(), cause: None, hint: None }
    }

    /// A plain failure.
    pub fn failed(doing: impl Into<String>) -> Self {
        Self::new(Kind::Failed, doing)
    }

    /// A flag or value that cannot be meant.
    pub fn usage(doing: impl Into<String>) -> Self {
        Self::new(Kind::Usage, doing)
    }

    /// Adds what went wrong underneath. An [`Error`] given as the cause keeps its hint.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// As [`Error::hint`], where there is one.
    #[must_use]
    pub fn hint_if_any(self, hint: Option<impl Into<String>>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// Adds what the user can do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts `doing` before this error, unless it begins with it already: kind and hint stay.
    #[must_use]
    pub fn while_doing(mut self, doing: impl fmt::Display) -> Self {
        let doing = doing.to_string();
        if !begins_with(&self.doing, &doing) {
            self.doing = format!("{doing}: {}", self.doing);
        }
        self
    }

    /// What sort of failure it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What to do next, of this error or of the nearest cause that has one.
    pub fn hint_text(&self) -> Option<&str> {
        if let Some(hint) = &self.hint {
            return Some(hint);
        }
        self.causes().skip(1).find_map(|c| c.downcast_ref::<Self>()).and_then(Self::hint_text)
    }

    /// This error and what lies underneath, outermost first.
    pub fn causes(&self) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
        std::iter::successors(Some(self as &(dyn std::error::Error + 'static)), |e| e.source())
    }

    /// The outermost cause of this type.
    pub fn find_cause<T: std::error::Error + 'static>(&self) -> Option<&T> {
        self.causes().find_map(|c| c.downcast_ref())
    }
}

/// Whether a text says first that this was being done.
fn begins_with(text: &str, doing: &str) -> bool {
    text.strip_prefix(doing).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Wherever an error goes, to a terminal, a table, a hook or the history: no password goes with it.
        let doing = without_passwords(&self.doing);
        let Some(cause) = &self.cause else { return f.write_str(&doing) };
        let why = without_passwords(&cause.to_string()).into_owned();
        // What was being done underneath may have been the same.
        if !begins_with(&why, &doing) {
            write!(f, "{doing}: ")?;
        }
        f.write_str(&why)?;
        // Libraries say "db error" and keep the reason one level down; our own errors print their causes themselves.
        if cause.downcast_ref::<Self>().is_some() {
            return Ok(());
        }
        let mut said = why;
        let mut next = cause.source();
        while let Some(c) = next {
            let text = without_passwords(&c.to_string()).into_owned();
            if !said.contains(&text) {
                write!(f, ": {text}")?;
                said.push_str(&text);
            }
            if c.downcast_ref::<Self>().is_some() {
                break;
            }
            next = c.source();
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|c| c as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_shows_a_password_wherever_it_goes() {
        let e = Error::usage("the store URL \"file://u:hunter2@h/x\"").because("file://u:hunter2@h/x: no such host");
        let e = e.while_doing("reading file://u:hunter2@h/x");
        assert!(!e.to_string().contains("hunter2") && e.to_string().contains("file://u:***@h/x"), "{e}");
        let e = Error::failed("opening s3://k:hunter2@b").because(Error::failed("opening s3://k:hunter2@b"));
        assert_eq!(e.to_string(), "opening s3://k:***@b");
    }

    #[test]
    fn what_was_being_done_is_said_once() {
        let e = || Error::failed("erasing in chunk 7").because("it is frozen");
        assert_eq!(e().while_doing("erasing in chunk 7").to_string(), "erasing in chunk 7: it is frozen");
        assert_eq!(
            e().while_doing("night").while_doing("night").to_string(),
            "night: erasing in chunk 7: it is frozen"
        );
        assert_eq!(e().while_doing("erasing").to_string(), "erasing: erasing in chunk 7: it is frozen");
        let around = |doing: &str| Error::failed(doing).because(e()).to_string();
        assert_eq!(around("erasing in chunk 7"), "erasing in chunk 7: it is frozen");
        assert_eq!(around("erasing"), "erasing: erasing in chunk 7: it is frozen");
        assert_eq!(Error::failed("a").because("a: b").to_string(), "a: b");
    }
}
