//! How a drill turned out.

/// How a drill, or an archive of one, turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrillVerdict {
    /// All came back as it was stored.
    Ok,
    /// Something is missing, damaged or differs.
    Failed,
    /// A store or the server could not be asked: that says nothing about the archives.
    Unknown,
    /// It was asked to stop.
    Stopped,
    /// It did not come to its own end, and was cleared up after.
    Killed,
}

impl DrillVerdict {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Ok, "ok"),
        (Self::Failed, "failed"),
        (Self::Unknown, "unknown"),
        (Self::Stopped, "stopped"),
        (Self::Killed, "killed"),
    ];

    /// Its name in the ledger and in output.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(verdict, _)| *verdict == self).map_or("unknown", |(_, name)| name)
    }

    /// By its name in the ledger.
    pub fn of(name: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == name).map_or(Self::Unknown, |(verdict, _)| *verdict)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_as_they_are_written() {
        for (verdict, name) in DrillVerdict::ALL {
            assert_eq!((verdict.as_str(), DrillVerdict::of(name)), (name, verdict));
            assert_eq!(serde_json::to_value(verdict).unwrap(), name);
        }
    }
}
