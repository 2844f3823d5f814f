//! Events that the server takes no part of, told apart before it refuses all.

use serde_json::value::RawValue;

use super::new_event::NewEvent;
use crate::db::errors;
use crate::error::{Error, Result};
use crate::messages::{self, unstorable};

/// `event 3 of 5 (01a2…)`; in a batch of one it is the event.
fn named(events: &[NewEvent], nth: usize) -> String {
    match events {
        [_] => "the event".to_owned(),
        _ => format!("event {} of {} ({})", nth + 1, events.len(), events[nth].id),
    }
}

fn json(event: &NewEvent) -> impl Iterator<Item = (&'static str, &RawValue)> {
    let data = event.data.as_deref().map(|json| ("data", json));
    data.into_iter().chain(event.metadata.as_deref().map(|json| ("metadata", json)))
}

/// # Errors
/// [`Kind::Usage`](crate::Kind::Usage) where an event cannot be stored, with its number and id.
pub(super) fn refuse_unstorable(stream: &str, events: &[NewEvent]) -> Result<()> {
    for (nth, event) in events.iter().enumerate() {
        let bad = json(event).find_map(|(what, json)| Some((what, unstorable(json.get())?)));
        let why = match bad {
            Some((what, why)) => format!("{what}: {why}"),
            None if event.event_type.contains('\0') => {
                "type: it has a zero byte, which PostgreSQL cannot store".to_owned()
            }
            None => continue,
        };
        return Err(Error::usage(format!("writing to stream {stream}"))
            .because(format!("{}: {why}", named(events, nth)))
            .hint("nothing was written; mend the event and write again"));
    }
    Ok(())
}

/// Names the event that is nested too deep (SQLSTATE 54001), where that is what the server said.
pub(super) fn deepest(stream: &str, events: &[NewEvent], e: Error) -> Error {
    if !errors::is_nested_too_deep(&e) {
        return e;
    }
    let found = messages::deepest(events, |event| [event.data.as_deref(), event.metadata.as_deref()]);
    let Some((nth, deep)) = found else { return e };
    Error::usage(format!("writing to stream {stream}"))
        .because(format!("{}: its JSON is nested {deep} deep, more than the server takes", named(events, nth)))
        .hint("nothing was written; max_stack_depth of the server bounds it")
}
