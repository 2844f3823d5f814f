//! Two tables of messages compared: as a whole, then down to the message.

use crate::db::queries::plain::{Digest, PositionSpan, Side};
use crate::error::Result;

/// So many messages are compared one by one.
const ONE_BY_ONE: i64 = 2_000;

/// The first message, by global position, that is not the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstDifference {
    /// The target has no such message.
    Missing(i64),
    /// The namespace has no such message.
    Foreign(i64),
    /// Both have one, of other content.
    Changed(i64),
    /// None when each was looked at, though all together had differed.
    Unsettled,
}

impl FirstDifference {
    /// In words.
    pub fn told(self) -> String {
        match self {
            Self::Missing(at) => format!("the message at global position {at} is not in the target"),
            Self::Foreign(at) => format!("the target has a message at global position {at} that the namespace has not"),
            Self::Changed(at) => format!("the message at global position {at} is another one in the target"),
            Self::Unsettled => "they differed, and no longer do: something changes them".to_owned(),
        }
    }
}

/// `None` where both sides hold the same messages in the span.
///
/// # Errors
/// Where a query fails.
pub async fn compare(source: Side<'_>, target: Side<'_>, span: PositionSpan) -> Result<Option<FirstDifference>> {
    let (ours, theirs) = tokio::try_join!(source.content(span), target.content(span))?;
    if ours == theirs {
        return Ok(None);
    }
    let (mut span, mut messages) = (span, ours.messages.max(theirs.messages));
    while messages > ONE_BY_ONE && span.first < span.last {
        // The lower half if it differs, else the upper one.
        let middle = span.first.midpoint(span.last);
        let lower = PositionSpan { last: middle, ..span };
        let (ours, theirs) = tokio::try_join!(source.content(lower), target.content(lower))?;
        if ours == theirs {
            messages -= ours.messages;
            span.first = middle + 1;
        } else {
            messages = ours.messages.max(theirs.messages);
            span = lower;
        }
    }
    let (ours, theirs) = tokio::try_join!(source.digests(span), target.digests(span))?;
    Ok(first(&ours, &theirs).or(Some(FirstDifference::Unsettled)))
}

fn first(ours: &[Digest], theirs: &[Digest]) -> Option<FirstDifference> {
    let same = ours.iter().zip(theirs).take_while(|(ours, theirs)| ours == theirs).count();
    match (ours.get(same), theirs.get(same)) {
        (None, None) => None,
        (Some(ours), None) => Some(FirstDifference::Missing(ours.global_position)),
        (None, Some(theirs)) => Some(FirstDifference::Foreign(theirs.global_position)),
        (Some(ours), Some(theirs)) => {
            let (our, their) = (ours.global_position, theirs.global_position);
            Some(match our.cmp(&their) {
                std::cmp::Ordering::Less => FirstDifference::Missing(our),
                std::cmp::Ordering::Greater => FirstDifference::Foreign(their),
                std::cmp::Ordering::Equal => FirstDifference::Changed(our),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(all: &[(i64, &str)]) -> Vec<Digest> {
        all.iter().map(|&(global_position, d)| Digest { global_position, digest: d.to_owned() }).collect()
    }

    #[test]
    fn the_first_difference_is_named_for_what_it_is() {
        let ours = digests(&[(1, "a"), (2, "b"), (4, "d")]);
        assert_eq!(first(&ours, &ours), None);
        assert_eq!(first(&ours, &ours[..2]), Some(FirstDifference::Missing(4)));
        assert_eq!(first(&ours[..2], &ours), Some(FirstDifference::Foreign(4)));
        assert_eq!(first(&ours, &digests(&[(1, "a"), (2, "x"), (4, "d")])), Some(FirstDifference::Changed(2)));
        assert_eq!(first(&ours, &digests(&[(1, "a"), (4, "d")])), Some(FirstDifference::Missing(2)));
        assert_eq!(
            first(&ours, &digests(&[(1, "a"), (2, "b"), (3, "c"), (4, "d")])),
            Some(FirstDifference::Foreign(3))
        );
    }
}
