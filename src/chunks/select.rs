//! Choosing chunks by name or by age.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::ChunkRow;
use crate::db::queries::ledger::{self, State};
use crate::db::queries::{chunks as queries, clock};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};

/// Which chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These, by name, with or without their schema.
    Named(Vec<String>),
    /// All whose range ended at least so long ago.
    OlderThan(Duration),
}

/// The instant so long ago by the server's clock, which also gives messages their times: this machine's may be wrong.
/// Before all time where the duration is longer than that.
pub(super) async fn before(db: &Db, age: Duration) -> Result<DateTime<Utc>> {
    let now = clock::now(db.client()).await?;
    Ok(TimeDelta::from_std(age).ok().and_then(|age| now.checked_sub_signed(age)).unwrap_or(DateTime::<Utc>::MIN_UTC))
}

/// The chunks meant, oldest first. An open chunk (its range has not ended) is found by name only.
///
/// # Errors
/// [`Kind::NotFound`] for a name that no live chunk has.
pub async fn select(db: &Db, scope: &Scope, selection: &Selection) -> Result<Vec<ChunkRow>> {
    let mut chunks = queries::list(db.client(), scope).await?;
    match selection {
        Selection::OlderThan(age) => {
            let until = before(db, *age).await?;
            chunks.retain(|c| c.is_closed && c.range_end <= until);
        }
        Selection::Named(names) => {
            let is = |c: &ChunkRow, name: &str| {
                c.name() == name
                    || name.strip_prefix(c.table.schema.as_str()).is_some_and(|n| n == format!(".{}", c.name()))
            };
            if let Some(unknown) = names.iter().find(|name| !chunks.iter().any(|c| is(c, name))) {
                return Err(not_live(db, scope, unknown).await?);
            }
            chunks.retain(|c| names.iter().any(|name| is(c, name)));
        }
    }
    Ok(chunks)
}

/// Why no live chunk has this name: it may be archived already.
async fn not_live(db: &Db, scope: &Scope, name: &str) -> Result<Error> {
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let bare = name.rsplit_once('.').map_or(name, |(_, bare)| bare);
    let of_it = archives.iter().rev().find(|a| a.chunk_name == bare && a.state == State::Dropped);
    let e = Error::new(Kind::NotFound, format!("looking for chunk {name:?}"));
    Ok(match of_it {
        Some(archive) => {
            e.because(format!("it is archived already, as archive {0}, and not live", archive.id)).hint(format!(
                "eventodb-admin archives show {0} shows it; eventodb-admin archives rehydrate {0} brings it back",
                archive.id
            ))
        }
        None => e
            .because(format!("namespace {} has no live chunk of this name", scope.namespace()))
            .hint("eventodb-admin chunks list shows them; an archived one comes back by archives rehydrate"),
    })
}
