//! Messages in binary form, written as the CSV that the server itself would write: to quote JSON takes it a third of a
//! COPY's time, and positions need not be looked for in a text.

use super::super::csv::{COLUMNS, CsvRow};
use super::time::{TimeWriter, add_digits};
use super::{JSONB_VERSION, OtherForm, SIGNATURE};

/// Bytes of a text that are quoted at a time: a power of two.
const BLOCK: usize = 32;

/// Reads a COPY of [`COLUMNS`] message by message of the protocol, one of which is a row
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>, `CopyData`).
#[derive(Debug, Default)]
pub struct BinaryRows {
    seen: StreamProgress,
    times: TimeWriter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum StreamProgress {
    #[default]
    Nothing,
    Header,
    End,
}

/// A row as CSV, line end included, by what it is made of.
#[derive(Debug, Clone, Copy)]
pub struct WrittenRow<'a> {
    global_position: i64,
    position: i64,
    stream: &'a [u8],
    message_type: &'a [u8],
    /// Where in the row each field begins; the next one's comma stands before it.
    begins: [usize; COLUMNS.len()],
}

impl<'a> WrittenRow<'a> {
    /// The fields as they stand in the CSV, quotes included.
    pub fn fields<'b>(&self, csv: &'b [u8]) -> [&'b [u8]; COLUMNS.len()] {
        std::array::from_fn(|i| {
            let end = self.begins.get(i + 1).map_or(csv.len(), |next| *next) - 1;
            &csv[self.begins[i]..end]
        })
    }

    /// What is counted of it, by its fields.
    pub fn row<'b>(&self, fields: &[&'b [u8]; COLUMNS.len()]) -> CsvRow<'b>
    where
        'a: 'b,
    {
        let [_, _, time, written_stream, ..] = *fields;
        CsvRow {
            global_position: self.global_position,
            position: self.position,
            time,
            written_stream,
            stream: self.stream.into(),
            message_type: self.message_type.into(),
        }
    }
}

impl BinaryRows {
    /// Adds the message's row to `csv`. `None` where it has none: the header, the end.
    ///
    /// # Errors
    /// [`OtherForm`]; `csv` may then have a part of the row.
    pub fn write<'a>(&mut self, message: &'a [u8], csv: &mut Vec<u8>) -> Result<Option<WrittenRow<'a>>, OtherForm> {
        let mut rest = MessageRest(message);
        if self.seen == StreamProgress::Nothing {
            rest.0 = rest.0.strip_prefix(SIGNATURE).ok_or(OtherForm)?;
            // No flag is set in what we asked for.
            if rest.i32()? != 0 {
                return Err(OtherForm);
            }
            let extension = usize::try_from(rest.i32()?).map_err(|_| OtherForm)?;
            rest.take(extension)?;
            self.seen = StreamProgress::Header;
            if rest.0.is_empty() {
                return Ok(None);
            }
        }
        if self.seen == StreamProgress::End {
            return Err(OtherForm);
        }
        match rest.i16()? {
            -1 => self.seen = StreamProgress::End,
            fields if usize::try_from(fields) == Ok(COLUMNS.len()) => {
                let written = self.row(&mut rest, csv)?;
                return if rest.0.is_empty() { Ok(Some(written)) } else { Err(OtherForm) };
            }
            _ => return Err(OtherForm),
        }
        if rest.0.is_empty() { Ok(None) } else { Err(OtherForm) }
    }

    /// Whether the server has sent its end.
    pub fn is_complete(&self) -> bool {
        self.seen == StreamProgress::End
    }

    /// In the order of [`COLUMNS`].
    fn row<'a>(&mut self, rest: &mut MessageRest<'a>, csv: &mut Vec<u8>) -> Result<WrittenRow<'a>, OtherForm> {
        let start = csv.len();
        let mut begins = [0; COLUMNS.len()];
        let mut column = 0;
        let mut begin = |csv: &mut Vec<u8>| {
            if column > 0 {
                csv.push(b',');
            }
            begins[column] = csv.len() - start;
            column += 1;
        };
        begin(csv);
        let global_position = rest.field()?.ok_or(OtherForm).and_then(i64_of)?;
        add_number(csv, global_position);
        begin(csv);
        let position = rest.field()?.ok_or(OtherForm).and_then(i64_of)?;
        add_number(csv, position);
        begin(csv);
        let time = rest.field()?.ok_or(OtherForm).and_then(i64_of)?;
        self.times.write(csv, time);
        begin(csv);
        let stream = rest.field()?.ok_or(OtherForm)?;
        add_text(csv, stream);
        begin(csv);
        let message_type = rest.field()?.ok_or(OtherForm)?;
        add_text(csv, message_type);
        begin(csv);
        if let Some(id) = rest.field()? {
            add_uuid(csv, id.try_into().map_err(|_| OtherForm)?);
        }
        for _ in ["data", "metadata"] {
            begin(csv);
            if let Some(json) = rest.field()? {
                let [JSONB_VERSION, text @ ..] = json else { return Err(OtherForm) };
                add_text(csv, text);
            }
        }
        csv.push(b'\n');
        Ok(WrittenRow { global_position, position, stream, message_type, begins })
    }
}

/// What is left of a message.
struct MessageRest<'a>(&'a [u8]);

impl<'a> MessageRest<'a> {
    fn take(&mut self, bytes: usize) -> Result<&'a [u8], OtherForm> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(OtherForm)?;
        self.0 = rest;
        Ok(taken)
    }

    fn i16(&mut self) -> Result<i16, OtherForm> {
        Ok(i16::from_be_bytes(self.take(2)?.try_into().map_err(|_| OtherForm)?))
    }

    fn i32(&mut self) -> Result<i32, OtherForm> {
        Ok(i32::from_be_bytes(self.take(4)?.try_into().map_err(|_| OtherForm)?))
    }

    /// The next field, `None` where it is null.
    fn field(&mut self) -> Result<Option<&'a [u8]>, OtherForm> {
        match self.i32()? {
            -1 => Ok(None),
            length => self.take(usize::try_from(length).map_err(|_| OtherForm)?).map(Some),
        }
    }
}

fn i64_of(field: &[u8]) -> Result<i64, OtherForm> {
    Ok(i64::from_be_bytes(field.try_into().map_err(|_| OtherForm)?))
}

fn add_number(csv: &mut Vec<u8>, number: i64) {
    if number < 0 {
        csv.push(b'-');
    }
    add_digits(csv, number.unsigned_abs(), 1);
}

fn add_uuid(csv: &mut Vec<u8>, id: [u8; 16]) {
    let mut text = uuid::Uuid::encode_buffer();
    csv.extend_from_slice(uuid::Uuid::from_bytes(id).hyphenated().encode_lower(&mut text).as_bytes());
}

/// Quoted where the server would: where it is empty, which is null without quotes, or has a comma, a quote or an end of line.
fn add_text(csv: &mut Vec<u8>, text: &[u8]) {
    let quotes = text.is_empty() || memchr::memchr3(b'"', b',', b'\n', text).is_some() || text.contains(&b'\r');
    if !quotes {
        return csv.extend_from_slice(text);
    }
    csv.push(b'"');
    csv.reserve(text.len() + text.len() / 4 + 2);
    for block in text.chunks(BLOCK) {
        // Without a branch: quotes are many, and where they are cannot be foreseen.
        let mut doubled = [0; 2 * BLOCK];
        let mut end = 0;
        for byte in block {
            doubled[end % (2 * BLOCK)] = *byte;
            doubled[(end + 1) % (2 * BLOCK)] = b'"';
            end += 1 + usize::from(*byte == b'"');
        }
        csv.extend_from_slice(&doubled[..end]);
    }
    csv.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::format::csv::raw_fields;

    fn message(fields: [Option<&[u8]>; 8]) -> Vec<u8> {
        let mut message = vec![0, 8];
        for field in fields {
            let length = field.map_or(-1, |f| i32::try_from(f.len()).unwrap());
            message.extend_from_slice(&length.to_be_bytes());
            message.extend_from_slice(field.unwrap_or_default());
        }
        message
    }

    fn begin() -> Vec<u8> {
        [SIGNATURE, &[0; 8]].concat()
    }

    fn row(time: i64, texts: [&str; 2], data: Option<&[u8]>) -> Vec<u8> {
        let id = [0x8e; 16];
        let [stream, message_type] = texts.map(str::as_bytes);
        message([
            Some(&7_i64.to_be_bytes()),
            Some(&(-1_i64).to_be_bytes()),
            Some(&time.to_be_bytes()),
            Some(stream),
            Some(message_type),
            Some(&id),
            data,
            None,
        ])
    }

    #[test]
    fn a_row_is_written_and_its_fields_are_known() {
        let mut rows = BinaryRows::default();
        let mut csv = b"h\n".to_vec();
        let first = [begin(), row(0, ["a,\"b\"\n-1", ""], Some(b"\x01{\"a\": \"\\n\"}"))].concat();
        let written = rows.write(&first, &mut csv).unwrap().unwrap();
        let line = &csv[2..];
        assert_eq!(
            std::str::from_utf8(line).unwrap(),
            "7,-1,2000-01-01 00:00:00+00,\"a,\"\"b\"\"\n-1\",\"\",8e8e8e8e-8e8e-8e8e-8e8e-8e8e8e8e8e8e,\"{\"\"a\"\": \"\"\\n\"\"}\",\n"
        );
        assert_eq!(CsvRow::new(line), Some(written.row(&written.fields(line))));
        assert_eq!(raw_fields(line), Some(written.fields(line)));
        assert!(!rows.is_complete());
        assert!(rows.write(&[255, 255], &mut csv).unwrap().is_none());
        assert!(rows.is_complete());
        assert!(rows.write(&[255, 255], &mut csv).is_err(), "there is nothing after the end");
    }

    #[test]
    fn a_text_of_many_quotes_is_written_with_each_of_them_twice() {
        for length in [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            for text in ["\"".repeat(length), "\"a".repeat(length), format!("{}\"", "a".repeat(length))] {
                let mut csv = Vec::new();
                add_text(&mut csv, text.as_bytes());
                assert_eq!(String::from_utf8(csv).unwrap(), format!("\"{}\"", text.replace('"', "\"\"")), "{length}");
            }
        }
    }

    #[test]
    fn a_row_of_another_number_of_fields_is_refused() {
        let whole = row(0, ["a-1", "T"], Some(b"\x01{}"));
        for fields in [0_u8, 7, 9] {
            let other = [begin(), vec![0, fields], whole[2..].to_vec()].concat();
            assert_eq!(BinaryRows::default().write(&other, &mut Vec::new()).unwrap_err(), OtherForm, "{fields}");
        }
    }

    #[test]
    fn a_message_of_another_form_is_refused() {
        let whole = [begin(), row(0, ["a-1", "T"], Some(b"\x01{}"))].concat();
        for end in 0..whole.len() {
            let cut = BinaryRows::default().write(&whole[..end], &mut Vec::new());
            assert!(cut.is_err() || end == begin().len(), "cut at {end}: {cut:?}");
        }
        let mut others = vec![[&whole[..], &[0]].concat(), [begin(), vec![0, 7]].concat()];
        others.push([begin(), row(0, ["a-1", "T"], Some(b"\x02{}"))].concat());
        others.push([begin(), row(0, ["a-1", "T"], Some(b""))].concat());
        for flag in begin().len() - 8..begin().len() - 4 {
            let mut flags = whole.clone();
            flags[flag] = 1;
            others.push(flags);
        }
        for other in others {
            assert_eq!(BinaryRows::default().write(&other, &mut Vec::new()).unwrap_err(), OtherForm);
        }
    }
}
