//! How a drill ends, and how what one has left that did not come to its end is cleared up.

use super::drill::{ClearedUp, Drill, DrillLedger};
use super::elsewhere::{self, OtherDatabase};
use super::report::DrillReport;
use super::scratch::remove;
use crate::db::errors::explain;
use crate::db::queries::drills::{self as queries, DrillLeftover, ScratchStatus};
use crate::db::queries::{lifecycle, namespaces};
use crate::db::{Db, Scope, savepoint};
use crate::error::{Kind, Result};
use crate::failpoint::effect;

impl Drill {
    /// Removes the throw-away namespace and ends the drill: both, or neither. Where the namespace is not this drill's any more, or
    /// has messages of others, it stays, and the drill ends with that error.
    ///
    /// # Errors
    /// [`Kind::Conflict`] where the namespace stays; where a statement fails.
    pub async fn end(mut self, report: &DrillReport) -> Result<Db> {
        if let DrillLedger::Apart { .. } = self.ledger {
            return self.end_elsewhere(report).await;
        }
        let (id, doing) = (self.id, "ending the drill");
        let tx = self.db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        // Whatever keeps it, the report is entered: the next drill clears up.
        let removed = savepoint::attempt(&tx, doing, remove(&tx, id, &self.scratch)).await?;
        let stays = removed.and_then(std::convert::identity).err();
        report.enter(&tx).await?;
        effect!("drill.end", tx.commit().await.map_err(|e| explain(doing, e))?);
        lifecycle::unlock(self.db.client(), self.key).await?;
        match stays {
            None => Ok(self.db),
            Some(e) => Err(e),
        }
    }
}

/// Clears up after drills of this namespace that did not come to their end: here, and in the other database where one is at hand.
///
/// # Errors
/// Where a statement fails.
pub async fn clear_up(db: &mut Db, live: &Scope, mut other: Option<&mut OtherDatabase>) -> Result<Vec<ClearedUp>> {
    let mut cleared = Vec::new();
    for left in queries::left(db.client(), live.namespace()).await? {
        cleared.push(match left.place {
            None => clear_one(db, live, left).await?,
            Some(_) => elsewhere::clear_up(db, other.as_deref_mut(), left).await?,
        });
    }
    Ok(cleared)
}

async fn clear_one(db: &mut Db, live: &Scope, left: DrillLeftover) -> Result<ClearedUp> {
    let DrillLeftover { id, scratch: name, schema, .. } = left;
    let scratch = Scope::new(&name, &schema, live.extension().as_str());
    let is_there = namespaces::list(db.client(), Some(&name)).await?.iter().any(|row| row.schema == schema);
    // A drill that is alive has its lock. Of one whose namespace is gone none is asked for: nobody could have it any more.
    let key = match lifecycle::lock(db.client(), &name).await {
        Ok(key) if is_there => Some(key),
        Err(e) if is_there && e.kind() == Kind::Busy => return Ok(ClearedUp::Alive(id, name, None)),
        Err(e) if is_there => return Err(e),
        Ok(key) => Some(key),
        Err(_) => None,
    };
    let doing = "clearing up after a drill";
    let done = async {
        let tx = db.client_mut().transaction().await.map_err(|e| explain(doing, e))?;
        let was_there = queries::standing(&tx, id).await? == ScratchStatus::Ours;
        let removed = remove(&tx, id, &scratch).await?;
        queries::note_killed(&tx, id).await?;
        effect!("drill.clear-up", tx.commit().await.map_err(|e| explain(doing, e))?);
        Ok(match removed {
            Ok(()) if was_there => ClearedUp::Removed(id, name),
            Ok(()) => ClearedUp::WasGone(id),
            Err(why) => ClearedUp::Stays { id, scratch: name, place: None, why },
        })
    };
    let done = done.await;
    if let Some(key) = key {
        lifecycle::unlock(db.client(), key).await?;
    }
    done
}
