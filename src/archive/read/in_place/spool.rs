//! An archive whose frames cannot be proven one by one: it is read from end to end, proven as a whole, and kept in a file that
//! nobody else sees while it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use super::super::verify::{Expected, read_through};
use super::message_row::{CsvRows, PartialRow};
use super::{ArchiveReader, damaged};
use crate::archive::format::manifest::{Frame, Manifest};
use crate::error::{Error, Result};
use crate::store::{ObjectKey, Store};

/// CSV of a frame that is cut here, where the archive has none.
const CUT_BYTES: u64 = 256 << 10;

/// Its CSV, in a file.
#[derive(Debug)]
pub struct Spool(Mutex<File>);

impl Spool {
    /// Reads all of an archive and proves it. Gives the frames that it was cut into, too.
    ///
    /// # Errors
    /// Where it is missing, damaged or differs, or the file cannot be written.
    pub async fn fill(
        reader: &ArchiveReader,
        store: &Store,
        key: &ObjectKey,
        manifest: &Manifest,
    ) -> Result<(Self, Vec<Frame>)> {
        let failed = |e: io::Error| Error::failed("copying an archive into a temporary file").because(e);
        let file = tempfile::tempfile().map_err(failed)?;
        let cut = Cut { file, rest: Vec::new(), header_seen: false, is_odd: false, written: 0, frames: Vec::new() };
        let cut = Arc::new(Mutex::new(cut));
        let adding = Arc::clone(&cut);
        reader.count_fetched(manifest.data.stored.bytes);
        let each = move |piece: &[u8]| {
            let mut cut = adding.lock().map_err(|_| Error::failed("copying an archive"))?;
            cut.add(piece).map_err(failed)
        };
        read_through(store, key, Expected::data(manifest)?, None, reader.stop(), each).await?;
        let cut = Arc::try_unwrap(cut).map_err(|_| Error::failed("copying an archive"))?;
        let mut cut = cut.into_inner().map_err(|_| Error::failed("copying an archive"))?;
        cut.file.flush().map_err(failed)?;
        if cut.is_odd || !cut.rest.is_empty() {
            return Err(damaged(store, key, "it has a row of another form"));
        }
        Ok((Self(Mutex::new(cut.file)), cut.frames))
    }

    /// One frame's CSV.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn frame(&self, frame: &Frame) -> Result<Vec<u8>> {
        let mut csv = vec![0; usize::try_from(frame.length).unwrap_or(usize::MAX)];
        let mut file = self.0.lock().map_err(|_| Error::failed("reading an archive's copy"))?;
        file.seek(SeekFrom::Start(frame.offset))
            .and_then(|_| file.read_exact(&mut csv))
            .map_err(|e| Error::failed("reading an archive's copy").because(e))?;
        Ok(csv)
    }
}

/// CSV on its way into a file, cut into frames.
#[derive(Debug)]
struct Cut {
    file: File,
    /// What has no row's end yet.
    rest: Vec<u8>,
    header_seen: bool,
    /// A row was not of an archive's form: the hash will tell what that means.
    is_odd: bool,
    written: u64,
    frames: Vec<Frame>,
}

impl Cut {
    fn add(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.is_odd {
            return Ok(());
        }
        self.rest.extend_from_slice(piece);
        let mut done = 0;
        for row in CsvRows(&self.rest) {
            done += row.len();
            if !self.header_seen {
                self.header_seen = true;
                continue;
            }
            let Some(at) = PartialRow::read(row).map(|r| r.global_position) else {
                self.is_odd = true;
                return Ok(());
            };
            self.file.write_all(row)?;
            let length = row.len() as u64;
            match self.frames.last_mut().filter(|frame| frame.length < CUT_BYTES) {
                Some(frame) => {
                    frame.length += length;
                    frame.messages += 1;
                    frame.last_global_position = at;
                }
                None => self.frames.push(Frame {
                    offset: self.written,
                    length,
                    csv_bytes: 0,
                    messages: 1,
                    first_global_position: at,
                    last_global_position: at,
                    sha256: None,
                }),
            }
            self.written += length;
        }
        self.rest.drain(..done);
        Ok(())
    }
}
