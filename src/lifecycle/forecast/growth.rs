//! How fast a namespace grows, and what compressing and archiving make of its chunks: by what is there.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::start::Start;
use crate::archive::State;

/// The mean is taken over so many chunk intervals that have ended, at least.
const INTERVALS: f64 = 8.0;
/// And over so long a time, where intervals are short.
const WINDOW: Duration = Duration::from_hours(24 * 28);
/// What a message takes in the database, per byte of its CSV, where no live chunk tells: with its indexes.
const LIVE_PER_CSV: f64 = 2.0;
/// What a compressed chunk takes, per byte that it took before, where none was compressed yet.
const COMPRESSED: f64 = 0.25;
/// What an archive takes, per byte that its chunk took before it was compressed, where there is none yet.
const STORED: f64 = 0.15;

/// What is written each day.
#[derive(Debug, Clone, Copy, Serialize, PartialEq)]
pub struct Growth {
    /// Bytes that a day takes in the database before anything is compressed; the mean of the intervals.
    pub bytes_per_day: f64,
    /// That of the quietest of them.
    pub lowest_bytes_per_day: f64,
    /// That of the busiest.
    pub highest_bytes_per_day: f64,
    /// Messages a day, where they are counted.
    pub messages_per_day: Option<f64>,
    /// How many chunk intervals were looked at; 0 where none has ended yet.
    pub intervals: u32,
}

/// Bytes after, per byte before.
#[derive(Debug, Clone, Copy, Serialize, PartialEq)]
pub struct Ratio {
    /// The ratio.
    pub ratio: f64,
    /// Nothing is there to measure it by.
    pub is_assumed: bool,
}

impl Ratio {
    fn of(after: f64, before: f64, otherwise: f64) -> Self {
        if after > 0.0 && before > 0.0 {
            Self { ratio: after / before, is_assumed: false }
        } else {
            Self { ratio: otherwise, is_assumed: true }
        }
    }
}

/// What was found out of a namespace.
#[derive(Debug, Clone)]
pub(super) struct Measures {
    pub growth: Growth,
    pub compression: Ratio,
    pub archiving: Ratio,
    /// Bytes of each live chunk before it was compressed, by name.
    pub raw: HashMap<String, f64>,
    /// Where ranges of new chunks begin: this, and so many intervals before and after.
    pub grid: DateTime<Utc>,
}

/// What was written in a range of time.
struct WrittenRange {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    bytes: f64,
    messages: Option<f64>,
}

#[allow(clippy::cast_precision_loss)] // a forecast
const fn float(n: i64) -> f64 {
    n as f64
}

fn seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    (to - from).as_seconds_f64()
}

/// Measures what is there.
pub(super) fn measure(start: &Start) -> Measures {
    let before: HashMap<&str, i64> = start.before_compression.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let (mut raw, mut compressed_before, mut compressed_after) = (HashMap::new(), 0.0, 0.0);
    for chunk in &start.live {
        let size = float(chunk.size_bytes);
        let was = match before.get(chunk.name()) {
            Some(before) if chunk.is_compressed => {
                compressed_before += float(*before);
                compressed_after += size;
                float(*before).max(size)
            }
            _ => size,
        };
        raw.insert(chunk.name().to_owned(), was);
    }
    let compression = Ratio::of(compressed_after, compressed_before, COMPRESSED);
    let per_message = bytes_per_message(start, &raw);
    let archiving = archiving(start, per_message);
    let pieces = pieces(start, &raw, per_message);
    let grid = pieces.iter().map(|piece| piece.end).max().unwrap_or(start.now);
    Measures { growth: growth(start, &pieces, grid), compression, archiving, raw, grid }
}

/// What a message takes in the database: by the live chunks whose messages the planner has counted, and which have ended.
fn bytes_per_message(start: &Start, raw: &HashMap<String, f64>) -> Option<f64> {
    let by = |is_meant: fn(&crate::chunks::ChunkRow) -> bool| {
        let counted = start.live.iter().filter(|c| is_meant(c) && c.estimate.is_some_and(|n| n > 0));
        let (bytes, messages) = counted.fold((0.0, 0.0), |(bytes, messages), chunk| {
            (bytes + raw[chunk.name()], messages + float(chunk.estimate.unwrap_or_default()))
        });
        (messages > 0.0).then(|| bytes / messages)
    };
    by(|chunk| chunk.is_closed).or_else(|| by(|_| true))
}

/// Archives that say how many bytes of CSV and how many messages they have, and how they are stored.
fn sums(start: &Start) -> (f64, f64, f64) {
    let known = start.archives.iter().filter_map(|a| Some((a.message_count?, a.csv_bytes?, a.stored_bytes?)));
    known.filter(|(messages, ..)| *messages > 0).fold((0.0, 0.0, 0.0), |(messages, csv, stored), (m, c, s)| {
        (messages + float(m), csv + float(c), stored + float(s))
    })
}

fn archiving(start: &Start, per_message: Option<f64>) -> Ratio {
    let (messages, csv, stored) = sums(start);
    let live = per_message.map_or(csv * LIVE_PER_CSV, |bytes| bytes * messages);
    Ratio::of(stored, live, STORED)
}

/// What was written, by range: live chunks, and archives whose messages are in none.
fn pieces(start: &Start, raw: &HashMap<String, f64>, per_message: Option<f64>) -> Vec<WrittenRange> {
    let live = start.live.iter().map(|chunk| WrittenRange {
        start: chunk.range_start,
        end: chunk.range_end,
        bytes: raw[chunk.name()],
        messages: chunk.estimate.map(float),
    });
    let (messages, csv, _) = sums(start);
    let per_message = per_message.or_else(|| (messages > 0.0).then(|| csv * LIVE_PER_CSV / messages));
    let gone = start.archives.iter().filter(|a| a.state == State::Dropped && a.superseded_by.is_none());
    let gone = gone.map(|a| {
        let messages = a.message_count.map(float);
        let bytes = messages.zip(per_message).map_or(0.0, |(messages, each)| messages * each);
        WrittenRange { start: a.range_start, end: a.range_end, bytes, messages }
    });
    live.chain(gone).collect()
}

/// The part of a piece that lies between two instants.
fn part(piece: &WrittenRange, from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
    let (from, to) = (piece.start.max(from), piece.end.min(to));
    let whole = seconds(piece.start, piece.end);
    if from < to && whole > 0.0 { seconds(from, to) / whole } else { 0.0 }
}

fn growth(start: &Start, pieces: &[WrittenRange], grid: DateTime<Utc>) -> Growth {
    const DAY: f64 = 86_400.0;
    let interval = TimeDelta::from_std(start.chunk_interval).unwrap_or(TimeDelta::days(7));
    let nothing = Growth {
        bytes_per_day: 0.0,
        lowest_bytes_per_day: 0.0,
        highest_bytes_per_day: 0.0,
        messages_per_day: None,
        intervals: 0,
    };
    let Some(first) = pieces.iter().map(|piece| piece.start).min().filter(|first| *first < start.now) else {
        return nothing;
    };
    // The end of the last interval that is over.
    let over = floor(grid, interval, start.now);
    let there = (seconds(first, over) / interval.as_seconds_f64()).max(0.0);
    let wanted = (WINDOW.as_secs_f64() / interval.as_seconds_f64()).ceil();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small, and not below 0
    let count = there.floor().min(wanted.max(INTERVALS)) as u32;
    if count == 0 {
        // None is over: what is there was written since its first range began.
        let bytes: f64 = pieces.iter().map(|piece| piece.bytes).sum();
        let a_day = bytes / seconds(first, start.now).max(1.0) * DAY;
        return Growth { bytes_per_day: a_day, lowest_bytes_per_day: a_day, highest_bytes_per_day: a_day, ..nothing };
    }
    let days = interval.as_seconds_f64() / DAY;
    let (mut each, mut messages) = (Vec::new(), Some(0.0));
    let mut to = over;
    for _ in 0..count {
        let from = to - interval;
        each.push(pieces.iter().map(|piece| piece.bytes * part(piece, from, to)).sum::<f64>() / days);
        for piece in pieces {
            let share = part(piece, from, to);
            if share > 0.0 {
                messages = messages.zip(piece.messages).map(|(sum, n)| sum + n * share);
            }
        }
        to = from;
    }
    Growth {
        bytes_per_day: each.iter().sum::<f64>() / f64::from(count),
        lowest_bytes_per_day: each.iter().copied().fold(f64::INFINITY, f64::min),
        highest_bytes_per_day: each.iter().copied().fold(0.0, f64::max),
        messages_per_day: messages.map(|n| n / (days * f64::from(count))),
        intervals: count,
    }
}

/// The last instant of a grid that is not after this one.
pub(super) fn floor(grid: DateTime<Utc>, interval: TimeDelta, at: DateTime<Utc>) -> DateTime<Utc> {
    let step = interval.num_seconds().max(1);
    let steps = (at - grid).num_seconds().div_euclid(step);
    grid + TimeDelta::seconds(steps.saturating_mul(step))
}
