//! Whether what a manifest says can be true. It comes from outside: numbers in it become sizes of memory, ranges of an object,
//! and counts that decide what may be dropped.

use super::{Content, Frame, HeadsFrame, Manifest};

/// No frame is larger, stored or unpacked: it has a few megabytes of rows and at most one row more, which the server copies out
/// as less than a GiB of CSV (`MaxAllocSize`).
const LARGEST_FRAME_BYTES: u64 = (1 << 30) + (8 << 20);

/// The part of an object that a frame is, and what it unpacks to.
#[derive(Debug, Clone, Copy)]
struct FrameExtent {
    offset: u64,
    length: u64,
    csv_bytes: u64,
    rows: u64,
}

impl From<&Frame> for FrameExtent {
    fn from(frame: &Frame) -> Self {
        Self { offset: frame.offset, length: frame.length, csv_bytes: frame.csv_bytes, rows: frame.messages }
    }
}

impl From<&HeadsFrame> for FrameExtent {
    fn from(frame: &HeadsFrame) -> Self {
        Self { offset: frame.offset, length: frame.length, csv_bytes: frame.csv_bytes, rows: frame.streams }
    }
}

impl Manifest {
    /// Whether all that it says fits together.
    ///
    /// # Errors
    /// What does not.
    pub(super) fn is_sound(&self) -> Result<(), String> {
        if self.format_version == 0 {
            return Err("its format version is 0".into());
        }
        if self.range_start >= self.range_end {
            return Err(format!("its range ends at {}, where it begins or before", self.range_end));
        }
        if i64::try_from(self.messages).is_err() || i64::try_from(self.heads.streams).is_err() {
            return Err("it tells of more messages or streams than there can be".into());
        }
        self.has_hashes()?;
        let csv_bytes = Some(self.csv.bytes);
        tiles("data", self.data.frames.iter().map(FrameExtent::from), &self.data.stored, csv_bytes, self.messages)?;
        let csv_bytes = self.heads.csv.as_ref().map(|csv| csv.bytes);
        tiles(
            "heads",
            self.heads.frames.iter().map(FrameExtent::from),
            &self.heads.stored,
            csv_bytes,
            self.heads.streams,
        )?;
        if let Some(encryption) = &self.encryption {
            let lengths = sum(encryption.heads_frames.iter().copied());
            if lengths != Some(self.heads.stored.bytes) {
                return Err("the encrypted parts of its heads are not all of them".into());
            }
        }
        self.has_its_positions()?;
        for (what, counts) in [("categories", &self.categories), ("types", &self.types)] {
            if counts.as_ref().is_some_and(|counts| sum(counts.values().copied()) != Some(self.messages)) {
                return Err(format!("its {what} do not add up to its messages"));
            }
        }
        Ok(())
    }

    fn has_hashes(&self) -> Result<(), String> {
        let frames = self.data.frames.iter().filter_map(|frame| frame.sha256.as_ref());
        let contents = [Some(&self.csv), Some(&self.data.stored), Some(&self.heads.stored), self.heads.csv.as_ref()];
        let hashes = contents
            .into_iter()
            .flatten()
            .map(|content| &content.sha256)
            .chain(frames)
            .chain(self.heads.frames.iter().map(|frame| &frame.sha256))
            .chain(self.previous_manifest_sha256.as_ref());
        // In small letters: they are compared as texts.
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match hashes.into_iter().find(|hash| !is_hash(hash)) {
            Some(_) => Err("one of its hashes is no SHA-256".into()),
            None => Ok(()),
        }
    }

    fn has_its_positions(&self) -> Result<(), String> {
        let digits = self.global_position_sum.strip_prefix('-').unwrap_or(&self.global_position_sum);
        if digits.is_empty() || digits.len() > 40 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("the sum of its global positions is no number".into());
        }
        let bounds = (self.first_global_position, self.last_global_position);
        if bounds.0.is_some() != (self.messages > 0) || bounds.1.is_some() != (self.messages > 0) || bounds.0 > bounds.1
        {
            return Err("its first and last global position are not those of its messages".into());
        }
        let frames: Vec<_> = self.data.frames.iter().filter(|frame| frame.messages > 0).collect();
        let is_in_order = frames.iter().all(|frame| frame.first_global_position <= frame.last_global_position)
            && frames.windows(2).all(|two| two[0].last_global_position <= two[1].first_global_position);
        if !is_in_order {
            return Err("its frames are not in the order of global positions".into());
        }
        if let (Some(first), Some(last)) = (frames.first(), frames.last())
            && (Some(first.first_global_position), Some(last.last_global_position)) != bounds
        {
            return Err("its frames begin or end at other global positions than it".into());
        }
        let ranges = self.doubled_global_positions.as_ref().map_or(&[][..], |doubled| &doubled.ranges);
        if ranges.iter().any(|(first, last)| first > last) || ranges.windows(2).any(|two| two[0].1 >= two[1].0) {
            return Err("the ranges of its doubled global positions are not in order".into());
        }
        Ok(())
    }
}

/// Whether frames are all of an object, one after the other, and what they hold all that it holds. Where there are none,
/// nothing is said of parts.
fn tiles(
    what: &str,
    frames: impl Iterator<Item = FrameExtent> + Clone,
    stored: &Content,
    csv_bytes: Option<u64>,
    rows: u64,
) -> Result<(), String> {
    let mut end = 0_u64;
    for (n, frame) in frames.clone().enumerate() {
        if frame.offset != end {
            return Err(format!("frame {n} of its {what} does not begin where the one before it ends"));
        }
        if frame.length == 0 || frame.length > LARGEST_FRAME_BYTES || frame.csv_bytes > LARGEST_FRAME_BYTES {
            return Err(format!("frame {n} of its {what} has a size that no frame has"));
        }
        end = end.checked_add(frame.length).ok_or_else(|| format!("its {what} have more bytes than can be"))?;
    }
    if end == 0 {
        return Ok(());
    }
    if end != stored.bytes {
        return Err(format!("the frames of its {what} have {end} bytes, the object {}", stored.bytes));
    }
    let unpacked = sum(frames.clone().map(|frame| frame.csv_bytes));
    if csv_bytes.is_some_and(|bytes| unpacked != Some(bytes)) {
        return Err(format!("the frames of its {what} do not unpack to as many bytes as it says"));
    }
    if sum(frames.map(|frame| frame.rows)) != Some(rows) {
        return Err(format!("the frames of its {what} do not have as many rows as it says"));
    }
    Ok(())
}

fn sum(mut numbers: impl Iterator<Item = u64>) -> Option<u64> {
    numbers.try_fold(0_u64, u64::checked_add)
}

#[cfg(test)]
pub(in crate::archive) mod tests {
    use serde_json::{Value, json};

    use super::super::FORMAT_VERSION;
    use super::*;
    use crate::error::Kind;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn sound() -> Value {
        json!({
            "format_version": 2, "writer": "eventodb-admin 0.1.0", "created_at": "2013-02-01T00:00:00Z",
            "source": {"system_identifier": null, "database": "events", "namespace": "orders", "schema": "tsdb_orders",
                       "chunk": "_hyper_1_1_chunk", "postgres": "15.18", "timescaledb": "2.28.3 community"},
            "range_start": "2013-01-03T00:00:00Z", "range_end": "2013-01-10T00:00:00Z", "generation": 1, "messages": 5,
            "first_global_position": 1, "last_global_position": 9, "global_position_sum": "25",
            "first_time": null, "last_time": null, "columns": [], "csv": {"bytes": 300, "sha256": HASH},
            "data": {"object": "a", "bytes": 70, "sha256": HASH, "codec": "zstd", "level": 3, "frames": [
                {"offset": 0, "length": 40, "csv_bytes": 200, "messages": 3, "first_global_position": 1,
                 "last_global_position": 5, "sha256": HASH},
                {"offset": 40, "length": 30, "csv_bytes": 100, "messages": 2, "first_global_position": 5,
                 "last_global_position": 9}]},
            "heads": {"object": "b", "bytes": 20, "sha256": HASH, "csv": {"bytes": 60, "sha256": HASH}, "columns": [],
                      "streams": 2, "frames": [
                {"offset": 0, "length": 20, "csv_bytes": 60, "streams": 2, "first": "a-1", "sha256": HASH}]},
            "categories": {"a": 5}, "types": null, "doubled_global_positions": {"count": 1, "ranges": [[5, 5]]},
            "previous_manifest_sha256": null
        })
    }

    /// Five messages of a week of namespace `orders`, at global positions from 1 to 9.
    pub(in crate::archive) fn sample() -> Manifest {
        serde_json::from_value(sound()).unwrap()
    }

    fn verdict(changes: &[(&str, Value)]) -> Result<(), String> {
        let mut manifest = sound();
        for (pointer, value) in changes {
            *manifest.pointer_mut(pointer).unwrap() = value.clone();
        }
        serde_json::from_value::<Manifest>(manifest).unwrap().is_sound()
    }

    #[test]
    fn what_fits_together_is_sound() {
        assert_eq!(verdict(&[]), Ok(()));
        assert_eq!(verdict(&[("/data/frames", json!([])), ("/heads/frames", json!([]))]), Ok(()));
    }

    #[test]
    fn each_number_that_does_not_fit_is_found() {
        const HUGE: u64 = 1 << 62;
        let frame = |n: usize, field: &str| format!("/data/frames/{n}/{field}");
        for (pointer, value) in [
            ("/range_end".to_owned(), json!("2013-01-03T00:00:00Z")),
            ("/messages".to_owned(), json!(6)),
            ("/messages".to_owned(), json!(u64::MAX)),
            ("/heads/streams".to_owned(), json!(3)),
            (frame(0, "length"), json!(HUGE)),
            (frame(0, "length"), json!(0)),
            (frame(0, "length"), json!(41)),
            (frame(0, "csv_bytes"), json!(HUGE)),
            (frame(0, "csv_bytes"), json!(199)),
            (frame(0, "offset"), json!(1)),
            (frame(1, "offset"), json!(u64::MAX)),
            (frame(1, "offset"), json!(39)),
            (frame(1, "messages"), json!(3)),
            (frame(1, "messages"), json!(u64::MAX)),
            (frame(0, "first_global_position"), json!(2)),
            (frame(0, "last_global_position"), json!(6)),
            (frame(0, "sha256"), json!("../../x")),
            ("/data/bytes".to_owned(), json!(HUGE)),
            ("/csv/bytes".to_owned(), json!(HUGE)),
            ("/csv/sha256".to_owned(), json!("")),
            ("/heads/bytes".to_owned(), json!(21)),
            ("/heads/csv/bytes".to_owned(), json!(61)),
            ("/heads/frames/0/streams".to_owned(), json!(1)),
            ("/heads/frames/0/length".to_owned(), json!(HUGE)),
            ("/first_global_position".to_owned(), json!(null)),
            ("/last_global_position".to_owned(), json!(0)),
            ("/global_position_sum".to_owned(), json!("25; DROP")),
            ("/global_position_sum".to_owned(), json!("")),
            ("/categories/a".to_owned(), json!(4)),
            ("/categories/a".to_owned(), json!(u64::MAX)),
            ("/types".to_owned(), json!({"t": 1})),
            ("/doubled_global_positions/ranges".to_owned(), json!([[5, 4]])),
            ("/doubled_global_positions/ranges".to_owned(), json!([[5, 6], [6, 7]])),
            ("/previous_manifest_sha256".to_owned(), json!("none")),
            ("/csv/sha256".to_owned(), json!(HASH.to_uppercase())),
            ("/format_version".to_owned(), json!(0)),
        ] {
            assert!(verdict(&[(&pointer, value.clone())]).is_err(), "{pointer} {value}");
        }
    }

    #[test]
    fn what_no_other_number_contradicts_is_found_all_the_same() {
        let without_frames = ("/data/frames", json!([]));
        let large = LARGEST_FRAME_BYTES + 1;
        for changes in [
            vec![without_frames.clone(), ("/categories", json!(null)), ("/messages", json!(u64::MAX))],
            vec![("/heads/frames", json!([])), ("/heads/streams", json!(u64::MAX))],
            vec![without_frames.clone(), ("/first_global_position", json!(null))],
            vec![without_frames.clone(), ("/last_global_position", json!(null))],
            vec![without_frames, ("/first_global_position", json!(10))],
            vec![("/global_position_sum", json!("1".repeat(41)))],
            vec![("/global_position_sum", json!("-"))],
            vec![
                ("/data/frames/0/length", json!(large)),
                ("/data/frames/1/offset", json!(large)),
                ("/data/bytes", json!(large + 30)),
            ],
            vec![("/data/frames/0/csv_bytes", json!(large)), ("/csv/bytes", json!(large + 100))],
            vec![("/data/frames/0/length", json!(0)), ("/data/frames/1/offset", json!(0)), ("/data/bytes", json!(30))],
        ] {
            assert!(verdict(&changes).is_err(), "{changes:?}");
        }
    }

    #[test]
    fn what_is_just_possible_is_sound() {
        let nothing = [
            ("/messages", json!(0)),
            ("/data/frames", json!([])),
            ("/categories/a", json!(0)),
            ("/first_global_position", json!(null)),
            ("/last_global_position", json!(null)),
        ];
        assert_eq!(verdict(&nothing), Ok(()));
        let large = LARGEST_FRAME_BYTES;
        for changes in [
            vec![("/global_position_sum", json!("1".repeat(40)))],
            vec![("/global_position_sum", json!("-25"))],
            vec![("/data/frames", json!([])), ("/first_global_position", json!(9))],
            vec![
                ("/data/frames/0/length", json!(large)),
                ("/data/frames/1/offset", json!(large)),
                ("/data/bytes", json!(large + 30)),
            ],
            vec![("/data/frames/0/csv_bytes", json!(large)), ("/csv/bytes", json!(large + 100))],
            // Of no messages, so its positions say nothing.
            vec![
                ("/data/frames/1/messages", json!(0)),
                ("/data/frames/1/first_global_position", json!(0)),
                ("/data/frames/1/last_global_position", json!(0)),
                ("/data/frames/0/messages", json!(5)),
                ("/data/frames/0/last_global_position", json!(9)),
            ],
        ] {
            assert_eq!(verdict(&changes), Ok(()), "{changes:?}");
        }
    }

    #[test]
    fn lengths_that_add_up_past_all_numbers_are_found() {
        let changes = [
            ("/data/frames/0/length", json!(8_u64 << 30)),
            ("/data/frames/1/offset", json!(8_u64 << 30)),
            ("/data/frames/1/length", json!(u64::MAX - 1)),
            ("/data/bytes", json!(u64::MAX)),
        ];
        assert!(verdict(&changes).is_err());
    }

    fn read(manifest: &Value) -> Result<Manifest, Kind> {
        Manifest::from_bytes(&serde_json::to_vec(manifest).unwrap(), String::new).map_err(|e| e.kind())
    }

    #[test]
    fn a_manifest_of_a_later_program_is_told_from_a_damaged_one() {
        let mut later = sound();
        later["format_version"] = json!(FORMAT_VERSION + 1);
        assert_eq!(read(&later).unwrap_err(), Kind::Unsupported);
        // A field has another form there.
        later["messages"] = json!({"all": 5});
        assert_eq!(read(&later).unwrap_err(), Kind::Unsupported);
        later["format_version"] = json!(FORMAT_VERSION);
        assert_eq!(read(&later).unwrap_err(), Kind::Verification);
        let mut sealed = sound();
        sealed["encryption"] = json!({"scheme": "age-whole", "recipients": [], "heads_frames": [20]});
        assert_eq!(read(&sealed).unwrap_err(), Kind::Unsupported);
        let mut packed = sound();
        packed["data"]["codec"] = json!("brotli");
        assert_eq!(read(&packed).unwrap().codec().unwrap_err().kind(), Kind::Unsupported);
    }

    #[test]
    fn a_level_that_this_program_does_not_have_keeps_nobody_from_reading() {
        for (codec, level) in [("zstd", 23), ("gzip", 0), ("none", 3)] {
            let mut manifest = sound();
            (manifest["data"]["codec"], manifest["data"]["level"]) = (json!(codec), json!(level));
            assert_eq!(read(&manifest).unwrap().codec().unwrap().name(), codec);
        }
    }

    #[test]
    fn encrypted_heads_are_all_of_the_object() {
        let mut manifest = sound();
        for (lengths, is_sound) in [(json!([12, 8]), true), (json!([12]), false), (json!([u64::MAX, 21]), false)] {
            manifest["encryption"] = json!({"scheme": "age-frames", "recipients": [], "heads_frames": lengths});
            assert_eq!(serde_json::from_value::<Manifest>(manifest.clone()).unwrap().is_sound().is_ok(), is_sound);
        }
    }
}
