//! Whether the next write finds a place of its own.

use tokio_postgres::error::SqlState;

use super::check::Check;
use crate::db::errors::sqlstate_of;
use crate::db::queries::heads::HIGHEST_FROM_OUTSIDE;
use crate::db::queries::{chunks, recount};
use crate::db::{Db, Scope};
use crate::error::Result;

/// The newest messages against their heads and the sequence. `coverage` looks at all of them.
pub(super) async fn newest(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "heads";
    let chunks = chunks::list(db.client(), scope).await?;
    let newest = match chunks.last() {
        Some(chunk) => match recount::newest(db.client(), scope, &chunk.table).await {
            Err(e) if sqlstate_of(&e) == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                return Ok(Check::ok(name, "not looked at: this role may not read the sequence or a chunk".to_owned()));
            }
            found => found?,
        },
        None => None,
    };
    let Some(newest) = newest else { return Ok(Check::ok(name, "there is no live message".to_owned())) };
    let mut why = Vec::new();
    if newest.is_past_its_head {
        why.push("its head does not know it: its position would be given out twice");
    }
    if newest.is_past_the_sequence {
        why.push("the sequence is behind it: its global position would be given out twice");
    }
    Ok(if why.is_empty() {
        Check::ok(name, format!("the message at {} is known to its head", newest.global_position))
    } else {
        Check::warn(
            name,
            format!("the message at {} came past the triggers, and {}", newest.global_position, why.join("; ")),
            format!("eventodb-admin namespaces recount {}", scope.namespace()),
        )
    })
}

/// Whether the sequence has global positions left for new messages.
pub(super) async fn positions_left(db: &Db, scope: &Scope) -> Result<Check> {
    let name = "global positions";
    let sequence = match recount::sequence(db.client(), scope).await {
        Err(e) if sqlstate_of(&e) == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            return Ok(Check::ok(name, "not looked at: this role may not read the sequence".to_owned()));
        }
        found => found?,
    };
    let last = sequence.last.max(sequence.highest);
    Ok(if last <= HIGHEST_FROM_OUTSIDE {
        Check::ok(name, format!("{last} is the last one that was given out"))
    } else {
        Check::warn(
            name,
            format!("{last} is taken: {} are left for new messages", i64::MAX - last),
            format!(
                "a message was given it by hand; messages export, and import into a new namespace what it has without the \
                 messages above {HIGHEST_FROM_OUTSIDE}"
            ),
        )
    })
}
