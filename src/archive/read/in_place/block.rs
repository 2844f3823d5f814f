//! Rows of a frame that was proven, one after the other.

use bytes::Bytes;

use super::message_row::CsvRows;

/// The rows of a frame.
#[derive(Debug)]
pub struct Block {
    /// Its CSV.
    pub(super) csv: Bytes,
    /// How far it was read.
    pub(super) at: usize,
}

impl Block {
    /// The next row, and where to go on after it.
    pub fn next_row(&mut self) -> Option<&[u8]> {
        let row = CsvRows(&self.csv[self.at..]).next()?;
        let start = self.at;
        self.at += row.len();
        Some(&self.csv[start..self.at])
    }

    /// How far it was read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes on from there.
    pub const fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether there is no row after those that were given.
    pub fn is_done(&self) -> bool {
        self.at >= self.csv.len()
    }

    /// What it takes in memory.
    pub const fn bytes(&self) -> usize {
        self.csv.len()
    }
}
