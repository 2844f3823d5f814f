//! Where an import comes from: a file or standard input, plain, gzip or zstd; read and parsed line by line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::StreamName;
use super::broken_line::why_no_message;
use super::storable::unstorable;
use crate::db::queries::heads::HIGHEST_FROM_OUTSIDE;
use crate::error::{Error, Result};

/// `PostgreSQL` keeps at most 255 MiB of JSON in one value.
const MAX_LINE_BYTES: u64 = 520 << 20;

/// How a source is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceCompression {
    /// It is not.
    None,
    /// gzip, one member or several.
    Gzip,
    /// zstd, one frame or several.
    Zstd,
}

impl SourceCompression {
    fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// One message to import.
#[derive(Debug)]
pub struct ImportLine {
    /// Its number in the source, from 1.
    pub number: u64,
    /// Its id; a new one where the line has none.
    pub id: Uuid,
    /// Whether the source has it; else it was made up here.
    pub has_id: bool,
    /// The stream.
    pub stream: StreamName,
    /// The type.
    pub message_type: String,
    /// Position and global position, kept exactly; `None`: appended.
    pub place: Option<(i64, i64)>,
    /// JSON, kept exactly; JSON's null is SQL's.
    pub data: Option<Box<RawValue>>,
    /// JSON, kept exactly; JSON's null is SQL's.
    pub metadata: Option<Box<RawValue>>,
    /// The time; `None`: when it is imported.
    pub time: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    id: Option<Uuid>,
    stream: String,
    r#type: String,
    pos: Option<i64>,
    gpos: Option<i64>,
    data: Option<Box<RawValue>>,
    meta: Option<Box<RawValue>>,
    time: Option<DateTime<Utc>>,
}

/// Lines of a source, in order.
pub struct Source {
    reader: Box<dyn BufRead + Send>,
    name: String,
    line: Vec<u8>,
    number: u64,
    /// A line that was read and belongs to the next batch.
    pub(super) held: Option<ImportLine>,
    /// Bytes taken from the file so far, compressed as they are there.
    pub consumed: Arc<AtomicU64>,
    /// The file's size, where it is a file.
    pub size: Option<u64>,
}

struct CountingReader<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buf)?;
        self.1.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Source {
    /// Opens a file, or standard input where `path` is `None`. The compression is told by the first bytes.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        let name = path.map_or_else(|| "standard input".to_owned(), |p| p.display().to_string());
        let failed = |e: io::Error| {
            let error = Error::usage(format!("opening {name}")).because(e);
            error.hint("give a readable file of NDJSON, plain, .gz or .zst, or - for standard input")
        };
        let consumed = Arc::new(AtomicU64::new(0));
        let (input, size): (Box<dyn Read + Send>, _) = match path {
            None => (Box::new(io::stdin()), None),
            Some(path) => {
                let mut file = File::open(path).map_err(failed)?;
                if file.metadata().map_err(failed)?.is_dir() {
                    return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
                }
                let size = file.seek(SeekFrom::End(0)).ok();
                // A pipe has no end to seek to, and then no size either.
                if size.is_some() {
                    file.rewind().map_err(failed)?;
                }
                (Box::new(file), size.filter(|s| *s > 0))
            }
        };
        Self::reading(input, name, size, consumed)
    }

    /// NDJSON from anywhere: plain, gzip or zstd. `name` stands in errors.
    ///
    /// # Errors
    /// Where its beginning cannot be read.
    pub fn from_reader(input: impl Read + Send + 'static, name: impl Into<String>) -> Result<Self> {
        Self::reading(Box::new(input), name.into(), None, Arc::default())
    }

    fn reading(input: Box<dyn Read + Send>, name: String, size: Option<u64>, consumed: Arc<AtomicU64>) -> Result<Self> {
        let failed = |e: io::Error| Error::failed(format!("opening {name}")).because(e);
        let mut raw = BufReader::with_capacity(1 << 20, CountingReader(input, Arc::clone(&consumed)));
        let compression = SourceCompression::of(raw.fill_buf().map_err(failed)?);
        let reader: Box<dyn BufRead + Send> = match compression {
            SourceCompression::None => Box::new(raw),
            SourceCompression::Gzip => {
                Box::new(BufReader::with_capacity(1 << 20, flate2::bufread::MultiGzDecoder::new(raw)))
            }
            SourceCompression::Zstd => {
                let decoder = zstd::Decoder::with_buffer(raw).map_err(failed)?;
                Box::new(BufReader::with_capacity(1 << 20, decoder))
            }
        };
        Ok(Self { reader, name, line: Vec::new(), number: 0, held: None, consumed, size })
    }

    /// The next message; `None` at the end. Empty lines are passed over.
    ///
    /// # Errors
    /// Where the line cannot be read or is not a message; the error names the line.
    pub fn next_line(&mut self) -> Result<Option<ImportLine>> {
        loop {
            self.line.clear();
            self.number += 1;
            let n = self
                .reader
                .by_ref()
                .take(MAX_LINE_BYTES)
                .read_until(b'\n', &mut self.line)
                .map_err(|e| Error::failed(format!("reading {} at line {}", self.name, self.number)).because(e))?;
            if n == 0 {
                return Ok(None);
            }
            if n as u64 == MAX_LINE_BYTES {
                return Err(self.refuse("it is longer than any message can be"));
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return self.parse().map(Some);
        }
    }

    fn refuse(&self, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::failed(format!("importing {}: line {}", self.name, self.number))
            .because(why)
            .hint("nothing was imported; mend the line and import the file again")
    }

    fn parse(&self) -> Result<ImportLine> {
        let line: JsonLine =
            serde_json::from_slice(&self.line).map_err(|e| self.refuse(why_no_message(&self.line, &e)))?;
        let stream = line.stream.parse::<StreamName>().map_err(|e| self.refuse(e))?;
        if line.r#type.contains('\0') {
            return Err(self.refuse("its type has a zero byte, which PostgreSQL cannot store"));
        }
        let place = match (line.pos, line.gpos) {
            (Some(_), Some(gpos)) if gpos > HIGHEST_FROM_OUTSIDE => {
                return Err(self.refuse(format!(
                    "the message of stream {stream} has gpos {gpos}; with more than {HIGHEST_FROM_OUTSIDE} the namespace would \
                     have none left for new messages"
                )));
            }
            (Some(pos), Some(gpos)) if pos >= 0 && gpos >= 1 => Some((pos, gpos)),
            (Some(_), Some(_)) => return Err(self.refuse("pos must be 0 or more, gpos 1 or more")),
            (None, None) => None,
            _ => return Err(self.refuse("it has one of pos and gpos; give both or neither")),
        };
        for (what, json) in [("data", &line.data), ("meta", &line.meta)] {
            if let Some(why) = json.as_deref().and_then(|json| unstorable(json.get())) {
                return Err(self.refuse(format!("{what}: {why}")));
            }
        }
        Ok(ImportLine {
            number: self.number,
            has_id: line.id.is_some(),
            id: line.id.unwrap_or_else(Uuid::now_v7),
            stream,
            message_type: line.r#type,
            place,
            data: line.data.filter(|j| j.get() != "null"),
            metadata: line.meta.filter(|j| j.get() != "null"),
            time: line.time.map(as_stored),
        })
    }
}

/// A time as `PostgreSQL` keeps it: in microseconds, and a leap second is the second behind it.
fn as_stored(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn source(bytes: &[u8]) -> Source {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Source::open(Some(file.path())).unwrap()
    }

    const GOOD: &str = r#"{"id":"8e3b5a52-7a3b-4d9e-a7a9-8f24c4b8d8a1","stream":"a-1","type":"T","pos":0,"gpos":1,"data":{"n":1},"meta":null,"time":"2013-01-01T00:00:00Z"}"#;

    #[test]
    fn gzip_and_zstd_are_told_by_their_first_bytes() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(GOOD.as_bytes()).unwrap();
        for bytes in [GOOD.as_bytes().to_vec(), gz.finish().unwrap(), zstd::encode_all(GOOD.as_bytes(), 1).unwrap()] {
            let mut source = source(&bytes);
            let line = source.next_line().unwrap().unwrap();
            assert_eq!((line.stream.as_str(), line.place), ("a-1", Some((0, 1))));
            assert!(line.metadata.is_none());
            assert!(source.next_line().unwrap().is_none());
        }
    }

    #[test]
    fn a_broken_line_is_named_by_its_number() {
        for broken in [
            "{\"stream\":",
            "[]",
            r#"{"stream":"a-1"}"#,
            r#"{"stream":"","type":"T"}"#,
            r#"{"stream":"a-1","type":"T","pos":1}"#,
            r#"{"stream":"a-1","type":"T","pos":-1,"gpos":1}"#,
            r#"{"stream":"a-1","type":"T","pos":0,"gpos":9223372036854775807}"#,
            r#"{"stream":"a-1","type":"T","surprise":1}"#,
            r#"{"stream":"a-1","type":"T","data":{"a":"\u0000"}}"#,
            r#"{"stream":"a-1","type":"T","data":{"a":"\ud83d"}}"#,
            r#"{"stream":"a-1","type":"T","meta":{"a":1e131072}}"#,
            r#"{"stream":"a-1","type":"T","time":"5 parsecs"}"#,
            r#"{"stream":"a-1","type":"T","id":"no uuid"}"#,
        ] {
            let mut source = source(format!("{GOOD}\n\n{broken}\n{GOOD}\n").as_bytes());
            assert!(source.next_line().unwrap().is_some());
            let error = source.next_line().unwrap_err();
            assert!(error.to_string().contains("line 3"), "{broken}: {error}");
        }
    }

    #[test]
    fn a_leap_second_is_the_one_behind_it() {
        for (written, read) in [
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z"),
            ("2016-12-31T23:59:59.123456789Z", "2016-12-31T23:59:59.123456Z"),
        ] {
            let line = format!(r#"{{"stream":"a-1","type":"T","time":"{written}"}}"#);
            let time = source(line.as_bytes()).next_line().unwrap().unwrap().time.unwrap();
            assert_eq!(crate::messages::rfc3339(time), read, "{written}");
        }
    }
}
