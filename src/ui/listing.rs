//! Things of one kind as they come.

use std::io::{self, BufWriter, IsTerminal, Write};

use serde_json::Value;

use super::human::printable;
use super::table::{self, Head};
use super::{Stdout, Tabular, Ui, unwritten};
use crate::cli::OutputFormat;
use crate::error::Result;

/// Rows of a table that are laid out together.
const PAGE: usize = 1000;

/// Whether CSV begins with its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CsvHead {
    /// It does.
    Written,
    /// It was written before.
    Left,
}

/// Records as CSV. What is no plain value is JSON in its field.
pub(super) fn csv<T: Tabular>(out: &mut impl Write, head: CsvHead, items: &[T]) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    // For people no text of the database is a command to the terminal; for programs it is what it is.
    let is_for_people = io::stdout().is_terminal();
    let shown = |text: String| if is_for_people { printable(&text) } else { text };
    if head == CsvHead::Written {
        writer.write_record(T::FIELDS)?;
    }
    for item in items {
        let value = serde_json::to_value(item)?;
        writer.write_record(T::FIELDS.iter().map(|field| match &value[*field] {
            Value::Null => String::new(),
            Value::String(text) => shown(text.clone()),
            other => shown(other.to_string()),
        }))?;
    }
    writer.flush()
}

impl Ui {
    /// One thing, on standard output.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn object<T: Tabular>(&self, it: &T) -> Result<()> {
        let mut out = Vec::new();
        let made = match self.speech.output {
            OutputFormat::Json => {
                serde_json::to_writer_pretty(&mut out, it).map_err(io::Error::from).and_then(|()| writeln!(out))
            }
            OutputFormat::Csv => csv(&mut out, CsvHead::Written, std::slice::from_ref(it)),
            OutputFormat::Table => table::vertical(&mut out, it, self.out_style),
        };
        made.map_err(unwritten)?;
        self.text(&out)
    }

    /// Things of one kind, on standard output.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn list<T: Tabular>(&self, items: impl IntoIterator<Item = T>) -> Result<()> {
        let mut listing = self.listing();
        for item in items {
            listing.push(item)?;
        }
        listing.finish()
    }

    /// Things of one kind as they come, on standard output.
    pub fn listing<T: Tabular>(&self) -> Listing<T> {
        Listing::new(self.clone())
    }
}

/// A listing under way: `push` each, then `finish`.
pub struct Listing<T> {
    ui: Ui,
    out: BufWriter<Stdout>,
    page: Vec<T>,
    pushed: usize,
}

impl<T: Tabular> Listing<T> {
    pub(super) fn new(ui: Ui) -> Self {
        Self { out: BufWriter::with_capacity(1 << 16, ui.stdout()), ui, page: Vec::new(), pushed: 0 }
    }

    /// One more.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn push(&mut self, item: T) -> Result<()> {
        if self.ui.output() == OutputFormat::Json {
            let begun = if self.pushed == 0 { "[\n  " } else { ",\n  " };
            self.pushed += 1;
            let line = serde_json::to_vec(&item).map_err(|e| unwritten(e.into()))?;
            let written = self.out.write_all(begun.as_bytes()).and_then(|()| self.out.write_all(&line));
            return self.ui.told(written);
        }
        self.page.push(item);
        if self.page.len() < PAGE { Ok(()) } else { self.write_page() }
    }

    fn write_page(&mut self) -> Result<()> {
        let is_first = self.pushed == 0;
        self.pushed += self.page.len();
        let written = if self.ui.output() == OutputFormat::Csv {
            csv(&mut self.out, if is_first { CsvHead::Written } else { CsvHead::Left }, &self.page)
        } else {
            let head = if is_first { Head::Shown } else { Head::Left };
            table::rows(&mut self.out, &self.page, head, self.ui.out_style)
        };
        self.page.clear();
        self.ui.told(written)
    }

    /// The end: an empty listing is `[]`, a header, or nothing.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        match self.ui.output() {
            OutputFormat::Json => {
                let end: &[u8] = if self.pushed == 0 { b"[]\n" } else { b"\n]\n" };
                let written = self.out.write_all(end);
                self.ui.told(written)?;
            }
            OutputFormat::Table if self.pushed == 0 && self.page.is_empty() => {}
            _ if self.pushed == 0 || !self.page.is_empty() => self.write_page()?,
            _ => {}
        }
        let flushed = self.out.flush();
        self.ui.told(flushed)
    }
}
