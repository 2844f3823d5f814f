//! What histories have done and seen.

use std::collections::BTreeMap;
use std::fmt;

use crate::histories::archives::Row;

/// Counts by name.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pub histories: u64,
    pub actions: u64,
    counts: BTreeMap<String, u64>,
}

impl Tally {
    pub fn count(&mut self, name: &str) {
        *self.counts.entry(name.to_owned()).or_default() += 1;
    }

    /// States that rows of the ledger came to.
    pub fn states(&mut self, before: &[Row], after: &[Row]) {
        for row in after {
            let old = before.iter().find(|b| b.id == row.id).map(|b| b.state.as_str());
            if old != Some(row.state.as_str()) {
                self.count(&format!("→{}", row.state));
            }
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.histories += other.histories;
        self.actions += other.actions;
        for (name, n) in &other.counts {
            *self.counts.entry(name.clone()).or_default() += n;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} histories, {} actions", self.histories, self.actions)?;
        for (name, n) in &self.counts {
            write!(f, ", {name} {n}")?;
        }
        Ok(())
    }
}
