//! A stream of a stream list, while the list is made.

use super::super::copy_binary::TimeWriter;

/// What is known of a stream.
#[derive(Debug, Clone)]
pub struct Stream {
    pub(super) first_position: i64,
    pub(super) last: MessagePlace,
    /// Microseconds since 2000-01-01, as all times here.
    pub(super) first_time: i64,
    pub(super) last_time: i64,
    pub(super) messages: u64,
    /// The frame of its first message.
    pub(super) first_frame: usize,
    /// The span being made: its frame that was seen last, first and last global position.
    pub(super) open: (usize, i64, i64),
    pub(super) spans: String,
}

/// Where a message lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct MessagePlace {
    pub(super) position: i64,
    pub(super) global_position: i64,
    pub(super) time: i64,
}

/// A stream behind its name as the server wrote it.
pub type NamedStream = (Box<[u8]>, Stream);

impl Stream {
    pub(super) fn new(place: MessagePlace, frame: usize) -> Self {
        Self {
            first_position: place.position,
            first_time: place.time,
            last_time: place.time,
            messages: 1,
            first_frame: frame,
            open: (frame, place.global_position, place.global_position),
            spans: String::new(),
            last: place,
        }
    }

    pub(super) fn add(&mut self, place: MessagePlace, frame: usize) {
        self.messages += 1;
        self.first_position = self.first_position.min(place.position);
        self.first_time = self.first_time.min(place.time);
        self.last_time = self.last_time.max(place.time);
        if frame > self.open.0 + 1 {
            self.close();
            self.open = (frame, place.global_position, place.global_position);
        } else {
            self.open.0 = frame;
            self.open.2 = place.global_position;
        }
        if place.position > self.last.position {
            self.last = place;
        }
    }

    /// Takes what came later of the same stream.
    pub(super) fn join(&mut self, later: &Self) {
        let (mut rest, mut open) = (later.spans.as_str(), later.open);
        if later.first_frame > self.open.0 + 1 {
            self.close();
        } else if rest.is_empty() {
            // One span from here to there.
            open.1 = self.open.1;
        } else {
            let (first, others) = rest.split_once(' ').unwrap_or((rest, ""));
            let last = first.rsplit_once(':').map_or(first, |(_, last)| last);
            // We have written it ourselves.
            self.open.2 = last.parse().unwrap_or(later.open.1);
            self.close();
            rest = others;
        }
        if !rest.is_empty() {
            if !self.spans.is_empty() {
                self.spans.push(' ');
            }
            self.spans.push_str(rest);
        }
        self.open = open;
        self.messages += later.messages;
        self.first_position = self.first_position.min(later.first_position);
        self.first_time = self.first_time.min(later.first_time);
        self.last_time = self.last_time.max(later.last_time);
        if later.last.position > self.last.position {
            self.last = later.last;
        }
    }

    fn close(&mut self) {
        use std::fmt::Write;
        let (_, first, last) = self.open;
        let space = if self.spans.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = if first == last {
            write!(self.spans, "{space}{first}")
        } else {
            write!(self.spans, "{space}{first}:{last}")
        };
    }

    /// Its line, under this name as the server wrote it.
    pub fn line(mut self, name: &[u8]) -> Vec<u8> {
        self.close();
        let mut line = name.to_vec();
        line.extend_from_slice(
            format!(",{},{},{},", self.first_position, self.last.position, self.last.global_position).as_bytes(),
        );
        let mut times = TimeWriter::default();
        for time in [self.last.time, self.first_time, self.last_time] {
            times.write(&mut line, time);
            line.push(b',');
        }
        line.extend_from_slice(format!("{},{}\n", self.messages, self.spans).as_bytes());
        line
    }
}
