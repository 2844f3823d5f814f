//! What reads an archive's objects, as fuzzers call it.

use crate::archive::format::copy_binary::{BinaryRows, BinaryWriter, OtherForm};
use crate::archive::format::csv::{self, COLUMNS, CsvFields, RowCounter, RowSplitter, raw_fields};
use crate::archive::format::manifest::Manifest;
use crate::archive::format::stream_list;
use crate::archive::read::in_place::{self, CsvRows, scanned};

/// A manifest that is taken in is written as it was read.
pub fn manifest(bytes: &[u8]) {
    let read = |bytes: &[u8]| Manifest::from_bytes(bytes, String::new).ok();
    let Some(manifest) = read(bytes) else { return };
    // What a sound manifest says can be computed with.
    let _ = (manifest.codec(), manifest.column_list());
    let (written, _) = manifest.to_bytes().expect("what was read can be written");
    let again = read(&written).expect("what was written can be read");
    assert_eq!(written, again.to_bytes().expect("and written").0);
}

/// Looks for what the first line names in the list below it.
pub fn stream_list(bytes: &[u8]) {
    let (sought, list) = bytes.split_at(bytes.iter().position(|b| *b == b'\n').unwrap_or(0));
    let columns: Vec<_> = stream_list::COLUMNS.iter().map(ToString::to_string).collect();
    let whole = scanned(&columns, list, sought, usize::MAX);
    for piece in [1, 7] {
        assert_eq!(scanned(&columns, list, sought, piece), whole, "cut into pieces of {piece}");
    }
}

/// Rows of CSV by each way that the program has.
pub fn csv(bytes: &[u8]) {
    let whole: Vec<&[u8]> = CsvRows(bytes).collect();
    for piece in [1, 7, usize::MAX] {
        let (mut splitter, mut counter, mut cut) = (RowSplitter::default(), RowCounter::default(), Vec::new());
        for piece in bytes.chunks(piece) {
            counter.add(piece);
            let Ok(()) = splitter.add(piece, |row| {
                cut.push(row.to_vec());
                Ok::<(), std::convert::Infallible>(())
            });
        }
        assert_eq!(cut, whole, "cut into pieces of {piece}");
        assert_eq!(counter.rows(), whole.len() as u64);
    }
    for row in whole {
        one(row);
    }
    let Some(binary) = to_binary(bytes) else { return };
    let csv = to_csv(&binary).expect("what was written can be read");
    let again = to_binary(&[b"header\n", &csv[..]].concat()).expect("and written");
    assert_eq!(binary, again, "a message has changed");
}

/// Every reader of one row agrees on its fields.
fn one(row: &[u8]) {
    let _ = (csv::slot(row), csv::first_field(row));
    let read = in_place::PartialRow::read(row);
    if let Some(read) = &read {
        let _ = (read.time(), read.id(), read.metadata(), read.message());
        let _ = read.category();
    }
    let Some(raw) = raw_fields::<{ COLUMNS.len() }>(row) else { return };
    let Some(looked) = csv::CsvRow::new(row) else { return };
    if !raw.iter().all(|field| is_as_written(field)) {
        return;
    }
    let fields: Vec<_> = CsvFields(row).collect();
    assert_eq!(fields[3], looked.stream);
    assert_eq!(fields[4], looked.message_type);
    let read = read.expect("what one reader takes the other one takes");
    assert_eq!((read.global_position, read.position), (looked.global_position, looked.position));
    assert_eq!(read.stream, looked.stream);
}

/// Whether a field has quotes only around it and, within it, two for one.
fn is_as_written(field: &[u8]) -> bool {
    let inner = field.strip_prefix(b"\"").and_then(|f| f.strip_suffix(b"\""));
    let mut bytes = inner.unwrap_or(field).iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'"' && (inner.is_none() || bytes.next() != Some(&b'"')) {
            return false;
        }
    }
    true
}

fn to_binary(csv: &[u8]) -> Option<Vec<u8>> {
    let mut writer = BinaryWriter::default();
    let mut binary = writer.add(csv).ok()?;
    binary.extend_from_slice(&BinaryWriter::END);
    Some(binary)
}

/// Rows in binary form, message by message as a server sends them.
fn to_csv(binary: &[u8]) -> Result<Vec<u8>, OtherForm> {
    let (mut rows, mut csv) = (BinaryRows::default(), Vec::new());
    let header = 19;
    rows.write(&binary[..header], &mut csv)?;
    let mut rest = &binary[header..];
    while !rest.is_empty() {
        let length = match rest {
            [0xff, 0xff, ..] => 2,
            _ => (0..COLUMNS.len()).fold(2, |at, _| {
                let length = i32::from_be_bytes(rest[at..at + 4].try_into().expect("four bytes"));
                at + 4 + usize::try_from(length).unwrap_or(0)
            }),
        };
        let (message, after) = rest.split_at(length);
        rows.write(message, &mut csv)?;
        rest = after;
    }
    Ok(csv)
}
