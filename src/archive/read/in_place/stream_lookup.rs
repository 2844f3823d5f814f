//! Where in an archive a stream's messages lie, by the archive's stream list.

use std::borrow::Cow;
use std::io::Read;
use std::sync::{Arc, Mutex};

use super::super::verify::{Expected, read_through};
use super::located::{Located, SoughtStreams};
use super::message_row::CsvRows;
use super::{ArchiveReader, Keep, ObjectPart, damaged, of, unopened};
use crate::archive::format::codec::Codec;
use crate::archive::format::csv::CsvFields;
use crate::archive::format::encryption;
use crate::archive::format::manifest::{Content, HeadsFrame, Manifest};
use crate::db::queries::ledger::ArchiveRow;
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store};

/// Stream lists without frames up to this are read into memory, and kept.
const WHOLE_BYTES: u64 = 64 << 20;

/// Lines of a stream list as they come.
struct StreamListScan {
    columns: Vec<String>,
    sought: SoughtStreams,
    rest: Vec<u8>,
    header_seen: bool,
    found: Option<Located>,
    first: Option<Vec<u8>>,
    last: Vec<u8>,
    rows: u64,
}

impl StreamListScan {
    fn new(columns: &[String], sought: SoughtStreams, header_seen: bool) -> Self {
        let (rest, found, first, last) = (Vec::new(), None, None, Vec::new());
        Self { columns: columns.to_vec(), sought, rest, header_seen, found, first, last, rows: 0 }
    }

    /// Takes the next piece; `None` where it is not of a stream list's form.
    fn add(&mut self, piece: &[u8]) -> Option<()> {
        self.rest.extend_from_slice(piece);
        let rest = std::mem::take(&mut self.rest);
        let mut done = 0;
        for row in CsvRows(&rest) {
            done += row.len();
            if self.header_seen {
                self.line(row)?;
            }
            self.header_seen = true;
        }
        self.rest = rest[done..].to_vec();
        Some(())
    }

    fn line(&mut self, row: &[u8]) -> Option<()> {
        let fields: Vec<Cow<'_, [u8]>> = CsvFields(row).collect();
        let field = |name: &str| fields.get(self.columns.iter().position(|c| c == name)?).map(AsRef::as_ref);
        let stream = field("stream_name")?;
        self.rows += 1;
        if self.sought.takes(stream) {
            let number = |name| std::str::from_utf8(field(name)?).ok()?.parse::<i64>().ok();
            let spans = match field("spans") {
                Some(text) => Some(spans(std::str::from_utf8(text).ok()?)?),
                None => None,
            };
            let located = Located {
                first_position: number("first_position")?,
                last_position: number("last_position")?,
                messages: number("messages")?,
                spans,
            };
            match &mut self.found {
                Some(found) => found.join(located),
                None => self.found = Some(located),
            }
        }
        if self.first.is_none() {
            self.first = Some(stream.to_vec());
        }
        self.last = stream.to_vec();
        Some(())
    }
}

/// `168960 169002:169010`.
fn spans(text: &str) -> Option<Vec<(i64, i64)>> {
    text.split(' ')
        .map(|span| {
            let (lo, hi) = span.split_once(':').unwrap_or((span, span));
            Some((lo.parse().ok()?, hi.parse().ok()?))
        })
        .collect()
}

/// What the archive holds of a stream; `None` where it has none of it.
///
/// # Errors
/// [`Kind::Verification`](crate::error::Kind::Verification) where the list is missing, damaged or differs.
pub async fn locate(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    stream: &str,
) -> Result<Option<Located>> {
    look(reader, archive, store, manifest, SoughtStreams::Stream(stream.as_bytes().to_vec())).await
}

/// The same of a category; positions mean nothing then.
///
/// # Errors
/// As [`locate`].
pub async fn count_category(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    category: &str,
) -> Result<Option<Located>> {
    look(reader, archive, store, manifest, SoughtStreams::Category(category.as_bytes().to_vec())).await
}

async fn look(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    sought: SoughtStreams,
) -> Result<Option<Located>> {
    let key = (archive.manifest_sha256.clone().unwrap_or_default(), sought.clone());
    if let Some(known) = reader.memory().and_then(|m| m.located.get(&key)) {
        return Ok(known);
    }
    let found = match look_up(reader, archive, store, manifest, sought.clone()).await {
        Err(e) if e.kind() == Kind::Verification => match reader.moved(archive).await {
            Some(moved) => look_up(reader, &moved.archive, &moved.store, &moved.manifest, sought).await,
            None => Err(e),
        },
        found => found,
    };
    let found = found.map_err(|e| of(archive, e))?;
    if let Some(memory) = reader.memory() {
        let spans = found.as_ref().and_then(|l| l.spans.as_ref()).map_or(0, Vec::len);
        memory.located.put(key, found.clone(), 256 + 16 * spans);
    }
    Ok(found)
}

async fn look_up(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    sought: SoughtStreams,
) -> Result<Option<Located>> {
    let frames = &manifest.heads.frames;
    if frames.is_empty() {
        return whole(reader, archive, store, manifest, sought).await;
    }
    let (from, before) = sought.range();
    let frame = |at: usize| {
        let sought = sought.clone();
        async move { one(reader, archive, store, manifest, at, &frames[at], sought).await }
    };
    if frames.iter().all(|f| f.first.is_some()) {
        let first = |f: &HeadsFrame| f.first.clone().unwrap_or_default().into_bytes();
        let start = frames.partition_point(|f| first(f) <= from).saturating_sub(1);
        let end = frames.partition_point(|f| first(f) < before);
        let mut found: Option<Located> = None;
        for at in start..end {
            merge(&mut found, frame(at).await?.found);
        }
        return Ok(found);
    }
    if let SoughtStreams::Category(_) = sought {
        let mut found = None;
        for at in 0..frames.len() {
            merge(&mut found, frame(at).await?.found);
        }
        return Ok(found);
    }
    // No names in the manifest of an encrypted archive: the list is in order.
    let (mut low, mut high) = (0, frames.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let scan = frame(middle).await?;
        if scan.found.is_some() {
            return Ok(scan.found);
        }
        if scan.first.as_ref().is_some_and(|first| from < *first) {
            high = middle;
        } else if from > scan.last {
            low = middle + 1;
        } else {
            return Ok(None);
        }
    }
    Ok(None)
}

fn merge(found: &mut Option<Located>, more: Option<Located>) {
    match (found.as_mut(), more) {
        (Some(found), Some(more)) => found.join(more),
        (None, more) => *found = more,
        (Some(_), None) => {}
    }
}

async fn one(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    at: usize,
    frame: &HeadsFrame,
    sought: SoughtStreams,
) -> Result<StreamListScan> {
    let key = ObjectKey::new(&manifest.heads.object)?;
    let part = ObjectPart {
        range: frame.offset..frame.offset + frame.length,
        object_bytes: manifest.heads.stored.bytes,
        sha256: Some(&frame.sha256),
        name: &frame.sha256,
        keep: Keep::Yes,
    };
    let bytes = reader.part(archive, store, &key, part).await?;
    let unpacked = || {
        let stored = match &manifest.encryption {
            Some(_) => encryption::open(store.age_keys(), &bytes)?,
            None => bytes.to_vec(),
        };
        let mut csv = Vec::new();
        Codec::default().decompress(&stored[..])?.take(frame.csv_bytes + 1).read_to_end(&mut csv)?;
        Ok(csv)
    };
    let csv = unpacked().map_err(|e| unopened(store, &key, e))?;
    let mut scan = StreamListScan::new(&manifest.heads.columns, sought, at > 0);
    let read = scan.add(&csv);
    if read.is_none() || csv.len() as u64 != frame.csv_bytes || scan.rows != frame.streams || !scan.rest.is_empty() {
        return Err(damaged(store, &key, format!("frame {at} is not a list of its {} streams", frame.streams)));
    }
    Ok(scan)
}

/// Stream lists of format 1 are read from end to end.
async fn whole(
    reader: &ArchiveReader,
    archive: &ArchiveRow,
    store: &Store,
    manifest: &Manifest,
    sought: SoughtStreams,
) -> Result<Option<Located>> {
    let key = ObjectKey::new(&manifest.heads.object)?;
    let Content { bytes: length, sha256 } = &manifest.heads.stored;
    let mut scan = StreamListScan::new(&manifest.heads.columns, sought, false);
    let odd = |key: &ObjectKey| damaged(store, key, "it is not a list of streams");
    if *length <= WHOLE_BYTES {
        let part = ObjectPart {
            range: 0..*length,
            object_bytes: *length,
            sha256: Some(sha256),
            name: sha256,
            keep: Keep::Yes,
        };
        let bytes = reader.part(archive, store, &key, part).await?;
        let sealed = manifest.encryption.as_ref().map(|e| e.heads_frames.clone());
        let keys = store.age_keys().clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut plain = match sealed {
                Some(lengths) => Codec::default().decompress(encryption::Opening::new(&bytes[..], keys, lengths))?,
                None => Codec::default().decompress(&bytes[..])?,
            };
            let mut buffer = vec![0; 1 << 16];
            loop {
                let n = plain.read(&mut buffer)?;
                if n == 0 {
                    return Ok(scan);
                }
                if scan.add(&buffer[..n]).is_none() {
                    return Err(std::io::Error::other("it is not a list of streams"));
                }
            }
        });
        let read = read.await.map_err(|e| Error::failed("reading a stream list").because(e))?;
        let scan = read.map_err(|e| unopened(store, &key, e))?;
        return if scan.rows == manifest.heads.streams { Ok(scan.found) } else { Err(odd(&key)) };
    }
    reader.count_fetched(*length);
    let shared = Arc::new(Mutex::new((scan, true)));
    let adding = Arc::clone(&shared);
    let each = move |piece: &[u8]| {
        let mut at = adding.lock().map_err(|_| Error::failed("reading a stream list"))?;
        at.1 = at.1 && at.0.add(piece).is_some();
        Ok(())
    };
    read_through(store, &key, Expected::heads(manifest), None, reader.stop(), each).await?;
    let mut at = shared.lock().map_err(|_| Error::failed("reading a stream list"))?;
    if at.1 { Ok(at.0.found.take()) } else { Err(odd(&key)) }
}

/// Looks for `sought`, a category or a stream, in a stream list of `columns` that comes in pieces of `piece` bytes: what was
/// found and how many rows there were, or `None` where it is no stream list. For fuzzers.
#[cfg(any(test, fuzzing))]
pub(crate) fn scanned(
    columns: &[String],
    list: &[u8],
    sought: &[u8],
    piece: usize,
) -> [Option<(Option<Located>, u64)>; 2] {
    [SoughtStreams::Stream(sought.to_vec()), SoughtStreams::Category(sought.to_vec())].map(|sought| {
        let mut scan = StreamListScan::new(columns, sought, false);
        for piece in list.chunks(piece) {
            scan.add(piece)?;
        }
        Some((scan.found, scan.rows))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_single_positions_and_ranges() {
        assert_eq!(spans("7 9:12 -3:-1"), Some(vec![(7, 7), (9, 12), (-3, -1)]));
        assert_eq!(spans("7 x"), None);
        let located = Located { first_position: 0, last_position: 1, messages: 2, spans: spans("7 9:12") };
        assert!(located.meets(1, 7) && located.meets(8, 9) && located.meets(12, 90) && located.meets(1, 90));
        assert!(!located.meets(1, 6) && !located.meets(8, 8) && !located.meets(13, 90));
    }

    #[test]
    fn a_category_is_one_range_of_names() {
        let sought = SoughtStreams::Category(b"a".to_vec());
        let (from, before) = sought.range();
        for name in ["a", "a-", "a-1", "a-\u{10ffff}"] {
            assert!(sought.takes(name.as_bytes()) && *name.as_bytes() >= *from && *name.as_bytes() < *before, "{name}");
        }
        assert!(!sought.takes(b"ab-1") && !sought.takes(b"") && !sought.takes(b"b"));
    }
}
