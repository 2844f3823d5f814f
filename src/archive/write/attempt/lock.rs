//! Object Lock of what an attempt has written.

use tokio_postgres::GenericClient;

use super::{Attempt, AttemptRow};
use crate::archive::keep::object_lock;
use crate::error::Result;
use crate::failpoint::effect;

impl Attempt<'_> {
    /// Sees that what was written is locked, where it is to be: nothing is dropped that anybody could still delete.
    pub(super) async fn see_locked(&self, db: &impl GenericClient, entry: &AttemptRow) -> Result<()> {
        let Some(asked) = entry.lock else { return Ok(()) };
        let names = &entry.names;
        let keys = [&names.data, &names.heads, &names.manifest];
        let lock = self.stages.time("lock", object_lock::prove(self.run.store, keys, asked)).await?;
        let url = self.run.store.url().to_string();
        effect!("retain.tell-new", object_lock::note(db, entry.id, &url, Some(lock)).await?);
        Ok(())
    }
}
