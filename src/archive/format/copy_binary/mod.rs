//! The binary form of COPY (<https://www.postgresql.org/docs/current/sql-copy.html>, Binary Format): what a server sends and
//! takes faster than text. Archives hold CSV.

mod date;
mod from_csv;
mod time;
mod to_csv;

pub use from_csv::BinaryWriter;
pub use time::{TimeReader, TimeWriter};
pub use to_csv::BinaryRows;

/// How it begins: flags and the length of an extension follow, both four bytes.
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";
/// The one version of `jsonb` that servers send: a text follows.
const JSONB_VERSION: u8 = 1;

/// Rows are not of the form that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherForm;
