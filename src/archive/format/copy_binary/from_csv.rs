//! An archive's CSV as rows in binary form: quotes, times and ids cost a server more than they cost us.

use super::super::csv::{COLUMNS, Header, RowSplitter, number, raw_fields, unquoted_into};
use super::time::TimeReader;
use super::{JSONB_VERSION, OtherForm, SIGNATURE};

/// Takes CSV of [`COLUMNS`] in pieces, the header line first.
#[derive(Debug)]
pub struct BinaryWriter {
    splitter: RowSplitter,
    rows: BinaryRowMaker,
}

#[derive(Debug)]
struct BinaryRowMaker {
    out: Vec<u8>,
    header: Header,
    times: TimeReader,
}

impl Default for BinaryWriter {
    fn default() -> Self {
        // No flags, no extension.
        let out = [SIGNATURE, &[0; 8]].concat();
        Self {
            splitter: RowSplitter::default(),
            rows: BinaryRowMaker { out, header: Header::Expected, times: TimeReader::default() },
        }
    }
}

impl BinaryWriter {
    /// Takes the next piece; returns what of it is ready to be sent.
    ///
    /// # Errors
    /// [`OtherForm`] where a row is not as a server writes it.
    pub fn add(&mut self, piece: &[u8]) -> Result<Vec<u8>, OtherForm> {
        let rows = &mut self.rows;
        rows.out.reserve(piece.len());
        self.splitter.add(piece, |row| rows.add(row))?;
        Ok(std::mem::take(&mut rows.out))
    }

    /// What is to be sent last.
    pub const END: [u8; 2] = (-1_i16).to_be_bytes();
}

impl BinaryRowMaker {
    fn add(&mut self, row: &[u8]) -> Result<(), OtherForm> {
        if self.header == Header::Expected {
            self.header = Header::Seen;
            return Ok(());
        }
        let [global_position, position, time, stream, message_type, id, data, metadata]: [&[u8]; COLUMNS.len()] =
            raw_fields(row).ok_or(OtherForm)?;
        let time = self.times.read(time).ok_or(OtherForm)?;
        let out = &mut self.out;
        // As many fields as there are columns: eight.
        out.extend_from_slice(&[0, 8]);
        for number in [number(global_position).ok_or(OtherForm)?, number(position).ok_or(OtherForm)?, time] {
            add(out, &number.to_be_bytes())?;
        }
        for text in [stream, message_type] {
            if text.is_empty() {
                return Err(OtherForm);
            }
            add_text(out, &[], text)?;
        }
        if id.is_empty() {
            out.extend_from_slice(&(-1_i32).to_be_bytes());
        } else {
            add(out, uuid::Uuid::try_parse_ascii(id).map_err(|_| OtherForm)?.as_bytes())?;
        }
        for json in [data, metadata] {
            if json.is_empty() {
                out.extend_from_slice(&(-1_i32).to_be_bytes());
            } else {
                add_text(out, &[JSONB_VERSION], json)?;
            }
        }
        Ok(())
    }
}

fn add(out: &mut Vec<u8>, field: &[u8]) -> Result<(), OtherForm> {
    out.extend_from_slice(&i32::try_from(field.len()).map_err(|_| OtherForm)?.to_be_bytes());
    out.extend_from_slice(field);
    Ok(())
}

/// A field of CSV, behind what stands before its text.
fn add_text(out: &mut Vec<u8>, before: &[u8], text: &[u8]) -> Result<(), OtherForm> {
    let begin = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(before);
    unquoted_into(text, out);
    let length = i32::try_from(out.len() - begin - 4).map_err(|_| OtherForm)?;
    out[begin..begin + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::BinaryRows;
    use super::*;

    const CSV: &str = "global_position,position,time,stream_name,type,id,data,metadata
7,0,2013-01-03 12:00:00+00,a-1,T,8e3b0000-0000-4000-8000-00000000000f,\"{\"\"a\"\": \"\"\\n\"\"}\",
8,-1,2013-01-03 12:00:00.5+00,\"a,\"\"b\"\"
-1\",\"\",8e3b0000-0000-4000-8000-00000000000f,,{}
9223372036854775807,5,0044-03-15 23:59:59.999999+00 BC,ä-1,\"\r\",,\"\"\"\"\"\",1
-9,5,294276-12-31 00:00:00.00001+00,x,\\.,,,
10,5,infinity,x,T,,,
11,5,-infinity,x,T,,,
";

    /// Through both, row by row.
    fn there_and_back(pieces: &[&[u8]]) -> String {
        let mut writer = BinaryWriter::default();
        let mut binary = Vec::new();
        for piece in pieces {
            binary.extend(writer.add(piece).unwrap());
        }
        let mut csv = CSV.lines().next().unwrap().as_bytes().to_vec();
        csv.push(b'\n');
        let mut rows = BinaryRows::default();
        let mut rest = &binary[..];
        let mut begin = SIGNATURE.len() + 8;
        while !rest.is_empty() {
            let mut end = begin + 2;
            for _ in COLUMNS {
                let length = i32::from_be_bytes(rest[end..end + 4].try_into().unwrap());
                end += 4 + usize::try_from(length).unwrap_or(0);
            }
            rows.write(&rest[..end], &mut csv).unwrap().unwrap();
            (rest, begin) = (&rest[end..], 0);
        }
        assert!(rows.write(&BinaryWriter::END, &mut csv).unwrap().is_none());
        assert!(rows.is_complete());
        String::from_utf8(csv).unwrap()
    }

    #[test]
    fn rows_become_what_they_were_wherever_the_pieces_are_cut() {
        for cut in 0..CSV.len() {
            assert_eq!(there_and_back(&[&CSV.as_bytes()[..cut], &CSV.as_bytes()[cut..]]), CSV);
        }
    }

    #[test]
    fn a_row_of_another_form_is_refused() {
        let good = "7,0,2013-01-03 12:00:00+00,a-1,T,8e3b0000-0000-4000-8000-00000000000f,{},\n";
        let read = |row: &str| BinaryWriter::default().add(format!("h\n{row}").as_bytes());
        assert!(read(good).is_ok());
        for (from, to) in [
            ("7,", "x,"),
            ("+00", "+01"),
            (":00+00", "+00"),
            (":00+00", ":00.+00"),
            (":00+00", ":00.1234567+00"),
            ("2013", "213"),
            ("-03 ", "-3 "),
            ("-01-03", "-02-30"),
            ("-01-03", "-13-03"),
            ("12:", "1a:"),
            ("12:", "24:"),
            ("a-1", ""),
            ("8e3b", "8e3"),
            (",{},", ",{},,"),
            (",{},", ","),
        ] {
            assert_eq!(read(&good.replacen(from, to, 1)), Err(OtherForm), "{to}");
        }
    }
}
