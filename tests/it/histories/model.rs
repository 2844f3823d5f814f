//! What a store of events is: streams of events, each event once. Knows nothing of chunks, archives or the product.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use chrono::{DateTime, Timelike, Utc};
use uuid::Uuid;

/// An event, with its JSON as `PostgreSQL` prints it, less the blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: Uuid,
    pub stream: String,
    pub kind: String,
    pub position: i64,
    pub global_position: i64,
    pub data: Option<String>,
    pub metadata: Option<String>,
    /// In microseconds.
    pub time: i64,
}

impl Event {
    /// The line that exporting it must give, byte for byte.
    pub fn line(&self) -> String {
        let text = |s: &str| serde_json::to_string(s).unwrap();
        let json = |j: &Option<String>| j.clone().unwrap_or_else(|| "null".to_owned());
        format!(
            "{{\"id\":\"{}\",\"stream\":{},\"type\":{},\"pos\":{},\"gpos\":{},\"data\":{},\"meta\":{},\"time\":\"{}\"}}",
            self.id,
            text(&self.stream),
            text(&self.kind),
            self.position,
            self.global_position,
            json(&self.data),
            json(&self.metadata),
            instant(self.time)
        )
    }
}

/// RFC 3339, with as many digits of the fraction as there are.
pub fn instant(micros: i64) -> String {
    let time: DateTime<Utc> = DateTime::from_timestamp_micros(micros).unwrap();
    let mut text = time.format("%Y-%m-%dT%H:%M:%S").to_string();
    let fraction = time.nanosecond() / 1000;
    if fraction != 0 {
        let _ = write!(text, ".{fraction:06}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text.push('Z');
    text
}

/// An event on its way in: what the server chooses is not known yet.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Uuid,
    pub stream: String,
    pub kind: String,
    pub position: i64,
    pub global_position: Option<i64>,
    pub data: Option<String>,
    pub metadata: Option<String>,
    /// `None`: when it is written.
    pub time: Option<i64>,
}

/// What its sender knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It was acknowledged.
    Done,
    /// The sender was killed, or lost the answer.
    Perhaps,
    /// It was refused.
    Refused,
}

/// Events that come together, all or none.
#[derive(Debug, Clone)]
pub struct Batch {
    pub drafts: Vec<Draft>,
    pub sent: Sent,
}

/// The model.
#[derive(Debug, Default)]
pub struct Model {
    /// By global position.
    pub events: BTreeMap<i64, Event>,
}

/// Where a stream stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub version: i64,
    pub global_position: i64,
    pub messages: i64,
    pub first_time: i64,
    pub last_time: i64,
}

impl Model {
    pub fn heads(&self) -> BTreeMap<String, Head> {
        let mut heads: BTreeMap<String, Head> = BTreeMap::new();
        for e in self.events.values() {
            let head = heads.entry(e.stream.clone()).or_insert(Head {
                version: -1,
                global_position: 0,
                messages: 0,
                first_time: e.time,
                last_time: e.time,
            });
            if e.position > head.version {
                (head.version, head.global_position) = (e.position, e.global_position);
            }
            head.messages += 1;
            head.first_time = head.first_time.min(e.time);
            head.last_time = head.last_time.max(e.time);
        }
        heads
    }

    pub fn version(&self, stream: &str) -> i64 {
        self.heads().get(stream).map_or(-1, |h| h.version)
    }

    pub fn last_global_position(&self) -> i64 {
        self.events.keys().next_back().copied().unwrap_or(0)
    }

    /// All events as lines, by global position.
    pub fn lines(&self) -> Vec<String> {
        self.events.values().map(Event::line).collect()
    }

    /// Takes in what `stored` shows to have arrived: what was acknowledged must be there, what is uncertain is there
    /// as a whole or not at all. `clock` is the time before and after.
    pub fn settle(&mut self, batches: &[Batch], stored: &[Event], clock: (i64, i64)) -> Result<(), String> {
        let by_id: HashMap<Uuid, &Event> = stored.iter().map(|e| (e.id, e)).collect();
        // What the sequence hands out is above all that was there, and rises.
        let highest = self.last_global_position();
        for batch in batches {
            let found: Vec<_> = batch.drafts.iter().filter_map(|d| Some((d, *by_id.get(&d.id)?))).collect();
            match batch.sent {
                Sent::Refused if found.is_empty() => continue,
                Sent::Refused => return Err(format!("it was refused, and is there: {:?}", found[0].1)),
                Sent::Perhaps if found.is_empty() => continue,
                Sent::Done | Sent::Perhaps if found.len() == batch.drafts.len() => {}
                _ => {
                    let missing = batch.drafts.iter().find(|d| !by_id.contains_key(&d.id));
                    let (some, all) = (found.len(), batch.drafts.len());
                    return Err(format!("{:?}: {some} of {all} arrived; missing is {missing:?}", batch.sent));
                }
            }
            let mut last = highest;
            for (draft, event) in found {
                let mut expected = event.clone();
                expected.stream.clone_from(&draft.stream);
                expected.kind.clone_from(&draft.kind);
                expected.position = draft.position;
                expected.data.clone_from(&draft.data);
                expected.metadata.clone_from(&draft.metadata);
                if let Some(given) = draft.global_position {
                    expected.global_position = given;
                } else if event.global_position <= last {
                    return Err(format!("global position {} was handed out after {last}", event.global_position));
                } else {
                    last = event.global_position;
                }
                if let Some(given) = draft.time {
                    expected.time = given;
                } else if !(clock.0..=clock.1).contains(&event.time) {
                    return Err(format!("written between {} and {}, it says {}", clock.0, clock.1, event.time));
                }
                if expected != *event {
                    return Err(format!("sent was {expected:?}, stored is {event:?}"));
                }
                if let Some(other) = self.events.insert(event.global_position, event.clone()) {
                    return Err(format!("{event:?} has the global position of {other:?}"));
                }
            }
        }
        Ok(())
    }

    /// Compares with all that is stored, each event exactly once.
    pub fn compare(&self, stored: &[Event]) -> Result<(), String> {
        let mut seen = BTreeMap::new();
        for event in stored {
            if let Some(other) = seen.insert(event.global_position, event) {
                return Err(format!("there twice: {event:?} and {other:?}"));
            }
        }
        let mut wrong = Vec::new();
        for (gpos, event) in &self.events {
            match seen.remove(gpos) {
                None => wrong.push(format!("lost: {event:?}")),
                Some(there) if there != event => wrong.push(format!("changed: {event:?} is {there:?}")),
                Some(_) => {}
            }
        }
        wrong.extend(seen.values().map(|e| format!("from nowhere: {e:?}")));
        match wrong.len() {
            0 => Ok(()),
            n => Err(format!("{n} events differ:\n  {}", wrong[..n.min(5)].join("\n  "))),
        }
    }
}

/// JSON without the blanks between its tokens.
pub fn compact(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(json.len()), false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}
