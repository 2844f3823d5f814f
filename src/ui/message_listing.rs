//! Messages as they come: JSON in `EventoDB`'s line form, with data and metadata exactly as stored.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::record::Time;
use super::{Listing, Record, Stdout, TableColumn, Tabular, Ui, human};
use crate::cli::OutputFormat;
use crate::db::queries::messages::MessageRow;
use crate::error::Result;
use crate::messages::{compact_json, write_line};

/// Characters of data in a table.
const SHOWN: usize = 60;

/// A message for tables and CSV.
#[derive(Debug, Serialize)]
struct MessageRecord {
    id: String,
    stream: String,
    r#type: String,
    pos: i64,
    gpos: i64,
    data: Option<String>,
    meta: Option<String>,
    time: Time,
}

impl Record for MessageRecord {
    const FIELDS: &'static [&'static str] = &["id", "stream", "type", "pos", "gpos", "data", "meta", "time"];
}

impl From<&MessageRow> for MessageRecord {
    fn from(m: &MessageRow) -> Self {
        let compact = |json: &String| {
            let mut out = Vec::new();
            // A vector takes every write, and JSON from the database is UTF-8.
            let _ = compact_json(&mut out, json);
            String::from_utf8(out).unwrap_or_default()
        };
        Self {
            id: m.id.clone(),
            stream: m.stream_name.clone(),
            r#type: m.message_type.clone(),
            pos: m.position,
            gpos: m.global_position,
            data: m.data.as_ref().map(compact),
            meta: m.metadata.as_ref().map(compact),
            time: m.time.into(),
        }
    }
}

impl Tabular for MessageRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("GPOS"),
        TableColumn::Left("STREAM"),
        TableColumn::Right("POS"),
        TableColumn::Left("TYPE"),
        TableColumn::Left("TIME"),
        TableColumn::Left("DATA"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.gpos.to_string(),
            self.stream.clone(),
            self.pos.to_string(),
            self.r#type.clone(),
            self.time.0.format("%Y-%m-%d %H:%M:%S").to_string(),
            human::shortened(self.data.as_deref().unwrap_or("-"), SHOWN),
        ]
    }
}

/// A listing of messages under way. `push` fails once the reader of standard output has left, so that reading ends.
pub struct MessageListing {
    ui: Ui,
    out: BufWriter<Stdout>,
    rest: Listing<MessageRecord>,
    pushed: usize,
}

impl Ui {
    /// Messages as they come, on standard output.
    pub fn messages(&self) -> MessageListing {
        MessageListing::new(self.clone())
    }
}

impl MessageListing {
    pub(super) fn new(ui: Ui) -> Self {
        let rest = ui.listing();
        Self { out: BufWriter::with_capacity(1 << 16, ui.stdout()), ui, rest, pushed: 0 }
    }

    /// One more.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn push(&mut self, m: &MessageRow) -> io::Result<()> {
        self.pushed += 1;
        if self.ui.output() == OutputFormat::Json {
            self.out.write_all(if self.pushed == 1 { b"[\n  " } else { b"  ," })?;
            return write_line(&mut self.out, m);
        }
        self.rest.push(m.into()).map_err(io::Error::other)?;
        if self.ui.is_deaf() { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    /// The end.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        if self.ui.output() != OutputFormat::Json {
            return self.rest.finish();
        }
        let end: &[u8] = if self.pushed == 0 { b"[]\n" } else { b"]\n" };
        let written = self.out.write_all(end).and_then(|()| self.out.flush());
        self.ui.told(written)
    }

    /// One message alone.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn single(ui: &Ui, m: &MessageRow) -> Result<()> {
        if ui.output() != OutputFormat::Json {
            return ui.object(&MessageRecord::from(m));
        }
        let mut out = Vec::new();
        write_line(&mut out, m).map_err(super::unwritten)?;
        ui.text(&out)
    }
}
