//! What is looked for in an archive's stream list, and what the list says of it.

/// More spans than these are no help: the frames are read one after the other.
const MAX_SPANS: usize = 10_000;

/// What an archive holds of a stream, or of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The lowest position.
    pub first_position: i64,
    /// The highest position.
    pub last_position: i64,
    /// How many messages.
    pub messages: i64,
    /// Between which global positions they lie; `None` where that is not known.
    pub spans: Option<Vec<(i64, i64)>>,
}

impl Located {
    /// Takes what another one has.
    pub fn join(&mut self, other: Self) {
        self.first_position = self.first_position.min(other.first_position);
        self.last_position = self.last_position.max(other.last_position);
        self.messages = self.messages.saturating_add(other.messages);
        self.spans = match (self.spans.take(), other.spans) {
            (Some(mut spans), Some(more)) if spans.len() + more.len() <= MAX_SPANS => {
                spans.extend(more);
                Some(spans)
            }
            _ => None,
        };
    }

    /// Whether a message of it may lie between two global positions.
    pub fn meets(&self, first: i64, last: i64) -> bool {
        self.spans.as_ref().is_none_or(|spans| spans.iter().any(|(lo, hi)| *lo <= last && first <= *hi))
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SoughtStreams {
    /// A stream.
    Stream(Vec<u8>),
    /// A category.
    Category(Vec<u8>),
}

impl SoughtStreams {
    /// Whether it is this stream, or has it.
    pub(super) fn takes(&self, stream: &[u8]) -> bool {
        match self {
            Self::Stream(name) => stream == name,
            Self::Category(name) => stream.split(|b| *b == b'-').next() == Some(name),
        }
    }

    /// The names within which it lies: from, and before.
    pub(super) fn range(&self) -> (Vec<u8>, Vec<u8>) {
        let (Self::Stream(name) | Self::Category(name)) = self;
        let mut before = name.clone();
        // After `name-…`, which is after `name`.
        before.push(if matches!(self, Self::Stream(_)) { 0 } else { b'-' + 1 });
        (name.clone(), before)
    }
}
