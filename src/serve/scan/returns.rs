//! Returns of archived messages of which nobody has noted that they are over: they are since they were first seen, or longer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::db::queries::serve::Moment;

/// Of how many namespaces. Where there are more, transactions that have begun are told to read again once more than they need.
const MAX_NAMESPACES: usize = 10_000;

/// Which returns a namespace has, and the database's time when they were first seen to be over.
#[derive(Debug, Default)]
pub struct Returns(Mutex<HashMap<String, (String, DateTime<Utc>)>>);

impl Returns {
    /// When a namespace's returns were first seen to be over of which nothing is noted. `None` where there is none.
    pub fn over_since(&self, namespace: &str, moment: &Moment) -> Option<DateTime<Utc>> {
        let unnoted = moment.unnoted.as_ref()?;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match seen.get(namespace) {
            Some((which, since)) if which == unnoted => return Some(*since),
            None if seen.len() >= MAX_NAMESPACES => seen.clear(),
            _ => {}
        }
        seen.insert(namespace.to_owned(), (unnoted.clone(), moment.now));
        Some(moment.now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(unnoted: Option<&str>, second: i64) -> Moment {
        let at = |second: i64| DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap();
        Moment {
            began: Some(at(second - 5)),
            sees_all: true,
            seen_at: None,
            unnoted: unnoted.map(str::to_owned),
            now: at(second),
        }
    }

    #[test]
    fn a_return_is_over_since_it_was_first_seen_and_another_one_since_later() {
        let returns = Returns::default();
        let first = moment(Some("a"), 0);
        assert_eq!(returns.over_since("n", &first), Some(first.now));
        assert_eq!(returns.over_since("n", &moment(Some("a"), 9)), Some(first.now));
        assert_eq!(returns.over_since("m", &moment(Some("a"), 9)), Some(moment(None, 9).now), "another namespace");
        assert_eq!(returns.over_since("n", &moment(Some("b"), 20)), Some(moment(None, 20).now));
        assert_eq!(returns.over_since("n", &moment(None, 30)), None);
    }

    #[test]
    fn a_transaction_that_began_before_a_return_was_over_reads_again() {
        let returns = Returns::default();
        let is_past = |moment: Moment| moment.is_past(returns.over_since("n", &moment));
        assert!(!is_past(moment(Some("a"), 0)), "it began five seconds before");
        assert!(!is_past(moment(Some("a"), 5)), "it began at the same time");
        assert!(is_past(moment(Some("a"), 6)));
        assert!(!is_past(Moment { sees_all: false, ..moment(Some("a"), 6) }));
        assert!(!is_past(Moment { began: None, ..moment(Some("a"), 6) }));
        let noted = |second| Moment { seen_at: Some(moment(None, 10).now), ..moment(None, second) };
        assert!(!is_past(noted(15)));
        assert!(is_past(noted(16)));
        assert!(is_past(Moment { began: None, ..moment(None, 0) }), "nothing came back");
    }
}
